"""Cutting a short stretch of text into the words that the lexicon knows and what lies between them: longest word first, no tagger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from taizhang.reader.lexicon import Lexicon

# Classes of a token; TEXT is what the lexicon does not know.
LIGHT, REACH, TELL, COPULA, ADVERB, TIME, OPENER, NAME, NOUN, GROWTH, SHARE = "VRTCASOBKGH"
JOIN, OF, LIST, QUOTE, MARK, NUMBER, ETC, TEXT = "JDLQMNEX"
_SINGLES = {
    **dict.fromkeys(("和", "与", "及", "以及", "及其", "或", "或者"), JOIN),
    **dict.fromkeys(("、", "/"), LIST),
    **dict.fromkeys(("等", "等等"), ETC),
    **dict.fromkeys('“”"《》', QUOTE),
    "的": OF,
}
_MARKS = "，。；：！？;:!?()[],\n"
VERBS = frozenset((LIGHT, REACH, TELL))
NOMINAL = frozenset((TEXT, NAME, NOUN, NUMBER, QUOTE))


class Token(NamedTuple):
    """A word with its class and its place in the text."""

    kind: str
    start: int
    end: int
    text: str


class Words:
    """The lexicon's words by their first letter, for cutting, and the small sets that naming asks for."""

    def __init__(self, lexicon: Lexicon) -> None:
        verbs, words = lexicon["verbs"], lexicon["measures"]
        self.kinds = _kinds(lexicon)
        self.lengths = _lengths(self.kinds)
        self.after = _lengths(words["nominal_after"])
        self.after_words = frozenset(words["nominal_after"])
        self.after_light = frozenset(words["nominal_after_light"])
        self.bare = frozenset(words["bare"])
        self.bare_leads = tuple(words["bare_leads"])
        self.names = frozenset(words["names"])
        self.growth: dict[str, str] = dict(words["growth"])
        self.making = frozenset(verbs["making"])
        self.fulfilment = frozenset(words["fulfilment"])
        self.generic = frozenset(words["generic"])
        self.object_after = frozenset(words["object_after"])
        self.of_crops = frozenset(words["of_crops"])
        self.suffixes: dict[str, str] = dict(words["suffixes"])
        self.persons = tuple(words["persons"])
        self.areas = tuple(words["areas"])
        self.money = tuple(words["money"])
        self.holders = tuple(words["holders"])
        self.places = frozenset(words["places"])
        self.leading = frozenset(words["leading"])
        self.targets = tuple(words["targets"])
        self.place_ends = tuple(words["places"])
        self.subject_ends = tuple(words["subject_ends"])
        self.part_words = frozenset(words["part_words"])
        self.shared_names = tuple(sorted(words["shared_names"], key=len, reverse=True))
        self.earlier: list[str] = words["earlier"]
        self.attributes = frozenset(words["attributes"])
        self.adjectives = tuple(words["adjectives"])
        self.dimensions = frozenset(words["dimensions"])
        self.averages = frozenset(words["averages"])
        self.carried = frozenset(words["carried"])
        self.positions = frozenset(words["positions"])
        self.weak = frozenset(words["weak"])
        self.sectors: list[str] = words["ordinal_sectors"]
        self.sector_words: list[str] = words["sector_words"]
        self.letters: str = words["sector_letters"]

    def cut(self, plain: str, start: int, end: int) -> list[Token]:
        """Return the tokens of ``plain[start:end]``; the stretch is short, so the text is looked at once from left to right."""
        found: list[Token] = []
        if start >= end:
            return found
        lengths, kinds = self.lengths, self.kinds
        place = unknown = start
        while place < end:
            kind = ""
            for length in lengths.get(plain[place], ()):
                word = plain[place : place + length]
                if place + length <= end and word in kinds:
                    kind = kinds[word]
                    break
            if place == end - 1 and plain[place] in self.dimensions:
                kind, length = NAME, 1
            # A single letter is no verb within a word that is not known (修 of 房屋修缮), but it may end one (物资有46种).
            if not kind or (length == 1 and kind in VERBS and unknown < place < end - 1 and plain[place] != "有"):
                place += 1
                continue
            if unknown < place:
                found.append(Token(TEXT, unknown, place, plain[unknown:place]))
            stop = place + length
            if kind in VERBS:
                stop, kind = self._nominal(plain, stop, end, kind)
            found.append(Token(kind, place, stop, plain[place:stop]))
            place = unknown = stop
        if unknown < end:
            found.append(Token(TEXT, unknown, end, plain[unknown:end]))
        return self._merged(found) if len(found) > 1 else found

    def _merged(self, tokens: list[Token]) -> list[Token]:
        """Return the tokens with single letters joined to the nouns that they are part of: 中转站, 规上工业, 商超."""
        found: list[Token] = []
        for index, token in enumerate(tokens):
            following = tokens[index + 1].kind if index + 1 < len(tokens) else ""
            if len(token.text) == 1 and following in NOMINAL:
                before = found[-1].kind if found else ""
                if token.text in self.positions or (token.text in self.weak and before in NOMINAL):
                    token = token._replace(kind=TEXT)
            if token.kind == TEXT and found and found[-1].kind == TEXT and found[-1].end == token.start:
                token = Token(TEXT, found[-1].start, token.end, found.pop().text + token.text)
            found.append(token)
        return found

    def _nominal(self, plain: str, stop: int, end: int, kind: str) -> tuple[int, str]:
        """Return where a verb ends and its class, a name where a noun's tail follows: 办结率, 脱贫户.

        A verb that tells nothing takes short tails only, since 实施项目 and 完成收入 are verb and object.
        """
        if stop < end:
            for length in self.after.get(plain[stop], ()):
                tail = plain[stop : stop + length]
                if kind != TELL and tail not in self.after_light:
                    continue
                if stop + length <= end and tail in self.after_words:
                    return stop + length, NAME if tail in self.names else NOUN
        return stop, kind


def words_of(lexicon: Lexicon) -> Words:
    """Return the words of a lexicon, made once."""
    return lexicon.made(Words)


def _kinds(lexicon: Lexicon) -> dict[str, str]:
    """Return the class of every word: later classes win over earlier ones, nouns over all words."""
    verbs, words = lexicon["verbs"], lexicon["measures"]
    kinds: dict[str, str] = {}
    for kind, listed in (
        (OPENER, words["openers"]), (ADVERB, words["adverbs"]), (TIME, words["times"]), (LIGHT, verbs["light"]), (TELL, verbs["telling"]),
        (REACH, verbs["reaching"]), (GROWTH, words["growth"]), (SHARE, words["share"]), (COPULA, words["copulas"]), (NAME, words["names"]),
        (NAME, words["bare"]), (NAME, words["attributes"]), (NOUN, words["nouns"]),
    ):  # fmt: skip
        for word in listed:
            if not (kind == NAME and (word in verbs["telling"] or word in words["growth"])):
                kinds[word] = kind
    return kinds | _SINGLES | dict.fromkeys(_MARKS, MARK)


def _lengths(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for word in words:
        found.setdefault(word[0], set()).add(len(word))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}
