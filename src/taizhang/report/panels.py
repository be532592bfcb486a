"""What a reader sees when a figure of the report is opened: formula in words, parts, rows with their origin. Personal values are masked here."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from taizhang.access.sight import meant
from taizhang.i18n import _
from taizhang.masking import mask_value
from taizhang.pack.definitions import Aggregate, Field, Indicator, Ledger, OverDivisions, Pack, Ratio, When
from taizhang.report.forms import plain
from taizhang.report.model import Report

if TYPE_CHECKING:
    from taizhang.figures.tracing import Trace, TraceRow, Visible
    from taizhang.warehouse.snapshot import Snapshot

ROWS_SHOWN = 200
_DIVISION_ROWS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a panel: some of ``total``; ``note`` says what is left out and how to see it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """An opened figure; ``parts`` are the panels of numerator, denominator or divisions."""

    title: str
    value: str  # exact, with its unit
    formula: str
    facts: tuple[tuple[str, str], ...] = ()
    table: Table | None = None
    parts: tuple[Panel, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the panel as plain data."""
        table = self.table and {"columns": self.table.columns, "rows": self.table.rows, "total": self.table.total, "note": self.table.note}
        parts = tuple(part.as_dict() for part in self.parts)
        return {"title": self.title, "value": self.value, "formula": self.formula, "facts": self.facts, "table": table, "parts": parts}


def open_panels(
    report: Report,
    snapshot: Snapshot,
    *,
    rows: int = ROWS_SHOWN,
    progress: Callable[[int, int], None] | None = None,
    only: Collection[str] | None = None,
    visible: Visible | None = None,
) -> dict[str, Panel]:
    """Open every figure of a report, with at most ``rows`` rows each; keys are the figures' indicators (``p.NAME`` for a parameter).

    The snapshot has to stand at the report's position. ``progress`` is told how many of how many figures are open; ``only`` opens some,
    ``visible`` says which rows may be listed.
    """
    from taizhang.figures.tracing import trace

    pack = snapshot.pack
    as_of = date.fromisoformat(report.as_of) if report.as_of else None
    opener = _Opener(snapshot, report, rows)
    panels: dict[str, Panel] = {}
    figures = [figure for figure in report.figures if only is None or figure.indicator in only]
    for done, figure in enumerate(figures, start=1):
        if figure.indicator.startswith("p."):
            panels[figure.indicator] = _parameter_panel(pack, figure.indicator[2:], _value(figure.value, figure.unit))
        elif figure.indicator not in panels:
            traced = trace(snapshot, figure.indicator, figure.period, figure.division, as_of, limit=rows, visible=visible)
            panels[figure.indicator] = opener.panel(traced, rows)
        if progress:
            progress(done, len(figures))
    return panels


def _parameter_panel(pack: Pack, name: str, value: str) -> Panel:
    parameter = pack.parameters[name]
    facts = [(_("依据"), parameter.basis)] if parameter.basis else []
    facts += [(_("自 {day} 起").format(day=day.isoformat()), _value(amount, parameter.unit)) for day, amount in parameter.values]
    return Panel(parameter.title, value, _("参数：由标准包规定，按生效日期取值"), tuple(facts))


class _Opener:
    """Turns the traces of one report into panels."""

    def __init__(self, snapshot: Snapshot, report: Report, limit: int) -> None:
        self.pack, self.report, self.limit = snapshot.pack, report, limit
        plain_names = {d.code: d.name for d in snapshot.divisions.subtree(report.division)}
        self.names = {code: _group_name(code, plain_names) for code in plain_names}

    def panel(self, traced: Trace, limit: int) -> Panel:
        """Open one trace, with those that it rests on."""
        figure = traced.figure
        indicator = self.pack.indicators[figure.indicator]
        facts = [
            (_("指标"), f"{indicator.name}（{indicator.title}）"),
            (_("期间"), str(figure.period)),
            (_("行政单元"), f"{self.names.get(figure.division, '')}（{figure.division}）"),
            (_("流水位置"), str(figure.position)),
        ]
        if indicator.about:
            facts.insert(1, (_("口径"), indicator.about))
        value = _value(figure.value, figure.unit)
        formula = formula_in_words(indicator, self.pack)
        if isinstance(traced.formula, Aggregate):
            table = self._table(traced, self.pack.ledgers[traced.formula.ledger], limit)
            return Panel(indicator.title, value, formula, tuple(facts), table)
        if traced.numerator and traced.denominator:
            top, bottom = (self.panel(part, limit) for part in (traced.numerator, traced.denominator))
            facts += [(_("分子"), f"{top.title} {top.value}"), (_("分母"), f"{bottom.title} {bottom.value}")]
            return Panel(indicator.title, value, formula, tuple(facts), parts=(top, bottom))
        table, parts = self._divisions(traced)
        return Panel(indicator.title, value, formula, tuple(facts), table, parts)

    def _divisions(self, traced: Trace) -> tuple[Table, tuple[Panel, ...]]:
        rows = tuple(
            (d.division.name, d.division.code, _value(d.trace.figure.value, d.trace.figure.unit), _("计入") if d.counts else _("不计"))
            for d in traced.divisions
        )
        parts = []
        for member in traced.divisions:
            inner = self.panel(member.trace, min(self.limit, _DIVISION_ROWS_SHOWN))
            if member.trace.count or inner.parts:
                title = f"{member.division.name} · {inner.title}"
                parts.append(Panel(title, inner.value, inner.formula, (), inner.table, inner.parts))
        return Table((_("行政单元"), _("代码"), _("数值"), _("是否计入")), rows, len(rows)), tuple(parts)

    def _table(self, traced: Trace, ledger: Ledger, limit: int) -> Table:
        figure = traced.figure
        if ledger.access == "need_to_know":
            note = _("《{ledger}》只限授权人员查阅，明细不随报告展示。").format(ledger=ledger.title)
            return Table((), (), traced.count, note)
        listed = traced.rows[:limit]
        fields = [name for name in ledger.fields if any(row.values.get(name) for row in listed)]
        titles = (ledger.fields[name].title for name in fields)
        columns = (_("计入"), *titles, _("来源文件"), _("位置"), _("报送"), _("报送人"), _("入账时间"))
        rows = tuple(self._row(row, ledger, fields) for row in listed)
        note = _("其中 {hidden} 行您无权查看，计入合计但不列出。").format(hidden=traced.hidden) if traced.hidden else ""
        if len(rows) < traced.count - traced.hidden:
            command = f"taizhang trace {figure.indicator} --period {figure.period} --division {figure.division}"
            note += _("共 {total} 行，这里列出 {shown} 行；全部明细：{command}").format(
                total=traced.count, shown=len(rows), command=command
            )
        return Table(columns, rows, traced.count, note)

    def _row(self, row: TraceRow, ledger: Ledger, fields: Iterable[str]) -> tuple[str, ...]:
        sent = row.submission
        place = " ".join(part for part in (row.sheet or "", _("第 {line} 行").format(line=row.line) if row.line else "") if part)
        counted = "—" if row.contribution is None else plain(row.contribution)
        source, time = sent.source_name or sent.source_kind or "", str(sent.accepted_at or "")[:16].replace("T", " ")
        values = (self._shown(ledger.fields[name], row.values.get(name)) for name in fields)
        return (counted, *values, source, place, f"#{sent.number}", sent.person or "", time)

    def _shown(self, field: Field, value: str | None) -> str:
        if field.type == "yes_no" and value is not None:
            value = {"true": _("是"), "false": _("否")}.get(value, value)
        if field.type == "division" and value is not None:
            value = self.names.get(value, value)
        return mask_value(meant(self.pack, field), value) or ""


