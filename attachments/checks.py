"""System checks of the attachments."""

import os
import tempfile
from importlib.util import find_spec

from django.conf import settings
from django.core.checks import Error, Warning, register

S3_NEEDED = ("ATTACHMENTS_S3_BUCKET", "ATTACHMENTS_S3_ACCESS_KEY", "ATTACHMENTS_S3_SECRET_KEY")


@register()
def files_can_be_stored(app_configs, **kwargs):
    given = [name for name in (*S3_NEEDED, "ATTACHMENTS_S3_ENDPOINT") if getattr(settings, name)]
    if given:
        return _s3(given)
    root = settings.ATTACHMENTS_ROOT
    if _can_be_written(root):
        return []
    hint = "Give the folder to the user of the portal, or name another one in ATTACHMENTS_ROOT."
    # A warning: commands run as other users too, and a start must not need a folder that only uploads need.
    return [Warning(f"ATTACHMENTS_ROOT {root} cannot be written to", hint=hint, id="attachments.W001")]


@register()
def the_scanners_address_can_be_read(app_configs, **kwargs):
    address = settings.CLAMD_ADDRESS
    host, _colon, port = address.rpartition(":")
    if not address or address.startswith("/") or (host and port.isdecimal()):
        return []
    return [
        Error(f"CLAMD_ADDRESS is {address!r}", hint="Write host:3310 or /run/clamav/clamd.ctl.", id="attachments.E003")
    ]


def _s3(given):
    missing = [name for name in S3_NEEDED if name not in given]
    if missing:
        hint = "Set all of them, or none to keep files on disk."
        return [Error(f"S3 is half set up: {', '.join(missing)} missing", hint=hint, id="attachments.E001")]
    if find_spec("storages") is None or find_spec("boto3") is None:
        hint = "Install requirements-server.txt, or unset ATTACHMENTS_S3_BUCKET."
        return [Error("The packages for S3 are not installed", hint=hint, id="attachments.E002")]
    return []


def _can_be_written(folder):
    """Or could be made: by trying in the nearest folder that is there. Being root, permissions alone tell nothing."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return False
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
