"""The words that the reader knows: YAML files of the pack's ``lexicon`` folder, over which a county or a town lays its own.

A file's name is the section's name (``units.yaml`` is ``lexicon["units"]``). An overlay file of the same name adds: mappings are joined key by
key, lists are appended, single values replaced; a key without a value changes nothing. What a module makes out of a section (tables, patterns)
is kept with the lexicon.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from taizhang.errors import Fault, Refusal
from taizhang.pack.yaml_lines import Node, read_documents
from taizhang.reader.normal import simplify

SHIPPED = Path(__file__).parent.parent / "packs" / "township" / "lexicon"
_SHIPPED_LABEL, _LOCAL_LABEL = "lexicon/", "pack/lexicon/"
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

    An overlay is read again when one of its files has changed. Raises ``Refusal`` with every fault of every overlay file, each with file, line
    and key; the shipped files are checked by :func:`check_lexicon`.
    """
    paths = _files(overlay) if overlay is not None else []
    return _load(str(overlay), _fingerprint(paths)) if paths else shipped()


@lru_cache(maxsize=1)
def shipped() -> Lexicon:
    """Return the lexicon that ships, read once a process."""
    faults: list[Fault] = []
    sections: dict[str, Any] = {}
    for path, node in _documents(SHIPPED, _SHIPPED_LABEL, faults):
        sections[path.stem] = _joined(sections.get(path.stem), _plain(node))
    _refuse(faults)
    return Lexicon(sections)


def check_lexicon(overlay: Path | None = None) -> int:
    """Check every shipped file and every file of an overlay strictly and return how many there are.

    Raises ``Refusal`` with every fault.
    """
    from taizhang.reader.lexicon_schema import section_faults

    faults: list[Fault] = []
    for path, node in _documents(SHIPPED, _SHIPPED_LABEL, faults):
        faults += section_faults(path.stem, node, _SHIPPED_LABEL + path.name)
    _refuse(faults)
    load_lexicon(overlay)
    return len(_files(SHIPPED)) + len(_files(overlay) if overlay is not None else [])


@lru_cache(maxsize=8)
def _load(overlay: str, _content: str) -> Lexicon:
    from taizhang.reader.lexicon_schema import section_faults, unit_faults

    base = shipped()
    faults: list[Fault] = []
    sections = dict(base._sections)
    contexts: list[tuple[str, Node]] = []
    for path, node in _documents(Path(overlay), _LOCAL_LABEL, faults):
        file, name = _LOCAL_LABEL + path.name, path.stem if path.suffix == ".yaml" else path.name
        found = section_faults(name, node, file, sections.get(name))
        faults += found
        if not found:
            sections[name] = _joined(sections.get(name), _plain(node))
        contexts += [(file, node)] if name == "contexts" else []
    for file, node in contexts:
        faults += unit_faults(node, file, sections["units"])
    _refuse(faults)
    return Lexicon(sections)


def _files(folder: Path) -> list[Path]:
    # What is named .yml is told as unknown rather than passed over in silence.
    return sorted(p for pattern in ("*.yaml", "*.yml") for p in folder.glob(pattern) if p.is_file())


def _fingerprint(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError:
            continue  # told when the file is read
        digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _documents(folder: Path, label: str, faults: list[Fault]) -> Iterator[tuple[Path, Node]]:
    for path in _files(folder):
        try:
            for node in read_documents(path, label + path.name, faults):
                yield path, node
        except (OSError, RecursionError, ValueError) as error:
            # Nested without end, digits without end, or not to be opened.
            problem = str(error.strerror if isinstance(error, OSError) else error)
            faults.append(Fault("definition.unreadable", {"problem": problem}, file=label + path.name))


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Refusal(faults, "pack.refused")


def _plain(node: Node) -> Any:
    """Return a document without lines, its words in simplified characters as the reader's normalised text has them."""
    data = node.data
    if isinstance(data, dict):
        found: dict[str, Any] = {}
        for key, value in data.items():
            found[simplify(key)] = _joined(found.get(simplify(key)), _plain(value))
        return found
    if isinstance(data, list):
        return [_plain(v) for v in data]
    if isinstance(data, str):
        return simplify(data)
    # 2020-01-01 in a list of words is a word.
    return data.isoformat() if isinstance(data, date) else data


def _joined(base: Any, upper: Any) -> Any:
    if isinstance(base, dict) and isinstance(upper, dict):
        return {**base, **{k: _joined(base.get(k), v) for k, v in upper.items()}}
    if isinstance(base, list) and isinstance(upper, list):
        return [*base, *(item for item in upper if item not in base)]
    return base if upper is None else upper
