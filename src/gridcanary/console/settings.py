"""Django's settings. Every default works on one machine; the environment changes what a server needs.

GRIDCANARY_HOME           folder of the lake, findings, database and key; default ./var
GRIDCANARY_DATABASE_URL   postgresql://user:password@host/name; default SQLite in <home>
GRIDCANARY_SECRET_KEY     signs sessions; default <home>/secret.key
GRIDCANARY_KEY_FILE       keys of the personal data; default <home>/personal-data.keys
GRIDCANARY_KEYS           the content of such a file, for installations that keep keys in a vault
GRIDCANARY_UNMASK_MINUTES how long an approved unmasking lasts; default 30
GRIDCANARY_EVIDENCE       folder of stored evidence; default <home>/evidence
GRIDCANARY_EVIDENCE_KEYS  file of keys that encrypt evidence at rest; default none: stored as it came
GRIDCANARY_EVIDENCE_CIPHER aes (AES-256-GCM) or sm4 (SM4-GCM); default aes
GRIDCANARY_LOG_NAME       name in the key that signs the event log, an address; default gridcanary.invalid/log
GRIDCANARY_TSA_URL        RFC 3161 time-stamp authority; default none: time stamps of our own, marked as such
GRIDCANARY_DOSSIERS       chain dossiers to attach, a folder a department's code; default <home>/dossiers
GRIDCANARY_CHAIN_BLOCKS   folder of gridcanary chain follow, whose latest block tells the difficulty; default none
GRIDCANARY_NETWORK_DAYS   days after which sessions of the network lens are deleted; default 180
GRIDCANARY_NETWORK_CLOSED_DAYS days after which closed cases lose the names of lines; default 365
GRIDCANARY_NETWORK_LEAST  fewest endpoints told of an area; default 5
GRIDCANARY_UPLOAD_LIMIT_MB the largest file taken as evidence; default 2048
GRIDCANARY_ALLOWED_HOSTS  host names the console answers to, comma-separated; default the loopback names
GRIDCANARY_HTTPS          1 when a proxy serves it over HTTPS: secure cookies, HSTS
GRIDCANARY_LANGUAGE       zh-hans or en, for people whose browser asks for neither; default zh-hans
GRIDCANARY_TIME_ZONE      default Asia/Shanghai
GRIDCANARY_PACK           jurisdiction pack of new cases, as cn or cn_sd@2026.1; default cn_sd
GRIDCANARY_TIP_UNIT       code of the unit that receives tips; default the first energy department
GRIDCANARY_TIP_PHONE      telephone number for tips, shown before those of the pack; default none
GRIDCANARY_TIP_HOURS      when it is answered, in the words to be shown; default nothing
GRIDCANARY_PUBLIC_URL     https address of the public pages, for QR codes on posters; default none: no QR code
GRIDCANARY_LEAVE_URL      where the button "Leave this page now" leads; default the national weather service
GRIDCANARY_WEBHOOK_HOSTS  hosts inside the network that webhooks may go to, comma-separated; default none
GRIDCANARY_SMTP_HOST      mail server for reminders, with _PORT, _USER, _PASSWORD and _FROM; default none: no mail
GRIDCANARY_DEBUG          1 for tracebacks in the browser

sign_in_settings.py has those of sessions, second factors, limits and the identity provider.
"""

from __future__ import annotations

import os
from pathlib import Path

from gridcanary.console.databases import database
from gridcanary.console.secret import secret_key
from gridcanary.console.sign_in_settings import *  # noqa: F403 Django reads every upper-case name


def _list(name: str, default: str) -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def _flag(name: str) -> bool:
    return os.environ.get(name, "0").lower() in {"1", "true", "yes"}


CONSOLE_DIR = Path(__file__).resolve().parent
GRIDCANARY_HOME = Path(os.environ.get("GRIDCANARY_HOME", "var")).resolve()

