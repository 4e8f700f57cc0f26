"""What the sandbox tells a webhook when people act. Zalo OA, "Webhook"; Zalo Business Solutions, "Webhook"."""

OA, ZBS = "OA OpenAPI", "ZNS"
OF_ZBS = {
    "user_feedback", "user_click_response_button", "change_template_status", "change_template_quality",
    "change_template_quota", "change_oa_daily_quota", "change_oa_template_tags", "event_journey_acknowledged",
    "event_journey_time_out",
}  # fmt: skip


def from_user(zalo, user, name, **more):
    return {
        "app_id": zalo.settings.app_id,
        "sender": {"id": user.uid},
        "recipient": {"id": zalo.settings.oa_id},
        "user_id_by_app": user.by_app,
        "event_name": name,
        **more,
    }


def from_oa(zalo, user, name, **more):
    return {
        "app_id": zalo.settings.app_id,
        "sender": {"id": zalo.settings.oa_id, "admin_id": "1000000000000000001"},
        "recipient": {"id": user.uid},
        "user_id_by_app": user.by_app,
        "event_name": name,
        **more,
    }


def about_oa(zalo, name, **more):
    return {"app_id": zalo.settings.app_id, "oa_id": zalo.settings.oa_id, "event_name": name, **more}


def relation(zalo, user, name, **more):
    return {
        "oa_id": zalo.settings.oa_id,
        "follower": {"id": user.uid},
        "user_id_by_app": user.by_app,
        "event_name": name,
        **more,
        "app_id": zalo.settings.app_id,
    }


def said(zalo, user, message):
    """What a person sent to the OA."""
    return from_user(zalo, user, f"user_send_{message.kind}", message=content(message))


def echo(zalo, user, message):
    """What the OA sent, told back to it."""
    kind = {"ask": "template", "article": "list"}.get(message.kind, message.kind)
    told = {**content(message), "text": message.words}
    if not zalo.settings.echo_same_id:
        told["msg_id"] = f"e{message.id}"
    return from_oa(zalo, user, f"oa_send_{kind}", message=told)


def received(zalo, user, message, *, at):
    """By phone it comes from ZBS and carries the tracking id; else from the OA."""
    if not message.by_phone:
        return from_oa(zalo, user, "user_received_message", message={"msg_id": message.id})
    return {
        "app_id": zalo.settings.app_id,
        "event_name": "user_received_message",
        "sender": {"id": zalo.settings.oa_id},
        "recipient": {"id": user.person.phone},
        "message": {"delivery_time": at, "msg_id": message.id, "tracking_id": message.tracking_id},
    }


def seen(zalo, user, messages):
    return from_oa(zalo, user, "user_seen_message", message={"msg_ids": [message.id for message in messages]})


def submitted(zalo, user, info):
    return {
        "sender": {"id": user.uid},
        "recipient": {"id": zalo.settings.oa_id},
        "event_name": "user_submit_info",
        "app_id": zalo.settings.app_id,
        "info": info,
    }


def feedback(zalo, message, *, rate, note, feedbacks, at):
    told = {
        "note": note, "rate": rate, "submit_time": at, "msg_id": message.id,
        "feedbacks": feedbacks, "tracking_id": message.tracking_id,
    }  # fmt: skip
    return about_oa(zalo, "user_feedback", message=told)


def clicked(zalo, message, *, data, at):
    told = {"submit_time": at, "button_type": "response", "data": data, "tracking_id": message.tracking_id}
    return about_oa(zalo, "user_click_response_button", msg_id=message.id, message=told)


def template_status(zalo, template, *, before, reason=""):
    status = {"prev_status": before, "new_status": template["status"]}
    return about_oa(zalo, "change_template_status", template_id=template["template_id"], status=status, reason=reason)


def content(message):
    """`message` of an event, with its attachment."""
    told = {"msg_id": message.id, "text": message.text}
    if message.details.get("quote"):
        told["quote_msg_id"] = message.details["quote"]
    attachment = ATTACHMENTS.get(message.kind)
    if attachment:
        told["attachments"] = [{"type": message.details.get("type", message.kind), "payload": attachment(message)}]
    return told


def _place(message):
    return {"coordinates": {key: message.details[key] for key in ("latitude", "longitude")}}


def _file(message):
    wanted = ("size", "name", "checksum", "type")
    return {"url": message.url, **{key: message.details["file"][key] for key in wanted}}


def _card(message):
    thumbnail = message.details.get("thumbnail", message.url)
    return {"thumbnail": thumbnail, "description": message.details.get("description", ""), "url": message.url}


def _picture(message):
    return {"thumbnail": message.url, "url": message.url}


ATTACHMENTS = {
    "image": _picture,
    "gif": lambda message: {"url": message.url},
    "sticker": lambda message: {"id": message.details.get("sticker", "46926"), "url": message.url},
    "audio": lambda message: {"url": message.url},
    "video": _card,
    "file": _file,
    "link": lambda message: {**_card(message), "title": message.details.get("title", "")},
    "location": _place,
    "business_card": _card,
}
