"""What awaits somebody today, what is late, and what changed: everything from what she may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from taizhang.addresses import address, known_address
from taizhang.clock import SHANGHAI, now, today
from taizhang.comparison.cases import APPEALED, VERIFIED, WAITING, Case
from taizhang.comparison.desk import Desk
from taizhang.comparison.visible import visible_findings
from taizhang.i18n import N_, _
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import day, moment, period_words

if TYPE_CHECKING:
    from taizhang.access.models import Account
    from taizhang.access.sight import Sight
    from taizhang.pack.definitions import Ledger
    from taizhang.workspace import Workspace

MOST = 6  # of one kind; the rest behind a link
_LATELY = timedelta(days=14)
_RETURNED_FOR = timedelta(days=60)
_LOOKED_AT = 60  # of the latest submissions, until enough are found that she may see


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what it is, where it leads to, until when."""

    text: str
    address: str | None
    note: str = ""
    tag: str = ""
    kind: str = ""
    piece: str | None = None  # the address of what takes the tag's place once it has been found out


@dataclass(slots=True)
class Group:
    """Lines of one kind; ``total`` counts those too that only the link behind ``address`` shows."""

    title: str
    total: int
    items: list[Item] = field(default_factory=list)
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """The page."""

    awaiting: list[Group]
    late: list[Group]
    changed: list[Group]


