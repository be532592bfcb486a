"""The words that the reader knows: YAML files of the pack's ``lexicon`` folder, over which a county or a town lays its own.

A file's name is the section's name (``units.yaml`` is ``lexicon["units"]``). An overlay file of the same name adds: mappings are joined key by
key, lists are appended, single values replaced. What a module makes out of a section (tables, patterns) is kept with the lexicon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from taizhang.errors import Fault, Refusal
from taizhang.pack.yaml_lines import read_documents

SHIPPED = Path(__file__).parent.parent / "packs" / "township" / "lexicon"
T = TypeVar("T")


class Lexicon:
    """Sections of words by name; immutable by convention."""

    def __init__(self, sections: Mapping[str, Any]) -> None:
        self._sections = dict(sections)
        self._made: dict[Callable[[Lexicon], Any], Any] = {}

    def __getitem__(self, section: str) -> Any:
        return self._sections[section]

    def get(self, section: str, default: Any = None) -> Any:
        """Return a section, or ``default`` when no file has it."""
        return self._sections.get(section, default)

    def made(self, make: Callable[[Lexicon], T]) -> T:
        """Return what ``make`` builds out of this lexicon, built once."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found


def load_lexicon(overlay: Path | None = None) -> Lexicon:
    """Load the shipped lexicon with an overlay folder (``pack/lexicon`` of a workspace) laid over it.

    Raises ``Refusal`` with every fault of every file, each with file and line.
    """
    return _load(str(overlay)) if overlay is not None and overlay.is_dir() else shipped()


@lru_cache(maxsize=1)
def shipped() -> Lexicon:
    """Return the lexicon that ships, read once a process."""
    return Lexicon(_read(SHIPPED, "lexicon/"))


@lru_cache(maxsize=8)
def _load(overlay: str) -> Lexicon:
    sections = _read(SHIPPED, "lexicon/")
    for name, data in _read(Path(overlay), "pack/lexicon/").items():
        sections[name] = _joined(sections.get(name), data)
    return Lexicon(sections)


def _read(folder: Path, prefix: str) -> dict[str, Any]:
    faults: list[Fault] = []
    sections: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")):
        for node in read_documents(path, prefix + path.name, faults):
            sections[path.stem] = _joined(sections.get(path.stem), node.plain())
    if faults:
        raise Refusal(faults, "pack.refused")
    return sections


def _joined(base: Any, upper: Any) -> Any:
    if isinstance(base, dict) and isinstance(upper, dict):
        return {**base, **{k: _joined(base.get(k), v) for k, v in upper.items()}}
    if isinstance(base, list) and isinstance(upper, list):
        return [*base, *(item for item in upper if item not in base)]
    return upper
