"""Changes the key that signs receipts, or revokes one."""

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from agencies.audit import AuditedCommand
from dossiers.signing import SigningKey


class Command(AuditedCommand):
    help = (
        "Begin a new receipt key; receipts of the old one stay good. With --revoke: believe no receipt of that key "
        "any more. See docs/receipts.md."
    )

    def add_arguments(self, parser):
        parser.add_argument("--revoke", metavar="KEY_ID", help="a key whose private half may have been seen")
        parser.add_argument("--why", default="", help="the reason, published with the revocation")

    def handle(self, *, revoke, why, **options):
        if revoke:
            self._revoke(revoke, why.strip())
        else:
            self._rotate()
        self.stdout.write(_("%(count)s keys are published at %(address)s.") % {
            "count": SigningKey.objects.count(),
            "address": f"{settings.BASE_URL}/.well-known/receipt-keys.json",
        })  # fmt: skip

    def _rotate(self):
        before = SigningKey.objects.filter(retired_at__isnull=True).values_list("key_id", flat=True).first()
        key = SigningKey.rotate(now())
        if before:
            self.stdout.write(
                _("Key %(key)s signs no more; its private half is destroyed, its receipts stay good.") % {"key": before}
            )
        self.stdout.write(self.style.SUCCESS(_("Key %(key)s signs from now on.") % {"key": key}))

    def _revoke(self, key_id, why):
        if not why:
            raise CommandError(_("Say why with --why: the reason is published with the revocation."))
        key = SigningKey.objects.defer("private_key").filter(key_id=key_id).first()
        if key is None:
            known = ", ".join(SigningKey.objects.values_list("key_id", flat=True))
            raise CommandError(
                _("There is no key %(key)s. Known are: %(known)s.") % {"key": key_id, "known": known or "–"}
            )
        if key.revoked_at is not None:
            moment = f"{localtime(key.revoked_at):%H:%M %d/%m/%Y}"
            raise CommandError(_("Key %(key)s was revoked already, %(moment)s.") % {"key": key, "moment": moment})
        key.revoke(at=now(), why=why)
        self.stdout.write(self.style.SUCCESS(_("Key %(key)s is revoked: no receipt of it verifies.") % {"key": key}))
        self.stdout.write(_("Key %(key)s signs from now on.") % {"key": SigningKey.current(now())})
        self.stdout.write(_("Tell the agencies that verify offline to fetch the keys now."))
