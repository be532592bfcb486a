"""Text, long text, references, attachments, choices, yes/no and divisions."""

from __future__ import annotations

import re
from decimal import Decimal

from taizhang.pack.definitions import Field
from taizhang.pack.fieldtypes._clean import clean_code, clean_name, clean_text, means_empty
from taizhang.pack.fieldtypes._model import (
    EMPTY,
    Context,
    Fast,
    Raw,
    Reading,
    Slow,
    Unreadable,
    guarded,
    memoised,
    settle,
    shown_text,
)

LONGEST = {"text": 200, "long_text": 10_000, "reference": 200, "attachment": 200}
_FIRST_INEXACT = 10**15
_SCIENTIFIC_CODE = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+(?:1[1-9]|[2-9][0-9])")
_ID_WITH_SMALL_X = re.compile(r"[0-9]{17}x")
# Characters that no step of cleaning changes: a cell made of them alone is already canonical.
_SAFE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]{1,200}")
_SAFE_TEXT = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff，。、；：（）《》“”()/.,_-]{0,199}")


def _not_cut(raw: Raw) -> None:
    if isinstance(raw, float) and (raw != raw or abs(raw) >= _FIRST_INEXACT):
        raise Unreadable("number_truncated")
    if isinstance(raw, Decimal) and not raw.is_finite():
        raise Unreadable("number_truncated")


def slow_text(field: Field, context: Context) -> Slow:
    """Return the full reader of text, long text, references and attachments."""
    longest, lines = LONGEST[field.type], field.type == "long_text"
    reference, free = field.type == "reference", field.type in ("text", "long_text")

    def read(raw: Raw) -> Reading:
        if raw is None:
            return EMPTY
        _not_cut(raw)
        shown = shown_text(raw)
        text = clean_text(shown, lines=lines)
        if field.is_name:
            text = clean_name(text)
        if reference:
            text = re.sub(r"\s+", "", text)
            if _SCIENTIFIC_CODE.fullmatch(text):
                raise Unreadable("number_truncated")
            if _ID_WITH_SMALL_X.fullmatch(text):
                text = text.upper()
        if not text or (not free and means_empty(text)):
            return EMPTY
        if len(text) > longest:
            raise Unreadable("text.too_long", length=len(text), longest=longest)
        return settle(text, shown)

    return guarded(field, read)


def fast_text(field: Field, context: Context, slow: Slow) -> Fast:
    """Return the quick reader: text without any character that cleaning could touch."""
    other = memoised(slow)
    if field.type == "attachment":
        return other
    match = (_SAFE_TEXT if field.type != "reference" and not field.is_name else _SAFE).fullmatch
    free = field.type in ("text", "long_text")

    def read(raw: Raw) -> str | Reading | None:
        if type(raw) is str and match(raw) and (free or not (raw[-1] == "x" or means_empty(raw) or "E" in raw or "e" in raw)):
            return raw
        return other(raw)

    return read


def _fold(text: str) -> str:
    return clean_code(text).replace(" ", "")


def _nearest(text: str, choices: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(text[:50], choices, n=1, cutoff=0.5)
    return found[0] if found else ""


def slow_choice(field: Field, context: Context) -> Slow:
    """Return the full reader of a choice; width of characters and blanks do not matter."""
    folded: dict[str, str | None] = {}
    for choice in field.choices:
        key = _fold(choice)
        folded[key] = None if key in folded and folded[key] != choice else choice
    exact = frozenset(field.choices)
    listed = "、".join(field.choices)

    def read(raw: Raw) -> Reading:
        if raw is None:
            return EMPTY
        shown = shown_text(raw)
        if shown in exact:
            return Reading(shown)
        if shown.strip() in exact:
            return settle(shown.strip(), shown)
        text = _fold(shown)
        found = folded.get(text)
        if found is not None:
            return settle(found, shown)
        if means_empty(text):
            return EMPTY
        nearest = _nearest(text, field.choices)
        hints = {"hint_zh": f"；最接近的是“{nearest}”", "hint_en": f"; the nearest is “{nearest}”"} if nearest else {}
        raise Unreadable("choice.unknown", choices=listed, nearest=nearest, **hints)

    return guarded(field, read)


_YES = frozenset({"是", "有", "√", "✓", "✔", "对", "Y", "YES", "TRUE", "T", "1", "1.0"})
_NO = frozenset({"否", "无", "×", "✕", "✗", "✘", "没有", "不是", "N", "NO", "FALSE", "F", "0", "0.0"})
_PROPER = frozenset({"是", "否", "true", "false", "TRUE", "FALSE"})


def slow_yes_no(field: Field, context: Context) -> Slow:
    """Return the full reader of yes and no; `无` means no here, and an empty cell stays empty."""

    def read(raw: Raw) -> Reading:
        if raw is None:
            return EMPTY
        shown = shown_text(raw)
        text = clean_code(shown).replace(" ", "").upper()
        if text in _YES or text in _NO:
            value = "true" if text in _YES else "false"
            return Reading(value, None if shown.strip() in _PROPER or not isinstance(raw, str) else shown)
        if means_empty(text):
            return EMPTY
        raise Unreadable("yes_no.unreadable")

    return guarded(field, read)


_CODE = re.compile(r"(?:[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{14})")


def slow_division(field: Field, context: Context) -> Slow:
    """Return the full reader of divisions: a code or a name that the tree of the context knows.

    Without a tree only codes are accepted, by their length alone.
    """
    tree = context.divisions

    def read(raw: Raw) -> Reading:
        if raw is None:
            return EMPTY
        _not_cut(raw)
        shown = shown_text(raw)
        text = _fold(shown)
        if means_empty(text):
            return EMPTY
        if text.endswith(".0") and text[:-2].isdigit():
            text = text[:-2]
        if tree is None:
            if _CODE.fullmatch(text):
                return settle(text, shown)
            raise Unreadable("division.unknown")
        found = tree.resolve(text)
        if found is None:
            raise Unreadable("division.unknown")
        return settle(found.code, shown)

    return guarded(field, read)


def memoised_fast(field: Field, context: Context, slow: Slow) -> Fast:
    """Return the quick reader for columns with few different cells."""
    return memoised(slow)
