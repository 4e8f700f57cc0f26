"""Articles of the OA: created as a job, ready after a while, listed, changed, removed. Zalo OA, "Bài viết"."""

import secrets
from dataclasses import dataclass, field

from sandbox.door import Upload
from sandbox.zalo import asked, codes, uploads

MOST_IN_A_SLICE = 50
VIDEO_LIMIT = 50 * uploads.MB
VIDEOS = {".mp4": b"", ".avi": b"RIFF"}
BODY_KINDS = {"text": "content", "image": "url", "video": "", "product": "id"}


@dataclass(eq=False)
class Shelf:
    by_id: dict = field(default_factory=dict)
    jobs: dict = field(default_factory=dict)  # token -> {"polls", "article"}
    videos: dict = field(default_factory=dict)  # token -> how often asked


def create(zalo, call):
    """The answer is a job's token, not an article."""
    fields = read(asked.body(call))
    zalo.quotas.spend_article()
    article = {**fields, "id": secrets.token_hex(10), "create_date": int(zalo.world.clock.now() * 1000)}
    return {"token": _job(zalo, article, call)}


def update(zalo, call):
    body = asked.body(call)
    article = _find(zalo, body.get("id"))
    return {"token": _job(zalo, {**article, **read(body)}, call)}


def _job(zalo, article, call):
    token = secrets.token_urlsafe(32)
    zalo.articles.jobs[token] = {"polls": zalo.settings.article_polls, "article": article}
    # The work goes on whether somebody asks for it or not: who lost the answer finds the article in the list.
    zalo.articles.by_id[article["id"]] = article
    if article["status"] == "show":
        zalo.world.ledger.note(
            platform="zalo", kind="article", endpoint=call.name, to="everyone", text=article["title"],
            message_id=article["id"], data=article,
        )  # fmt: skip
    return token


def verify(zalo, call):
    job = zalo.articles.jobs.get(asked.text(asked.body(call), "token"))
    if job is None:
        raise codes.invalid("token")
    if job["polls"] > 0:
        job["polls"] -= 1
        raise codes.oa(-214)
    return {"id": job["article"]["id"]}


def remove(zalo, call):
    article = _find(zalo, asked.body(call).get("id"))
    del zalo.articles.by_id[article["id"]]
    zalo.world.ledger.note(
        platform="zalo", kind="article_removed", endpoint=call.name, to="everyone", text=article["title"],
        message_id=article["id"],
    )  # fmt: skip


def getslice(zalo, call):
    """Newest first."""
    offset = asked.number(call.query, "offset", at_most=10**6, default=0)
    limit = asked.number(call.query, "limit", at_most=MOST_IN_A_SLICE, default=10)
    kind = call.query.get("type", "normal")
    rows = [one for one in reversed(zalo.articles.by_id.values()) if one["type"] == kind]
    shown = [
        {
            "id": one["id"], "type": one["type"], "title": one["title"], "status": one["status"], "total_view": 0,
            "total_share": 0, "create_date": one["create_date"], "update_date": one["create_date"],
            "thumb": one.get("cover", {}).get("photo_url", ""), "tracking_link": one["tracking_link"],
            "link_view": f"{zalo.world.url}/zalo/articles/{one['id']}",
        }
        for one in rows[offset : offset + limit]
    ]  # fmt: skip
    return {"medias": shown, "total": len(rows)}


def getdetail(zalo, call):
    return _find(zalo, call.query.get("id"))


def _find(zalo, id):
    article = zalo.articles.by_id.get(id) if isinstance(id, str) else None
    if article is None:
        raise codes.invalid("id")
    return article


# --- what may stand in an article ---


def read(body):
    kind = body.get("type")
    if kind not in ("normal", "video"):
        raise codes.invalid("type")
    common = {
        "type": kind,
        "title": asked.text(body, "title", at_most=150),
        "description": asked.text(body, "description", at_most=300),
        "status": _choice(body, "status", "hide"),
        "comment": _choice(body, "comment", "show"),
        "tracking_link": asked.text(body, "tracking_link", required=False),
    }
    return {**common, **(_normal(body) if kind == "normal" else _video(body))}


def _choice(body, name, default):
    value = body.get(name, default)
    if value not in ("show", "hide"):
        raise codes.invalid(name)
    return value


def _normal(body):
    cover = body.get("cover")
    if not isinstance(cover, dict) or cover.get("cover_type") not in ("photo", "video"):
        raise codes.invalid("cover")
    needed = "photo_url" if cover["cover_type"] == "photo" else "video_id"
    asked.text(cover, needed)
    blocks = body.get("body")
    if not isinstance(blocks, list) or not blocks:
        raise codes.invalid("body")
    for block in blocks:
        _check_block(block)
    related = body.get("related_medias", [])
    if not isinstance(related, list):
        raise codes.invalid("related_medias")
    author = asked.text(body, "author", at_most=50)
    return {"author": author, "cover": cover, "body": blocks, "related_medias": related}


def _check_block(block):
    if not isinstance(block, dict) or block.get("type") not in tuple(BODY_KINDS):
        raise codes.invalid("body")
    needed = BODY_KINDS[block["type"]]
    if needed:
        asked.text(block, needed)
    elif not (block.get("url") or block.get("video_id")):
        raise codes.invalid("body")


def _video(body):
    return {"video_id": asked.text(body, "video_id"), "avatar": asked.text(body, "avatar")}


# --- videos ---


def prepare_video(zalo, call):
    upload = call.form.get("file")
    if not isinstance(upload, Upload):
        raise codes.invalid("file")
    uploads.check(upload, VIDEOS, VIDEO_LIMIT, wrong=codes.invalid("file"), large=codes.oa(-210))
    token = secrets.token_urlsafe(24)
    zalo.articles.videos[token] = 0
    return {"token": token}


def verify_video(zalo, call):
    """Ready at the second look. The token stands in the query, or in a header as in old code."""
    token = call.query.get("token") or call.headers.get("token", "")
    if token not in zalo.articles.videos:
        return {"status": 0, "status_message": "unknown", "convert_percent": 0, "video_id": ""}
    zalo.articles.videos[token] += 1
    if zalo.articles.videos[token] < 2:
        return {"status": 3, "status_message": "converting", "convert_percent": 50, "video_id": ""}
    return {"status": 1, "status_message": "ready", "convert_percent": 100, "video_id": f"v{token[:12]}"}
