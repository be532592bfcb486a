"""What a page is made of, for tests: its tags with their attributes."""

from __future__ import annotations

from html.parser import HTMLParser


class Tags(HTMLParser):
    """Reads the tags of a page in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep one tag."""
        self.tags.append((tag, dict(attrs)))
