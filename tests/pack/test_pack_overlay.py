"""A workspace's own definitions over the shipped pack."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from taizhang.errors import Refusal
from taizhang.pack import load_pack

WELL = (Path(__file__).parent / "faulty" / "when_unfit.yaml").read_text(encoding="utf-8").replace("when: at", "when: held_at_end")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A small shipped pack: ledger `well` and indicator `wells`."""
    folder = tmp_path / "shipped"
    (folder / "ledgers").mkdir(parents=True)
    (folder / "ledgers" / "well.yaml").write_text(WELL, encoding="utf-8")
    return folder


def _own(tmp_path: Path, text: str) -> Path:
    own = tmp_path / "own" / "pack"
    own.mkdir(parents=True, exist_ok=True)
    (own / "own.yaml").write_text(text, encoding="utf-8")
    return own


def test_replace(base: Path, tmp_path: Path) -> None:
    own = _own(tmp_path, WELL.split("---")[0].replace("title: 机井台账", "title: 本镇机井"))
    pack = load_pack(own, root=base)
    assert pack.ledgers["well"].title == "本镇机井"
    assert pack.ledgers["well"].place is not None
    assert pack.ledgers["well"].place.file == "pack/own.yaml"
    assert list(pack.indicators) == ["wells"]


def test_replacing_definition_is_checked_against_the_rest(base: Path, tmp_path: Path) -> None:
    text = WELL.split("---")[0].replace("kind: register\nfrom: built_on\nto: closed_on", "kind: event\nat: built_on")
    with pytest.raises(Refusal) as refused:
        load_pack(_own(tmp_path, text), root=base)
    assert [(f.code, f.file) for f in refused.value.faults] == [("definition.when_unfit", "ledgers/well.yaml")]


def test_extends_adds_fields_behind_the_shipped_ones(base: Path, tmp_path: Path) -> None:
    own = _own(tmp_path, "ledger: well\nextends: true\nfields:\n  owner: {title: 管护人, type: text, name: true, personal: true}\n")
    ledger = load_pack(own, root=base).ledgers["well"]
    assert list(ledger.fields) == ["number", "village", "depth", "built_on", "closed_on", "owner"]
    assert ledger.fields["owner"].personal
    assert ledger.fields["number"].required  # it is the key still
    assert len(ledger.examples) == 2


def test_new_definition(base: Path, tmp_path: Path) -> None:
    own = _own(
        tmp_path,
        "parameter: depth_limit\ntitle: 井深上限\nunit: 米\nvalues: {2020-01-01: 50}\nexamples: [{on: 2019-12-31, gives: null}, {on: 2020-01-01, gives: 50}]\n",
    )
    assert list(load_pack(own, root=base).parameters) == ["depth_limit"]


@pytest.mark.parametrize(
    ("text", "code", "line", "key"),
    [
        ("ledger: pump\nextends: true\nfields: {a: {title: 甲, type: text}}\n", "definition.unknown_ledger", 1, "ledger"),
        ("ledger: well\nextends: true\n", "definition.key_missing", 1, "fields"),
        ("ledger: well\nextends: true\nfields:\n  a: {title: 村, type: text}\n", "definition.title_repeated", 4, "a"),
        ("ledger: well\nextends: true\nfields:\n  a: {title: 甲, typ: text}\n", "definition.key_missing", 4, "fields.a.type"),
    ],
)
def test_faulty_additions(base: Path, tmp_path: Path, text: str, code: str, line: int, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        load_pack(_own(tmp_path, text), root=base)
    fault = refused.value.faults[0]
    assert (fault.file, fault.code, fault.row, fault.column) == ("pack/own.yaml", code, line, key)


def test_fingerprint_tells_packs_apart(base: Path, tmp_path: Path) -> None:
    first = load_pack(root=base)
    assert load_pack(root=base) is first  # the same files in one process are read once
    copy = tmp_path / "copy"
    shutil.copytree(base, copy)
    assert load_pack(root=copy).fingerprint == first.fingerprint
    (copy / "ledgers" / "well.yaml").write_text(WELL.replace("水利站", "农业站"), encoding="utf-8")
    changed = load_pack(root=copy)
    assert changed.fingerprint != first.fingerprint
    assert changed.ledgers["well"].office == "农业站"
    assert load_pack(tmp_path / "nothing", root=base).fingerprint == first.fingerprint
