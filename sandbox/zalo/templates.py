"""ZBS templates: approved texts with parameters. The table, what may stand in a parameter, and sending by UID.

Zalo Business Solutions, "Template"; Zalo OA API, "Gửi tin template". Whoever uses the sandbox registers templates of
their own (POST /control/zalo/templates) in the shape of templates.json.
"""

import json
import re
from pathlib import Path

from sandbox.zalo import asked, codes
from sandbox.zalo.consultation import reachable

SHIPPED = Path(__file__).with_name("templates.json")
STATUSES = ("ENABLE", "PENDING_REVIEW", "REJECT", "DISABLE", "DELETE")
KINDS = ("title", "paragraph", "table", "otp", "rating", "image")
TRANSACTION, PROMOTION = "1", "3"  # 2 is customer care
BLANK = re.compile(r"<(\w+)>")
DATE = re.compile(r"(\d{2}:\d{2}(:\d{2})?( \d{2}/\d{2}/\d{4})?|(\d{2}/)?\d{2}/\d{4})")
FORMS = {
    "DATE": DATE,
    "NUMBER": re.compile(r"-?[\d.,]+"),
    "CURRENCY": re.compile(r"\d[\d.,]*"),
    "PHONE": re.compile(r"[\d+ .-]+"),
    "OTP": re.compile(r"\w+"),
}
# Kinds of parameters when a template is made: number -> (type, most characters).
LIMITS = {
    1: ("STRING", 30), 2: ("PHONE", 15), 3: ("STRING", 200), 4: ("STRING", 30), 5: ("STRING", 30), 6: ("STRING", 30),
    7: ("STRING", 50), 8: ("STRING", 5), 9: ("STRING", 200), 10: ("NUMBER", 20), 11: ("DATE", 20), 12: ("OTP", 10),
    13: ("STRING", 200), 14: ("CURRENCY", 12), 15: ("STRING", 90),
}  # fmt: skip
DEFAULTS = {
    "type": 1, "tag": TRANSACTION, "status": "ENABLE", "quality": "HIGH", "timeout": 7_200_000, "price": "200",
    "price_uid": "120", "uid_allowed": True, "daily_quota": 0, "buttons": [], "params": [], "layout": [], "note": "",
}  # fmt: skip


def shipped():
    return {row["template_id"]: whole(row) for row in json.loads(SHIPPED.read_text(encoding="utf-8"))}


def whole(row):
    """The row with every field, or ValueError in words that say what to mend."""
    unknown = row.keys() - DEFAULTS.keys() - {"template_id", "name", "created"}
    if unknown or not re.fullmatch(r"\d{1,12}", str(row.get("template_id", ""))) or not row.get("name"):
        raise ValueError(
            f"A template needs template_id (digits) and name, and may have {', '.join(DEFAULTS)}; "
            f"not understood: {', '.join(sorted(unknown)) or 'template_id or name'}."
        )
    template = {**DEFAULTS, **row, "template_id": str(row["template_id"]), "tag": str(row.get("tag", TRANSACTION))}
    if template["status"] not in STATUSES:
        raise ValueError(f"status is one of {', '.join(STATUSES)}.")
    template["params"] = [_parameter(one) for one in template["params"]]
    _check_layout(template)
    return template


def _parameter(row):
    if not isinstance(row, dict) or not re.fullmatch(r"\w{1,30}", str(row.get("name", ""))):
        raise ValueError("A parameter needs a name of letters, digits and _.")
    kind, most = row.get("type", "STRING"), 200
    if isinstance(kind, int) and kind in LIMITS:
        kind, most = LIMITS[kind]
    return {
        "name": row["name"], "type": kind, "require": row.get("require", True),
        "maxLength": row.get("maxLength", most), "minLength": row.get("minLength", 0),
        "acceptNull": row.get("acceptNull", not row.get("require", True)), "sample": row.get("sample", row["name"]),
    }  # fmt: skip


