"""A workspace of the time when pages kept drafts and notes opens, and goes on with them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command

from taizhang.defining import drafts as definitions
from taizhang.reviewing.models import RowNote
from taizhang.sending import drafts
from taizhang.sending.actions import do_say
from taizhang.sending.models import Heading
from taizhang.workspace import Workspace


@pytest.fixture
def earlier(sqlite_workspace: Workspace) -> Workspace:
    """A workspace whose database was made, and filled a little, before these parts had tables of their own (``workspace_of_november.sql``)."""
    path = sqlite_workspace.path("taizhang.db")
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.executescript(Path(__file__).with_name("workspace_of_november.sql").read_text(encoding="utf-8"))
    call_command("migrate", verbosity=0, interactive=False)
    return sqlite_workspace


def test_what_was_begun_is_still_there(earlier: Workspace) -> None:
    draft = drafts.own(1, "cunguan")
    assert (draft.name, draft.state, draft.summary["changes"]) == ("户籍.xlsx", "ready", 3)
    assert drafts.told_of(draft, earlier.pack).headings == {"household": {"户号": "number"}}
    assert definitions.own(1, "guanli").about == {"file": "树.xlsx"}
    assert RowNote.objects.get().reason == "户主姓名与户口簿不符"


def test_it_is_gone_on_with(earlier: Workspace) -> None:
    draft = drafts.own(1, "cunguan")
    do_say(draft, {}, {"household": {"户主": "head"}})
    assert Heading.objects.count() == 2
    RowNote.objects.create(submission=7, person="shenhe", row=3, reason="重复")
    assert RowNote.objects.latest("id").id == 2


def test_models_and_migrations_agree(earlier: Workspace) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
