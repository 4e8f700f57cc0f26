"""What the public sees and who may not write: hiding, showing, citizens' flags, the list of banned senders."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from agencies.rights import WHOLE, WholeQuerySet
from agencies.sealed import blind_index
from agencies.vietnamese import tidy
from feedback.reporter import contact_index
from feedback.workflow import Verb, needed

FLAGS_THAT_HIDE = 3


class BanQuerySet(WholeQuerySet):
    def bars(self, contact, reply_to, said_by=""):
        """Whether any address of this sender is on the list: what they send is kept, and shown to nobody outside."""
        marks = [*marks_of(contact or {}), *marks_of(reply_to or {}), *([said_by] if said_by else [])]
        return bool(marks) and self.filter(mark__in=marks, lifted_at=None).exists()


@tracked(exclude=["mark"])
class Ban(models.Model):
    """An address that may not write any more: a phone, an e-mail address, a whole mail domain, an id of a channel."""

    scope_unit, scope_field = WHOLE, None

    kind = models.CharField(_("kind of address"), max_length=30, help_text=_("phone, email, domain, or a channel"))
    mark = models.CharField(max_length=64, db_index=True, editable=False)
    shown = models.CharField(_("address, as far as it is shown"), max_length=100)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey("agencies.Officer", null=True, on_delete=models.PROTECT, related_name="+",
                           verbose_name=_("by"))  # fmt: skip
    since = models.DateTimeField(_("since"))
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)

    objects = BanQuerySet.as_manager()

    class Meta:
        verbose_name = _("banned sender")
        verbose_name_plural = _("banned senders")
        ordering = ["-since"]
        default_permissions = ("view", "add", "change")

    def __str__(self):
        return self.shown


def marks_of(contacts):
    """Every mark under which these addresses may be banned."""
    marks = []
    for kind, value in contacts.items():
        if kind in ("name", "address", "id_number") or not value:
            continue
        marks.append(ban_mark(kind, value))
        if kind == "email" and "@" in value:
            marks.append(ban_mark("domain", value.rpartition("@")[2]))
    return marks


def ban_mark(kind, value):
    if kind in ("phone", "email"):
        return contact_index(kind, value)
    return blind_index(tidy(str(value)).lower(), f"ban.{kind}")


class Flag(models.Model):
    """Somebody says that a public report should not be seen; three of them hide it until a person looks."""

    report = models.ForeignKey("feedback.Report", on_delete=models.PROTECT, related_name="+")
    client = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    at = models.DateTimeField(_("moment"))

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["report", "client"], name="feedback_one_flag_a_client")]

    def __str__(self):
        return f"{self.report_id} {self.reason}"


class Moderating:
    def flag(self, *, client, reason, at):
        """A citizen flags it; the third different one hides it. Whether it counted."""
        with transaction.atomic():
            self._lock()
            flag = Flag(report=self, client=blind_index(client, "flag"), reason=tidy(reason)[:300], at=at)
            new = not Flag.objects.filter(report=self, client=flag.client).exists()
            if not new or self.hidden:
                return False
            flag.save()
            self.flags += 1
            if self.flags >= FLAGS_THAT_HIDE:
                self.hidden = True
                self._refresh_shown()
                self.hide_pictures(at=at)
                self._write(Verb.HIDDEN, by=None, at=at, note=str(_("Flagged by citizens: somebody must look.")))
            self.save()
            return True

    def show(self, *, by, at, public_text=None):
        """A person has looked at it: it is public from now on, in these words."""
        with self._doing(Verb.SHOWN, by=by):
            self.looked_at, self.hidden, self.flags = self.looked_at or at, False, 0
            if public_text is not None:
                self.public_text = needed("public_text", public_text)
            return self._write(Verb.SHOWN, by=by, at=at)

    def hide(self, *, by, at, reason):
        with self._doing(Verb.HIDDEN, by=by):
            self.hidden = True
            self.hide_pictures(at=at, by=by)
            return self._write(Verb.HIDDEN, by=by, at=at, note=needed("reason", reason))

    def ban_sender(self, *, by, at, reason):
        """Every address this report came from is banned; what they sent before stays as it is. How many."""
        reporter = getattr(self, "reporter", None)
        thread = self.reply_to if self.reply_to and not self.said_in_public else {}
        contacts = {**(reporter.contacts if reporter else {}), **thread}
        with self._doing(Verb.HIDDEN, by=by):
            self.hidden = True
            self.hide_pictures(at=at, by=by)
            for kind, value in contacts.items():
                Ban.objects.get_or_create(
                    mark=ban_mark(kind, value), lifted_at=None,
                    defaults={"kind": kind, "shown": f"{kind} …{str(value)[-3:]}", "reason": needed("reason", reason),
                              "by": by, "since": at},
                )  # fmt: skip
            if self.said_by:  # under a post: the person, not the place where they wrote
                facts = {"kind": self.channel, "shown": f"{self.channel} …", "reason": reason, "by": by, "since": at}
                Ban.objects.get_or_create(mark=self.said_by, lifted_at=None, defaults=facts)
            self._write(Verb.HIDDEN, by=by, at=at, note=reason)
        return len(contacts)
