"""What of a report anybody may see, kept with it so that its page asks nothing more; and its reporter's way back."""

from attachments.models import Attachment
from feedback.workflow import Verb

# The door of a photo that came with the answer: how it looks now.
AFTER = "answer"


class Showing:
    def refresh_pictures(self):
        """Keep with the report which of its files are public; call it whenever one is published, described or hidden.

        Returns:
            [{"key", "alt", "after"}] in the order in which they came; `after`: it came with the answer.
        """
        public = Attachment.objects.about(self.about).public()
        self.pictures = [{"key": one.key, "alt": one.alt_text, "after": one.taken_by == AFTER} for one in public]
        type(self).objects.filter(pk=self.pk).update(pictures=self.pictures)
        return self.pictures

    def keep_private(self, *, at):
        """Whoever reported wishes it public no more: text and photos are gone from every page. Twice is once."""
        with self._changing():
            if not self.public_wanted:
                return
            self.public_wanted = False
            self._refresh_shown()
            self._write(Verb.HIDDEN, by=None, at=at, note="withdrawn by whoever reported")
            self.hide_pictures(at=at)

    def hide_pictures(self, *, at, by=None):
        """Its photos are nobody's but the staff's; to be public again each is chosen anew."""
        for file in Attachment.objects.about(self.about).public():
            file.unpublish(by=by, at=at)
        self.pictures = []