def _group_name(code: str, names: Mapping[str, str]) -> str:
    """Name a village group with its village: every village has a 1组."""
    name, village = names[code], names.get(code[:12], "")
    return village + name if len(code) == 14 and not name.startswith(village) else name


def formula_in_words(indicator: Indicator, pack: Pack) -> str:
    """Say in one Chinese sentence how an indicator is computed; conditions keep the pack's own expression, with titles for field names."""
    formula = indicator.formula
    if isinstance(formula, Ratio):
        of, to = pack.indicators[formula.of].title, pack.indicators[formula.to].title
        return f"{of} ÷ {to}" + (" × 100%" if indicator.unit == "%" else "")
    if isinstance(formula, OverDivisions):
        inner = pack.indicators[formula.of].title
        level = _LEVELS[formula.level]
        act = {"count": f"{level}的个数", "min": "最小值", "max": "最大值"}[formula.value]
        where = (
            f"中符合条件（{_titled(formula.where, {'value': inner, 'kind': '类别', 'name': '名称', 'code': '代码'}, pack)}）的"
            if formula.where
            else "的"
        )
        return f"各{level}“{inner}”{where}{act}"
    ledger = pack.ledgers[formula.ledger]
    titles = {name: field.title for name, field in ledger.fields.items()}
    argument = _titled(formula.argument, titles, pack) if formula.argument else ""
    act = _ACTS[formula.function].format(argument=argument)
    where = f"，条件：{_titled(formula.where, titles, pack)}" if formula.where else ""
    return f"台账《{ledger.title}》中{_WHEN[formula.when]}的记录{act}{where}"


_LEVELS: Mapping[str, str] = {"village": "村（居）", "group": "组", "town": "乡镇"}
_ACTS: Mapping[str, str] = {
    "sum": "，“{argument}”相加",
    "count": "的条数",
    "count_distinct": "，不同“{argument}”的个数",
    "min": "，“{argument}”的最小值",
    "max": "，“{argument}”的最大值",
    "latest": "，每一对象最近一次“{argument}”相加",
}
_WHEN: Mapping[When, str] = {
    "at": "发生在期内",
    "upto": "截至期末累计发生",
    "held_at_end": "期末在册",
    "began": "期内新增",
    "ended": "期内退出",
    "held": "期内曾经在册",
}
_WORDS = {
    "and": "且",
    "or": "或",
    "not": "非",
    "is null": "为空",
    "is not null": "不为空",
    "in": "属于",
    "<>": "≠",
    "!=": "≠",
    ">=": "≥",
    "<=": "≤",
}


def _titled(expression: str | None, titles: Mapping[str, str], pack: Pack) -> str:
    def word(match: re.Match[str]) -> str:
        text = match[0]
        if text.startswith("'"):
            return f"“{text[1:-1]}”"
        if text.startswith(":"):
            parameter = pack.parameters.get(text[1:])
            return {":period_start": "期初", ":period_end": "期末"}.get(text, f"“{parameter.title}”" if parameter else text)
        plain_text = " ".join(text.lower().split())
        return f" {_WORDS[plain_text]} " if plain_text in _WORDS else titles.get(text, text)

    expression = re.sub(r"(?i)\bbetween\s+(\S+)\s+and\s+(\S+)", r"介于 \1 与 \2 之间", expression or "")
    pattern = r"'(?:[^']|'')*'|:\w+|(?i:is\s+not\s+null|is\s+null)|<>|!=|>=|<=|[^\W\d]\w*"
    return " ".join(re.sub(pattern, word, expression).split())


def _value(value: Any, unit: str) -> str:
    return _("无值") if value is None else plain(value) + unit
