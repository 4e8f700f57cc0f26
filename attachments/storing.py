"""Where the bytes lie: Django's storage "attachments", on disk or in S3. Names are random and have no address.

A folder a day (UTC), so that what a lost transaction left behind is found without listing the whole store.
"""

import secrets
from datetime import UTC

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.utils.deconstruct import deconstructible

ENDINGS = {"image/jpeg": "jpg", "video/mp4": "mp4", "video/quicktime": "mov"}


@deconstructible
class PrivateFiles(FileSystemStorage):
    """On disk, for this process's user and group alone, and never behind an address of its own."""

    def __init__(self, **options):
        super().__init__(file_permissions_mode=0o640, directory_permissions_mode=0o750, **options)

    def url(self, name):
        raise ValueError("Files of attachments are shown by a view, which asks who may see them.")


def files():
    return storages["attachments"]


def folder(at):
    return at.astimezone(UTC).strftime("%Y/%m/%d")


def put(content, content_type, *, at):
    """The random name under which the bytes now lie; "" for no bytes."""
    if not content:
        return ""
    return files().save(f"{folder(at)}/{secrets.token_hex(16)}.{ENDINGS[content_type]}", ContentFile(content))


def read(name):
    with files().open(name) as file:
        return file.read()


def remove(*names):
    """Once or twice: what is not there is removed already."""
    for name in filter(None, names):
        files().delete(name)


def names_in(folder):
    """Names of the files in a folder; none where there is no such folder."""
    try:
        return files().listdir(folder)[1]
    except FileNotFoundError:
        return []
