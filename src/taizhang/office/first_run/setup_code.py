"""The code that whoever started the server reads on its console: it alone makes the first administrator.

That a request comes from the machine itself proves nothing behind a proxy, where all of them do.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

_FILE = ".setup-code"
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def is_first_run() -> bool:
    """Say whether there is no account yet."""
    from taizhang.access.models import Account

    return not Account.objects.exists()


def make(workspace: Workspace) -> str | None:
    """Return a new code where there is no account yet, and keep its hash for the server's processes; the one before is worth nothing."""
    path = workspace.path(_FILE)
    if not is_first_run():
        path.unlink(missing_ok=True)
        return None
    code = "-".join("".join(secrets.choice(_ALPHABET) for _n in range(4)) for _m in range(4))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as stream:
        stream.write(_hash(code))
    return code


def fits(workspace: Workspace, code: str) -> bool:
    """Say whether this is the code."""
    path = workspace.path(_FILE)
    return path.is_file() and secrets.compare_digest(path.read_text(encoding="ascii"), _hash(code))


def spend(workspace: Workspace) -> bool:
    """Use the code up and say whether it was still there: of two requests at once, one gets it."""
    try:
        workspace.path(_FILE).unlink()
    except FileNotFoundError:
        return False
    return True


def _hash(code: str) -> str:
    return hashlib.sha256("".join(c for c in code.upper() if c.isascii() and c.isalnum()).encode()).hexdigest()
