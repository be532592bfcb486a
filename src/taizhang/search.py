"""What one text finds: ledgers, figures, findings, submissions and entries, each from what somebody may see, with personal values masked."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from taizhang.access.actions import do_record_read
from taizhang.access.query import Query
from taizhang.access.shelf import Row, Shelf
from taizhang.addresses import address, known_address
from taizhang.comparison.desk import Desk
from taizhang.comparison.findings import CASE
from taizhang.comparison.visible import visible_finding, visible_findings
from taizhang.errors import TaizhangError
from taizhang.i18n import _

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.pack.definitions import Ledger
    from taizhang.workspace import Workspace

MOST = 5  # of one kind
SHORTEST, LONGEST = 2, 100
_SECONDS = 3.0  # looking into ledgers; what is left is told, and looked into on request


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer."""

    text: str
    address: str | None
    note: str = ""


@dataclass(slots=True)
class Hits:
    """The answers of one kind."""

    title: str
    total: int
    hits: list[Hit] = field(default_factory=list)
    address: str | None = None


@dataclass(slots=True)
class Answer:
    """All answers; ``left`` ledgers have not been looked into yet, from the one numbered ``onwards``."""

    groups: list[Hits]
    left: int = 0
    onwards: int = 0


def search(workspace: Workspace, sight: Sight, text: str, since: int = 0, *, came_from: str = "") -> Answer:
    """Search; ``since`` leaves out the ledgers before that number, which were looked into already."""
    if not SHORTEST <= len(text) <= LONGEST:
        return Answer([])
    answer = Answer([])
    if not since:
        answer.groups += [
            _numbers(workspace, sight, text),
            _findings(workspace, sight, text),
            _ledgers(sight, text),
            _indicators(sight, text),
            _rules(sight, text),
        ]
    personal = _entries(workspace, sight, text, since, answer)
    if personal:  # a whole name or number finds a person's rows: that somebody looked for her is recorded
        rows = sum(group.total for group in answer.groups)
        do_record_read(sight.person, "search", what=text, rows=rows, address=came_from)
    answer.groups = [group for group in answer.groups if group.total]
    return answer


def _numbers(workspace: Workspace, sight: Sight, text: str) -> Hits:
    """Return what a number names by itself: a submission, a finding, a case."""
    found = Hits(_("编号"), 0)
    wanted = text.upper()
    if sight.may("compare"):
        entry = Desk.of(workspace).entries[CASE].get(wanted)
        try:
            finding = visible_finding(workspace, sight, entry.data["finding"] if entry else wanted)
        except TaizhangError:
            pass
        else:
            where = address("case", wanted) if entry else address("finding", finding.number)
            found.hits.append(Hit(wanted, where, finding.title))
    if text.isdecimal() and len(text) < 10 and _sees_submission(sight, int(text)):
        found.hits.append(Hit(_("第{number}号报送").format(number=int(text)), known_address("submission", int(text))))
    found.total = len(found.hits)
    return found


def _sees_submission(sight: Sight, number: int) -> bool:
    from taizhang.journal import read
    from taizhang.reviewing.content import readable

    try:
        submission = read.submission(number)
    except TaizhangError:
        return False
    return submission.person == sight.person or readable(sight, submission)


def _findings(workspace: Workspace, sight: Sight, text: str) -> Hits:
    found = Hits(_("疑点"), 0)
    if not sight.may("compare"):
        return found
    shown = [
        f
        for f in visible_findings(workspace, sight)
        if any(text in (part or "") for part in (f.title, f.says, f.name_shown, f.programme)) or text.upper() in f.number
    ]
    hits = [Hit(f.title, address("finding", f.number), f.says) for f in shown[:MOST]]
    return Hits(found.title, len(shown), hits, address("findings", q=text))


def _ledgers(sight: Sight, text: str) -> Hits:
    shown = [ledger for ledger in sight.ledgers("read") if text in ledger.title or text.lower() in ledger.name]
    hits = [Hit(ledger.title, known_address("ledger", ledger.name), ledger.office) for ledger in shown[:MOST]]
    return Hits(_("台账"), len(shown), hits, known_address("ledgers", q=text))


def _indicators(sight: Sight, text: str) -> Hits:
    if not sight.may("figures"):
        return Hits(_("指标"), 0)
    shown = [i for i in sight.pack.indicators.values() if text in i.title or text.lower() in i.name]
    hits = [Hit(i.title, known_address("figure", i.name), i.unit) for i in shown[:MOST]]
    return Hits(_("指标"), len(shown), hits, known_address("figures", q=text))


def _rules(sight: Sight, text: str) -> Hits:
    if not sight.may("compare"):
        return Hits(_("比对规则"), 0)
    shown = [r for r in sight.pack.rules.values() if text in r.title or text.lower() in r.name]
    hits = [Hit(r.title, address("findings-rule", r.name)) for r in shown[:MOST]]
    return Hits(_("比对规则"), len(shown), hits, address("findings-rules", q=text))


def _entries(workspace: Workspace, sight: Sight, text: str, since: int, answer: Answer) -> bool:
    """Look into the ledgers one after the other, as long as a person waits for a page; say whether persons' rows were found."""
    began, shelf = time.monotonic(), Shelf.of(workspace)
    readable = sight.ledgers("read")
    personal = False
    for number, ledger in enumerate(readable[since:], since):
        if number > since and time.monotonic() - began > _SECONDS:
            answer.left, answer.onwards = len(readable) - number, number
            break
        found = shelf.rows(sight, ledger, Query(text=text, limit=MOST))
        if found.total:
            personal = personal or bool(sight.places("unmask", ledger))
            hits = [Hit(row.entry, known_address("entry", ledger.name, row.ref), _told(sight, ledger, row)) for row in found.rows]
            answer.groups.append(Hits(ledger.title, found.total, hits, known_address("ledger", ledger.name, q=text)))
    return personal


def _told(sight: Sight, ledger: Ledger, row: Row) -> str:
    from taizhang.access.written import cells

    shown = cells(sight, ledger, row)
    parts = [f"{f.title}：{shown[name]}" for name, f in ledger.fields.items() if shown.get(name) and name not in ledger.key]
    return "；".join(parts[:4])