def _check_layout(template):
    wrong = [block.get("kind") for block in template["layout"] if block.get("kind") not in KINDS]
    if wrong:
        raise ValueError(f"A block of the layout is one of {', '.join(KINDS)}, not {wrong[0]!r}.")
    known = {one["name"] for one in template["params"]}
    lost = set(BLANK.findall(json.dumps([template["layout"], template["buttons"]]))) - known
    if lost:
        raise ValueError(f"The layout names {', '.join(sorted(lost))}, which is no parameter of the template.")


# --- filling in ---


def problem(template, data):
    """What is wrong with the values: (kind, parameter) or None. Kinds: empty, missing, long, form."""
    if not isinstance(data, dict) or (template["params"] and not data):
        return "empty", "template_data"
    for parameter in template["params"]:
        wrong = _wrong(parameter, data.get(parameter["name"]))
        if wrong:
            return wrong, parameter["name"]
    return None


def _wrong(parameter, value):
    if value is None or value == "":
        return "missing" if parameter["require"] and not parameter["acceptNull"] else None
    if not isinstance(value, str):
        return "form"
    if not parameter["minLength"] <= asked.length(value) <= parameter["maxLength"]:
        return "long"
    form = FORMS.get(parameter["type"])
    return "form" if form and not form.fullmatch(value) else None


def content(template, data):
    """What stands on the screen: {text, preview, blocks, buttons} of a bubble."""

    def filled(words):
        return BLANK.sub(lambda found: str(data.get(found[1]) or ""), words)

    blocks = [
        {
            "kind": block["kind"],
            "text": filled(block.get("text", "")),
            "rows": [{key: filled(words) for key, words in row.items()} for row in block.get("rows", [])],
        }
        for block in template["layout"]
    ]
    title = next((block["text"] for block in blocks if block["text"]), template["name"])
    buttons = [{**one, "content": filled(str(one.get("content", "")))} for one in template["buttons"]]
    return {"kind": "template", "blocks": blocks, "preview": title, "buttons": buttons}


# --- by UID ---


def send(zalo, call):
    """No window of interaction, no tracking id; the person's id stands flat in the body."""
    body = asked.body(call)
    user = asked.user(zalo, body.get("user_id"))
    template = usable(zalo, body.get("template_id"))
    data = body.get("template_data")
    _refuse_values(problem(template, data))
    reachable(user, "promotion" if template["tag"] == PROMOTION else "template")
    _advertising(zalo, user, template)
    message = make(zalo, template, data)
    zalo.deliver(user, message, kind="template", endpoint=call.name, data=data)
    quota = {"quota_type": "purchase_quota", "remain": str(charge(zalo, template["price_uid"]))}
    return {"message_id": message.id, "user_id": user.uid, "sent_time": str(message.at), "quota": quota}


def usable(zalo, template_id):
    template = zalo.templates.get(str(template_id)) if isinstance(template_id, (str, int)) else None
    if template is None or template["status"] != "ENABLE":
        raise codes.invalid("template_id")
    if not template["uid_allowed"]:
        raise codes.oa(-249)
    if not zalo.settings.oa_verified:
        raise codes.oa(-221)
    if not zalo.settings.zca_linked:
        raise codes.oa(-320)
    if zalo.settings.balance < int(template["price_uid"]):
        raise codes.oa(-321)
    return template


def _refuse_values(wrong):
    if wrong is None:
        return
    kind, name = wrong
    raise codes.oa(-210) if kind == "long" else codes.invalid(name)


def _advertising(zalo, user, template):
    if template["tag"] != PROMOTION:
        return
    if zalo.world.clock.is_night():
        raise codes.oa(-234)
    if not zalo.quotas.spend_promotion(user):
        raise codes.oa(-218)


def charge(zalo, price):
    """What is left of the balance, in đồng."""
    zalo.settings.balance -= int(price)
    return zalo.settings.balance


def make(zalo, template, data, **more):
    """Transaction and care templates are taken at night too, but the phone stays dark."""
    filled = content(template, data)
    return zalo.new_message(
        "oa", template_id=template["template_id"], silent=zalo.world.clock.is_night(), **filled, **more
    )