class Awaiting:
    """Collects the page for one account."""

    def __init__(self, workspace: Workspace, sight: Sight, account: Account) -> None:
        self.workspace, self.sight, self.account = workspace, sight, account
        self.day = today()

    def home(self) -> Home:
        """Return all that there is to tell; groups without anything are left out."""
        due, overdue = self._reporting()
        waiting, late_cases, rest = self._cases()
        return Home(
            _filled([*self._review(), *self._returned(), waiting, *rest, due]),
            _filled([overdue, late_cases]),
            _filled([*self._jobs(), *self._reports(), *self._runs(), *self._accepted()]),
        )

    def _review(self) -> Iterable[Group]:
        if not self.sight.ledgers("accept"):
            return
        from django.http import QueryDict

        from taizhang.office.review.listing import queue

        listed = [item for item in queue(self.sight, Asked("", QueryDict())) if not item.own]
        items = [
            Item(
                _("第{number}号 {ledgers}").format(number=item.submission.number, ledgers=self._titles(item.submission.ledgers)),
                known_address("submission", item.submission.number),
                _("{person}报送，{rows}行，已等{days}天").format(person=item.person, rows=item.submission.rows, days=item.days),
            )
            for item in listed[:MOST]
        ]
        yield Group(_("待我审核的报送"), len(listed), items, known_address("review"))

    def _returned(self) -> Iterable[Group]:
        from taizhang.journal import models

        since = now() - _RETURNED_FOR
        found = models.Submission.objects.filter(person=self.account.username, status="returned", decided_at__gte=since).order_by(
            "-decision"
        )
        items = [
            Item(
                _("第{number}号 {ledgers}").format(number=s.number, ledgers=self._titles(s.ledgers.split())),
                known_address("submission", s.number),
                s.reason,
                _("退回"),
                "bad",
            )
            for s in found[:MOST]
        ]
        yield Group(_("退回给我的报送"), found.count(), items)

    def _cases(self) -> tuple[Group, Group, list[Group]]:
        """Return cases to verify, those of them that are late, and what else waits for who handles cases."""
        waiting, late = Group(_("交办给我的核查"), 0), Group(_("逾期未核实的核查"), 0)
        if not self.sight.may("handle"):
            return waiting, late, []
        findings = {f.number: f for f in visible_findings(self.workspace, self.sight)}
        listed = [c for c in Desk.of(self.workspace).cases() if c.finding in findings]
        mine = sorted(
            (c for c in listed if c.state == WAITING and c.data["handler"] == self.account.username), key=lambda c: c.data["due_on"]
        )

        def told(case: Case) -> Item:
            finding, over = findings[case.finding], case.overdue(self.day)
            note = _("应于{day}前核实").format(day=case.data["due_on"])
            return Item(finding.title, address("case", case.number), note, _("逾期") if over else "", "bad" if over else "")

        waiting.items, waiting.total, waiting.address = [told(c) for c in mine[:MOST]], len(mine), address("findings", work="mine")
        over = [c for c in listed if c.overdue(self.day)]
        late.items, late.total, late.address = [told(c) for c in over[:MOST]], len(over), address("findings", work="overdue")
        cased = {c.finding for c in listed}
        counts = (
            (N_("待认定的核查"), sum(c.state == VERIFIED for c in listed), "verified"),
            (N_("申诉中的核查"), sum(c.state == APPEALED for c in listed), "appealed"),
        )
        rest = [Group(_(title), count, [], address("findings", work=work)) for title, count, work in counts]
        unassigned = sum(f.state == "open" and number not in cased for number, f in findings.items())
        rest.append(Group(_("还没有交办的疑点"), unassigned, [], address("findings", state="open", work="none")))
        return waiting, late, rest

    def _reporting(self) -> tuple[Group, Group]:
        """Return the ledgers that are due and those that are late: of one's own places for who fills them, else of all that one sees."""
        from taizhang.office.ledgers.reporting import reporting

        due, late = Group(_("待报的台账"), 0), Group(_("逾期未报的台账"), 0, [], known_address("ledgers", show="late"))
        ledgers = [ledger for ledger in self.sight.ledgers("read") if ledger.due]
        for ledger, told in zip(ledgers, reporting(self.workspace, self.sight, ledgers, self.day), strict=True):
            own = self.sight.places("write", ledger)
            places = [v for v in told.villages if not own or v.division.code.startswith(own)]
            for state, group in (("due", due), ("overdue", late)):
                missing = [v.division.name for v in places if v.state == state]
                if missing and (own or state == "overdue"):
                    group.total += 1
                    if len(group.items) < MOST:
                        group.items.append(self._missing(ledger, period_words(told.period), told.due_on, missing))
        return due, late

    def _missing(self, ledger: Ledger, period: str, due: date, missing: list[str]) -> Item:
        named = "、".join(missing[:3]) + (_("等{count}个").format(count=len(missing)) if len(missing) > 3 else "")
        note = _("{period}，应于{day}前报：{places}").format(period=period, day=day(due), places=named)
        return Item(ledger.title, known_address("ledger-villages", ledger.name) or known_address("ledger", ledger.name), note)

    def _jobs(self) -> Iterable[Group]:
        from taizhang.jobs.models import Job

        found = Job.objects.filter(person=self.account.username, created_at__gte=now() - _LATELY).order_by("-id")
        words = {
            "waiting": _("等待"),
            "running": _("进行中"),
            "done": _("完成"),
            "failed": _("未完成"),
            "cancelled": _("已取消"),
            "interrupted": _("中断"),
        }
        kinds = {"done": "good", "failed": "bad", "interrupted": "bad", "running": "warn"}
        items = [
            Item(
                f"{_(job.title)}{' · ' + job.about if job.about else ''}",
                known_address("job", job.id),
                moment(job.ended_at or job.created_at),
                words[job.state],
                kinds.get(job.state, ""),
            )
            for job in found[:MOST]
        ]
        yield Group(_("我的后台任务"), found.count(), items, known_address("jobs"))

    def _reports(self) -> Iterable[Group]:
        """Tell written reports behind which rows have changed; which of their sentences are stale is asked by the page when it is there."""
        if not self.sight.may("report"):
            return
        from taizhang.journal import read
        from taizhang.report.visible import visible_versions

        head, seen, items = read.position(), set[tuple[str, str, str]](), list[Item]()
        for one in visible_versions(self.workspace, self.sight):
            key = (one.name, one.division, one.period)
            if key in seen:
                continue
            seen.add(key)
            if one.position < head:
                note = _("{moment}写的，此后台账有变动").format(moment=moment(one.at))
                own, piece = (known_address(view, *key, one.number) for view in ("report-version", "report-stale"))
                items.append(Item(f"{one.title} {one.period}", own, note, _("看过时的句子"), "warn", piece))
        yield Group(_("可能过时的报告"), len(items), items[:MOST], known_address("report"))

    def _runs(self) -> Iterable[Group]:
        if not self.sight.may("compare"):
            return
        from taizhang.comparison.runs import Runs

        listed = Runs(self.workspace, self.sight).all()[:1]
        items = [
            Item(
                run.number,
                address("findings-run", run.number),
                _("按{day}的情况，新增疑点{new}个，现有{standing}个").format(day=day(run.day), new=run.new, standing=run.standing),
            )
            for run in listed
        ]
        yield Group(_("最近一次比对"), len(listed), items, address("findings-runs"))

    def _accepted(self) -> Iterable[Group]:
        from taizhang.journal import models
        from taizhang.journal.read import plain
        from taizhang.reviewing.content import readable

        since = now() - _LATELY
        latest = models.Submission.objects.filter(status="accepted", decided_at__gte=since).order_by("-decision")[:_LOOKED_AT]
        found = [s for s in map(plain, latest) if readable(self.sight, s)][:MOST]
        names = _names(s.person for s in found)
        items = [
            Item(
                _("第{number}号 {ledgers}").format(number=s.number, ledgers=self._titles(s.ledgers)),
                known_address("submission", s.number),
                _("{person}报送，{moment}接收，{rows}行").format(
                    person=names.get(s.person, s.person),
                    moment=moment(s.decided_at.astimezone(SHANGHAI) if s.decided_at else None),
                    rows=s.rows,
                ),
            )
            for s in found
        ]
        yield Group(_("最近接收的报送"), len(items), items)

    def _titles(self, ledgers: Iterable[str]) -> str:
        known = self.sight.pack.ledgers
        titles = [known[name].title if name in known else name for name in ledgers]
        return "、".join(titles[:3]) + (_("等{count}本台账").format(count=len(titles)) if len(titles) > 3 else "")


def _filled(groups: Iterable[Group]) -> list[Group]:
    return [group for group in groups if group.total]


def _names(usernames: Iterable[str]) -> dict[str, str]:
    from taizhang.comparison.seen.people import names_of

    return names_of(usernames)
