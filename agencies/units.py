"""Units: a tree with a history. Provinces and communes merge, split, change kind; their old names stay findable."""

from datetime import timedelta

import pgtrigger
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from agencies.audit import tracked
from agencies.prepared import Statement, row
from agencies.rights import ScopedQuerySet
from agencies.unit_history import PastTitle, Succession, UnitCode
from agencies.validity import DatedQuerySet
from agencies.vietnamese import search_key, sort_key, tidy
from agencies.working_time import WorkCalendar

_ONE_DAY = timedelta(days=1)


class Kind(models.TextChoices):
    PROVINCE = "province", _("province")
    CITY = "city", _("centrally-run city")
    DEPARTMENT = "department", _("department")
    DISTRICT = "district", _("district (until 30/06/2025)")
    COMMUNE = "commune", _("commune")
    WARD = "ward", _("ward")
    SPECIAL_ZONE = "special_zone", _("special zone")
    OFFICE = "office", _("office")


PROVINCIAL = [Kind.PROVINCE, Kind.CITY]
COMMUNAL = [Kind.COMMUNE, Kind.WARD, Kind.SPECIAL_ZONE]
_PREFIXES = ("thành phố", "tỉnh", "phường", "xã", "đặc khu", "thị trấn", "thị xã", "quận", "huyện")


def bare_name(name):
    """'Phường Mỹ Tho' -> 'Mỹ Tho': what lists are ordered by. 'Phường 5' keeps its number."""
    for prefix in _PREFIXES:
        if name.lower().startswith(prefix + " "):
            return name[len(prefix) + 1 :]
    return name


class UnitQuerySet(ScopedQuerySet, DatedQuerySet):
    unit_path = ""
    field_path = None

    def with_code(self, code):
        """Units that bear or once bore this code: living before former ones, identification before official codes."""
        code = tidy(code).upper()
        bearing = UnitCode.objects.filter(code=code).values("unit_id")
        return self.filter(Q(official_code=code) | Q(pk__in=bearing)).order_by(
            F("valid_to").desc(nulls_first=True), Case(When(official_code=code, then=1), default=0), "pk"
        )

    def bearer_of(self, code):
        """The first of `with_code`, or None."""
        found = _BEARER.fetch_one(tidy(code).upper())
        return row(Unit, found) if found else None

    def search(self, text):
        """Every word of the text in the present or a past name (tone marks or not), or the text is one of the codes."""
        words, name, code = search_key(text).split()[:12], Q(), tidy(text).upper()
        if not words:
            return self
        for word in words:
            name &= Q(search_key__contains=word)
        # Subqueries and no joins: three short lists, each read once.
        past = PastTitle.objects.filter(name).values("unit_id")
        bearing = UnitCode.objects.filter(code=code).values("unit_id")
        return self.filter(name | Q(official_code=code) | Q(pk__in=past) | Q(pk__in=bearing))

    def find(self, text, *, on):
        """Units in force on that day whose own or whose predecessors' name or code matches; none for an empty text."""
        if not tidy(text):
            return self.none()
        matching = list(Unit.objects.search(text).values_list("pk", flat=True)[:500])
        return self.in_force(on=on).filter(pk__in=_with_successors(matching))

    def ordered(self):
        return self.order_by("sort_key", "pk")


def _with_successors(pks):
    """These units and all that came after them; one query a generation, and there are two or three."""
    found, newest = set(pks), set(pks)
    while newest:
        newest = set(Succession.objects.filter(predecessor__in=newest).values_list("successor_id", flat=True)) - found
        found |= newest
    return found


# The database keeps the path: rights hang on it, so it must be right after raw SQL as well.
_SET_PATH = """
    IF NEW.parent_id IS NULL THEN
        NEW.path := NEW.id || '/';
        RETURN NEW;
    END IF;
    SELECT path || NEW.id || '/' INTO NEW.path FROM agencies_unit WHERE id = NEW.parent_id FOR SHARE;
    IF NEW.path IS NULL OR NEW.path LIKE '%/' || NEW.id || '/%/' OR NEW.path LIKE NEW.id || '/%/' THEN
        RAISE EXCEPTION 'unit % cannot stand under unit %', NEW.id, NEW.parent_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
_MOVE_BRANCHES = """
    IF NEW.path <> OLD.path THEN
        UPDATE agencies_unit SET path = '' WHERE parent_id = NEW.id;
    END IF;
    RETURN NULL;
