"""The reference pages say what the code says now."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"
NAMES = ("data-dictionary.md", "error-codes.md", "commands.md", "field-types.md", "lexicon.md", "api.md")


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The script ``docs/generate.py``."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pages(generate: ModuleType) -> None:
    assert tuple(generate.PAGES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_page_is_not_stale(generate: ModuleType, name: str) -> None:
    written = (DOCS / "reference" / name).read_text(encoding="utf-8").splitlines()
    now = generate.PAGES[name]().splitlines()
    lines = zip(written, now, strict=False)
    first = next((f"line {n}: “{a}” should be “{b}”" for n, (a, b) in enumerate(lines, start=1) if a != b), "")
    assert not first, f"{name} is stale ({first}): run python docs/generate.py"
    assert len(written) == len(now), f"{name} is stale: run python docs/generate.py"


def test_reference_covers_everything(generate: ModuleType) -> None:
    from taizhang.cli import COMMANDS
    from taizhang.error_catalogue import catalogue
    from taizhang.pack.fieldtypes import FIELD_TYPES

    commands, codes, types = (
        (DOCS / "reference" / name).read_text(encoding="utf-8") for name in ("commands.md", "error-codes.md", "field-types.md")
    )
    assert all(f"taizhang {name}" in commands for name in COMMANDS)
    assert all(f"`{code}`" in codes for code in catalogue())
    assert all(f"`{name}`" in types for name in FIELD_TYPES)


def test_lexicon_page_has_every_file_and_key(generate: ModuleType) -> None:
    from taizhang.reader.lexicon_schema import lexicon_schemas

    page = (DOCS / "reference" / "lexicon.md").read_text(encoding="utf-8")
    for name, schema in lexicon_schemas().items():
        section = page.partition(f" `{name}.yaml`\n")[2].partition("\n## ")[0]
        assert all(f"| `{key}` |" in section for key in schema["properties"]), name
