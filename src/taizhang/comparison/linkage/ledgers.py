"""Linkage between two ledgers of a workspace, and what people have decided about its links."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from taizhang.comparison.book import Book
from taizhang.comparison.findings import LINK, SAME_PERSON
from taizhang.comparison.linkage.linking import Link, link_persons
from taizhang.errors import TaizhangError
from taizhang.i18n import _
from taizhang.masking import mask_id_number, mask_name
from taizhang.pack.definitions import Ledger
from taizhang.warehouse.columns import quoted

if TYPE_CHECKING:
    from taizhang.warehouse.snapshot import Snapshot

LIKENESS = {"same": SAME_PERSON, "person": "须人工核对", "info": "仅供参考"}
_EQUAL_NUMBERS = ("same", "same_unproven", "same_other")  # rules need nobody to tell them of these


@dataclass(frozen=True, slots=True)
class LedgerLink:
    """A link between rows of two ledgers; ``number`` changes when one of the rows does, so that a decision holds only for what was judged."""

    number: str
    link: Link
    left: Mapping[str, Any]
    right: Mapping[str, Any]
    decision: str | None

    def as_dict(self, *, masked: bool = True) -> dict[str, Any]:
        """Return the link as plain data."""
        return {
            "number": self.number,
            "status": self.link.status,
            "decision": self.decision,
            "stage": self.link.stage,
            "weight": self.link.weight,
            "probability": self.link.probability,
            "rival": self.link.rival,
            "left": shown(self.left, masked=masked),
            "right": shown(self.right, masked=masked),
            "start": self.link.start,
            "reasons": [{"field": r.field, "level": r.level, "weight": r.weight, "text": r.text} for r in self.link.reasons],
        }


@dataclass(frozen=True)
class LedgerLinkage:
    """The links of two ledgers: how many of each status, those that were asked for, and those that are certain under two numbers."""

    left: Ledger
    right: Ledger
    counts: Mapping[str, int]
    left_out: int
    links: list[LedgerLink]
    certain: list[LedgerLink]


def shown(person: Mapping[str, Any], *, masked: bool) -> dict[str, Any]:
    """Return a person as told: name and number masked unless somebody may see them."""
    if not masked:
        return dict(person)
    return {**person, "name": mask_name(person["name"] or ""), "number": mask_id_number(person["number"]) if person["number"] else None}


def persons_of(ledger: Ledger) -> str:
    """Return SQL for the persons of a ledger: rows that say the same of a person are one, its key the first of them.

    Raises ``TaizhangError`` (``linkage.no_persons``) when the ledger has no field for a person's name.
    """
    name, number = _name_and_number(ledger)
    fields = ledger.fields.values()
    main = name == "name"  # sex and day of birth are those of the person whom a row is about
    found = {
        "name": quoted(name),
        "number": quoted(number) if number else "null",
        "born": next((quoted(f.name) for f in fields if main and f.type == "date" and (f.name == "born_on" or "出生" in f.title)), "null"),
        "sex": next((quoted(f.name) for f in fields if main and f.title == "性别"), "null"),
        "village": "left(_division, 12)",
        "household": next((quoted(f.name) for f in fields if f.to == "household"), "null"),
    }
    columns = ", ".join(f"cast({sql} as varchar) as {column}" for column, sql in found.items())
    return f"select min(_seq) as key, * exclude (_seq) from (select _seq, {columns} from {quoted(ledger.name)}) where name is not null group by all"


def _name_and_number(ledger: Ledger) -> tuple[str, str | None]:
    """Return the fields of the person whom a ledger is about: a name, and the number that is the same person's."""
    names = [f.name for f in ledger.fields.values() if f.is_name]
    if not names:
        raise TaizhangError("linkage.no_persons", ledger=ledger.title)
    for field in ledger.fields.values():
        if field.type == "id_number":
            stem = "name" if field.name == "id_number" else field.name.removesuffix("_id")
            found = next((name for name in (stem, f"{stem}_name") if name in names), None)
            if found:
                return found, field.name
    return names[0], None


