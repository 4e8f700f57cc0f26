"""The clock's reasons in plain words, in the language that is active, for `manage.py due --explain`."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import citizen_words
from dossiers.clock_units import Why

WORDS = {
    Why.COUNTS_AT_ONCE: gettext_lazy("Counted from %(starts_at)s."),
    Why.COUNTS_FROM_OPENING: gettext_lazy("Outside working time: counted from the next opening, %(starts_at)s."),
    Why.COUNTS_FROM_NEXT_DAY: gettext_lazy(
        "After 15:00, after closing or on a day off: counted from the next working day."
    ),
    Why.STANDS_STILL: gettext_lazy("The clock stands still: there is no date until it goes on."),
    Why.STOOD_ALREADY: gettext_lazy("The clock stood still already: nothing changes."),
    Why.DUE_ALREADY: gettext_lazy("The date had come already: nothing changes."),
    Why.GOES_ON: gettext_lazy("The clock stood still since %(paused_at)s; not counted: %(amount)s."),
    Why.RAN_ALREADY: gettext_lazy("The clock did not stand still: nothing changes."),
    Why.LONGER: gettext_lazy("The term grows by %(amount)s."),
}


def in_words(reason):
    """A `clock.Reason` as a sentence or two."""
    told = WORDS[reason.why] % {
        "starts_at": citizen_words.moment(reason.starts_at),
        "paused_at": citizen_words.moment(reason.paused_at),
        "amount": "" if reason.amount is None else citizen_words.term(reason.unit, reason.amount),
    }
    days = ", ".join(_day_off(on, reason.holidays) for on in reason.days_off)
    return f"{told} {_('Days off on the way: %(days)s.') % {'days': days}}" if days else told


def _day_off(on, holidays):
    return _("%(day)s (holiday)") % {"day": date_format(on)} if on in holidays else date_format(on)