"""


@tracked(exclude=["sort_key", "search_key"])
class Unit(models.Model):
    """A place in the tree. `name` is the full official name, "Phường Mỹ Tho"."""

    parent = models.ForeignKey(
        "self", verbose_name=_("belongs to"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(_("place in the tree"), max_length=200, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    sort_key = models.CharField(max_length=400, editable=False, db_index=True)
    search_key = models.CharField(max_length=200, editable=False)
    official_code = models.CharField(
        _("official code"),
        max_length=20,
        blank=True,
        db_index=True,
        help_text=_("Of the Statistics Office, e.g. 82 or 28249."),
    )
    difficult_area = models.BooleanField(
        _("difficult area"),
        default=False,
        help_text=_("Mountainous, island or difficult: longer terms in some procedures."),
    )
    calendar = models.ForeignKey(
        "agencies.WorkCalendar", verbose_name=_("working calendar"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="units", help_text=_("Empty: the calendar of the unit above."),
    )  # fmt: skip
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                name="unit_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day lies before the first."),
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="set_path",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id", "path", "id"),
                func=_SET_PATH,
            ),
            pgtrigger.Trigger(
                name="move_branches", when=pgtrigger.After, operation=pgtrigger.Update, func=_MOVE_BRANCHES
            ),
        ]

    def __str__(self):
        return self.name

    def prepare(self):
        """Fill the keys; `bulk_create` needs it called by hand."""
        self.name = tidy(self.name)
        self.sort_key = sort_key(bare_name(self.name))[:400]
        self.search_key = search_key(self.name)[:200]
        return self

    def save(self, *args, **kwargs):
        self.prepare()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "sort_key", "search_key"} if "name" in fields else fields
        super().save(*args, **kwargs)
        self.refresh_from_db(fields=["path"])

    @property
    def scope_unit(self):
        return self

    @property
    def bare_name(self):
        return bare_name(self.name)

    def ancestor_ids(self):
        return [int(pk) for pk in self.path.split("/") if pk]

    def working_calendar(self):
        """The calendar of this unit or of the nearest one above; one query.

        Raises:
            WorkCalendar.DoesNotExist: no unit up to the province has one.
        """
        return WorkCalendar.objects.nearest_to(self)

    def identification_code(self, *, on):
        """The code in dossier numbers ("H20.30") on that day, else that of the nearest unit above; "" if none."""
        known = self.__dict__.setdefault("_codes_on", {})
        if on not in known:
            [known[on]] = _CODE_ON.fetch_one(self.ancestor_ids(), on) or [""]
        return known[on]

    def rename(self, *, on, name, kind, document):
        """From `on` it bears a new name or kind; the old one stays readable and findable."""
        self.past_titles.create(name=self.name, kind=self.kind, valid_to=on - _ONE_DAY, document=document)
        self.name, self.kind = name, kind
        self.save()


# Every received dossier asks these: written by hand and planned once a connection.
_BEARER = Statement.of(
    "agencies_bearer_of_code",
    ("text",),
    """
SELECT {u} FROM agencies_unit u
 WHERE u.official_code = $1 OR u.id IN (SELECT unit_id FROM agencies_unitcode WHERE code = $1)
 ORDER BY u.valid_to DESC NULLS FIRST, u.official_code = $1, u.id LIMIT 1
""",
    u=Unit,
)
_CODE_ON = Statement(
    "agencies_code_on_day",
    ("bigint[]", "date"),
    """
SELECT c.code FROM agencies_unitcode c JOIN agencies_unit u ON u.id = c.unit_id
 WHERE u.id = ANY($1) AND c.scheme = 'identification'
   AND coalesce(c.valid_from, '-infinity') <= $2 AND coalesce(c.valid_to, 'infinity') >= $2
 ORDER BY length(u.path) DESC, c.valid_from DESC NULLS FIRST LIMIT 1
""",
)
