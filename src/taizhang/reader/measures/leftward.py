"""Names whose words stand left of the figure, in its clause or before it."""

from __future__ import annotations

from taizhang.reader.measures.frames import Frame
from taizhang.reader.measures.memory import Name
from taizhang.reader.measures.phrases import (
    Left,
    Right,
    left_phrase,
    subject_of,
    text_of,
)  # fmt: skip
from taizhang.reader.measures.relative import CHANGE_UNITS, Relative
from taizhang.reader.measures.segment import (
    ADVERB,
    ETC,
    LIGHT,
    NAME,
    REACH,
    TIME,
    Token,
)

_CROP_MAX = 6  # letters of a crop that shares 种植 with the one before
_SERIES_MAX = 3  # letters of a name that is too short to do without a verb
_GENERIC_MAX = 4  # 救助资金 is said of someone, 东西部协作资金 is a name of its own


class Leftward(Relative):
    """Rules for the noun on the left, and for figures that have none."""

    def _from_left(self, frame: Frame, left: Left, right: Right, tokens: list[Token]) -> Name:
        phrase, first = left.phrase, frame.quantities[0]
        if first.kind == "count":
            # What stands before 等 are examples: 茶叶、西瓜等经济组织16个.
            phrase = phrase[max((i + 1 for i, t in enumerate(phrase) if t.kind == ETC), default=0) :]
        name = self._of_topic(frame, left, phrase, tokens)
        if name is not None:
            return name
        planted = first.kind == "area" and phrase[-1].kind != NAME and text_of(left.verb[-1:]) in self.words.of_crops
        words = [*phrase, *left.verb[-1:]] if planted else [*left.verb, *phrase, *left.told[-2:]]
        if right.phrase and frame.last and phrase[-1].kind != NAME and left.bare_tail and not left.verb:
            words = [*words, *right.phrase]
            self.memory.consumed = right.phrase[-1].end
        name = self._name(words, subject_of(phrase))
        if not left.verb:
            name = self._completed(frame, left, name, phrase, tokens)
        if self._in_series(frame, left, phrase):
            return name
        self.memory.verb = text_of(left.verb[-1:]) if left.verb else ""
        return name

    def _of_topic(self, frame: Frame, left: Left, phrase: list[Token], tokens: list[Token]) -> Name | None:
        """Return the name of a bare or general word with what it is said of: 产量, 年产值, 投入资金."""
        text, rate = text_of(phrase), frame.quantities[0].kind == "rate"
        if self._bare(text) and not left.verb:
            topic = self._topic_within(tokens, left) or self._topic(frame, rate or text.endswith(("金额", "资金")))
            if topic and not (rate and topic.endswith(self.words.money)):
                return Name(topic + text, (phrase[0].start, phrase[-1].end), topic)
        if text in self.words.generic or (left.verb and len(text) <= _GENERIC_MAX and text.endswith(("资金", "经费"))):
            topic = self._topic_within(tokens, left) or self.topics.purpose(frame)
            topic = topic or (self.topics.next_purpose(frame) if not self.memory.named else "")
            return self._name([*left.verb, *phrase], topic, topic)
        return None

    def _completed(self, frame: Frame, left: Left, name: Name, phrase: list[Token], tokens: list[Token]) -> Name:
        """Return a name with what the sentence has said once for several figures: who, of which sum, the average of what, which verb."""
        kind, text = frame.quantities[0].kind, text_of(phrase)
        if kind in ("money", "mass", "area") and (phrase[-1].kind == NAME or left.told):
            doer = self._doer(frame, tokens, left)
            name = name._replace(measure=doer + name.measure) if doer and doer not in name.measure else name
        if self.memory.shared and kind == "money" and not left.told and not text.endswith(self.words.money):
            return name._replace(measure=name.measure + self.memory.shared)
        limit = self.memory.named[-1] if self.memory.named else None
        if limit is not None and limit[1].measure.endswith("门槛") and self.plain[limit[0].end : phrase[0].start] == "的":
            lead = limit[1].measure.removesuffix("门槛").removesuffix(text)
            return name._replace(measure=f"{lead}{limit[0].text}的{text}")
        if text in self.words.averages:
            before = self.memory.antecedent()
            return name._replace(measure=(before[1].measure if before else self._topic(frame)) + text)
        if not self._in_series(frame, left, phrase):
            return name
        verb = self.memory.verb
        return name._replace(measure=name.measure + verb if kind == "area" else verb + name.measure)

    def _in_series(self, frame: Frame, left: Left, phrase: list[Token]) -> bool:
        """Tell whether the verb before holds for this short name too: 防疫生猪12000头，牛28头."""
        memory, kind = self.memory, frame.quantities[0].kind
        limit = _SERIES_MAX if kind == "count" else _CROP_MAX if kind == "area" and memory.verb in self.words.of_crops else 0
        short = len(text_of(phrase)) <= limit and phrase[-1].kind != NAME
        short = short and not self.plain[frame.left[-1][0] : phrase[0].start].strip("、和及与， ")
        return short and not left.verb and not left.told and memory.verb in self.words.carried

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
                return before[1]._replace(measure=self._without_target(before[1].measure))
            topic = text_of(self.topics.clause_before(frame)) or self.memory.last_subject()
            return Name(topic + verb, span, topic)
        if before is not None and before[0].unit.dimension == first.unit.dimension:
            self._compared(frame, left, tokens, before[0], before[1])
            measure = self._without_target(before[1].measure) if left.tail else before[1].measure
            return before[1]._replace(measure=measure)
        if before is not None:
            return self._other_side(frame, before[1])
        last = self.memory.named[-1] if self.memory.named else None
        if last is not None and last[0].kind == "change" and last[1].base and first.unit.name not in CHANGE_UNITS:
            return last[1]._replace(measure=last[1].base)  # 收入增长18%，达到9170元
        topic = self._topic(frame)
        return Name(topic, None, topic)

    def _other_side(self, frame: Frame, name: Name) -> Name:
        """Return the name of figures of the same things in other units: 帮扶资金31户，总计1.26万元."""
        base = "" if name.subject.endswith(self.words.place_ends) else name.base or name.measure
        if len(frame.quantities) > 1:
            return name._replace(measure=base, base=base)
        first = frame.quantities[0]
        word = self.words.suffixes.get(first.unit.name, "")
        known = base.endswith(word) or (first.kind == "money" and base.endswith(self.words.money))
        return Name(base + ("" if known else word), name.span, name.subject, base)

    def _doer(self, frame: Frame, tokens: list[Token], left: Left) -> str:
        """Return who reaches a figure: 规模企业实现工业总产值28亿元, 金鼎矿业1-6月份完成投资."""
        if left.start and tokens[left.start - 1].kind in (REACH, LIGHT, ADVERB, TIME):
            before = left_phrase(tokens[: left.start])
        else:
            span = self.frames.before_date(frame)
            if span is None:
                return ""
            before = left_phrase(self.words.cut(self.plain, *span))
        text = text_of(before.phrase)
        return text if before.bare_tail and not before.verb and text.endswith(self.words.subject_ends) else ""
