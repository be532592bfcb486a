"""Every way by which rows leave the office, each as a function that goes it and says which rows came out.

A function takes who goes (``Visitor``) and a ledger, and returns the ``seq`` of the rows that she got, or their number where an exit tells no more;
nothing is the empty set, also when she was refused. Addresses that carry a ledger and let no rows out are listed with the reason.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django.test import Client

from support.calls import ROOT, Caller

Got = set[int] | int
REFUSED = (302, 403, 404)
_KEY = re.compile(r"(?<![A-Za-z0-9])ZX[123]\d{3}(?![A-Za-z0-9])")  # of an entry; letters of a form's own mark may look like its beginning
INDICATORS = {"household": "households", "collective_asset_contract": "collective_contracts", "petition": "petitions_received"}


@dataclass
class Visitor:
    """Somebody on the office's pages, and with a token where she may have one."""

    pages: Client
    program: Caller | None
    seqs: dict[str, dict[str, int]]  # by ledger: the ref of every row there is, and its seq
    submission: int
    bodies: list[bytes] = field(default_factory=list)
    found: dict[str, int] | None = None  # what the search found, by title; asked once

    def page(self, path: str, **query: Any) -> str | None:
        """Return what a page says; None when it was refused."""
        answer = self.pages.get(path, query)
        assert answer.status_code == 200 or answer.status_code in REFUSED, f"{path}: {answer.status_code}"
        if answer.status_code != 200:
            return None
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]
        self.bodies.append(bytes(content))
        return bytes(content).decode("utf-8-sig")

    def call(self, path: str, **query: Any) -> Any:
        """Return what the interface answers; None when it refused."""
        assert self.program is not None
        answer = self.program.client.get(ROOT + path, query, headers=self.program.headers)
        assert answer.status_code in (200, 403, 404), f"{path}: {answer.content.decode()}"
        self.bodies.append(answer.content)
        return answer.json() if answer.status_code == 200 else None

    def of_refs(self, ledger: str, refs: list[str]) -> set[int]:
        """Return the rows that refs name."""
        return {self.seqs[ledger][ref] for ref in refs}


def table(v: Visitor, ledger: str) -> Got:
    """The page of a ledger, all its pages."""
    refs, number = list[str](), 1
    while (text := v.page(f"/ledgers/{ledger}/", page=number)) is not None:
        here = [unquote(ref) for ref in re.findall(rf'href="/ledgers/{ledger}/entry/([^"]+?)/"', text)]
        refs += here
        if not here or 'rel="next"' not in text:
            break
        number += 1
    return v.of_refs(ledger, refs)


def grid(v: Visitor, ledger: str) -> Got:
    """The rows that the grid asks for."""
    text = v.page(f"/ledgers/{ledger}/rows/", size=500)
    return set(map(int, re.findall(r'"_seq": (\d+)', text or "")))


def count(v: Visitor, ledger: str) -> Got:
    """The number that the grid is told."""
    text = v.page(f"/ledgers/{ledger}/rows/", size=50)
    return int(re.search(r'"total": (\d+)', text)[1]) if text else 0  # type: ignore[index]


def by_place(v: Visitor, ledger: str) -> Got:
    """What filters by place let through, place by place."""
    places = ("990128105001", "990128105201", "990128105202", "990128105203")
    return {
        seq for place in places for seq in map(int, re.findall(r'"_seq": (\d+)', v.page(f"/ledgers/{ledger}/rows/", place=place) or ""))
    }


def export_csv(v: Visitor, ledger: str) -> Got:
    """The rows of an export."""
    text = v.page(f"/ledgers/{ledger}/export/", form="csv")
    return len(list(csv.reader(io.StringIO(text)))) - 1 if text else 0


def entry_pages(v: Visitor, ledger: str) -> Got:
    """The pages of entries one by one, of all rows that there are."""
    return {seq for ref, seq in v.seqs[ledger].items() if v.page(f"/ledgers/{ledger}/entry/{ref}/") is not None}


def finder(v: Visitor, ledger: str) -> Got:
    """What is offered where a reference is filled in."""
    text = v.page(f"/ledgers/{ledger}/find/", q="ZX")
    return v.of_refs(ledger, _KEY.findall(text or ""))


def row_pages(v: Visitor, ledger: str) -> Got:
    """The pages of rows behind a figure, of all rows that there are."""
    return {seq for seq in v.seqs[ledger].values() if v.page(f"/figures/row/{ledger}/{seq}/") is not None}


def trace_page(v: Visitor, ledger: str) -> Got:
    """The rows of a figure, on its page, village by village."""
    places = ("990128105", "990128105001", "990128105201", "990128105202", "990128105203")
    pages = [v.page(f"/figures/{INDICATORS[ledger]}/rows/", period="2020", division=place) or "" for place in places]
    return {int(seq) for text in pages for seq in re.findall(rf"/figures/row/{ledger}/(\d+)/", text)}


def report_panel(v: Visitor, ledger: str) -> Got:
    """The rows of a figure that opens in a report."""
    text = v.page("/report/small/990128105/2020/1/figure/", figures=INDICATORS[ledger])
    return v.of_refs(ledger, _KEY.findall(text or ""))


