"""For the staff: originals, each look at which is logged, and the page on which parts of a photo are blacked out.

There is no list of all files: they are reached from what they are about.
"""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.backoffice import ReadOnlyAdmin
from agencies.models import AccessLog
from attachments import access
from attachments.forms import AltForm, boxes_in, rows_of
from attachments.models import Attachment
from attachments.publishing import NotPublishable
from attachments.reasons import Reason
from attachments.redaction import BadBox
from attachments.serving import answer

PRIVATE = "private, no-store"


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    def has_module_permission(self, request):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<str:attachment_key>/original/", view(original), name="attachments_attachment_original"),
            path("<str:attachment_key>/thumbnail/", view(thumbnail), name="attachments_attachment_thumbnail"),
            path("<str:attachment_key>/redact/", view(redact), name="attachments_attachment_redact"),
        ]


@require_safe
def original(request, attachment_key):
    """The unredacted file, for a reason that is logged; without one, the page that asks for it."""
    attachment = _original_or_404(request, attachment_key)
    reason = request.GET.get("reason", "")
    if reason not in Reason.values:
        return _page(request, "ask_reason", title=_("Open the original"), attachment=attachment, reasons=Reason.choices)
    _log(request, attachment, f"original {reason}")
    return _file(request, attachment, attachment.original, attachment.content_type)


@require_safe
def thumbnail(request, attachment_key):
    """The small picture of the unredacted file: a face may be known on it, so it is a look too."""
    attachment = _original_or_404(request, attachment_key)
    if not attachment.thumbnail:
        raise Http404
    _log(request, attachment, "thumbnail")
    return _file(request, attachment, attachment.thumbnail, "image/jpeg")


def redact(request, attachment_key):
    """Draw boxes, or type them; say what the photo shows. Without boxes nothing is black."""
    attachment = _original_or_404(request, attachment_key)
    if not access.may_redact(request.user, attachment):
        raise PermissionDenied
    if not attachment.is_photo:
        raise Http404
    if request.method == "POST":
        return _redacted(request, attachment)
    return _redaction_page(request, attachment, AltForm(initial={"alt": attachment.alt}), rows_of(attachment.boxes))


def _redacted(request, attachment):
    form, at = AltForm(request.POST), now()
    typed = boxes_in(request.POST)
    errors = {}
    if form.is_valid():
        try:
            attachment.redact([box for _row, box in typed], by=request.user, at=at)
        except BadBox as bad:
            errors = {typed[min(bad.number, len(typed)) - 1][0]: str(bad)}
        except NotPublishable as refused:
            form.add_error(None, str(refused))
        else:
            attachment.describe(form.cleaned_data["alt"], by=request.user, at=at)
            messages.success(request, _("Saved. This is what everybody sees from now on, once it is public."))
            return redirect("admin:attachments_attachment_redact", attachment.key)
    return _redaction_page(request, attachment, form, rows_of(dict(typed), errors), status=422)


def _redaction_page(request, attachment, form, rows, **options):
    title = _("Black out parts of a photo")
    return _page(request, "redact", title=title, attachment=attachment, form=form, rows=rows, **options)


def _page(request, name, *, title, status=None, **context):
    request.current_app = admin.site.name
    context = {**admin.site.each_context(request), "title": title, **context}
    response = TemplateResponse(request, f"attachments/{name}.html", context, status=status)
    response["Cache-Control"] = PRIVATE
    return response


def _original_or_404(request, key):
    """Not there and not yours look the same."""
    attachment = get_object_or_404(Attachment, key=key)
    if not access.may_view_original(request.user, attachment) or not attachment.original:
        raise Http404
    return attachment


def _log(request, attachment, what):
    """Before the first byte goes out: a look that cannot be logged is not had."""
    unit = access.unit_of(attachment.about)
    AccessLog.record(by=request.user, about=attachment.about, what=what, at=now(), unit=unit)


def _file(request, attachment, name, content_type):
    return answer(request, name, content_type, called=f"goc-{attachment.key[:8].replace('_', '-')}", cache=PRIVATE)
