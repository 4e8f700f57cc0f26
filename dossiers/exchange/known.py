"""What the codes in a row stand for: units, procedures, cases, steps."""

from copy import copy

from django.utils.translation import gettext as _

from agencies.models import FieldOfWork, Unit, WorkCalendar
from agencies.prepared import Statement, split
from dossiers.catalogue import Procedure, ProcedureVersion, parts_of
from dossiers.exchange.rows import bad
from dossiers.workflow import NoCalendar

# The newest first. Every received dossier asks it: planned once a connection.
_VERSIONS = Statement.of(
    "dossiers_versions_of_procedure",
    ("text",),
    """
SELECT {version}, {procedure}, {field}
  FROM dossiers_procedureversion version
  JOIN dossiers_procedure procedure ON procedure.id = version.procedure_id
  JOIN agencies_fieldofwork field ON field.id = procedure.field_id
 WHERE procedure.code = $1 AND version.state <> 'draft' ORDER BY version.number DESC
""",
    version=ProcedureVersion,
    procedure=Procedure,
    field=FieldOfWork,
)


class Directory:
    """Looks each code up once and remembers it. Make one for a request or a file: what it knows does not age well."""

    def __init__(self):
        self._units, self._versions, self._calendars = {}, {}, {}

    def forget_calendars(self):
        """For a job that takes long: a calendar that was amended meanwhile must count."""
        self._calendars.clear()

    def unit(self, code, field="unit"):
        """The unit that bears or once bore this code; a living one rather than a former one. Raises BadRow."""
        if (unit := self.bearer(code)) is None:
            raise bad(field, _("No unit bears the code “%(code)s”.") % {"code": code})
        return unit

    def bearer(self, code):
        """The same, or None."""
        if code not in self._units:
            self._units[code] = Unit.objects.bearer_of(code)
        return self._units[code]

    def calendar(self, unit):
        """The working calendar of the unit. Raises BadRow."""
        if unit.pk not in self._calendars:
            try:
                self._calendars[unit.pk] = unit.working_calendar()
            except WorkCalendar.DoesNotExist:
                raise bad("unit", str(NoCalendar(unit))) from None
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
            self._versions[code] = [_with_procedure(found) for found in _VERSIONS.fetch_all(code)]
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


def _with_procedure(found):
    version, version.procedure, version.procedure.field = split(found, ProcedureVersion, Procedure, FieldOfWork)
    return version


def _with_version(case, version):
    # Cases are shared by the whole process: a copy is ours.
    case = copy(case)
    case.version = version
    return case


def steps_of(version_id):
    return parts_of(version_id)[1]
