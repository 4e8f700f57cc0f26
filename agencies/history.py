"""The trail of one object, told for people: who changed what from what to what, and why."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import ForeignKey
from django.utils.translation import gettext_lazy as _

from agencies.rights import allowed
from agencies.sealed import SealedTextField
from agencies.units import Unit

VERBS = {"insert": _("Added"), "update": _("Changed"), "delete": _("Deleted")}
PER_PAGE = 50


@dataclass
class Line:
    at: datetime
    who: str
    verb: str
    why: str
    request: str
    changes: list


def page_of(obj, number, *, reader):
    """A page of `Line`s, the newest first; a constant number of queries.

    A unit that is out of the reader's reach is not named, unless the object points to it now: its own page names it.
    """
    page = Paginator(obj.trail.order_by("-pgh_id"), PER_PAGE).get_page(number)
    events = list(page.object_list)
    before = obj.trail.filter(pgh_id__lt=events[-1].pgh_id).order_by("-pgh_id").first() if events else None
    names, targets = _names(events), _targets([*events, before] if before else events)
    targets |= _out_of_reach(targets, obj, reader)
    pairs = zip(events, [*events[1:], before], strict=True)
    page.object_list = [_line(event, previous, names, targets) for event, previous in pairs]
    return page


def _line(event, previous, names, targets):
    context = event.pgh_context or {}
    by = context.get("by", "")
    return Line(
        at=event.pgh_created_at,
        who=names.get(by, by) or _("(past the application)"),
        verb=VERBS.get(event.pgh_label, event.pgh_label),
        why=context.get("why", ""),
        request=context.get("request", ""),
        changes=_changes(event, previous, targets) if event.pgh_label != "delete" else [],
    )


def _changes(event, previous, targets):
    """[(what, before, after)] of the fields that differ."""
    changes = []
    for field in _fields(event):
        after = getattr(event, field.attname)
        before = getattr(previous, field.attname) if previous else None
        if before != after and not (previous is None and after in (None, "")):
            words = [_words(event, field, value, targets) if value is not None else "" for value in (before, after)]
            changes.append((field.verbose_name, *words))
    return changes


def _fields(event):
    skipped = {"id", event.pgh_tracked_model._meta.pk.name}
    return [f for f in event._meta.concrete_fields if not f.name.startswith("pgh_") and f.name not in skipped]


def _words(event, field, value, targets):
    if isinstance(field, SealedTextField):
        return "•••"
    if isinstance(field, ForeignKey):
        return str(targets.get((field.related_model, value), f"#{value}"))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return value


def _names(events):
    """{"officer:17": "Nguyễn Văn An"}, in one query."""
    labels = {(event.pgh_context or {}).get("by", "") for event in events}
    ids = {label: int(label[8:]) for label in labels if label.startswith("officer:") and label[8:].isdecimal()}
    officers = get_user_model().objects.in_bulk(set(ids.values())) if ids else {}
    return {label: str(officers[pk]) for label, pk in ids.items() if pk in officers}


def _targets(events):
    """{(model, pk): the row} of all that the trail points to; one query a foreign key."""
    found = {}
    for field in _fields(events[0]) if events else []:
        if isinstance(field, ForeignKey):
            wanted = {getattr(event, field.attname) for event in events} - {None}
            rows = field.related_model._base_manager.in_bulk(wanted) if wanted else {}
            found |= {(field.related_model, pk): row for pk, row in rows.items()}
    return found


def _out_of_reach(targets, obj, reader):
    """The same units, without their names."""
    named = {getattr(obj, field.attname) for field in obj._meta.concrete_fields if field.related_model is Unit}
    units = {(model, pk): unit for (model, pk), unit in targets.items() if model is Unit and pk not in named}
    return {key: _("another unit") for key, unit in units.items() if not allowed(reader, "agencies.view_unit", unit)}
