"""The pack that ships: complete, in the published shape, and true to its own examples."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from taizhang.cli.examples import run_all
from taizhang.pack import Pack, load_pack
from taizhang.pack.loader import KINDS, SHIPPED
from taizhang.pack.schema import definition_schemas, json_schema
from taizhang.pack.yaml_lines import read_documents

FAULTY = Path(__file__).parent / "faulty"
SHAPE = {
    f"definition.{name}" for name in ("key_unknown", "key_missing", "wrong_type", "not_allowed", "malformed", "too_few", "kind_unknown")
}
BEYOND_A_SCHEMA = {"parameter_on_a_day_that_is_none", "choice_without_choices"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


def _plain(value: Any) -> Any:
    """Return a YAML value as an editor's JSON would hold it."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def _documents(path: Path) -> list[Any]:
    return [_plain(node.plain()) for node in read_documents(path, path.name, [])]


def test_every_definition_has_two_examples(pack: Pack) -> None:
    for kind in (pack.ledgers, pack.indicators, pack.parameters, pack.reports, pack.audit_rules, pack.views, pack.rules):
        assert kind
        for definition in kind.values():
            assert len(definition.examples) >= 2, definition.name


def test_every_ledger_shows_a_row_that_is_taken_and_one_that_is_not(pack: Pack) -> None:
    for ledger in pack.ledgers.values():
        assert {example.accepted for example in ledger.examples} == {True, False}, ledger.name
        assert all(example.because for example in ledger.examples if not example.accepted), ledger.name


def test_examples_of_an_indicator_give_different_values(pack: Pack) -> None:
    same = [i.name for i in pack.indicators.values() if len({example.gives for example in i.examples}) < 2]
    assert not same


def test_json_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(json.dumps(json_schema())))


@pytest.mark.slow
def test_json_schema_accepts_every_shipped_file() -> None:
    validators = {kind: jsonschema.Draft202012Validator(schema) for kind, schema in definition_schemas().items()}
    files = sorted(p for p in (SHIPPED / "township").rglob("*.yaml") if p.parent.name not in ("lexicon", "linkage"))
    assert len(files) > 80
    for path in files:
        for document in _documents(path):
            kind = next(k for k in KINDS if k in document)
            errors = [f"{path.name}: {'.'.join(map(str, e.path))}: {e.message}" for e in validators[kind].iter_errors(document)]
            assert not errors


def test_json_schema_as_one_accepts_one_of_each_kind() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    for folder in ("ledgers", "indicators", "parameters", "reports", "audit", "views", "rules"):
        path = sorted((SHIPPED / "township" / folder).glob("*.yaml"))[0]
        for document in _documents(path):
            validator.validate(document)


def test_json_schema_refuses_the_bad_ones() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    tried = 0
    for path in sorted(FAULTY.glob("*.yaml")):
        codes = set(re.findall(r"^\S+", path.with_suffix(".expected.txt").read_text(encoding="utf-8"), re.MULTILINE))
        if codes & SHAPE and path.stem not in BEYOND_A_SCHEMA:
            tried += 1
            assert not all(validator.is_valid(document) for document in _documents(path)), path.name
    assert tried >= 8


def test_a_sample_of_the_examples_passes(pack: Pack) -> None:
    names = [
        *list(pack.ledgers)[::6],
        *list(pack.parameters)[::6],
        *list(pack.indicators)[::24],
        *pack.reports,
        *list(pack.audit_rules)[::6],
        *list(pack.views)[::6],
        *list(pack.rules)[::24],
    ]
    results = run_all(pack, names)
    assert len(results) > 60
    assert [r.as_dict() for r in results if not r.passed] == []


@pytest.mark.slow
def test_all_examples_pass_but_those_of_rules(pack: Pack) -> None:
    """What rules find in theirs is looked at in ``comparison/test_every_rule``."""
    kinds = (pack.ledgers, pack.indicators, pack.parameters, pack.reports, pack.audit_rules, pack.views, pack.roles)
    results = run_all(pack, [name for kind in kinds for name in kind])
    assert len(results) > 1000
    assert [r.as_dict() for r in results if not r.passed] == []


def test_parameter_by_date(pack: Pack) -> None:
    target = pack.parameters["collective_income_target"]
    (first, before), (second, after) = target.values
    assert before != after
    assert target.on(date(1990, 1, 1)) is None
    assert target.on(first) == before
    assert target.on(date.fromordinal(second.toordinal() - 1)) == before
    assert target.on(second) == target.on(date(2099, 1, 1)) == after
