"""What the navigation shows, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse

from taizhang.i18n import N_, _

if TYPE_CHECKING:
    from django.http import HttpRequest

    from taizhang.access.sight import Sight


@dataclass(frozen=True, slots=True)
class Area:
    """One entry: its title, the view it leads to, and who sees it."""

    title: str
    view: str
    shown: Callable[[Sight], bool]


AREAS = (
    Area(N_("首页"), "home", lambda sight: True),
    Area(N_("台账"), "ledgers", lambda sight: bool(sight.ledgers("read"))),
    Area(N_("导入"), "importing", lambda sight: bool(sight.ledgers("write"))),
    Area(N_("审核"), "review", lambda sight: bool(sight.ledgers("accept"))),
    Area(N_("指标"), "figures", lambda sight: sight.may("figures")),
    Area(N_("报告"), "report", lambda sight: sight.may("report")),
    Area(N_("审稿"), "audit", lambda sight: sight.may("audit")),
    Area(N_("疑点"), "findings", lambda sight: sight.may("compare")),
    Area(N_("台账定义"), "definitions", lambda sight: sight.may("define")),
    Area(N_("账号"), "accounts", lambda sight: sight.may("administer")),
    Area(N_("后台任务"), "jobs", lambda sight: bool(sight.grants)),
    Area(N_("行政单元"), "divisions", lambda sight: sight.may("administer")),
    Area(N_("数据接口"), "tokens", lambda sight: sight.may("interface")),
    Area(N_("查阅记录"), "records", lambda sight: sight.may("oversee")),
)


def entries(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what the one who asks may go to."""
    from taizhang.office.shared.presence import due_of

    if not request.user.is_authenticated or due_of(request):
        return []
    sight: Sight = request.sight  # type: ignore[attr-defined]
    found = []
    for area in AREAS:
        try:
            address = reverse(area.view)
        except NoReverseMatch:
            continue
        if area.shown(sight):
            here = request.path == address if area.view == "home" else request.path.startswith(address)
            found.append({"title": _(area.title), "address": address, "here": here})
    return found
