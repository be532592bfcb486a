"""The description of the interface in both languages: whole in each, and by the caller's choice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.test import Client

from support.calls import ROOT, Caller
from taizhang.api.interface import interface
from taizhang.i18n import LOCALE_DIR, Language, speaking
from taizhang.workspace import Workspace

CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODES = re.compile(r"[\w、|, ]+|OK|Accepted")  # a list of values, which are the same in every language; what a status is called


def texts(part: Any) -> Iterator[str]:
    """Yield every description and every title of an operation."""
    if isinstance(part, dict):
        yield from (part[name] for name in ("description", "summary") if isinstance(part.get(name), str))
        for name, inner in part.items():
            if name not in ("example", "examples"):
                yield from texts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from texts(inner)


def described(language: Language) -> list[str]:
    with speaking(language):
        return list(texts(interface.get_openapi_schema()))


@pytest.mark.slow
def test_in_chinese_nothing_is_english_and_the_other_way_round() -> None:
    chinese, english = described("zh"), described("en")
    assert len(chinese) == len(english) > 400
    assert [text for text in chinese if not CHINESE.search(text) and not CODES.fullmatch(text)] == []
    assert [text for text in english if CHINESE.search(text)] == []
    assert [text for text in (*chinese, *english) if " / " in text] == []


@pytest.mark.slow
def test_the_catalogue_holds_what_is_described_and_nothing_else() -> None:
    with (LOCALE_DIR / "zh/LC_MESSAGES/interface.po").open("rb") as stream:
        kept = {str(message.id): str(message.string) for message in read_po(stream) if message.id}
    assert set(kept) - set(described("en")) == set()
    assert [text for text in kept.values() if not CHINESE.search(text)] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", {}, "zh"),
        ("", {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}, "zh"),
        ("", {"Accept-Language": "en-GB,en;q=0.9"}, "en"),
        ("?lang=en", {}, "en"),
        ("?lang=zh", {"Accept-Language": "en"}, "zh"),
        ("?lang=fr", {}, "zh"),
    ],
)
def test_the_caller_chooses(caller_of: Callable[..., Caller], query: str, headers: dict[str, str], language: str) -> None:
    program = caller_of("leader")
    answer = program.client.get(f"{ROOT}/openapi.json{query}", headers={**program.headers, **headers})
    told = json.loads(answer.content)["paths"][f"{ROOT}/me"]["get"]
    assert (answer["Content-Language"], told["summary"]) == (
        language,
        {"zh": "我是谁、能做什么", "en": "Tell who calls, and what she may do"}[language],
    )


def test_a_program_is_told_failures_in_the_language_that_it_asks_for(sqlite_workspace: Workspace) -> None:
    told = Client(headers={"Accept-Language": "en"}).get(f"{ROOT}/me").json()
    assert told["detail"] == "There is neither a token nor a session."
    assert Client().get(f"{ROOT}/me").json()["detail"] == "没有出示令牌，也没有登录。"
