"""A whole draft in other words than the town's own report; ``{figure|indicator}`` in its text says what each figure is."""

from __future__ import annotations

import re
from pathlib import Path

from taizhang.audit.linking import link
from taizhang.pack import load_pack
from taizhang.pack.loader import demonstration_divisions
from taizhang.reader import read_text
from taizhang.reader.lexicon import shipped

DRAFT = Path(__file__).parent / "cases" / "links" / "draft.txt"
_MARKED = re.compile(r"\{([^|{}]*)\|([^{}]*)\}")


def marked() -> tuple[str, dict[tuple[int, int], str]]:
    """Return the draft without its marks, and what stands at each place: an indicator, - for none, empty for nothing said."""
    text, said, at = "", {}, 0
    source = DRAFT.read_text(encoding="utf-8")
    for match in _MARKED.finditer(source):
        text += source[at : match.start()]
        said[len(text), len(text) + len(match[1])] = match[2]
        text += match[1]
        at = match.end()
    return text + source[at:], said


def test_figures_of_a_draft_are_linked() -> None:
    text, said = marked()
    reading = read_text(text)
    links = link(reading, load_pack(), shipped(), divisions=demonstration_divisions())
    found = {(q.start, q.end): links[q.number] for q in reading.quantities}
    wrong, meant = [], 0
    for place, name in said.items():
        if name not in ("", "-"):
            meant += 1
            if place not in found or found[place].indicator != name.split("@")[0]:
                wrong.append((text[slice(*place)], name, found[place].indicator if place in found else "not read"))
    assert meant > 100
    assert len(wrong) <= 0.05 * meant, wrong
    pressed = [text[slice(*place)] for place, name in said.items() if name == "-" and place in found and found[place].status == "certain"]
    assert pressed == []


def test_a_village_of_the_draft_is_its_own_division() -> None:
    text, said = marked()
    reading = read_text(text)
    links = link(reading, load_pack(), shipped(), divisions=demonstration_divisions())
    divisions = demonstration_divisions()
    of_villages = {place: name.split("@")[1] for place, name in said.items() if "@" in name}
    assert of_villages
    for q in reading.quantities:
        if (q.start, q.end) in of_villages:
            found = divisions.resolve(of_villages[q.start, q.end])
            assert found is not None
            assert links[q.number].division == found.code
