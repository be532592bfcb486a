"""The noun phrase on the left and on the right of a figure, by the classes of its words."""

from __future__ import annotations

from dataclasses import dataclass, field

from taizhang.reader.measures.segment import (
    ADVERB,
    COPULA,
    ETC,
    GROWTH,
    JOIN,
    LIGHT,
    LIST,
    MARK,
    NAME,
    NOMINAL,
    NOUN,
    OF,
    OPENER,
    QUOTE,
    REACH,
    SHARE,
    TELL,
    TEXT,
    TIME,
    VERBS,
    Token,
    Words,
)  # fmt: skip

_TAIL = frozenset((COPULA, ADVERB, TIME, OPENER, MARK, OF, JOIN, LIST, ETC))
_ACTS = VERBS | {GROWTH}
_TOLD, _JOINS, _NAMED = frozenset((TELL, GROWTH)), frozenset((JOIN, LIST)), frozenset((NAME, TELL))
_EDGES, _SILENT = frozenset((JOIN, LIST, OF, ETC)), frozenset((QUOTE, OF))
_BREAKS = frozenset((MARK, ADVERB, OPENER, TIME, COPULA))
_BETWEEN = frozenset((ADVERB, TIME, COPULA, REACH, LIGHT, OPENER))
_LISTED = NOMINAL | _JOINS
_DONE = _LISTED | {TELL}
_DESCRIBED = NOMINAL | {ADVERB, TELL, OPENER}
_MAX_LEFT, _MAX_RIGHT, _ATTRIBUTE_MAX = 24, 18, 12


@dataclass(slots=True)
class Left:
    """What stands before a figure: a noun phrase, the telling verbs before it, and the verbs between it and the figure."""

    phrase: list[Token] = field(default_factory=list)
    verb: list[Token] = field(default_factory=list)
    tail: list[Token] = field(default_factory=list)
    growth: Token | None = None
    of: bool = False  # 的 stands right before the figure
    examples: bool = False  # 等 stands right before the figure: what is named are examples of the thing on the right
    start: int = 0  # index of the first token of verb and phrase
    told: list[Token] = field(default_factory=list)  # the telling verbs between phrase and figure

    @property
    def bare_tail(self) -> bool:
        """Only 达, 为, 共 and the like stand between name and figure."""
        return not any(t.kind in (LIGHT, TELL) for t in self.tail)


def left_phrase(tokens: list[Token]) -> Left:
    """Return the phrase that ends before a figure."""
    left = Left()
    index = len(tokens)
    left.of = index > 0 and tokens[index - 1].kind == OF
    while index:
        token = tokens[index - 1]
        if token.kind == GROWTH and left.growth is None and not left.tail:
            left.growth = token
        elif token.kind == GROWTH and left.growth is not None and not left.tail:
            pass  # 同比增长: the nearer word tells
        elif token.kind in _ACTS:
            left.tail.insert(0, token)
        elif token.kind == ETC and not left.tail:
            left.examples = True
        elif token.kind not in _TAIL and token.kind != SHARE and token.text.strip(" “\"'·-*") != "":
            break
        index -= 1
    left.told = [t for t in left.tail if t.kind in _TOLD] + ([left.growth] if left.growth else [])
    start = _phrase_start(tokens, index)
    left.phrase = trimmed(tokens[start:index])
    while start and left.phrase and (tokens[start - 1].kind in _TOLD or _joined_verbs(tokens, start, bool(left.verb))):
        start -= 1
        left.verb.insert(0, tokens[start])
    left.start = start
    return left


def _joined_verbs(tokens: list[Token], start: int, begun: bool) -> bool:
    return begun and start > 1 and tokens[start - 1].kind in _JOINS and tokens[start - 2].kind == TELL


def _phrase_start(tokens: list[Token], end: int) -> int:
    start = end
    while start:
        kind = tokens[start - 1].kind
        if start < end and tokens[end - 1].end - tokens[start - 1].start > _MAX_LEFT:
            break
        if kind in NOMINAL or (start < end and _goes_on(tokens, start, kind)):
            start -= 1
        else:
            break
    return start


def _goes_on(tokens: list[Token], start: int, kind: str) -> bool:
    """Tell whether a joining word before the phrase leads further into it."""
    before = tokens[start - 2].kind if start > 1 else ""
    if kind in _JOINS:
        return before in NOMINAL
    if kind == ETC:
        return before in NOMINAL | {TELL} and tokens[start].kind in NOMINAL
    if kind == OF:
        return _attribute(tokens, start - 1)
    return kind == TELL and before in (TEXT, NOUN) and tokens[start].kind in (NAME, ETC, LIST, JOIN)


def _attribute(tokens: list[Token], of: int) -> bool:
    """Tell whether a noun stands before 的 (农民的人均收入) and no clause with a verb (上级下达的任务)."""
    length = 0
    for token in reversed(tokens[:of]):
        if token.kind in _ACTS:
            return False
        if token.kind not in NOMINAL:
            break
        length += len(token.text)
    return 0 < length <= _ATTRIBUTE_MAX


