"""Quiet hours: when no phone should make a sound. Pure but for the setting."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

FORM = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class QuietHours:
    """From `begin` (in) to `end` (out) by the wall clock of `zone`; it may pass midnight."""

    begin: time
    end: time
    zone: ZoneInfo

    @classmethod
    def parse(cls, text, zone):
        """'22:00-07:00'; empty is never quiet. Raises ValueError."""
        if not text:
            return cls(time(0), time(0), zone)
        found = FORM.fullmatch(text.replace(" ", ""))
        if not found:
            raise ValueError(f"Not of the form 22:00-07:00: {text!r}")
        hours = [int(part) for part in found.groups()]
        return cls(time(*hours[:2]), time(*hours[2:]), zone)

    def covers(self, moment):
        clock = moment.astimezone(self.zone).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

    def first_after(self, moment):
        """`moment` itself if it is not quiet then, else the end of that night."""
        if not self.covers(moment):
            return moment
        local = moment.astimezone(self.zone)
        end = datetime.combine(local.date(), self.end, self.zone)
        return end if end > local else end + timedelta(days=1)


def first_loud_moment(moment):
    """The moment, or the end of the night it falls into (settings.QUIET_HOURS)."""
    return QuietHours.parse(settings.QUIET_HOURS, ZoneInfo(settings.TIME_ZONE)).first_after(moment)
