"""What has been named so far, which bare words and growth fall back on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from taizhang.reader.measures.frames import WINDOW, Frame, Frames
from taizhang.reader.measures.phrases import left_phrase, right_phrase, text_of
from taizhang.reader.measures.segment import ADVERB, COPULA, GROWTH, NAME, NOMINAL, OPENER, TELL, TIME, VERBS, Token, Words
from taizhang.reader.model import Group, Quantity

_SET_TIME = frozenset((ADVERB, TIME))
_DOING = VERBS | {COPULA, GROWTH}
REMEMBERED = 40  # figures of a sentence that are looked back at


class Name(NamedTuple):
    """A measure with the place of its words, the thing it is about, and the measure without the word that its unit added."""

    measure: str = ""
    span: tuple[int, int] | None = None
    subject: str = ""
    base: str = ""


@dataclass(slots=True)
class Memory:
    """What the sentence has said so far, and the little that is kept of the sentence before."""

    sentence: int = -1
    section: int = -1
    named: list[tuple[Quantity, Name]] = field(default_factory=list)
    before: tuple[Quantity, Name] | None = None  # last of the sentence before
    subject: str = ""  # what 产量 and 面积 are of
    carried: str = ""  # the same of the sentence before
    verb: str = ""  # telling verb of the chain before
    consumed: int = 0  # text up to here belongs to the chain before
    shared: str = ""  # name of the sum whose parts are being told: 总产值
    ratio: list[str] = field(default_factory=list)
    aside: set[int] = field(default_factory=set)  # growth and figures of an earlier time, from which nothing grows

    def antecedent(self) -> tuple[Quantity, Name] | None:
        """Return the last figure of the sentence that can grow or be a whole."""
        return next(iter(self.levels(1)), None)

    def levels(self, count: int) -> list[tuple[Quantity, Name]]:
        """Return the last figures that are neither growth nor shares, nearest first."""
        found: list[tuple[Quantity, Name]] = []
        for q, n in reversed(self.named[-REMEMBERED:]):
            if q.kind != "change" and q.number not in self.aside and n.measure and not (q.kind == "rate" and "占" in n.measure):
                found.append((q, n))
                if len(found) == count:
                    break
        return found

    def last_subject(self) -> str:
        """Return the subject of the last figure of the sentence, whoever it is."""
        return next((n.subject for q, n in reversed(self.named[-REMEMBERED:]) if n.subject and q.kind != "change"), "")


class Topics:
    """Looks for what is talked about around a figure."""

    def __init__(self, frames: Frames, words: Words) -> None:
        self.frames, self.words = frames, words
        self.reading, self.plain = frames.reading, frames.plain

    def clause_before(self, frame: Frame) -> list[Token]:
        """Return the noun phrase of the clause before this one, where that clause has no figure."""
        sentence = self.reading.sentences[frame.sentence] if self.reading.sentences else None
        if sentence is None or frame.clause == 0:
            return []
        start, end = sentence.clauses[frame.clause - 1]
        if self.frames.figures_in(start, end):
            return []
        left = left_phrase(self.words.cut(self.plain, self.frames.bounded(start, end), end))
        return [*left.phrase, *[t for t in left.tail if t.kind == TELL][-1:]] if left.phrase else []

    def purpose(self, frame: Frame) -> str:
        """Return what money is for, on the right of the figure: the object behind 建设, 用于, 对."""
        return self._object(self.words.cut(self.plain, *frame.right), True)

    def next_purpose(self, frame: Frame) -> str:
        """Return the object of the clause that follows where it builds something: 投资10万元，硬化沟渠."""
        if not frame.last or not self.reading.sentences:
            return ""
        clauses = self.reading.sentences[frame.sentence].clauses
        if frame.clause + 1 >= len(clauses):
            return ""
        start, end = clauses[frame.clause + 1]
        end = self.frames.before_figure(start, end)
        return self._object(self.words.cut(self.plain, start, min(end, start + WINDOW)), False)

    def _object(self, tokens: list[Token], any_verb: bool) -> str:
        index = 0
        while index < len(tokens) and tokens[index].kind in _SET_TIME:
            index += 1
        verbs = index
        while index < len(tokens) and (
            tokens[index].kind in _DOING
            or tokens[index].text in self.words.object_after
            or (index > verbs and tokens[index].kind == OPENER)
        ):
            index += 1
        if not any(t.kind in VERBS for t in tokens[verbs:index]) and not (
            verbs < len(tokens) and tokens[verbs].text in self.words.object_after
        ):
            return ""
        if index == len(tokens) or tokens[index].kind not in NOMINAL:
            return ""
        phrase = right_phrase(tokens[index:], self.words).phrase
        return "" if phrase and phrase[-1].kind == NAME else text_of(phrase)


class Links:
    """Growth and comparison found while naming."""

    def __init__(self) -> None:
        self.groups: list[Group] = []

    def link(self, kind: Literal["growth", "comparison"], whole: Quantity, member: Quantity, word: str) -> None:
        """Keep that ``member`` grows from ``whole``, or that they are one measure now and then."""
        ends = (min(whole.start, member.start), max(whole.end, member.end))
        if kind == "growth":
            self.groups.append(Group(kind, (member.number,), whole.number, False, word, *ends))
        else:
            self.groups.append(Group(kind, (whole.number, member.number), None, False, word, *ends))
