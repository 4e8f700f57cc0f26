"""What the codes in a row stand for: units, procedures, cases, steps."""

from datetime import timedelta
from functools import lru_cache

from django.utils.translation import gettext as _

from agencies.models import Unit, WorkCalendar
from dossiers.catalogue import ProcedureVersion
from dossiers.exchange.rows import bad

_ONE_DAY = timedelta(days=1)


class Directory:
    """Looks each code up once and remembers it. Make one for a request or a file: what it knows does not age well."""

    def __init__(self):
        self._units, self._versions, self._calendars = {}, {}, {}

    def unit(self, code, field="unit"):
        """The unit that bears or once bore this code; a living one rather than a former one. Raises BadRow."""
        if code not in self._units:
            self._units[code] = Unit.objects.with_code(code).first()
        if self._units[code] is None:
            raise bad(field, _("No unit bears the code “%(code)s”.") % {"code": code})
        return self._units[code]

    def calendar(self, unit):
        """The working calendar of the unit. Raises BadRow."""
        if unit.pk not in self._calendars:
            try:
                self._calendars[unit.pk] = unit.working_calendar()
            except WorkCalendar.DoesNotExist:
                raise bad("unit", _("%(unit)s has no working calendar yet.") % {"unit": unit}) from None
        return self._calendars[unit.pk]

    def version(self, code, on):
        """The version in force on that day; for a dossier older than our catalogue, its first. Raises BadRow."""
        versions = self._versions_of(code)
        if not versions:
            raise bad("procedure", _("No procedure with the code “%(code)s” is published.") % {"code": code})
        return next((version for version in versions if _in_force(version, on)), versions[-1])

    def _versions_of(self, code):
        """Published and replaced ones, the newest first."""
        if code not in self._versions:
            found = ProcedureVersion.objects.filter(procedure__code=code).exclude(state=ProcedureVersion.State.DRAFT)
            self._versions[code] = list(found.select_related("procedure__field").order_by("-number"))
        return self._versions[code]

    def case(self, version, named):
        """The case with this name or place; the first when none is named. Raises BadRow."""
        cases, _steps = parts_of(version.pk)
        if not named:
            return _with_version(cases[0], version)
        for place, case in enumerate(cases, start=1):
            if named in (str(place), case.name):
                return _with_version(case, version)
        known = "; ".join(f"{place} {case.name}" for place, case in enumerate(cases, start=1))
        raise bad("case", _("The procedure has these cases: %(known)s.") % {"known": known})


def _in_force(version, on):
    return version.valid_from <= on and (version.valid_to is None or on <= version.valid_to)


def _with_version(case, version):
    case.version = version
    return case


@lru_cache(maxsize=4096)
def parts_of(version_id):
    """(cases, steps) of a published version. The database lets nobody change them, so they are read once a process."""
    version = ProcedureVersion.objects.prefetch_related("cases", "steps").get(pk=version_id)
    return tuple(version.cases.all()), tuple(version.steps.all())


def steps_of(version_id):
    return parts_of(version_id)[1]
