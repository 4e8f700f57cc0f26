"""Tokens, and which events the Page sends to the app. Graph API, "Subscribed Apps", "debug_token"."""

from sandbox.facebook import asked, bearer, codes

FIELDS = {
    "feed", "mention", "messages", "message_echoes", "messaging_postbacks", "messaging_referrals", "message_deliveries",
    "message_reads", "message_edits", "messaging_policy_enforcement", "standby",
}  # fmt: skip


def accounts(facebook, call):
    """The Pages of the user whose token asks."""
    settings = facebook.settings
    if bearer.of(call) != settings.user_token:
        raise codes.graph(190, "Invalid OAuth access token - Cannot parse access token")
    tasks = ["CREATE_CONTENT", "MODERATE", "MESSAGING", "MANAGE"]
    page = {"id": settings.page_id, "name": settings.page_name, "category": "Government organization"}
    return {"data": [{**page, "access_token": settings.page_token, "tasks": tasks}]}


def debug_token(facebook, call):
    settings = facebook.settings
    if bearer.of(call) != f"{settings.app_id}|{settings.app_secret}":
        raise codes.graph(190, "Invalid OAuth access token signature.")
    known = asked.fields(call).get("input_token") == settings.page_token
    if not (known and settings.token_valid):
        error = {"code": 190, "message": codes.WORDS[190], "subcode": settings.token_subcode}
        return {"data": {"is_valid": False, "scopes": [], "error": error}}
    return {"data": {
        "app_id": settings.app_id, "type": "PAGE", "is_valid": True, "expires_at": settings.token_expires_at,
        "data_access_expires_at": 0, "scopes": settings.scopes.split(), "profile_id": settings.page_id,
    }}  # fmt: skip


def listed(facebook, call):
    asked.page(facebook, call)
    app = {"id": facebook.settings.app_id, "name": "Một Cửa", "category": "Business"}
    fields = sorted(facebook.subscribed)
    return {"data": [{**app, "subscribed_fields": fields}] if fields else []}


def subscribe(facebook, call):
    asked.page(facebook, call)
    wanted = asked.fields(call).get("subscribed_fields") or ""
    names = wanted if isinstance(wanted, list) else str(wanted).split(",")
    if not names or set(names) - FIELDS:
        raise codes.graph(100, f"Param subscribed_fields must be one of {', '.join(sorted(FIELDS))}")
    facebook.subscribed = set(names)
    facebook.world.changed()
    return {"success": True}


def unsubscribe(facebook, call):
    asked.page(facebook, call)
    facebook.subscribed = set()
    return {"success": True}
