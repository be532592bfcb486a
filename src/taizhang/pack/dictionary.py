"""The data dictionary: a pack written out for people, in Chinese, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from taizhang.i18n import N_
from taizhang.pack.audit_checks import CHECKS
from taizhang.pack.definitions import Aggregate, Indicator, IndicatorExample, Ledger, Pack, Parameter, Ratio, RuleExample, StepDefinition
from taizhang.pack.fieldtypes import FIELD_TYPES
from taizhang.pack.rule_schema import GROUPS, SEVERITIES, SUBJECTS

KINDS = {"register": "名册类", "event": "事件类"}
WHEN = {
    "at": "发生在本期内的",
    "upto": "自始至期末发生的",
    "held_at_end": "期末在册的",
    "began": "本期内新增的",
    "ended": "本期内退出的",
    "held": "本期内曾在册的",
}
FUNCTIONS = {"sum": "合计", "count": "行数", "count_distinct": "不重复计数", "min": "最小值", "max": "最大值", "latest": "最新值"}
EVERY = {"month": "月", "quarter": "季度", "half": "半年", "year": "年"}
ACCESS = {"normal": N_("一般"), "personal": N_("含个人信息"), "need_to_know": N_("仅限有关人员")}


def _cell(value: Any) -> str:
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")


def _table(header: list[str], rows: list[list[Any]]) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "| " + " | ".join("---" for _ in header) + " |"
    for row in rows:
        yield "| " + " | ".join(_cell(c) for c in row) + " |"
    yield ""


def _row_text(row: Mapping[str, Any], ledger: Ledger | None) -> str:
    titles = {n: f.title for n, f in ledger.fields.items()} if ledger else {}
    return "，".join(f"{titles.get(k, k)} {_cell(v)}" for k, v in row.items())


def ledger_page(pack: Pack, ledger: Ledger) -> Iterator[str]:
    """Yield the lines of one ledger."""
    yield f"### {ledger.title} `{ledger.name}`"
    yield ""
    if ledger.about:
        yield ledger.about
        yield ""
    dates = ledger.at and f"按“{ledger.fields[ledger.at].title}”归期"
    if ledger.begins and ledger.ends:
        dates = f"自“{ledger.fields[ledger.begins].title}”起，至“{ledger.fields[ledger.ends].title}”止"
    key = "、".join(ledger.fields[k].title for k in ledger.key)
    yield f"{KINDS[ledger.kind]}；{dates}；归口：{ledger.office}；主键：{key}；查阅范围：{ACCESS[ledger.access]}。"
    yield ""
    if ledger.due:
        when = (
            f"期末后{ledger.due.after}日内"
            if ledger.due.after > 0
            else "期末以前"
            if ledger.due.after == 0
            else f"期末前{-ledger.due.after}日"
        )
        who = f"有“{pack.ledgers[ledger.due.among].title}”记录的每村" if ledger.due.among else "每村"
        yield f"报送期限：{who}每{EVERY[ledger.due.every]}，{when}（{ledger.due.basis}）。"
        yield ""
    if not ledger.takes("write"):
        yield "由比对和办理登记，不能填报、导入或改动。"
        yield ""
    elif not ledger.review:
        yield "填报即生效，不经审核。"
        yield ""
    rows = []
    for f in ledger.fields.values():
        marks = "、".join(m for m, on in (("必填", f.required), ("个人信息", f.personal)) if on)
        rows.append([f.title, f"`{f.name}`", FIELD_TYPES[f.type].title, marks, FIELD_TYPES[f.type].describe(f), f.help])
    yield from _table(["字段", "代码", "类型", "标记", "可填内容", "说明"], rows)
    for check in ledger.checks:
        yield f"- 校验：{check.title}（`{check.expect}`{'，可确认' if check.severity == 'warning' else ''}）"
    for e in ledger.examples:
        told = (
            "接收"
            if e.accepted
            else "拒绝（" + "、".join(f"{ledger.fields[k].title if k in ledger.fields else k}：{v}" for k, v in e.because.items()) + "）"
        )
        yield f"- 样例，{told}：{_row_text(e.row, ledger)}"
    yield ""


def _meaning(pack: Pack, indicator: Indicator) -> str:
    formula = indicator.formula
    if isinstance(formula, Aggregate):
        what = FUNCTIONS[formula.function] + (f"（{formula.argument}）" if formula.argument else "")
        where = f"，条件 `{formula.where}`" if formula.where else ""
        per = f"，每个 {formula.per} 取一个" if formula.per else ""
        return f"《{pack.ledgers[formula.ledger].title}》中{WHEN[formula.when]}记录的{what}{where}{per}"
    if isinstance(formula, Ratio):
        return f"“{pack.indicators[formula.of].title}”除以“{pack.indicators[formula.to].title}”，保留{formula.places}位小数"
    level = {"village": "村（居）", "group": "组", "town": "乡镇"}[formula.level]
    kind = {"count": "个数", "min": "最小值", "max": "最大值"}[formula.value]
    return f"各{level}“{pack.indicators[formula.of].title}”的{kind}" + (f"，条件 `{formula.where}`" if formula.where else "")


def indicator_page(pack: Pack, indicator: Indicator) -> Iterator[str]:
    """Yield the lines of one indicator."""
    yield f"### {indicator.title} `{indicator.name}`"
    yield ""
    yield f"单位：{indicator.unit}。{_meaning(pack, indicator)}。{indicator.about}"
    yield ""
    for e in indicator.examples:
        yield f"- 样例（{e.period}）：{_example_rows(pack, e)} → {'无' if e.gives is None else _cell(e.gives)}"
    yield ""


def _example_rows(pack: Pack, example: IndicatorExample) -> str:
    parts = []
    for name, rows in example.rows.items():
        ledger = pack.ledgers[name]
        listed = "；".join(_row_text(row, ledger) or "一行" for row in rows) or "没有行"
        parts.append(f"《{ledger.title}》{listed}")
    return "，".join(parts) or "没有行"


def _parameter_page(parameter: Parameter) -> Iterator[str]:
    yield f"### {parameter.title} `{parameter.name}`"
    yield ""
    if parameter.basis:
        yield f"依据：{parameter.basis}"
        yield ""
    yield from _table(["自", f"值（{parameter.unit}）"], [[since.isoformat(), value] for since, value in parameter.values])


AUDIT_CLASSES = {"P": "前后不一致", "L": "与台账不符", "S": "请核实", "F": "表述建议"}


def audit_pages(pack: Pack) -> Iterator[str]:
    """Yield the lines of the audit rules, in order of their numbers."""
    yield "## 审核规则"
    yield ""
    yield "对写好的报告逐条审核。类别：" + "、".join(f"{k} {v}" for k, v in AUDIT_CLASSES.items()) + "。审核只提出疑问，不改原文。"
    yield ""
    for rule in sorted(pack.audit_rules.values(), key=lambda r: (r.number[0], int(r.number[1:]))):
        yield f"### {rule.number} {rule.title} `{rule.name}`"
        yield ""
        yield f"检查：{CHECKS[rule.check].title}（`{rule.check}`）。{rule.about}"
        yield ""
        for case in rule.cases.values():
            told = "；".join(part for part in (case.says.rstrip("。"), case.reads.rstrip("。"), case.settles.rstrip("。")) if part)
            yield f"- {AUDIT_CLASSES[case.class_]}：{told}。"
        for e in rule.examples:
            found = f"指出：{'、'.join(e.finds)}（{_cell(e.arithmetic)}）" if e.finds else "不指出"
            why = f"，{e.why}" if e.why else "。"
            yield f"- 样例：{_cell(_short(e.text))} → {found}{why}"
        yield ""


def view_pages(pack: Pack) -> Iterator[str]:
    """Yield the lines of the views."""
    yield "## 视图"
    yield ""
    yield "几条比对规则共用的查询。"
    yield ""
    for view in sorted(pack.views.values(), key=lambda v: v.name):
        yield f"### {view.title} `{view.name}`"
        yield ""
        if view.about:
            yield view.about
            yield ""
        yield from _steps(view.steps)


def rule_pages(pack: Pack) -> Iterator[str]:
    """Yield the lines of the comparison rules, in order of the catalogue."""
    yield "## 比对规则"
    yield ""
    yield "规则只提出疑点，由人核实。"
    yield ""
    for rule in sorted(pack.rules.values(), key=lambda r: (r.number, r.name)):
        yield f"### {rule.number} {rule.title} `{rule.name}`"
        yield ""
        needs = "、".join(pack.ledgers[n].title for n in rule.needs) or "没有（只看本系统自己登记的）"
        yield f"{rule.group} {GROUPS[rule.group]}；{SEVERITIES[rule.severity]}；对象：{SUBJECTS[rule.subject]}；需要：{needs}；依据：{rule.basis.rstrip('。')}。"
        yield ""
        yield rule.about
        yield ""
        yield from _steps(rule.steps)
        yield f"疑点：{_cell(rule.says)}。"
        yield ""
        for e in rule.examples:
            told = f"误报：{e.why or '看似疑点而不是'}" if e.false_alarm else e.why
            found = "；".join(_row_text(row, None) for row in e.finds) or "没有发现"
            yield f"- 样例：{_short(_rows_text(pack, e))} → {found}" + (f"（{told.rstrip('。')}）" if told else "")
        yield ""


def _rows_text(pack: Pack, example: RuleExample) -> str:
    return (
        "；".join(f"{pack.ledgers[n].title}：{_row_text(row, pack.ledgers[n])}" for n, rows in example.rows.items() for row in rows)
        or "没有记录"
    )


def _steps(steps: tuple[StepDefinition, ...]) -> Iterator[str]:
    for n, step in enumerate(steps, start=1):
        yield f"{n}. {step.title}"
    yield ""


def _short(text: str) -> str:
    words = text.strip()
    return words if len(words) <= 160 else f"{words[:150]}……"


def dictionary(pack: Pack) -> str:
    """Return the whole data dictionary of a pack as Markdown."""
    lines = [
        f"# 数据字典：{pack.name}",
        "",
        f"共{len(pack.ledgers)}本台账、{len(pack.indicators)}个指标、{len(pack.parameters)}个参数、{len(pack.reports)}份报告、{len(pack.audit_rules)}条审核规则、{len(pack.rules)}条比对规则。",
        "本文件由 `taizhang pack docs` 生成，不要手改。",
        "",
        "## 台账",
        "",
    ]
    for ledger in sorted(pack.ledgers.values(), key=lambda x: x.system):
        lines += ledger_page(pack, ledger)
    lines += ["## 指标", ""]
    for indicator in sorted(pack.indicators.values(), key=lambda x: x.system):
        lines += indicator_page(pack, indicator)
    lines += ["## 参数", ""]
    for parameter in pack.parameters.values():
        lines += _parameter_page(parameter)
    if pack.audit_rules:
        lines += audit_pages(pack)
    if pack.views:
        lines += view_pages(pack)
    if pack.rules:
        lines += rule_pages(pack)
    return "\n".join(lines).rstrip() + "\n"
