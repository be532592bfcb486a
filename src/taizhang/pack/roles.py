"""Roles: who may do what with which ledgers, as data of the pack. Who holds a role, and where, is kept by ``access``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

from taizhang.errors import Fault
from taizhang.i18n import N_
from taizhang.pack.definitions import Access, Ledger, Pack, Place
from taizhang.pack.divisions import LEVELS, Level
from taizhang.pack.schema import ANY_NAME, ANY_TITLE, closed, text
from taizhang.pack.yaml_lines import Node

LedgerAct = Literal["read", "write", "accept", "export", "unmask"]
Function = Literal["figures", "report", "audit", "compare", "handle", "define", "administer", "oversee", "interface"]
Act = LedgerAct | Function
LEDGER_ACTS: Mapping[str, str] = {
    "read": N_("查看"),
    "write": N_("填报"),
    "accept": N_("审核"),
    "export": N_("导出"),
    "unmask": N_("查看个人信息原文"),
}
FUNCTIONS: Mapping[str, str] = {
    "figures": N_("查看指标数字"),
    "report": N_("编写报告"),
    "audit": N_("审核文稿"),
    "compare": N_("查看和运行比对"),
    "handle": N_("办理线索"),
    "define": N_("定义台账"),
    "administer": N_("管理账号"),
    "oversee": N_("查看查阅记录"),
    "interface": N_("使用数据接口"),
}
ACTS: Mapping[str, str] = {**LEDGER_ACTS, **FUNCTIONS}
OWN = "own"


@dataclass(frozen=True, slots=True)
class Selector:
    """Which ledgers a right is about: whatever is given must hold; nothing given means all."""

    access: tuple[Access, ...] = ()
    offices: tuple[str, ...] = ()  # "own" is the offices that the person works for
    names: tuple[str, ...] = ()

    def picks(self, ledger: Ledger, own: tuple[str, ...]) -> bool:
        """Say whether a ledger is meant, for a person of the offices ``own``."""
        if self.access and ledger.access not in self.access:
            return False
        if self.names and ledger.name not in self.names:
            return False
        return not self.offices or ledger.office in self.offices or (OWN in self.offices and ledger.office in own)


@dataclass(frozen=True, slots=True)
class Right:
    """What may be done with which ledgers; functions concern no ledger."""

    acts: frozenset[str]
    ledgers: Selector = Selector()


@dataclass(frozen=True, slots=True)
class RoleExample:
    """A question to a role and its answer; ``offices`` are those of the person."""

    act: str
    may: bool
    posted: str
    ledger: str | None = None
    division: str | None = None
    offices: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A role: the level of the division to which its holder is posted, and the rights there and below."""

    name: str
    title: str
    posted: Level
    rights: tuple[Right, ...]
    about: str = ""
    second_factor: bool = False  # sees personal data of a whole town: signs in with a second factor
    examples: tuple[RoleExample, ...] = ()
    place: Place | None = field(default=None, compare=False)

    def may(self, act: str, ledger: Ledger | None, own: tuple[str, ...]) -> bool:
        """Say whether the role allows an act, with a ledger where the act is about one."""
        if ledger is not None and not ledger.takes(act):
            return False
        return any(act in right.acts and (ledger is None or right.ledgers.picks(ledger, own)) for right in self.rights)


def role_schema() -> dict[str, Any]:
    """Return the schema of a role."""
    words = {"type": "array", "items": text(), "minItems": 1}
    selector = closed(
        [],
        {
            "access": {
                "type": "array",
                "items": {"type": "string", "enum": list(get_args(Access))},
                "minItems": 1,
                "description": "台账的查阅范围",
            },
            "offices": {**words, "description": "归口办公室；own为本人所在办公室"},
            "names": {"type": "array", "items": ANY_NAME, "minItems": 1, "description": "台账名称"},
        },
        description="哪些台账；写了几项就须同时符合，不写为全部",
    )
    right = closed(
        ["do"],
        {
            "do": {"type": "array", "items": {"type": "string", "enum": list(ACTS)}, "minItems": 1, "description": "可做的事"},
            "ledgers": selector,
        },
    )
    example = closed(
        ["do", "may", "posted"],
        {
            "do": {"type": "string", "enum": list(ACTS)},
            "may": {"type": "boolean", "description": "答案：可以或不可以"},
            "posted": text("任职的行政单元代码"),
            "ledger": ANY_NAME,
            "division": text("记录所在行政单元代码"),
            "offices": words,
        },
    )
    return closed(
        ["role", "title", "posted", "rights", "examples"],
        {
            "role": ANY_NAME,
            "title": ANY_TITLE,
            "about": text("这个角色做什么"),
            "posted": {"type": "string", "enum": list(LEVELS.values()), "description": "任职于哪一级行政单元；权限及于该单元及以下"},
            "second_factor": {"type": "boolean", "description": "登录须用动态验证码"},
            "rights": {"type": "array", "items": right, "minItems": 1, "description": "权限，逐条相加"},
            "examples": {"type": "array", "items": example, "minItems": 2, "description": "一问一答：可以的和不可以的"},
        },
    )


def build_role(node: Node, file: str, faults: list[Fault]) -> Role:
    """Build a role from its checked node."""
    d = node.plain()
    return Role(
        name=d["role"],
        title=d["title"],
        posted=cast(Level, d["posted"]),
        rights=tuple(Right(frozenset(r["do"]), _selector(r.get("ledgers", {}))) for r in d["rights"]),
        about=d.get("about", ""),
        second_factor=d.get("second_factor", False),
        examples=tuple(_example(n, file) for n in node.data["examples"].data),
        place=Place(file, node.line, {key: value.line for key, value in node.data.items()}),
    )


def _selector(d: Mapping[str, Any]) -> Selector:
    return Selector(*(tuple(d.get(key, ())) for key in ("access", "offices", "names")))


def _example(node: Node, file: str) -> RoleExample:
    d = node.plain()
    return RoleExample(
        d["do"], d["may"], str(d["posted"]), d.get("ledger"), d.get("division"), tuple(d.get("offices", ())), Place(file, node.line)
    )


def role_faults(pack: Pack) -> Iterator[Fault]:
    """Yield what is wrong between roles and ledgers: a name or an office that no ledger has, an example about nothing."""
    offices = {ledger.office for ledger in pack.ledgers.values()} | {OWN}
    for role in pack.roles.values():
        where = role.place.file if role.place else None
        for right in role.rights:
            for name in (*right.ledgers.names, *(n for n in right.ledgers.offices if n not in offices)):
                if name not in pack.ledgers:
                    yield Fault(
                        "definition.unknown_ledger",
                        {"name": name},
                        file=where,
                        row=role.place.line if role.place else None,
                        column="rights",
                    )
        for example in role.examples:
            known = example.ledger is None or example.ledger in pack.ledgers
            if not known or (example.act in LEDGER_ACTS) != (example.ledger is not None):
                line = example.place.line if example.place else None
                yield Fault("definition.unknown_ledger", {"name": example.ledger or "—"}, file=where, row=line, column="examples")