def attribute_before(tokens: list[Token], end: int) -> list[Token]:
    """Return the words of a clause that describes a figure (需要发展生产和就业的308户), back to the last adverb or mark."""
    start = end
    while start and tokens[start - 1].kind not in _BREAKS and tokens[end - 1].end - tokens[start - 1].start <= _MAX_LEFT:
        start -= 1
    return trimmed(tokens[start:end])


def trimmed(tokens: list[Token]) -> list[Token]:
    """Return the tokens without joining words and blanks at the ends."""
    low, high = 0, len(tokens)
    while low < high and (tokens[low].kind in _EDGES or not tokens[low].text.strip()):
        low += 1
    while high > low and (tokens[high - 1].kind in _EDGES or not tokens[high - 1].text.strip()):
        high -= 1
    return tokens[low:high]


@dataclass(slots=True)
class Right:
    """What stands behind a figure: a noun phrase, and the index of the token that follows it."""

    phrase: list[Token]
    index: int
    joined: bool = False  # ends at 和 or 、: the text up to the next figure belongs to this one


def right_phrase(tokens: list[Token], words: Words, persons: bool = False, told: bool = False) -> Right:
    """Return the noun phrase that starts behind a figure; empty where a verb or a mark follows.

    ``persons`` tells that people, households or money stand before, which do things; a verb behind 12户 starts what they do.
    ``told`` tells that a verb stands before, whose object may be long: 解决10万农民的饮水安全问题.
    """
    index = 0
    while index < len(tokens) and (
        (tokens[index].kind in (OF, COPULA, QUOTE) and index < 2 and tokens[0].kind in _SILENT) or not tokens[index].text.strip()
    ):
        index += 1
    found: list[Token] = []
    described: list[Token] = []
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1].kind if index + 1 < len(tokens) else ""
        if found and token.end - found[0].start > _MAX_RIGHT:
            break
        if (
            token.kind in NOMINAL
            or (token.kind == TELL and _inside(found, following, persons, words))
            or (token.kind in (ADVERB, OPENER, TIME, GROWTH) and not found and following in NOMINAL and token.text in words.leading)
        ):
            found.append(token)
        elif token.kind == OF and found and following in _DESCRIBED and (told or not ends_with(found, words.holders)):
            described = [] if ends_with(found, words.adjectives) else [*described, *found]
            found = []
        elif token.kind in _JOINS and found and following in NOMINAL and _short_list(tokens, index):
            found.append(token)
        else:
            break
        index += 1
    joined = bool(found) and index == len(tokens) - 1 and tokens[index].kind in _JOINS
    return Right(trimmed([*described, *found]), index, joined)


def _short_list(tokens: list[Token], index: int) -> bool:
    """Tell whether 、 joins nouns and not clauses: what follows ends without a verb."""
    return tokens[index].kind == JOIN or all(t.kind in _LISTED for t in tokens[index:])


def _inside(found: list[Token], following: str, persons: bool, words: Words) -> bool:
    """Tell whether a telling verb is part of a name on the right: 小额贷款发放, 养殖大户."""
    if not found:
        return following in (NAME, NOUN) or (not persons and following == TEXT)
    if ends_with(found, words.holders):
        return following in (NAME, NOUN) and not persons
    return following in ("", NAME, NOUN, TELL, JOIN, MARK) or (not persons and following == TEXT)


def ends_with(tokens: list[Token], endings: tuple[str, ...]) -> bool:
    """Tell whether a phrase ends with one of the words."""
    return bool(tokens) and "".join(t.text for t in tokens[-2:]).strip('“”" ').endswith(endings)


def done_by(tokens: list[Token], index: int) -> list[Token]:
    """Return what the counted do or get, behind their noun: 120家企业|全部实现复工复产, 22个村|配备村级卫生所."""
    while index < len(tokens) and tokens[index].kind in _BETWEEN:
        index += 1
    found: list[Token] = []
    while index < len(tokens) and (tokens[index].kind in _DONE or tokens[index].text == "了"):
        if tokens[index].text == "了":
            index += 1
            continue
        if found and tokens[index].end - found[0].start > _ATTRIBUTE_MAX:
            break
        found.append(tokens[index])
        index += 1
    return trimmed(found)


def text_of(tokens: list[Token]) -> str:
    """Return the words of a phrase without quotation marks, blanks and the 的 that joins."""
    if not tokens:
        return ""
    text = "".join([t.text for t in tokens if t.kind not in _SILENT])
    # Most phrases are letters only, with nothing to take out.
    return text if text.isalnum() else text.replace(" ", "").replace("\n", "").strip("“”\"'‘’-—·.*|_")


def subject_of(tokens: list[Token]) -> str:
    """Return the phrase without the names at its end: 黄桃 of 黄桃种植面积."""
    end = len(tokens)
    while end and tokens[end - 1].kind in _NAMED:
        end -= 1
    return text_of(tokens[:end])


def parts_of(tokens: list[Token], marks: str = LIST + JOIN) -> list[list[Token]]:
    """Return the members of a list (农业、林业和牧业产值), parted by 、 and 和 or by one of them."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind in marks:
            found.append([])
        else:
            found[-1].append(token)
    return [part for part in found if part]
