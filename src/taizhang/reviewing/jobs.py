"""The job of review: what comparison would find if a submission were accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taizhang.access.models import Account
from taizhang.clock import today
from taizhang.comparison.foreseeing import Foreseen, foresee
from taizhang.i18n import N_
from taizhang.jobs.registry import job
from taizhang.journal import read
from taizhang.reviewing.actions import check
from taizhang.reviewing.content import changes

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.jobs.work import Work
    from taizhang.pack.definitions import Rule

KIND = "review-foresee"
_MOST = 200


@job(KIND, title=N_("预看接收后的疑点"))
def foreseen(work: Work, *, number: int) -> dict[str, Any]:
    """Compare the ledgers as they would stand; what the reviewer may not read is not told to her."""
    sight, submission = work.sight, read.submission(number)
    check(sight, submission)
    stage = N_("比对接收后的台账")
    work.tell(stage, 0)
    wanted = changes(submission)
    forecast = foresee(
        work.workspace, wanted, today(), lambda rule, ledgers: _allowed(sight, rule, ledgers), tell=lambda s: work.tell(stage, s)
    )
    me = Account.objects.get(username=work.person)
    rows = {(c.ledger, c.entry): index for index, c in enumerate(wanted)}
    found = [_told(sight, one, rows) for one in forecast.found if not _concerns(me, one)]
    return {
        "found": found[:_MOST], "total": len(found), "gone": forecast.gone, "rules": forecast.rules, "stopped": list(forecast.stopped),
        "url": f"/submissions/{number}/",
    }  # fmt: skip


def _allowed(sight: Sight, rule: Rule, ledgers: frozenset[str]) -> bool:
    """Leave out rules that read a ledger which only those may know of who need to."""
    return all(sight.places("read", name) or sight.pack.ledgers[name].access != "need_to_know" for name in ledgers)


def _concerns(me: Account, one: Foreseen) -> bool:
    return one.subject in (me.id_number or None, me.name) or one.name == me.name


def _told(sight: Sight, one: Foreseen, rows: dict[tuple[str, str], int]) -> dict[str, Any]:
    """Return a finding for the page: its sentence only where every row that it stands on may be read, else the ledgers alone."""
    readable = all(sight.sees(p.ledger, p.division) for p in one.places)
    return {
        "rule": one.title, "severity": one.severity, "says": one.says if readable else "", "month": one.month,
        "ledgers": [sight.pack.ledgers[p.ledger].title for p in one.places],
        "rows": sorted({rows[(p.ledger, p.entry)] for p in one.places if p.mine and (p.ledger, p.entry) in rows}),
    }  # fmt: skip
