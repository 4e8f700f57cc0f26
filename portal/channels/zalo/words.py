"""A letter in Zalo's shapes: a template where one was approved for this kind of message, else text with buttons."""

from datetime import timedelta

from django.conf import settings

LONGEST_TEXT, LONGEST_TITLE, MOST_BUTTONS = 2_000, 100, 5
EMPTY = "—"


def template_of(kind):
    """{"id": "100001", "data": {"ma_ho_so": "number:30"}, "timeout": 120} of this kind of message, or None."""
    return settings.ZALO_TEMPLATES.get(kind)


def timeout_of(template):
    """For how long Zalo tries to deliver it; ZALO_RECEIPT_MINUTES where the template does not say so in minutes.

    It is asked for after a message has left, where a mistake in the settings must not look like a lost answer.
    """
    try:
        minutes = float(template["timeout"])
    except (KeyError, TypeError, ValueError):
        minutes = 0
    return timedelta(minutes=minutes if minutes > 0 else settings.ZALO_RECEIPT_MINUTES)


def template_data(template, letter):
    """What a template's parameters say: parameters of the message, cut to the length that was approved."""
    known = {**letter.params, "subject": letter.subject, "text": letter.text}
    return {name: _cut(source, known) for name, source in template["data"].items()}


def _cut(source, known):
    name, _colon, length = source.partition(":")
    words = str(known.get(name) or EMPTY)
    limit = int(length or 200)
    return words if len(words) <= limit else words[: limit - 1] + "…"


def text_of(letter):
    """Subject and text, as long as Zalo takes it; the end is what gives way."""
    words = f"{letter.subject}\n\n{letter.text}" if letter.subject else letter.text
    return words if len(words) <= LONGEST_TEXT else words[: LONGEST_TEXT - 1] + "…"


def message(letter):
    """`message` of a consultation message."""
    buttons = [_button(*button) for button in letter.params.get("buttons", [])[:MOST_BUTTONS]]
    said = {"text": text_of(letter)}
    if buttons:
        said["attachment"] = {"type": "template", "payload": {"buttons": buttons}}
    return said


def _button(title, payload):
    """(title, what is said when it is pressed, or an address)."""
    if payload.startswith(("https://", "http://")):
        return {"title": title[:LONGEST_TITLE], "type": "oa.open.url", "payload": {"url": payload}}
    kind = "oa.query.hide" if payload.startswith("#") else "oa.query.show"
    return {"title": title[:LONGEST_TITLE], "type": kind, "payload": payload}
