"""Django's settings for the office, made before anything of Django is used; the workspace then fills in its database."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.http.hosts import names
from taizhang.workspace.keys import keys_of

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

PAGES = Path(__file__).parent.parent / "office"
_CSP = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "taizhang.journal",
    "taizhang.access",
    "taizhang.jobs",
    "taizhang.api",
    "taizhang.sending",
    "taizhang.defining",
    "taizhang.reviewing",
    "taizhang.office",
]
_MIDDLEWARE = [
    "taizhang.office.shared.middleware.address",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pages; scripts and styles lie there compressed
    "taizhang.office.shared.middleware.language",
    "taizhang.office.shared.middleware.host",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "taizhang.office.shared.middleware.body_limit",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "taizhang.office.shared.presence.presence",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "taizhang.office.shared.middleware.failures",
    "taizhang.office.shared.middleware.sight",
    "taizhang.office.shared.presence.gate",
    "axes.middleware.AxesMiddleware",
]


def configure(*secret_keys: str, secure: bool = False, hosts: Sequence[str] = (), **more: Any) -> None:
    """Configure Django for the office; ``secure`` is for a server behind https, ``hosts`` are the names that are answered. Does nothing the second time.

    Of the keys the first signs; what another one signed still holds.
    """
    import django
    from django.conf import settings

    if settings.configured:
        return
    settings.configure(**_settings(list(secret_keys), secure, list(hosts)) | more)
    django.setup()
    from taizhang.access.sight import withhold_by
    from taizhang.comparison.seen.people import withheld_from

    withhold_by(withheld_from)  # what comparison found about somebody is kept from her wherever a sight is asked


def configure_for(workspace: Workspace) -> None:
    """Configure Django for the office of a workspace and make it the one of this process."""
    secure = os.environ.get("TAIZHANG_HTTPS", "") == "1"
    configure(*keys_of(workspace.path(".secret-key"), _new_key), secure=secure, hosts=names())
    workspace.activate()


def configure_ahead() -> None:
    """Configure Django for the office of a workspace that is yet to be made; the server's own processes get their key from it later."""
    configure(_new_key())


def _new_key() -> str:
    return secrets.token_urlsafe(64)


def _settings(secret_keys: list[str], secure: bool, hosts: list[str]) -> dict[str, Any]:
    return {
        "DEBUG": False,
        "SECRET_KEY": secret_keys[0],
        "SECRET_KEY_FALLBACKS": secret_keys[1:],
        "ALLOWED_HOSTS": ["*"],  # the middleware ``host`` allows: Django's own list knows no networks
        "TAIZHANG_HOSTS": hosts,
        "ROOT_URLCONF": "taizhang.serving.urls",
        "WSGI_APPLICATION": "taizhang.serving.wsgi.application",
        "LANGUAGE_CODE": "zh-hans",
        "TIME_ZONE": "Asia/Shanghai",
        "USE_TZ": True,
        "TAIZHANG_HASH": "sha256",
        "INSTALLED_APPS": _APPS,
        "MIDDLEWARE": _MIDDLEWARE,
        **_storage(),
        **_pages(),
        **_signing_in(),
        **_cookies(secure),
        **_transport(secure),
        **_uploads(),
    }


def _storage() -> dict[str, Any]:
    return {
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}},
    }


def _pages() -> dict[str, Any]:
    processors = ["taizhang.office.shared.pages.context", "django.contrib.messages.context_processors.messages"]
    return {
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.jinja2.Jinja2",
                "DIRS": [str(PAGES / "templates")],
                "OPTIONS": {"environment": "taizhang.office.shared.pages.environment", "context_processors": processors},
            }
        ],
        "STATIC_URL": "/static/",
        "STATIC_ROOT": str(PAGES / "static"),
        "STATICFILES_DIRS": [],
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        "WHITENOISE_IMMUTABLE_FILE_TEST": lambda path, url: "-" in Path(path).stem,  # Vite puts a hash behind the name
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
    }


def _signing_in() -> dict[str, Any]:
    rules = "django.contrib.auth.password_validation."
    return {
        "AUTH_USER_MODEL": "access.Account",
        "AUTHENTICATION_BACKENDS": ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": rules + "UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("username", "name", "id_number")}},
            {"NAME": rules + "MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
            {"NAME": rules + "CommonPasswordValidator"},
            {"NAME": rules + "NumericPasswordValidator"},
            {"NAME": "taizhang.access.passwords.ThreeKinds"},
        ],
        "LOGIN_URL": "/sign-in/",
        "LOGIN_REDIRECT_URL": "/",
        # A village's people share one address: five wrong passwords lock a name at an address, not everybody there.
        "AXES_FAILURE_LIMIT": 5,
        "AXES_COOLOFF_TIME": 0.5,
        "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
        "AXES_RESET_ON_SUCCESS": True,
        "AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT": False,  # whoever keeps trying shall not keep a name locked for ever
        "AXES_USERNAME_CALLABLE": "taizhang.office.signing_in.lockout.username",
        "AXES_LOCKOUT_CALLABLE": "taizhang.office.signing_in.lockout.told",
        "AXES_DISABLE_ACCESS_LOG": True,  # who signed in stands in the record of reads
        "AXES_ENABLE_ADMIN": False,
        "AXES_VERBOSE": False,
        "SESSION_COOKIE_AGE": 30 * 60,  # prolonged by office.shared.presence, at most once a minute
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
    }


def _cookies(secure: bool) -> dict[str, Any]:
    return {
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "CSRF_COOKIE_SECURE": secure,
        "CSRF_FAILURE_VIEW": "taizhang.office.shared.failing.csrf_failure",
    }


def _transport(secure: bool) -> dict[str, Any]:
    return {
        "CONTENT_SECURITY_POLICY": _CSP,
        "X_FRAME_OPTIONS": "DENY",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_SSL_REDIRECT": secure,
        # The server itself speaks http: that a request came by https is what the proxy in front of it says.
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if secure else None,
        "TAIZHANG_PROXIES": int(os.environ.get("TAIZHANG_PROXIES", "1" if secure else "0")),
        "SECURE_HSTS_SECONDS": 31536000 if secure else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": secure,
        "SECURE_HSTS_PRELOAD": secure,
    }


def _uploads() -> dict[str, Any]:
    return {
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 5 * 1024 * 1024,
        "FILE_UPLOAD_HANDLERS": ["taizhang.http.uploads.Streamed"],
        "TAIZHANG_UPLOAD_MB": int(os.environ.get("TAIZHANG_UPLOAD_MB", "64")),
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 20_000,
    }
