"""Checks receipts with the public keys: those in the database, or offline those in a file."""

import json
import os
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from dossiers.keyring import BadKeys, read_keys
from dossiers.qr import parse_scanned, verify
from dossiers.signing import REASONS, SigningKey

PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".bmp"}


class Command(BaseCommand):
    help = "Check receipts: the scanned text, a file with one a line, or a picture. Exit code 0 if all are genuine."
    # With --keys it works on a machine without a database.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("receipts", nargs="*", metavar="TEXT|FILE|PICTURE", help="- reads lines from the input")
        parser.add_argument("--keys", type=Path, help="public keys of the issuer, as --export-keys prints them")
        parser.add_argument("--export-keys", action="store_true", help="print our public keys for other agencies")

    def handle(self, *, receipts, keys, export_keys, **options):
        if export_keys:
            # A fresh installation makes its first key here, lest another agency keep a document without any.
            SigningKey.current(now())
            self.stdout.write(json.dumps(SigningKey.document(now()), ensure_ascii=False, indent=2))
        elif receipts:
            self._check(receipts, self._keys_from(keys) if keys else SigningKey.public_keys())
        else:
            raise CommandError(_("Give at least one receipt, or --export-keys."))

    def _check(self, receipts, keys):
        verdicts = [self._judge(text, keys) for given in receipts for text in texts_of(given)]
        genuine = sum(verdicts)
        if genuine < len(verdicts) or not verdicts:
            raise CommandError(
                _("%(genuine)s of %(all)s receipts are genuine.") % {"genuine": genuine, "all": len(verdicts)}
            )

    def _judge(self, text, keys):
        scanned = parse_scanned(text)
        verdict = verify(scanned.signed or text, keys, token=scanned.token)
        if verdict.genuine:
            self.stdout.write(self.style.SUCCESS(_("GENUINE")) + f"  {in_words(verdict)}")
        else:
            self.stdout.write(self.style.ERROR(_("NOT GENUINE")) + f"  {REASONS[verdict.reason]} […{text[-12:]}]")
        return verdict.genuine

    def _keys_from(self, path):
        try:
            document = json.loads(path.read_text(encoding="utf-8-sig"))
            keys = read_keys(document)
        except (OSError, ValueError, BadKeys) as error:
            raise CommandError(
                _("Cannot use the keys in %(file)s: %(error)s") % {"file": path, "error": error}
            ) from None
        said = {"issuer": document.get("issuer", ""), "moment": document.get("exported_at", "")}
        self.stdout.write(_("Keys of %(issuer)s as of %(moment)s; a later revocation is not known here.") % said)
        return keys


def in_words(verdict):
    claim = verdict.claim
    moments = {name: getattr(claim, name) for name in ("received_at", "due_at")}
    said = {name: moment and f"{localtime(moment):%H:%M %d/%m/%Y}" for name, moment in moments.items()}
    said |= {"number": claim.number, "unit": claim.unit or "–", "key": verdict.key_id}
    if claim.due_at is None:
        return _("%(number)s, received %(received_at)s at %(unit)s, no date promised yet (key %(key)s)") % said
    return _("%(number)s, received %(received_at)s at %(unit)s, promised for %(due_at)s (key %(key)s)") % said


def texts_of(given):
    """The receipts in one argument: itself, or the lines of a file, or the codes in a picture."""
    if given == "-":
        return lines_of(sys.stdin)
    if not os.path.isfile(given):
        return [given]
    if Path(given).suffix.lower() in PICTURES:
        return codes_in(given)
    with open(given, encoding="utf-8-sig") as file:
        return lines_of(file)


def lines_of(file):
    return [line.strip() for line in file if line.strip()]


def codes_in(picture):
    try:
        import zxingcpp
        from PIL import Image
    except ImportError:
        raise CommandError(_("Reading a picture needs: pip install zxing-cpp pillow")) from None
    try:
        with Image.open(picture) as image:
            return [code.text for code in zxingcpp.read_barcodes(image.convert("L"))]
    except (OSError, Image.DecompressionBombError):
        raise CommandError(_("%(file)s cannot be read as a picture.") % {"file": picture}) from None
