"""Local words over the shipped ones: what they add, what is refused and where, and that no content of a file makes anything fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from taizhang.errors import Fault, Refusal
from taizhang.pack.yaml_lines import read_documents
from taizhang.reader import as_dict, read_text
from taizhang.reader.lexicon import SHIPPED, Lexicon, check_lexicon, load_lexicon, shipped
from taizhang.reader.lexicon_schema import lexicon_schemas, section_faults
from taizhang.reader.normal import normalise, simplify

CASES = Path(__file__).parent / "cases" / "lexicon"
REPORT = "一、二〇二〇年工作总结\n全镇参保率达到98%，种植黄桃1700亩、产量2550吨，投入资金约300余万元，其中贫困户12户22人；两不愁三保障落实，一村一品推进。\n"


def refused() -> list[tuple[str, str, list[str]]]:
    found: list[tuple[str, list[str], list[str]]] = []
    for line in (CASES / "refused.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            found.append((line[3:], [], []))
        elif line.startswith("-- "):
            found[-1][2].append(line[3:])
        elif found and not found[-1][2] and line:
            found[-1][1].append(line)
    return [(file, "\n".join(content) + "\n", faults) for file, content, faults in found]


@pytest.mark.parametrize(("file", "content", "faults"), refused())
def test_every_fault_of_a_local_file_is_told_with_line_and_key(tmp_path: Path, file: str, content: str, faults: list[str]) -> None:
    (tmp_path / file).write_text(content, encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        load_lexicon(tmp_path)
    told = refusal.value.faults
    assert [f"{f.row} {f.column or '-'} {f.code}" for f in told] == faults
    assert {f.file for f in told} == {f"pack/lexicon/{file}"}
    for fault in told:
        assert fault.message
        assert fault.accepted or fault.code in (
            "definition.key_missing",
            "definition.too_few",
            "definition.unreadable",
            "definition.key_repeated",
        )


def test_the_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "verbs.yaml").write_text("tell: []\n", encoding="utf-8")
    (tmp_path / "units.yaml").write_bytes("nouns: {圩: {}}\n".encode("gb18030"))
    with pytest.raises(Refusal) as refusal:
        load_lexicon(tmp_path)
    assert [(f.file, f.code) for f in refusal.value.faults] == [
        ("pack/lexicon/units.yaml", "definition.not_utf8"), ("pack/lexicon/verbs.yaml", "definition.key_unknown"),
    ]  # fmt: skip


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda p: p.stem)
def test_a_shipped_file_keeps_to_its_schema(path: Path) -> None:
    found: list[Any] = []
    (node,) = read_documents(path, path.name, found)
    found += section_faults(path.stem, node, path.name)
    # A new key is described in reader/lexicon_shapes.
    assert [(f.file, f.row, f.column, f.message) for f in found] == []


def test_every_file_has_a_schema_and_every_key_a_meaning() -> None:
    assert sorted(lexicon_schemas()) == sorted(p.stem for p in SHIPPED.glob("*.yaml"))
    for name, schema in lexicon_schemas().items():
        assert schema["title"]
        assert [key for key, inner in schema["properties"].items() if not inner.get("description")] == [], name


@pytest.mark.slow
@pytest.mark.parametrize("name", lexicon_schemas())
def test_the_example_of_a_local_file_loads_and_changes_something(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.yaml").write_text(lexicon_schemas()[name]["examples"][0], encoding="utf-8")
    lexicon = load_lexicon(tmp_path)
    assert lexicon[name] != shipped()[name]
    assert len(read_text(REPORT, lexicon).quantities) == len(read_text(REPORT).quantities)
    assert check_lexicon(tmp_path) == len(list(SHIPPED.glob("*.yaml"))) + 1


def test_a_shipped_file_may_not_leave_a_key_out() -> None:
    found: list[Any] = []
    (node,) = read_documents(SHIPPED / "verbs.yaml", "", found)
    del node.data["making"]
    assert [(f.code, f.column) for f in section_faults("verbs", node, "")] == [("definition.key_missing", "making")]


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "units.yaml"
    path.write_text("classifiers: {坨: {class: thing}}\n", encoding="utf-8")
    first = load_lexicon(tmp_path)
    assert load_lexicon(tmp_path) is first
    path.write_text("classifiers: {堆: {class: thing}}\n", encoding="utf-8")
    second = load_lexicon(tmp_path)
    assert [q.text for q in read_text("收3坨，又收4堆", second).quantities] == ["4堆"]
    assert [q.text for q in read_text("收3坨，又收4堆", first).quantities] == ["3坨"]
    path.unlink()
    assert load_lexicon(tmp_path) is shipped()


def test_a_key_without_a_value_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "units.yaml").write_text("measures:\n  area: {units: {公顷: }}\n", encoding="utf-8")
    assert load_lexicon(tmp_path)["units"] == shipped()["units"]


def test_words_are_text_even_where_they_look_like_dates_or_numbers(tmp_path: Path) -> None:
    (tmp_path / "traps.yaml").write_text("phrases: {name: [2020-01-01, 360]}\nordinal_names: [2020-01-01]\n", encoding="utf-8")
    assert [p.rule for p in read_text("搜索360下载", load_lexicon(tmp_path)).passed] == ["360"]


def test_a_unit_in_traditional_characters_is_found_in_both(tmp_path: Path) -> None:
    (tmp_path / "units.yaml").write_text("classifiers: {簍: {class: thing, also: [簍筐]}}\n", encoding="utf-8")
    found = read_text("收3簍，收4篓，收5篓筐", load_lexicon(tmp_path)).quantities
    assert [q.unit.name for q in found] == ["篓"] * 3


def traditional() -> list[list[str]]:
    lines = (CASES / "traditional.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("row", traditional(), ids=lambda row: row[0][:12])
def test_traditional_text_is_read_as_simplified(row: list[str]) -> None:
    assert normalise(row[0]) == normalise(row[1])
    old, new = read_text(row[0]), read_text(row[1])
    assert len(new.quantities) > 0
    for a, b in zip(old.quantities, new.quantities, strict=True):
        assert a.text == row[0][a.start : a.end]
        assert (a.start, a.value, a.unit, a.interval, a.measure, a.kind, a.scope) == (
            b.start,
            b.value,
            b.unit,
            b.interval,
            b.measure,
            b.kind,
            b.scope,
        )
    assert [(p.start, p.end, p.kind, p.value) for p in old.passed] == [(p.start, p.end, p.kind, p.value) for p in new.passed]
    assert all(p.text == row[0][p.start : p.end] for p in old.passed)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("參叁萬億拾佰１％（戶畝")), max_size=80))
def test_normalising_keeps_every_place_and_is_done_once(text: str) -> None:
    plain = normalise(text)
    assert len(plain) == len(text)
    assert normalise(plain) == plain
    assert simplify(simplify(text)) == simplify(text)
    assert len(simplify(text)) == len(text)


def test_nested_without_end_and_digits_without_end_are_refused(tmp_path: Path) -> None:
    for content in (
        "[" * 5000,
        "telling: " + "[" * 600 + "]" * 600,
        f"telling: [{'9' * 5000}]",
        "telling: [\x07]",
        "telling: {? [a, b] : c}",
    ):
        (tmp_path / "verbs.yaml").write_text(content, encoding="utf-8")
        with pytest.raises(Refusal):
            load_lexicon(tmp_path)


def loaded(folder: Path) -> tuple[Lexicon | None, list[Fault]]:
    """Return the lexicon with a folder laid over it, or what is wrong with the folder."""
    try:
        return load_lexicon(folder), []
    except Refusal as refusal:
        return None, refusal.faults


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 10**6), st.dates(), st.decimals(0, 10**9, places=3).map(float),
    st.text(alphabet="一二村亩人元多半参(([|*+?\\^$.)]-[]{}a1 \n", max_size=6), st.sampled_from(["2020-01-01", "亩", "元", "count", "area", "term"]),
)  # fmt: skip
ANYTHING = st.recursive(
    ODD, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)), max_leaves=6
)


def values_of(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Draw what mostly keeps to a schema, so that much of it passes the check and is used."""
    kinds = schema.get("type", "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("format") == "regex":
        return st.sampled_from(["三+农", "村(?=干)", "[一二]区", "(", "三*", "(三)"])
    if kind == "object":
        named = {k: nearly(s) for k, s in schema.get("properties", {}).items()}
        if named:
            return st.lists(st.sampled_from(sorted(named)), max_size=3, unique=True).flatmap(
                lambda ks: st.fixed_dictionaries({k: named[k] for k in ks})
            )
        ((pattern, inner),) = schema["patternProperties"].items()
        return st.dictionaries(
            st.from_regex(pattern, fullmatch=True, alphabet=st.sampled_from("一三亩元村人约数abk(]%")), nearly(inner), max_size=2
        )
    if kind == "array":
        return st.lists(nearly(schema["items"]), min_size=schema.get("minItems", 0), max_size=3)
    if kind in ("integer", "number"):
        return st.integers(1, 100)
    if kind == "boolean":
        return st.booleans()
    return st.text(alphabet="一三亩元村人约参(]%.a", min_size=1, max_size=4)


def nearly(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 40).flatmap(lambda n: ANYTHING if n == 0 else values_of(schema))


LOCAL = st.sampled_from(sorted(lexicon_schemas())).flatmap(lambda name: st.tuples(st.just(name), nearly(lexicon_schemas()[name])))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(LOCAL)
def test_no_content_of_a_local_file_makes_the_reader_fail(tmp_path_factory: pytest.TempPathFactory, local: tuple[str, Any]) -> None:
    folder = tmp_path_factory.mktemp("lexicon")
    name, content = local
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    lexicon, faults = loaded(folder)
    if lexicon is not None:
        assert as_dict(read_text(REPORT, lexicon))["items"] is not None
    assert (lexicon is None) == bool(faults)
    assert all(f.file == f"pack/lexicon/{name}.yaml" and f.message for f in faults)


@given(st.binary(max_size=200))
def test_no_bytes_in_a_local_file_make_anything_fail(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("lexicon")
    (folder / "verbs.yaml").write_bytes(content)
    lexicon, faults = loaded(folder)
    assert (lexicon is None) == bool(faults)
