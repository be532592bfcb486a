"""Findings that stand, asked of the columns: how many there are, and which of them a run has to look at.

A county keeps some hundred thousand findings; to read each at every run would cost more than the run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import wait
from functools import cached_property
from typing import TYPE_CHECKING

from taizhang.comparison.findings import FINDING, SETTLED, STATES, UNKNOWN, State
from taizhang.warehouse.columns import literal

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from taizhang.warehouse.snapshot import Snapshot

_COLUMNS = ("number", "rule", "subject", "state", "first_run", "rows", "more")
_KEYS = "json_extract_string(rows, '$[*][3]')"  # as ``Finding.as_row`` writes them
_NAMED, _REACHED = "_finding_row", "_reached_row"  # tables of keys: of the rows that findings name, and of those that a change reaches
_BY_WORD = {word: state for state, word in STATES.items()}


class StandingFindings:
    """The findings of one position, on the workspace's own engine."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._engine = snapshot.require(FINDING, placed=False, columns={FINDING: _COLUMNS}).engine
        self._fetch = self._engine.fetch
        self._prepared: Future[None] | None = None

    def close(self) -> None:
        """Wait for what was begun."""
        if self._prepared:
            wait([self._prepared])

    @cached_property
    def counts(self) -> dict[tuple[str, State], int]:
        """The number of findings by rule and state."""
        found = self._fetch(f"SELECT rule, state, count(*) FROM {FINDING} GROUP BY ALL")
        return {(rule, _BY_WORD[word]): count for rule, word, count in found}

    def settled(self, runs: Iterable[str]) -> dict[str, int]:
        """Return by run how many of the findings that it was the first to make have been settled since."""
        wanted, states = sorted(set(runs)), [STATES[state] for state in SETTLED]
        sql = f"SELECT first_run, count(*) FROM {FINDING} WHERE first_run IN {_list(1)} AND state IN {_list(2)} GROUP BY first_run"
        return dict.fromkeys(wanted, 0) | dict(self._fetch(sql, [wanted, states]))

    def unkeyed(self) -> set[str]:
        """Return the rules with a finding of whose rows not all are known to be reached by a change or not."""
        sql = f"SELECT DISTINCT rule FROM {FINDING} WHERE state <> $1 AND (more IS NOT NULL OR list_contains({_KEYS}, $2))"
        return {rule for (rule,) in self._fetch(sql, [STATES["closed"], UNKNOWN])}

    def prepare(self, rules: Collection[str], beside: Executor) -> None:
        """Begin to read, beside other work, which rows the findings of some rules name; until ``reach``, nothing else may be asked."""
        named = f"SELECT rule, subject, unnest({_KEYS}) AS key FROM {FINDING} WHERE rule IN ({', '.join(map(literal, sorted(rules)))})"
        none = f"SELECT rule, subject, number AS key FROM {FINDING} WHERE false"
        self._prepared = beside.submit(self._engine.make, _NAMED, named if rules else none)

    def reach(self, keys: Iterable[str]) -> None:
        """Take the keys of all rows that a change reaches, or that are gone."""
        if self._prepared:
            self._prepared.result()
            self._engine.write(_REACHED, {"key": "VARCHAR"}, [(key,) for key in keys])

    def concerned(self, whole: Collection[str], subjects: Mapping[str, Collection[str]], excluded: Iterable[str]) -> list[str]:
        """Return the numbers of the findings that a run may change.

        These are all of the ``whole`` rules; of the rules in ``subjects``, which have to be ``prepare``d, those of a subject of which a row was found now,
        or of which a finding has a row that is reached; and of every rule those that an exclusion holds back, or that are of an ``excluded`` subject.
        """
        pairs = [(rule, subject) for rule, listed in subjects.items() for subject in listed]
        sql = f"""
            WITH asked AS (
                SELECT unnest(CAST($1 AS VARCHAR[])) AS rule, unnest(CAST($2 AS VARCHAR[])) AS subject
                UNION SELECT rule, subject FROM {_NAMED} WHERE rule IN {_list(3)} AND key IN (SELECT key FROM {_REACHED})
            )
            SELECT f.number FROM {FINDING} AS f WHERE f.rule IN {_list(4)} OR f.subject IN {_list(5)} OR f.state = $6
                OR EXISTS (FROM asked WHERE asked.rule = f.rule AND asked.subject = f.subject)
        """
        columns = [rule for rule, _subject in pairs], [subject for _rule, subject in pairs]
        return [number for (number,) in self._fetch(sql, [*columns, list(subjects), list(whole), list(excluded), STATES["excluded"]])]


def _list(place: int) -> str:
    return f"(SELECT unnest(CAST(${place} AS VARCHAR[])))"
