"""What a worked example gave against what it should have given: one shape for every kind of definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from taizhang.pack.definitions import Place


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One worked example; ``definition`` is the name of what it belongs to."""

    kind: str
    definition: str
    file: str
    line: int
    expected: str
    got: str

    @classmethod
    def of(cls, kind: str, definition: str, place: Place | None, expected: str, got: str) -> ExampleResult:
        """Make a result from the place of the example."""
        return cls(kind, definition, place.file if place else "", place.line if place else 0, expected, got)

    @property
    def passed(self) -> bool:
        """Whether it gave what it should."""
        return self.expected == self.got

    def as_dict(self) -> dict[str, Any]:
        """Return the result as plain data for JSON."""
        place = {"kind": self.kind, "definition": self.definition, "file": self.file, "line": self.line}
        return place | {"expected": self.expected, "got": self.got, "passed": self.passed}
