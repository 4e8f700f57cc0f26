"""What the public never reads in a free text: phone numbers, e-mail addresses, identity, tax and account numbers.

People put their own and other people's into a report. The original stays with those who handle it.
"""

import re

HIDDEN = "•••"
_EMAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\s?\.\s?[\w-]+)+")
# Nine digits and more, with whatever stands between them in a phone or identity number; a date or a price has fewer.
_NUMBER = re.compile(r"\+?\(?(?<!\d)\d(?:[\s.,()/_\u2010-\u2015-]{0,3}\d){8,18}(?!\d)")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b(?:zalo\.me|m\.me|fb\.com|facebook\.com)/\S+", re.IGNORECASE)
_UNIT_OF_MONEY = re.compile(r"\s*(?:đồng(?! chí)|đ|vnđ|vnd)\b", re.IGNORECASE)
_DAY = re.compile(r"(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|1[0-2])[/.-](?:19|20)\d\d\b")


def masked(text):
    """The text as the public may read it."""
    text = _EMAIL.sub(HIDDEN, text)
    text = _LINK.sub(HIDDEN, text)
    return _NUMBER.sub(_hide, text)


def is_masked(text):
    """Whether anything would be hidden: the citizen is told before it is sent."""
    return masked(text) != text


def _hide(found):
    """Money and days stay; what else is behind a day is looked at again."""
    if _UNIT_OF_MONEY.match(found.string, found.end()):
        return found[0]
    if day := _DAY.match(found[0]):
        return day[0] + _NUMBER.sub(_hide, found[0][day.end() :])
    return HIDDEN


def mask_email(address):
    """'nguyen@example.vn' -> 'n****n@***.vn'"""
    name, _at, host = address.partition("@")
    return f"{name[:1]}****{name[-1:] if len(name) > 1 else ''}@***.{host.rpartition('.')[2]}" if host else HIDDEN


def mask_phone(phone):
    """'0912345678' -> '*******678'"""
    digits = [sign for sign in phone if sign.isdigit()]
    return "*" * max(len(digits) - 3, 0) + "".join(digits[-3:]) if len(digits) > 6 else HIDDEN
