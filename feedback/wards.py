"""The wards and communes that a place may lie in, by their present or former name, with tone marks or without."""

from agencies.models import Unit
from agencies.units import COMMUNAL, bare_name
from agencies.vietnamese import search_key, tidy

MOST = 12


def in_force(*, on):
    return Unit.objects.filter(kind__in=COMMUNAL).in_force(on=on).ordered()


def fitting(text, *, on):
    """The wards that somebody may mean, at most twelve; one alone if its name is this very text."""
    asked = search_key(text)
    found = list(Unit.objects.find(text, on=on).filter(kind__in=COMMUNAL).ordered()[: MOST * 4])
    same = [ward for ward in found if asked in (search_key(ward.name), search_key(bare_name(ward.name)))]
    to_the_letter = [ward for ward in same if tidy(text).lower() in (ward.name.lower(), bare_name(ward.name).lower())]
    return (to_the_letter if len(to_the_letter) == 1 else same if len(same) == 1 else found)[:MOST]


def with_code(text, *, on):
    """The ward of an official code, or of our own number where it has none; None if it is not in force."""
    text = tidy(text)
    found = Unit.objects.with_code(text).filter(kind__in=COMMUNAL).in_force(on=on).first() if text else None
    if found is None and text.isascii() and text.isdecimal() and len(text) < 10:
        found = in_force(on=on).filter(pk=text).first()
    return found
