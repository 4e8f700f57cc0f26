"""Files for everybody: what was published, by its address. Not there, private, waiting and withdrawn look the same."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from attachments.models import Attachment
from attachments.serving import answer

# What is withdrawn or blacked out is gone from every browser a minute later; until then lists of photos load at once.
PUBLIC = "public, max-age=60, must-revalidate"


@require_safe
def whole(request, attachment_key):
    """The public version: with its black boxes, if it has any."""
    attachment = _public_or_404(attachment_key)
    return answer(request, attachment.public_file, attachment.content_type, called=_called(attachment), cache=PUBLIC)


@require_safe
def thumbnail(request, attachment_key):
    """The same, small. A video has none."""
    attachment = _public_or_404(attachment_key)
    if not attachment.public_thumbnail:
        raise Http404
    return answer(request, attachment.public_thumbnail, "image/jpeg", called=_called(attachment), cache=PUBLIC)


def _public_or_404(key):
    return get_object_or_404(Attachment.objects.public(), key=key)


def _called(attachment):
    """Our name for it, never the sender's, who may have written anything into it."""
    return f"tep-{attachment.key[:8].replace('_', '-')}"
