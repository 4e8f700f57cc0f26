"""Who may see an original: whoever holds the permission and may see what the file is about.

What a file is about is opaque here ("report:17"), so the domain says who may see that, in its `AppConfig.ready`:
`access.register("report", may_see=lambda user, ident: …)`. About what nobody registered, nobody may see anything.
"""

from collections.abc import Callable
from dataclasses import dataclass

from agencies.rights import rights_of

VIEW = "attachments.view_original"
REDACT = "attachments.redact_attachment"
_checkers = {}


@dataclass(frozen=True)
class Checker:
    may_see: Callable
    unit_of: Callable


def register(prefix, *, may_see, unit_of=lambda ident: None):
    """Say who may see things of one kind.

    Args:
        prefix: what stands before the colon of `about`.
        may_see: (user, what stands behind the colon) -> bool. It is a stranger's text: check it.
        unit_of: the same text -> the unit under which a look is logged, or None for the reader's own.
    """
    _checkers[prefix] = Checker(may_see, unit_of)


def may_see(user, about):
    prefix, _colon, ident = about.partition(":")
    checker = _checkers.get(prefix)
    return bool(checker and ident and checker.may_see(user, ident))


def may_view_original(user, attachment):
    return rights_of(user).has(VIEW) and may_see(user, attachment.about)


def may_redact(user, attachment):
    return rights_of(user).has(REDACT) and may_view_original(user, attachment)


def unit_of(about):
    prefix, _colon, ident = about.partition(":")
    return _checkers[prefix].unit_of(ident)
