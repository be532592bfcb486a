"""What holds of every reading and of every document, whatever the input: the fuzzers and the property tests both ask it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from taizhang.errors import Refusal
from taizhang.reader import Group, Passed, Quantity, Reading, as_dict, read_text
from taizhang.reader.documents import Document, read_document_bytes
from taizhang.reader.normal import normalise


class Broken(AssertionError):
    """A property does not hold."""


def need(holds: bool, what: str, *shown: object) -> None:
    """Fail with what was found when a property does not hold."""
    if not holds:
        raise Broken(f"{what}: {' '.join(map(repr, shown))}")


def read_well(text: str, year: int | None = None) -> Reading:
    """Read a text and ask of the reading everything that holds of any."""
    reading = read_text(text, year=year)
    need(reading.text == text, "the text is kept")
    need(len(normalise(text)) == len(text), "normalisation keeps the length")
    _spans(reading)
    _parts(reading)
    for quantity in reading.quantities:
        _numbers(quantity)
    for group in reading.groups:
        _group(group, reading)
    plain = as_dict(reading)
    again = json.loads(json.dumps(plain, ensure_ascii=False, allow_nan=False))
    need([i["text"] for i in again["items"]] == [q.text for q in reading.quantities], "JSON holds the figures")
    for item, quantity in zip(again["items"], reading.quantities, strict=True):
        need(Decimal(item["value"]) == quantity.value and "E" not in item["value"], "JSON holds the value", item["value"], quantity.value)
    return reading


def _spans(reading: Reading) -> None:
    size = len(reading.text)
    found: Sequence[Quantity | Passed]
    for found, name in ((reading.quantities, "figures"), (reading.passed, "passed spans")):
        for one in found:
            need(0 <= one.start < one.end <= size, f"{name} lie within the text", one)
            need(one.text == reading.text[one.start : one.end], f"{name} show the text's own characters", one)
        for before, after in pairwise(found):
            need(before.end <= after.start, f"{name} are ordered and apart", before, after)
    need([q.number for q in reading.quantities] == list(range(len(reading.quantities))), "figures are numbered in text order")
    taken = sorted([(q.start, q.end, "figure") for q in reading.quantities] + [(p.start, p.end, "passed") for p in reading.passed])
    for one, other in pairwise(taken):
        need(one[1] <= other[0], "what is a figure is not passed over", one, other, reading.text[one[0] : other[1]])


def _parts(reading: Reading) -> None:
    size = len(reading.text)
    for index, section in enumerate(reading.sections):
        need(0 <= section.start <= section.end <= size, "sections lie within the text", section)
        need(section.parent is None or 0 <= section.parent < index, "a section's parent stands before it", section)
    for sentence in reading.sentences:
        need(0 <= sentence.start <= sentence.end <= size, "sentences lie within the text", sentence)
        need(0 <= sentence.section < len(reading.sections), "a sentence stands in a section", sentence)
        for start, end in sentence.clauses:
            need(sentence.start <= start <= end <= sentence.end, "clauses lie within their sentence", sentence)
    for before, after in pairwise(reading.sentences):
        need(before.end <= after.start, "sentences are ordered and apart", before, after)
    for q in reading.quantities:
        need(0 <= q.sentence < len(reading.sentences), "a figure stands in a sentence", q)
        sentence = reading.sentences[q.sentence]
        need(sentence.start <= q.start < sentence.end, "a figure stands in its own sentence", q, sentence)
        if q.measure_span is not None:
            need(0 <= q.measure_span[0] <= q.measure_span[1] <= size, "what a figure measures stands within the text", q)


def _numbers(q: Quantity) -> None:
    interval = q.interval
    for number in (q.value, q.value_max, interval.low, interval.high, q.precision, q.unit.factor):
        need(number is None or (isinstance(number, Decimal) and number.is_finite()), "numbers are finite decimals", q)
    need(q.precision >= 0, "precision is not negative", q)
    need(q.value_max is None or q.value <= q.value_max, "a range runs upwards", q)
    # 不到90%以上 says nothing at all.
    need(interval.low is not None or interval.high is not None or len(q.approx_words) > 1, "an interval has an end", q)
    if interval.low is not None and interval.high is not None:
        need(interval.low <= interval.high, "an interval runs upwards", q)
    # 2700余亩 is more than 2700, 不足100户 less than 100 and 几十户 less than 100: the number itself is the open end.
    for number in (q.value, *((q.value_max,) if q.value_max is not None else ())):
        bound = number in (interval.low, interval.high) and q.approx is not None
        need(interval.holds(number) or bound or len(q.approx_words) > 1, "the written number is possible", number, q)


def _group(group: Group, reading: Reading) -> None:
    count = len(reading.quantities)
    need(all(0 <= m < count for m in group.members), "groups name figures that there are", group)
    need(list(group.members) == sorted(set(group.members)) or group.kind in ("comparison", "growth"), "members stand in text order", group)
    need(group.whole is None or 0 <= group.whole < count, "a whole is a figure that there is", group)
    need(group.whole not in group.members, "a whole is no part of itself", group)
    need(bool(group.members) or group.kind == "listing", "only an announced list has no members", group)
    need(0 <= group.start <= group.end <= len(reading.text), "groups lie within the text", group)


def read_twice(text: str) -> None:
    """Ask that reading has no memory."""
    need(read_text(text) == read_text(text), "a text reads the same twice")


def cut_well(head: str, tail: str, year: int = 2020) -> None:
    """Ask that paragraphs behind change no figure of the paragraphs before; the year is given, since a title may stand anywhere.

    The head ends with a sentence: a figure may be broken over lines, as texts from PDF files have it.
    """
    head = f"{head}。"
    alone, whole = read_text(head, year=year), read_text(f"{head}\n{tail}", year=year)
    before = [q for q in whole.quantities if q.start < len(head)]
    need(
        len(before) == len(alone.quantities),
        "a later paragraph changes no figure",
        before[len(alone.quantities) :],
        alone.quantities[len(before) :],
    )
    for one, other in zip(alone.quantities, before, strict=True):
        need(one == other, "a later paragraph changes no figure", one, other)


def open_well(data: bytes, name: str = "报告.docx") -> Document | None:
    """Open a document and ask what holds of any; None when it is refused, as anything may be."""
    try:
        document = read_document_bytes(data, name)
    except Refusal as refused:
        need(bool(refused.faults) and all(f.code.startswith("document.") for f in refused.faults), "a refusal tells why", refused.faults)
        return None
    size = len(document.text)
    need(not any("\ud800" <= c <= "\udfff" for c in document.text), "the text holds whole characters")
    for part in document.parts:
        need(0 <= part.start <= part.end <= size, "stretches lie within the text", part)
    for before, after in pairwise(document.parts):
        need(before.end <= after.start, "stretches are ordered and apart", before, after)
    for place in document.places:
        need(0 <= place.start < place.end <= size and place.run >= 0 and place.character >= 0, "places lie within the text", place)
    for first, second in pairwise(document.places):
        need(first.end <= second.start, "places are ordered and apart", first, second)
    for notice in document.notices:
        need(bool(notice.message), "a notice has a sentence", notice)
        need(notice.start is None or 0 <= notice.start <= (notice.end or 0) <= size, "notices lie within the text", notice)
        json.dumps(notice.as_dict())
    return document
