"""What a role may do and what an account holds, in words that the pack gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from taizhang.access.sight import Grant
from taizhang.i18n import N_, _
from taizhang.pack.dictionary import ACCESS
from taizhang.pack.roles import ACTS, LEDGER_ACTS, OWN

if TYPE_CHECKING:
    from taizhang.access.models import Account
    from taizhang.pack.definitions import Pack
    from taizhang.pack.roles import Right, Role, Selector
    from taizhang.workspace import Workspace


_LEVELS = {
    "province": N_("省级"),
    "city": N_("市级"),
    "county": N_("县级"),
    "town": N_("乡镇"),
    "village": N_("村（社区）"),
    "group": N_("村民小组"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """One grant in words; ``role`` is None where the pack no longer has it, so that it allows nothing."""

    grant: Grant
    role: Role | None
    place: str
    rights: tuple[str, ...]


def grants_in_words(account: Account, workspace: Workspace) -> list[Held]:
    """Return what an account holds, closed or not."""
    grants = sorted(account.grants.all(), key=lambda grant: grant.pk)  # type: ignore[attr-defined]
    return [_held(Grant(g.role, g.division, tuple(g.offices.split())), workspace) for g in grants]


def _held(grant: Grant, workspace: Workspace) -> Held:
    role = workspace.pack.roles.get(grant.role)
    node = workspace.divisions.get(grant.division)
    rights = rights_in_words(role, workspace.pack) if role else ()
    return Held(grant, role, node.name if node else grant.division, rights)


def rights_in_words(role: Role, pack: Pack) -> tuple[str, ...]:
    """Return what a role may do, a sentence for each of its rights."""
    told = []
    for right in role.rights:
        functions = [_(title) for act, title in ACTS.items() if act in right.acts and act not in LEDGER_ACTS]
        if functions:
            told.append("、".join(functions))
        if right.acts & LEDGER_ACTS.keys():
            told.append(_ledger_right(right, pack))
    return tuple(told)


def _ledger_right(right: Right, pack: Pack) -> str:
    acts = "、".join(_(title) for act, title in LEDGER_ACTS.items() if act in right.acts)
    return _("{acts}：{ledgers}").format(acts=acts, ledgers=_ledgers(right.ledgers, pack))


def _ledgers(selector: Selector, pack: Pack) -> str:
    parts = []
    if selector.offices:
        offices = "、".join(_("本人所在办公室") if office == OWN else office for office in selector.offices)
        parts.append(_("归口{offices}的").format(offices=offices))
    if selector.access:
        parts.append(_("查阅范围为{access}的").format(access="、".join(_(ACCESS[access]) for access in selector.access)))
    if selector.names:
        parts.append("、".join(pack.ledgers[name].title for name in selector.names if name in pack.ledgers))
        return "".join(parts)
    return "".join(parts) + _("台账") if parts else _("全部台账")


def level_in_words(level: str) -> str:
    """Return the word for a level of divisions."""
    return _(_LEVELS[level])
