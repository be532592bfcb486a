"""Names that rest on figures before: growth, shares, ratios, lists and comparisons."""

from __future__ import annotations

from taizhang.reader.measures.frames import WINDOW, Frame
from taizhang.reader.measures.lists import distributed, letters, ratio_names
from taizhang.reader.measures.memory import REMEMBERED, Name
from taizhang.reader.measures.phrases import (
    Left,
    left_phrase,
    parts_of,
    subject_of,
    text_of,
)  # fmt: skip
from taizhang.reader.measures.rules import Rules
from taizhang.reader.measures.segment import (
    JOIN,
    LIST,
    MARK,
    NOMINAL,
    OPENER,
    SHARE,
    TELL,
    TIME,
    Token,
)
from taizhang.reader.model import Quantity

CHANGE_UNITS = {"%", "个百分点", "倍", "成", "‰"}


class Relative(Rules):
    """Rules for figures that are told by another one."""

    def _delta(self, first: Quantity, left: Left) -> bool:
        """Tell whether a growth word before an amount gives a difference (比上年增加690吨) and not new things (增加5户)."""
        if left.phrase or left.verb or left.tail:
            return first.kind == "money" and not left.verb and not left.tail
        before = self.memory.antecedent()
        return first.kind == "money" or (before is not None and before[0].unit.dimension == first.unit.dimension)

    def _listed(self, frame: Frame, left: Left) -> list[Name]:
        """Return names for figures that are distributed over a list: 产值和增加值分别达1.2亿元和0.8亿元."""
        count = len(frame.quantities)
        parts = parts_of(left.phrase)
        if len(parts) == count:
            return [self._name(p) for p in distributed(parts)]
        if self._bare(text_of(left.phrase)):
            topic = self.topics.clause_before(frame)
            listed = next((p for p in (parts_of(topic), parts_of(topic, LIST)) if len(p) == count), [])
            if listed:
                named = [self._name(p) for p in distributed(listed)]
                return [n._replace(measure=n.measure + text_of(left.phrase)) for n in named]
        single = letters(text_of(left.phrase), count, self.words.letters)
        return [Name(s, (left.phrase[0].start, left.phrase[-1].end), s) for s in single]

    def _grown(self, frame: Frame, left: Left) -> list[Name]:
        assert left.growth is not None
        word = self.words.growth.get(left.growth.text, left.growth.text)
        count = len(frame.quantities)
        self.memory.aside.update(q.number for q in frame.quantities)
        levels: list[tuple[Quantity, Name] | None] = []
        if left.phrase and not self._bare(text_of(left.phrase)):
            parts = self._listed(frame, left) if count > 1 else []
            bases = parts or [self._name(left.phrase, subject_of(left.phrase))] * count
            levels = [next(((q, n) for q, n in reversed(self.memory.named[-REMEMBERED:]) if n.measure == b.measure), None) for b in bases]
        elif left.phrase:
            topic = self._topic(frame)
            bases = [Name(topic + text_of(left.phrase), None, topic)] * count
        else:
            before = self._levels(count)
            levels = list(before)
            topic = "" if before else self._topic(frame)
            bases = [n for _, n in before] or [Name(topic, None, topic)] * count
        for level, grown in zip(levels, frame.quantities, strict=False):
            if level is not None and level[0].kind != "change":
                self.links.link("growth", level[0], grown, left.growth.text)
        return [b._replace(measure=b.measure + word, base=b.measure) for b in bases]

    def _levels(self, count: int) -> list[tuple[Quantity, Name]]:
        """Return what ``count`` figures of growth or share rest on: the last figures one by one, else the last for all."""
        found = self.memory.levels(count)
        if len(found) == count:
            return found[::-1]
        nearest = found[0] if found else self.memory.before
        return [nearest] * count if nearest is not None else []

    def _share_at(self, tokens: list[Token], left: Left) -> int | None:
        """Return where the words of a share begin: 占全年目标的41%, 完成年度任务的67.2%."""
        for index in range(len(tokens) - 1, -1, -1):
            if tokens[index].kind == SHARE:
                return index
            if tokens[index].kind == MARK:
                break
        if not (left.of and left.phrase and text_of(left.phrase).endswith(self.words.targets)):
            return None
        index = left.start - 1
        while index >= 0 and tokens[index].kind == TIME:
            index -= 1
        return index if index >= 0 and tokens[index].text in self.words.fulfilment else None

    def _shared(self, frame: Frame, tokens: list[Token], share: int) -> list[Name]:
        of = text_of([t for t in tokens[share + 1 :] if t.kind in NOMINAL | {JOIN, TELL, OPENER, TIME}])
        tail = "" if of.endswith(("比重", "比例")) else "比重"
        before = left_phrase(tokens[:share])
        levels = [] if before.phrase else self._levels(len(frame.quantities))
        if before.phrase:
            bases = [self._name([*before.verb, *before.phrase])] * len(frame.quantities)
        else:
            topic = "" if levels else self._topic(frame)
            bases = [n for _, n in levels] or [Name(topic, None, topic)] * len(frame.quantities)
        for level, part in zip(levels, frame.quantities, strict=False):
            self.links.link("growth", level[0], part, tokens[share].text)
        return [b._replace(measure=f"{b.measure}占{of}{tail}", base="") for b in bases]

    def _ratio(self, frame: Frame, left: Left) -> list[Name]:
        start = self.reading.sentences[frame.sentence].start if self.reading.sentences else 0
        text = self.plain[max(start, frame.quantities[0].start - WINDOW) : frame.quantities[0].start]
        names = ratio_names(text, len(frame.quantities), self.words)
        if not names and len(self.memory.ratio) == len(frame.quantities):
            names = self.memory.ratio
        self.memory.ratio = names or [text_of(left.phrase) + "比"] * len(frame.quantities)
        span = (left.phrase[0].start, left.phrase[-1].end) if left.phrase else None
        return [Name(n, span, n) for n in self.memory.ratio]

    def _compared(self, frame: Frame, left: Left, tokens: list[Token], before: Quantity, name: Name) -> None:
        """Keep that two figures are of one measure: 由3000元增加到5000元, 去年同期为45027万元, 任务174万，完成198万."""
        first = frame.quantities[0]
        reach = left.tail[-1].text if left.tail else ""
        earlier = next((t.text for t in tokens if t.text in self.words.earlier), "")
        if name.measure.endswith(self.words.targets) and reach:
            self.links.link("comparison", first, before, next(t for t in self.words.targets if name.measure.endswith(t)))
        elif reach or self.plain[max(before.start - 6, 0) : before.start].rstrip("的").endswith(("由", "从")):
            self.links.link("comparison", first, before, reach)
        elif earlier:
            self.memory.aside.add(first.number)
            self.links.link("comparison", before, first, earlier)

    def _averaged(self, tokens: list[Token], names: list[Name]) -> list[Name]:
        """Return the names with the average that stands before a verb: 人均占有耕地面积, 户均可增收."""
        word = ""
        for token in tokens:
            if token.kind == MARK:
                word = ""
            elif token.text in self.words.averages:
                word = token.text
        if not word:
            return names
        return [n if not n.measure or word in n.measure else n._replace(measure=word + n.measure) for n in names]
