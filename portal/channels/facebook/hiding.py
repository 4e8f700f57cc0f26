"""Hiding what a visitor wrote under our posts: it stays visible to them and their friends. Graph API, "Comment"."""

from portal.channels.facebook import client


def hide(comment_id, *, hidden=True):
    """Whether it is hidden now, as the platform reads it back. Repeating it changes nothing. Raises SendError."""
    client.post(f"/{comment_id}", {"is_hidden": hidden}, effect=False)
    return is_hidden(comment_id)


def is_hidden(comment_id):
    return client.ask(f"/{comment_id}", fields="is_hidden").get("is_hidden") is True


def may_be_hidden(comment_id):
    """The platform lets nobody hide the Page's own words, or what is hidden by its own rules."""
    return client.ask(f"/{comment_id}", fields="can_hide").get("can_hide") is True
