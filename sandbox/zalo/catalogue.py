"""The OA's templates on the host of ZBS: listed, read, written, sent to review. Zalo Business Solutions, "Template"."""

from sandbox.door import Upload
from sandbox.zalo import asked, codes, uploads
from sandbox.zalo import templates as made

STATUS_NUMBERS = {1: "ENABLE", 2: "PENDING_REVIEW", 3: "REJECT", 4: "DISABLE"}
TAGS = {"1": "IN_TRANSACTION", "2": "POST_TRANSACTION", "3": "PROMOTION"}
PICTURE_LIMIT = 500 * 1024


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


def sample(zalo, call):
    template = _asked_for(zalo, call.query.get("template_id"))
    return {one["name"]: one["sample"] for one in template["params"]}


# --- writing them, and their pictures ---


def create(zalo, call):
    """A template waits for review; POST /control/zalo/templates/{id}/status is the reviewer."""
    return _write(zalo, asked.zbs_body(call), template_id=str(200_000 + len(zalo.templates)))


def edit(zalo, call):
    body = asked.zbs_body(call)
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
