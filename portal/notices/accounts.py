"""Accounts of channels: who can connect one again hears that nothing goes out through it."""

from datetime import timedelta

from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.models import Officer
from portal.channels import outbox
from portal.channels.events import grant_refused


@receiver(grant_refused, dispatch_uid="notices.tell_of_a_refused_grant")
def tell_of_a_refused_grant(*, grant, at, **kwargs):
    """Nothing goes out through the accounts of this grant until one of these people connects it again."""
    for officer in Officer.objects.over_the_whole("post_office.consent_grant", on=localdate(at)).exclude(email=""):
        outbox.queue(
            key=f"grant:{grant.issuer}:{localdate(at)}:officer:{officer.pk}",
            kind="grant_refused",
            contacts={"email": officer.email},
            params={
                "platform": grant.issuer, "why": grant.refusal,
                "link": f"{settings.BASE_URL}{reverse('admin:post_office_account_changelist')}",
            },
            lane="otp",
            about=f"officer:{officer.pk}",
            at=at,
            expires_at=at + timedelta(days=1),
        )  # fmt: skip
