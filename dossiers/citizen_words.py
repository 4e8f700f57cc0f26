"""What citizens read about their dossiers, in plain words; in the language that is active."""

import re
from functools import cache

from django.utils.dates import MONTHS
from django.utils.formats import date_format, get_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy, npgettext_lazy, pgettext
from django.utils.translation import gettext as _

from agencies.units import COMMUNAL, PROVINCIAL
from dossiers.workflow import CITIZEN_WORDS as STATUS
from dossiers.workflow import Status, Verb

__all__ = ["STATUS"]

WHAT_NOW = {
    Status.SUBMITTED: gettext_lazy(
        "You need not do anything yet. We check whether the dossier is complete and tell you when it is received."
    ),
    Status.RECEIVED: gettext_lazy("You need not do anything now. We tell you when the dossier moves on."),
    Status.NOT_ACCEPTED: gettext_lazy(
        "Read the reason, put right what is missing, and hand in a new dossier. The desk below helps you with it."
    ),
    Status.PROCESSING: gettext_lazy("You need not do anything now. We tell you when the dossier moves on."),
    Status.SUPPLEMENT_REQUESTED: gettext_lazy(
        "Bring everything that is asked for, in one go, to the desk below. The term stands still until then."
    ),
    Status.PAYMENT_REQUESTED: gettext_lazy(
        "Pay what is asked for and keep the proof of payment. The term stands still until then."
    ),
    Status.WITHDRAWAL_REQUESTED: gettext_lazy(
        "You asked to have the dossier back. If that was not you, call the desk below at once."
    ),
    Status.STOPPED: gettext_lazy(
        "The dossier is closed without a result. If you do not agree with the reason, ask at the desk below."
    ),
    Status.RESULT_READY: gettext_lazy(
        "Collect the result at the desk below. Bring the receipt and your identity card."
    ),
    Status.HANDED_OVER: gettext_lazy("The matter is closed. If you have not got the result, call the desk below."),
}

# What the citizen was asked for when the clock was stopped.
WAITED_FOR = {
    Verb.SUPPLEMENT_REQUESTED.value: gettext_lazy("the papers that were missing"),
    Verb.PAYMENT_REQUESTED.value: gettext_lazy("the payment of the fee"),
    Verb.OBLIGATION_REQUESTED.value: gettext_lazy("the payment of the tax or other obligation"),
}


def waited(kind, verb):
    """Why a pause moved the date: what was waited for and, by how it ended, what that did."""
    what = {"what": WAITED_FOR.get(verb) or _("what was asked of you")}
    if kind == "pause":
        return _("The term stands still while we wait for %(what)s. You get a new date when it is here.") % what
    if kind == "restart":
        return _("We waited for %(what)s. In this procedure the term starts anew when it is here.") % what
    return _("The term stood still while we waited for %(what)s.") % what


def moved(kind, reason):
    reason = reason.strip()
    if kind == "extend":
        apology = _("We are late, for which we apologise, and gave you a new date.")
        return f"{apology} {_('Reason: %s') % reason}" if reason else apology
    return reason or _("The working days of the authority were changed.")


def when(*, since, until, before, after):
    """From when to when a Move lasted, and what it did to the due date."""
    facts = {
        name: moment(at) for name, at in (("since", since), ("until", until), ("before", before), ("after", after))
    }
    lasted = _("This was from %(since)s to %(until)s.") if until != since else _("This was at %(since)s.")
    if until is None:
        lasted = _("This is so since %(since)s.")
    return f"{lasted % facts} {_effect(before, after) % facts}".rstrip()


def _effect(before, after):
    if after is None:
        return _("Before, the result was due at %(before)s.") if before else ""
    if before is None:
        return _("The result is now due at %(after)s.")
    if before == after:
        return _("The date stayed the same: %(after)s.")
    return _("The date moved from %(before)s to %(after)s.")


def moment(at):
    """What date_format makes of DATETIME_FORMAT, in a tenth of the time: an answer has a dozen moments."""
    if at is None:
        return ""
    local = localtime(at)
    return _moment_pattern(get_language()).format(at=local, month=MONTHS[local.month])


@cache
def _moment_pattern(language):
    signs = re.findall(r"\\.|.", get_format("DATETIME_FORMAT", language))
    return "".join(sign[1:] if sign.startswith("\\") else _IN_MOMENTS.get(sign, sign) for sign in signs)


_IN_MOMENTS = {
    "H": "{at.hour:02}",
    "i": "{at.minute:02}",
    "d": "{at.day:02}",
    "j": "{at.day}",
    "m": "{at.month:02}",
    "F": "{month}",
    "Y": "{at.year}",
}


def term(unit, n):
    """`3 working days`, `the same day`."""
    if unit == "same_day":
        return _("the same day (received after 15:00: on the next working day)")
    whole = int(n) if n == int(n) else n.normalize()
    return _TERMS[unit] % {"n": number_format(whole), "count": whole if isinstance(whole, int) else 2}


_TERMS = {
    "hour": npgettext_lazy("term", "%(n)s hour", "%(n)s hours", "count"),
    "working_hour": npgettext_lazy("term", "%(n)s working hour", "%(n)s working hours", "count"),
    "working_day": npgettext_lazy("term", "%(n)s working day", "%(n)s working days", "count"),
    "calendar_day": npgettext_lazy("term", "%(n)s day", "%(n)s days", "count"),
    "month": npgettext_lazy("term", "%(n)s month", "%(n)s months", "count"),
    # What the clock stood still for is told in these, too.
    "minute": npgettext_lazy("term", "%(n)s minute", "%(n)s minutes", "count"),
    "working_minute": npgettext_lazy("term", "%(n)s working minute", "%(n)s working minutes", "count"),
}


def desk(kind, name):
    """What a unit's desk is called, in every language: "Trung tâm Phục vụ hành chính công phường Mỹ Tho".

    A commune's or province's is its one-stop centre; any other unit's is its receiving section.
    """
    if "phục vụ hành chính công" in name.lower():
        return name
    of = name[:1].lower() + name[1:]
    centre = kind in (*COMMUNAL, *PROVINCIAL)
    return f"Trung tâm Phục vụ hành chính công {of}" if centre else f"Bộ phận Tiếp nhận và Trả kết quả {of}"


def week(hours):
    """Opening hours, equal neighbours drawn together: `Monday – Friday: 07:30–11:30, 13:30–17:00`."""
    runs = []
    for weekday in range(7):
        open_at = hours.get(weekday) or []
        if runs and runs[-1][2] == open_at:
            runs[-1][1] = weekday
        else:
            runs.append([weekday, weekday, open_at])
    return tuple(f"{_days(first, last)}: {', '.join(open_at)}" for first, last, open_at in runs if open_at)


def _days(first, last):
    return str(_WEEKDAYS[first]) if first == last else f"{_WEEKDAYS[first]} – {_WEEKDAYS[last]}"


def special_day(on, *, works, reason):
    """A holiday or a swapped day that comes soon."""
    why = f" ({reason})" if reason else ""
    name = f"{_WEEKDAYS[on.weekday()]}, {date_format(on)}"
    return f"{name}: {pgettext('desk', 'open') if works else pgettext('desk', 'closed')}{why}"


_WEEKDAYS = [
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
]
