"""What tells two arrivals apart: the platform sends again what was not answered in time, in any order."""

import hashlib
import json

# Two names each, by the age of the app.
SAME = {"edit": "edited", "delete": "remove"}
PARTS = (
    "message", "postback", "referral", "delivery", "read", "message_edit", "reaction", "optin", "account_linking",
    "policy_enforcement", "policy-enforcement", "pass_thread_control", "take_thread_control",
)  # fmt: skip
MOST = 200


def verb_of(value):
    return SAME.get(value.get("verb"), str(value.get("verb", "")))


def name_of_change(change):
    """ "feed.comment.add"; a field that is not "feed" by its own name."""
    value = change.get("value")
    if not isinstance(value, dict):
        return str(change.get("field", ""))
    return ".".join(filter(None, [str(change.get("field", "")), str(value.get("item", "")), verb_of(value)]))


def of_change(change):
    value = change.get("value")
    if not isinstance(value, dict):
        return digest("change", change)
    number = value.get("comment_id") or value.get("post_id")
    if not number or value.get("item") in ("reaction", "like"):
        return digest("change", change)
    if verb_of(value) == "edited" and not value.get("edited_time"):
        return digest("change", change)  # or a second edit would be taken for the first
    moment = value.get("edited_time") or value.get("created_time") or ""
    return _short(f"{change.get('field', '')}:{number}:{verb_of(value)}:{moment}")


def name_of_message(event):
    part = next((part for part in PARTS if part in event), "other")
    echo = part == "message" and isinstance(event["message"], dict) and event["message"].get("is_echo")
    return "message.echo" if echo else part.replace("-", "_")


def of_message(event):
    name = name_of_message(event)
    part = event.get(name.partition(".")[0])
    number = part.get("mid") if isinstance(part, dict) else None
    if not number or name == "reaction":
        return digest(name, event)
    edition = f":{part['num_edit']}" if part.get("num_edit") else ""
    return _short(f"{name}:{number}{edition}")


def _short(mark):
    return mark if len(mark) <= MOST else _hash(mark)


def digest(name, event):
    """Of what has no number of its own: all it says, so that the same twice is once."""
    return f"{name}:{_hash(json.dumps(event, sort_keys=True))}"


def _hash(text):
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
