"""Secrets of authenticators lie encrypted, under a key that is not in the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from stat import S_IMODE

import pyotp
import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from support.staff import PASSWORD, hire, signed_in
from taizhang.access import secrecy, signing
from taizhang.access.models import Account, ReadRecord
from taizhang.errors import TaizhangError
from taizhang.workspace import Workspace
from taizhang.workspace.keys import keys_of, replace_keys


def equipped(workspace: Workspace, username: str = "zhou") -> tuple[Account, str]:
    """Make an account with an authenticator; return the secret that the authenticator has."""
    account, secret = hire(workspace, username), signing.new_secret()
    signing.do_begin_second_factor(account, signing.hidden(account, secret), pyotp.TOTP(secret).now())
    return account, secret


def unreadable(account: Account) -> bool:
    try:
        signing.revealed(account, account.totp_secret)
    except TaizhangError as error:
        return error.fault.code == "access.secret_unreadable"
    return False


def test_no_secret_is_in_the_database_while_or_after_it_is_set_up(sqlite_workspace: Workspace) -> None:
    account = hire(sqlite_workspace, "zhou")
    client = signed_in(account)
    page = client.get("/me/second-factor/").content.decode()
    secret = page.split("<code>")[1].split("</code>")[0].replace(" ", "")
    client.post("/me/second-factor/", {"code": "000000", "password": PASSWORD})
    files = list(sqlite_workspace.root.glob("taizhang.db*"))
    assert files
    assert not any(secret.encode() in path.read_bytes() for path in files)
    assert secret not in str(dict(client.session))
    assert client.post("/me/second-factor/", {"code": pyotp.TOTP(secret).now(), "password": PASSWORD}).status_code == 200
    account.refresh_from_db()
    assert account.totp_secret
    assert not any(secret.encode() in path.read_bytes() for path in files)
    assert signing.revealed(account, account.totp_secret) == secret


def test_a_secret_serves_the_account_that_it_is_of(sqlite_workspace: Workspace) -> None:
    (one, _secret), other = equipped(sqlite_workspace), hire(sqlite_workspace, "yang")
    other.totp_secret = one.totp_secret
    assert (unreadable(one), unreadable(other)) == (False, True)


@pytest.mark.parametrize("kept", ["", "JBSWY3DPEHPK3PXP", "aes256gcm:", "aes256gcm:x", "aes256gcm:" + "A" * 80, "aes256gcm:汉"])
def test_what_was_not_encrypted_here_means_nothing(sqlite_workspace: Workspace, kept: str) -> None:
    assert unreadable(Account(username="zhou", totp_secret=kept))


def test_without_the_key_recovery_codes_still_let_in(sqlite_workspace: Workspace) -> None:
    account, secret = hire(sqlite_workspace, "zhou"), signing.new_secret()
    codes = signing.do_begin_second_factor(account, signing.hidden(account, secret), pyotp.TOTP(secret).now())
    sqlite_workspace.path(secrecy.KEY_FILE).unlink()
    with pytest.raises(TaizhangError, match="读不出来"):
        signing.do_take_code(account, pyotp.TOTP(secret).now())
    assert signing.do_take_code(account, codes[0]) == "recovery"


def test_a_new_key_takes_over(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = [equipped(workspace, name) for name in ("zhou", "yang")]
    path = workspace.path(secrecy.KEY_FILE)
    before, kept = path.read_text(encoding="ascii").split(), [account.totp_secret for account, _secret in accounts]
    Account.objects.create(username="lost", name="lost", totp_secret="aes256gcm:AAAA", created_at=accounts[0][0].created_at)

    def killed(path: Path, keys: list[str]) -> None:
        if len(keys) == 1:
            raise KeyboardInterrupt
        write(path, keys)

    write = secrecy.replace_keys
    monkeypatch.setattr(secrecy, "replace_keys", killed)
    with pytest.raises(KeyboardInterrupt):
        secrecy.do_renew_key(by="console:root")
    for account, secret in accounts:  # before and after it was encrypted anew
        assert signing.revealed(account, account.totp_secret) == secret
        account.refresh_from_db()
        assert signing.revealed(account, account.totp_secret) == secret
    monkeypatch.undo()
    assert secrecy.do_renew_key(by="console:root") == 2
    now = path.read_text(encoding="ascii").split()
    assert len(now) == 1
    assert not set(now) & set(before)
    for (account, secret), old in zip(accounts, kept, strict=True):
        account.refresh_from_db()
        assert (account.totp_secret == old, signing.revealed(account, account.totp_secret)) == (False, secret)
        account.totp_secret = old
        assert unreadable(account)
    assert ReadRecord.objects.filter(person="console:root", act="second_factor", rows=2).count() == 2


def test_what_lay_there_as_it_was_is_encrypted_by_the_migration(workspace: Workspace) -> None:
    account, secret = equipped(workspace)
    kept = Account.objects.values_list("totp_secret", flat=True)
    MigrationExecutor(connection).migrate([("access", "0002_read_record_append_only")])
    assert kept.get() == secret
    MigrationExecutor(connection).migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    assert secret not in kept.get()
    assert signing.revealed(account, kept.get()) == secret


def test_many_processes_make_one_key(tmp_path: Path) -> None:
    made = iter(f"key{n}" for n in range(8))
    with ThreadPoolExecutor(8) as pool:
        found = {tuple(keys) for keys in pool.map(lambda _n: keys_of(tmp_path / "key", lambda: next(made)), range(8))}
    assert len(found) == 1
    assert len(found.pop()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_of_several_keys_the_first_signs_and_all_are_taken(tmp_path: Path) -> None:
    from django.core.signing import BadSignature, Signer

    from taizhang.serving.configuration import _settings

    replace_keys(tmp_path / "key", ["new", "old"])
    made = _settings(keys_of(tmp_path / "key", lambda: "another"), False, [])
    assert (made["SECRET_KEY"], made["SECRET_KEY_FALLBACKS"]) == ("new", ["old"])
    signer = Signer(key=made["SECRET_KEY"], fallback_keys=made["SECRET_KEY_FALLBACKS"])
    assert signer.unsign(Signer(key="old").sign("x")) == "x"
    with pytest.raises(BadSignature):
        signer.unsign(Signer(key="gone").sign("x"))
