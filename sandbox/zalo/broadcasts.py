"""The address of v2 that does many things: broadcast an article, answer a stranger, react to a message."""

from sandbox.zalo import asked, codes, events
from sandbox.zalo.stopped import v2_message

ICONS = ("/-strong", "/-heart", ":>", ":>--b", ":o", "-h:o", ":-((", "-:((", ":-h", "/-remove")
TARGETS = {
    "ages": ("age_bucket", range(8)),
    "gender": ("gender", range(3)),
    "locations": ("location", range(3)),
    "cities": ("city", range(64)),
    "platform": ("system", range(1, 4)),
}


def message(zalo, call):
    body = asked.body(call)
    recipient = body.get("recipient")
    if not isinstance(recipient, dict):
        raise codes.invalid("recipient")
    if "sender_action" in body:
        return react(zalo, body)
    if "anonymous_id" in recipient:
        return answer_stranger(zalo, body)
    if "target" in recipient:
        return broadcast(zalo, call, body)
    raise v2_message()


def broadcast(zalo, call, body):
    """To every follower the target names, by day only. Zalo OA, "Gửi tin Truyền thông broadcast"."""
    article = _article(zalo, body.get("message"))
    wanted = _target(body["recipient"]["target"])
    if zalo.world.clock.is_night():
        raise codes.oa(-234)
    zalo.quotas.spend_broadcast()
    id = zalo.new_id()
    for user in zalo.users.all():
        if _is_meant(user, wanted):
            note = zalo.new_message("oa", "article", text=article["title"], preview=article["title"])
            note.details = {"article": article["id"], "broadcast": id, "description": article["description"]}
            zalo.deliver(user, note, kind="broadcast", endpoint=call.name, data={"article": article["id"], "id": id})
    return {"message_id": id}


def _article(zalo, wanted):
    try:
        element = wanted["attachment"]["payload"]["elements"][0]
    except (KeyError, TypeError, IndexError):
        raise codes.invalid("message") from None
    if not isinstance(element, dict) or element.get("media_type") != "article":
        raise codes.oa(-233)
    article = zalo.articles.by_id.get(str(element.get("attachment_id")))
    if article is None:
        raise codes.invalid("attachment_id")
    return article


def _target(target):
    if not isinstance(target, dict):
        raise codes.invalid("target")
    for name, values in target.items():
        known = TARGETS.get(name)
        if known is None or not isinstance(values, list) or any(int_or_none(one) not in known[1] for one in values):
            raise codes.invalid(name)
    return {name: {int(one) for one in values} for name, values in target.items() if values}


def int_or_none(value):
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdigit()) else None


def _is_meant(user, wanted):
    """Gender 0 in a target is everybody."""
    if not user.follower or user.blocked or user.inactive or "promotion" in user.restricted:
        return False
    if 0 in wanted.get("gender", {0}):
        wanted = {name: values for name, values in wanted.items() if name != "gender"}
    return all(getattr(user, TARGETS[name][0]) in values for name, values in wanted.items())


def react(zalo, body):
    """A small mark on a message: costs nothing."""
    action = body["sender_action"]
    if not isinstance(action, dict) or action.get("react_icon") not in ICONS:
        raise codes.invalid("react_icon")
    user = asked.user(zalo, body["recipient"].get("user_id"))
    found = zalo.find(action.get("react_message_id"))
    if found is None or found[0] is not user:
        raise codes.invalid("react_message_id")
    icons = found[1].details.setdefault("icons", [])
    icons[:] = [] if action["react_icon"] == "/-remove" else [*icons, action["react_icon"]][-50:]
    zalo.world.changed()
    content = {"msg_id": found[1].id, "react_icon": action["react_icon"]}
    zalo.publish(events.from_oa(zalo, user, "oa_reacted_message", message=content))
    return {"message_id": found[1].id, "user_id": user.uid}


def answer_stranger(zalo, body):
    """Somebody who wrote without logging in; the sandbox has nobody like that, but answers as Zalo would."""
    recipient = body["recipient"]
    if not recipient.get("conversation_id"):
        raise codes.invalid("conversation_id")
    asked.text(body.get("message") or {}, "text", at_most=2000)
    return {"message_id": zalo.new_id(), "anonymous_id": recipient["anonymous_id"]}
