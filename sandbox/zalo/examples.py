"""An example of every event an Official Account can be told of, by its name: a receiver can be tried on all of them.

Zalo OA, "Webhook"; names that stand only in old lists are here too, since receivers have to bear them.
"""

from sandbox.zalo import events
from sandbox.zalo.users import Message

SAID_KINDS = ("text", "image", "file", "audio", "video", "sticker", "link", "business_card", "location", "gif")
ECHO_KINDS = ("text", "image", "file", "sticker", "gif", "list", "template")
ANONYMOUS = "0f3e5d7c9b1a"
GROUP = "f414c8f76fa586fbdfb4"


def sample(zalo, kind, *, by="user"):
    """A message of this kind as it could be."""
    details = {
        "file": {"file": {"size": "20480", "name": "don-de-nghi.pdf", "checksum": "1f2d3c4b", "type": "pdf"}},
        "location": {"latitude": "10.360", "longitude": "106.359"},
        "link": {"title": "Thủ tục hành chính", "description": "Danh mục thủ tục"},
        "business_card": {"type": "link", "description": '{"phone":"84900000001","qrCodeUrl":""}'},
    }.get(kind, {})
    text = {"text": "Tra cứu hồ sơ 000.01.H58", "location": "12 Hùng Vương, Mỹ Tho"}.get(kind, "")
    url = "" if kind in ("text", "location") else f"{zalo.world.url}/zalo/media/{kind}"
    at = int(zalo.world.clock.now() * 1000)
    return Message(zalo.new_id(), by, at, kind, text=text, url=url, details=details)


def _said(kind):
    return lambda zalo, user: events.said(zalo, user, sample(zalo, kind))


def _echo(kind):
    return lambda zalo, user: events.echo(zalo, user, sample(zalo, kind, by="oa"))


def _received(zalo, user):
    return events.received(zalo, user, sample(zalo, "text", by="oa"), at=zalo.world.clock.stamp())


def _relation(name, **more):
    return lambda zalo, user: events.relation(zalo, user, name, **more)


def _user(name, **more):
    return lambda zalo, user: events.about_oa(zalo, name, user_id=user.uid, user_id_by_app=user.by_app, **more)


def _oa(name, **more):
    return lambda zalo, user: events.about_oa(zalo, name, **more)


def _reacted(name, build):
    def payload(zalo, user):
        return build(zalo, user, name, message={"msg_id": zalo.new_id(), "react_icon": "/-heart"})

    return payload


def _tag(name):
    return lambda zalo, user: events.about_oa(
        zalo, name, user_id_by_app=user.by_app, tag={"user_ids": [user.uid], "name": "Hồ sơ đất đai"}
    )


def _anonymous(name, kind, *, by_oa):
    def payload(zalo, user):
        person, account = {"id": ANONYMOUS}, {"id": zalo.settings.oa_id}
        return {
            "app_id": zalo.settings.app_id,
            "sender": account if by_oa else person,
            "recipient": person if by_oa else account,
            "event_name": name,
            "message": {**events.content(sample(zalo, kind)), "conversation_id": "c58201"},
        }

    return payload


def _group(name, **more):
    return lambda zalo, user: events.about_oa(zalo, name, group_id=GROUP, user_id=user.uid, **more)


def _group_message(name, kind, *, by_oa):
    def payload(zalo, user):
        sender = zalo.settings.oa_id if by_oa else user.uid
        content = events.content(sample(zalo, kind))
        return {
            "app_id": zalo.settings.app_id, "oa_id": zalo.settings.oa_id, "event_name": name,
            "sender": {"id": sender}, "recipient": {"id": GROUP}, "message": content,
        }  # fmt: skip

    return payload


def _submitted(zalo, user):
    return events.submitted(zalo, user, {
        "name": user.person.name, "phone": user.person.phone, "user_dob": "30/10/1999", "gender": "Nữ",
        "full_address": {"user_city": "Đồng Tháp", "user_ward": "Mỹ Tho", "user_address": "12 Hùng Vương"},
    })  # fmt: skip


def _feedback(zalo, user):
    message = sample(zalo, "template", by="oa")
    message.tracking_id = "hs-2026-0001"
    at = zalo.world.clock.stamp()
    return events.feedback(zalo, message, rate=5, note="Nhanh, rõ ràng", feedbacks=["Thái độ phục vụ"], at=at)


def _clicked(zalo, user):
    return events.clicked(zalo, sample(zalo, "template", by="oa"), data="dong_y", at=zalo.world.clock.stamp())


def _daily_quota(zalo, user):
    quota = {"prev_value": "500", "new_value": "5000"}
    return {
        "app_id": zalo.settings.app_id, "oaId": zalo.settings.oa_id, "event_name": "change_oa_daily_quota",
        "quota": quota,
    }  # fmt: skip


