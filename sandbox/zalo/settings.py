"""Who the made-up app and Official Account are, and the points on which Zalo's documentation leaves a choice."""

from dataclasses import dataclass

from sandbox.knobs import Knobs

ENVIRONMENT = {
    "SANDBOX_ZALO_APP_ID": "app_id",
    "SANDBOX_ZALO_APP_SECRET": "app_secret",
    "SANDBOX_ZALO_OA_ID": "oa_id",
    "SANDBOX_ZALO_OA_NAME": "oa_name",
    "SANDBOX_ZALO_OA_SECRET_KEY": "oa_secret_key",
    "SANDBOX_ZALO_REDIRECT_URI": "redirect_uri",
    "SANDBOX_ZALO_WEBHOOK_URL": "webhook_url",
}


@dataclass
class Settings(Knobs):
    """All of it can be changed while the sandbox runs (POST /control/zalo/settings)."""

    app_id: str = "3608465248940903967"
    app_secret: str = "sandbox-app-secret"
    oa_id: str = "388613280878808645"
    oa_name: str = "Một Cửa (thử nghiệm)"
    oa_secret_key: str = "sandbox-oa-secret-key"
    redirect_uri: str = ""  # the console's "Official Account Callback Url"; empty takes any
    webhook_url: str = ""  # empty: nobody listens
    filter_syntax: bool = False  # the console's filter: only texts that begin with # are delivered
    unticked: str = ""  # events that are not ticked in the console, with spaces between

    # the account
    app_disabled: bool = False  # -219
    oa_disabled: bool = False  # -204
    oa_verified: bool = True  # -221 without
    zca_linked: bool = True  # -320, ZBS -136 without
    balance: int = 10_000_000  # đồng; -321, ZBS -137 when it is gone
    dev_wallet: int = 1000  # messages in development mode; -126
    package_quota: int = 2000  # consultation messages of the package between 48 hours and 7 days
    broadcast_quota: int = 10
    article_quota: int = 100
    upload_quota: int = 5000  # a month; -211
    daily_quota: int = 5000  # ZBS messages by phone a day; -144

    # the clock of things
    access_token_seconds: int = 90_000
    refresh_token_seconds: int = 90 * 24 * 3600
    rate_limit: int = 4000  # calls a minute of the clock; 0 is no limit
    article_polls: int = 1  # so many times an article answers -214 before it is ready
    receipt_after: float = 0.3  # seconds until user_received_message; below 0: never
    seen_after: float = -1.0  # below 0: when somebody opens the chat
    echo: bool = True  # oa_send_… for every message of the OA

    # where the documentation leaves a choice
    require_proof: bool = False  # the console's switch for appsecret_proof
    unknown_phones: str = "refuse"  # refuse (-118), or create a citizen
    tracking_id_once: bool = False  # True: a second message with the same tracking_id is not sent again
    templates_in_conversation: bool = True  # are templates among the messages that can be read back?
    sign_with_oa_id: bool = False  # some code puts the OA's id where Zalo's page says the app's
    echo_same_id: bool = True  # does the echo carry the id that the sender was told?
    stopped_code: int = -233  # of the stopped transaction and promotion messages
    refresh_refusal: int = -14020  # of a used refresh token; -14014 and -118 were seen too
    zbs_night: str = "promotion"  # "all": every template by phone is refused at night, as the old table says
    lists_allowed: bool = True  # the list template has no page in the documentation of v3


def from_environment(environ):
    return Settings(**{name: environ[key] for key, name in ENVIRONMENT.items() if environ.get(key)})
