"""The dossier (hồ sơ): what it is. Its verbs stand in reception.py, progress.py, interruptions.py and receipts.py."""

import re
from contextlib import contextmanager

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pgtrigger import Before, Insert, Trigger, Update

from agencies.audit import tracked
from agencies.rights import ScopedQuerySet, require, rights_of
from agencies.sealed import SealedTextField, blind_index
from agencies.vietnamese import mask_name, nfc, person_sort_key, search_key
from dossiers import clock, proofs
from dossiers.catalogue import TermUnit
from dossiers.interruptions import Interruptions
from dossiers.ledger import ClockEvent, LogEntry
from dossiers.numbers import number_key
from dossiers.phones import phone_index, phone_proofs
from dossiers.progress import Progress
from dossiers.receipts import GivingReceipts
from dossiers.reception import Reception
from dossiers.workflow import CITIZEN_WORDS, OPEN, PAUSED, Status, check_move


class DossierQuerySet(ScopedQuerySet):
    view_permission = "dossiers.view_dossier"

    def visible_to(self, user, perm=None):
        """What this person may see; confidential dossiers only with the right to those as well."""
        seen = super().visible_to(user, perm)
        confidential = rights_of(user).q("dossiers.view_confidential_dossier")
        # An empty condition is the right to all of them; joined by OR it would vanish and hide them.
        return seen.filter(Q(confidential=False) | confidential) if confidential else seen

    def open(self):
        return self.filter(status__in=OPEN)

    def overdue(self, *, at):
        return self.open().filter(due_at__lt=at)

    def by_urgency(self):
        """The soonest due first; those whose clock stands still last."""
        return self.order_by(F("due_at").asc(nulls_last=True), "pk")

    def with_number(self, text):
        """The dossier a person means by this number, whichever form it is typed in, also by a number it had before."""
        key = number_key(text)
        aliases = FormerNumber.objects.filter(number_key=key).values("dossier_id")
        # A union, not an OR: PostgreSQL would read a million dossiers for the OR.
        return self.filter(pk__in=Dossier.objects.filter(number_key=key).values("pk").union(aliases, all=True))

    def with_token(self, token):
        """The dossier whose receipt carries this token, unless that receipt was revoked."""
        return self.filter(receipts__token_index=blind_index(token, "receipt"), receipts__revoked_at__isnull=True)

    def search(self, text, *, user):
        """By a name without tone marks, a whole phone number, or the beginning of a dossier number.

        Persons are searched only where the user may see them: a search that finds is a name confirmed.
        What the text looks like decides which: for an OR of them PostgreSQL would read a million dossiers.
        """
        text = nfc(text).strip()
        if not any(map(str.isdigit, text)):
            key = search_key(text)
            return self._of_parties(user, search_key__contains=key) if key else self.none()
        if len(text) >= 9 and _LIKE_A_PHONE.fullmatch(text):
            return self._of_parties(user, phone_index=phone_index(text))
        return self.filter(number_key__startswith=number_key(text))

    def _of_parties(self, user, **known):
        known = Party.objects.filter(**known).values("dossier_id")
        return self.visible_to(user, "dossiers.view_party").filter(pk__in=known)


# A dossier's number has a letter in it in either form.
_LIKE_A_PHONE = re.compile(r"[+\d\s().-]+")


# What one act after another would read again of the same dossier.
JOINED = ("procedure_version", "case", "field", "unit", "received_by_unit", "step")


class Filed(models.TextChoices):
    """KenhThucHien of the national exchange: 1 in person, 2 online, 3 by public post."""

    COUNTER = "counter", _("at the counter")
    ONLINE = "online", _("online")
    POST = "post", _("by post")


