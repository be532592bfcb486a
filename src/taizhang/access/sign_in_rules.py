"""How people sign in, as far as the administrator decides it: which roles need a second factor, how long passwords serve, which may come again.

Asked anew each time, so that what is changed on the page holds at once in every process. A role of which nothing was decided follows the
pack, and ``[office] second_factor`` of the workspace's settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from taizhang.access.actions import do_record_read
from taizhang.access.models import SignInRule
from taizhang.clock import SHANGHAI, now, today
from taizhang.errors import TaizhangError
from taizhang.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from taizhang.access.models import Account
    from taizhang.pack.roles import Role
    from taizhang.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which numbers a rule may be set, and what holds where nobody set it."""

    title: str
    least: int
    most: int
    default: int


NUMBERS: Mapping[str, Bounds] = {
    # Passwords serve for ever by default (0), as NIST SP 800-63B has it; who assesses by 等保 expects 90 days.
    "password_days": Bounds(N_("密码最多用多少天"), 30, 730, 0),
    "one_time_hours": Bounds(N_("一次性密码多少小时内有效"), 1, 720, 72),
    "passwords_kept": Bounds(N_("最近几个密码不能再用"), 1, 24, 5),
}
TOLD_DAYS = 14  # before a password ends
_FACTOR = "second_factor:"


@dataclass(frozen=True, slots=True)
class SignInRules:
    """The rules that hold now, the numbers as ``NUMBERS`` describes them."""

    roles: Mapping[str, bool]
    password_days: int = NUMBERS["password_days"].default
    one_time_hours: int = NUMBERS["one_time_hours"].default
    passwords_kept: int = NUMBERS["passwords_kept"].default

    def needs_factor(self, roles: Iterable[Role]) -> bool:
        """Say whether who holds these roles signs in with a second factor."""
        return any(self.roles.get(role.name, False) for role in roles)

    def last_day(self, account: Account) -> date | None:
        """Return the last day on which an account's password serves; None for ever."""
        if not self.password_days:
            return None
        return account.password_set_at.astimezone(SHANGHAI).date() + timedelta(days=self.password_days)

    def password_over(self, account: Account) -> bool:
        """Say whether a password has served its time."""
        last = self.last_day(account)
        return last is not None and today() > last

    def days_left(self, account: Account) -> int | None:
        """Return how many days a password still serves, where that is little enough to be told."""
        last = self.last_day(account)
        left = None if last is None else (last - today()).days
        return left if left is not None and 0 <= left <= TOLD_DAYS else None

    def one_time_until(self, account: Account) -> datetime | None:
        """Return until when the one-time password that somebody gave an account serves; None where its password is its owner's."""
        return account.password_set_at + timedelta(hours=self.one_time_hours) if account.must_change_password else None

    def check_one_time(self, account: Account) -> None:
        """Refuse a one-time password that has served its time; raises ``TaizhangError`` (``access.one_time_over``)."""
        until = self.one_time_until(account)
        if until is not None and now() > until:
            raise TaizhangError("access.one_time_over", hours=self.one_time_hours)


def sign_in_rules(workspace: Workspace) -> SignInRules:
    """Return the rules as they are now."""
    kept = dict(SignInRule.objects.values_list("name", "value"))
    required = workspace.settings.second_factor == "required"
    roles = {}
    for role in workspace.pack.roles.values():
        decided = kept.get(_FACTOR + role.name)
        roles[role.name] = decided == "1" if decided is not None else required and role.second_factor
    return SignInRules(roles, **{name: int(kept.get(name, bounds.default)) for name, bounds in NUMBERS.items()})


def unfit(name: str) -> TaizhangError:
    """Return the failure of a number that a rule cannot be."""
    bounds = NUMBERS[name]
    return TaizhangError("access.rule_unfit", title=_(bounds.title), least=bounds.least, most=bounds.most)


def do_set_sign_in_rules(workspace: Workspace, rules: SignInRules, *, by: str, address: str = "") -> None:
    """Set the rules; what changes is recorded. Raises ``TaizhangError`` (``access.rule_unfit``)."""
    for name, bounds in NUMBERS.items():
        number = getattr(rules, name)
        if number != bounds.default and not bounds.least <= number <= bounds.most:
            raise unfit(name)
    with transaction.atomic():
        before = sign_in_rules(workspace)
        changed = {_FACTOR + name: str(int(needed)) for name, needed in rules.roles.items() if before.roles.get(name, needed) != needed}
        changed |= {name: str(getattr(rules, name)) for name in NUMBERS if getattr(rules, name) != getattr(before, name)}
        for name, value in changed.items():
            SignInRule.objects.update_or_create(name=name, defaults={"value": value})
            do_record_read(by, "sign_in_rules", what=f"{name}={value}", address=address)
