"""Sending a template to a phone number, and what became of it. Zalo Business Solutions, "Gửi tin template"."""

import hashlib
from datetime import datetime

from sandbox.clock import VIETNAM
from sandbox.people import international
from sandbox.zalo import asked, codes
from sandbox.zalo import templates as made

NORMAL, BEYOND_QUOTA = "1", "3"


def send(zalo, call):
    body = asked.zbs_body(call)
    phone = body.get("phone")
    number = international(phone) if isinstance(phone, str) and not phone.startswith("0") else ""
    if not number:
        raise codes.zbs(-108)
    return _send(zalo, call, body, find=lambda: zalo.users.with_phone(number))


def send_to_hash(zalo, call):
    """The number as SHA-256 of 84…, in hex."""
    body = asked.zbs_body(call)
    wanted = str(body.get("hash_phone", "")).lower()
    if len(wanted) != 64:
        raise codes.zbs(-108)

    def find():
        hashed = {hashlib.sha256(person.phone.encode()).hexdigest(): person.phone for person in zalo.world.people}
        return zalo.users.with_phone(hashed[wanted]) if wanted in hashed else None

    return _send(zalo, call, body, find=find)


def _send(zalo, call, body, *, find):
    template = _usable(zalo, body)
    data = body.get("template_data")
    _refuse_values(made.problem(template, data))
    tracking_id, mode = _tracking(body), _sending_mode(body, template)
    _account(zalo)
    _not_at_night(zalo, template)
    user = _receiver(find(), template)
    before = _sent_before(zalo, tracking_id)
    if before is not None:
        return _answer(zalo, before, mode)
    _pay(zalo, body, user, template)
    message = made.make(zalo, template, data, tracking_id=tracking_id, by_phone=True)
    zalo.deliver(user, message, kind="template", endpoint=call.name, data=data)
    return _answer(zalo, message, mode)


def _answer(zalo, message, mode):
    limit, left = zalo.quotas.daily()
    quota = {"dailyQuota": str(limit), "remainingQuota": str(left)}
    return {"msg_id": message.id, "sent_time": str(message.at), "sending_mode": mode, "quota": quota}


def _usable(zalo, body):
    template = zalo.templates.get(str(body.get("template_id", "")))
    if template is None or template["status"] == "DELETE":
        raise codes.zbs(-109)
    if template["status"] == "DISABLE":
        raise codes.zbs(-146)
    development = body.get("mode") == "development"
    if template["status"] != "ENABLE" and not (development and template["status"] == "PENDING_REVIEW"):
        raise codes.zbs(-131)
    return template


def _refuse_values(wrong):
    if wrong is None:
        return
    kind, name = wrong
    code = {"empty": -111, "missing": -1122, "long": -1121, "form": -1124}[kind]
    raise codes.zbs(code, f"{codes.ZBS[code]}: {name}")


def _tracking(body):
    tracking_id = body.get("tracking_id")
    if not isinstance(tracking_id, str) or not tracking_id:
        raise codes.zbs(-132, "tracking_id is invalid")
    return tracking_id


def _sending_mode(body, template):
    mode = str(body.get("sending_mode") or NORMAL)
    if mode not in (NORMAL, BEYOND_QUOTA):
        raise codes.zbs(-161)
    if mode == BEYOND_QUOTA and template["tag"] != made.PROMOTION:
        raise codes.zbs(-162)
    return mode


def _account(zalo):
    if not zalo.settings.oa_verified:
        raise codes.zbs(-120)
    if not zalo.settings.zca_linked:
        raise codes.zbs(-136)


def _not_at_night(zalo, template):
    if not zalo.world.clock.is_night():
        return
    if template["tag"] == made.PROMOTION or zalo.settings.zbs_night == "all":
        raise codes.zbs(-133)


