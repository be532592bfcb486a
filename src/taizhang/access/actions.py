"""The only writer of accounts, grants and the record of reads. Each action checks and commits in one transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from taizhang.access.models import Account, AccountGrant, ReadRecord
from taizhang.access.sight import Grant
from taizhang.clock import now
from taizhang.errors import TaizhangError
from taizhang.pack.definitions import Pack
from taizhang.pack.divisions import DivisionTree


def do_make_account(
    username: str, name: str, password: str, *, by: str, id_number: str = "", must_change_password: bool = True, checked: bool = True
) -> Account:
    """Make an account that holds no role yet.

    ``checked=False`` skips the rules for passwords (demonstration accounts).
    Raises ``TaizhangError`` (``access.account_exists``, ``access.password_weak``).
    """
    with transaction.atomic():
        if Account.objects.filter(username=username).exists():
            raise TaizhangError("access.account_exists", name=username)
        account = Account(username=username, name=name, id_number=id_number, must_change_password=must_change_password, created_at=now())
        if checked:
            check_password_rules(password, account)
        account.set_password(password)
        account.save()
        do_record_read(by, "account", what=f"+ {username}")
    return account


def check_password_rules(password: str, account: Account) -> None:
    """Refuse a password that the rules do not allow; raises ``TaizhangError`` (``access.password_weak``)."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise TaizhangError("access.password_weak", problem=" ".join(error.messages)) from error


def do_grant(account: Account, grant: Grant, *, by: str, pack: Pack, divisions: DivisionTree) -> None:
    """Give an account a role at a division.

    Raises ``TaizhangError`` (``access.role_unknown``, ``access.division_unfit``).
    """
    from taizhang.pack.divisions import LEVELS

    role = pack.roles.get(grant.role)
    if role is None:
        raise TaizhangError("access.role_unknown", name=grant.role)
    if grant.division not in divisions or LEVELS[len(grant.division)] != role.posted:
        raise TaizhangError("access.division_unfit", role=role.title, level=role.posted, division=grant.division)
    with transaction.atomic():
        AccountGrant.objects.update_or_create(
            account=account,
            role=grant.role,
            division=grant.division,
            defaults={"offices": " ".join(grant.offices), "granted_by": by, "granted_at": now()},
        )
        do_record_read(by, "account", what=f"{account.username} + {grant.role} {grant.division} {' '.join(grant.offices)}".rstrip())


def do_end_grant(account: Account, grant: Grant, *, by: str) -> None:
    """Take a role away from an account."""
    with transaction.atomic():
        AccountGrant.objects.filter(account=account, role=grant.role, division=grant.division).delete()
        do_record_read(by, "account", what=f"{account.username} - {grant.role} {grant.division}")


def grants_of(account: Account) -> list[Grant]:
    """Return what an account holds; nothing for one that was closed."""
    if not account.is_active:
        return []
    return [Grant(g.role, g.division, tuple(g.offices.split())) for g in account.grants.order_by("id")]  # type: ignore[attr-defined]


def do_record_read(person: str, act: str, *, ledger: str = "", what: str = "", purpose: str = "", rows: int = 0, address: str = "") -> None:
    """Append to the record of reads."""
    ReadRecord.objects.create(at=now(), person=person, act=act, ledger=ledger, what=what, purpose=purpose, rows=rows, address=address)


def do_unmask(person: str, purpose: str, ledger: str, entries: Iterable[str], *, address: str = "") -> None:
    """Record that somebody sees personal data unmasked, before it is shown.

    Raises ``TaizhangError`` (``access.purpose_missing``).
    """
    if not purpose.strip():
        raise TaizhangError("access.purpose_missing")
    listed = list(entries)
    do_record_read(person, "unmask", ledger=ledger, what="、".join(listed[:20]), purpose=purpose.strip(), rows=len(listed), address=address)
