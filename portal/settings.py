"""All settings: from the environment only, with defaults that run on one machine.

A secret `X` may also be given as a mounted file named by `X_FILE`. What is set wrongly stops the start with a
system check (portal/checks.py), never at two in the morning.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
import pghistory
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from environ.fileaware_mapping import FileAwareMapping


class _Values(FileAwareMapping):
    def __getitem__(self, key):
        # Editors and `echo` end a file with a line break that is no part of the secret.
        return super().__getitem__(key).rstrip("\r\n")


class _Environment(environ.FileAwareEnv):
    ENVIRON = _Values()


BASE_DIR = Path(__file__).resolve().parent.parent
env = _Environment()

DEBUG = env.bool("DEBUG", False)
# demo: one machine, made-up people, secrets that anybody can read. production: refuses all three.
ENVIRONMENT = env("ENVIRONMENT", default="demo")
VAR = Path(env("VAR", default=str(BASE_DIR / "var")))

DEMO_SECRET = "demo-only-" + "0" * 40
SECRET_KEY = env("SECRET_KEY", default=DEMO_SECRET)
# Phone and id numbers are sealed with the first key and opened with any (agencies/sealed.py): "id:base64-of-32-bytes".
SEAL_KEYS = env.list("SEAL_KEYS", default=["demo:" + "A" * 43 + "="])
BLIND_INDEX_KEY = env("BLIND_INDEX_KEY", default=DEMO_SECRET)

# --- who we are -----------------------------------------------------------------------------------------------------
AUTHORITY_NAME = env("AUTHORITY_NAME", default="Ủy ban nhân dân tỉnh Đồng Tháp")
AUTHORITY_HOTLINE = env("AUTHORITY_HOTLINE", default="0277 3898989")
AUTHORITY_EMAIL = env("AUTHORITY_EMAIL", default="hotro@motcua.example")
AUTHORITY_ADDRESS = env("AUTHORITY_ADDRESS", default="377 Hùng Vương, phường Đạo Thạnh, tỉnh Đồng Tháp")
# Where citizens reach this site; it is printed in the QR of every receipt and in every message.
BASE_URL = env("BASE_URL", default=f"http://127.0.0.1:{env('PORT', default='8000')}").rstrip("/")
# Filing itself is done on the national portal (since 01/07/2025); this is where our "file online" links lead.
NATIONAL_PORTAL_URL = env("NATIONAL_PORTAL_URL", default="https://dichvucong.gov.vn")
SOURCE_URL = env("SOURCE_URL", default="https://example.org/mot-cua")

# --- doors ----------------------------------------------------------------------------------------------------------
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many of our own proxies stand before us: only that many entries of X-Forwarded-For, from the right, are believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
HTTPS = env.bool("HTTPS", default=ENVIRONMENT == "production")
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=10) * 3600
LANGUAGE_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# --- the house ------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal.website",  # before Django's and unfold's: our templates and our Vietnamese win
    "agencies",
    "attachments",
    "dossiers",
    "feedback",
    "portal.channels",
    "portal.apps.Portal",
    "unfold.apps.BasicAppConfig",  # the site is ours: portal.backoffice
    "unfold.contrib.filters",
    "portal.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "pgtrigger",
    "pghistory",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.website.csp.TwoPolicies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.website.language.VietnameseFirst",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "agencies.audit.RequestAudit",
    "agencies.login.SecondFactor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.website.context.authority",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# --- PostgreSQL, the one engine -------------------------------------------------------------------------------------
# A pooler hands out a connection a transaction (pgbouncer): nothing may be left behind on one, and nothing asked for at
# its beginning. The limit of a statement is then the role's.
DATABASE_POOLED = env.bool("DATABASE_POOLED", default=False)
DATABASES = {
    "default": {
        **env.db("DATABASE_URL", default="postgres://postgres@/motcua"),
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=0 if DATABASE_POOLED else 600),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED,
    }
}
# Where DATABASE_URL is that of the tables' owner (a migration): what the portal itself runs as, which owns nothing.
RUNTIME_DATABASE_URL = env("RUNTIME_DATABASE_URL", default="")
# No page may hold a connection for longer; manage.py lifts it for commands.
STATEMENT_TIMEOUT_MS = env.int("STATEMENT_TIMEOUT_MS", default=30_000)
DATABASES["default"]["OPTIONS"] = {
    "application_name": "motcua",
    **({} if DATABASE_POOLED else {"options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}"}),
    **DATABASES["default"].get("OPTIONS", {}),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "agencies.Officer"
# Every model's history is written by triggers; nobody edits it, not even we.
PGHISTORY_APPEND_ONLY = True
# A line of history is found by its row and never joined by its other keys: no index for them.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_ADMIN_ALL_EVENTS = False
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = True

# --- cache and broker -----------------------------------------------------------------------------------------------
CACHE_URL = env("CACHE_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
    if CACHE_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="memory://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 1
# A wake-up is not a promise: the officer's click never waits for a broker that is away.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 0,
    "retry_on_timeout": False,
}
LANES = ["otp", "reply", "dossier", "bulk", "social"]
QUEUES = [*LANES, "default"]

# --- people at the desk ---------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "agencies.backend.AppointmentBackend"]
PASSWORD_HASHERS = [
    *env.list("PASSWORD_HASHERS", default=["django.contrib.auth.hashers.Argon2PasswordHasher"]),
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# required: nobody works without a second factor; optional: whoever has one must use it.
STAFF_TOTP = env("STAFF_TOTP", default="required" if ENVIRONMENT == "production" else "optional")
OTP_TOTP_ISSUER = env("TOTP_ISSUER", default="Một Cửa")
OTP_ADMIN_HIDE_SENSITIVE_DATA = True
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
# A whole office sits behind one address: the pair is locked, never the address alone.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "agencies.clients.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "admin/locked.html"
AXES_VERBOSE = False
# A recovery code typed beside a wrong password would be kept in clear, and shown on pages that know no unit.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "password", "token"]
AXES_ENABLE_ADMIN = False

# --- words ----------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
# The second holds the Vietnamese that Django, unfold and the other packages leave out.
LOCALE_PATHS = [BASE_DIR / "portal" / "website" / "locale", BASE_DIR / "portal" / "website" / "borrowed"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = USE_I18N = True
FORMAT_MODULE_PATH = "portal.website.formats"

# --- files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env(
            "STATICFILES_STORAGE",
            default="whitenoise.storage.CompressedManifestStaticFilesStorage",
        )
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = VAR / "media"

# --- files that citizens send (docs/attachments.md) -----------------------------------------------------------------
ATTACHMENTS_ROOT = Path(env("ATTACHMENTS_ROOT", default=str(VAR / "attachments")))
# In an S3 store instead of on disk: all three, and the endpoint where it is not Amazon's.
ATTACHMENTS_S3_BUCKET = env("ATTACHMENTS_S3_BUCKET", default="")
ATTACHMENTS_S3_ACCESS_KEY = env("ATTACHMENTS_S3_ACCESS_KEY", default="")
ATTACHMENTS_S3_SECRET_KEY = env("ATTACHMENTS_S3_SECRET_KEY", default="")
ATTACHMENTS_S3_ENDPOINT = env("ATTACHMENTS_S3_ENDPOINT", default="")
ATTACHMENTS_S3_REGION = env("ATTACHMENTS_S3_REGION", default="")
STORAGES["attachments"] = (
    {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": ATTACHMENTS_S3_BUCKET,
            "access_key": ATTACHMENTS_S3_ACCESS_KEY,
            "secret_key": ATTACHMENTS_S3_SECRET_KEY,
            "endpoint_url": ATTACHMENTS_S3_ENDPOINT or None,
            "region_name": ATTACHMENTS_S3_REGION or None,
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
    if ATTACHMENTS_S3_BUCKET
    else {"BACKEND": "attachments.storing.PrivateFiles", "OPTIONS": {"location": str(ATTACHMENTS_ROOT)}}
)
ATTACHMENT_MAX_MB = env.int("ATTACHMENT_MAX_MB", default=20)
# Of one thing, for example a report.
ATTACHMENTS_PER_THING = env.int("ATTACHMENTS_PER_THING", default=10)
ATTACHMENTS_PER_THING_MB = env.int("ATTACHMENTS_PER_THING_MB", default=60)
# ClamAV: host:3310 or the path of a socket. Empty: nobody scans.
CLAMD_ADDRESS = env("CLAMD_ADDRESS", default="")
# Hosts from which other systems may have us fetch a photo (Open311's media_url). Empty: none.
MEDIA_URL_HOSTS = env.list("MEDIA_URL_HOSTS", default=[])

# --- the API --------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["agencies.api.BearerKey"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "agencies.api.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "agencies.api.problem",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Một Cửa",
    "VERSION": "1.0.0",
    "DESCRIPTION": "Dossiers of a province's one-stop shop: put in, move, look up. And citizens' reports.",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"OfficialStatus": "dossiers.workflow.Status"},
}

# --- dossiers -------------------------------------------------------------------------------------------------------
# Tokens: {unit} identification code, {unit_2018} the same in the form of 2018, {yymmdd} {yyyy} day of receipt,
# {serial:4} counter of the unit and the day. Bộ Công an may set another form: then change this line, not the code.
DOSSIER_NUMBER = env("DOSSIER_NUMBER", default="{unit}-{yymmdd}-{serial:4}")
# A dossier told by another system: the citizen hears of its newest entry unless that is older than this.
IMPORT_ANNOUNCE_HOURS = env.int("IMPORT_ANNOUNCE_HOURS", default=72)
# Wrong proofs allowed in LOOKUP_WINDOW_SECONDS: by one client, for one dossier, and by everybody together.
LOOKUP_CLIENT_LIMIT = env.int("LOOKUP_CLIENT_LIMIT", default=30)
LOOKUP_DOSSIER_LIMIT = env.int("LOOKUP_DOSSIER_LIMIT", default=5)
LOOKUP_DOSSIER_DAY_LIMIT = env.int("LOOKUP_DOSSIER_DAY_LIMIT", default=20)  # four digits last 500 days then
LOOKUP_GLOBAL_LIMIT = env.int("LOOKUP_GLOBAL_LIMIT", default=3_000)
LOOKUP_WINDOW_SECONDS = env.int("LOOKUP_WINDOW_SECONDS", default=900)

# --- reports and proposals of citizens ------------------------------------------------------------------------------
# The code of the unit where reports arrive and are sorted; empty: the topmost one.
FEEDBACK_CENTRE = env("FEEDBACK_CENTRE", default="")
# What lies outside is refused: south, west, north, east.
PROVINCE_BOUNDS = tuple(map(float, env.list("PROVINCE_BOUNDS", default=["10.05", "105.15", "11.02", "106.85"])))
UNASSIGNED_MINUTES = env.int("UNASSIGNED_MINUTES", default=30)
# Working hours after the end of the term when a unit's leader, whoever sorts, and the authority's leader hear.
ESCALATION_HOURS = [float(hours) for hours in env.list("ESCALATION_HOURS", default=["0", "8", "24"])]
REOPEN_DAYS = env.int("REOPEN_DAYS", default=30)  # Decision of the province; between 3 and 30 days
REPORT_RETENTION_DAYS = env.int("REPORT_RETENTION_DAYS", default=365)  # after closing
# Where a map's pictures come from (https://tiles.example.vn/{z}/{x}/{y}.png) and whom they name. Empty: a plain grid.
MAP_TILES_URL = env("MAP_TILES_URL", default="")
MAP_TILES_CREDIT = env("MAP_TILES_CREDIT", default="")
REPORTS_A_CLIENT = env.int("REPORTS_A_CLIENT", default=60)  # an hour, from one address
REPORTS_A_KEY = env.int("REPORTS_A_KEY", default=600)  # an hour, with one API key
# Where the files of open data lie, and what everybody may do with them.
OPEN_DATA_ROOT = Path(env("OPEN_DATA_ROOT", default=str(VAR / "open-data")))
OPEN_DATA_LICENCE = env("OPEN_DATA_LICENCE", default="Creative Commons BY 4.0")
OPEN_DATA_LICENCE_URL = env("OPEN_DATA_LICENCE_URL", default="https://creativecommons.org/licenses/by/4.0/deed.vi")
# What clients of Open311 call us; the domain name of this site, as the others have it.
OPEN311_JURISDICTION = env("OPEN311_JURISDICTION", default=urlsplit(BASE_URL).hostname or "")

# --- the post office ------------------------------------------------------------------------------------------------
# A channel is a folder under portal/channels and a line here; the first ready one of the ladder is tried first.
CHANNELS = {
    "email": "portal.channels.email.Email",
    "console": "portal.channels.console.Console",
    "zalo": "portal.channels.zalo.Zalo",
    "zalo-phone": "portal.channels.zalo.ZaloByPhone",
    "facebook": "portal.channels.facebook.Facebook",
    "facebook-thread": "portal.channels.facebook.FacebookThread",
    "facebook-private": "portal.channels.facebook.FacebookPrivate",
}
_FACEBOOKS = ["facebook", "facebook-thread", "facebook-private"]
CHANNEL_LADDER = env.list("CHANNEL_LADDER", default=["zalo", "zalo-phone", *_FACEBOOKS, "email", "console"])
EMAIL_URL = env("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=AUTHORITY_EMAIL)
# The mailbox that citizens write to (docs/email.md): imaps://user:password@host:993/INBOX. Nobody else may read in it.
MAIL_IN_URL = env("MAIL_IN_URL", default="")
MAIL_IN_FOLDER = env("MAIL_IN_FOLDER", default="")  # where taken letters go; empty: they stay, marked as read
MAIL_IN_A_ROUND = env.int("MAIL_IN_A_ROUND", default=20)
MAIL_IN_ADDRESSES = env.list("MAIL_IN_ADDRESSES", default=[])  # further addresses of ours: what they write is no letter
# The name under which our own mail server writes Authentication-Results; empty: no such field is believed.
MAIL_AUTHSERV_ID = env("MAIL_AUTHSERV_ID", default="")

# Where sandbox/ plays the platforms for the demo (bin/run starts it); the defaults below then lead there.
SANDBOX_URL = env("SANDBOX_URL", default="").rstrip("/")
_ZALO = {
    "OAUTH_URL": "https://oauth.zaloapp.com",
    "OPENAPI_URL": "https://openapi.zalo.me",
    "BUSINESS_URL": "https://business.openapi.zalo.me",
}
if SANDBOX_URL:
    _ZALO = {f"{host.upper()}_URL": f"{SANDBOX_URL}/zalo/{host}" for host in ("oauth", "openapi", "business")}
    _ZALO |= {"APP_ID": "3608465248940903967", "APP_SECRET": "sandbox-app-secret", "OA_ID": "388613280878808645"}
    _ZALO |= {"OA_SECRET_KEY": "sandbox-oa-secret-key"}

# Zalo: the app and the Official Account it speaks for. Every point on which its documentation leaves a choice is here.
ZALO_OAUTH_URL = env("ZALO_OAUTH_URL", default=_ZALO["OAUTH_URL"]).rstrip("/")
ZALO_OPENAPI_URL = env("ZALO_OPENAPI_URL", default=_ZALO["OPENAPI_URL"]).rstrip("/")
ZALO_BUSINESS_URL = env("ZALO_BUSINESS_URL", default=_ZALO["BUSINESS_URL"]).rstrip("/")
ZALO_APP_ID = env("ZALO_APP_ID", default=_ZALO.get("APP_ID", ""))
ZALO_APP_SECRET = env("ZALO_APP_SECRET", default=_ZALO.get("APP_SECRET", ""))
ZALO_OA_ID = env("ZALO_OA_ID", default=_ZALO.get("OA_ID", ""))
# Of the page of webhooks, not the app's.
ZALO_OA_SECRET_KEY = env("ZALO_OA_SECRET_KEY", default=_ZALO.get("OA_SECRET_KEY", ""))
ZALO_CODE_VERIFIER = env("ZALO_CODE_VERIFIER", default="")  # where the app's own pages keep a fixed challenge
ZALO_APPSECRET_PROOF = env.bool("ZALO_APPSECRET_PROOF", default=False)
ZALO_SIGNED_WITH = env("ZALO_SIGNED_WITH", default="app_id")  # or oa_id: what a webhook's signature begins with
ZALO_TEMPLATE_IN_RECIPIENT = env.bool("ZALO_TEMPLATE_IN_RECIPIENT", default=False)
ZALO_DEVELOPMENT = env.bool("ZALO_DEVELOPMENT", default=False)  # templates reach administrators of the OA only
ZALO_RECEIPT_MINUTES = env.int("ZALO_RECEIPT_MINUTES", default=15)  # without proof of arrival: the next channel
ZALO_PICTURE_HOSTS = env.list("ZALO_PICTURE_HOSTS", default=["zdn.vn", "zadn.vn", "zalo.me"])
# {"dossier_received": {"id": "100001", "data": {"ma_ho_so": "number:30", …}}}: what was approved for which message.
_PROGRESS = {
    "id": "200001",
    "data": {"ma_ho_so": "number:30", "trang_thai": "status:100", "co_quan": "unit:100", "hen_tra": "due:40"},
}
_PROGRESSES = [
    "dossier_received", "dossier_advanced", "supplement_requested", "payment_requested", "obligation_requested",
    "dossier_refused", "dossier_stopped", "withdrawal_requested", "result_ready", "result_withdrawn",
    "result_handed_over", "due_date_moved",
]  # fmt: skip
_TEMPLATES = {
    **dict.fromkeys(_PROGRESSES, _PROGRESS),
    "electronic_receipt": {
        "id": "200003",
        "data": {"ma_ho_so": "number:30", "co_quan": "desk:100", "hen_tra": "due:40", "lien_ket": "link:200"},
    },
    "dossier_followed": {
        "id": "200005",
        "data": {"ma_ho_so": "number:30", "kenh": "channel:30", "duong_day_nong": "hotline:30"},
    },
    "result_handed_over": {"id": "200004", "data": {"ma_ho_so": "number:30", "co_quan": "desk:100", "luc": "at:40"}},
    "follow_code": {"id": "200002", "by_uid": False, "data": {"ma_xac_nhan": "code:10", "ma_ho_so": "number:30"}},
}
ZALO_TEMPLATES = env.json("ZALO_TEMPLATES", default=_TEMPLATES if SANDBOX_URL else {})

# Facebook: the app, and the one Page it speaks for.
_FACEBOOK = {"GRAPH_URL": "https://graph.facebook.com"}
if SANDBOX_URL:
    _FACEBOOK = {"GRAPH_URL": f"{SANDBOX_URL}/facebook/graph", "PAGE_ID": "102938475610293"}
    _FACEBOOK |= {"PAGE_TOKEN": "sandbox-page-token", "APP_ID": "5610293847561029", "APP_SECRET": "sandbox-app-secret"}
    _FACEBOOK |= {"VERIFY_TOKEN": "sandbox-verify-token"}
FACEBOOK_GRAPH_URL = env("FACEBOOK_GRAPH_URL", default=_FACEBOOK["GRAPH_URL"]).rstrip("/")
FACEBOOK_VERSION = env("FACEBOOK_VERSION", default="v26.0")
FACEBOOK_PAGE_ID = env("FACEBOOK_PAGE_ID", default=_FACEBOOK.get("PAGE_ID", ""))
FACEBOOK_PAGE_TOKEN = env("FACEBOOK_PAGE_TOKEN", default=_FACEBOOK.get("PAGE_TOKEN", ""))
FACEBOOK_APP_ID = env("FACEBOOK_APP_ID", default=_FACEBOOK.get("APP_ID", ""))
FACEBOOK_APP_SECRET = env("FACEBOOK_APP_SECRET", default=_FACEBOOK.get("APP_SECRET", ""))
FACEBOOK_VERIFY_TOKEN = env("FACEBOOK_VERIFY_TOKEN", default=_FACEBOOK.get("VERIFY_TOKEN", ""))  # of our own choice
# Has the platform approved that officers answer up to seven days after a person's last word?
FACEBOOK_HUMAN_AGENT = env.bool("FACEBOOK_HUMAN_AGENT", default=False)
FACEBOOK_PICTURE_HOSTS = env.list("FACEBOOK_PICTURE_HOSTS", default=["fbcdn.net", "fbsbx.com"])
# Kinds of messages that may go there at all; the progress of a dossier is none of them.
FACEBOOK_KINDS = env.list("FACEBOOK_KINDS", default=["chat_*", "report_*"])

# No sound at night for what could have waited; progress of a dossier and codes go at once.
QUIET_HOURS = env("QUIET_HOURS", default="22:00-07:00")
COLLAPSE_SECONDS = env.int("COLLAPSE_SECONDS", default=0)
MESSAGE_RETENTION_DAYS = env.int("MESSAGE_RETENTION_DAYS", default=30)
# What one person may send in a minute before it is only kept, and how many of their pictures are looked into meanwhile.
INBOUND_MESSAGES_A_MINUTE = env.int("INBOUND_MESSAGES_A_MINUTE", default=20)
INBOUND_PICTURES_A_MINUTE = env.int("INBOUND_PICTURES_A_MINUTE", default=10)
# Letters of one sender in a day that are answered by themselves; more may come from a machine that answers us.
INBOUND_LETTERS_A_DAY = env.int("INBOUND_LETTERS_A_DAY", default=10)
# How long an officer's answer is tried before the message it answers waits for people again.
ANSWER_PATIENCE_HOURS = env.int("ANSWER_PATIENCE_HOURS", default=48)

# --- logs -----------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        # It would name every address that is not there, and with it the token of a receipt that opens nothing now.
        "django.request": {"level": "ERROR"},
        # It would write down whom we ask about, and where the picture lies that somebody sent.
        "httpx": {"level": "WARNING"},
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}

BACKOFFICE_NAME = _("Một Cửa back-office")
UNFOLD = {
    "LOGIN": {"form": "agencies.login.LogInForm"},
    "SITE_TITLE": "Một Cửa",
    "SITE_HEADER": "Một Cửa",
    "SITE_SUBHEADER": AUTHORITY_NAME,
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_ICON": lambda request: static("website/door.svg"),
    "STYLES": [
        lambda request: static("website/desk.css"),
        lambda request: static("backoffice/work.css"),
    ],
    "SCRIPTS": [lambda request: static("website/desk.js")],
    "ENVIRONMENT": "portal.backoffice.environment",
    "SIDEBAR": {"navigation": "portal.backoffice.navigation"},
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": "portal.backoffice.language_switch"},
    "COLORS": {
        "primary": {
            "50": "#fdf3f2",
            "100": "#fbe4e2",
            "200": "#f6c6c2",
            "300": "#ee9d97",
            "400": "#e26b63",
            "500": "#cf4239",
            "600": "#b3261e",
            "700": "#8f1d17",
            "800": "#731b17",
            "900": "#5f1a17",
            "950": "#340a08",
        }
    },
}
