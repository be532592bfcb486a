"""Reading the record of reads and the accounts: filtered, sorted, as told to who may see them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from taizhang.access.models import Account, ReadRecord
from taizhang.clock import SHANGHAI
from taizhang.i18n import N_
from taizhang.masking import mask_bank_card, mask_id_number, mask_telephone

RECORDED: Mapping[str, str] = {
    "read": N_("查看"),
    "unmask": N_("查看个人信息原文"),
    "export": N_("导出"),
    "search": N_("查找"),
    "file": N_("打开材料"),
    "trace": N_("溯源"),
    "report": N_("写报告"),
    "audit": N_("审稿"),
    "figures": N_("看数字"),
    "check": N_("比对"),
    "account": N_("账号变动"),
    "divisions": N_("更换行政单元名单"),
    "password": N_("密码"),
    "second_factor": N_("动态验证码"),
    "sign_in_rules": N_("登录规则"),
    "token": N_("接口令牌"),
    "interface": N_("数据接口"),
    "session": N_("结束会话"),
    "sign_in": N_("登录"),
    "sign_in_failed": N_("登录失败"),
    "sign_out": N_("退出"),
}
_SORTS = {"at", "person", "act", "ledger", "rows", "address"}
# The record says which entries were seen, and an entry may be known by an identity number, a card or a telephone.
_NUMBERS = (
    (re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])"), mask_id_number),
    (re.compile(r"(?<![0-9A-Za-z])\d{15}(?![0-9A-Za-z])"), mask_id_number),
    (re.compile(r"(?<![0-9A-Za-z])\d{16,19}(?![0-9A-Za-z])"), mask_bank_card),
    (re.compile(r"(?<![0-9A-Za-z])1\d{10}(?![0-9A-Za-z])"), mask_telephone),
)


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Which records: whatever is given must hold."""

    person: str = ""
    act: str = ""
    ledger: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = ""
    down: bool = False


def records(query: RecordQuery) -> QuerySet[ReadRecord]:
    """Return the records asked for, the newest first unless another order is."""
    found = ReadRecord.objects.all()
    if query.person:
        found = found.filter(person=query.person)
    if query.act:
        found = found.filter(act=query.act)
    if query.ledger:
        found = found.filter(ledger=query.ledger)
    if query.since:
        found = found.filter(at__gte=datetime.combine(query.since, time.min, SHANGHAI))
    if query.until:
        found = found.filter(at__lt=datetime.combine(query.until + timedelta(days=1), time.min, SHANGHAI))
    if query.sort in _SORTS:
        return found.order_by(f"{'-' if query.down else ''}{query.sort}", "-id")
    return found.order_by("-id")


def told(text: str) -> str:
    """Return what a record says with the numbers of people masked: who oversees reads need not see what was read.

    >>> told("990128199001010014、H12、13812341234")
    '990************014、H12、138****1234'
    """
    for pattern, mask in _NUMBERS:
        text = pattern.sub(lambda match, mask=mask: mask(match[0]), text)  # type: ignore[misc]
    return text


def names() -> dict[str, str]:
    """Return the name of every account by its username."""
    return dict(Account.objects.values_list("username", "name"))
