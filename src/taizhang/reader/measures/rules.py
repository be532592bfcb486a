"""What every rule of naming works with: the text, the memory, and names made of tokens."""

from __future__ import annotations

from taizhang.reader.measures.frames import Frame, Frames
from taizhang.reader.measures.memory import Links, Memory, Name, Topics
from taizhang.reader.measures.phrases import (
    Left,
    left_phrase,
    subject_of,
    text_of,
    trimmed,
)  # fmt: skip
from taizhang.reader.measures.segment import (
    GROWTH,
    TELL,
    Token,
    Words,
)
from taizhang.reader.model import Reading


class Rules:
    """The ground on which the rules stand."""

    def __init__(self, reading: Reading, plain: str, words: Words) -> None:
        self.reading, self.plain, self.words = reading, plain, words
        self.frames = Frames(reading, plain)
        self.topics = Topics(self.frames, words)
        self.links = Links()
        self.memory = Memory()

    def _holder(self, subject: str) -> bool:
        """Tell whether a subject is people or a place, which have no 产量 or 面积 of their own."""
        return subject.endswith(self.words.persons) or subject.endswith(self.words.place_ends)

    def _bare(self, text: str) -> bool:
        """Tell whether a name needs what is talked about: 产量, 年产值, 计划总投资."""
        if text in self.words.bare:
            return True
        leads = self.words.bare_leads
        return text.startswith(leads) and any(text.startswith(p) and text[len(p) :] in self.words.bare for p in leads)

    def _topic(self, frame: Frame, of_all: bool = False) -> str:
        """Return what is talked about; ``of_all`` where it may be people too (寄宿生2728人，金额165万元)."""
        own = text_of(self.topics.clause_before(frame))
        if own:
            return own
        memory, nearest = self.memory, self.memory.last_subject()
        if of_all:
            return nearest or memory.subject
        return memory.subject or ("" if self._holder(nearest) else nearest) or ("" if memory.named else memory.carried)

    def _name(self, tokens: list[Token], subject: str = "", before: str = "") -> Name:
        tokens = trimmed(tokens)
        text = text_of(tokens)
        if not text:
            return Name()
        span = (min([t.start for t in tokens]), max([t.end for t in tokens]))
        return Name(before + text, span, subject or subject_of([t for t in tokens if t.kind not in (TELL, GROWTH)] or tokens))

    def _without_target(self, measure: str) -> str:
        for target in self.words.targets:
            if measure.endswith(target) and len(measure) > len(target) + 1:
                return measure[: -len(target)]
        return measure

    def _topic_within(self, tokens: list[Token], left: Left) -> str:
        """Return the thing named earlier in the clause: 茶旅综合体项目完成投资1700万元."""
        if left.start == 0:
            return ""
        before = left_phrase(tokens[: left.start])
        return text_of([*before.phrase, *before.told[-1:]]) if before.phrase and not before.of else ""
