"""How people sign in, as far as the administrator decides it: which roles need a second factor, and how long a password serves.

Asked anew each time, so that what is changed on the page holds at once in every process. A role of which nothing was decided follows the
pack, and ``[office] second_factor`` of the workspace's settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from taizhang.access.actions import do_record_read
from taizhang.access.models import SignInRule
from taizhang.clock import SHANGHAI, today
from taizhang.errors import TaizhangError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from taizhang.access.models import Account
    from taizhang.pack.roles import Role
    from taizhang.workspace import Workspace

DAYS = (30, 730)  # what may be asked; none by default, as NIST SP 800-63B has it; who assesses by 等保 expects 90
TOLD_DAYS = 14  # before a password ends
_FACTOR, _DAYS = "second_factor:", "password_days"


@dataclass(frozen=True, slots=True)
class SignInRules:
    """The rules that hold now; ``password_days`` is 0 for passwords that serve for ever."""

    roles: Mapping[str, bool]
    password_days: int

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


def sign_in_rules(workspace: Workspace) -> SignInRules:
    """Return the rules as they are now."""
    kept = dict(SignInRule.objects.values_list("name", "value"))
    required = workspace.settings.second_factor == "required"
    roles = {}
    for role in workspace.pack.roles.values():
        decided = kept.get(_FACTOR + role.name)
        roles[role.name] = decided == "1" if decided is not None else required and role.second_factor
    return SignInRules(roles, int(kept.get(_DAYS, "0")))


def do_set_sign_in_rules(workspace: Workspace, rules: SignInRules, *, by: str, address: str = "") -> None:
    """Set the rules; what changes is recorded. Raises ``TaizhangError`` (``access.password_days_unfit``)."""
    if rules.password_days and not DAYS[0] <= rules.password_days <= DAYS[1]:
        raise TaizhangError("access.password_days_unfit", least=DAYS[0], most=DAYS[1])
    with transaction.atomic():
        before = sign_in_rules(workspace)
        changed = {_FACTOR + name: str(int(needed)) for name, needed in rules.roles.items() if before.roles.get(name, needed) != needed}
        if rules.password_days != before.password_days:
            changed[_DAYS] = str(rules.password_days)
        for name, value in changed.items():
            SignInRule.objects.update_or_create(name=name, defaults={"value": value})
            do_record_read(by, "sign_in_rules", what=f"{name}={value}", address=address)