def _receiver(user, template):
    if user is None:
        raise codes.zbs(-118)
    if user.blocked:
        raise codes.zbs(-141)
    if ("promotion" if template["tag"] == made.PROMOTION else "template") in user.restricted:
        raise codes.zbs(-139)
    if user.old_version:
        raise codes.zbs(-110)
    if user.inactive:
        raise codes.zbs(-119)
    return user


def _sent_before(zalo, tracking_id):
    """Zalo nowhere says that a tracking id stops a second message, so by default it does not."""
    if not zalo.settings.tracking_id_once:
        return None
    known = (message for _user, message in zalo.messages.values() if message.tracking_id == tracking_id)
    return next(known, None)


def _pay(zalo, body, user, template):
    if body.get("mode") == "development":
        if not user.admin:
            raise codes.zbs(-127)
        if zalo.settings.dev_wallet < 1:
            raise codes.zbs(-126)
        zalo.settings.dev_wallet -= 1
        return
    if not zalo.quotas.template_has_room(template):
        raise codes.zbs(-147)
    if not zalo.quotas.daily()[1]:
        raise codes.zbs(-144)
    if zalo.settings.balance < int(template["price"]):
        raise codes.zbs(-137)
    if template["tag"] == made.PROMOTION and not zalo.quotas.spend_promotion(user):
        raise codes.zbs(-1472)
    zalo.quotas.spend_daily(template)
    made.charge(zalo, template["price"])


# --- what became of it ---


def status(zalo, call):
    """1 delivered, 0 taken over but not delivered, -1 nobody knows this id."""
    found = zalo.find(call.query.get("message_id", ""))
    if found is None or not found[1].by_phone:
        return {"delivery_time": "", "status": -1, "message": "The message not found"}
    at = found[1].received_at
    if at is None or at > zalo.world.clock.now() * 1000:
        return {"delivery_time": "", "status": 0, "message": "The message is sent to Zalo but not delivered to user"}
    moment = datetime.fromtimestamp(at / 1000, tz=VIETNAM).strftime("%H:%M:%S %d/%m/%Y")
    return {"delivery_time": moment, "status": 1, "message": "The message is delivered to user's device"}


def quota(zalo, call):
    limit, left = zalo.quotas.daily()
    return {
        "dailyQuota": limit, "remainingQuota": left, "dailyQuotaPromotion": None, "remainingQuotaPromotion": None,
        "monthlyPromotionQuota": 0, "remainingMonthlyPromotionQuota": 0, "estimatedNextMonthPromotionQuota": 0,
    }  # fmt: skip


def ratings(zalo, call):
    wanted = {**call.query, **(asked.zbs_body(call) if call.body else {})}
    since, until = _whole(wanted, "from_time", 0), _whole(wanted, "to_time", 10**15)
    template_id = str(wanted.get("template_id", ""))
    rows = [
        {
            "note": answer["note"], "rate": answer["rate"], "submitDate": answer["at"], "msgId": message.id,
            "feedbacks": answer["feedbacks"], "trackingId": message.tracking_id, "oaId": zalo.settings.oa_id,
        }
        for _user, message, answer in zalo.ratings
        if message.template_id == template_id and since <= int(answer["at"]) <= until
    ]  # fmt: skip
    offset, limit = _whole(wanted, "offset", 0), _whole(wanted, "limit", 100)
    return {"total": len(rows), "data": rows[offset : offset + limit]}


def responses(zalo, call):
    wanted = asked.zbs_body(call)
    template_id, limit = str(wanted.get("template_id", "")), _whole(wanted, "limit", 100)
    rows = [
        {
            "data": data, "submitDate": at, "msgId": message.id, "oaId": zalo.settings.oa_id,
            "trackingId": message.tracking_id,
        }
        for message, data, at in zalo.responses
        if message.template_id == template_id
    ]  # fmt: skip
    return {"data": rows[:limit]}


def _whole(wanted, name, default):
    try:
        return int(wanted.get(name, default))
    except (TypeError, ValueError):
        raise codes.zbs(-132, f"{name} is invalid") from None