DEBUG = _flag("GRIDCANARY_DEBUG")
SECRET_KEY = secret_key(GRIDCANARY_HOME)
GRIDCANARY_KEY_FILE = Path(os.environ.get("GRIDCANARY_KEY_FILE", GRIDCANARY_HOME / "personal-data.keys"))
GRIDCANARY_KEYS = os.environ.get("GRIDCANARY_KEYS", "")
GRIDCANARY_UNMASK_MINUTES = int(os.environ.get("GRIDCANARY_UNMASK_MINUTES", "30"))
GRIDCANARY_EVIDENCE = os.environ.get("GRIDCANARY_EVIDENCE", "")
GRIDCANARY_EVIDENCE_KEYS = os.environ.get("GRIDCANARY_EVIDENCE_KEYS", "")
GRIDCANARY_EVIDENCE_CIPHER = os.environ.get("GRIDCANARY_EVIDENCE_CIPHER", "aes")
GRIDCANARY_LOG_NAME = os.environ.get("GRIDCANARY_LOG_NAME", "gridcanary.invalid/log")
GRIDCANARY_TSA_URL = os.environ.get("GRIDCANARY_TSA_URL", "")
GRIDCANARY_DOSSIERS = Path(os.environ.get("GRIDCANARY_DOSSIERS", GRIDCANARY_HOME / "dossiers"))
GRIDCANARY_CHAIN_BLOCKS = os.environ.get("GRIDCANARY_CHAIN_BLOCKS", "")
GRIDCANARY_NETWORK_DAYS = int(os.environ.get("GRIDCANARY_NETWORK_DAYS", "180"))
GRIDCANARY_NETWORK_CLOSED_DAYS = int(os.environ.get("GRIDCANARY_NETWORK_CLOSED_DAYS", "365"))
GRIDCANARY_NETWORK_LEAST = int(os.environ.get("GRIDCANARY_NETWORK_LEAST", "5"))
GRIDCANARY_UPLOAD_LIMIT_MB = int(os.environ.get("GRIDCANARY_UPLOAD_LIMIT_MB", "2048"))
ALLOWED_HOSTS = _list("GRIDCANARY_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
HTTPS = _flag("GRIDCANARY_HTTPS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "gridcanary.accounts",
    "gridcanary.custody",
    "gridcanary.public",
    "gridcanary.casework",
    "gridcanary.fieldwork",
    "gridcanary.enforcement",
    "gridcanary.watch",
    "gridcanary.exhibits",
    "gridcanary.wallets",
    "gridcanary.endpoints",
    "gridcanary.tips",
    "gridcanary.oversight",
    "gridcanary.portal",
    "gridcanary.documents",
    "gridcanary.api",
    "gridcanary.console",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "gridcanary.console.security.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gridcanary.public.pages.NobodyIsSignedInMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gridcanary.accounts.sessions.SessionClockMiddleware",
    "gridcanary.accounts.rate_limits.RateLimitMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "gridcanary.accounts.required_factor.RequiredFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "gridcanary.console.urls"
WSGI_APPLICATION = "gridcanary.console.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gridcanary.casework.waiting.waiting",
                "gridcanary.public.context.page_languages",
            ],
        },
    }
]

DATABASES = {"default": database(os.environ.get("GRIDCANARY_DATABASE_URL", ""), GRIDCANARY_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # passwords of earlier versions, until their next use
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "console:findings"
LOGOUT_REDIRECT_URL = "accounts:login"

GRIDCANARY_PACK = os.environ.get("GRIDCANARY_PACK", "cn_sd")

GRIDCANARY_TIP_UNIT = os.environ.get("GRIDCANARY_TIP_UNIT", "")
GRIDCANARY_TIP_PHONE = os.environ.get("GRIDCANARY_TIP_PHONE", "")
GRIDCANARY_TIP_HOURS = os.environ.get("GRIDCANARY_TIP_HOURS", "")
GRIDCANARY_PUBLIC_URL = os.environ.get("GRIDCANARY_PUBLIC_URL", "")
GRIDCANARY_LEAVE_URL = os.environ.get("GRIDCANARY_LEAVE_URL", "https://www.weather.com.cn/")
GRIDCANARY_WEBHOOK_HOSTS = _list("GRIDCANARY_WEBHOOK_HOSTS", "")
EMAIL_HOST = os.environ.get("GRIDCANARY_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("GRIDCANARY_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("GRIDCANARY_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("GRIDCANARY_SMTP_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_PORT != 25
DEFAULT_FROM_EMAIL = os.environ.get("GRIDCANARY_SMTP_FROM", EMAIL_HOST_USER)

LANGUAGE_CODE = os.environ.get("GRIDCANARY_LANGUAGE", "zh-hans")
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = os.environ.get("GRIDCANARY_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "gridcanary.console.static_files.PlotlyFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "gridcanary.console.static_files.VersionedStorage"},
}
# Served from the packages where they lie: no collecting step, nothing to build.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "gridcanary": {"handlers": ["stderr"], "level": "INFO"},
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        # At DEBUG it would write the hidden data of reporters' photographs: place, time and camera.
        "PIL": {"level": "INFO"},
    },
}
