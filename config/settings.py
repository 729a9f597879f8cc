"""Settings of every environment. Environments differ by variables, which `.env.example` explains."""

from __future__ import annotations

from pathlib import Path

from config.environment import Environment, release_of

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(BASE_DIR)

# --- What the operator decides -------------------------------------------------

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.secret_key("SECRET_KEY", public=not DEBUG)
SECRET_KEY_FALLBACKS = env.items("SECRET_KEY_FALLBACKS")
SITE_NAME = env.text("SITE_NAME", "Evenbench")
SITE_URL = env.site_url("SITE_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
# Sources (format names of `import_data`) whose new models are published at once; of others they are drafts.
TRUSTED_SOURCES = env.items("TRUSTED_SOURCES")
ADMIN_URL = env.text("ADMIN_URL", "admin/").strip("/") + "/"
HTTPS = SITE_URL.startswith("https://")

# Which results pages count unless a reader asks for another lane (docs/glossary.md).
DEFAULT_LANE = env.choice("DEFAULT_LANE", "verified", ("verified", "provisional", "independent"))
# "auto" estimates how much makers' own figures flatter; 0 never corrects them.
SELF_REPORT_OFFSET = env.choice("SELF_REPORT_OFFSET", "auto", ("auto", "0"))

# true: nobody publishes a sheet or draft of their own.
REQUIRE_SECOND_PAIR_OF_EYES = env.flag("REQUIRE_SECOND_PAIR_OF_EYES", False)
# true: staff need an authenticator app beside their password.
REQUIRE_STAFF_MFA = env.flag("REQUIRE_STAFF_MFA", False)

# --- Live sources (docs/data.md) ------------------------------------------------------

# Other addresses for `manage.py sync`, as KEY=address: a mirror, or a server of a test.
SYNC_ADDRESSES = env.pairs("SYNC_ADDRESSES")
# Hugging Face repositories whose cards and result files are read, as OWNER/NAME.
SYNC_HUGGING_FACE = env.items("SYNC_HUGGING_FACE")

# --- Newsletter (docs/newsletter.md) ------------------------------------------------

# Only the installation whose INSTANCE_ID the database knows may send: a copy never mails anyone.
INSTANCE_ID = env.text("INSTANCE_ID")
NEWSLETTER_FROM = env.text("NEWSLETTER_FROM")
NEWSLETTER_REPLY_TO = env.text("NEWSLETTER_REPLY_TO")
NEWSLETTER_MAIL_DOMAIN = env.text("NEWSLETTER_MAIL_DOMAIN")
NEWSLETTER_BOUNCE_MAILBOX = env.text("NEWSLETTER_BOUNCE_MAILBOX")
NEWSLETTER_UNSUBSCRIBE_MAILBOX = env.text("NEWSLETTER_UNSUBSCRIBE_MAILBOX")
NEWSLETTER_INCOMING_URL = env.text("NEWSLETTER_INCOMING_URL")
NEWSLETTER_PERSON_FOLDER = env.text("NEWSLETTER_PERSON_FOLDER")
NEWSLETTER_SOFT_BOUNCES = env.number("NEWSLETTER_SOFT_BOUNCES", 5, least=1)
NEWSLETTER_SOFT_BOUNCE_DAYS = env.number("NEWSLETTER_SOFT_BOUNCE_DAYS", 21)
NEWSLETTER_PEPPER = env.text("NEWSLETTER_PEPPER")
NEWSLETTER_POSTAL_ADDRESS = env.text("NEWSLETTER_POSTAL_ADDRESS")
NEWSLETTER_ALERT_ADDRESS = env.text("NEWSLETTER_ALERT_ADDRESS")
NEWSLETTER_UNCERTAIN = env.choice("NEWSLETTER_UNCERTAIN", "hold", ("hold", "resend"))
NEWSLETTER_RATES = env.text("NEWSLETTER_RATES")
NEWSLETTER_SMTP_TIMEOUT = env.number("NEWSLETTER_SMTP_TIMEOUT", 30, least=1)
NEWSLETTER_MARKER_FILE = env.text("NEWSLETTER_MARKER_FILE") or BASE_DIR / ".newsletter-sent.json"
NEWSLETTER_DKIM_SELECTORS = env.text("NEWSLETTER_DKIM_SELECTORS")
NEWSLETTER_SIGNUPS_PER_HOUR = env.number("NEWSLETTER_SIGNUPS_PER_HOUR", 60, least=1)
NEWSLETTER_SIGNUPS_PER_DOMAIN = env.number("NEWSLETTER_SIGNUPS_PER_DOMAIN", 20, least=1)
NEWSLETTER_PROOF_OF_WORK_BITS = env.number("NEWSLETTER_PROOF_OF_WORK_BITS", 18, least=1)
NEWSLETTER_ANSWER_SECONDS = env.number("NEWSLETTER_ANSWER_MILLISECONDS", 250) / 1000
GEO_TRUST_HEADER = env.text("GEO_TRUST_HEADER")
GEO_MMDB_PATH = env.text("GEO_MMDB_PATH")
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

# --- Django ----------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.NewsroomAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "simple_history",
    "models_catalog.apps.ModelsCatalogConfig",
    "importers.apps.ImportersConfig",
    "comparisons.apps.ComparisonsConfig",
    "newsletter.apps.NewsletterConfig",
    "newsroom.apps.NewsroomConfig",
    "allauth",  # after the apps whose templates replace its own
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "comparisons.web.page_cache.PageCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "models_catalog.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "admin:login"

# --- Staff accounts (newsroom/accounts.py); readers have none -----------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "newsroom.accounts.StaffAccounts"
ACCOUNT_FORMS = {"login": "newsroom.accounts.StaffLoginForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False  # log-ins end with the browser, or after SESSION_COOKIE_AGE
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/10m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_ADAPTER = "newsroom.accounts.StaffSecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts are made by administrators
MFA_TOTP_ISSUER = f"{SITE_NAME} newsroom"
MFA_TOTP_TOLERANCE = 1  # 30-second steps that the clock of a phone may be off

# Reader pages and mails are Jinja2 under templates/; the admin and packages keep Django
# templates inside the apps, so that neither engine swallows the other's names.
STRICT_TEMPLATES = env.flag("STRICT_TEMPLATES", DEBUG)  # a name a template does not know stops the page
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "config.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "newsroom" / "templates" / "overrides"],  # before the admin's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

DATABASES = {"default": env.database("DATABASE_URL", "sqlite:///db.sqlite3")}
vars().update(env.email("EMAIL_URL", "consolemail://"))
# A provider's API instead of SMTP, through django-anymail: its backend, and its settings as NAME=value pairs.
if env.text("EMAIL_BACKEND"):
    EMAIL_BACKEND = env.text("EMAIL_BACKEND")
    ANYMAIL = env.pairs("ANYMAIL")
    INSTALLED_APPS.append("anymail")

# Redis where several machines share a cache; else files that all processes of this machine share.
CACHES = {"default": env.cache("REDIS_URL", "CACHE_DIR", BASE_DIR / ".cache")}
PAGE_CACHE = env.flag("PAGE_CACHE", not DEBUG)
# Changes with the code, so that a new release never serves pages an old one has cached.
RELEASE = env.text("RELEASE") or release_of(BASE_DIR)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en-gb"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT") or BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.static_storage.FoldedStylesheetStorage"
    },
}

# --- Safety ------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
PERMISSIONS_POLICY = {
    feature: []
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
        "interest-cohort",
    )
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 60 * 60  # a working day in the newsroom
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and env.flag("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^newsletter/u/"]  # RFC 8058: one-click unsubscribing is never redirected
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31_536_000) if HTTPS else 0
# A promise for every name below the domain is its owner's to make, and preloading cannot be taken back for months.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS and env.flag("SECURE_HSTS_SUBDOMAINS", False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # which ask for that promise
if env.flag("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Where to report a weakness: an https:// or mailto: address, told in /.well-known/security.txt (RFC 9116).
SECURITY_CONTACT = env.contact("SECURITY_CONTACT")

# Log lines carry no address of a reader: Django's own records are reduced to their message.
# Each time Django sets up logging (runserver does so twice), every handler gets the filter of addresses and tokens.
LOGGING_CONFIG = "newsletter.log_redaction.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING").upper()},
}
