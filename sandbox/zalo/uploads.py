"""Images, GIFs and files of the OA: each with its limit, and gone after seven days. Zalo OA, "Upload"."""

import hashlib
import secrets
from dataclasses import dataclass

from sandbox.door import Upload
from sandbox.zalo import codes

MB = 1024 * 1024
LIVES = 7 * 24 * 3600
IMAGES = {".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".png": b"\x89PNG"}
GIFS = {".gif": b"GIF8"}
FILES = {".pdf": b"%PDF", ".doc": b"\xd0\xcf\x11\xe0", ".docx": b"PK", ".csv": b""}


@dataclass(eq=False)
class Asset:
    id: str
    kind: str
    name: str
    content_type: str
    content: bytes
    until: float
    url: str = ""

    def described(self):
        kind = self.name.rpartition(".")[2]
        checksum = hashlib.sha256(self.content).hexdigest()[:32]
        return {"size": str(len(self.content)), "name": self.name, "checksum": checksum, "type": kind}


class Assets:
    def __init__(self, clock):
        self.clock, self.by_id = clock, {}

    def keep(self, upload, kind, *, base):
        id = secrets.token_urlsafe(24)
        asset = Asset(id, kind, upload.filename, upload.content_type, upload.content, self.clock.now() + LIVES)
        asset.url = f"{base}/zalo/media/{id}/{upload.filename}"
        self.by_id[id] = asset
        return id

    def use(self, id, kind):
        asset = self.by_id.get(id) if isinstance(id, str) else None
        if asset is None or asset.kind != kind:
            raise codes.invalid("token" if kind == "file" else "attachment_id")
        if asset.until <= self.clock.now():
            raise codes.oa(-100)
        return asset


def image(zalo, call):
    return {"attachment_id": _keep(zalo, call, "image", IMAGES, 1 * MB)}


def gif(zalo, call):
    return {"attachment_id": _keep(zalo, call, "gif", GIFS, 5 * MB)}


def file(zalo, call):
    return {"token": _keep(zalo, call, "file", FILES, 5 * MB)}


def _keep(zalo, call, kind, signs, limit):
    upload = call.form.get("file")
    if not isinstance(upload, Upload):
        raise codes.invalid("file")
    check(upload, signs, limit, wrong=codes.invalid("file"), large=codes.oa(-210))
    zalo.quotas.spend_upload()
    return zalo.assets.keep(upload, kind, base=zalo.world.url)


def check(upload, signs, limit, *, wrong, large):
    """By the name's extension and the first bytes."""
    extension = f".{upload.filename.lower().rpartition('.')[2]}"
    if extension not in signs or not upload.content.startswith(signs[extension]):
        raise wrong
    if len(upload.content) > limit:
        raise large
