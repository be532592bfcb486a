"""The ordered rules that name a chain of figures, and what is remembered from one chain to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace

from taizhang.reader.measures.frames import WINDOW, Frame
from taizhang.reader.measures.phrases import Left, left_phrase, right_phrase, subject_of, text_of
from taizhang.reader.measures.segment import GROWTH, LIGHT, NAME, TELL, Token, Words
from taizhang.reader.model import Quantity, Reading

_TARGETS = ("任务", "计划", "预算", "目标")
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
    named: list[tuple[Quantity, Name]] | None = None  # of the sentence
    subject: str = ""
    verb: str = ""  # telling verb of the chain before
    consumed: int = 0  # text up to here belongs to the chain before


class Namer:
    """Names chain after chain of one text."""

    def __init__(self, reading: Reading, plain: str, words: Words) -> None:
        self.reading, self.plain, self.words = reading, plain, words
        self.memory = _Memory()

    def names(self, frame: Frame) -> list[Name]:
        """Return a name for every figure of the chain."""
        self._enter(frame)
        low, high = max(frame.left[0], min(self.memory.consumed, frame.left[1])), frame.left[1]
        left = left_phrase(self.words.cut(self.plain, low, high), self.words)
        names = self._named(frame, left)
        memory = self.memory
        memory.named = [*(memory.named or []), *zip(frame.quantities, names, strict=True)]
        if names[0].subject and frame.quantities[0].kind != "change" and "其中" not in self.plain[low:high]:
            memory.subject = names[0].subject
        return names

    def _enter(self, frame: Frame) -> None:
        memory = self.memory
        if frame.sentence == memory.sentence:
            return
        section = self.reading.sentences[frame.sentence].section if self.reading.sentences else 0
        kept = memory.subject if section == memory.section else ""
        self.memory = _Memory(frame.sentence, section, [], kept, "", memory.consumed)

    def _named(self, frame: Frame, left: Left) -> list[Name]:
        first = frame.quantities[0]
        if left.growth is not None and (
            first.kind == "change" or first.unit.name in _CHANGE_UNITS or (first.kind == "money" and not left.verb and not left.tail)
        ):
            return self._grown(frame, left)
        if first.kind == "change" and left.growth is None and left.phrase:
            return [self._name(left.phrase) for _ in frame.quantities]
        if left.share is not None and first.unit.name in _CHANGE_UNITS:
            return self._shared(frame, left)
        right = self._right(frame)
        name = self._single(frame, left, right)
        return self._spread(frame, name)

    def _right(self, frame: Frame) -> list[Token]:
        return right_phrase(self.words.cut(self.plain, *frame.right), self.words)

    def _single(self, frame: Frame, left: Left, right: list[Token]) -> Name:
        told = [t for t in left.tail if t.kind in (TELL, GROWTH)] + ([left.growth] if left.growth else [])
        making = any(t.text in self.words.making for t in left.tail)
        if right and (not left.phrase or (not left.bare_tail and (making or not frame.last or left.of))):
            self.memory.consumed = right[-1].end
            return self._name([*[t for t in told if t.kind == TELL][-1:], *right])
        if left.phrase:
            return self._from_left(frame, left, right, told)
        return self._inherited(frame, left, told)

    def _from_left(self, frame: Frame, left: Left, right: list[Token], told: list[Token]) -> Name:
        phrase = left.phrase
        text = text_of(phrase)
        if text in self.words.bare and not left.verb:
            topic = self._topic(frame)
            if topic:
                return Name(topic + text, (phrase[0].start, phrase[-1].end), topic)
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
        before = self._antecedent(first)
        verb = text_of(told[-1:])
        if told and first.kind == "money":
            topic = self._purpose(frame) or self._topic(frame)
            return Name(topic + verb, (told[-1].start, told[-1].end), topic)
        if before is not None and before[0].unit.dimension == first.unit.dimension:
            measure = before[1].measure
            for target in _TARGETS:
                if left.tail and measure.endswith(target) and len(measure) > len(target) + 1:
                    measure = measure[: -len(target)]
            return replace(before[1], measure=measure)
        if told:
            return Name(self._topic(frame) + verb, (told[-1].start, told[-1].end), self.memory.subject)
        topic = self._topic(frame)
        return Name(topic, None, topic)

    def _antecedent(self, quantity: Quantity) -> tuple[Quantity, Name] | None:
        for before, name in reversed(self.memory.named or []):
            if before.kind != "change" and name.measure and not (before.kind == "rate" and "占" in name.measure):
                return before, name
        return None

    def _grown(self, frame: Frame, left: Left) -> list[Name]:
        assert left.growth is not None
        word = self.words.growth.get(left.growth.text, left.growth.text)
        if left.phrase and text_of(left.phrase) not in self.words.bare:
            name = self._name(left.phrase, subject_of(left.phrase))
            return [replace(name, measure=name.measure + word) for _ in frame.quantities]
        named = [(q, n) for q, n in self.memory.named or [] if q.kind != "change"]
        count = len(frame.quantities)
        bases = [n for _, n in named[-count:]] if count > 1 and len(named) >= count else []
        if not bases:
            before = self._antecedent(frame.quantities[0])
            bases = [before[1] if before else Name(self._topic(frame), None, self._topic(frame))] * count
        return [replace(b, measure=b.measure + word) for b in bases]

    def _shared(self, frame: Frame, left: Left) -> list[Name]:
        assert left.share is not None
        of = self.plain[left.share.end : frame.quantities[0].start].rstrip("的为约达到")
        before = self._antecedent(frame.quantities[0])
        base = before[1] if before else Name(self._topic(frame))
        return [replace(base, measure=f"{base.measure}占{of}比重") for _ in frame.quantities]

    def _topic(self, frame: Frame) -> str:
        """Return what is talked about: the last subject of the sentence, or the noun phrase of a clause without figures before this one."""
        sentence = self.reading.sentences[frame.sentence] if self.reading.sentences else None
        if sentence is not None and frame.clause > 0:
            start, end = sentence.clauses[frame.clause - 1]
            named = self.memory.named or []
            if not named or named[-1][0].end <= start:
                phrase = left_phrase(self.words.cut(self.plain, max(start, end - WINDOW), end), self.words)
                if phrase.phrase:
                    return text_of([*phrase.phrase, *[t for t in phrase.tail if t.kind == TELL][-1:]])
        return self.memory.subject

    def _purpose(self, frame: Frame) -> str:
        """Return what money is for: the object behind 建设, 用于, 的 on the right of the figure."""
        tokens = self.words.cut(self.plain, frame.right[0], min(frame.right[0] + WINDOW, frame.right[1]))
        while tokens and (tokens[0].text in self.words.object_after or tokens[0].kind == LIGHT):
            tokens = tokens[1:]
            phrase = right_phrase(tokens, self.words)
            if phrase:
                return text_of(phrase)
        return ""

    def _name(self, tokens: list[Token], subject: str = "") -> Name:
        text = text_of(tokens)
        if not text:
            return Name()
        return Name(text, (tokens[0].start, tokens[-1].end), subject or subject_of([t for t in tokens if t.kind != TELL] or tokens))

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
