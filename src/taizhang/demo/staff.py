"""Accounts of the demonstration town: one of every role, with invented names and a password that is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from taizhang.access.sight import Grant

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

PASSWORD = "taizhang-2020"  # noqa: S105 - printed for everybody; a demonstration only
BY = "demo"


@dataclass(frozen=True, slots=True)
class Member:
    """One account and what it holds."""

    username: str
    name: str
    grants: tuple[Grant, ...]


def members(workspace: Workspace) -> list[Member]:
    """Return the staff of a town: every role of the pack, and the clerks of two villages."""
    town = workspace.town
    villages = [d.code for d in workspace.divisions.children(town)]
    county = next((code for code in (town[:6], town[:4]) if code in workspace.divisions), town)
    agriculture, welfare, discipline = ("农业综合服务中心", "社会事务办"), ("民政办", "社会事务办", "扶贫办"), ("纪委",)
    return [
        Member("cunguan", "罗小英", (Grant("village_clerk", villages[1]),)),
        Member("cunguan2", "田国强", (Grant("village_clerk", villages[2]),)),
        Member("nongye", "杨丽", (Grant("station", town, agriculture),)),
        Member("minzheng", "周敏", (Grant("station", town, welfare),)),
        Member("shenhe", "吴建华", (Grant("reviewer", town, (*agriculture, *welfare)),)),
        Member("dangzheng", "龙晓", (Grant("report_writer", town),)),
        Member("jijian", "姚正", (Grant("inspector", town, discipline),)),
        Member("lingdao", "黄卫民", (Grant("leader", town),)),
        Member("xianji", "滕海", (Grant("county", county),)),
        Member("guanli", "石磊", (Grant("administrator", town),)),
        Member("jiekou", "数据接口", (Grant("interface", villages[1]), Grant("village_clerk", villages[1]))),
    ]


def make_staff(workspace: Workspace) -> list[Member]:
    """Make the accounts that are not there yet and return them all; the workspace's office tables must be there (``serving.prepare``).

    The workspace's setting is made to offer a second factor rather than to require it, so that everybody comes in by the password alone.
    """
    from taizhang.access.actions import do_grant, do_make_account
    from taizhang.access.models import Account

    _offer_second_factor(workspace)
    listed = members(workspace)
    for member in listed:
        if Account.objects.filter(username=member.username).exists():
            continue
        account = do_make_account(member.username, member.name, PASSWORD, by=BY, must_change_password=False, checked=False)
        for grant in member.grants:
            do_grant(account, grant, by=BY, pack=workspace.pack, divisions=workspace.divisions)
    return listed


def _offer_second_factor(workspace: Workspace) -> None:
    path = workspace.path("taizhang.toml")
    text = path.read_text(encoding="utf-8")
    if "[office]" not in text:
        path.write_text(text + '\n[office]\nsecond_factor = "offered"\n', encoding="utf-8")
        workspace.settings = type(workspace).open(workspace.root).settings