def submission_page(v: Visitor, ledger: str) -> Got:
    """The rows of an accepted submission."""
    text = v.page(f"/submissions/{v.submission}/", ledger=ledger)
    return v.of_refs(ledger, _KEY.findall(text or ""))


def search(v: Visitor, ledger: str) -> Got:
    """What the search counts."""
    from taizhang.pack import load_pack

    if v.found is None:
        v.found, since = {}, 0
        while (text := v.page("/search/", q="ZX", **{"from": since})) is not None:
            v.found |= {title: int(total) for title, total in re.findall(r'<h2><a [^>]*>([^<]+)</a> <span class="count">(\d+)', text)}
            onwards = re.search(r'from=(\d+)">接着查', text)
            if not onwards or int(onwards[1]) <= since:
                break
            since = int(onwards[1])
    return v.found.get(load_pack().ledgers[ledger].title, 0)


def api_entries(v: Visitor, ledger: str) -> Got:
    """Entries through the interface, page by page."""
    found, cursor = set[int](), None
    while (told := v.call(f"/ledgers/{ledger}/entries", limit=4, **({"cursor": cursor} if cursor else {}))) is not None:
        found |= {one["seq"] for one in told["items"]}
        cursor = told["next"]
        if not cursor:
            break
    return found


def api_count(v: Visitor, ledger: str) -> Got:
    """The number that the interface tells."""
    told = v.call(f"/ledgers/{ledger}/entries", limit=1)
    return told["total"] if told else 0


def api_filter(v: Visitor, ledger: str) -> Got:
    """Entries of the whole town through the interface, by a condition."""
    told = v.call(f"/ledgers/{ledger}/entries", filter="_division=990128105", limit=1000)
    return {one["seq"] for one in told["items"]} if told else set()


def api_entry(v: Visitor, ledger: str) -> Got:
    """Entries one by one through the interface."""
    return {seq for ref, seq in v.seqs[ledger].items() if v.call(f"/ledgers/{ledger}/entries/{ref}") is not None}


def api_history(v: Visitor, ledger: str) -> Got:
    """Histories one by one through the interface."""
    steps = [v.call(f"/ledgers/{ledger}/history/{ref}") for ref in v.seqs[ledger]]
    return {step["seq"] for told in steps if told for step in told["items"]}


def api_trace(v: Visitor, ledger: str) -> Got:
    """The rows of a figure through the interface, village by village."""
    places = ("990128105", "990128105001", "990128105201", "990128105202", "990128105203")
    told = [v.call("/trace", indicator=INDICATORS[ledger], period="2020", division=place, limit=1000) for place in places]
    for one in told:
        assert one is None or len(one["rows"]) == one["count"] - one["hidden"]
    return {row["seq"] for one in told if one for row in one["rows"]}


def api_submission(v: Visitor, ledger: str) -> Got:
    """The rows of an accepted submission through the interface."""
    told = v.call(f"/submissions/{v.submission}/rows", limit=1000)
    return {row["seq"] for row in told["items"] if row["ledger"] == ledger} if told else set()


Exit = Callable[[Visitor, str], Got]
# By the name of the view, or the path of the operation.
EXITS: dict[str, list[Exit]] = {
    "ledger": [table],
    "ledger-rows": [grid, count, by_place],
    "ledger-export": [export_csv],
    "ledger-find": [finder],
    "entry": [entry_pages],
    "figure-row": [row_pages],
    "figure-rows": [trace_page],
    "report-figure": [report_panel],
    "submission": [submission_page],
    "search": [search],
    "/ledgers/{ledger}/entries": [api_entries, api_count, api_filter],
    "/ledgers/{ledger}/entries/{ref}": [api_entry],
    "/ledgers/{ledger}/history/{ref}": [api_history],
    "/trace": [api_trace],
    "/submissions/{number}/rows": [api_submission],
}
# Exits that go only where a name is no personal value, a figure counts the ledger, or a right of another kind is held.
NAMED: frozenset[Exit] = frozenset({finder, report_panel, submission_page, search})
COUNTED: frozenset[Exit] = frozenset({trace_page, api_trace, report_panel})
# Addresses that carry a ledger and let no rows out, or only to who got them by another exit of the list.
ELSEWHERE = {
    "ledger-villages": "counts by village, from Shelf.by_place",
    "ledger-save": "takes edits in",
    "ledger-unmask": "begins to unmask; the pages then show what they show",
    "ledger-return": "takes a workbook in",
    "ledger-compare": "compares a workbook that came back with what its owner may write",
    "ledger-retract": "takes back one's own submission",
    "figure-file": "the file of a row: of who may have it (figures.sources.may_have_file)",
    "entry-new": "an empty form",
    "entry-edit": "the form of an entry, behind Shelf.entry like its page",
    "entry-withdraw": "takes a withdrawal in",
    "/ledgers/{ledger}": "the definition",
    "/ledgers/{ledger}/template": "the blank workbook",
    "/ledgers/{ledger}/changes": "takes edits in",
}
