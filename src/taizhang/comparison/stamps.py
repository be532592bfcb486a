"""What tells a rule of one day from itself at another: its text, those of the views that it reads, the values that parameters have."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from taizhang import __version__
from taizhang.comparison.findings import compact, plain
from taizhang.pack.definitions import Pack, Rule
from taizhang.pack.divisions import DivisionTree
from taizhang.pack.queries import Queries, queries_of

_VALUE_ON = re.compile(r"value_on\s*\(\s*'(\w+)'")
_NAMED = re.compile(r"(?<!:):(\w+)")
_SOURCE = re.compile(r"\b(?:from|join)\s+(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a rule is at one run: ``version`` its text, ``query`` what is asked of the ledgers, parameters and day filled in."""

    rule: Rule
    version: str
    query: str
    parameters: str
    ledgers: frozenset[str]


def stamps(pack: Pack, rules: Iterable[Rule], as_of: date, divisions: DivisionTree) -> dict[str, Stamp]:
    """Return the stamps of rules for a day, from their texts alone: to parse every rule takes longer than to run the few that changed."""
    known = _TEXTS.setdefault(queries_of(pack), {})
    found = {}
    for rule in rules:
        if rule.name not in known:
            known[rule.name] = _text(pack, rule)
        found[rule.name] = _stamp(pack, rule, known[rule.name], as_of, divisions.fingerprint)
    return found


@dataclass(frozen=True, slots=True)
class _Text:
    """What the texts of a rule and of the views that it reads say, whatever the day."""

    version: str
    ledgers: frozenset[str]
    parameters: tuple[str, ...]
    dated: tuple[str, ...]  # parameters of which every value counts
    of_the_day: bool


_TEXTS: WeakKeyDictionary[Queries, dict[str, _Text]] = WeakKeyDictionary()


def _text(pack: Pack, rule: Rule) -> _Text:
    texts = [step.text for step in rule.steps]
    views = dict[str, None]()
    waiting = [name for text in texts for name in _SOURCE.findall(text)]
    ledgers = {name for name in waiting if name in pack.ledgers}
    while waiting:
        name = waiting.pop()
        if name in pack.views and name not in views:
            views[name] = None
            read = [source for step in pack.views[name].steps for source in _SOURCE.findall(step.text)]
            ledgers |= {source for source in read if source in pack.ledgers}
            waiting += read
    texts += [f"{name}: {step.name}: {step.text}" for name in sorted(views) for step in pack.views[name].steps]
    told = (rule.name, rule.title, rule.severity, rule.subject, rule.says, rule.reference, rule.needs, texts)
    dated = {name for text in texts for name in _VALUE_ON.findall(text) if name in pack.parameters}
    named = {name for text in texts for name in _NAMED.findall(text)}
    version = hashlib.sha256(repr(told).encode()).hexdigest()[:16]
    parameters = tuple(sorted((named & pack.parameters.keys()) | dated))
    return _Text(version, frozenset(ledgers), parameters, tuple(sorted(dated)), "as_of" in named)


def _stamp(pack: Pack, rule: Rule, text: _Text, as_of: date, tree: str) -> Stamp:
    values = {name: pack.parameters[name].on(as_of) for name in text.parameters}
    series = [(name, pack.parameters[name].values) for name in text.dated]
    # The day itself only matters to a rule that speaks of it; a change among the divisions, or another release, makes every query another.
    asked = (__version__, tree, text.version, sorted(values.items()), series, as_of if text.of_the_day else None)
    shown = compact({name: plain(value) for name, value in values.items()})
    return Stamp(rule, text.version, hashlib.sha256(repr(asked).encode()).hexdigest()[:16], shown, text.ledgers)
