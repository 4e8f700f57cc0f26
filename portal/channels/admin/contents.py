"""What came in, in words for whoever reads it in the back-office: nothing is loaded from elsewhere to show it."""

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from portal.channels.base import OVERHEARD

KINDS = {
    "text": _("Message"),
    "photo": _("Photo"),
    "location": _("Location"),
    "contact": _("Phone number handed over"),
    "follow": _("Follows our account"),
    "unfollow": _("Follows our account no more"),
    "withdrawal": _("Asks to be forgotten"),
    "rating": _("Rating"),
    "receipt": _("Note about a message of ours"),
    "edited": _("Changed what was said"),
    "removed": _("Took away what was said"),
    "echo": _("Said by our own account"),
    "policy": _("Warning of the platform"),
    "automatic": _("Sent by a machine"),
    "doubtful": _("Sender not proven"),
    "other": _("Something else"),
}
ATTACHED = {
    "file": _("File"),
    "voice": _("Voice message"),
    "video": _("Video"),
    "sticker": _("Sticker"),
    "animation": _("Moving picture"),
    "link": _("Link"),
    "card": _("Contact card"),
}


def kind_of(message):
    """In our words, whatever the platform calls it."""
    incoming = message.incoming
    if incoming is None:
        return _("Blanked in time") if message.redacted_at else _("Cannot be read")
    if incoming.attached and incoming.kind not in OVERHEARD:
        return ATTACHED.get(incoming.attached[0][0], KINDS["other"])
    return KINDS.get(incoming.kind, KINDS["other"])


def facts_of(message):
    """[(what it is, what it says)] of everything that a message brought."""
    incoming = message.incoming
    if incoming is None:
        return []
    facts = [(_("subject"), incoming.subject)] if incoming.subject else []
    facts += [(_("text"), incoming.text)]
    facts += [(_("said in public, by"), incoming.name or "–")] if incoming.public else []
    facts += [(KINDS["photo"], address) for address in incoming.photos]
    facts += [(ATTACHED.get(what, KINDS["other"]), _joined(name, address)) for what, name, address in incoming.attached]
    if incoming.place:
        latitude, longitude = incoming.place
        facts += [(KINDS["location"], f"{latitude}, {longitude}")]  # to be copied: no map of another house is asked
    facts += [(CONTACT[name], said) for name, said in (incoming.contact or {}).items() if name in CONTACT]
    return [(title, said) for title, said in facts if said or title != _("text")]


CONTACT = {"phone": _("phone"), "name": _("name")}


def _joined(*parts):
    """Addresses stand there to be copied: a click would tell another house who reads what."""
    return " · ".join(str(part) for part in parts if part) or "–"


def shown(message):
    facts = facts_of(message)
    if not facts:
        return _("It was blanked, nothing of it is left.") if message.redacted_at else "–"
    rows = ((title, said) for title, said in facts)
    return format_html("<dl>{}</dl>", format_html_join("", '<dt class="font-semibold">{}</dt><dd>{}</dd>', rows))
