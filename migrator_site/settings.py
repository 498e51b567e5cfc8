"""Settings from the environment. What is unset is safe for development; production refuses the sample key."""

import os
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from migrator_site import rest
from migrator_site.broker import broker_socket, kombu_url

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data"))).resolve()
DEBUG = env.bool("DEBUG", default=False)
PRODUCTION = env.bool("PRODUCTION", default=False)

SAMPLE_KEY = "sample-key-for-development-only-0123456789-0123456789"
SECRET_KEY_FILE = DATA_DIR / "secret-key"
# `manage.py up` writes the file once, so that sessions survive a restart without anybody having to invent a key.
# Not through env.str, which takes a value that starts with $ for the name of another variable.
SECRET_KEY = os.environ.get("SECRET_KEY") or (
    SECRET_KEY_FILE.read_text().strip() if SECRET_KEY_FILE.is_file() else SAMPLE_KEY
)
if PRODUCTION and (SECRET_KEY == SAMPLE_KEY or len(SECRET_KEY) < 50):
    raise ImproperlyConfigured("SECRET_KEY is the sample or shorter than 50 characters: set a random one of your own.")
# What encrypts stored secrets: the first of the list, which all of it can read. Kept out of the database.
CREDENTIAL_KEY_FILE = DATA_DIR / "credential-key"
CREDENTIAL_KEYS = [key.strip() for key in os.environ.get("CREDENTIAL_KEYS", "").split(",") if key.strip()] or (
    CREDENTIAL_KEY_FILE.read_text().split() if CREDENTIAL_KEY_FILE.is_file() else []
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "audits",
    "migrator_site.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_celery_beat",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
]
MIDDLEWARE = [
    "migrator_site.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "migrator_site.no_store.NoStoreMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "migrator_site.logs.RequestContext",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "migrator_site.forms_only.FormsOnlyMiddleware",
    "migrator_site.plain_order.PlainOrderMiddleware",
]
ROOT_URLCONF = "migrator_site.urls"
WSGI_APPLICATION = "migrator_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "migrator_site.context.frame",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {}
if os.environ.get("DATABASE_URL"):
    DATABASES["default"] = env.db_url("DATABASE_URL")
elif os.environ.get("POSTGRES_HOST"):
    # In parts, as a password with / or @ or % in it would have to be quoted inside a URL.
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ["POSTGRES_HOST"],
        "PORT": os.environ.get("POSTGRES_PORT", "5432"),
        "NAME": os.environ.get("POSTGRES_DB", "lastcall"),
        "USER": os.environ.get("POSTGRES_USER", "lastcall"),
        "PASSWORD": os.environ.get("POSTGRES_PASSWORD", ""),
    }
else:
    DATABASES["default"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA_DIR / "lastcall.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL alone makes read-then-write transactions fail more often, not less; IMMEDIATE and a timeout end it.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
        "PRAGMA cache_size=-20000;",
    }
# To connect costs a page or a scan 2 ms of processor, as SQLite reads its whole schema anew, and PostgreSQL more.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

AUTH_USER_MODEL = "audits.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Mail: smtp://user:password@host:587, smtp+tls://… or smtp+ssl://…; unset, nothing is sent and the pages say so.
EMAIL_IS_SET = bool(os.environ.get("EMAIL_URL"))
if EMAIL_IS_SET:
    globals().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="last-call@localhost")
# How messages name this server; on a machine of one's own the address that `manage.py up` prints.
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://127.0.0.1:{os.environ.get('PORT') or 8000}")

# Security: over plain HTTP on loopback the cookies must still travel, so HTTPS is demanded in production only.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("HTTPS", default=PRODUCTION)
# A probe inside the network speaks plain HTTP, and its answer is one word.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
# For a year every subdomain of the host would be bound too, other people's servers among them: the operator's choice.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.bool("HSTS_SUBDOMAINS", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The header in which our own proxy names the client (its last entry counts); unset, the connection is believed.
CLIENT_ADDRESS_HEADER = env.str("CLIENT_ADDRESS_HEADER", default="")
SECURE_CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
# Whoever scrapes /metrics sends it as a bearer token; without one there is no such page.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

REST_FRAMEWORK, SPECTACULAR_SETTINGS = rest.REST_FRAMEWORK, rest.SPECTACULAR_SETTINGS

# Repositories: which may be registered, and where their mirrors live.
DEMO_REPOSITORIES = DATA_DIR / "demo-repositories"
LOCAL_REPOSITORY_ROOTS = [Path(p).resolve() for p in env.str("LOCAL_REPOSITORY_ROOTS", default="").split(":") if p]
if DEMO_REPOSITORIES.is_dir() and not PRODUCTION:
    LOCAL_REPOSITORY_ROOTS.append(DEMO_REPOSITORIES)


def host_names(variable: str, default: list[str]) -> list[str]:
    """Hosts as addresses name them: without regard to case, and to the spaces and gaps that a list by hand has."""
    return [name.strip().lower() for name in env.list(variable, default=default) if name.strip()]


