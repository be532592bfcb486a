"""The ordered rules that name a chain of figures, and what is remembered from one chain to the next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from taizhang.reader.measures.frames import WINDOW, Frame, Frames
from taizhang.reader.measures.lists import distributed, letters, ratio_names
from taizhang.reader.measures.phrases import (
    Left,
    attribute_before,
    done_by,
    ends_with,
    left_phrase,
    parts_of,
    right_phrase,
    subject_of,
    text_of,
)  # fmt: skip
from taizhang.reader.measures.segment import GROWTH, LIGHT, NAME, TELL, Token, Words
from taizhang.reader.model import Group, Quantity, Reading

_CHANGE_UNITS = {"%", "个百分点", "倍", "成", "‰"}
_SERIES_MAX = 3


@dataclass(frozen=True, slots=True)
class Name:
    """A measure with the place of its words and the thing it is about."""

    measure: str = ""
    span: tuple[int, int] | None = None
    subject: str = ""


@dataclass(slots=True)
class _Memory:
    """What the sentence has said so far."""

    sentence: int = -1
    section: int = -1
    named: list[tuple[Quantity, Name]] = field(default_factory=list)
    before: tuple[Quantity, Name] | None = None  # last of the sentence before
    subject: str = ""
    verb: str = ""  # telling verb of the chain before
    consumed: int = 0  # text up to here belongs to the chain before
    ratio: list[str] = field(default_factory=list)


class Namer:
    """Names chain after chain of one text."""

    def __init__(self, reading: Reading, plain: str, words: Words) -> None:
        self.reading, self.plain, self.words = reading, plain, words
        self.frames = Frames(reading, plain)
        self.memory = _Memory()
        self.groups: list[Group] = []  # growth, comparison and listing, found on the way

    def names(self, frame: Frame) -> list[Name]:
        """Return a name for every figure of the chain."""
        self._enter(frame)
        tokens = self._left_tokens(frame)
        names = self._named(frame, left_phrase(tokens), tokens)
        memory = self.memory
        memory.named.extend(zip(frame.quantities, names, strict=True))
        first = frame.quantities[0]
        part = any(t.text == "其中" for t in tokens)
        if names[0].subject and first.kind not in ("change", "rate") and not part and not names[0].subject.endswith(self.words.holders):
            memory.subject = names[0].subject
        return names

    def _enter(self, frame: Frame) -> None:
        memory = self.memory
        if frame.sentence == memory.sentence:
            return
        section = self.reading.sentences[frame.sentence].section if self.reading.sentences else 0
        near = section == memory.section and frame.sentence - memory.sentence <= 1
        before = memory.named[-1] if memory.named and near else None
        self.memory = _Memory(frame.sentence, section, [], before, memory.subject if near else "", "", memory.consumed, memory.ratio)

    def _left_tokens(self, frame: Frame) -> list[Token]:
        tokens: list[Token] = []
        for start, end in frame.left:
            tokens += self.words.cut(self.plain, max(start, min(self.memory.consumed, end)), end)
        return tokens

    def _named(self, frame: Frame, left: Left, tokens: list[Token]) -> list[Name]:
        first = frame.quantities[0]
        relative = first.kind == "change" or first.unit.name in _CHANGE_UNITS
        if frame.ratio:
            return self._ratio(frame, left)
        if left.growth is not None and (relative or (first.kind == "money" and not left.verb and not left.tail)):
            return self._grown(frame, left)
        if left.share is not None and relative:
            return self._shared(frame, left)
        if len(frame.quantities) > 1 and first.unit.dimension == frame.quantities[-1].unit.dimension and left.phrase:
            parts = self._listed(frame, left)
            if parts:
                return parts
        cut = self.words.cut(self.plain, *frame.right)
        if self._threshold(frame):
            phrase = right_phrase(cut, self.words)[0] if not frame.last else []
            words = [*left.phrase, *phrase, *[t for t in left.tail if t.kind == TELL]]
            name = self._name(words)
            return [replace(name, measure=name.measure + "门槛" if name.measure else "") for _ in frame.quantities]
        return self._spread(frame, self._single(frame, left, cut, tokens))

    def _threshold(self, frame: Frame) -> bool:
        first = frame.quantities[0]
        return len(frame.quantities) == 1 and (
            "threshold" in first.notes or (not frame.last and first.text.endswith(("以上", "以下", "以内")))
        )

    def _single(self, frame: Frame, left: Left, cut: list[Token], tokens: list[Token]) -> Name:
        right, index = right_phrase(cut, self.words)
        told = [t for t in left.tail if t.kind in (TELL, GROWTH)] + ([left.growth] if left.growth else [])
        first = frame.quantities[0]
        if left.of and not right and left.phrase:
            return self._name(attribute_before(tokens, 0, len(tokens) - 1))
        money = first.kind == "money" and told and right and self.plain[frame.right[0] : frame.right[0] + 1] == "的"
        if money:
            self.memory.consumed = right[-1].end
            name = self._name(right)
            return replace(name, measure=name.measure + told[-1].text)
        if right and self._stands_right(frame, left, right):
            self.memory.consumed = right[-1].end
            told = [t for t in told if t.kind == TELL][-1:]
            if frame.last and not told and ends_with(right, self.words.holders):
                return self._name([*done_by(cut, index, self.words), *right])
            return self._name([*told, *right])
        if left.phrase:
            return self._from_left(frame, left, right, told)
        return self._inherited(frame, left, told)

    def _stands_right(self, frame: Frame, left: Left, right: list[Token]) -> bool:
        """Tell whether the thing counted is the noun on the right."""
        if not left.phrase or left.examples or left.of:
            return True
        if left.bare_tail:
            return left.phrase[-1].kind != NAME and text_of(right) in self.words.places
        making = any(t.text in self.words.making for t in left.tail)
        return making or not frame.last or frame.quantities[0].kind == "count"

    def _from_left(self, frame: Frame, left: Left, right: list[Token], told: list[Token]) -> Name:
        phrase = left.phrase
        text = text_of(phrase)
        span = (phrase[0].start, phrase[-1].end)
        if text in self.words.bare and not left.verb:
            topic = self._topic(frame)
            if topic:
                return Name(topic + text, span, topic)
        tokens = [*left.verb, *phrase, *told[-1:]]
        if right and frame.last and phrase[-1].kind != NAME and left.bare_tail and not left.verb:
            tokens = [*tokens, *right]
            self.memory.consumed = right[-1].end
        name = self._name(tokens, subject_of(phrase))
        if not left.verb and not told and len(text) <= _SERIES_MAX and self.memory.verb and frame.quantities[0].kind == "count":
            return replace(name, measure=self.memory.verb + name.measure)
        self.memory.verb = text_of(left.verb[-1:]) if left.verb else ""
        return name

    def _inherited(self, frame: Frame, left: Left, told: list[Token]) -> Name:
        first = frame.quantities[0]
        if frame.outer is not None:
            outer = left_phrase(self.words.cut(self.plain, *frame.outer))
            if outer.phrase:
                return self._name([*outer.verb, *outer.phrase])
        before = self._antecedent()
        verb = text_of(told[-1:])
        if told and first.kind == "money":
            topic = self._purpose(frame) or self._topic(frame)
            return Name(topic + verb, (told[-1].start, told[-1].end), topic)
        if before is not None and before[0].unit.dimension == first.unit.dimension and not told:
            self._compared(frame, left, before[0], before[1])
            return replace(before[1], measure=self._without_target(before[1].measure) if left.tail else before[1].measure)
        topic = self._topic(frame)
        if told:
            return Name(topic + verb, (told[-1].start, told[-1].end), topic)
        return Name(topic, None, topic)

    def _compared(self, frame: Frame, left: Left, before: Quantity, name: Name) -> None:
        """Keep that two figures are of one measure: 由3000元增加到5000元, 去年同期为45027万元, 任务174万，完成198万."""
        first = frame.quantities[0]
        text = "".join(self.plain[a:b] for a, b in frame.left)
        reach = left.tail[-1].text if left.tail else ""
        if name.measure.endswith(self.words.targets) and reach:
            self._link("comparison", first, before, next(t for t in self.words.targets if name.measure.endswith(t)))
        elif reach or self.plain[max(before.start - 6, 0) : before.start].rstrip("的").endswith(("由", "从")):
            self._link("comparison", first, before, reach)
        elif any(word in text for word in self.words.earlier):
            self._link("comparison", before, first, next(w for w in self.words.earlier if w in text))

    def _without_target(self, measure: str) -> str:
        for target in self.words.targets:
            if measure.endswith(target) and len(measure) > len(target) + 1:
                return measure[: -len(target)]
        return measure

    def _antecedent(self) -> tuple[Quantity, Name] | None:
        for before, name in reversed(self.memory.named):
            if before.kind != "change" and name.measure and not (before.kind == "rate" and "占" in name.measure):
                return before, name
        return None

    def _listed(self, frame: Frame, left: Left) -> list[Name]:
        """Return names for figures that are distributed over a list: 产值和增加值分别达1.2亿元和0.8亿元."""
        count = len(frame.quantities)
        parts = parts_of(left.phrase)
        if len(parts) == count:
            return [self._name(p) for p in distributed(parts)]
        if text_of(left.phrase) in self.words.bare:
            listed = parts_of(self._topic_tokens(frame))
            if len(listed) == count:
                named = [self._name(p) for p in distributed(listed)]
                return [replace(n, measure=n.measure + text_of(left.phrase)) for n in named]
        single = letters(text_of(left.phrase), count, self.words.letters)
        return [Name(s, (left.phrase[0].start, left.phrase[-1].end), s) for s in single]

    def _grown(self, frame: Frame, left: Left) -> list[Name]:
        assert left.growth is not None
        word = self.words.growth.get(left.growth.text, left.growth.text)
        count = len(frame.quantities)
        if left.phrase and text_of(left.phrase) not in self.words.bare:
            parts = self._listed(frame, left) if count > 1 else []
            bases = parts or [self._name(left.phrase, subject_of(left.phrase))] * count
            for base, grown in zip(bases, frame.quantities, strict=True):
                level = next((q for q, n in reversed(self.memory.named) if n.measure == base.measure and q.kind != "change"), None)
                if level is not None:
                    self._link("growth", level, grown, left.growth.text)
            return [replace(b, measure=b.measure + word) for b in bases]
        named = [n for q, n in self.memory.named if q.kind != "change"]
        bases = named[-count:] if count > 1 and len(named) >= count else []
        if bases:
            levels = [q for q, _ in self.memory.named if q.kind != "change"][-count:]
            for level, grown in zip(levels, frame.quantities, strict=True):
                self._link("growth", level, grown, left.growth.text)
        else:
            before = self._antecedent() or self.memory.before
            if before is not None and not left.phrase:
                for grown in frame.quantities:
                    self._link("growth", before[0], grown, left.growth.text)
            topic = self._topic(frame) if before is None or left.phrase else ""
            base = Name(topic + text_of(left.phrase), None, topic) if before is None or left.phrase else before[1]
            bases = [base] * count
        return [replace(b, measure=b.measure + word) for b in bases]

    def _shared(self, frame: Frame, left: Left) -> list[Name]:
        assert left.share is not None
        of = self.plain[left.share.end : frame.quantities[0].start].strip("的为约达到了全 ")
        before = self._antecedent()
        if left.phrase and left.phrase[-1].end <= left.share.start:
            base = self._name(left.phrase)
        else:
            base = before[1] if before else Name(self._topic(frame))
            if before is not None:
                self._link("growth", before[0], frame.quantities[0], left.share.text)
        return [replace(base, measure=f"{base.measure}占{of}比重") for _ in frame.quantities]

    def _link(self, kind: Literal["growth", "comparison"], whole: Quantity, member: Quantity, word: str) -> None:
        ends = (min(whole.start, member.start), max(whole.end, member.end))
        if kind == "growth":
            self.groups.append(Group(kind, (member.number,), whole.number, False, word, *ends))
        else:
            self.groups.append(Group(kind, (whole.number, member.number), None, False, word, *ends))

    def _ratio(self, frame: Frame, left: Left) -> list[Name]:
        text = "".join(self.plain[a:b] for a, b in frame.left)
        names = ratio_names(text, len(frame.quantities), self.words)
        if not names and len(self.memory.ratio) == len(frame.quantities):
            names = self.memory.ratio
        self.memory.ratio = names or [text_of(left.phrase) + "比"] * len(frame.quantities)
        span = (left.phrase[0].start, left.phrase[-1].end) if left.phrase else None
        return [Name(n, span, n) for n in self.memory.ratio]

    def _topic_tokens(self, frame: Frame) -> list[Token]:
        """Return the noun phrase of the clause before this one, where that clause has no figure."""
        sentence = self.reading.sentences[frame.sentence] if self.reading.sentences else None
        if sentence is None or frame.clause == 0:
            return []
        start, end = sentence.clauses[frame.clause - 1]
        if self.frames.figures_in(start, end):
            return []
        left = left_phrase(self.words.cut(self.plain, self.frames.bounded(start, end), end))
        return [*left.phrase, *[t for t in left.tail if t.kind == TELL][-1:]] if left.phrase else []

    def _topic(self, frame: Frame) -> str:
        return text_of(self._topic_tokens(frame)) or self.memory.subject

    def _purpose(self, frame: Frame) -> str:
        """Return what money is for: the object behind 建设, 用于, 的 on the right of the figure."""
        tokens = self.words.cut(self.plain, frame.right[0], min(frame.right[0] + WINDOW, frame.right[1]))
        while tokens and (tokens[0].text in self.words.object_after or tokens[0].kind == LIGHT):
            tokens = tokens[1:]
            phrase, _ = right_phrase(tokens, self.words)
            if phrase:
                return text_of(phrase)
        return ""

    def _name(self, tokens: list[Token], subject: str = "") -> Name:
        text = text_of(tokens)
        if not text:
            return Name()
        span = (min(t.start for t in tokens), max(t.end for t in tokens))
        return Name(text, span, subject or subject_of([t for t in tokens if t.kind != TELL] or tokens))

    def _spread(self, frame: Frame, name: Name) -> list[Name]:
        """Return the chain's name for each of its figures, told apart by their units."""
        alone = len(frame.quantities) == 1
        return [replace(name, measure=name.measure + self._suffix(q, name.measure, alone)) for q in frame.quantities]

    def _suffix(self, quantity: Quantity, measure: str, alone: bool) -> str:
        words, unit = self.words, quantity.unit.name
        word = words.suffixes.get(unit, "")
        if not word or not measure or measure.endswith(word):
            return ""
        if unit == "户" and measure.endswith("户"):
            return "" if alone else word
        if unit == "人" and alone:
            return "" if measure.endswith(words.persons) else word
        if unit == "亩":
            return "" if measure.endswith(words.areas) or "面积" in measure else word
        if unit == "元":
            return "" if alone or measure.endswith(words.money) else word
        return "" if alone and unit in ("次", "份") else word
