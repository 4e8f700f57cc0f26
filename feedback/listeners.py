"""What reports hear of others: which of their photos everybody may see."""

from django.dispatch import receiver

from attachments.events import face_changed
from feedback.report import Report


@receiver(face_changed, dispatch_uid="feedback.keep_pictures")
def keep_pictures(*, attachment, **kwargs):
    """What is public of a report is kept with it, so that its page asks nothing more."""
    kind, _colon, number = attachment.about.partition(":")
    if kind == "report" and number.isdecimal():
        for report in Report.objects.filter(pk=int(number)).only("pk"):
            report.refresh_pictures()
