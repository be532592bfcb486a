"""A backup brings accounts, roles and the record of reads along, on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest
from django.db import DatabaseError, transaction

from support.staff import PASSWORD, hire
from taizhang.access import signing
from taizhang.access.models import Account, AccountGrant, ReadRecord, RecoveryCode
from taizhang.access.secrecy import KEY_FILE
from taizhang.access.sight import Grant
from taizhang.backup import backup, restore
from taizhang.errors import TaizhangError
from taizhang.workspace import Workspace


def kept() -> list[Any]:
    return [list(model.objects.order_by("pk").values_list()) for model in (Account, AccountGrant, RecoveryCode, ReadRecord)]


def test_accounts_and_the_record_come_back(workspace: Workspace, new_workspace: Callable[..., Workspace], tmp_path: Path) -> None:
    elsewhere = new_workspace("unused", empty=True).database_url
    workspace.activate()
    account = hire(workspace, "zhou", Grant("station", "990128105", ("民政办",)), name="周敏")
    secret = signing.new_secret()
    codes = signing.do_begin_second_factor(account, signing.hidden(account, secret), pyotp.TOTP(secret).now())
    before = kept()
    backup(workspace, tmp_path / "town.zip")
    restored, faults = restore(tmp_path / "town.zip", tmp_path / "new", database=elsewhere)
    assert faults == []
    assert kept() == before
    again = Account.objects.get()
    assert again.check_password(PASSWORD)
    # The key of the authenticators' secrets is in no backup: until it is brought along, only recovery codes let in.
    with pytest.raises(TaizhangError) as caught:
        signing.do_take_code(again, "123456")
    assert caught.value.fault.code == "access.secret_unreadable"
    assert signing.do_take_code(again, codes[0]) == "recovery"
    shutil.copyfile(workspace.path(KEY_FILE), restored.path(KEY_FILE))
    assert signing.revealed(again, again.totp_secret) == secret
    # Numbers go on, and the record is still only added to.
    hire(restored, "yang", Grant("leader", "990128105"))
    assert Account.objects.latest("id").id > again.id  # type: ignore[attr-defined]
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        ReadRecord.objects.all().delete()


def test_a_database_with_accounts_is_not_restored_into(
    workspace: Workspace, new_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    hire(workspace, "zhou")
    backup(workspace, tmp_path / "town.zip")
    other = new_workspace("other")
    hire(other, "somebody")
    if not other.database_url.startswith("postgresql"):
        return  # the restored workspace brings its own file
    with pytest.raises(TaizhangError) as caught:
        restore(tmp_path / "town.zip", tmp_path / "new", database=other.database_url)
    assert caught.value.fault.code == "backup.database_not_empty"
    other.activate()
    assert [a.username for a in Account.objects.all()] == ["somebody"]
