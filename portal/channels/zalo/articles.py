"""Articles on the page of our Official Account: made as a job, ready after a while. Zalo OA, "Bài viết".

draft -> create() -> a job's token -> verify() -> the article's id -> broadcasting.broadcast(), update(), remove()

Nothing here waits: who is told Processing asks again later. A create() that ends in Unknown may have made the article:
find() is asked before it is repeated.
"""

import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.channels.base import ContentRejected
from portal.channels.zalo import client

# The most characters of a field, in NFC.
LIMITS = {"title": 150, "author": 50, "description": 300}
LABELS = {
    "title": gettext_noop("title of the article"),
    "author": gettext_noop("author of the article"),
    "description": gettext_noop("summary of the article"),
    "cover": gettext_noop("cover picture"),
    "body": gettext_noop("text of the article"),
    "tracking_link": gettext_noop("address of the article on our website"),
}
# More rows at once are refused by some accounts; and what lies further back was not made just now.
SLICE, LOOKED_THROUGH = 10, 50


@dataclass(frozen=True)
class Text:
    """A paragraph or more, in the few HTML tags that Zalo shows."""

    html: str

    def block(self):
        return {"type": "text", "content": _nfc(self.html)}


@dataclass(frozen=True)
class Picture:
    """`url` is fetched by Zalo, so it is open to everybody."""

    url: str
    caption: str = ""

    def block(self):
        return {"type": "image", "url": self.url, "caption": _nfc(self.caption)}


@dataclass(frozen=True, kw_only=True)
class Article:
    """What an article says.

    Attributes:
        title, author, description: at most 150, 50 and 300 characters; none may be empty.
        cover: the address of a picture, open to everybody.
        body: Text and Picture, at least one.
        tracking_link: where it stands on our website. No two articles share one: a lost create() is found by it.
        shown, comments: may people see it, and write below it.
    """

    title: str
    author: str
    description: str
    cover: str
    body: tuple
    tracking_link: str
    shown: bool = True
    comments: bool = True

    def check(self):
        """Raises ContentRejected, in words that name the field."""
        for name, limit in LIMITS.items():
            length = len(_nfc(getattr(self, name)))
            if length > limit:
                words = _("%(field)s: %(length)s characters, and Zalo takes %(limit)s")
                raise ContentRejected(words % {"field": _(LABELS[name]), "length": length, "limit": limit})
        for name, label in LABELS.items():
            if self._lacks(name):
                raise ContentRejected(_("%(field)s: is missing") % {"field": _(label)})
        pictures = [block.url for block in self.body if isinstance(block, Picture)]
        addresses = [("cover", self.cover), ("tracking_link", self.tracking_link), *(("body", one) for one in pictures)]
        for name, address in addresses:
            if not address.startswith(("https://", "http://")):
                raise ContentRejected(_("%(field)s: no web address") % {"field": _(LABELS[name])})

    def _lacks(self, name):
        said = getattr(self, name)
        if name == "body":
            said = "".join(block.url if isinstance(block, Picture) else block.html for block in said)
        return not said.strip()

    def payload(self):
        """The body of create and update."""
        return {
            "type": "normal",
            **{name: _nfc(getattr(self, name)) for name in LIMITS},
            "cover": {"cover_type": "photo", "photo_url": self.cover, "status": "show"},
            "body": [block.block() for block in self.body],
            "tracking_link": self.tracking_link,
            "status": _switch(self.shown),  # left out it would be hidden
            "comment": _switch(self.comments),
        }


@dataclass(frozen=True)
class Published:
    """An article as Zalo has it. `tracking_link` is empty where Zalo does not tell it."""

    id: str
    title: str
    tracking_link: str
    shown: bool


def create(article):
    """The token of the job that makes it.

    Raises:
        ContentRejected: a field is missing or too long; nothing was sent.
        Unknown: the answer was lost: find() it before anything is repeated.
        SendError: any other No; TryAgain when the month's articles are used up.
    """
    article.check()
    return client.part(client.post("/v2.0/article/create", article.payload()), "token", effect=True)


def update(article_id, article):
    """The token of the job that changes it. The same change twice is one, so there is no doubt. Raises SendError."""
    article.check()
    said = client.post("/v2.0/article/update", {"id": article_id, **article.payload()}, effect=False)
    return client.part(said, "token", effect=False)


def verify(token):
    """The article's id. Raises Processing, with the time to wait, while the job is not done, and SendError."""
    return client.part(client.post("/v2.0/article/verify", {"token": token}, effect=False), "id", effect=False)


def remove(article_id):
    """Takes it off the page; one that is not there is removed. Raises SendError."""
    try:
        client.post("/v2.0/article/remove", {"id": article_id}, effect=False)
    except ContentRejected:
        if is_there(article_id):
            raise


def is_there(article_id):
    """Raises SendError when Zalo cannot be asked."""
    try:
        detail(article_id)
    except ContentRejected:
        return False
    return True


def detail(article_id):
    """The Published article of this id. Raises ContentRejected when there is none, and SendError."""
    return _published({"id": article_id, **client.ask("/v2.0/article/getdetail", id=article_id)})


def listed(*, offset=0):
    """At most ten Published, the newest first. Raises SendError."""
    said = client.ask("/v2.0/article/getslice", offset=offset, limit=SLICE, type="normal") or {}
    return [_published(row) for row in said.get("medias") or [] if row.get("id")]


def find(article):
    """The id under which Zalo has it, or None: after a lost create(), once a job has had minutes to be done.

    It is ours if its tracking link is; by its title alone only where Zalo tells no link at all. Raises SendError.
    """
    for offset in range(0, LOOKED_THROUGH, SLICE):
        rows = listed(offset=offset)
        for row in rows:
            if _is(row, article):
                return row.id
        if len(rows) < SLICE:
            return None
    return None


def _is(row, article):
    link = row.tracking_link
    if not link and row.title == _nfc(article.title):
        link = detail(row.id).tracking_link or article.tracking_link
    return link == article.tracking_link


def _published(row):
    return Published(
        id=str(row["id"]),
        title=_nfc(str(row.get("title", ""))),
        tracking_link=str(row.get("tracking_link") or ""),
        shown=row.get("status") == "show",
    )


def _nfc(text):
    return unicodedata.normalize("NFC", text)


def _switch(on):
    return "show" if on else "hide"
