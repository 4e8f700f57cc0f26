"""What the log of looks calls dossiers and the ways they are looked at."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies import looks
from dossiers.models import Dossier
from dossiers.worklist import GROUPS


def put_into_words():
    looks.thing("dossier", names=numbers_of, find=with_number)
    looks.thing("dossiers", names=lambda keys, reader: {"": _("dossiers")})
    looks.way("view parties", gettext_lazy("identity numbers, phones and addresses shown"))
    looks.way("history", gettext_lazy("trail of changes opened"))
    looks.way("list", gettext_lazy("list of dossiers"), words=_list)
    looks.way("search", gettext_lazy("search of dossiers"), words=_search)
    looks.way("print", gettext_lazy("paper printed"), words=lambda form: _("form %(form)s printed") % {"form": form})
    looks.way("api", gettext_lazy("read by the API"))


def numbers_of(keys, reader):
    """{key: the dossier's number}; of one this reader may not see, only that it is one."""
    seen = dict(_seen_by(reader).filter(pk__in=filter(str.isdecimal, keys)).values_list("pk", "number"))
    hidden = _("a dossier you may not see (dossier:%(key)s)")
    return {key: seen.get(int(key) if key.isdecimal() else None) or hidden % {"key": key} for key in keys}


def with_number(text, reader):
    return _seen_by(reader).with_number(text).values_list("pk", flat=True)


def _seen_by(reader):
    return Dossier.objects.visible_to(reader)


def _list(details):
    """ "open 50": which part of the work, and how many dossiers stood on the page."""
    key, _space, n = details.partition(" ")
    name = GROUPS[key].name if key in GROUPS else key
    return _("list “%(name)s”: %(dossiers)s") % {"name": name, "dossiers": _dossiers(n)}


def _search(n):
    return _("search: %(dossiers)s") % {"dossiers": _dossiers(n)}


def _dossiers(n):
    if not n.isdecimal():
        return n
    return ngettext("%(n)s dossier", "%(n)s dossiers", int(n)) % {"n": n}
