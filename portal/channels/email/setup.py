"""What is missing or wrong in the settings of a portal that is to read letters, found before any letter waits."""

from django.conf import settings

from portal.channels.email.imap import Box


def problems():
    """[(what is wrong, how to mend it)]. No word of it quotes the password."""
    if not settings.MAIL_IN_URL:
        lonely = [name for name in ("MAIL_IN_FOLDER", "MAIL_AUTHSERV_ID") if getattr(settings, name)]
        return [(f"{name} is set, and no letter comes in", "Set MAIL_IN_URL, or unset it.") for name in lonely]
    return [*_of_the_box(), *_of_the_answers()]


def _of_the_box():
    try:
        box = Box.parse(settings.MAIL_IN_URL)
    except ValueError as error:
        return [(f"MAIL_IN_URL cannot be used: {error}", "Write imaps://user:password@host:993/INBOX, / as %2F.")]
    if box.scheme == "imap" and settings.ENVIRONMENT == "production":
        return [("MAIL_IN_URL sends its password in the open", "Use imaps://.")]
    if settings.MAIL_IN_A_ROUND < 1:
        return [("MAIL_IN_A_ROUND is less than one", "Set a number from 1 to 100.")]
    if box.folder == settings.MAIL_IN_FOLDER:
        return [("MAIL_IN_FOLDER is the folder that is read", "Name another one, or none.")]
    return []


def _of_the_answers():
    """Who writes a letter and never hears that it came writes another one."""
    if settings.EMAIL_URL or settings.ENVIRONMENT != "production":
        return []
    return [("letters come in, and none can be answered", "Set EMAIL_URL.")]
