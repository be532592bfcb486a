"""A finding as it is worked with, and as it stands in the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from taizhang.i18n import N_

State = Literal["open", "excluded", "decided", "closed"]

# The ledgers that comparison writes; all others it knows only by the pack's rules.
RUN, RUN_RULE, FINDING, EXCLUSION, CASE, RECOVERY, LINK = (
    "check_run", "check_run_rule", "finding", "finding_exclusion", "finding_case", "case_recovery", "person_link",
)  # fmt: skip
SAME_PERSON, OTHER_PERSON = "同一人", "不是同一人"  # what may be decided about a link
PUBLIC_RUN = "comparison_result"  # what the report's figures are made of
LEAD = "discipline_case"

STATES: Mapping[State, str] = {"open": N_("待核实"), "excluded": N_("已排除"), "decided": N_("已认定"), "closed": N_("已消失")}
SETTLED: tuple[State, ...] = ("decided", "closed")
RESULTS = (N_("属实"), N_("不属实-同名同号"), N_("不属实-数据错误"), N_("不属实-政策允许"), N_("已整改"), N_("移送"))
TRUE = RESULTS[0]
NOT_REAL = frozenset(RESULTS[1:4])
EXCLUDING = frozenset({RESULTS[1], RESULTS[3]})  # the same would be found again next month
MOST_ROWS = 300  # rows of one finding that are kept one by one
UNKNOWN = ""  # the key of a row of which it cannot be said


Place = tuple[int, int | None, str]


class Row(NamedTuple):
    """One row found: what was found, what it is held against, the month concerned, the entry that says whether a change reached it."""

    left: int
    right: int | None
    month: str
    key: str
    amount: Decimal | None

    @property
    def place(self) -> Place:
        """What a row is known by: the two rows of the journal, and the month."""
        return self.left, self.right, self.month


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding; the fields are those of the ledger, ``state`` by its English word."""

    number: str
    village: str
    rule: str
    title: str
    severity: str
    subject_kind: str
    subject: str
    name: str | None
    subject_shown: str | None
    name_shown: str | None
    programme: str | None
    first_month: str | None
    last_month: str | None
    state: State
    says: str
    facts: str
    amount: Decimal | None
    count: int
    rows: tuple[Row, ...]
    more: str | None
    left_row: str
    left_seq: int
    left_on: date | None
    right_row: str | None
    right_seq: int | None
    right_on: date | None
    reference_on: date | None
    version: str
    parameters: str
    run: str
    first_run: str
    found_on: date
    excluded_by: str | None = None
    result: str | None = None
    decided_rows: tuple[Place, ...] = ()
    closed_on: date | None = None
    closed_why: str | None = None

    @property
    def group(self) -> tuple[str, str | None]:
        """Subject and programme."""
        return self.subject, self.programme

    @property
    def lives(self) -> bool:
        """Whether a later month is added to it."""
        return self.state in ("open", "excluded") or (self.state == "decided" and self.result in NOT_REAL)

    @property
    def settled(self) -> bool:
        """Whether it was decided, or no longer holds."""
        return self.state in SETTLED

    @property
    def places(self) -> set[Place]:
        """Every row that it has or was decided on."""
        return {row.place for row in self.rows} | set(self.decided_rows)

    def substance(self) -> tuple[Any, ...]:
        """Return what makes a new version of it: not the run, nor dates of lists that moved on without changing anything."""
        idle = ("version", "parameters", "run", "left_on", "right_on", "reference_on", "facts")
        return tuple(getattr(self, f.name) for f in fields(self) if f.name not in idle)

    def with_rows(self, rows: tuple[Row, ...]) -> Finding:
        """Return it with these rows, in order; beyond a limit only their fingerprint is kept."""
        ordered = sorted(rows, key=lambda r: (r.month, r.left, r.right or 0))
        kept, rest = tuple(ordered[:MOST_ROWS]), ordered[MOST_ROWS:]
        months = [r.month for r in ordered if r.month]
        amounts = [r.amount for r in ordered if r.amount is not None]
        more = hashlib.sha256(repr([r.place for r in rest]).encode()).hexdigest()[:16] if rest else None
        last = max(months) if months else None
        return replace(
            self, rows=kept, more=more, count=len(ordered), last_month=last, amount=sum(amounts, Decimal(0)) if amounts else None
        )

    def as_row(self) -> dict[str, Any]:
        """Return it as a row of the ledger."""
        row = {f.name: getattr(self, f.name) for f in fields(self)}
        rows = [[r.left, r.right, r.month, r.key, plain(r.amount)] for r in self.rows]
        decided = [list(place) for place in self.decided_rows]
        row |= {"state": STATES[self.state], "rows": compact(rows), "decided_rows": compact(decided) if decided else None}
        return row | {"amount": plain(self.amount)}


def number_of(rule: str, subject: str, programme: str | None, month: str | None) -> str:
    """Return the number of a finding, which is made of what it is known by."""
    text = "\x1f".join((rule, subject, programme or "", month or ""))
    return "YD" + hashlib.sha256(text.encode()).hexdigest()[:12].upper()


def from_data(text: str) -> Finding:
    """Read a finding as it stands in the journal."""
    return from_values(json.loads(text))


def from_values(data: Mapping[str, str]) -> Finding:
    """Return the finding that the values of its row say."""
    state = next(code for code, word in STATES.items() if word == data["state"])
    rows = tuple(Row(left, right, month, key, _decimal(amount)) for left, right, month, key, amount in json.loads(data.get("rows", "[]")))
    days: dict[str, Any] = {name: _day(data.get(name)) for name in ("left_on", "right_on", "reference_on", "closed_on")}
    texts: dict[str, Any] = {
        name: data.get(name)
        for name in (
            "name",
            "subject_shown",
            "name_shown",
            "programme",
            "first_month",
            "last_month",
            "more",
            "right_row",
            "excluded_by",
            "result",
            "closed_why",
        )
    }
    needed: dict[str, Any] = {
        name: data[name]
        for name in ("number", "village", "rule", "title", "severity", "subject_kind", "subject", "says", "left_row", "version")
    }
    return Finding(
        **needed,
        **texts,
        **days,
        state=state,
        rows=rows,
        amount=_decimal(data.get("amount")),
        count=int(data["count"]),
        left_seq=int(data["left_seq"]),
        right_seq=int(data["right_seq"]) if "right_seq" in data else None,
        facts=data.get("facts", "{}"),
        parameters=data.get("parameters", "{}"),
        run=data.get("run", ""),
        first_run=data.get("first_run", ""),
        found_on=date.fromisoformat(data["found_on"]),
        decided_rows=tuple((left, right, month) for left, right, month in json.loads(data.get("decided_rows", "[]"))),
    )


def compact(value: Any) -> str:
    """Return JSON without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_json)


def plain(amount: Decimal | None) -> str | None:
    """Return a number as text without trailing zeros, so that equal numbers are written alike."""
    if amount is None:
        return None
    text = format(amount, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else plain(value)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
