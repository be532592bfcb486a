"""What names ledgers one by one names all that it should: a new ledger that is missing is told, and where it has to be added."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from sqlglot import exp

from taizhang.pack import load_pack
from taizhang.pack.queries import Queries

if TYPE_CHECKING:
    from taizhang.pack.definitions import Ledger
    from taizhang.pack.query import Query

PACK = load_pack()
QUERIES = Queries(PACK)
SYSTEMS_OF_CASES = (18, 21)  # petitions, discipline


def has(ledger: Ledger, kind: str) -> bool:
    return any(field.type == kind for field in ledger.fields.values())


def lists_persons(ledger: Ledger) -> bool:
    """Cases that few may know of are no lists of persons, nor is the evidence that settles a doubt about one."""
    of_cases = ledger.access == "need_to_know" and ledger.kind == "event" and ledger.system in SYSTEMS_OF_CASES
    settles = ledger.kind == "event" and "evidence" in ledger.fields
    return has(ledger, "id_number") and not of_cases and not settles


def is_asked_for(ledger: Ledger) -> bool:
    return ledger.title in PACK.ledgers["reporting_task"].fields["ledger"].choices


NAMING: list[tuple[str, str, Callable[[Ledger], bool]]] = [
    ("region_code_mismatch", "list_codes", lambda _: True),
    ("mandatory_blank", "list_fields", lambda _: True),
    ("", "person_rows", lists_persons),
    ("", "task_report", is_asked_for),
    ("bank_card_invalid", "", lambda ledger: has(ledger, "bank_card")),
    ("uscc_invalid", "", lambda ledger: has(ledger, "credit_code")),
]


def query_of(rule: str, view: str) -> Query:
    return QUERIES.rule(PACK.rules[rule]) if rule else QUERIES.view(view)


@pytest.mark.parametrize(("rule", "view", "belongs"), NAMING, ids=lambda value: value if isinstance(value, str) else "")
def test_every_ledger_that_belongs_there_is_named(rule: str, view: str, belongs: Callable[[Ledger], bool]) -> None:
    named = QUERIES.ledgers_of(query_of(rule, view))
    place = (PACK.views[view] if view else PACK.rules[rule]).place
    assert place is not None
    missing = [x for x in PACK.ledgers.values() if x.written_by == "people" and belongs(x) and x.name not in named]
    assert not missing, f"to be added to {view or rule} in {place.file}: {', '.join(f'{x.title} ({x.name})' for x in missing)}"


def branches(query: Query) -> Iterator[tuple[Ledger, dict[str, exp.Expression]]]:
    """Yield each SELECT that reads a ledger and names it in a column, with its columns."""
    for step in query.steps:
        for select in step.tree.find_all(exp.Select):
            source = select.args["from_"].this.name
            columns = {column.alias_or_name: column.unalias() for column in select.expressions}
            if source in PACK.ledgers and {"source", "ledger"} & columns.keys():
                yield PACK.ledgers[source], columns


@pytest.mark.parametrize(("rule", "view"), [(rule, view) for r, v, _ in NAMING for rule, view in [(r, ""), ("", v)] if rule or view])
def test_ledgers_and_fields_are_named_as_they_are_called(rule: str, view: str) -> None:
    seen = 0
    for ledger, columns in branches(query_of(rule, view)):
        seen += 1
        assert (columns.get("source") or columns["ledger"]).name == ledger.title
        for number in range(1, 6):
            if f"n{number}" in columns and (field := columns[f"v{number}"].find(exp.Column)):
                assert columns[f"n{number}"].name == ledger.fields[field.name].title, (ledger.name, field.name)
    assert seen
