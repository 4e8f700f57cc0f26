"""The rules of docs/clock.md once more, slowly: minute by minute and day by day, sharing no code with the clock.

It reads the plain JSON of `manage.py due` and knows moments as naive datetimes of Vietnam's clock.
"""

from datetime import datetime, timedelta
from fractions import Fraction
from math import floor

A_MINUTE, A_DAY, SEVEN_HOURS = timedelta(minutes=1), timedelta(days=1), timedelta(hours=7)
CLOCK = {(hour, minute): f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60)}


def due(case, calendar):
    """What `manage.py due` must print for the case."""
    found = Oracle(case, calendar).due()
    return found and f"{found.isoformat()}+07:00"


def vietnamese(text):
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is not None:
        moment = (moment - moment.utcoffset()).replace(tzinfo=None) + SEVEN_HOURS
    return moment


def cut(moment):
    return moment.replace(second=0, microsecond=0)


class Oracle:
    def __init__(self, case, calendar):
        self.calendar, self.unit = calendar, case["unit"]
        self.known = {}
        self.case_n = 1 if self.unit == "same_day" else Fraction(str(case["n"]))
        self.events = sorted(case.get("events", []), key=lambda event: vietnamese(event["at"]))
        self.receipt = cut(vietnamese(case["received_at"]))
        self.n, self.pauses, self.open_pause = self.case_n, [], None

    def due(self):
        not_before = self.receipt
        for event in self.events:
            at = max(not_before, cut(vietnamese(event["at"])))
            if event["kind"] == "restart":
                self.receipt, self.n, self.pauses, self.open_pause = at, self.case_n, [], None
            elif event["kind"] == "extend":
                self.n += Fraction(str(event["n"]))
            elif event["kind"] == "pause" and self.open_pause is None:
                self.open_pause = at if at < self.due_now() else None
            elif event["kind"] == "resume" and self.open_pause is not None:
                self.pauses.append((self.open_pause, at))
                self.open_pause = None
        return None if self.open_pause is not None else self.due_now()

    def due_now(self):
        return getattr(self, self.unit)()

    # --- the calendar, one minute at a time ---------------------------------------------------------------------------

    def hours(self, day):
        written = day.isoformat()
        if written in self.calendar.get("non_working_dates", []):
            return []
        if written in self.calendar.get("working_weekend_dates", []):
            return self.calendar["working_weekend_hours"]
        return self.calendar["weekly_hours"].get(("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()], [])

    def day(self, day):
        """The set of open minutes of a day, and its closing as "HH:MM"."""
        if day not in self.known:
            hours = self.hours(day)
            minutes = {when for when, clock in CLOCK.items() for opens, closes in hours if opens <= clock < closes}
            self.known[day] = minutes, max((closes for _opens, closes in hours), default=None)
        return self.known[day]

    def is_open(self, moment):
        return (moment.hour, moment.minute) in self.day(moment.date())[0]

    def closing(self, day):
        closes = self.day(day)[1]
        return closes and datetime.fromisoformat(f"{day.isoformat()}T{closes}")

    def effective_start(self):
        moment = self.receipt
        while not self.is_open(moment):
            moment += A_MINUTE
        return moment

    def stands(self, moment):
        return any(paused <= moment < resumed for paused, resumed in self.pauses)

    # --- the units ----------------------------------------------------------------------------------------------------

    def nth_running_closing(self, day, n):
        """From `day` on, the closing of the n-th working day that no pause P→R has strictly inside: P < closing < R."""
        while True:
            closing = self.closing(day)
            if closing and not any(paused < closing < resumed for paused, resumed in self.pauses):
                n -= 1
                if n == 0:
                    return closing
            day += A_DAY

    def working_day(self):
        return self.nth_running_closing(self.effective_start().date() + A_DAY, self.n)

    def same_day(self):
        day = self.receipt.date()
        closing = self.closing(day)
        in_time = f"{self.receipt:%H:%M}" <= "15:00" and closing is not None and self.receipt < closing
        return self.nth_running_closing(day if in_time else day + A_DAY, self.n)

    def working_hour(self):
        return self.after(self.effective_start(), lambda moment: self.is_open(moment) and not self.stands(moment))

    def hour(self):
        return self.after(self.receipt, lambda moment: not self.stands(moment))

    def after(self, moment, counts):
        left = floor(self.n * 60)
        while left:
            left -= counts(moment)
            moment += A_MINUTE
        return moment

    def calendar_day(self):
        day = self.receipt.date()
        for _one in range(int(self.n)):
            day += A_DAY
        return self.rolled(day)

    def month(self):
        year, month, day = self.receipt.year, self.receipt.month, self.receipt.day
        for _one in range(int(self.n)):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        while True:
            try:
                return self.rolled(datetime(year, month, day).date())
            except ValueError:
                day -= 1

    def rolled(self, day):
        for paused, resumed in self.pauses:
            while paused.date() < resumed.date():
                paused, day = paused + A_DAY, day + A_DAY
        while not self.closing(day):
            day += A_DAY
        return self.closing(day)
