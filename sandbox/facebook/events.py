"""What the webhook is told of what happened. Graph API, "Webhooks for Pages"; Messenger Platform, "Webhook Events"."""

# item of a post, by what it carries
STATUS, PHOTO, COMMENT = "status", "photo", "comment"


def told(facebook, one, verb):
    """`value` of a change of field "feed"."""
    value = {"item": _item(one), "verb": verb, "post_id": _number(facebook, one.under or one.id),
             "created_time": int(one.at)}  # fmt: skip
    if facebook.settings.names:
        value["from"] = facebook.who(one.by)
    if one.is_comment:
        value |= {"comment_id": one.id, "parent_id": _parent(facebook, one)}
    if verb != "remove":
        value |= _content(one)
    if verb == "edited":
        value["edited_time"] = int(one.edited_at)
    return value


def _item(one):
    if one.is_comment:
        return COMMENT
    return PHOTO if one.photo else STATUS


def _content(one):
    said = {"message": one.text} if one.text else {}
    if one.photo:
        said |= {"photo": one.photo} if one.is_comment else {"link": one.photo, "photo_id": one.id.partition("_")[2]}
    return {**said, **({"photos": one.photos} if one.photos else {}), **({} if one.is_comment else {"published": 1})}


def _parent(facebook, one):
    return _number(facebook, one.parent) if one.parent == one.under else one.parent


def _number(facebook, post):
    return post.partition("_")[2] if facebook.settings.legacy_ids else post


def from_person(facebook, fan, **what):
    return _event(facebook, fan.psid, facebook.settings.page_id, **what)


def from_page(facebook, fan, **what):
    return _event(facebook, facebook.settings.page_id, fan.psid, **what)


def _event(facebook, sender, recipient, **what):
    now = int(facebook.world.clock.now() * 1000)
    return {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": now, **what}


def said(facebook, fan, message, **more):
    attachments = [{"type": "image", "payload": {"url": message.photo}}] if message.photo else []
    told = {"mid": message.id, **({"text": message.text} if message.text else {}), **more}
    return from_person(facebook, fan, message={**told, **({"attachments": attachments} if attachments else {})})


def echo(facebook, fan, message):
    told = {"mid": message.id, "text": message.text, "is_echo": True, "app_id": int(facebook.settings.app_id)}
    return from_page(facebook, fan, message={**told, **({"metadata": message.metadata} if message.metadata else {})})


def policy(facebook, action, reason):
    sent = {"action": action, "reason": reason}
    return {"recipient": {"id": facebook.settings.page_id}, "timestamp": int(facebook.world.clock.now() * 1000),
            "policy_enforcement": sent}  # fmt: skip
