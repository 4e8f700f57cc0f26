"""ZBS template messages by phone (formerly ZNS): sending, looking up, and the templates' own pages.

Zalo Business Solutions API. The error codes are its own: -100 means something else here than on the OA's host.
"""

import hashlib
import json
from datetime import datetime

from sandbox.clock import VIETNAM
from sandbox.door import Upload
from sandbox.people import international
from sandbox.zalo import codes, uploads
from sandbox.zalo import templates as made
from sandbox.zalo.manners import Enveloped, require_token

NORMAL, BEYOND_QUOTA = "1", "3"
STATUS_NUMBERS = {1: "ENABLE", 2: "PENDING_REVIEW", 3: "REJECT", 4: "DISABLE"}
PICTURE_LIMIT = 500 * 1024


def endpoints(zalo):
    return {at: (f"zalo.{name}", _with(zalo, handler)) for at, (name, handler) in TABLE.items()}


def _with(zalo, handler):
    return lambda call: handler(zalo, call)


class Manners(Enveloped):
    table = codes.ZBS
    fault_codes = {
        "rate_limit": (-32, codes.ZBS[-32]),
        "expired_token": (-124, codes.ZBS[-124]),
        "night": (-133, codes.ZBS[-133]),
    }

    def admit(self, call):
        wrong = codes.zbs(-124)
        require_token(self.zalo, call, unknown=wrong, dead=wrong, wrong_proof=codes.zbs(-1241))
        if self.zalo.settings.app_disabled:
            raise codes.zbs(-103)
        if self.zalo.settings.oa_disabled:
            raise codes.zbs(-135)

    def good(self, call, data):
        """A list of templates comes with its `metadata` beside `data`."""
        rows, beside = data if isinstance(data, tuple) else (data, {})
        return {**super().good(call, rows), **beside}


# --- sending ---


def send(zalo, call):
    body = read(call)
    phone = body.get("phone")
    number = international(phone) if isinstance(phone, str) and not phone.startswith("0") else ""
    if not number:
        raise codes.zbs(-108)
    return _send(zalo, call, body, find=lambda: zalo.users.with_phone(number))


def send_to_hash(zalo, call):
    """The number as SHA-256 of 84…, in hex."""
    body = read(call)
    wanted = str(body.get("hash_phone", "")).lower()
    if len(wanted) != 64:
        raise codes.zbs(-108)

    def find():
        hashed = {hashlib.sha256(person.phone.encode()).hexdigest(): person.phone for person in zalo.world.people}
        return zalo.users.with_phone(hashed[wanted]) if wanted in hashed else None

    return _send(zalo, call, body, find=find)


def read(call):
    if not call.body.strip():
        raise codes.zbs(-121)
    try:
        body = json.loads(call.body)
    except ValueError:
        raise codes.zbs(-122) from None
    if not isinstance(body, dict):
        raise codes.zbs(-122)
    return body


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
    if zalo.settings.balance < int(template["price"]):
        raise codes.zbs(-137)
    if template["tag"] == made.PROMOTION and not zalo.quotas.spend_promotion(user):
        raise codes.zbs(-1472)
    if not zalo.quotas.spend_daily(template):
        raise codes.zbs(-144)
    made.charge(zalo, template["price"], empty=codes.zbs(-137))


# --- looking up ---


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


def tags(zalo, call):
    return ["OTP", "IN_TRANSACTION", "POST_TRANSACTION"]


def quality(zalo, call):
    return {"oaCurrentQuality": "HIGH", "oa7dayQuality": "HIGH"}


def listed(zalo, call):
    limit, offset = _number(call, "limit", 100), _number(call, "offset", 10**6)
    wanted = STATUS_NUMBERS.get(_number(call, "status", 4, default=0))
    rows = [one for one in zalo.templates.values() if wanted is None or one["status"] == wanted]
    shown = [
        {
            "templateId": int(one["template_id"]), "templateName": one["name"], "createdTime": one.get("created", 0),
            "status": one["status"], "templateQuality": one["quality"],
        }
        for one in rows[offset : offset + limit]
    ]  # fmt: skip
    return shown, {"metadata": {"total": len(rows)}}


def _number(call, name, at_most, default=None):
    given = call.query.get(name, str(default) if default is not None else "")
    if not given.isdigit() or int(given) > at_most:
        raise codes.zbs(-132, f"{name} is invalid")
    return int(given)


def _asked_for(zalo, template_id):
    template = zalo.templates.get(str(template_id))
    if template is None or template["status"] == "DELETE":
        raise codes.zbs(-109)
    return template


