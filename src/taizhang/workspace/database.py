"""Django configured for one workspace at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from taizhang.errors import TaizhangError

if TYPE_CHECKING:
    from taizhang.workspace.folder import Workspace


def _sqlite(path: Path) -> dict[str, Any]:
    from taizhang.journal.engine import options

    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options("sqlite")}


def _postgresql(url: str) -> dict[str, Any]:
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise TaizhangError("workspace.driver_missing") from error
    from taizhang.journal.engine import options

    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or query.get("host", "")),
        "PORT": str(parts.port or ""),
        "OPTIONS": {**options("postgresql"), **{k: unquote(v) for k, v in query.items() if k != "host"}},
    }


def connection_settings(workspace: Workspace) -> dict[str, Any]:
    """Return Django's settings of the workspace's database.

    Raises ``TaizhangError`` for an address that is neither SQLite nor PostgreSQL, or a missing driver.
    """
    url = workspace.database_url
    if url == "sqlite":
        return _sqlite(workspace.path("taizhang.db"))
    if url.startswith(("postgresql://", "postgres://")):
        return _postgresql(url)
    raise TaizhangError("workspace.engine_unknown", value=url.split("@")[-1])


def activate(workspace: Workspace) -> None:
    """Configure Django on first use; afterwards point its one connection at this workspace's database."""
    import django
    from django.conf import settings

    wanted = connection_settings(workspace)
    if not settings.configured:
        settings.configure(
            DATABASES={"default": wanted},
            INSTALLED_APPS=["taizhang.journal"],
            TIME_ZONE="Asia/Shanghai",
            USE_TZ=True,
            LANGUAGE_CODE="zh-hans",
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            TAIZHANG_HASH=workspace.settings.hash,
            TAIZHANG_WORKSPACE=workspace,
        )
        django.setup()
        return
    from django.db import connections

    settings.TAIZHANG_HASH = workspace.settings.hash
    settings.TAIZHANG_WORKSPACE = workspace
    current = connections.settings["default"]
    if any(current.get(key) != value for key, value in wanted.items()):
        connections["default"].close()
        current.update(wanted)
        del connections["default"]
