"""The public pages of the catalogue: what one may ask for, what to bring, how long it takes, what it costs."""

import re

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page

from agencies.methods import only_read
from agencies.models import FieldOfWork
from agencies.vietnamese import tidy
from dossiers import citizen_words
from dossiers.catalogue import Fee, Level, OnlineLevel, Procedure

PAGE = 20
LONGEST_QUESTION = 200
_PLACE = re.compile(r"[0-9]{1,5}")
# A province's own copy of a national procedure: 1.001612.000.00.00.H19, or 1.012753.H19.
_LOCAL_COPY = re.compile(r"^(\d\.\d{6})(?:\.\d{3}\.\d{2}\.\d{2})?\.[A-Z]\d{2}(?:\.\d+)?$")


@only_read
@conditional_page
@cache_control(public=True, max_age=60)
def procedures_page(request):
    asked = {name: tidy(request.GET.get(name, "")[:LONGEST_QUESTION]) for name in ("q", "field", "level", "after")}
    found = Procedure.objects.in_force(localdate()).search(asked["q"]).select_related("field")
    if asked["field"]:
        found = found.filter(field__code=asked["field"])
    if asked["level"] in Level.values:
        found = found.filter(level=asked["level"])
    rows, after = _by_relevance(found, asked) if asked["q"] else _by_alphabet(found, asked)
    context = {
        "asked": asked,
        "narrowed": asked["q"] or asked["field"] or asked["level"],
        "n": found.count(),
        "procedures": rows,
        "next": _address(asked, after=after) if after else "",
        "first": _address(asked, after="") if asked["after"] else "",
        "fields": FieldOfWork.objects.filter(procedures__in=Procedure.objects.in_force(localdate())).distinct(),
        "levels": Level.choices,
    }
    return render(request, "dossiers/procedures.html", context)


def _by_alphabet(found, asked):
    """(a page of procedures, what the next one comes after): by the last name, so that far pages cost no more."""
    rows = list(found.following(asked["after"]).order_by("sort_key", "pk")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].code if len(rows) > PAGE else ""


def _by_relevance(found, asked):
    """The same for a search: by the place, for relevance is no name that one could go on from."""
    begin = int(asked["after"]) if _PLACE.fullmatch(asked["after"]) else 0
    rows = list(found.best_first(asked["q"])[begin : begin + PAGE + 1])
    return rows[:PAGE], str(begin + PAGE) if len(rows) > PAGE else ""


def _address(asked, **changes):
    asked = urlencode({name: value for name, value in {**asked, **changes}.items() if value})
    return f"?{asked}#ket-qua"


@only_read
@conditional_page
@cache_control(public=True, max_age=60)
def procedure_page(request, code):
    code = tidy(code)
    if local := _LOCAL_COPY.match(code.upper()):
        return redirect("dossiers:procedure", local[1], permanent=True)
    procedure = Procedure.objects.select_related("field").filter(code=code).first()
    version = procedure and _edition(procedure)
    if version is None:
        return render(request, "dossiers/no_procedure.html", {"procedure": procedure}, status=404)
    context = {
        "procedure": procedure,
        "version": version,
        "cases": [_case(case) for case in version.cases.all()],
        "fees": _by_kind(version.fees.all()),
        "papers": _by_case(version.documents.all(), version.cases.all()),
        "only_partly": version.online_level == OnlineLevel.PARTIAL,
        "files_online": version.online_level != OnlineLevel.INFORMATION,
        "portal": settings.NATIONAL_PORTAL_URL,
    }
    return render(request, "dossiers/procedure.html", context)


def _edition(procedure):
    """The version in force today with all its parts; four queries more."""
    versions = procedure.versions.in_force(localdate()).order_by("-number")
    return versions.prefetch_related("cases", "fees__case", "documents", "steps").first()


def _case(case):
    longer = citizen_words.term(case.term_unit, case.area_extension_n) if case.area_extension_n else ""
    return {"case": case, "term": citizen_words.term(case.term_unit, case.term_n), "longer": longer}


def _by_kind(fees):
    """[(kind in words, fees)] for the kinds there are, in the order of the law."""
    groups = [(Fee.Kind(kind).label, [fee for fee in fees if fee.kind == kind]) for kind in Fee.Kind.values]
    return [(label, own) for label, own in groups if own]


def _by_case(documents, cases):
    """[(case or None, papers)]: what every case needs first, then what only some do."""
    groups = [(None, [paper for paper in documents if paper.case_id is None])]
    groups += [(case, [paper for paper in documents if paper.case_id == case.pk]) for case in cases]
    return [(case, papers) for case, papers in groups if papers]
