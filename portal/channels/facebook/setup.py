"""What is missing or wrong in the settings of a portal that is to speak on Facebook, found before anybody waits."""

import re

from django.conf import settings

NEEDED = {
    "FACEBOOK_PAGE_TOKEN": "A token of the Page, best of a system user, from the platform's business settings.",
    "FACEBOOK_APP_ID": "It stands on the app's first page.",
    "FACEBOOK_APP_SECRET": "It stands in the app's basic settings.",
    "FACEBOOK_VERIFY_TOKEN": "Choose any long word, and enter the same one in the app's webhooks.",
}


def problems():
    """[(what is wrong, how to mend it)]."""
    if not settings.FACEBOOK_PAGE_ID:
        return []
    found = [(f"{name} is empty", hint) for name, hint in NEEDED.items() if not getattr(settings, name)]
    if not settings.FACEBOOK_PAGE_ID.isdecimal():
        found.append(("FACEBOOK_PAGE_ID is no number", "Not the Page's name: its number, from the Page's information."))
    if not re.fullmatch(r"v\d+\.\d+", settings.FACEBOOK_VERSION):
        found.append((f"FACEBOOK_VERSION is {settings.FACEBOOK_VERSION!r}", "Write it like v26.0."))
    return found
