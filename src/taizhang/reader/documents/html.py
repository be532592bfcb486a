"""Web pages: blocks become lines, rows of tables become lines of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from taizhang.reader.documents.html_tokens import Tag, tokens
from taizhang.reader.documents.model import Document, Notice, Part
from taizhang.reader.documents.refusing import refuse

_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p",
    "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "td", "th", "ul", "option",
}  # fmt: skip
_VOID = {
    "br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr",
}  # fmt: skip
_NOT_NESTED = {
    "p", "li", "tr", "td", "th", "dt", "dd", "option",
}  # fmt: skip
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.I)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_LOOKS = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|meta|title|style|script|div|p|table|span|h[1-6])\b",
                    re.I | re.S)  # fmt: skip
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.I)
_WIDE = "\u2e80"  # from here on characters take two columns, and a line break of the source between two of them is no blank
_MOST_COLUMNS = 64
_LAYOUT_LINES, _LAYOUT_CHARACTERS = 4, 200  # a cell with more than both holds a text, not a value


def looks_like_html(text: str) -> bool:
    """Tell whether a text file is a web page."""
    return _LOOKS.match(text) is not None


def declared_encoding(data: bytes) -> str:
    """Return the encoding that a page names; empty when it names none."""
    found = _CHARSET.search(data, 0, 2048)
    return found[1].decode().lower() if found else ""


@dataclass(slots=True)
class _Line:
    text: str
    level: int = 0
    table: int = 0
    row: int = 0
    cells: tuple[tuple[int, int, int], ...] = ()  # column, start and end within the line


@dataclass(slots=True)
class _Table:
    number: int
    row: int = 0
    cells: list[tuple[int, list[_Line]]] = field(default_factory=list)
    column: int = 1
    spans: dict[int, int] = field(default_factory=dict)  # column → rows that a cell above still covers
    outside: list[_Line] | None = None  # where lines went before the cell that is open


class _Page:
    def __init__(self) -> None:
        self.lines: list[_Line] = []
        self.hidden: list[str] = []
        self._words: list[str] = []
        self._tables: list[_Table] = []
        self._numbers = self._level = self._pre = self._hides = 0
        self._hider = ""

    def read(self, page: str) -> None:
        for token in tokens(page):
            if isinstance(token, str):
                self._text(token)
            elif self._hides and not (token.name in _NOT_NESTED and token.name == self._hider and not token.closes):
                self._hides += (token.name == self._hider) * (-1 if token.closes else 1)
            elif token.name not in _VOID and not token.closes and _is_hidden(token):
                if token.name in _BLOCKS:
                    self._end_line()
                self._hider, self._hides = token.name, 1
            else:
                self._hides = 0
                if token.name in _BLOCKS:
                    self._block(token)
        self._end_line()
        while self._tables:
            self._end_table()

    def _text(self, text: str) -> None:
        if self._hides:
            if text.strip():
                self.hidden.append(text.strip())
        elif self._pre and "\n" in text:
            for index, line in enumerate(text.split("\n")):
                if index:
                    self._end_line()
                self._words.append(line)
        else:
            self._words.append(text)

    def _block(self, tag: Tag) -> None:
        self._end_line()
        name = tag.name
        if name in _HEADINGS:
            self._level = 0 if tag.closes else _HEADINGS[name]
        elif name == "pre":
            self._pre = max(0, self._pre + (-1 if tag.closes else 1))
        elif name == "table":
            if tag.closes:
                self._end_table()
            elif len(self._tables) < 50:
                self._numbers += 1
                self._tables.append(_Table(self._numbers))
        elif name == "tr" and self._tables:
            self._end_row()
        elif name in ("td", "th") and self._tables:
            self._end_cell()
            if not tag.closes:
                self._begin_cell(tag)

    def _end_line(self) -> None:
        words = "".join(self._words)
        self._words.clear()
        text = _SPACES.sub(_blank, words).strip()
        if text:
            self.lines.append(_Line(text, self._level))

    def _begin_cell(self, tag: Tag) -> None:
        table = self._tables[-1]
        while table.spans.get(table.column, 0) > 0:
            table.spans[table.column] -= 1
            table.cells.append((table.column, []))
            table.column += 1
        width, height = _span(tag, "colspan"), _span(tag, "rowspan")
        for column in range(table.column, min(table.column + width, _MOST_COLUMNS)):
            if height > 1:
                table.spans[column] = height - 1
        inside: list[_Line] = []
        table.cells.append((table.column, inside))
        table.column += width
        table.outside, self.lines = self.lines, inside

    def _end_cell(self) -> None:
        table = self._tables[-1]
        if table.outside is not None:
            self.lines, table.outside = table.outside, None

    def _end_row(self) -> None:
        self._end_cell()
        table = self._tables[-1]
        if not table.cells:
            return
        while table.spans.get(table.column, 0) > 0:
            table.spans[table.column] -= 1
            table.cells.append((table.column, []))
            table.column += 1
        table.row += 1
        cells, table.cells, table.column = table.cells, [], 1
        if len(cells) == 1 or any(_is_text(lines) for _, lines in cells):
            for column, lines in cells:
                for line in lines:
                    if not line.table:
                        line.table, line.row, line.cells = table.number, table.row, ((column, 0, len(line.text)),)
                self.lines.extend(lines)
            return
        text, spans = "", []
        for index, (column, lines) in enumerate(cells):
            text += "\t" if index else ""
            start = len(text)
            text += " ".join(line.text.replace("\t", " ") for line in lines)
            spans.append((column, start, len(text)))
        self.lines.append(_Line(text, 0, table.number, table.row, tuple(spans)))

    def _end_table(self) -> None:
        if self._tables:
            self._end_row()
            self._tables.pop()


def _is_hidden(tag: Tag) -> bool:
    return "hidden" in tag.attributes or _HIDDEN.search(tag.attributes.get("style", "")) is not None


def _is_text(lines: list[_Line]) -> bool:
    return len(lines) > _LAYOUT_LINES and sum(len(line.text) for line in lines) > _LAYOUT_CHARACTERS


def _span(tag: Tag, name: str) -> int:
    value = tag.attributes.get(name, "").strip()
    return min(max(int(value), 1), 1000) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _blank(found: re.Match[str]) -> str:
    whole, (start, end) = found.string, found.span()
    broken = "\n" in found[0] or "\r" in found[0]
    return "" if broken and start > 0 and end < len(whole) and whole[start - 1] >= _WIDE and whole[end] >= _WIDE else " "


def read_html(page: str, name: str) -> Document:
    """Return the text of a web page.

    Raises ``Refusal`` (``document.empty``).
    """
    reader = _Page()
    reader.read(page)
    if not reader.lines:
        raise refuse("document.empty", name)
    parts: list[Part] = []
    start = 0
    for line in reader.lines:
        parts.extend(_parts(line, start))
        start += len(line.text) + 1
    hidden = reader.hidden
    notices = (Notice("hidden", None, None, {"count": len(hidden), "excerpt": hidden[0][:40], "texts": tuple(hidden)}),) if hidden else ()
    return Document(name, "html", "\n".join(line.text for line in reader.lines), tuple(parts), notices)


def _parts(line: _Line, start: int) -> Iterator[Part]:
    if not line.table:
        yield Part("body", start, start + len(line.text), "", line.level)
    for column, begin, end in line.cells:
        yield Part("table", start + begin, start + end, "", line.level, line.table, line.row, column)