def link_ledgers(
    snapshot: Snapshot,
    left: Ledger,
    right: Ledger,
    book: Book,
    *,
    statuses: tuple[str, ...] = ("same", "person"),
    names_alone: bool = False,
) -> LedgerLinkage:
    """Link the persons of two ledgers and put beside each link what a person has decided about it.

    Raises ``TaizhangError`` when a ledger names no persons or the library for pinyin is missing.
    """
    snapshot.require(left.name, right.name, placed=False)
    connection = snapshot.connection
    for side, ledger in (("left", left), ("right", right)):
        connection.execute(f"create or replace temp table person_{side} as {persons_of(ledger)}")
    linkage = link_persons(connection, "person_left", "person_right", into="_person_link", names_alone=names_alone)
    people = [_people(connection, side) for side in ("left", "right")]
    decided = decisions(book)

    def found(where: str) -> list[LedgerLink]:
        numbered = ((f"RL{'-'.join(map(str, sorted((int(link.left), int(link.right)))))}", link) for link in linkage.links(where))
        return [LedgerLink(number, link, people[0][link.left], people[1][link.right], decided.get(number)) for number, link in numbered]

    links = found(f"status in ({_listed(statuses)})") if statuses else []
    certain = found(f"status = 'same' and number not in ({_listed(_EQUAL_NUMBERS)})")
    return LedgerLinkage(left, right, linkage.counts, linkage.left_out, links, certain)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(map(repr, words))


def _people(connection: Any, side: str) -> dict[str, dict[str, Any]]:
    key = f"{side}_key"
    cursor = connection.execute(
        f"select cast(p.key as varchar), * exclude (key) from person_{side} p where cast(key as varchar) in (select {key} from _person_link)"
    )
    names = [column[0] for column in cursor.description[1:]]
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in cursor.fetchall()}


def decisions(book: Book) -> dict[str, str]:
    """Return what was decided about links, by their number."""
    return {number: json.loads(standing.data)["decision"] for number, standing in book.standing(LINK).items()}


def do_decide_link(book: Book, linkage: LedgerLinkage, number: str, decision: str, evidence: str, *, by: str, day: date) -> None:
    """Record that two rows are the same person, or that they are not, with the weight and reasons that were judged.

    Raises ``TaizhangError``: ``linkage.link_unknown``, ``linkage.evidence_missing``.
    """
    found = next((link for link in linkage.links if link.number == number), None)
    if found is None:
        raise TaizhangError("linkage.link_unknown", number=number)
    if not evidence.strip():
        raise TaizhangError("linkage.evidence_missing")
    row = _row(book, linkage, found, decision, evidence, by, day)
    book.record({LINK: [row]}, by, _("认定 {number}").format(number=number))


def do_keep_certain(book: Book, linkage: LedgerLinkage, *, by: str, day: date) -> int:
    """Record the certain links that nobody has decided on, so that rules compare by them, and withdraw those that are certain no more.

    Returns how many of them stand now.
    """
    pair = {linkage.left.name, linkage.right.name}
    standing = {number: json.loads(stands.data) for number, stands in book.standing(LINK).items()}
    kept = {number for number, data in standing.items() if "automatic" in data and {data["left_ledger"], data["right_ledger"]} == pair}
    new = [found for found in linkage.certain if found.number not in standing]
    gone = sorted(kept - {found.number for found in linkage.certain})
    rows = [_row(book, linkage, found, SAME_PERSON, _("程序辨认"), by, day) | {"automatic": True} for found in new]
    book.record({LINK: rows}, by, _("辨认 {left}、{right}").format(left=linkage.left.title, right=linkage.right.title), {LINK: gone})
    return len(kept) - len(gone) + len(new)


def _row(book: Book, linkage: LedgerLinkage, found: LedgerLink, decision: str, evidence: str, by: str, day: date) -> dict[str, Any]:
    return {
        "number": found.number,
        "village": book.workspace.town,
        "left_ledger": linkage.left.name,
        "left_seq": found.link.left,
        "left_id": found.left["number"],
        "left_name": found.left["name"],
        "right_ledger": linkage.right.name,
        "right_seq": found.link.right,
        "right_id": found.right["number"],
        "right_name": found.right["name"],
        "weight": found.link.weight,
        "reasons": found.link.text,
        "decision": decision,
        "evidence": evidence,
        "by": by,
        "decided_on": day,
        "likeness": LIKENESS[found.link.status],
    }
