"""Working time as the authority's own data: weekly hours, holidays, swapped days, with the document that set each.

Every change is an amendment: it raises the version, keeps a revision for ever and announces itself.
"""

from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from agencies import events, worktime
from agencies.audit import acting, append_only, tracked
from agencies.prepared import Statement, row
from agencies.rights import ScopedQuerySet, require
from agencies.vietnamese import tidy

ORDINARY_HOURS = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
ORDINARY_WEEK = dict.fromkeys(range(5), ORDINARY_HOURS)
ALWAYS = date(2000, 1, 1)


@dataclass(frozen=True)
class Day:
    """A day that does not follow the week. A working day without hours of its own has those of a Monday."""

    on: date
    works: bool
    reason: str = ""
    hours: tuple = ()
    document: str = ""


class WorkCalendarQuerySet(ScopedQuerySet):
    field_path = None

    def nearest_to(self, unit):
        """The calendar of the unit or of the nearest unit above it; one query. Raises WorkCalendar.DoesNotExist."""
        if found := _NEAREST.fetch_one(unit.ancestor_ids()):
            return row(WorkCalendar, found)
        raise self.model.DoesNotExist(f"No unit from {unit} upwards has a working calendar.")


@tracked()
class WorkCalendar(models.Model):
    """When units work. Change it with `amend` only."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    unit = models.ForeignKey(
        "agencies.Unit", verbose_name=_("kept by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="kept_calendars",
    )  # fmt: skip
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    # The amendment in force. Its number is never used twice, also not after a rollback: what is computed is kept by it.
    current = models.ForeignKey(
        "agencies.CalendarRevision", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    objects = WorkCalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering = ["name"]
        permissions = [("amend_workcalendar", "Can amend a working calendar")]

    def __str__(self):
        return self.name

    @property
    def scope_unit(self):
        return self.unit

    @transaction.atomic
    def amend(self, *, document, by, at, days=(), ordinary=(), weekly=None, weekly_from=ALWAYS):
        """Change working time, keep the revision, announce it.

        Args:
            document: number of the document that sets it, e.g. "12729/VPCP-KGVX".
            by: None when the system itself seeds; anybody else needs agencies.amend_workcalendar.
            days: `Day`s that do not follow the week.
            ordinary: dates that follow the week again.
            weekly: {weekday 0-6: [(opens, closes), …]} in force from `weekly_from`; weekdays not named are free.
        """
        if by is not None:
            require(by, "agencies.amend_workcalendar", self)
        document = tidy(str(document))
        self.version = WorkCalendar.objects.select_for_update().get(pk=self.pk).version + 1
        with acting(why=document):
            if weekly is not None:
                self._set_week(weekly, weekly_from)
            self._set_days(days, ordinary, document)
            changed = {day.on for day in days} | set(ordinary)
            self.current = self.revisions.create(
                version=self.version, at=at, by=_officer(by), by_name=str(by or ""), document=document,
                content=self._content(), changed=sorted(day.isoformat() for day in changed),
            )  # fmt: skip
            self.save(update_fields=["version", "current"])
        events.calendar_changed.send(WorkCalendar, calendar=self, revision=self.current, by=by, at=at)
        return self.current

    def as_worktime(self):
        """agencies.worktime.Calendar of the amendment in force; computed once a process."""
        return _worktime(self.current_id)

    def _set_week(self, weekly, valid_from):
        self.weekly_hours.filter(valid_from=valid_from).delete()
        WeeklyHours.objects.bulk_create(
            WeeklyHours(calendar=self, weekday=weekday, opens=opens, closes=closes, valid_from=valid_from)
            for weekday in range(7)
            for opens, closes in weekly.get(weekday) or [(None, None)]
        )

    def _set_days(self, days, ordinary, document):
        days = {day.on: day for day in days}
        self.days.filter(on__in=set(days) | set(ordinary)).delete()
        CalendarDay.objects.bulk_create(
            CalendarDay(
                calendar=self, on=day.on, reason=tidy(day.reason), document=tidy(day.document) or document,
                hours=_as_text(day.hours),
                kind=CalendarDay.Kind.WORKING if day.works else CalendarDay.Kind.OFF,
            )
            for day in days.values()
        )  # fmt: skip

    def _content(self):
        """All of the calendar as plain data: what a revision keeps."""
        weeks = {}
        for hours in self.weekly_hours.all():
            week = weeks.setdefault(hours.valid_from.isoformat(), {})
            week.setdefault(str(hours.weekday), []).extend(
                _as_text([(hours.opens, hours.closes)] if hours.opens else [])
            )
        days = {day.on.isoformat(): {"works": day.works, "hours": day.hours} for day in self.days.all()}
        return {"weeks": weeks, "days": days}


# Every received dossier asks it: planned once a connection.
_NEAREST = Statement.of(
    "agencies_nearest_calendar",
    ("bigint[]",),
    """
