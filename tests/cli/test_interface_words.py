"""Every sentence has its English; every error code is registered, used, and told in both languages with the same blanks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from taizhang import error_catalogue
from taizhang.error_catalogue import Entry, catalogue

SOURCE = Path(__file__).parents[2] / "src" / "taizhang"
LANGUAGE_OF_BLANK = re.compile(r"_(zh|en)$")  # a hint that is a sentence itself comes in both languages
CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
TELLERS = {"Fault", "TaizhangError", "Refusal", "Unreadable", "make_fault", "fault", "refuse", "_fault", "_row"}
BUILT = {"month.unreadable", "timestamp.unreadable", "date.unreadable"}  # f"{kind}.unreadable" in fieldtypes/_dates.py


@cache
def _trees() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(SOURCE.rglob("*.py")))


@cache
def _calls() -> tuple[tuple[str, str, ast.Call], ...]:
    return tuple(
        (path.name, node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", ""), node)
        for path, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    )


def _interface_words() -> set[str]:
    found = set()
    for _, name, call in _calls():
        if name in ("_", "N_") and isinstance(call.args[0], ast.Constant):
            found.add(str(call.args[0].value))
    for template in (SOURCE / "office" / "templates").rglob("*.html"):
        with template.open("rb") as stream:
            found |= {str(message) for _, _, message, _ in babel_extract(stream, ("_",), (), {}) if message}
    return found


@pytest.mark.slow
def test_every_interface_word_has_its_english() -> None:
    with (SOURCE / "locale" / "en" / "LC_MESSAGES" / "taizhang.po").open("rb") as stream:
        english = {str(m.id): str(m.string) for m in read_po(stream) if m.id and not m.fuzzy}
    words = _interface_words()
    assert len(words) > 150
    assert sorted(words - english.keys()) == []
    assert sorted(english.keys() - words) == []
    for chinese, told in english.items():
        assert told.strip(), chinese
        assert not re.search("[\u4e00-\u9fff]", told), told
        assert set(re.findall(r"{(\w+)}", chinese)) == set(re.findall(r"{(\w+)}", told)), chinese


def test_no_interface_word_hides_in_an_f_string() -> None:
    # The tokens of Python 3.11 do not show what stands inside, so extraction would miss it.
    hidden = [
        f"{path.name}:{node.lineno} {inner.args[0].value}"
        for path, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call)
        and isinstance(inner.func, ast.Name)
        and inner.func.id == "_"
        and isinstance(inner.args[0], ast.Constant)
    ]
    assert hidden == []


def test_every_module_of_codes_is_loaded() -> None:
    registering = {
        path.relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".") for path, _ in _trees() if path.name.endswith("codes.py")
    }
    assert registering == set(error_catalogue._MODULES)


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_code_is_told_in_both_languages(code: str) -> None:
    entry: Entry = catalogue()[code]
    assert re.search("[\u4e00-\u9fff]", entry.zh)
    assert entry.en
    assert not re.search("[\u4e00-\u9fff]", re.sub("“[^”]*”|「[^」]*」", "", entry.en))
    assert bool(entry.accepted_zh) == bool(entry.accepted_en)
    chinese, english = (
        {LANGUAGE_OF_BLANK.sub("", blank) for text in texts for blank in re.findall(r"{(\w+)", text)}
        for texts in ((entry.zh, entry.accepted_zh), (entry.en, entry.accepted_en))
    )
    assert chinese == english


def _texts(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and (CODE.fullmatch(inner.value) or inner.value in catalogue()):
            yield inner.value


def test_every_code_that_is_told_is_registered() -> None:
    told = {text for _, name, call in _calls() if name in TELLERS for argument in call.args for text in _texts(argument)}
    assert len(told) > 120
    assert sorted(text for text in told - catalogue().keys() if not text.endswith((".db", ".csv", ".ndjson"))) == []


def test_every_registered_code_is_told_somewhere() -> None:
    used = {text for path, tree in _trees() if not path.name.endswith("codes.py") for text in _texts(tree)}
    assert sorted(catalogue().keys() - used - BUILT) == []