def _order(name):
    return lambda zalo, user: events.about_oa(
        zalo, name, user_id=user.uid, order={"id": "0d5f1c", "order_code": "DH0001", "status": "1", "total_amount": "0"}
    )


CATALOGUE = {
    **{f"user_send_{kind}": _said(kind) for kind in SAID_KINDS},
    "user_click_chatnow": _user("user_click_chatnow"),
    "user_click_button": _user("user_click_button", button={"title": "Tra cứu", "payload": "#tracuu"}),
    "user_click_link": _user("user_click_link", link={"url": "https://example.vn/"}),
    "follow": _relation("follow", source="oa_profile"),
    "unfollow": _relation("unfollow", source="oa_profile"),
    "user_received_message": _received,
    "user_seen_message": lambda zalo, user: events.seen(zalo, user, [sample(zalo, "text", by="oa")]),
    "user_reacted_message": _reacted("user_reacted_message", events.from_user),
    "oa_reacted_message": _reacted("oa_reacted_message", events.from_oa),
    **{f"oa_send_{kind}": _echo(kind) for kind in ECHO_KINDS},
    "user_submit_info": _submitted,
    "update_user_info": _user("update_user_info", info={"user_alias": "Chi (Mỹ Tho)"}),
    "add_user_to_tag": _tag("add_user_to_tag"),
    "remove_user_from_tag": _tag("remove_user_from_tag"),
    "remove_tag": _tag("remove_tag"),
    "user_withdraw": _user("user_withdraw"),
    **{
        f"anonymous_send_{kind}": _anonymous(f"anonymous_send_{kind}", kind, by_oa=False)
        for kind in ("text", "image", "file", "sticker")
    },
    **{
        f"oa_send_anonymous_{kind}": _anonymous(f"oa_send_anonymous_{kind}", kind, by_oa=True)
        for kind in ("text", "image", "file", "sticker")
    },
    "widget_interaction_accepted": _user("widget_interaction_accepted", data={"user_external_id": "cd-17"}),
    "widget_failed_to_sync_user_external_id": _user(
        "widget_failed_to_sync_user_external_id", data={"user_external_id": "cd-17", "err_code": "-1"}
    ),
    "create_group": _group("create_group", group_name="Trực một cửa", group_link="https://zalo.me/g/sandbox"),
    "delete_group": _group("delete_group"),
    "update_group_info": _group("update_group_info", group_name="Trực một cửa xã"),
    "add_group_admin": _group("add_group_admin"),
    "remove_group_admin": _group("remove_group_admin"),
    "user_join_group": _group("user_join_group"),
    "user_out_group": _group("user_out_group"),
    "user_request_join_group": _group("user_request_join_group"),
    "accept_request_join_group": _group("accept_request_join_group"),
    "reject_request_join_group": _group("reject_request_join_group"),
    **{
        f"user_send_group_{kind}": _group_message(f"user_send_group_{kind}", kind, by_oa=False)
        for kind in ("text", "image", "file", "audio", "video", "sticker", "link", "business_card", "location")
    },
    **{
        f"oa_send_group_{kind}": _group_message(f"oa_send_group_{kind}", kind, by_oa=True)
        for kind in ("text", "image", "file", "sticker", "gif")
    },
    "oa_send_consent": _user("oa_send_consent", request_type="audio", reason_code="102", expired_time="1785312004871"),
    "user_reply_consent": _user("user_reply_consent", user_consent="ALLOW", reply_time="1785312004871"),
    "user_call_oa": _user("user_call_oa", call_id="call-1", duration="31", code="0"),
    "change_template_status": _oa(
        "change_template_status", template_id="100001",
        status={"prev_status": "PENDING_REVIEW", "new_status": "ENABLE"}, reason="",
    ),
    "change_template_quality": _oa(
        "change_template_quality", template_id="100001", quality={"prev_value": "HIGH", "new_value": "MEDIUM"}
    ),
    "change_template_quota": _oa(
        "change_template_quota", template_id="100001", quota={"prev_value": "1000", "new_value": "500"}
    ),
    "change_oa_daily_quota": _daily_quota,
    "change_oa_template_tags": _oa(
        "change_oa_template_tags", tags={"prev_value": ["OTP"], "new_value": ["OTP", "IN_TRANSACTION"]}
    ),
    "user_feedback": _feedback,
    "user_click_response_button": _clicked,
    "event_journey_acknowledged": _oa("event_journey_acknowledged", journey_id="j-1", token="t-1"),
    "event_journey_time_out": _oa("event_journey_time_out", journey_id="j-1", token="t-1"),
    "shop_has_order": _order("shop_has_order"),
    "extension_purchased": _oa("extension_purchased", extension={"id": "ext-1", "months": "12"}),
}  # fmt: skip
