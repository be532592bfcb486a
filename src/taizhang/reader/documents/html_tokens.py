"""A web page cut into tags and text, in one pass whatever it holds.

The standard library's parser may look through the rest of the page again for every tag that is never closed; this one looks once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:-]*")
_ATTRIBUTE = re.compile(r"[\s/]*+([^\s/>=]++)(?:\s*+=\s*+([^\s\"'>]*+))?")
_RAW = ("script", "style", "title", "template", "svg")  # what they hold is no text of the page
_ENDS = {name: re.compile(rf"</{name}\b", re.I) for name in _RAW}


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag, or an end tag (``closes``), with its attributes by lower-case name."""

    name: str
    closes: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


class _Finder:
    """Finds the next occurrence of a text; what is not there once is not looked for again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._absent: set[str] = set()

    def __call__(self, wanted: str, begin: int) -> int:
        if wanted in self._absent:
            return -1
        found = self._text.find(wanted, begin)
        if found < 0:
            self._absent.add(wanted)
        return found


def tokens(page: str) -> Iterator[Tag | str]:
    """Yield the tags and the text of a page in order, character references resolved."""
    find, at, text = _Finder(page), 0, 0
    while (less := find("<", at)) >= 0:
        if page.startswith("<!--", less):
            end, tag = find("-->", less + 4) + 3, None
        elif page.startswith(("<!", "<?"), less):
            end, tag = find(">", less) + 1, None
        else:
            name = _NAME.match(page, less + 1)
            if name is None:
                at = less + 1  # a less-than sign of the text
                continue
            end, tag = _tag(page, name, find)
        if less > text:
            yield resolved(page[text:less])
        # A comment or tag without an end: what follows is read as text.
        at = text = end if end > less else less + 4
        if tag is not None:
            yield tag
            if tag.name in _RAW and not tag.closes:
                ending = _ENDS[tag.name].search(page, at)
                at = text = ending.start() if ending is not None else len(page)
    if text < len(page):
        yield resolved(page[text:])


def _tag(page: str, name: re.Match[str], find: _Finder) -> tuple[int, Tag]:
    """Return where a tag ends and the tag."""
    written = name[0].lower()
    tag = Tag(written.lstrip("/"), written.startswith("/"))
    at, size = name.end(), len(page)
    while at < size:
        found = _ATTRIBUTE.match(page, at)
        if found is None:
            break
        at, value = found.end(), found[2]
        if value == "" and at < size and page[at] in "\"'":
            closing = find(page[at], at + 1)
            value = page[at + 1 : closing] if closing > 0 else ""
            at = closing + 1 if closing > 0 else at + 1
        tag.attributes.setdefault(found[1].lower(), resolved(value or ""))
    end = find(">", at)
    return (end + 1 if end >= 0 else size), tag


def resolved(text: str) -> str:
    """Return text with its character references resolved; absurd ones stay as they are."""
    try:
        return unescape(text)
    except ValueError:
        return text
