"""Posts and comments: read, written, changed, hidden, taken away. Graph API, "Pages API", "Comments"."""

from datetime import UTC, datetime

from sandbox.facebook import asked, codes, events
from sandbox.facebook.wall import PAGE


def feed(facebook, call):
    return _posts(facebook, call, facebook.wall.posts())


def published_posts(facebook, call):
    return _posts(facebook, call, [one for one in facebook.wall.posts(PAGE) if one.published])


def scheduled_posts(facebook, call):
    return _posts(facebook, call, [one for one in facebook.wall.posts(PAGE) if one.scheduled_for and not one.published])


def visitor_posts(facebook, call):
    return _posts(facebook, call, facebook.wall.posts("visitors"))


def _posts(facebook, call, posts):
    asked.page(facebook, call)
    return asked.picked([described(facebook, one, call) for one in posts], call)


def comments(facebook, call):
    target, query = asked.said(facebook, call), asked.fields(call)
    rows = facebook.wall.comments(target, all_levels=query.get("filter") == "stream")
    if query.get("order") == "reverse_chronological":
        rows = rows[::-1]
    return asked.picked([described(facebook, one, call) for one in rows], call)


def read(facebook, call):
    if asked.number_in(call) in ("me", facebook.settings.page_id):
        settings = facebook.settings
        return _of(call, {"id": settings.page_id, "name": settings.page_name, "link": f"{facebook.world.url}/wall"})
    return described(facebook, asked.said(facebook, call), call)


def described(facebook, one, call=None):
    whole = {
        "id": one.id, "message": one.text, "created_time": moment(one.at), "from": facebook.who(one.by),
        "is_hidden": one.hidden, "like_count": len(one.likes), "permalink_url": f"{facebook.world.url}/wall#s-{one.id}",
    }  # fmt: skip
    if one.is_comment:
        whole |= {
            "can_hide": one.by != PAGE, "can_remove": True, "can_reply_privately": may_reply_privately(facebook, one),
            "comment_count": len(facebook.wall.comments(one)), "object": {"id": one.under},
            **({"parent": {"id": one.parent}} if one.parent != one.under else {}),
        }  # fmt: skip
    else:
        whole |= {"is_published": one.published, "scheduled_publish_time": one.scheduled_for or None}
    return _of(call, whole) if call else whole


def _of(call, whole):
    """`fields` picks; the number always comes."""
    names = [name.partition("{")[0] for name in asked.fields(call).get("fields", "").split(",") if name]
    return {name: value for name, value in whole.items() if name in names or name == "id"} if names else whole


def moment(seconds):
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def may_reply_privately(facebook, one):
    young = facebook.world.clock.now() - one.at <= 7 * 24 * 3600
    return one.by != PAGE and not one.replied_privately and young


# --- the Page speaks ---


def publish(facebook, call):
    asked.page(facebook, call)
    said = asked.fields(call)
    text = str(said.get("message") or "")
    if not (text or said.get("link") or said.get("attached_media")):
        raise codes.invalid("message")
    last = next(iter(facebook.wall.posts(PAGE)), None)
    if last is not None and text and last.text == text:
        raise codes.graph(506)
    published = asked.truth(said.get("published", True))
    when = float(said["scheduled_publish_time"]) if str(said.get("scheduled_publish_time", "")).isdigit() else 0
    if when and when < facebook.world.clock.now() + 600:
        raise codes.invalid("scheduled_publish_time")
    one = facebook.post(PAGE, text, published=published, scheduled_for=when, endpoint=call.name)
    return {"id": one.id}


def photo(facebook, call):
    asked.page(facebook, call)
    said = asked.fields(call)
    upload = asked.upload(said.get("source"))
    if not (upload or said.get("url")):
        raise codes.graph(324, "Missing or invalid image file")
    address = facebook.keep_media(upload) if upload else str(said["url"])
    number = facebook.new_number()
    if not asked.truth(said.get("published", True)):
        return {"id": number}
    one = facebook.post(PAGE, str(said.get("caption") or ""), photo=address, endpoint=call.name)
    return {"id": number, "post_id": one.id}


def comment(facebook, call):
    target, said = asked.said(facebook, call), asked.fields(call)
    text, picture = (
        str(said.get("message") or ""),
        str(said.get("attachment_url") or said.get("attachment_share_url") or ""),
    )
    if not (text or picture or said.get("attachment_id")):
        raise codes.invalid("message")
    if facebook.settings.blocked:
        raise codes.graph(368)
    return {"id": facebook.comment(PAGE, target, text, photo=picture, endpoint=call.name).id}


def like(facebook, call):
    asked.said(facebook, call).likes.add(PAGE)
    return {"success": True}


def change(facebook, call):
    """The Page's own words can be changed, those of others hidden."""
    one, said = asked.said(facebook, call), asked.fields(call)
    if "is_hidden" in said:
        if one.by == PAGE and one.is_comment:
            raise codes.graph(200, "The Page's own comments cannot be hidden")
        one.hidden = asked.truth(said["is_hidden"])
        facebook.publish("feed", events.told(facebook, one, "hide" if one.hidden else "unhide"))
    if "message" in said:
        if one.by != PAGE:
            raise codes.graph(200)
        facebook.edit(one, str(said["message"]))
    facebook.world.changed()
    return {"success": True}


def delete(facebook, call):
    facebook.remove(asked.said(facebook, call))
    return {"success": True}
