"""What one person may see and do: made once from what the account holds, and asked by whatever leaves the system."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from taizhang.errors import TaizhangError
from taizhang.i18n import _
from taizhang.masking import is_personal, mask_value
from taizhang.pack.roles import ACTS, LEDGER_ACTS
from taizhang.warehouse.columns import literal

if TYPE_CHECKING:
    from taizhang.pack.definitions import Field, Ledger, Pack
    from taizhang.pack.divisions import DivisionTree
    from taizhang.pack.roles import Role

Withholder = Callable[["Sight", str], frozenset[str]]
_withholders: list[Withholder] = []


def withhold_by(withholder: Withholder) -> None:
    """Let a part above say which entries of a ledger are kept from a person whatever her role: of what is found about herself, say."""
    if withholder not in _withholders:
        _withholders.append(withholder)


def refusal(act: str, thing: str = "") -> TaizhangError:
    """Return ``access.refused`` for an act, on a ledger or whatever else is named, in the reader's language."""
    return TaizhangError("access.refused", act=_(ACTS[act]), ledger=thing)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody holds: posted to a division, working for offices."""

    role: str
    division: str
    offices: tuple[str, ...] = ()


class Sight:
    """Rights of one account over the ledgers of a pack, by act and division; nothing is allowed that no grant allows."""

    def __init__(
        self,
        pack: Pack,
        divisions: DivisionTree,
        person: str,
        grants: Iterable[Grant],
        acts: frozenset[str] | None = None,
        token: int | None = None,
    ) -> None:
        self.pack = pack
        self.divisions = divisions
        self.person = person
        self.grants = tuple(g for g in grants if g.role in pack.roles)
        self.acts = acts  # None: whatever the roles allow
        self.token = token  # the number of the token that narrows it so
        self._withheld: dict[str, frozenset[str]] = {}

    def narrowed(self, acts: Iterable[str], token: int) -> Sight:
        """Return the same sight for some acts only, as a token of the API (by its number) has it: it never allows more than this one."""
        wanted = frozenset(acts)
        kept = wanted if self.acts is None else wanted & self.acts
        return Sight(self.pack, self.divisions, self.person, self.grants, kept, token)

    def holds(self, grants: Iterable[Grant]) -> bool:
        """Say whether all of some grants are held here, each for the same offices or more."""
        own = {(g.role, g.division): {"", *g.offices} for g in self.grants}
        return all({"", *g.offices} <= own.get((g.role, g.division), set()) for g in grants)

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """The roles held, each once."""
        return tuple(dict.fromkeys(self.pack.roles[g.role] for g in self.grants))

    def may(self, act: str, ledger: Ledger | str | None = None, division: str | None = None) -> bool:
        """Say whether an act is allowed: a function, or something with a ledger, anywhere or with a row of a division."""
        if act in LEDGER_ACTS:
            return ledger is not None and self._reaches(self.places(act, ledger), division)
        return any(self._allows(g, act, None) for g in self.grants)

    def check(self, act: str, ledger: Ledger | str | None = None, division: str | None = None) -> None:
        """Refuse what is not allowed; raises ``TaizhangError`` (``access.refused``, ``ledger.not_by_people``)."""
        if self.may(act, ledger, division):
            return
        asked = self._ledger(ledger) if ledger is not None else None
        if asked and not asked.takes(act):
            raise TaizhangError("ledger.not_by_people", ledger=asked.title)
        raise refusal(act, asked.title if asked else "")

    def ledgers(self, act: str = "read") -> list[Ledger]:
        """Return the ledgers with which an act is allowed somewhere, in the order of the pack."""
        return [ledger for ledger in self.pack.ledgers.values() if self.places(act, ledger)]

    def places(self, act: str, ledger: Ledger | str) -> tuple[str, ...]:
        """Return the codes with which the divisions of the rows begin with which an act is allowed; none is no row at all."""
        asked = self._ledger(ledger)
        posts = {g.division for g in self.grants if self._allows(g, act, asked)}
        return _widest(code for post in posts for code in covered(self.divisions, post))

    def condition(self, act: str, ledger: Ledger | str, column: str = "_division", entry: str = "_entry") -> str:
        """Return the SQL condition (any engine's dialect) of the rows with which an act is allowed; ``false`` where there are none."""
        places = self.places(act, ledger)
        if not places:
            return "1 = 0"
        reached = " OR ".join(f"{column} LIKE {literal(code + '%')}" for code in places)
        kept = sorted(self.withheld(ledger))
        return f"({reached}) AND {entry} NOT IN ({', '.join(map(literal, kept))})" if kept else reached

    def withheld(self, ledger: Ledger | str) -> frozenset[str]:
        """Return the entries of a ledger that are kept from this person whatever her role."""
        name = self._ledger(ledger).name
        if name not in self._withheld:
            self._withheld[name] = frozenset[str]().union(*(withholder(self, name) for withholder in _withholders))
        return self._withheld[name]

    def sees(self, ledger: Ledger | str, division: str | None) -> bool:
        """Say whether a row of a division is visible."""
        return self.may("read", ledger, division or "")

    def home(self, act: str = "figures") -> list[str]:
        """Return the divisions to which the roles that allow an act are posted."""
        posts = (g.division for g in self.grants if act in LEDGER_ACTS or self._allows(g, act, None))
        return list(_widest(posts))

    def covers(self, division: str, act: str = "figures") -> bool:
        """Say whether a division lies in or under one for which an act is allowed."""
        return any(division.startswith(code) for post in self.home(act) for code in covered(self.divisions, post))

    def shown(self, ledger: Ledger | str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row's values with the personal ones masked."""
        fields = self._ledger(ledger).fields
        return {name: mask_value(meant(self.pack, fields[name]), value) if name in fields else value for name, value in values.items()}

    def _allows(self, grant: Grant, act: str, ledger: Ledger | None) -> bool:
        return (self.acts is None or act in self.acts) and self.pack.roles[grant.role].may(act, ledger, grant.offices)

    def _reaches(self, places: tuple[str, ...], division: str | None) -> bool:
        return bool(places) if division is None else any(division.startswith(code) for code in places)

    def _ledger(self, ledger: Ledger | str) -> Ledger:
        if not isinstance(ledger, str):
            return ledger
        if ledger not in self.pack.ledgers:
            raise TaizhangError("definition.unknown_ledger", name=ledger)
        return self.pack.ledgers[ledger]


def covered(divisions: DivisionTree, post: str) -> tuple[str, ...]:
    """Return the codes whose rows belong to a division: its own, and those of divisions that were merged into it."""
    return _covered(divisions, post)


@lru_cache(maxsize=4096)
def _covered(divisions: DivisionTree, post: str) -> tuple[str, ...]:
    codes = [post]
    for code in codes:
        codes += [d.code for d in divisions if d.successor == code and d.code not in codes]
    return tuple(codes)


def meant(pack: Pack, field: Field) -> Field:
    """Return the field whose value a field repeats: a reference shows the key of the ledger it points to."""
    while field.type == "reference" and not is_personal(field):
        target = pack.ledgers.get(field.to or "")
        if target is None or len(target.key) != 1:
            break
        field = target.fields[target.key[0]]
    return field


def _widest(codes: Iterable[str]) -> tuple[str, ...]:
    """Return codes without those that lie under another one."""

    def kept() -> Iterator[str]:
        last: str | None = None
        for code in sorted(set(codes)):
            if last is None or not code.startswith(last):
                last = code
                yield code

    return tuple(kept())
