"""What a citizen does with the phone. The control API and the phone's page come through the same doors.

Each act takes the platform, the user, and what was chosen; a wrong choice is a ValueError in words.
"""

from sandbox.zalo import events
from sandbox.zalo.users import CHANGEABLE

ZBS_RESPONSE = "response"
GENDERS = {0: "", 1: "Nam", 2: "Nữ"}


def follow(zalo, user, source="oa_profile"):
    """Counts as an interaction."""
    if user.follower:
        return
    user.follower = True
    user.interacts(zalo.world.clock.now())
    zalo.publish(events.relation(zalo, user, "follow", source=source))
    zalo.world.changed()


def unfollow(zalo, user):
    """Closes the window as well: who left has to speak first."""
    user.follower, user.last_interaction = False, None
    zalo.publish(events.relation(zalo, user, "unfollow", source="oa_profile"))
    zalo.world.changed()


def say(zalo, user, text="", quote=""):
    if not str(text).strip():
        raise ValueError("text: what does the person say?")
    details = {"quote": quote} if quote else {}
    message = zalo.new_message("user", "text", text=str(text), details=details)
    zalo.hear(user, message)
    return message


def send_media(zalo, user, kind="image", upload=None, url="", text=""):
    """A photo, a file, a sound or a film: as an upload, or as an address."""
    if upload is None and not url:
        raise ValueError(f"{kind}: give a file (multipart, part `file`), `data` in base64, or a `url`.")
    address = zalo.keep_media(upload) if upload else url
    message = zalo.new_message("user", kind, text=text, url=address)
    if kind == "file":
        message.details["file"] = _described(upload, address)
    zalo.hear(user, message)
    return message


def _described(upload, url):
    name = upload.filename if upload else url.rpartition("/")[2]
    size = str(len(upload.content)) if upload else "0"
    return {"size": size, "name": name, "checksum": "0", "type": name.rpartition(".")[2]}


def send_location(zalo, user, latitude=10.36, longitude=106.359, text=""):
    details = {"latitude": str(latitude), "longitude": str(longitude)}  # Zalo sends both as strings
    message = zalo.new_message("user", "location", text=text, details=details)
    zalo.hear(user, message)
    return message


def send_sticker(zalo, user, sticker="46926"):
    message = zalo.new_message(
        "user", "sticker", url=f"{zalo.world.url}/static/sticker.svg", details={"sticker": str(sticker)}
    )
    zalo.hear(user, message)
    return message


def press(zalo, user, message_id="", button=0):
    """A button of a message. What it does on the phone: {"does": "says"|"opens"|"dials"|"answers", …}."""
    message = _message_of(zalo, user, message_id)
    if not 0 <= int(button) < len(message.buttons):
        raise ValueError(f"button: the message has {len(message.buttons)} buttons, counted from 0.")
    chosen = message.buttons[int(button)]
    kind = chosen["type"]
    if kind in ("oa.query.show", "oa.query.hide"):
        said = zalo.new_message("user", "text", text=chosen["payload"], hidden=kind == "oa.query.hide")
        zalo.hear(user, said)
        return {"does": "says", "text": chosen["payload"]}
    if kind == ZBS_RESPONSE:
        at = zalo.world.clock.stamp()
        zalo.responses.append((message, chosen["content"], at))
        zalo.publish(events.clicked(zalo, message, data=chosen["content"], at=at))
        return {"does": "answers", "data": chosen["content"]}
    if kind in ("oa.open.phone", "oa.open.sms"):
        return {"does": "dials", "phone": chosen["payload"]["phone_code"]}
    payload = chosen.get("payload")
    return {"does": "opens", "url": payload["url"] if isinstance(payload, dict) else chosen.get("content", "")}


def rate(zalo, user, message_id="", rate=5, note="", feedbacks=()):
    """Stars for a message with a rating block, once."""
    message = _message_of(zalo, user, message_id)
    if not any(block["kind"] == "rating" for block in message.blocks):
        raise ValueError("message_id: this message does not ask for a rating.")
    if "rate" in message.details:
        raise ValueError("message_id: this message has its rating already.")
    if str(rate) not in "12345" or len(str(rate)) != 1:
        raise ValueError("rate: from 1 to 5.")
    message.details["rate"] = int(rate)
    answer = {"rate": int(rate), "note": str(note), "feedbacks": list(feedbacks), "at": zalo.world.clock.stamp()}
    zalo.ratings.append((user, message, answer))
    zalo.publish(events.feedback(zalo, message, **answer))
    zalo.world.changed()
    return answer


def see(zalo, user):
    """The chat is opened: everything in it is read now."""
    at = int(zalo.world.clock.now() * 1000)
    unread = [one for one in user.chat if one.by == "oa" and one.seen_at is None and one.received_at is not None]
    for message in unread:
        message.seen_at = at
    if unread:
        zalo.publish(events.seen(zalo, user, unread))
        zalo.world.changed()
    return len(unread)


def submit_info(zalo, user, name="", phone="", address="", city="", ward="", birthday="01/01/1990"):
    """The answer to the card that asks for contact data."""
    zalo.publish(events.submitted(zalo, user, {
        "name": name or user.person.name, "phone": phone or user.person.phone, "user_dob": birthday,
        "gender": GENDERS[user.gender],
        "full_address": {"user_city": city, "user_ward": ward, "user_address": address},
    }))  # fmt: skip
    user.interacts(zalo.world.clock.now())
    user.shared = {"name": name or user.person.name, "phone": phone or user.person.phone, "address": address}


def click_chatnow(zalo, user):
    """The button "Nhắn tin" on the OA's page: an interaction without words."""
    user.interacts(zalo.world.clock.now())
    zalo.publish(events.about_oa(zalo, "user_click_chatnow", user_id=user.uid, user_id_by_app=user.by_app))


def withdraw(zalo, user):
    """The person takes back the consent to the use of their data: the sender has to delete it."""
    user.follower, user.last_interaction, user.shared = False, None, {}
    zalo.publish(events.about_oa(zalo, "user_withdraw", user_id=user.uid, user_id_by_app=user.by_app))
    zalo.world.changed()


def react(zalo, user, message_id="", icon="/-heart"):
    message = _message_of(zalo, user, message_id)
    content = {"msg_id": message.id, "react_icon": icon}
    zalo.publish(events.from_user(zalo, user, "user_reacted_message", message=content))


def change(zalo, user, **changes):
    """What the person is or has chosen: blocked, restricted, phone_off, inactive …"""
    unknown = changes.keys() - CHANGEABLE
    if unknown:
        raise ValueError(
            f"Of a person one can change {', '.join(sorted(CHANGEABLE))}; not {', '.join(sorted(unknown))}."
        )
    was_off = user.phone_off
    for name, value in changes.items():
        setattr(user, name, set(value) if name == "restricted" else value)
    if was_off and not user.phone_off:
        zalo.switch_on(user)
    zalo.world.changed()


def _message_of(zalo, user, message_id):
    found = zalo.find(message_id)
    if found is None or found[0] is not user:
        raise ValueError(f"message_id: {user.person.id} has no message {message_id!r}.")
    return found[1]


ACTS = {
    "follow": follow,
    "unfollow": unfollow,
    "text": say,
    "location": send_location,
    "sticker": send_sticker,
    "press": press,
    "rate": rate,
    "see": see,
    "submit-info": submit_info,
    "chatnow": click_chatnow,
    "withdraw": withdraw,
    "react": react,
    "change": change,
}
MEDIA = ("image", "file", "audio", "video", "gif")
