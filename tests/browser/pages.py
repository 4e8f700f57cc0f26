"""The public pages that are looked at in a real browser. A new page is one line here.

`path` is an address, or a function of pytest's `request` that returns one (and may ask for fixtures by name:
`lambda request: request.getfixturevalue("received").address`). `then(page)` does what a reader does before we look,
for example fills in the form and sends it.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class PublicPage:
    name: str
    path: str | Callable
    then: Callable | None = None
    status: int = 200

    def address(self, request):
        return self.path(request) if callable(self.path) else self.path


PAGES = [
    PublicPage("home", "/"),
    PublicPage("accessibility", "/tro-nang/"),
    PublicPage("privacy", "/quyen-rieng-tu/"),
    PublicPage("no-such-page", "/khong-co/", status=404),
]
