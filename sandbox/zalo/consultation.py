"""Consultation messages: free for 48 hours after a person was last heard of, billed until seven days, then refused.

Zalo OA, "Tin tư vấn".
"""

from sandbox.zalo import asked, codes
from sandbox.zalo.users import ANSWERED_FOR, FREE_FOR

LONGEST_TEXT = 2000
MOST_BUTTONS, LONGEST_TITLE = 5, 100
BUTTONS = {
    "oa.open.url": ("url",),
    "oa.query.show": (),
    "oa.query.hide": (),
    "oa.open.phone": ("phone_code",),
    "oa.open.sms": ("content", "phone_code"),
}
PRICE = 55  # đồng, of a message after 48 hours


def send(zalo, call):
    body = asked.body(call)
    user = _recipient(zalo, body)
    content = compose(zalo, body.get("message"))
    quota = may_send(zalo, user)
    message = zalo.new_message("oa", **content)
    zalo.deliver(user, message, kind="consultation", endpoint=call.name, data=body["message"])
    return {"message_id": message.id, "user_id": user.uid, "sent_time": str(message.at), "quota": quota}


def _recipient(zalo, body):
    """By user_id; an older way names a message of that person."""
    recipient = body.get("recipient")
    if not isinstance(recipient, dict):
        raise codes.invalid("recipient")
    if "message_id" in recipient:
        found = zalo.find(recipient["message_id"])
        if found is None:
            raise codes.invalid("message_id")
        return found[0]
    return asked.user(zalo, recipient.get("user_id"))


# --- may this person be written to? ---


def may_send(zalo, user):
    """The quota that pays for it. Raises Refused as Zalo would."""
    reachable(user, "consultation")
    now = zalo.world.clock.now()
    if not user.follower and user.last_interaction is None:
        raise codes.oa(-213)
    if user.last_interaction is None:
        raise codes.oa(-232)
    silent_for = now - user.last_interaction
    if silent_for <= FREE_FOR:
        return {"quota_type": "reply"}
    if silent_for > ANSWERED_FOR:
        raise codes.oa(-230)
    return billed(zalo)


def reachable(user, kind):
    if user.blocked:
        raise codes.oa(-217)
    if kind in user.restricted:
        raise codes.oa(-244)
    if user.inactive or not user.has_zalo:
        raise codes.oa(-227)


def billed(zalo):
    """First the package of the OA, then the money of its ZBS account."""
    settings = zalo.settings
    if settings.package_quota > 0:
        settings.package_quota -= 1
        return {"quota_type": "sub_quota", "owner_type": "OA", "owner_id": settings.oa_id}
    if not settings.zca_linked:
        raise codes.oa(-320)
    if settings.balance < PRICE:
        raise codes.oa(-321)
    settings.balance -= PRICE
    return {"quota_type": "purchase_quota", "owner_type": "OA", "owner_id": settings.oa_id}


# --- what is in it? ---


def compose(zalo, message):
    """{kind, text, url, buttons, …} of a bubble, out of `message` of a call."""
    if not isinstance(message, dict):
        raise codes.invalid("message")
    text = asked.text(message, "text", at_most=LONGEST_TEXT, required="attachment" not in message)
    details = {"quote": message["quote_message_id"]} if message.get("quote_message_id") else {}
    if "attachment" not in message:
        return {"kind": "text", "text": text, "preview": text, "details": details}
    content = _attachment(zalo, message["attachment"], text)
    return {**content, "details": {**content.get("details", {}), **details}}


def _attachment(zalo, attachment, text):
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    if not isinstance(payload, dict):
        raise codes.invalid("attachment")
    if attachment.get("type") == "file":
        return _file(zalo, payload)
    if attachment.get("type") != "template":
        raise codes.oa(-233)
    kind = payload.get("template_type")
    if kind is None and "buttons" in payload:
        kind = "text"
    if kind not in tuple(TEMPLATES):
        raise codes.oa(-233)
    return {**TEMPLATES[kind](zalo, payload, text), "buttons": buttons(payload.get("buttons", []))}


def _file(zalo, payload):
    asset = zalo.assets.use(payload.get("token"), "file")
    words = f"[Tệp] {asset.name}"
    return {"kind": "file", "url": asset.url, "preview": words, "text": "", "details": {"file": asset.described()}}


def _text_with_buttons(zalo, payload, text):
    if not text:
        raise codes.invalid("text")
    return {"kind": "text", "text": text, "preview": text}


def _media(zalo, payload, text):
    element = _elements(payload, at_most=1)[0]
    kind = element.get("media_type")
    if kind not in ("image", "gif", "sticker"):
        raise codes.oa(-233)
    if kind == "gif" and not (element.get("width") and element.get("height")):
        raise codes.invalid("width")
    return {"kind": kind, "url": _source(zalo, element, kind), "text": text, "preview": text or PREVIEWS[kind]}


PREVIEWS = {"image": "[Hình ảnh]", "gif": "[Ảnh động]", "sticker": "[Nhãn dán]"}


def _source(zalo, element, kind):
    """Exactly one of `url` and `attachment_id`."""
    url, attachment = element.get("url"), element.get("attachment_id")
    if bool(url) == bool(attachment):
        raise codes.invalid("url")
    if kind == "sticker":
        return ""
    if attachment:
        return zalo.assets.use(attachment, kind).url
    return _address(url)


def _address(url):
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        raise codes.invalid("url")
    return url


def _ask_for_contact(zalo, payload, text):
    element = _elements(payload, at_most=1)[0]
    title = asked.text(element, "title", at_most=LONGEST_TITLE)
    subtitle = asked.text(element, "subtitle", required=False, at_most=500)
    return {
        "kind": "ask", "text": title, "preview": title, "url": element.get("image_url", ""),
        "blocks": [{"kind": "paragraph", "text": subtitle}],
    }  # fmt: skip


def _list(zalo, payload, text):
    if not zalo.settings.lists_allowed:
        raise codes.oa(-233)
    elements = _elements(payload, at_most=5)
    titles = [asked.text(element, "title", at_most=LONGEST_TITLE) for element in elements]
    blocks = [
        {"kind": "paragraph", "text": f"{title}\n{element.get('subtitle', '')}".strip()}
        for title, element in zip(titles, elements, strict=True)
    ]
    return {"kind": "list", "text": "", "preview": titles[0], "blocks": blocks}


TEMPLATES = {"media": _media, "request_user_info": _ask_for_contact, "list": _list, "text": _text_with_buttons}


def _elements(payload, *, at_most):
    elements = payload.get("elements")
    if not isinstance(elements, list) or not elements or not all(isinstance(one, dict) for one in elements):
        raise codes.invalid("elements")
    if len(elements) > at_most:
        raise codes.oa(-210)
    return elements


def buttons(wanted):
    """Zalo OA, "Cấu trúc của tham số buttons"."""
    if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
        raise codes.invalid("buttons")
    if len(wanted) > MOST_BUTTONS:
        raise codes.oa(-210)
    return [_button(one) for one in wanted]


def _button(wanted):
    title = asked.text(wanted, "title", at_most=LONGEST_TITLE)
    kind, payload = wanted.get("type"), wanted.get("payload")
    if kind not in tuple(BUTTONS):
        raise codes.invalid("type")
    fields = BUTTONS[kind]
    if fields and not (isinstance(payload, dict) and all(isinstance(payload.get(name), str) for name in fields)):
        raise codes.invalid("payload")
    if not fields and not (isinstance(payload, str) and payload.strip()):
        raise codes.invalid("payload")
    if "url" in fields:
        _address(payload["url"])
    return {"title": title, "type": kind, "payload": payload}
