"""The report (phản ánh, kiến nghị): what it is. Its verbs stand in intake, triage, handling, answering, afterwards."""

from contextlib import contextmanager

from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models, transaction
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from pgtrigger import Before, Insert, Trigger, Update

from agencies.audit import tracked
from agencies.rights import ScopedQuerySet, require
from agencies.sealed import SealedJSONField, blind_index
from agencies.vietnamese import nfc, search_key
from feedback import clock
from feedback.afterwards import Afterwards
from feedback.answering import Answering
from feedback.categories import ServiceLevel
from feedback.codes import code_in, code_of_token, shown, token_of
from feedback.following import address_mark
from feedback.handling import Handling
from feedback.intake import Intake
from feedback.log import LogEntry
from feedback.masking import masked
from feedback.moderation import Moderating
from feedback.showing import Showing
from feedback.triage import Triage
from feedback.workflow import (
    ACTS,
    IN_HAND,
    OPEN,
    PUBLIC_WORDS,
    RUNNING,
    UNASSIGNED,
    Kind,
    Outcome,
    State,
    Verb,
    check_act,
)

LONGEST_TEXT, LONGEST_EXTRA = 4_000, 10_000


# PostgreSQL's own type, whose index answers "within these bounds".
SPOT = Func(F("longitude"), F("latitude"), function="point", output_field=models.FloatField())


class ReportQuerySet(ScopedQuerySet):
    field_path = None

    def open(self):
        return self.filter(state__in=OPEN)

    def unassigned(self):
        return self.filter(state__in=UNASSIGNED)

    def overdue(self, *, at):
        return self.open().filter(state__in=RUNNING, due_at__lt=at)

    def shown(self):
        """What anybody may see: public by its reporter's wish and looked at by a person."""
        return self.filter(shown=True)

    def with_code(self, text):
        """The report a person means by this code, however it is typed; a merged one leads to the one it went into."""
        code = code_in(text)
        return self.filter(code=code) if code else self.none()

    def said_at(self, contacts):
        """What came from this address or thread of a channel, the newest first."""
        return self.filter(reply_mark=address_mark(contacts)).exclude(reply_mark="").order_by("-pk")

    def with_token(self, token):
        """The report of a reporter's own link."""
        code = code_of_token(token)
        return self.filter(code=code) if code else self.none()

    def in_box(self, south, west, north, east):
        """Reports whose place lies within these degrees; answered by the index of places."""
        return self.extra(
            where=["point(feedback_report.longitude, feedback_report.latitude) <@ box(point(%s, %s), point(%s, %s))"],
            params=[west, south, east, north],
        )

    def search(self, text):
        """By a code, or by words with or without tone marks; in all that was written, for those who handle it."""
        return self._with_words(text, "search_key__contains")

    def search_public(self, text):
        """The same in what everybody reads: what is masked is not found either, digit by digit."""
        return self._with_words(text, "public_key__contains")

    def _with_words(self, text, lookup):
        if code := code_in(text):
            return self.filter(code=code)
        found = self
        for word in search_key(nfc(text)).split()[:12]:
            found = found.filter(**{lookup: word})
        return found


# What people wrote, and where: it is forgotten in time, and a trail forgets nothing.
WRITTEN = [
    "text", "public_text", "extra_text", "answers", "search_key", "public_key", "address", "reply_to", "reply_mark",
    "said_by", "origin", "likeness", "latitude", "longitude", "pictures",
]  # fmt: skip


