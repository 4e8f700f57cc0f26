"""Pictures, moving pictures and files that a message shows: uploaded first, then named by number. Zalo OA, "Upload".

Zalo forgets them after seven days, and takes 5,000 a month: a number is remembered for a while and never stored.
"""

import hashlib
import logging
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePath

from django.core.cache import cache
from django.utils.translation import gettext as _

from portal.channels.base import ContentRejected
from portal.channels.zalo import client
from portal.channels.zalo.answers import AssetExpired

log = logging.getLogger(__name__)
MB = 1024 * 1024
REMEMBERED = timedelta(days=6)


@dataclass(frozen=True)
class Kind:
    """What Zalo takes at one address, and what it calls the number that it gives for it.

    Attributes:
        limit: bytes.
        signs: {extension: what the content begins with}.
    """

    path: str
    answer: str
    limit: int
    signs: dict = field(hash=False)


IMAGE = Kind(
    "/v2.0/oa/upload/image", "attachment_id", 1 * MB,
    {".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".png": b"\x89PNG\r\n\x1a\n"},
)  # fmt: skip
GIF = Kind("/v2.0/oa/upload/gif", "attachment_id", 5 * MB, {".gif": b"GIF8"})
FILE = Kind(
    "/v2.0/oa/upload/file", "token", 5 * MB,
    {".pdf": b"%PDF-", ".doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".docx": b"PK\x03\x04"},
)  # fmt: skip


@dataclass(frozen=True)
class Asset:
    """What is to be shown. People see the name of a FILE."""

    kind: Kind
    name: str
    content: bytes = field(repr=False)

    def used(self, send):
        """send(number), once more with a new number if Zalo has forgotten the one we remembered.

        Raises:
            ContentRejected: too large or of another type; nothing was sent.
            SendError: as of the upload or of `send`; AssetExpired if even a new number is not known.
        """
        if number := _cache("get", self._key):
            try:
                return send(number)
            except AssetExpired:
                _cache("delete", self._key)
        return send(self.upload())

    def upload(self):
        """The number to name it by, for seven days. A second upload shows nobody anything, so there is no doubt."""
        self.check()
        part = (unicodedata.normalize("NFC", PurePath(self.name).name), self.content)
        said = client.post(self.kind.path, effect=False, files={"file": part})
        number = client.part(said, self.kind.answer, effect=False)
        _cache("set", self._key, number, REMEMBERED.total_seconds())
        return number

    def check(self):
        """Raises ContentRejected, in words that name what is wrong."""
        sign = self.kind.signs.get(PurePath(self.name).suffix.lower())
        if sign is None or not self.content.startswith(sign):
            types = ", ".join(one.removeprefix(".").upper() for one in self.kind.signs)
            raise ContentRejected(_("%(name)s: Zalo takes only %(types)s here") % {"name": self.name, "types": types})
        if len(self.content) > self.kind.limit:
            limit = self.kind.limit // MB
            raise ContentRejected(_("%(name)s: larger than %(limit)s MB") % {"name": self.name, "limit": limit})

    @property
    def _key(self):
        digest = hashlib.sha256(self.content).hexdigest()
        return f"zalo:asset:{hashlib.sha256(f'{self.kind.path} {self.name} {digest}'.encode()).hexdigest()}"


def _cache(verb, *arguments):
    """Whatever is wrong with the cache, the picture can be uploaded again: it must not look like a doubtful send."""
    try:
        return getattr(cache, verb)(*arguments)
    except Exception as error:
        log.warning("The cache did not remember an upload: %s", type(error).__name__)
        return None
