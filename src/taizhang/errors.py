"""Faults and refusals: a stable code, fields, and a sentence that is made from them last.

A *fault* is one thing wrong with the user's data or definitions; faults are collected and told all at once.
A *refusal* ends a piece of work because of faults; nothing has been saved when it is raised.
The sentences stand in :mod:`taizhang.error_catalogue`, one for each code; no program may branch on a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where it is, and what would have been accepted.

    ``code`` is looked up in the catalogue; ``params`` fill its sentence. A warning may be confirmed by a person, an error may not.
    """

    code: str
    params: dict[str, Any] = field(default_factory=dict)
    severity: Severity = "error"
    file: str | None = None
    sheet: str | None = None
    row: int | None = None  # 1-based, as the spreadsheet counts
    column: str | None = None  # letters, as the spreadsheet counts; the key path in a definition
    title: str | None = None  # heading of the column
    field: str | None = None
    value: str | None = None  # as the user wrote it

    def at(self, **place: Any) -> Fault:
        """Return the same fault with its place filled in."""
        return replace(self, **place)

    @property
    def message(self) -> str:
        """The sentence, in the language of the session, without the place."""
        from taizhang.error_catalogue import sentence

        return sentence(self.code, self.params)

    @property
    def accepted(self) -> str:
        """What would have been accepted, in words; empty when there is nothing to say."""
        from taizhang.error_catalogue import accepted

        return accepted(self.code, self.params)

    def as_dict(self) -> dict[str, Any]:
        """Return the fault as plain data for JSON."""
        place = {k: getattr(self, k) for k in ("file", "sheet", "row", "column", "title", "field", "value")}
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "accepted": self.accepted,
            **{k: v for k, v in place.items() if v is not None},
            "params": {k: str(v) for k, v in self.params.items()},
        }


class TaizhangError(Exception):
    """A failure that the user is told in one sentence; exit code 1."""

    exit_code = 1

    def __init__(self, code: str, /, **params: Any) -> None:
        self.fault = Fault(code, params)
        super().__init__(code, params)

    def __str__(self) -> str:
        return self.fault.message


class Refusal(TaizhangError):  # noqa: N818 - the word of the glossary
    """Input that is not accepted, with all its faults; nothing was saved; exit code 2."""

    exit_code = 2

    def __init__(self, faults: list[Fault], code: str = "input.refused", /, **params: Any) -> None:
        super().__init__(code, count=len(faults), **params)
        self.faults = faults
