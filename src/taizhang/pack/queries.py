"""All queries of a pack, each parsed when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from taizhang.errors import Fault, Refusal
from taizhang.pack.definitions import Ledger, Pack, Parameter, Rule, View
from taizhang.pack.query import DIVISION, Query, Step, parse_query


class Queries:
    """Views and rules of a pack as checked queries."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._views: dict[str, Query] = {}
        self._broken: dict[str, Refusal] = {}
        self._rules: dict[str, Query] = {}
        self._way: list[str] = []

    @property
    def ledgers(self) -> Mapping[str, Ledger]:
        """Ledgers by name."""
        return self.pack.ledgers

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Parameters by name."""
        return self.pack.parameters

    @property
    def view_names(self) -> Sequence[str]:
        """Names of the views."""
        return list(self.pack.views)

    def view_answer(self, name: str) -> Step:
        """Return the last step of a view."""
        return self.view(name).answer

    def view(self, name: str) -> Query:
        """Return a view's query.

        Raises ``Refusal`` when it, or a view that it reads, has faults; the faults are those of the first that is broken.
        """
        if name in self._views:
            return self._views[name]
        if name in self._broken:
            raise self._broken[name]
        view = self.pack.views[name]
        if name in self._way:
            raise Refusal([_circular(view, [*self._way[self._way.index(name) :], name])])
        self._way.append(name)
        try:
            self._views[name] = parse_query(view.steps, self, name)
        except Refusal as refusal:
            self._broken[name] = refusal
            raise
        finally:
            self._way.pop()
        return self._views[name]

    def rule(self, rule: Rule) -> Query:
        """Return a rule's query.

        Raises ``Refusal`` when it, or a view that it reads, has faults.
        """
        if rule.name not in self._rules:
            self._rules[rule.name] = parse_query(rule.steps, self, rule.name)
        return self._rules[rule.name]

    def ledgers_of(self, query: Query) -> frozenset[str]:
        """Return the ledgers that a query reads, through views too."""
        found: set[str] = set()
        for source in query.sources - {DIVISION}:
            found |= {source} if source in self.ledgers else self.ledgers_of(self.view(source))
        return frozenset(found)


def _circular(view: View, way: Sequence[str]) -> Fault:
    place = view.place
    fault = Fault("query.circular", {"name": view.name, "way": " → ".join(way)})
    return fault.at(file=place.file, row=place.line, column="view", value=view.name) if place else fault


class _ById:
    """A pack by identity, so that a cache can hold what is read from it."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and self.pack is other.pack

    def __hash__(self) -> int:
        return id(self.pack)


def queries_of(pack: Pack) -> Queries:
    """Return the queries of a pack, the same ones for the same pack."""
    return _made(_ById(pack))


@lru_cache(maxsize=8)
def _made(key: _ById) -> Queries:
    return Queries(key.pack)
