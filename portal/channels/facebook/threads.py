"""What is said under our Page's posts, and on its wall, for everybody to read. Graph API, "Webhooks for Pages", `feed`.

Who said it may be missing (their privacy): it is heard all the same.
"""

from portal.channels.facebook.marks import verb_of

POSTS = {"post", "status", "photo", "video", "share", "link", "note", "album"}
KINDS = {"edited": "edited", "remove": "removed"}


def said(change, *, page):
    """The fields of an Incoming; None for what is nobody's to answer: reactions, likes, hiding, fields of tomorrow."""
    value = change["value"]
    is_comment = value.get("item") == "comment"
    if change.get("field") not in ("feed", "mention") or not (is_comment or value.get("item") in POSTS):
        return None
    thread = str(value["comment_id"]) if is_comment else _post(value, page)
    told = {"thread": thread, "parent": _parent(value, page) if is_comment else "", "public": True}
    told |= _who(value) | _what(value)
    if told["sender"] == page:
        return {**told, "kind": "echo"}
    if verb_of(value) == "add":
        return {**told, **_ways(thread, is_comment), "kind": "photo" if told["photos"] else "text"}
    kind = KINDS.get(verb_of(value))
    return {**told, **_ways(thread, is_comment), "kind": kind} if kind else None


def _ways(thread, is_comment):
    private = f"{'comment' if is_comment else 'post'}:{thread}"
    return {"answer_to": {"facebook_thread": thread}, "private_to": {"facebook_private": private}}


def _post(value, page):
    """ "<page>_<post>"; old events name the post alone."""
    number = str(value["post_id"])
    return number if "_" in number else f"{page}_{number}"


def _parent(value, page):
    """The post, or the comment that this one answers."""
    parent = str(value.get("parent_id") or value.get("post_id") or "")
    return f"{page}_{parent}" if parent and "_" not in parent else parent


def _who(value):
    who = value.get("from")
    who = who if isinstance(who, dict) else {}
    sender, name = who.get("id") or value.get("sender_id"), who.get("name") or value.get("sender_name")
    return {"sender": str(sender or ""), "name": str(name or "")}


def _what(value):
    pictures = [value.get("photo"), *(value.get("photos") or []), _linked_picture(value)]
    photos = tuple(dict.fromkeys(filter(_is_address, pictures)))
    attached = tuple((what, "", value[what]) for what in ("video",) if _is_address(value.get(what)))
    link = value.get("link")
    if _is_address(link) and link not in photos and not attached:
        attached = (("link", "", link),)
    return {"text": str(value.get("message") or ""), "photos": photos, "attached": attached}


def _linked_picture(value):
    """Of one photo the event names the picture as its link."""
    return value.get("link") if value.get("item") == "photo" or value.get("photo_id") else None


def _is_address(value):
    return isinstance(value, str) and value.startswith(("https://", "http://"))
