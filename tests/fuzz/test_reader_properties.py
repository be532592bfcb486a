"""What holds of every reading, asked of random words (``words.txt``) and random characters; the fuzzers ask the same for longer."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fuzz import pieces, properties

texts = st.lists(st.sampled_from(pieces.words()), max_size=40).map("".join)
quick = settings(deadline=None, max_examples=200)


@quick
@given(texts)
@example("1．种植黄桃２７００余亩")
@example("33至5户，近20-30亩，约3至5户")
@example("90%以上一百二十天")
@example("零起\n六栋起1人")
@example("不到90%以上")
@example("几十户，三分之二")
@example("1" * 5000 + "户")
@example("一" * 3000 + "\n第" + "9" * 4301 + "条")
def test_a_reading_of_words_holds_together(text: str) -> None:
    properties.read_well(text)


@quick
@given(st.text(max_size=60), st.none() | st.integers(1900, 2100))
def test_a_reading_of_characters_holds_together(text: str, year: int | None) -> None:
    properties.read_well(text, year)


@settings(deadline=None, max_examples=60)
@given(texts)
def test_reading_has_no_memory(text: str) -> None:
    properties.read_twice(text)


@settings(deadline=None, max_examples=120)
@given(texts, texts)
def test_later_paragraphs_change_no_figure(head: str, tail: str) -> None:
    properties.cut_well(head, tail)
