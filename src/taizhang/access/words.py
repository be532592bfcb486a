"""What a role may do and what an account holds, in words that the pack gives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taizhang.access.sight import Grant
from taizhang.access.sign_in_rules import NUMBERS
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


_DONE = {
    "closed": N_("停用账号{name}"),
    "opened": N_("恢复账号{name}"),
    "lockout lifted": N_("解除{name}的锁定"),
    "reset": N_("重置{name}的密码"),
    "ended": N_("{name}：结束"),
    "changed": N_("改了自己的密码"),
    "begun": N_("启用"),
    "new key": N_("更换密钥，重新加密"),
    "recovery codes": N_("换一批恢复码"),
    "recovery code used": N_("用了一个恢复码"),
}
_GRANTED = re.compile(r"(\S+) ([+-]) (\w+) (\d+) ?(.*)")


def change_in_words(what: str, workspace: Workspace) -> str:
    """Return what a record says of a change of an account, in words; anything else as it stands.

    Records keep codes: words change with the pack and the language, what was done does not.
    """
    name, _colon, done = what.rpartition(": ")
    if done in _DONE:
        return _(_DONE[done]).format(name=name)
    if what.startswith("+ ") and " " not in what[2:]:
        return _("新建账号{name}").format(name=what[2:])
    if what.startswith("second_factor:"):
        role, _equal, needed = what.partition(":")[2].partition("=")
        title = workspace.pack.roles[role].title if role in workspace.pack.roles else role
        return (_("“{role}”登录须用动态验证码") if needed == "1" else _("“{role}”登录不须用动态验证码")).format(role=title)
    rule, _equal, number = what.partition("=")
    if rule in NUMBERS:
        return _("{rule}：{number}").format(rule=_(NUMBERS[rule].title), number=number if number != "0" else _("不限"))
    granted = _GRANTED.fullmatch(what)
    if not granted:
        return what
    name, sign, role, division, offices = granted.groups()
    node, known = workspace.divisions.get(division), workspace.pack.roles.get(role)
    held = f"{known.title if known else role}（{node.name if node else division}）{offices.replace(' ', '、')}"
    told = _("给{name}加角色：{role}") if sign == "+" else _("取消{name}的角色：{role}")
    return told.format(name=name, role=held)


_BROWSERS = (("MicroMessenger/", "微信"), ("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_in_words(agent: str) -> str:
    """Return the browser and the system that a browser says it is, in short.

    >>> browser_in_words("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36")
    'Chrome 126 · Windows'
    """
    found = []
    for mark, title in _BROWSERS:
        version = re.search(re.escape(mark) + r"(\d+)", agent)
        if version:
            found.append(f"{title} {version[1]}")
            break
    found += [title for mark, title in _SYSTEMS if mark in agent][:1]
    return " · ".join(found) or agent[:60] or "—"