def info(zalo, call):
    template = _asked_for(zalo, call.query.get("template_id"))
    fields = ("name", "require", "type", "maxLength", "minLength", "acceptNull")
    return {
        "templateId": int(template["template_id"]), "templateName": template["name"], "status": template["status"],
        "listParams": [{field: one[field] for field in fields} for one in template["params"]],
        "listButtons": template["buttons"], "timeout": template["timeout"],
        "previewUrl": f"{zalo.world.url}/zalo/templates/{template['template_id']}",
        "templateQuality": template["quality"], "templateTag": TAGS.get(template["tag"], ""),
        "price": template["price"], "price_sdt": template["price"], "price_uid": template["price_uid"],
        "applyTemplateQuota": bool(template["daily_quota"]), "templateDailyQuota": template["daily_quota"] or None,
    }  # fmt: skip


TAGS = {"1": "IN_TRANSACTION", "2": "POST_TRANSACTION", "3": "PROMOTION"}


def sample(zalo, call):
    template = _asked_for(zalo, call.query.get("template_id"))
    return {one["name"]: one["sample"] for one in template["params"]}


# --- making templates and pictures ---


def create(zalo, call):
    """A template waits for review; POST /control/zalo/templates/{id}/status is the reviewer."""
    return _write(zalo, read(call), template_id=str(200_000 + len(zalo.templates)))


def edit(zalo, call):
    body = read(call)
    template = _asked_for(zalo, body.get("template_id"))
    if template["status"] != "REJECT":
        raise codes.zbs(-1091)
    return _write(zalo, body, template_id=template["template_id"])


def _write(zalo, body, *, template_id):
    name, note = str(body.get("template_name", "")), str(body.get("note", ""))
    if not 10 <= len(name) <= 60 or len(note) > 400 or body.get("template_type") not in (1, 2, 3, 4, 5):
        raise codes.zbs(-132)
    if str(body.get("tag")) not in TAGS or not isinstance(body.get("layout"), (list, dict)):
        raise codes.zbs(-132)
    if not isinstance(body.get("params", []), list):
        raise codes.zbs(-132)
    params = [{**one, "sample": one.get("sample_value", "")} for one in body.get("params", []) if isinstance(one, dict)]
    row = {
        "template_id": template_id, "name": name, "type": body["template_type"], "tag": str(body["tag"]),
        "status": "PENDING_REVIEW", "note": note, "created": int(zalo.world.clock.now() * 1000),
        "params": [{key: one[key] for key in ("name", "type", "sample") if key in one} for one in params],
        "layout": [{"kind": "title", "text": name}],
    }  # fmt: skip
    try:
        zalo.templates[template_id] = template = made.whole(row)
    except ValueError as error:
        raise codes.zbs(-132, str(error)) from None
    return {
        "template_id": template_id, "template_name": name, "template_status": "PENDING_REVIEW", "tag": template["tag"],
        "status": "PENDING_REVIEW", "price": template["price"], "price_uid": template["price_uid"],
        "app_id": zalo.settings.app_id, "oa_id": zalo.settings.oa_id, "timeout": template["timeout"],
        "preview_url": f"{zalo.world.url}/zalo/templates/{template_id}",
    }  # fmt: skip


def upload(zalo, call):
    picture = call.form.get("file")
    if not isinstance(picture, Upload):
        raise codes.zbs(-159)
    uploads.check(picture, uploads.IMAGES, PICTURE_LIMIT, wrong=codes.zbs(-159), large=codes.zbs(-158))
    return {"media_id": zalo.assets.keep(picture, "zbs", base=zalo.world.url)}


# --- what people answered ---


def ratings(zalo, call):
    wanted = {**call.query, **(read(call) if call.body else {})}
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
    wanted = read(call)
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


TABLE = {
    ("POST", "/message/template"): ("zbs", send),
    ("POST", "/message/template/hashphone"): ("zbs_hashphone", send_to_hash),
    ("GET", "/message/status"): ("zbs_status", status),
    ("GET", "/message/quota"): ("zbs_quota", quota),
    ("GET", "/message/template-tag"): ("zbs_tags", tags),
    ("GET", "/quality"): ("zbs_quality", quality),
    ("GET", "/template/all"): ("zbs_templates", listed),
    ("GET", "/template/info/v2"): ("zbs_template", info),
    ("GET", "/template/info"): ("zbs_template", info),
    ("GET", "/template/sample-data"): ("zbs_sample", sample),
    ("POST", "/template/create"): ("zbs_template_create", create),
    ("POST", "/template/edit"): ("zbs_template_edit", edit),
    ("POST", "/upload/image"): ("zbs_upload", upload),
    ("POST", "/rating/get"): ("zbs_ratings", ratings),
    ("GET", "/rating/get"): ("zbs_ratings", ratings),
    ("POST", "/response/get"): ("zbs_responses", responses),
}