@tracked(exclude=["changed_at"])
class Dossier(Reception, Progress, Interruptions, GivingReceipts, models.Model):
    """One citizen's matter before one authority, from receipt to result."""

    number = models.CharField(_("dossier number"), max_length=60, unique=True)
    number_key = models.CharField(max_length=60, unique=True, editable=False)
    procedure_version = models.ForeignKey(
        "dossiers.ProcedureVersion", verbose_name=_("procedure"), on_delete=models.PROTECT, related_name="dossiers"
    )
    case = models.ForeignKey("dossiers.ProcedureCase", verbose_name=_("case"), on_delete=models.PROTECT)
    field = models.ForeignKey(
        "agencies.FieldOfWork", verbose_name=_("field of work"), on_delete=models.PROTECT, editable=False
    )
    unit = models.ForeignKey(
        "agencies.Unit", verbose_name=_("handling unit"), on_delete=models.PROTECT, related_name="dossiers"
    )
    received_by_unit = models.ForeignKey(
        "agencies.Unit", verbose_name=_("receiving unit"), on_delete=models.PROTECT, related_name="+"
    )
    calendar = models.ForeignKey("agencies.WorkCalendar", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(_("status"), max_length=30, choices=Status, default=Status.SUBMITTED)
    status_before_withdrawal = models.CharField(max_length=30, choices=Status, blank=True, editable=False)
    step = models.ForeignKey("dossiers.Step", verbose_name=_("step"), null=True, on_delete=models.PROTECT)
    subject = models.CharField(_("what is asked for"), max_length=1000, blank=True)
    filed = models.CharField(_("filed"), max_length=20, choices=Filed, default=Filed.COUNTER)
    copies = models.PositiveSmallIntegerField(_("number of sets"), default=1)
    documents = models.JSONField(_("documents received"), default=list, blank=True)
    confidential = models.BooleanField(_("confidential"), default=False)
    term_unit = models.CharField(max_length=20, choices=TermUnit)
    term_n = models.DecimalField(max_digits=6, decimal_places=2)
    submitted_at = models.DateTimeField(_("submitted at"))
    received_at = models.DateTimeField(_("received at"), null=True)
    due_at = models.DateTimeField(_("due at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    handed_over_at = models.DateTimeField(_("handed over at"), null=True)
    reappointed_at = models.DateTimeField(_("apologised at"), null=True)
    supplements_count = models.PositiveSmallIntegerField(_("supplement requests"), default=0)
    near_announced_at = models.DateTimeField(null=True, editable=False)
    overdue_announced_at = models.DateTimeField(null=True, editable=False)
    # The last four digits of the parties' phones, as keyed hashes: a second factor that reveals nothing.
    phone_proofs = ArrayField(models.CharField(max_length=64), default=list, editable=False)
    pin_edition = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    submission_key = models.UUIDField(null=True, unique=True, editable=False)
    # Set by the database at every write, also a bulk one: another system asks for what changed since it last asked.
    changed_at = models.DateTimeField(_("changed at"), db_default=Now(), editable=False)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["unit", "due_at", "id"], condition=Q(status__in=OPEN), name="open_by_unit_and_due"),
            models.Index(fields=["due_at", "id"], condition=Q(status__in=OPEN), name="open_by_due"),
            models.Index(fields=["calendar", "id"], condition=Q(status__in=OPEN), name="open_by_calendar"),
            models.Index(fields=["unit", "-id"], name="by_unit_newest_first"),
            models.Index(fields=["unit", "-id"], condition=Q(status=Status.RESULT_READY), name="ready_by_unit"),
            models.Index(fields=["changed_at"], name="by_change"),
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
            ("receive_dossier", _("Can receive dossiers and hand over results")),
            ("advance_dossier", _("Can move dossiers and ask for supplements")),
            ("lead_dossier", _("Can refuse, stop, apologise and correct")),
            ("view_confidential_dossier", _("Can see confidential dossiers")),
            ("view_party", _("Can see who the applicant is")),
            ("import_dossiers", _("Can take over dossiers from another system")),
        ]

    def __str__(self):
        return self.number

    @property
    def about(self):
        """How other apps name this dossier without knowing the class."""
        return f"dossier:{self.pk}"

    @property
    def scope_unit(self):
        return self.unit

    @property
    def scope_field(self):
        return self.field

    @property
    def procedure(self):
        return self.procedure_version.procedure

    @property
    def citizen_status(self):
        return CITIZEN_WORDS[Status(self.status)]

    @property
    def is_open(self):
        return self.status in OPEN

    @property
    def is_paused(self):
        """Whether the clock waits for the citizen; a wish to withdraw leaves it as it was."""
        asked = self.status == Status.WITHDRAWAL_REQUESTED
        return (self.status_before_withdrawal if asked else self.status) in PAUSED

    @property
    def term(self):
        return clock.Term(unit=self.term_unit, n=self.term_n)

    @property
    def pin(self):
        """The six digits printed on the receipt."""
        return proofs.pin_of(self.number_key, self.pin_edition)

    def proven_by(self, proof):
        """Whether the receipt's PIN or the last four digits of a party's phone was given. Constant time."""
        return proofs.proves(
            proof, number_key=self.number_key, phone_proofs=self.phone_proofs, edition=self.pin_edition
        )

    def party_with_phone(self, phone_proof):
        """The party whose phone's end this keyed proof names (phones.phone_proof); None where there is none."""
        parties = self.parties.all() if phone_proof else ()
        return next((one for one in parties if phone_proof in phone_proofs(self.number_key, [one.phone])), None)

    def computed_due_at(self, events=None, worktime=None):
        """The due date as ledger and calendar give it now; `due_at` is this value, stored."""
        if self.received_at is None:
            return None
        events = self.clock_events.all() if events is None else events
        counted = [event.as_event() for event in events if event.kind in ClockEvent.COUNTED]
        return clock.due_at(self.term, self.received_at, counted, worktime or self.calendar.as_worktime())

    @contextmanager
    def _changing(self, by, permission):
        """Lock the row, check the right before the change and again after it (by=None: the system itself)."""
        with transaction.atomic():
            self._lock()
            if by is not None:
                require(by, permission, self)
            yield
            if by is not None:
                require(by, permission, self)

    def _lock(self):
        """Read the row anew, locked. What came joined to it stays with it where it still points there.

        The calendar does not stay: it may have been amended since. And nothing is joined to the locked row: while we
        wait for the lock, PostgreSQL would take it from a moment before.
        """
        joined = {name: self._state.fields_cache.get(name) for name in JOINED}
        self.refresh_from_db(from_queryset=Dossier.objects.select_for_update(of=("self",)))
        for name, kept in joined.items():
            if kept is not None and kept.pk == getattr(self, f"{name}_id"):
                setattr(self, name, kept)

    def _move(self, *, to, verb, by, at, step=None, event=None, **texts):
        """The one door to another status: the table allows it, the log records it."""
        check_move(self.status, to)
        self.status, self.step = to, step or self.step
        self.save()
        entry = self._write(verb=verb, by=by, at=at, **texts)
        if event is not None:
            event.send(Dossier, dossier=self, entry=entry)
        return entry

    def _write(self, *, verb, by, at, **texts):
        officer = by if isinstance(by, LogEntry.by.field.related_model) else None
        return self.log.create(
            verb=verb, by=officer, by_name=str(by or ""), at=at, status=self.status, step=self.step, **texts
        )

    def _tick(self, kind, *, at, n=None, reason="", revision=None):
        """Append to the clock's ledger and store what the due date now is."""
        event = ClockEvent(
            dossier=self, kind=kind, at=at, n=n, reason=reason, due_before=self.due_at, revision=revision
        )
        if kind != ClockEvent.Kind.STOP:
            self.due_at = self.computed_due_at([*self.clock_events.all(), event])
        event.due_after = self.due_at
        event.save()


@tracked()
class FormerNumber(models.Model):
    """A number the dossier had before it was renumbered; it still finds it."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="former_numbers")
    number = models.CharField(_("former number"), max_length=60)
    number_key = models.CharField(max_length=60, unique=True)

    class Meta:
        verbose_name = _("former number")
        verbose_name_plural = _("former numbers")

    def __str__(self):
        return self.number


@tracked(exclude=["name", "search_key", "sort_key"])
class Party(models.Model):
    """A person or organisation in a dossier. Number, phone, e-mail and address are sealed in the database."""

    class Role(models.TextChoices):
        APPLICANT = "applicant", _("applicant")
        OWNER = "owner", _("owner of the matter")
        DELEGATE = "delegate", _("delegate")

    class Kind(models.TextChoices):
        CITIZEN = "citizen", _("citizen")
        BUSINESS = "business", _("business")
        HOUSEHOLD_BUSINESS = "household_business", _("household business")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(pgettext_lazy("in a dossier", "role"), max_length=20, choices=Role, default=Role.APPLICANT)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.CITIZEN)
    name = models.CharField(_("full name"), max_length=300)
    sort_key = models.CharField(max_length=1000, editable=False)
    search_key = models.CharField(max_length=300, editable=False)
    id_number = SealedTextField(_("identity or tax number"), blank=True)
    phone = SealedTextField(_("phone"), blank=True)
    phone_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    email = SealedTextField(_("e-mail"), blank=True)
    address = SealedTextField(_("address"), blank=True)
    language = models.CharField(_("language"), max_length=5, default="vi")

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["pk"]
        indexes = [GinIndex(fields=["search_key"], name="party_names", opclasses=["gin_trgm_ops"])]

    def __str__(self):
        return self.masked_name

    @property
    def masked_name(self):
        return mask_name(self.name)

    @property
    def contacts(self):
        """Where this person can be reached, for the post office: {"phone": …, "email": …}."""
        return {kind: value for kind in ("phone", "email") if (value := getattr(self, kind))}

    def prepare(self):
        """Fill the keys; `bulk_create` needs it called by hand."""
        self.name = nfc(self.name)
        self.sort_key = person_sort_key(self.name)[:1000]
        self.search_key = search_key(self.name)[:300]
        self.phone_index = phone_index(self.phone)
        return self

    def save(self, *args, **kwargs):
        self.prepare()
        super().save(*args, **kwargs)
