"""A composed report: blocks, sentences, and the figures that stand in them. Plain immutable data, equal for equal input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from taizhang.report.forms import plain

FORMAT = "taizhang-report/1"

BlockKind = Literal["heading", "paragraph", "item"]


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """The exact value of an indicator for one division and period, as the journal gave it at ``position``."""

    indicator: str
    title: str
    unit: str
    value: Decimal | None
    division: str = ""
    period: str = ""
    position: int = 0
    numerator: Decimal | None = None  # of a ratio, before division
    denominator: Decimal | None = None

    @property
    def exact(self) -> Fraction | None:
        """The value without rounding: of a ratio the fraction itself, in the figure's unit."""
        if self.value is None:
            return None
        if self.numerator is None or not self.denominator:
            return Fraction(self.value)
        fraction = Fraction(self.numerator) / Fraction(self.denominator)
        return fraction * 100 if self.unit == "%" else fraction

    def as_dict(self) -> dict[str, Any]:
        """Return the figure as plain data; numbers are decimal text."""
        data: dict[str, Any] = {
            "indicator": self.indicator,
            "title": self.title,
            "value": _text(self.value),
            "unit": self.unit,
            "period": self.period,
            "division": self.division,
            "position": self.position,
        }
        if self.denominator is not None or self.numerator is not None:
            data |= {"numerator": _text(self.numerator), "denominator": _text(self.denominator)}
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ReportFigure:
        """Read what :meth:`as_dict` wrote."""
        numbers = {k: None if data.get(k) is None else Decimal(data[k]) for k in ("value", "numerator", "denominator")}
        return cls(
            data["indicator"], data["title"], data["unit"], division=data["division"], period=data["period"],
            position=data["position"], **numbers,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """A figure where it stands; ``start`` and ``end`` count characters of the sentence."""

    figure: ReportFigure
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; ``start`` and ``end`` count characters of the report's whole text, ``number`` counts sentences from 1."""

    number: int
    text: str
    start: int
    printed: tuple[PrintedFigure, ...] = ()
    decided_by: tuple[ReportFigure, ...] = ()  # chose the wording without being printed

    @property
    def end(self) -> int:
        """Where the sentence ends in the whole text, exclusive."""
        return self.start + len(self.text)

    @property
    def figures(self) -> tuple[ReportFigure, ...]:
        """All figures that the sentence rests on, each once, printed ones first."""
        return tuple(dict.fromkeys([*(p.figure for p in self.printed), *self.decided_by]))

    @property
    def skeleton(self) -> str:
        """The sentence with each figure replaced by its indicator's name: equal for sentences that differ in figures only."""
        text, at = "", 0
        for printed in self.printed:
            text += self.text[at : printed.start] + "{" + printed.figure.indicator + "}"
            at = printed.end
        return text + self.text[at:]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, or an item (a numbered paragraph whose first sentence is its heading); ``level`` 0 is a plain paragraph."""

    kind: BlockKind
    level: int
    number: str  # 一、 （一） 1. （1）; empty for a plain paragraph
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The text without its number."""
        return "".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Report:
    """A document whose sentences hold figures."""

    name: str
    title: str
    period: str
    division: str
    division_name: str
    position: int
    template: str  # SHA-256 of title and text of the definition
    blocks: tuple[Block, ...]
    dated: str | None = None  # ISO date that is printed under the text
    as_of: str | None = None  # ISO date at which the figures were cut off

    @property
    def sentences(self) -> Iterator[Sentence]:
        """All sentences in their order."""
        return (sentence for block in self.blocks for sentence in block.sentences)

    @property
    def figures(self) -> tuple[ReportFigure, ...]:
        """All figures of the report, each once."""
        return tuple(dict.fromkeys(figure for sentence in self.sentences for figure in sentence.figures))

    @property
    def text(self) -> str:
        """The whole text: title and blocks with their numbers, one a line."""
        return "\n".join([self.title, *(block.number + block.text for block in self.blocks)])


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as plain data: its head, the whole text, every printed figure, every sentence.

    ``figures`` has one item for each printed figure (printed text, indicator, exact value, unit, period, division, position, sentence
    number, spans in sentence and text); ``sentences`` has text, span and the figures that only decided the wording.
    """
    figures = []
    sentences = []
    for block in report.blocks:
        for sentence in block.sentences:
            sentences.append(_sentence_dict(sentence))
            for printed in sentence.printed:
                spans = {
                    "sentence_span": [printed.start, printed.end],
                    "text_span": [sentence.start + printed.start, sentence.start + printed.end],
                }
                figures.append({"printed": printed.text, **printed.figure.as_dict(), "sentence": sentence.number, **spans})
    head = {k: getattr(report, k) for k in _HEAD}
    blocks = [{"kind": b.kind, "level": b.level, "number": b.number, "sentences": [s.number for s in b.sentences]} for b in report.blocks]
    return {"format": FORMAT, **head, "text": report.text, "figures": figures, "sentences": sentences, "blocks": blocks}


_HEAD = ("name", "title", "period", "division", "division_name", "position", "template", "dated", "as_of")


def _sentence_dict(sentence: Sentence) -> dict[str, Any]:
    return {
        "number": sentence.number,
        "text": sentence.text,
        "span": [sentence.start, sentence.end],
        "decided_by": [figure.as_dict() for figure in sentence.decided_by],
    }


def from_json(data: Mapping[str, Any]) -> Report:
    """Read what :func:`as_json` gave.

    Raises ``KeyError``, ``TypeError`` or ``ValueError`` when the data is not of that shape.
    """
    if data["format"] != FORMAT:
        raise ValueError(data["format"])
    printed: dict[int, list[PrintedFigure]] = {}
    for item in data["figures"]:
        start, end = item["sentence_span"]
        printed.setdefault(item["sentence"], []).append(PrintedFigure(ReportFigure.from_dict(item), item["printed"], start, end))
    sentences = {
        item["number"]: Sentence(
            item["number"], item["text"], item["span"][0], tuple(printed.get(item["number"], ())),
            tuple(ReportFigure.from_dict(figure) for figure in item["decided_by"]),
        )
        for item in data["sentences"]
    }  # fmt: skip
    blocks = tuple(Block(b["kind"], b["level"], b["number"], tuple(sentences[n] for n in b["sentences"])) for b in data["blocks"])
    return Report(**{k: data[k] for k in _HEAD}, blocks=blocks)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
