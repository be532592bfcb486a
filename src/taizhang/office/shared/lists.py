"""What a list was asked for: the page, the sort, and addresses that keep everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest, QueryDict

PAGE, SORT, DOWN, SIZE = "page", "sort", "down", 50
Row = TypeVar("Row")


@dataclass(frozen=True)
class Asked:
    """The query of a list's address; ``macros.html`` draws its pager, its sorted columns and its filter form."""

    path: str
    query: QueryDict
    size: int = SIZE

    @classmethod
    def of(cls, request: HttpRequest, size: int = SIZE) -> Asked:
        """Return what a request asks for."""
        return cls(request.path, request.GET, size)

    @property
    def page(self) -> int:
        """The page, from 1."""
        text = self.query.get(PAGE, "")
        return max(1, int(text)) if text.isdecimal() and text.isascii() and len(text) < 7 else 1

    @property
    def offset(self) -> int:
        """How many rows stand on the pages before."""
        return (self.page - 1) * self.size

    @property
    def sort(self) -> str:
        """The name of the column that sorts; empty for the list's own order."""
        return str(self.query.get(SORT, ""))

    @property
    def down(self) -> bool:
        """Whether the highest come first."""
        return self.query.get(DOWN) == "1"

    def get(self, name: str) -> str:
        """Return one filter's value; empty when it is not set."""
        return str(self.query.get(name, "")).strip()

    def filtered(self) -> bool:
        """Say whether any filter is set."""
        return any(value and name not in (PAGE, SORT, DOWN) for name, value in self.query.items())

    def address(self, **changes: Any) -> str:
        """Return the list's address with some of the query changed; None or an empty text takes a part out."""
        query = self.query.copy()
        for name, value in changes.items():
            if value in (None, ""):
                query.pop(name, None)
            else:
                query[name] = str(value)
        return f"{self.path}?{query.urlencode()}" if query else self.path

    def sorted_by(self, column: str) -> str:
        """Return the address that sorts by a column, the other way round when it does already."""
        return self.address(sort=column, down="1" if self.sort == column and not self.down else None, page=None)

    def pages(self, total: int) -> int:
        """Return how many pages a number of rows fills; at least one."""
        return max(1, -(-total // self.size))

    def cut(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the rows of the page."""
        return rows[self.offset : self.offset + self.size]

    def in_order(self, rows: Iterable[Row], keys: Mapping[str, Callable[[Row], Any]]) -> list[Row]:
        """Return rows by the column that was asked for, or as they come; what has no value stands last either way."""
        listed, key = list(rows), keys.get(self.sort)
        if key is None:
            return listed
        told = [(key(row), row) for row in listed]
        known = sorted((pair for pair in told if pair[0] is not None), key=lambda pair: pair[0], reverse=self.down)
        return [row for _key, row in known] + [row for value, row in told if value is None]
