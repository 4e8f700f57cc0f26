"""What was asked: an empty argument is no argument; everything else is read or refused by name."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from math import isfinite

from django.conf import settings
from django.utils.translation import gettext as _

from agencies.clients import client_address
from agencies.vietnamese import tidy, tidy_lines
from agencies.worktime import VIETNAM
from feedback.open311.errors import Refused, bad

FIRST, LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2150, 1, 1, tzinfo=UTC)
# A plus sign that was sent as it is arrives as a space.
_LOST_PLUS = re.compile(r" (?=\d\d:?\d\d$)")
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[\])?")


@dataclass(frozen=True)
class Asked:
    """One request of a client. `at`: the moment it came in; `is_test`: nothing may be stored."""

    request: object
    at: datetime
    is_test: bool = False

    @cached_property
    def arguments(self):
        """Of the body as far as there is one, else of the address."""
        return {**self.request.GET.dict(), **self.request.POST.dict()}

    @property
    def client(self):
        return client_address(self.request)

    def text(self, name):
        return tidy(self.arguments.get(name) or "")

    def lines(self, name):
        return tidy_lines(self.arguments.get(name) or "")

    def several(self, name, *, most=1000):
        """The values of a list with commas. Raises Refused."""
        values = [one.strip() for one in self.text(name).split(",") if one.strip()]
        if len(values) > most:
            raise bad(name, _("At most %(n)s values.") % {"n": most})
        return values

    def flag(self, name):
        return self.text(name).lower() in ("true", "1", "yes")

    def number(self, name):
        """A finite number, or None. Raises Refused."""
        text = self.text(name)
        try:
            value = float(text) if text else None
        except ValueError:
            value = float("nan")
        if value is not None and not isfinite(value):
            raise bad(name, _("Please give a number."))
        return value

    def whole(self, name, default, *, most):
        """A whole number from 1 to `most`. Raises Refused."""
        text = self.text(name) or str(default)
        if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= most):
            raise bad(name, _("A number from 1 to %(max)s is expected.") % {"max": most})
        return int(text)

    def moment(self, name):
        """A moment, or None; a day is its beginning, and without a zone it is Vietnam's time. Raises Refused."""
        text = _LOST_PLUS.sub("+", self.text(name))
        try:
            at = datetime.fromisoformat(text) if text else None
            if at is not None:
                at = (at if at.tzinfo else at.replace(tzinfo=VIETNAM)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise bad(name, _("A moment like 2026-11-25T08:00:00+07:00 is expected.")) from None
        if at is not None and not FIRST <= at < LAST:
            raise bad(name, _("A moment between 1990 and 2150 is expected."))
        return at

    def point(self, latitude="lat", longitude="long"):
        """(latitude, longitude), or None if there is neither. Raises Refused."""
        north, east = self.number(latitude), self.number(longitude)
        if north is None and east is None:
            return None
        if north is None or east is None:
            raise bad(latitude if north is None else longitude, _("The other half of the place is missing."))
        if abs(north) > 90 or abs(east) > 180:
            raise bad(latitude, _("This is no place on Earth."))
        return north, east

    def attributes(self):
        """{code: values} of `attribute[CODE]=…` and of `attribute[CODE][]=…`, however often."""
        found = {}
        for name in self.request.POST:
            if match := _ATTRIBUTE.fullmatch(name):
                values = [tidy_lines(value) for value in self.request.POST.getlist(name)]
                found.setdefault(tidy(match[1]), []).extend(value for value in values if value)
        return {code: values for code, values in found.items() if values}

    def check_jurisdiction(self):
        """We serve one: it need not be named, but another one is not here."""
        asked = self.text("jurisdiction_id")
        if asked and asked.lower() != settings.OPEN311_JURISDICTION.lower():
            raise Refused(404, _("This jurisdiction_id is not served here; ours is %(ours)s.")
                          % {"ours": settings.OPEN311_JURISDICTION})  # fmt: skip
