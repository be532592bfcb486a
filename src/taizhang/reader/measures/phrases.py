"""The noun phrase on the left and on the right of a figure, by the classes of its words."""

from __future__ import annotations

from dataclasses import dataclass, field

from taizhang.reader.measures.segment import (
    ADVERB,
    COPULA,
    GROWTH,
    JOIN,
    LIGHT,
    LIST,
    MARK,
    NAME,
    NOUN,
    NUMBER,
    OF,
    OPENER,
    QUOTE,
    SHARE,
    TELL,
    TEXT,
    TIME,
    VERBS,
    Token,
    Words,
)  # fmt: skip

_NOMINAL = frozenset((TEXT, NAME, NOUN, NUMBER, QUOTE))
_TAIL = frozenset((COPULA, ADVERB, TIME, OPENER, MARK, OF, JOIN, LIST))
_MAX_LEFT, _MAX_RIGHT = 24, 18
_ATTRIBUTE_MAX = 10


@dataclass(slots=True)
class Left:
    """What stands before a figure: a noun phrase, the telling verb before it, and the words between it and the figure."""

    phrase: list[Token] = field(default_factory=list)
    verb: list[Token] = field(default_factory=list)  # telling verbs before the phrase
    tail: list[Token] = field(default_factory=list)  # verbs between the phrase and the figure, in text order
    growth: Token | None = None
    share: Token | None = None
    of: bool = False  # 的 stands right before the figure

    @property
    def bare_tail(self) -> bool:
        """Only 达, 为, 共 and the like stand between name and figure."""
        return not any(t.kind in (LIGHT, TELL) for t in self.tail)


def left_phrase(tokens: list[Token], words: Words) -> Left:
    """Return the phrase that ends before a figure."""
    left = Left()
    index = len(tokens)
    left.of = index > 0 and tokens[index - 1].kind == OF
    while index:
        token = tokens[index - 1]
        if token.kind == GROWTH and left.growth is None and not left.tail:
            left.growth = token
        elif token.kind in VERBS or token.kind == GROWTH:
            left.tail.insert(0, token)
        elif token.kind == SHARE:
            left.share = token
        elif token.kind not in _TAIL and not (token.kind == QUOTE and token.text == "“"):
            break
        index -= 1
    start = _phrase_start(tokens, index)
    left.phrase = _trimmed(tokens[start:index])
    while (start and tokens[start - 1].kind in (TELL, GROWTH)) or (
        left.verb and start > 1 and tokens[start - 1].kind == JOIN and tokens[start - 2].kind == TELL
    ):
        start -= 1
        left.verb.insert(0, tokens[start])
    if start and tokens[start - 1].kind == SHARE:
        left.share = tokens[start - 1]
    return left


def _phrase_start(tokens: list[Token], end: int) -> int:
    start = end
    while start:
        kind = tokens[start - 1].kind
        if tokens[end - 1].end - tokens[start - 1].start > _MAX_LEFT and start < end:
            break
        if (
            kind in _NOMINAL
            or (kind in (JOIN, LIST) and start > 1 and tokens[start - 2].kind in _NOMINAL and start < end)
            or (kind == OF and start < end and _attribute(tokens, start - 1))
            or (kind == TELL and start < end and tokens[start].kind == NAME and start > 1 and tokens[start - 2].kind in (TEXT, NOUN))
        ):
            start -= 1
        else:
            break
    return start


def _attribute(tokens: list[Token], of: int) -> bool:
    """Tell whether a noun stands before 的 (农民的人均收入) and no clause with a verb (上级下达的任务)."""
    length = 0
    for token in reversed(tokens[:of]):
        if token.kind in VERBS or token.kind == GROWTH:
            return False
        if token.kind not in _NOMINAL:
            break
        length += len(token.text)
    return 0 < length <= _ATTRIBUTE_MAX


def _trimmed(tokens: list[Token]) -> list[Token]:
    low, high = 0, len(tokens)
    while (low < high and tokens[low].kind in (JOIN, LIST, OF)) or (low < high and not tokens[low].text.strip()):
        low += 1
    while high > low and tokens[high - 1].kind in (JOIN, LIST, OF):
        high -= 1
    return tokens[low:high]


def right_phrase(tokens: list[Token], words: Words) -> list[Token]:
    """Return the noun phrase that starts behind a figure; empty where a verb, a mark or nothing follows."""
    index = 0
    while index < len(tokens) and (tokens[index].kind == OF or not tokens[index].text.strip()):
        index += 1
    found: list[Token] = []
    for place, token in enumerate(tokens[index:], index):
        if found and token.end - found[0].start > _MAX_RIGHT:
            break
        if token.kind in _NOMINAL or (token.kind == TELL and _inside(tokens, place, bool(found))):
            found.append(token)
        elif token.kind == OF and found:
            # 300亩连片的基地: what stands before 的 only describes.
            following = tokens[place + 1] if place + 1 < len(tokens) else None
            if following is None or following.kind not in _NOMINAL:
                break
            found.append(token)
        elif token.kind == JOIN and found and place + 1 < len(tokens) and tokens[place + 1].kind in _NOMINAL:
            found.append(token)
        else:
            break
    return _trimmed(found)


def _inside(tokens: list[Token], place: int, begun: bool) -> bool:
    """Tell whether a telling verb is part of a name on the right: 小额贷款发放, 养殖大户."""
    if not begun:
        return place + 1 < len(tokens) and tokens[place + 1].kind in (NAME, NOUN) and len(tokens) <= place + 2
    return place + 1 == len(tokens) or tokens[place + 1].kind in (NAME, NOUN, MARK)


def text_of(tokens: list[Token]) -> str:
    """Return the words of a phrase without quotation marks, blanks and the 的 that joins."""
    return "".join(t.text for t in tokens if t.kind not in (QUOTE, OF)).replace(" ", "").replace("\n", "").strip("“”\"'‘’-—·.*|")


def subject_of(tokens: list[Token]) -> str:
    """Return the phrase without the names at its end: 黄桃 of 黄桃种植面积."""
    end = len(tokens)
    while end > 1 and tokens[end - 1].kind in (NAME, TELL):
        end -= 1
    return text_of(tokens[:end])


__all__ = ["Left", "left_phrase", "right_phrase", "subject_of", "text_of"]
