"""The ordered rules that name a chain of figures."""

from __future__ import annotations

from dataclasses import replace

from taizhang.reader.measures.frames import WINDOW, Frame, Frames
from taizhang.reader.measures.lists import distributed, letters, ratio_names, suffix
from taizhang.reader.measures.memory import REMEMBERED, Links, Memory, Name, Topics
from taizhang.reader.measures.phrases import (
    Left,
    Right,
    attribute_before,
    done_by,
    ends_with,
    left_phrase,
    parts_of,
    right_phrase,
    subject_of,
    text_of,
    trimmed,
)  # fmt: skip
from taizhang.reader.measures.segment import ETC, GROWTH, JOIN, LIST, MARK, NAME, NOMINAL, OPENER, SHARE, TELL, TIME, Token, Words
from taizhang.reader.model import Group, Quantity, Reading

_CHANGE_UNITS = {"%", "个百分点", "倍", "成", "‰"}
_SERIES_MAX = 3
_GENERIC_MAX = 4  # 救助资金 is said of someone, 东西部协作资金 is a name of its own
_NO_THINGS = {"person", "household", "visit", "case", "event"}  # classes of units that count no thing which 产量 or 面积 could be of


class Namer:
    """Names chain after chain of one text."""

    def __init__(self, reading: Reading, plain: str, words: Words) -> None:
        self.reading, self.plain, self.words = reading, plain, words
        self.frames = Frames(reading, plain)
        self.topics = Topics(self.frames, words)
        self.links = Links()
        self.memory = Memory()

    @property
    def groups(self) -> list[Group]:
        """Growth and comparison found on the way."""
        return self.links.groups

    def names(self, frame: Frame) -> list[Name]:
        """Return a name for every figure of the chain."""
        self._enter(frame)
        tokens = self._left_tokens(frame)
        if any(t.text in self.words.part_words for t in tokens):
            whole = self.memory.antecedent() or self.memory.before
            self.memory.shared = next((n for n in self.words.shared_names if whole and whole[1].measure.endswith(n)), "")
        names = self._named(frame, left_phrase(tokens), tokens)
        names = self._averaged(tokens, names)
        memory, first = self.memory, frame.quantities[0]
        memory.named.extend(zip(frame.quantities, names, strict=True))
        part = any(t.text == "其中" for t in tokens) and frame.clause > 0
        subject = names[0].subject
        thing = first.kind not in ("change", "rate") and first.unit.person not in _NO_THINGS
        if subject and thing and not part and "每" not in subject and not self._holder(subject):
            memory.subject = subject
        return names

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
        return [n if not n.measure or word in n.measure else replace(n, measure=word + n.measure) for n in names]

    def _enter(self, frame: Frame) -> None:
        memory = self.memory
        if frame.sentence == memory.sentence:
            return
        section = self.reading.sentences[frame.sentence].section if self.reading.sentences else 0
        near = section == memory.section and frame.sentence - memory.sentence <= 1 and not self._line_starts(frame)
        before = memory.named[-1] if memory.named and near else None
        carried = (memory.subject or memory.carried) if near else ""
        self.memory = Memory(frame.sentence, section, [], before, "", carried, "", memory.consumed, "", memory.ratio, memory.aside)

    def _line_starts(self, frame: Frame) -> bool:
        """Tell whether a new line lies before the sentence; a paragraph starts with what it talks about."""
        start = self.reading.sentences[frame.sentence].start if self.reading.sentences else 0
        return "\n" in self.plain[max(start - 2, 0) : start]

    def _holder(self, subject: str) -> bool:
        """Tell whether a subject is people or a place, which have no 产量 or 面积 of their own."""
        return subject.endswith(self.words.persons) or subject.endswith(self.words.place_ends)

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
        if relative:
            share = self._share_at(tokens, left)
            if share is not None:
                return self._shared(frame, tokens, share)
        if left.growth is not None and (relative or self._delta(first, left)):
            return self._grown(frame, left)
        if len(frame.quantities) > 1 and first.unit.dimension == frame.quantities[-1].unit.dimension and left.phrase:
            parts = self._listed(frame, left)
            if parts:
                return parts
        cut = self.words.cut(self.plain, *frame.right)
        acting = first.unit.person in ("person", "household") or first.kind == "money"
        right = right_phrase(cut, self.words, acting, bool(left.told))
        if self._threshold(frame):
            name = self._name([*left.phrase, *(right.phrase if not frame.last else []), *[t for t in left.tail if t.kind == TELL]])
            return [replace(name, measure=name.measure + "门槛" if name.measure else "") for _ in frame.quantities]
        return self._spread(frame, self._single(frame, left, right, cut, tokens))

    def _delta(self, first: Quantity, left: Left) -> bool:
        """Tell whether a growth word before an amount gives a difference (比上年增加690吨) and not new things (增加5户)."""
        if left.phrase or left.verb or left.tail:
            return first.kind == "money" and not left.verb and not left.tail
        before = self.memory.antecedent()
        return first.kind == "money" or (before is not None and before[0].unit.dimension == first.unit.dimension)

    def _threshold(self, frame: Frame) -> bool:
        """Tell whether a figure only says which things are counted by the next one: 50头以上养殖大户23户, 超过50万元的村有6个."""
        first = frame.quantities[0]
        if len(frame.quantities) > 1 or "threshold" in first.notes or frame.last:
            return len(frame.quantities) == 1 and "threshold" in first.notes
        gap = self.plain[frame.right[0] : frame.right[1]]
        of = gap.startswith("的") and not gap.endswith(("、", "和", "及"))
        return first.text.endswith(("以上", "以下", "以内")) or (of and first.approx in ("over", "under"))

    def _single(self, frame: Frame, left: Left, right: Right, cut: list[Token], tokens: list[Token]) -> Name:
        first = frame.quantities[0]
        if left.of and not right.phrase and left.phrase:
            return self._name(attribute_before(tokens, len(tokens) - 1))
        attribute = self._attribute(frame, left, right)
        if attribute is not None:
            return attribute
        noun = first.written_unit
        if noun in self.words.places or (len(noun) > 1 and noun.endswith("户") and noun[0] not in "万千百十亿"):
            self.memory.consumed = frame.right[1] if frame.last else self.memory.consumed
            name = self._name([*left.verb, *left.told[-1:], *(right.phrase if frame.last else [])])
            return Name(name.measure + ("" if name.measure.endswith(noun) else noun), name.span or (first.start, first.end), noun)
        if right.phrase and self._stands_right(frame, left, right):
            return self._from_right(frame, left, right, cut)
        if left.phrase:
            return self._from_left(frame, left, right, tokens)
        if first.unit.person in ("person", "household") and not left.told and not right.phrase and cut and cut[0].kind != MARK:
            done = done_by(cut, 0)
            if done:
                return self._name(done)
        return self._inherited(frame, left, tokens)

    def _attribute(self, frame: Frame, left: Left, right: Right) -> Name | None:
        """Return the name of 总投资5.05亿元的…项目, 年产3.6万吨的…企业: the thing on the right with the word on the left."""
        if not right.phrase or self.plain[frame.right[0] : frame.right[0] + 1] != "的":
            return None
        told = not left.phrase or bool(left.tail)
        word = text_of(left.told[-1:] if told else left.phrase[-1:])
        money = told and frame.quantities[0].kind == "money"
        if not word or not (money or word in self.words.attributes or word in self.words.dimensions):
            return None
        if frame.last:
            self.memory.consumed = right.phrase[-1].end
        name = self._name(right.phrase)
        return replace(name, measure=name.measure + word)

    def _stands_right(self, frame: Frame, left: Left, right: Right) -> bool:
        """Tell whether the thing counted is the noun on the right."""
        if not left.phrase or left.examples or left.of or right.joined:
            return True
        if left.bare_tail:
            return left.phrase[-1].kind != NAME and text_of(right.phrase) in self.words.places
        making = any(t.text in self.words.making for t in left.tail)
        return making or not frame.last or frame.quantities[0].kind == "count"

    def _from_right(self, frame: Frame, left: Left, right: Right, cut: list[Token]) -> Name:
        phrase = right.phrase
        told = [t for t in left.told if t.kind == TELL][-1:] or ([t for t in left.verb if t.kind == TELL][-1:] if left.examples else [])
        if not frame.last and not right.joined and phrase[-1].kind == NAME and len(cut) > right.index:
            # 五个村集体经济收入达到5万元: the name belongs to the next figure, which sees the whole gap.
            kept = phrase
            while kept and kept[-1].kind in (NAME, TELL):
                kept = kept[:-1]
            if kept:
                return self._name([*told, *kept])
        self.memory.consumed = phrase[-1].end
        if frame.last and not told and ends_with(phrase, self.words.holders):
            done = done_by(cut, right.index)
            return self._name([*done, *phrase], text_of(phrase))
        self.memory.verb = text_of(told)
        return self._name([*told, *phrase])

    def _from_left(self, frame: Frame, left: Left, right: Right, tokens: list[Token]) -> Name:
        phrase = left.phrase
        if frame.quantities[0].kind == "count":
            # What stands before 等 are examples: 茶叶、西瓜等经济组织16个.
            phrase = phrase[max((i + 1 for i, t in enumerate(phrase) if t.kind == ETC), default=0) :]
        text = text_of(phrase)
        span = (phrase[0].start, phrase[-1].end)
        if self._bare(text) and not left.verb:
            topic = self._topic_within(tokens, left) or self._topic(
                frame, frame.quantities[0].kind == "rate" or text.endswith(("金额", "资金"))
            )
            if topic and not (frame.quantities[0].kind == "rate" and topic.endswith(self.words.money)):
                return Name(topic + text, span, topic)
        if text in self.words.generic or (left.verb and len(text) <= _GENERIC_MAX and text.endswith(("资金", "经费"))):
            topic = (
                self._topic_within(tokens, left)
                or self.topics.purpose(frame)
                or (self.topics.next_purpose(frame) if not self.memory.named else "")
            )
            return self._name([*left.verb, *phrase], topic, topic)
        words = [*left.verb, *phrase, *left.told[-2:]]
        if right.phrase and frame.last and phrase[-1].kind != NAME and left.bare_tail and not left.verb:
            words = [*words, *right.phrase]
            self.memory.consumed = right.phrase[-1].end
        name = self._name(words, subject_of(phrase))
        if (
            self.memory.shared
            and frame.quantities[0].kind == "money"
            and not left.verb
            and not left.told
            and not text.endswith(self.words.money)
        ):
            return replace(name, measure=name.measure + self.memory.shared)
        if text in self.words.averages:
            before = self.memory.antecedent()
            return replace(name, measure=(before[1].measure if before else self._topic(frame)) + text)
        series = not left.verb and not left.told and len(text) <= _SERIES_MAX and left.start == 0 and phrase[-1].kind != NAME
        if series and self.memory.verb in self.words.carried and frame.quantities[0].kind == "count":
            return replace(name, measure=self.memory.verb + name.measure)
        self.memory.verb = text_of(left.verb[-1:]) if left.verb else ""
        return name

    def _bare(self, text: str) -> bool:
        """Tell whether a name needs what is talked about: 产量, 年产值, 计划总投资."""
        if text in self.words.bare:
            return True
        return any(text.startswith(p) and text[len(p) :] in self.words.bare for p in self.words.bare_leads)

    def _topic_within(self, tokens: list[Token], left: Left) -> str:
        """Return the thing named earlier in the clause: 茶旅综合体项目完成投资1700万元."""
        if left.start == 0:
            return ""
        before = left_phrase(tokens[: left.start])
        return text_of([*before.phrase, *before.told[-1:]]) if before.phrase and not before.of else ""

    def _inherited(self, frame: Frame, left: Left, tokens: list[Token]) -> Name:
        first, told = frame.quantities[0], left.told
        if frame.outer is not None:
            outer = left_phrase(self.words.cut(self.plain, *frame.outer))
            if outer.phrase:
                return self._name([*outer.verb, *outer.phrase])
        before = self.memory.antecedent()
        verb = text_of(told[-1:])
        span = (told[-1].start, told[-1].end) if told else None
        if told and first.kind == "money":
            topic = self.topics.purpose(frame) or text_of(self.topics.clause_before(frame)) or self.memory.last_subject()
            topic = topic or self.topics.next_purpose(frame)
            return Name(topic + verb + ("" if topic or verb.endswith(self.words.money) else "资金"), span, topic)
        if told:
            if before is not None and before[0].unit.dimension == first.unit.dimension and before[1].measure.endswith(self.words.targets):
                self._compared(frame, left, tokens, before[0], before[1])
                return replace(before[1], measure=self._without_target(before[1].measure))
            topic = text_of(self.topics.clause_before(frame)) or self.memory.last_subject()
            return Name(topic + verb, span, topic)
        if before is not None and before[0].unit.dimension == first.unit.dimension:
            self._compared(frame, left, tokens, before[0], before[1])
            measure = self._without_target(before[1].measure) if left.tail else before[1].measure
            return replace(before[1], measure=measure)
        if before is not None:
            return self._other_side(frame, before[1])
        last = self.memory.named[-1] if self.memory.named else None
        if last is not None and last[0].kind == "change" and last[1].base and first.unit.name not in _CHANGE_UNITS:
            return replace(last[1], measure=last[1].base)  # 收入增长18%，达到9170元
        topic = self._topic(frame)
        return Name(topic, None, topic)

    def _other_side(self, frame: Frame, name: Name) -> Name:
        """Return the name of figures of the same things in other units: 帮扶资金31户，总计1.26万元."""
        base = "" if name.subject.endswith(self.words.place_ends) else name.base or name.measure
        if len(frame.quantities) > 1 and base:
            return replace(name, measure=base, base=base)
        first = frame.quantities[0]
        word = self.words.suffixes.get(first.unit.name, "")
        known = base.endswith(word) or (first.kind == "money" and base.endswith(self.words.money))
        return Name(base + ("" if known else word), name.span, name.subject, base)

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

    def _without_target(self, measure: str) -> str:
        for target in self.words.targets:
            if measure.endswith(target) and len(measure) > len(target) + 1:
                return measure[: -len(target)]
        return measure

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
                return [replace(n, measure=n.measure + text_of(left.phrase)) for n in named]
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
        return [replace(b, measure=b.measure + word, base=b.measure) for b in bases]

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
        return index if index >= 0 and tokens[index].kind not in NOMINAL else None

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
        return [replace(b, measure=f"{b.measure}占{of}{tail}", base="") for b in bases]

    def _ratio(self, frame: Frame, left: Left) -> list[Name]:
        start = self.reading.sentences[frame.sentence].start if self.reading.sentences else 0
        text = self.plain[max(start, frame.quantities[0].start - WINDOW) : frame.quantities[0].start]
        names = ratio_names(text, len(frame.quantities), self.words)
        if not names and len(self.memory.ratio) == len(frame.quantities):
            names = self.memory.ratio
        self.memory.ratio = names or [text_of(left.phrase) + "比"] * len(frame.quantities)
        span = (left.phrase[0].start, left.phrase[-1].end) if left.phrase else None
        return [Name(n, span, n) for n in self.memory.ratio]

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
        span = (min(t.start for t in tokens), max(t.end for t in tokens))
        return Name(before + text, span, subject or subject_of([t for t in tokens if t.kind not in (TELL, GROWTH)] or tokens))

    def _spread(self, frame: Frame, name: Name) -> list[Name]:
        """Return the chain's name for each of its figures, told apart by their units."""
        alone = len(frame.quantities) == 1
        base = name.base or name.measure
        return [replace(name, measure=name.measure + suffix(q, name.measure, alone, self.words), base=base) for q in frame.quantities]
