"""All settings; every one that a deployment changes is an environment variable
(docs/reference/settings.md).
"""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from config import env
from kernel.text import gettext_noop as _

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(env.text("YANGGUANG_VAR", str(ROOT / "var"))).resolve()
VAR.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds drafts and opened bids

DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
DEMO_PASSWORD = "demo-Yangguang-2026"  # noqa: S105 - printed by ./run and shown at the sign-in form
SITE_NAME = env.text("SITE_NAME", _("阳光公共资源交易平台"))
SITE_URL = env.text("SITE_URL", "http://localhost:8000").rstrip("/")
INSTALLATION = env.text("INSTALLATION", "yangguang.example")
SECRET_KEY = env.secret_file(VAR / "keys" / "django").hex()
INTAKE_KEY = env.secret_file(VAR / "keys" / "intake")
RECEIPT_KEY = env.secret_file(VAR / "keys" / "receipt")
LOG_KEY = env.secret_file(VAR / "keys" / "log")
LOG_HEAD_FILE = VAR / "keys" / "log-head.json"
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.listed("CSRF_TRUSTED_ORIGINS", SITE_URL)
# Where a city's own rules lie: *.toml, read when the server starts.
RULE_PACKS = env.text("RULE_PACKS")
PACE_NAMES = ("law", "demo", "hand")  # those of trading.timetable.PACES
PACE = env.one_of("PACE", "demo" if DEMO else "law", PACE_NAMES)
# What records a room that has no camera of its own: "synthetic", a stream address, or nothing.
ROOM_CAMERA = env.text("ROOM_CAMERA", "synthetic" if DEMO else "")

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "lucide",
    "ninja",
    "rules.apps.AutodiscoverRulesConfig",
    "ledger",
    "accounts",
    "trading",
    "deposits",
    "bidding",
    "evaluation",
    "recruitment",
    "monitoring",
    "portal",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.request_id",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.readable_address",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.actor_and_time",
    "portal.middleware.legal_calendar",
    "portal.middleware.sessions_seen",
    "portal.middleware.private_pages",
    "portal.middleware.refusals",
]
ROOT_URLCONF = "config.urls"
CSRF_FAILURE_VIEW = "portal.views.csrf_failed"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.context.site",
            ],
            "builtins": ["portal.templatetags.house"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES = {"default": env.database(env.text("DATABASE_URL"), VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Where pg_dump and pg_restore lie, for backups; empty: where the system finds them.
POSTGRES_PROGRAMS = env.text("POSTGRES_PROGRAMS")

VALKEY_URL = env.text("VALKEY_URL")
CHANNEL_LAYERS = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [VALKEY_URL]},
        }
        if VALKEY_URL
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    ),
}
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": VALKEY_URL}
        if VALKEY_URL
        else {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache_row",
            # It holds the counts of tries and the codes used up, and throws away by alphabet when
            # full: at Django's 300, guesses at many names made room for guesses at one.
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    ),
}
SESSION_ENGINE = (
    "django.contrib.sessions.backends.cached_db"
    if VALKEY_URL
    else "django.contrib.sessions.backends.db"
)

# --- who is who ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
# A mail address opens the way to a new password: nobody adds one at a desk left alone.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Behind this many proxies of ours, the visitor's address is read from X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.text("TRUSTED_PROXIES", "0"))
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    # One address alone can never use up a name's tries: nobody keeps a rival out at 8:59.
    "login_failed": "6/m/ip,90/10m/key",
    "token": "30/m/ip,400/10m/key",
    # Only whoever knows the password comes so far, so this keeps no rival out; and a code has only
    # six figures.
    "code": "30/h/key",
    "mail": "5/m/key",
    "intake_token": "60/m/key",
    "register": "30/h/ip",
    # Everybody may object to a sole supplier, and each objection has to be answered.
    "objection": "10/h/ip",
    # Nobody signs in to give a lead; each is read by people. The key is no address.
    "lead": "10/h/key",
    "lead_follow": "30/h/key",
    "tools": "120/m/ip",
    "verify": "30/m/ip",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "accounts.passkeys.PasskeyForm",
    "login_webauthn": "accounts.passkeys.PasskeyLoginForm",
    "authenticate_webauthn": "accounts.passkeys.PasskeyStepForm",
    "reauthenticate_webauthn": "accounts.passkeys.PasskeyAgainForm",
    "authenticate": "accounts.passkeys.CodeStepForm",
    "reauthenticate": "accounts.passkeys.CodeAgainForm",
}
USERSESSIONS_TRACK_ACTIVITY = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600

# --- what the browser may do ---
HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
REQUEST_SECONDS = float(
    env.text("REQUEST_SECONDS", "600")
)  # a whole request, however slow its line
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- words ---
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files ---
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static", ("vendor", VAR / "vendor")]
WHITENOISE_USE_FINDERS = DEBUG
OBJECTS_ROOT = VAR / "objects"
KEYS_ROOT = VAR / "keys"
S3_BUCKET = env.text("S3_BUCKET")
STORAGES = {
    "default": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": S3_BUCKET,
                "endpoint_url": env.text("S3_ENDPOINT") or None,
                "access_key": env.text("S3_ACCESS_KEY"),
                "secret_key": env.text("S3_SECRET_KEY"),
                "addressing_style": "path",
                "signature_version": "s3v4",
                "default_acl": None,
            },
        }
        if S3_BUCKET
        else {
            "BACKEND": "ledger.storage.WholeFiles",
            "OPTIONS": {"location": str(VAR / "files")},
        }
    ),
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        ),
    },
}

# --- seams: what a lower package finds in a higher one goes by these names ---
LEDGER_FACTS = [
    "ledger.papers.FACTS",
    "ledger.mending.FACTS",
    "accounts.domain.FACTS",
    "trading.domain.FACTS",
    "deposits.domain.FACTS",
    "bidding.domain.FACTS",
    "evaluation.domain.FACTS",
    "recruitment.domain.FACTS",
    "monitoring.domain.FACTS",
]
LEDGER_REACTIONS = "portal.reactions.REACTIONS"
LIVE_MAY_WATCH = "portal.streams.may_watch"
LIVE_PARTS = "portal.streams.parts"
JUDGING = "evaluation.offers.judging"

EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"no_address": {"()": "config.logs.NoAddress"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no_address"],
        },
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