ALLOWED_GIT_HOSTS = host_names("ALLOWED_GIT_HOSTS", ["github.com", "gitlab.com", "bitbucket.org"])
INTERNAL_GIT_HOSTS = host_names("INTERNAL_GIT_HOSTS", [])
# A PEM file with the authorities that vouch for the internal hosts, where those are the organisation's own.
INTERNAL_GIT_AUTHORITIES = env.str("INTERNAL_GIT_AUTHORITIES", default="")
# Hosts of webhooks that may have addresses inside the organisation's own network.
INTERNAL_HOOK_HOSTS = host_names("INTERNAL_HOOK_HOSTS", [])
INTERNAL_HOOK_AUTHORITIES = env.str("INTERNAL_HOOK_AUTHORITIES", default="")
GIT_SSH_ENABLED = env.bool("GIT_SSH_ENABLED", default=False)
MIRROR_ROOT = Path(env.str("MIRROR_ROOT", default=str(DATA_DIR / "mirrors")))
# All mirrors of one machine together; the least recently used go first. In bytes, set in gigabytes.
MIRROR_LIMIT = int(10**9 * env.float("MIRROR_LIMIT", default=50))

# In seconds. A file's deadline < a scan's < Celery's limit < the broker's visibility (a system check). The lease is
# short, since a running scan keeps extending it: it is the time after which a dead worker's scan goes to another.
FILE_DEADLINE = env.float("FILE_DEADLINE", default=20)
SCAN_DEADLINE = 15 * 60
CELERY_TASK_TIME_LIMIT = 20 * 60
SCAN_LEASE = env.int("SCAN_LEASE", default=2 * 60)
# What runs in a worker that is told to end may finish for so long; then others go on with it. Less than the time after
# which such a worker is killed.
WORKER_STOP_GRACE = env.float("WORKER_STOP_GRACE", default=100)
BROKER_VISIBILITY = env.int("BROKER_VISIBILITY", default=2 * 60 * 60)
# A queued row that no worker took after this long is announced again: its message may be lost.
SCAN_RING_AGAIN = env.int("SCAN_RING_AGAIN", default=2 * 60)
# Scans that the clock asked for, queued or running, at any moment: a thousand that are due do not fill the queue.
SCHEDULED_IN_FLIGHT = env.int("SCHEDULED_IN_FLIGHT", default=50)
# Fetches from one host at the same time, by all workers; and the seconds that a host is first left alone for when it
# asks for fewer requests, doubled each time.
FETCHES_A_HOST = env.int("FETCHES_A_HOST", default=4)
HOST_BACK_OFF = env.float("HOST_BACK_OFF", default=30)
# How many repositories' pasts are read at the same time, of all workers: scans are to find a worker free.
HISTORIES_AT_ONCE = env.int("HISTORIES_AT_ONCE", default=1)

BROKER_SOCKET = broker_socket(DATA_DIR)
EMBEDDED_BROKER = not env.str("REDIS_URL", default="")
REDIS_URL = f"unix://{BROKER_SOCKET}" if EMBEDDED_BROKER else env.str("REDIS_URL")
CELERY_BROKER_URL = kombu_url(REDIS_URL, 0)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Each new process starts a parser's process as well; what one may grow to, the next line bounds.
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
# A process that has grown beyond these MB is replaced after its scan; Celery counts in kilobytes.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 1024 * env.int("WORKER_MAX_MEMORY", default=160)
# So many tasks of a process share a connection to the database, which else is closed before and after each. Not more:
# what SQLite maps of its file counts as the process's memory until it is closed.
CELERY_DB_REUSE_MAX = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A broker that takes connections and says nothing must not hold up whoever presses "Scan": the row waits for it.
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
    "visibility_timeout": BROKER_VISIBILITY,
    # kombu looks for abandoned messages only every interval x throttle seconds: 100 by default, whatever the timeout.
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # Workers take the queues in the order of their -Q: what a person waits for goes before what the clock wants.
    "queue_order_strategy": "priority",
}
CELERY_TASK_DEFAULT_QUEUE = "scans"
CELERY_TASK_ROUTES = {
    "audits.tasks.scan": {"queue": "scans"},
    "audits.tasks.prune": {"queue": "scans"},
    "audits.tasks.history": {"queue": "histories"},
    "audits.tasks.*": {"queue": "people"},
}
# Beat writes down each tick at once, by which others see that it lives.
CELERY_BEAT_SYNC_EVERY = 1
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    "due-repositories": {"task": "audits.tasks.queue_due", "schedule": 60.0, "options": {"expire_seconds": 55}},
    "reaper": {"task": "audits.tasks.reap", "schedule": 30.0, "options": {"expire_seconds": 25}},
    "counting": {"task": "audits.tasks.count", "schedule": 600.0, "options": {"expire_seconds": 500}},
    "telling": {"task": "audits.tasks.tell", "schedule": 60.0, "options": {"expire_seconds": 55}},
    "histories": {"task": "audits.tasks.keep_histories", "schedule": 30.0, "options": {"expire_seconds": 25}},
    "pruning": {"task": "audits.tasks.prune", "schedule": 24 * 60 * 60.0, "options": {"expire_seconds": 60 * 60}},
}

_SECRETS = [SECRET_KEY, METRICS_TOKEN, *CREDENTIAL_KEYS, DATABASES["default"].get("PASSWORD", "")]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "migrator_site.logs.Formatter",
            # "json" for machines that collect lines; anything else is for people.
            "style": os.environ.get("LOG_FORMAT", "text"),
            "secrets": _SECRETS,
        }
    },
    "filters": {"refusals": {"()": "migrator_site.logs.WithoutRefusals"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        # Django's own would write the lines of a server with DEBUG a second time, in another form.
        "django": {"handlers": []},
        "gunicorn.error": {"handlers": ["stderr"], "propagate": False},
        "django.request": {"filters": ["refusals"]},
    },
}
