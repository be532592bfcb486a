"""How an audit is told to a person: words for answers, one line of counts, the facts of one figure, the text of a comment."""

from __future__ import annotations

from collections.abc import Iterator

from taizhang.audit.auditing import Audit
from taizhang.audit.comments import Comment
from taizhang.audit.findings import Finding
from taizhang.audit.links_model import Answer, Verdict
from taizhang.i18n import N_, _
from taizhang.reader import Quantity
from taizhang.reader.model import number_text

ANSWER_WORDS: dict[Answer, str] = {
    "agrees": N_("与台账相符"), "differs": N_("与台账不符"), "not_in_ledgers": N_("台账没有"), "cannot_tell": N_("不能判断"),
}  # fmt: skip
REASON_WORDS = {
    "uncertain_link": N_("指标未定，请选择"), "no_period": N_("时期不明"), "period_open": N_("时期未完"), "plan": N_("计划数"),
    "no_place": N_("地方不明"), "no_value": N_("台账无值"), "not_recorded": N_("台账没有这一时期"), "compared": N_("比较数"), "no_unit": N_("单位不明"),
    "not_seen": N_("您无权查看"),
}  # fmt: skip


def counts_line(audit: Audit) -> str:
    """Return one line: how many figures, what the ledgers say, how many findings of each class."""
    counts = audit.counts()
    parts = [_("数字{count}个").format(count=counts["figures"])]
    parts += [f"{_(words)}{counts[name]}" for name, words in ANSWER_WORDS.items() if counts.get(name)]
    classes = {"P": N_("前后不一致"), "L": N_("与台账不符的问题"), "S": N_("请核实"), "F": N_("表述建议")}
    parts += [f"{_(words)}{counts[name]}" for name, words in classes.items() if counts[name]]
    parts.append(_("核对无误{count}项").format(count=counts["passed"]))
    if audit.position is not None:
        parts.append(_("流水位置{position}").format(position=audit.position))
    return "，".join(parts)


def figure_facts(audit: Audit, q: Quantity) -> list[tuple[str, str]]:
    """Return what is known of a figure as pairs of name and value."""
    facts = [(_("读作"), _read_as(q)), (_("衡量什么"), q.measure), (_("时期"), q.period), (_("地方"), q.place)]
    verdict = audit.verdict_of(q.number)
    if verdict is not None:
        facts += _verdict_facts(audit, verdict)
    return [(name, value) for name, value in facts if value]


def _read_as(q: Quantity) -> str:
    value = number_text(q.value) + (f"—{number_text(q.value_max)}" if q.value_max is not None else "") + q.unit.name
    low, high = q.interval.low, q.interval.high
    if q.approx is None or (low is None and high is None):
        return value
    left = "(" if q.interval.low_open or low is None else "["
    right = ")" if q.interval.high_open or high is None else "]"
    bounds = f"{'' if low is None else number_text(low)}, {'' if high is None else number_text(high)}"
    return f"{value} {left}{bounds}{right}"


def _verdict_facts(audit: Audit, verdict: Verdict) -> Iterator[tuple[str, str]]:
    reason = _(REASON_WORDS[verdict.reason]) if verdict.reason in REASON_WORDS else ""
    yield _("比对"), _(ANSWER_WORDS[verdict.answer]) + (f"（{reason}）" if reason else "")
    yield _("指标"), audit.title_of(verdict.indicator)
    if verdict.value is not None:
        yield _("台账数"), number_text(verdict.value) + verdict.unit
    yield _("算式"), verdict.arithmetic
    yield _("建议改为"), verdict.proposal if verdict.answer == "differs" else ""
    if verdict.reason == "uncertain_link" or (verdict.indicator is None and verdict.candidates):
        yield _("可能的指标"), "、".join(audit.title_of(c.indicator) for c in verdict.candidates)


def figure_tip(audit: Audit, q: Quantity) -> str:
    """Return one line on a figure."""
    verdict = audit.verdict_of(q.number)
    head = f"{q.measure}：{_read_as(q)}" if q.measure else _read_as(q)
    return head if verdict is None else f"{head}；{_(ANSWER_WORDS[verdict.answer])}"


def finding_text(finding: Finding) -> str:
    """Return a finding as the text of a comment, one thing a line."""
    lines = [f"【{finding.class_words}】{finding.says or finding.title}"]
    pairs = [
        (_("算式"), finding.arithmetic), (_("前提"), finding.reading), (_("如何核定"), finding.settles), (_("建议改为"), finding.proposal or ""),
    ]  # fmt: skip
    lines += [f"{name}：{value}" for name, value in pairs if value]
    return "\n".join(lines)


def comments(audit: Audit) -> list[Comment]:
    """Return what is written beside the text: each finding at its first place, its other places named in it; in text order."""
    told = []
    for finding in audit.result.findings:
        if not finding.spans:
            continue
        (start, end), *others = sorted(finding.spans)
        text = finding_text(finding)
        if others:
            text += "\n" + _("另见：{places}").format(places="、".join(f"“{audit.document.text[a:b]}”" for a, b in others))
        told.append(Comment(start, end, text))
    return sorted(told, key=lambda c: (c.start, c.end))
