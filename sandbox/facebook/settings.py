"""Who the made-up app and Page are, what the token may, and the points that differ from Page to Page."""

from dataclasses import dataclass

from sandbox.knobs import Knobs

ENVIRONMENT = {
    "SANDBOX_FACEBOOK_APP_ID": "app_id",
    "SANDBOX_FACEBOOK_APP_SECRET": "app_secret",
    "SANDBOX_FACEBOOK_PAGE_ID": "page_id",
    "SANDBOX_FACEBOOK_PAGE_NAME": "page_name",
    "SANDBOX_FACEBOOK_PAGE_TOKEN": "page_token",
    "SANDBOX_FACEBOOK_VERIFY_TOKEN": "verify_token",
    "SANDBOX_FACEBOOK_WEBHOOK_URL": "webhook_url",
}


@dataclass
class Settings(Knobs):
    """All of it can be changed while the sandbox runs (POST /control/facebook/settings)."""

    app_id: str = "5610293847561029"
    app_secret: str = "sandbox-app-secret"
    page_id: str = "102938475610293"
    page_name: str = "UBND phường Mỹ Tho (thử nghiệm)"
    page_token: str = "sandbox-page-token"
    user_token: str = "sandbox-user-token"
    verify_token: str = "sandbox-verify-token"
    webhook_url: str = ""  # empty: nobody listens

    # the token
    token_valid: bool = True  # 190 without
    token_subcode: int = (
        463  # 458 app removed, 459 checkpoint, 460 password changed, 463 expired, 467 invalid, 492 role
    )
    token_expires_at: int = 0  # seconds; 0 is never
    scopes: str = (
        "pages_show_list pages_read_engagement pages_read_user_content pages_manage_posts pages_manage_engagement "
        "pages_manage_metadata pages_messaging"
    )
    require_proof: bool = False  # the console's "Require App Secret"

    # the Page
    human_agent: bool = False  # has the platform approved the tag?
    barred: bool = False  # 10/1893063: no messages for a while
    blocked: bool = False  # 368: a policy
    app_usage: int = 1  # percent, in the headers of each answer; at 100 calls are refused
    page_usage: int = 1
    messenger_usage: int = 1
    regain_minutes: int = 0

    # what the webhook is told
    echo: bool = True  # message_echoes
    names: bool = True  # False: `from` is missing
    slashes: bool = False  # "/" as "\/", as in some samples
    legacy_ids: bool = False  # posts by their bare number
    batch: int = 1  # so many updates in one POST
    shuffled: bool = False  # the updates of a batch in any order
    strangers: bool = False  # a batch brings an entry of another Page, too
    receipts: bool = True  # message_deliveries


def from_environment(environ):
    return Settings(**{name: environ[key] for key, name in ENVIRONMENT.items() if environ.get(key)})