@tracked(exclude=[*WRITTEN, "changed_at", "supports"])
class Report(Intake, Triage, Handling, Answering, Afterwards, Moderating, Showing, models.Model):
    """One thing that somebody tells the authority, from the moment it is told to the answer and after."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    category = models.ForeignKey(
        "feedback.Category", verbose_name=_("category"), on_delete=models.PROTECT, related_name="reports"
    )
    text = models.TextField(_("what was reported"))
    public_text = models.TextField(_("as the public reads it"))
    extra_text = models.TextField(_("more about it"), blank=True)
    answers = models.JSONField(_("answers to the extra questions"), default=list, blank=True)
    search_key = models.TextField(editable=False)
    public_key = models.TextField(default="", editable=False)
    language = models.CharField(_("language"), max_length=5, default="vi")

    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    ward = models.ForeignKey(
        "agencies.Unit", verbose_name=_("ward or commune"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    address = models.CharField(_("place in words"), max_length=300, blank=True)

    channel = models.CharField(_("came through"), max_length=30)
    origin = models.CharField(max_length=200, null=True, unique=True, editable=False)
    likeness = models.CharField(max_length=64, blank=True, editable=False)
    # Where an answer goes that belongs where it was said: what the post office takes as contacts.
    reply_to = SealedJSONField(null=True, blank=True, editable=False)
    reply_mark = models.CharField(max_length=64, blank=True, editable=False)
    # By whom, where that tells people apart who write in the same place.
    said_by = models.CharField(max_length=64, blank=True, editable=False)
    said_in_public = models.BooleanField(default=False, editable=False)
    filed_by = models.ForeignKey(
        "agencies.Officer", verbose_name=_("filed by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip

    state = models.CharField(_("state"), max_length=30, choices=State, default=State.NEW)
    outcome = models.CharField(_("how it was settled"), max_length=20, choices=Outcome, blank=True)
    confirmed_fixed = models.BooleanField(_("fixed, says the citizen"), null=True, editable=False)
    unit = models.ForeignKey(
        "agencies.Unit", verbose_name=_("unit in charge"), on_delete=models.PROTECT, related_name="reports"
    )
    officer = models.ForeignKey(
        "agencies.Officer", verbose_name=_("officer in charge"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    partner = models.CharField(_("outside body"), max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged into"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="merged_reports",
    )  # fmt: skip
    rounds = models.PositiveSmallIntegerField(_("times answered"), default=0, editable=False)
    appeals = models.PositiveSmallIntegerField(_("times reopening was asked for"), default=0)

    public_wanted = models.BooleanField(_("public, as its reporter wishes"), default=True)
    looked_at = models.DateTimeField(_("looked at before it became public"), null=True, editable=False)
    hidden = models.BooleanField(_("hidden by a moderator"), default=False)
    shown = models.BooleanField(_("public"), default=False, editable=False)
    pictures = models.JSONField(default=list, editable=False)
    supports = models.PositiveIntegerField(_("others who say the same"), default=0)
    flags = models.PositiveSmallIntegerField(_("flagged by citizens"), default=0, editable=False)

    calendar = models.ForeignKey("agencies.WorkCalendar", on_delete=models.PROTECT, related_name="+")
    term_unit = models.CharField(max_length=20, choices=ServiceLevel.Unit)
    term_n = models.PositiveSmallIntegerField()
    received_at = models.DateTimeField(_("received at"))
    due_at = models.DateTimeField(_("due at"), null=True)
    remind_at = models.DateTimeField(null=True, editable=False)
    minutes_left = models.IntegerField(null=True, editable=False)
    extended_at = models.DateTimeField(_("new date given at"), null=True, editable=False)
    replies_until = models.DateTimeField(_("the citizen answers until"), null=True, editable=False)
    assigned_at = models.DateTimeField(_("assigned at"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    reminded_at = models.DateTimeField(null=True, editable=False)
    overdue_told_at = models.DateTimeField(null=True, editable=False)
    unassigned_told_at = models.DateTimeField(null=True, editable=False)
    escalation = models.PositiveSmallIntegerField(_("escalated"), default=0, editable=False)
    anonymised_at = models.DateTimeField(_("anonymised at"), null=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), db_default=Now(), editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["unit", "due_at", "id"], condition=Q(state__in=OPEN), name="feedback_open_by_unit"),
            models.Index(fields=["due_at", "id"], condition=Q(state__in=OPEN), name="feedback_open_by_due"),
            models.Index(fields=["unit", "-id"], name="feedback_by_unit"),
            models.Index(fields=["received_at"], condition=Q(state__in=UNASSIGNED), name="feedback_unassigned"),
            models.Index(
                fields=["remind_at"], condition=Q(state__in=OPEN, reminded_at=None), name="feedback_to_remind"
            ),
            models.Index(fields=["replies_until"], condition=Q(state="waiting"), name="feedback_waiting"),
            models.Index(fields=["-received_at", "-id"], condition=Q(shown=True), name="feedback_shown"),
            models.Index(fields=["ward", "-received_at"], condition=Q(shown=True), name="feedback_shown_by_ward"),
            models.Index(
                fields=["category", "-received_at"], condition=Q(shown=True), name="feedback_shown_by_category"
            ),
            models.Index(fields=["changed_at"], condition=Q(shown=True), name="feedback_shown_by_change"),
            models.Index(fields=["likeness", "-received_at"], name="feedback_alike"),
            models.Index(fields=["-id"], condition=Q(flags__gt=0), name="feedback_flagged"),
            models.Index(fields=["reply_mark", "-id"], condition=~Q(reply_mark=""), name="feedback_said_there"),
            models.Index(fields=["answered_at"], condition=Q(state__in=["published", "rated"]),
                         name="feedback_answered"),
            models.Index(fields=["closed_at"], condition=Q(anonymised_at=None), name="feedback_to_anonymise"),
            GistIndex(
                SPOT, condition=Q(latitude__isnull=False), name="feedback_places"
            ),
            GinIndex(
                OpClass(F("public_key"), name="gin_trgm_ops"), condition=Q(shown=True), name="feedback_public_words"
            ),
            GinIndex(OpClass(F("search_key"), name="gin_trgm_ops"), name="feedback_words"),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                name="feedback_a_place_has_both",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
            ),
        ]
        triggers = [
            Trigger(
                name="note_change",
                when=Before,
                operation=Insert | Update,
                func="NEW.changed_at = now(); RETURN NEW;",
            )
        ]
        permissions = [
            ("triage_report", _("Can accept, refuse, assign and merge reports")),
            ("handle_report", _("Can work on reports and write answers")),
            ("approve_answer", _("Can approve answers: they become public")),
            ("lead_report", _("Can reopen reports and decide about appeals")),
            ("moderate_report", _("Can hide reports and ban senders")),
            ("file_report", _("Can file reports for citizens")),
            ("post_open311", _("Can send reports of citizens by Open311, with a key")),
        ]

    def __str__(self):
        return self.shown_code

    @property
    def about(self):
        """How other apps name this report without knowing the class."""
        return f"report:{self.pk}"

    @property
    def shown_code(self):
        return shown(self.code)

    @property
    def token(self):
        """What stands in its reporter's own link."""
        return token_of(self.code)

    @property
    def scope_unit(self):
        return self.unit

    def was_said_by(self, address):
        """Whether it was this one, where many speak in one place or through one door."""
        return bool(address) and bool(self.said_by) and self.said_by == blind_index(address, "feedback.said_by")

    @property
    def public_outcome(self):
        """How it was settled, once that is approved."""
        return "" if self.is_open else self.get_outcome_display()

    @property
    def public_address(self):
        """The place in words as the public reads it."""
        return masked(self.address)

    @property
    def public_state(self):
        return PUBLIC_WORDS[State(self.state)]

    @property
    def is_open(self):
        return self.state in OPEN

    @property
    def is_in_hand(self):
        return self.state in IN_HAND

    @property
    def is_paused(self):
        return self.state == State.WAITING

    @property
    def place(self):
        """(latitude, longitude) or None."""
        return None if self.latitude is None else (self.latitude, self.longitude)

    @property
    def worktime(self):
        return self.calendar.as_worktime()

    def is_late(self, at):
        return self.state in RUNNING and self.due_at is not None and self.due_at < at

    def _set_term(self, level, start):
        """The promise: kept with the report, so that a later change of the table moves no date."""
        self.term_unit, self.term_n = level.unit, level.n
        self._set_due(clock.due_at(level.unit, level.n, start, self.worktime), start=start)

    def _set_due(self, due_at, *, start):
        self.due_at = due_at
        self.remind_at = clock.remind_at(self.term_unit, start, due_at, self.worktime)
        self.reminded_at = self.overdue_told_at = None

    def _refresh_shown(self):
        wanted = self.public_wanted and self.looked_at and not self.hidden
        self.public_key = search_key(f"{self.public_text} {self.public_address}")
        refused = self.state == State.CLOSED and self.answered_at is None
        self.shown = bool(wanted) and self.state not in (State.NEW, State.REFUSED, State.MERGED) and not refused

    @contextmanager
    def _doing(self, verb, *, by):
        """Locks the row, lets the table decide, checks the right before the change and again after it.

        Raises:
            NotAllowed: the state, as it is now, does not admit the act: of two at once, one wins.
            PermissionDenied: not this person's to do. by=None is the system, or the citizen behind their own link.
        """
        act = ACTS[verb]
        with transaction.atomic():
            self._lock()
            if by is not None and act.permission:
                require(by, act.permission, self)
            check_act(verb, self.state)
            before = self.unit_id
            yield act
            self._refresh_shown()
            self.save()
            if by is not None and act.permission and self.unit_id == before:
                require(by, act.permission, self)

    @contextmanager
    def _changing(self):
        """What no table of moves decides: something said is never lost, whatever the state."""
        with transaction.atomic():
            self._lock()
            yield
            self.save()

    def _lock(self):
        category = self._state.fields_cache.get("category")
        self.refresh_from_db(from_queryset=Report.objects.select_for_update(of=("self",)))
        if category is not None and category.pk == self.category_id:
            self.category = category

    def _move(self, act):
        if act.to is not None:
            self.state = act.to

    def _write(self, verb, *, by, at, event=None, due_before=None, **texts):
        """A line of the log, chained to the one before; the row is locked, so nobody writes between."""
        officer = by if isinstance(by, LogEntry.by.field.related_model) else None
        earlier = self.log.order_by("-pk").values_list("digest", flat=True)
        previous = "" if verb == Verb.OPENED else earlier.first()
        entry = LogEntry(
            report=self, verb=verb, by=officer, by_name=str(by or "")[:200], at=at, state=self.state,
            unit_id=self.unit_id, due_before=due_before, due_after=self.due_at,
        )  # fmt: skip
        if texts.get("public_note"):
            texts["public_note"] = masked(texts["public_note"])
        entry.write(previous or "", **texts)
        if event is not None:
            event.send(Report, report=self, entry=entry)
        return entry
