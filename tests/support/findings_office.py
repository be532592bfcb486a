"""An office on a town with findings of its own: the few rules and short ways of ``tests/comparison/findings_town.py``, accounts, a client."""

from __future__ import annotations

import sys
from pathlib import Path

from django.test import Client

sys.path.insert(0, str(Path(__file__).parent.parent / "comparison"))

from findings_town import FindingsTown, add_rules

from support.staff import hire, signed_in
from taizhang.access.models import Account
from taizhang.access.sight import Grant
from taizhang.pack import Pack
from taizhang.workspace import Workspace

TOWN = "990128105"
INSPECTOR = Grant("inspector", TOWN, ("纪委",))


def make_town(workspace: Workspace, pack: Pack) -> FindingsTown:
    """Give a workspace the rules; their pack is read once for all tests."""
    add_rules(workspace.root)
    workspace.fresh()
    workspace.__dict__["pack"] = pack
    return FindingsTown(workspace)


def inspector(workspace: Workspace, username: str, *, name: str = "", id_number: str = "") -> tuple[Account, Client]:
    """Return an inspector and her client."""
    account = hire(workspace, username, INSPECTOR, name=name, id_number=id_number)
    return account, signed_in(account)