SELECT {c} FROM agencies_unit u JOIN agencies_workcalendar c ON c.id = u.calendar_id
 WHERE u.id = ANY($1) ORDER BY length(u.path) DESC LIMIT 1
""",
    c=WorkCalendar,
)


@lru_cache(maxsize=256)
def _worktime(revision_id):
    return _from_content(CalendarRevision.objects.get(pk=revision_id).content if revision_id else {})


def _from_content(content):
    weeks = {date.fromisoformat(since): _week(week) for since, week in sorted(content.get("weeks", {}).items())}
    always = weeks.pop(ALWAYS, {})
    days = {date.fromisoformat(on): day for on, day in content.get("days", {}).items()}
    return worktime.Calendar(
        weekly_hours=always,
        weekly_hours_from=weeks,
        non_working_dates=frozenset(on for on, day in days.items() if not day["works"]),
        hours_on={
            on: _spans(day["hours"]) or _hours_of_its_monday(on, {date.min: always, **weeks})
            for on, day in days.items()
            if day["works"]
        },
    )


def _week(week):
    return {int(weekday): _spans(hours) for weekday, hours in week.items() if hours}


def _hours_of_its_monday(on, weeks):
    """What a swapped Saturday has: the hours of a Monday, as they were in force then; later ones change no past day."""
    in_force = [week[0] for since, week in weeks.items() if since <= on and week.get(0)]
    return in_force[-1] if in_force else ORDINARY_HOURS


def _spans(hours):
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in hours)


def _as_text(spans):
    return [[opens.strftime("%H:%M"), closes.strftime("%H:%M")] for opens, closes in spans]


def _officer(by):
    return by if isinstance(by, CalendarRevision.by.field.related_model) else None


@tracked()
class WeeklyHours(models.Model):
    """One span of an ordinary weekday, in force from a day until later ones are. Without hours the weekday is free."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("opens at"), null=True)
    closes = models.TimeField(_("closes at"), null=True)
    valid_from = models.DateField(_("valid from"), default=ALWAYS)

    class Meta:
        verbose_name = _("weekly hours")
        verbose_name_plural = _("weekly hours")
        ordering = ["valid_from", "weekday", "opens"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="it_closes_after_it_opens",
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(opens__lt=F("closes")),
            ),
            models.CheckConstraint(name="a_week_has_seven_days", condition=Q(weekday__lte=6)),
        ]

    def __str__(self):
        return (
            f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"
            if self.opens
            else self.get_weekday_display()
        )


@tracked()
class CalendarDay(models.Model):
    """A holiday, a day off against a Saturday, or that Saturday."""

    class Kind(models.TextChoices):
        OFF = "off", _("day off")
        WORKING = "working", _("working day")

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="days")
    on = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    hours = models.JSONField(_("hours of that day"), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    document = models.CharField(_("document"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["on"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="one_calendar_day_a_date", fields=["calendar", "on"])]

    def __str__(self):
        return f"{self.on:%d/%m/%Y} {self.get_kind_display()}"

    @property
    def works(self):
        return self.kind == self.Kind.WORKING


class CalendarRevisionQuerySet(ScopedQuerySet):
    view_permission = "agencies.view_workcalendar"
    unit_path = "calendar__unit"
    field_path = None


@append_only
class CalendarRevision(models.Model):
    """One amendment, kept for ever with the whole calendar as it was from then on."""

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("moment"))
    by = models.ForeignKey(
        "agencies.Officer", verbose_name=_("amended by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_("amended by (name then)"), max_length=200, blank=True)
    document = models.CharField(_("document"), max_length=200)
    changed = models.JSONField(_("days changed"), default=list)
    content = models.JSONField()

    objects = CalendarRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar amendment")
        verbose_name_plural = _("calendar amendments")
        ordering = ["-version"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="one_revision_a_version", fields=["calendar", "version"])]

    def __str__(self):
        return f"{self.calendar} {self.version}: {self.document}"

    def as_worktime(self):
        """agencies.worktime.Calendar as this amendment left it."""
        return _worktime(self.pk)

    def reason_in_words(self):
        """One sentence for citizens, in the authority's own language: why a date may have moved."""
        with override(settings.LANGUAGE_CODE):
            days = ", ".join(f"{date.fromisoformat(day):%d/%m/%Y}" for day in self.changed[:10])
            facts = {"document": self.document, "days": days}
            if not days:
                return _("Working hours were changed by %(document)s.") % facts
            return _("Working days were changed by %(document)s: %(days)s.") % facts

    @property
    def scope_unit(self):
        return self.calendar.unit
