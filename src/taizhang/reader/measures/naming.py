"""The ordered rules that name a chain of figures."""

from __future__ import annotations

from taizhang.reader.measures.frames import Frame
from taizhang.reader.measures.leftward import Leftward
from taizhang.reader.measures.lists import suffix
from taizhang.reader.measures.memory import Memory, Name
from taizhang.reader.measures.phrases import (
    Left,
    Right,
    attribute_before,
    done_by,
    ends_with,
    left_phrase,
    right_phrase,
    text_of,
)  # fmt: skip
from taizhang.reader.measures.relative import CHANGE_UNITS
from taizhang.reader.measures.segment import (
    GROWTH,
    MARK,
    NAME,
    NOMINAL,
    TELL,
    Token,
)
from taizhang.reader.model import Group

_NO_THINGS = {"person", "household", "visit", "case", "event"}  # classes of units that count no thing which 产量 or 面积 could be of


class Namer(Leftward):
    """Names chain after chain of one text."""

    @property
    def groups(self) -> list[Group]:
        """Growth and comparison found on the way."""
        return self.links.groups

    def names(self, frame: Frame) -> list[Name]:
        """Return a name for every figure of the chain."""
        self._enter(frame)
        tokens = self._left_tokens(frame)
        said = {t.text for t in tokens}
        if not said.isdisjoint(self.words.part_words):
            whole = self.memory.antecedent() or self.memory.before
            self.memory.shared = next((n for n in self.words.shared_names if whole and whole[1].measure.endswith(n)), "")
        names = self._named(frame, left_phrase(tokens), tokens)
        if not said.isdisjoint(self.words.averages):
            names = self._averaged(tokens, names)
        memory, first = self.memory, frame.quantities[0]
        memory.named.extend(zip(frame.quantities, names, strict=True))
        part = "其中" in said and frame.clause > 0
        subject = names[0].subject
        thing = first.kind not in ("change", "rate") and first.unit.person not in _NO_THINGS
        if subject and thing and not part and "每" not in subject and not self._holder(subject):
            memory.subject = subject
        return names

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

    def _left_tokens(self, frame: Frame) -> list[Token]:
        tokens: list[Token] = []
        for start, end in frame.left:
            tokens += self.words.cut(self.plain, max(start, min(self.memory.consumed, end)), end)
        span = self.frames.before_date(frame)
        if span is not None and any(t.kind == GROWTH for t in tokens) and not any(t.kind in NOMINAL for t in tokens):
            return [*self.words.cut(self.plain, *span), *tokens]  # 使用量较2022年同期减少8.2%
        return tokens

    def _named(self, frame: Frame, left: Left, tokens: list[Token]) -> list[Name]:
        first = frame.quantities[0]
        relative = first.kind == "change" or first.unit.name in CHANGE_UNITS
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
            return [name._replace(measure=name.measure + "门槛" if name.measure else "") for _ in frame.quantities]
        return self._spread(frame, self._single(frame, left, right, cut, tokens))

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
        return name._replace(measure=name.measure + word)

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
        place = "" if frame.last or right.joined else self._place_first(frame, text_of(phrase))
        if place:
            return Name(text_of(told) + place, (phrase[0].start, phrase[0].start + len(place)), place)
        built = self._built(frame, text_of(phrase))
        if built and told:
            return Name(built + text_of(told), (phrase[0].start, phrase[-1].end), built)
        self.memory.consumed = phrase[-1].end
        if frame.last and not told and phrase[-1].end == frame.right[1]:
            also = self.frames.short_bracket(phrase[-1].end)
            if also:
                behind = self.words.cut(self.plain, *self.frames.behind_bracket(frame, phrase[-1].end + len(also) + 2))
                return self._name(phrase)._replace(measure=f"{text_of(done_by(behind, 0))}{text_of(phrase)}（{also}）")
        if frame.last and not told and ends_with(phrase, self.words.holders):
            done = done_by(cut, right.index)
            return self._name([*done, *phrase], text_of(phrase))
        self.memory.verb = text_of(told)
        return self._name([*told, *phrase])

    def _place_first(self, frame: Frame, text: str) -> str:
        """Return the place that is counted where the thing of the next figure follows it at once: 10个村饮水管道1万余米."""
        if frame.quantities[0].unit.name != "个" or text.endswith(self.words.place_ends):
            return ""
        found = [p for p in self.words.places if text.startswith(p) and len(text) > len(p) + 1]
        return max(found, key=len, default="")

    def _built(self, frame: Frame, text: str) -> str:
        """Return what money builds, without the verb: 投资325万元新修道路."""
        if frame.quantities[0].kind != "money":
            return ""
        verbs = [v for v in self.words.object_after if text.startswith(v) and len(text) > len(v) + 1]
        return text[len(max(verbs, key=len)) :] if verbs else ""

    def _spread(self, frame: Frame, name: Name) -> list[Name]:
        """Return the chain's name for each of its figures, told apart by their units."""
        alone = len(frame.quantities) == 1
        measure, span, subject, base = name
        return [Name(measure + suffix(q, measure, alone, self.words), span, subject, base or measure) for q in frame.quantities]
