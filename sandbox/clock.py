"""The sandbox's time: it runs like any clock, and can be moved, so that an hour of waiting takes no time in a test."""

import time
from datetime import UTC, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))  # no summer time since 1975
NIGHT_FROM, NIGHT_UNTIL = 22, 6  # advertising may not be sent to people from 22:00 to 05:59


class Clock:
    def __init__(self, start=""):
        self._ahead = 0.0
        self._last_stamp = 0
        if start:
            self.set(start)

    def now(self):
        return time.time() + self._ahead

    def advance(self, seconds):
        self._ahead += seconds

    def set(self, moment):
        """`moment` as "2026-11-26T21:55:00+07:00"; without an offset it is Viet Nam's time."""
        wanted = datetime.fromisoformat(moment)
        wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=VIETNAM)
        self._ahead = wanted.timestamp() - time.time()

    def back(self):
        """The time of the machine again, also for the next stamp: one from the future would be refused."""
        self._ahead, self._last_stamp = 0.0, 0

    def local(self):
        return datetime.fromtimestamp(self.now(), tz=UTC).astimezone(VIETNAM)

    def is_night(self):
        return not NIGHT_UNTIL <= self.local().hour < NIGHT_FROM

    def stamp(self, after=0.0):
        """Milliseconds as a string of digits."""
        return str(int((self.now() + after) * 1000))

    def stamp_once(self):
        """Never the same twice: events without an id are told apart by their time."""
        self._last_stamp = max(int(self.now() * 1000), self._last_stamp + 1)
        return str(self._last_stamp)

    def shown(self):
        return {"now": self.local().isoformat(timespec="seconds"), "epoch": self.now(), "ahead": round(self._ahead, 3)}
