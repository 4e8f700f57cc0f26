"""What is missing or wrong in the settings of a portal that is to speak on Zalo, found before anybody waits."""

from django.conf import settings


def problems():
    """[(what is wrong, how to mend it)]."""
    if not settings.ZALO_APP_ID:
        return []
    missing = [name for name in ("ZALO_APP_SECRET", "ZALO_OA_ID", "ZALO_OA_SECRET_KEY") if not getattr(settings, name)]
    found = [(f"{name} is empty", "It stands in the pages of the app and its webhook.") for name in missing]
    wrong = [kind for kind, template in settings.ZALO_TEMPLATES.items() if not _is_whole(template)]
    shape = 'Each is {"id": "…", "data": {"name": "parameter:length"}}.'
    return found + [(f"ZALO_TEMPLATES[{kind!r}] is no template", shape) for kind in wrong]


def _is_whole(template):
    if not (isinstance(template, dict) and template.get("id") and isinstance(template.get("data"), dict)):
        return False
    lengths = [str(source).partition(":")[2] for source in template["data"].values()]
    return all(length == "" or length.isdecimal() for length in lengths)
