"""Accounts, grants and the record of reads. Each action checks and commits in one transaction.

With ``signing`` (the second factor, sessions, lockouts), ``sign_in_rules`` and ``tokens`` the only writer of access.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password
from django.db import transaction

from taizhang.access.models import Account, AccountGrant, ReadRecord, UsedPassword
from taizhang.access.passwords import check_password_rules, one_time_password
from taizhang.access.sight import Grant
from taizhang.clock import now, today
from taizhang.errors import TaizhangError

if TYPE_CHECKING:
    from taizhang.access.sign_in_rules import SignInRules
    from taizhang.pack.definitions import Pack
    from taizhang.pack.divisions import DivisionTree

_USERNAME = re.compile(r"[\w.@-]{2,32}")


def normal_username(text: str) -> str:
    """Return a username as it is kept: nobody may come in twice, nor be locked out apart, by writing it another way.

    >>> normal_username(" Ｚhang.San ")
    'zhang.san'
    """
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _id_number(text: str) -> str:
    """Return an identity number as ledgers keep it; one that is none would keep nobody from findings about herself.

    Raises ``TaizhangError`` (``access.id_number_unfit``).
    """
    from taizhang.pack.definitions import Field
    from taizhang.pack.fieldtypes import Context, read_value

    found = read_value(Field("id_number", "", "id_number"), text, Context(None, today()))
    if found.faults or (found.value is None and text.strip()):
        raise TaizhangError("access.id_number_unfit", problem=" ".join(fault.message for fault in found.faults))
    return found.value or ""


def do_make_account(
    username: str, name: str, password: str, *, by: str, id_number: str = "", must_change_password: bool = True, checked: bool = True
) -> Account:
    """Make an account that holds no role yet.

    ``checked=False`` skips the rules for passwords and identity numbers (demonstration accounts). Raises ``TaizhangError``
    (``access.username_unfit``, ``access.name_missing``, ``access.id_number_unfit``, ``access.account_exists``, ``access.password_weak``).
    """
    username, name = normal_username(username), name.strip()
    if not _USERNAME.fullmatch(username):
        raise TaizhangError("access.username_unfit", name=username)
    if not name:
        raise TaizhangError("access.name_missing")
    id_number = _id_number(id_number) if checked else id_number.strip()
    with transaction.atomic():
        if Account.objects.filter(username=username).exists():
            raise TaizhangError("access.account_exists", name=username)
        account = Account(
            username=username, name=name[:64], id_number=id_number, must_change_password=must_change_password, created_at=now()
        )
        if checked:
            check_password_rules(password, account)
        account.set_password(password)
        account.save()
        do_record_read(by, "account", what=f"+ {username}")
    return account


def do_describe_account(account: Account, name: str, id_number: str, *, by: str) -> None:
    """Correct who an account belongs to. Raises ``TaizhangError`` (``access.name_missing``, ``access.id_number_unfit``)."""
    if not name.strip():
        raise TaizhangError("access.name_missing")
    number = _id_number(id_number)
    with transaction.atomic():
        account.name, account.id_number = name.strip()[:64], number
        account.save(update_fields=["name", "id_number"])
        do_record_read(by, "account", what=f"{account.username}: {account.name}")


def do_close_account(account: Account, *, by: str, pack: Pack) -> None:
    """Close an account: nobody signs in with it any more, what it has open ends; what it did stays under its name.

    Raises ``TaizhangError`` (``access.own_account``, ``access.last_administrator``).
    """
    from taizhang.access.signing import do_close_sessions

    _not_own(account, by)
    with transaction.atomic():
        account.is_active = False
        account.save(update_fields=["is_active"])
        _check_administrators(pack)
        account.tokens.filter(ended_at=None).update(ended_at=now())  # type: ignore[attr-defined]
        do_close_sessions(account)
        do_record_read(by, "account", what=f"{account.username}: closed")


def do_open_account(account: Account, *, by: str) -> None:
    """Open a closed account again, with the roles that it held."""
    with transaction.atomic():
        account.is_active = True
        account.save(update_fields=["is_active"])
        do_record_read(by, "account", what=f"{account.username}: opened")


def do_reset_password(account: Account, *, by: str) -> str:
    """Give an account a new one-time password and return it: it is shown once and has to be changed at sign-in; sessions end."""
    from taizhang.access.signing import do_close_sessions

    password = one_time_password()
    with transaction.atomic():
        _replace_password(account, password, one_time=True)
        do_close_sessions(account)
        do_record_read(by, "password", what=f"{account.username}: reset")
    return password


def do_change_password(account: Account, old: str, new: str, rules: SignInRules, *, address: str = "") -> None:
    """Change one's own password; the other sessions end (the caller keeps the one at hand).

    Raises ``TaizhangError`` (``access.password_wrong``, ``access.password_same``, ``access.password_weak``, ``access.password_used``).
    """
    if not account.check_password(old):
        raise TaizhangError("access.password_wrong")
    if old == new:
        raise TaizhangError("access.password_same")
    check_password_rules(new, account)
    earlier = account.used_passwords.order_by("-id")  # type: ignore[attr-defined]
    own = 0 if account.must_change_password else 1  # the present one is the last of those that count, unless somebody gave it
    if any(check_password(new, used.hash) for used in earlier[: rules.passwords_kept - own]):
        raise TaizhangError("access.password_used", count=rules.passwords_kept)
    with transaction.atomic():
        _replace_password(account, new, one_time=False)
        earlier.exclude(pk__in=list(earlier.values_list("pk", flat=True)[: rules.passwords_kept])).delete()
        do_record_read(account.username, "password", what="changed", address=address)


def _replace_password(account: Account, password: str, *, one_time: bool) -> None:
    if not account.must_change_password:
        UsedPassword.objects.create(account=account, hash=account.password)
    account.set_password(password)
    account.must_change_password, account.password_set_at = one_time, now()
    account.save(update_fields=["password", "must_change_password", "password_set_at"])


def do_grant(account: Account, grant: Grant, *, by: str, pack: Pack, divisions: DivisionTree) -> None:
    """Give an account a role at a division.

    Raises ``TaizhangError`` (``access.own_account``, ``access.role_unknown``, ``access.division_unfit``).
    """
    from taizhang.access.words import level_in_words
    from taizhang.pack.divisions import LEVELS

    _not_own(account, by)
    role = pack.roles.get(grant.role)
    if role is None:
        raise TaizhangError("access.role_unknown", name=grant.role)
    if grant.division not in divisions or LEVELS[len(grant.division)] != role.posted:
        raise TaizhangError("access.division_unfit", role=role.title, level=level_in_words(role.posted), division=grant.division)
    offices = " ".join(dict.fromkeys(grant.offices))
    with transaction.atomic():
        AccountGrant.objects.update_or_create(
            account=account,
            role=grant.role,
            division=grant.division,
            defaults={"offices": offices, "granted_by": by, "granted_at": now()},
        )
        do_record_read(by, "account", what=f"{account.username} + {grant.role} {grant.division} {offices}".rstrip())


def do_end_grant(account: Account, grant: Grant, *, by: str, pack: Pack) -> None:
    """Take a role away from an account. Raises ``TaizhangError`` (``access.own_account``, ``access.last_administrator``)."""
    _not_own(account, by)
    with transaction.atomic():
        AccountGrant.objects.filter(account=account, role=grant.role, division=grant.division).delete()
        _check_administrators(pack)
        do_record_read(by, "account", what=f"{account.username} - {grant.role} {grant.division}")


def _not_own(account: Account, by: str) -> None:
    # Who hands out rights gives none to herself: the record of reads would otherwise be all that stands in the way.
    if account.username == by:
        raise TaizhangError("access.own_account")


def administrators(pack: Pack) -> list[Account]:
    """Return the open accounts that hold a role which manages accounts."""
    roles = [role.name for role in pack.roles.values() if role.may("administer", None, ())]
    return list(Account.objects.filter(is_active=True, grants__role__in=roles).distinct().order_by("id"))


def _check_administrators(pack: Pack) -> None:
    # Two administrators who take each other's role away at the same moment wait for each other here.
    list(Account.objects.select_for_update().filter(is_active=True).values_list("id", flat=True))
    if not administrators(pack):
        raise TaizhangError("access.last_administrator")


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
