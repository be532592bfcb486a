"""Walking through the office by its own links, each kind of page once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urlsplit

from django.urls import Resolver404, resolve

# Files, pieces and what has no page of its own.
_NO_PAGES = ("export", "file", "form=", "/template/", "/static/", "/api/", "/language/", "sign-out", "/progress/")


class Links(HTMLParser):
    """Reads the links of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.texts: list[str] = []
        self._silent = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a link, and what a tag says by attributes."""
        known = dict(attrs)
        self._silent += tag in ("script", "style", "code")
        if tag == "a" and (known.get("href") or "").startswith("/"):
            self.links.append(known["href"] or "")
        self.texts += [known[name] or "" for name in ("title", "aria-label", "placeholder", "alt", "data-title") if known.get(name)]

    def handle_endtag(self, tag: str) -> None:
        """Leave a tag whose text nobody reads."""
        self._silent -= tag in ("script", "style", "code")

    def handle_data(self, data: str) -> None:
        """Take a piece of text."""
        if not self._silent and data.strip():
            self.texts.append(data.strip())


def name_of(address: str) -> str | None:
    """Return the name of the view that an address leads to."""
    try:
        return resolve(urlsplit(address).path).url_name
    except Resolver404:
        return None


def crawl(get: Callable[[str], str | None], seen: set[str], start: str = "/", most: int = 80) -> Iterator[tuple[str, str]]:
    """Yield address and text of every kind of page that links lead to; ``seen`` holds the names of views that were visited.

    ``get`` returns the text of a page, or None for what is none.
    """
    waiting, done = [start], 0
    while waiting and done < most:
        address = urldefrag(waiting.pop(0)).url
        name = name_of(address)
        if name is None or name in seen or any(part in address for part in _NO_PAGES):
            continue
        seen.add(name)
        text = get(address)
        if text is None:
            continue
        done += 1
        yield address, text
        waiting += Links(text).links
