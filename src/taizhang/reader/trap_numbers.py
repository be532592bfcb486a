"""Grammar of numbers that count nothing: list numbers, ordinals, documents, plans, announcements, slogans, identifiers, pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from taizhang.errors import Fault, Refusal
from taizhang.reader.calendar import NUMERAL, plan_years, small_number
from taizhang.reader.date_words import any_of
from taizhang.reader.lexicon import Lexicon
from taizhang.reader.spots import Spots
from taizhang.reader.trap_bank import Bank, Candidate, Rule
from taizhang.reader.trap_phrases import HAN, NOT_NUM, SCALE

_H = "[一二三四五六七八九十]"
_MARKS = "。；;：:！？!?”)]>\n"
_SOFT_MARKS = _MARKS + "，,、 \t"
_END = r"[”\"’、，。；;,)》！\s]|$"
_PLAN_TAIL = r"(?=[”\"’]?(?:规划|计划|时期|期间|末|以来|收官|开局|攻坚|发展|目标|普法|建设|改革|教育|科技))"

# What a list number needs behind it is no digit: 608878.08 and 3、19亿元 are none. At a line's start a year or a long number may follow.
_FIXED = (
    Rule(rf"\d{{1,2}}[ ]?[、.](?!\d)|\d{{1,2}}\)|{_H}{{1,3}}[ ]?、(?!{_H}[、季])|{_H}{{1,3}}\)|{_H}{{1,3}}\.(?!\d)", "enumeration", "list number", 2, "number"),
    Rule(rf"(?<![^ \t\n])\d{{1,2}}(?:[、.](?=(?:19|20)\d\d年)|、(?=\d{{3}})|(?=[ ]{HAN})|(?={HAN}{{2}}))", "enumeration", "list number at line start", 4, "digit"),
    Rule(rf"\((?:{_H}{{1,3}}|\d{{1,2}})\)、?", "enumeration", "list number in brackets", 2),
    Rule(r"[①-⒛㈠-㈩❶-➓]、?", "enumeration", "circled list number", 2),
    Rule(rf"{_H}{{1,2}}(?:是|要|则|来(?=[，,说]))", "enumeration", "spoken list number", 0, "han"),
    Rule(rf"[一二两三四五六七八九十]{HAN}(?=[：:(])", "slogan", "explained part", 6, "han"),
    Rule(rf"(?<=[“\"])[一二两三四五六七八九十](?:个|条|大|项){HAN}{{2}}(?=[(：:、，])", "slogan", "opened slogan", 6, "han"),
    Rule(rf"其{_H}(?:是|(?=[，,、：:]))", "enumeration", "spoken list number, own", 0),
    Rule(rf"第{_H}{{1,2}}(?:、|(?=[，,：:。]))", "enumeration", "spoken list number, first", 0),
    Rule(rf"篇(?:{_H}{{1,3}}|\d{{1,2}})(?=[：:\s]|{HAN})", "enumeration", "essay", 2),
    Rule(r"^[ \t]*(?:[-—–]+[ \t]*\d{1,3}[ \t]*[-—–]+|\d{1,3})[ \t]*$", "page", "page number", 2),
    Rule(rf"党的{_H}{{2,3}}大", "document", "party congress", 2),
    Rule(r"(?:十[四五六七八九]|二十[一二]?)大(?![类项领工产行型户棚])", "document", "party congress", 2, "han"),
    Rule(rf"{_H}{{1,3}}届(?:第?{_H}(?:中)?(?:[、和及]{_H}中?){{0,6}}中?全会|第?{_H}{{1,3}}次(?:全体)?(?:会议|全会|代表大会|党代会|人大会议)?)?", "ordinal", "session", 2, "han"),
    Rule(rf"第{_H}{{1,3}}届(?:{_H}中全会|第?{_H}{{1,3}}次(?:全体)?会议)?", "ordinal", "session", 2),
    Rule(rf"{_H}中(?:[、和及]{_H}中){{0,6}}全会", "document", "plenary session", 2, "han"),
    Rule(rf"{_H}{{1,3}}次(?:全会|全体会议|会议|党代会|党代表大会|代表大会|人代会)", "ordinal", "session", 3, "han"),
    Rule(rf"附[表件录图]\s?(?:{_H}{{1,3}}|\d{{1,2}})", "identifier", "annex", 3),
    Rule(r"[—–]\s?\d{1,3}\s?[—–]", "page", "page number", 2),
    Rule(rf"{_H}{{1,2}}个五年(?:规划|计划)", "document", "five-year plan", 0, "han"),
    Rule(rf"第{_H}{{1,2}}个五年(?:规划|计划)", "document", "five-year plan", 0),
    Rule(rf"(?:十[一二三四六七八九]?五|[一二三四五六七八九]五){_PLAN_TAIL}", "document", "five-year plan", 0, "han"),
    Rule(rf"十[一二三四六七八九]五(?![{NUMERAL}日月年个号名人户])", "document", "five-year plan", 0, "han"),
    Rule(rf"(?<=[“\"‘]){_H}{{0,2}}五(?=[”\"’])", "document", "five-year plan", 0, "han"),
    Rule(r"[〔\[(](?:19|20)\d\d年?[〕\])]\s?第?\s?\d{1,5}\s?号", "document", "document number", 2),
    Rule(rf"(?<=[村寨屯社居区庄湾坪])(?:\d{{1,2}}|{_H}{{1,2}})(?:村民小组|村民组|小组|[组队社])(?![织会区保长员建伍团])", "place", "village group", 3, "number"),
    Rule(rf"{_H}{{1,2}}[组队社](?![织会区建伍团长员合保级数])", "place", "village group by number", 3, "han"),
    Rule(rf"第(?<=村第)(?:\d{{1,2}}|{_H}{{1,2}})(?:村民小组|村民组|小组|[组队社])", "place", "village group", 3),
)  # fmt: skip


def _make(lexicon: Lexicon) -> Bank:
    data = lexicon["traps"]
    words = {k: any_of(data[k]) for k in ("ordinal_names", "announced", "announced_arabic", "points", "slogan_nouns", "slogan_weak", "slogan_behind", "big_not", "identifier_words", "scale_units", "scale_not_behind")}  # fmt: skip
    one = "".join(sorted(w for w in data["counters"] if len(w) == 1 and w not in data["pair_nouns"]))
    pair = rf"[一二三四五六七八九十两][^\W\d_{NUMERAL}A-Za-z{one}](?:{NOT_NUM}(?=[一二三四五六七八九十两]|{_END}))?"
    spelled = rf"[两{_H[1:-1]}]{{1,3}}"
    count = rf"(?:\d{{1,2}}|[两{_H[1:-1]}]{{1,3}})"
    duties, names = any_of(lexicon["dates"]["duties"]), words["ordinal_names"]
    long_names = any_of(w for w in data["ordinal_names"] if len(w) > 1)
    rules = (
        Rule(rf"第\s?(?:\d{{1,4}}(?![\d.,])|[{NUMERAL}]{{1,5}})(?:{names}{long_names}?)?", "ordinal", "ordinal"),
        Rule(rf"{spelled}(?:个|大|项|条|种|点|类)?{words['announced']}(?!式)", "enumeration", "announcement", 4, "han"),
        Rule(rf"{spelled}(?:个|大)重点(?={_END}|工作|任务)|{count}点{words['points']}", "enumeration", "announcement", 4, "han"),
        Rule(rf"\d{{1,2}}(?:个|大|项)?{words['announced_arabic']}|\d{{1,2}}点{words['points']}", "enumeration", "announcement", 4, "digit"),
        Rule(rf"{spelled}个(?:{words['slogan_nouns']}|{words['slogan_weak']}(?={_END}|{words['slogan_behind']}))", "slogan", "slogan of items", 4, "han"),
        Rule(rf"(?:\d{{1,2}}|[两二三四五六七八九十])大(?!{words['big_not']}){HAN}{{2}}", "enumeration", "big", 5, "number"),
        Rule(rf"{words['identifier_words']}[ ]?[：:]?[ ]?[A-Za-z]{{0,4}}\d[\dA-Za-z/()-]{{2,30}}", "identifier", "identifier"),
        Rule(rf"(?:24|二十四|8|八)个?小时(?:(?=[制”]|{HAN}{{0,4}}{duties})|(?=以外|之外))", "idiom", "duty hours", 2, "number"),
        Rule(rf"{SCALE}{words['scale_units']}(?={HAN})(?!{words['scale_not_behind']})", "nominal_scale", "round scale", 4, "han"),
        Rule(rf"一{NOT_NUM}{{1,4}}一(?:{NOT_NUM}{{1,4}}(?={_END})|个{NOT_NUM}{{2}}|{NOT_NUM})", "slogan", "repeated one", 4, "han"),
        Rule(rf"(?:{pair}){{2,4}}", "slogan", "numeral pairs", 6, "han"),
    )  # fmt: skip
    return Bank((*_FIXED, *rules, _places(data), *_own_rules(data)))


def _places(data: Any) -> Rule:
    unfit = {w for w in (*data["place_not"], *data["counters"]) if len(w) == 1}
    first = rf"(?![{''.join(sorted(unfit))}]){NOT_NUM}"
    ends, villages = any_of(data["place_ends"]), any_of(data["village_ends"])
    return Rule(rf"[{NUMERAL}](?:{first}{villages}(?![级民务委容组])|{first}{NOT_NUM}?{ends}(?![镇村级]))", "place", "place name", 6, "han")


def _own_rules(data: Any) -> Iterator[Rule]:
    faults = []
    for own in data["patterns"]:
        try:
            re.compile(own["match"])
        except re.error:
            faults.append(
                Fault("definition.malformed", {"path": "patterns", "value": own["match"]}, file="lexicon/traps.yaml", column="patterns")
            )
        else:
            yield Rule(own["match"], own["kind"], own["rule"], 3, own.get("at", "any"))
    if faults:
        raise Refusal(faults, "pack.refused")


def find_numbered(plain: str, lexicon: Lexicon, spots: Spots) -> Iterator[Candidate]:
    """Yield what the grammar and the pack's own patterns find."""
    for rule, start, end in lexicon.made(_make).find(plain, spots):
        check = _CHECKS.get(rule.name)
        if check is None:
            yield Candidate(start, end, rule.kind, rule.name, "", rule.rank)
        elif found := check(plain, start, end, rule, lexicon):
            yield found


def _before(plain: str, start: int) -> str:
    """Return the character before a place, blanks skipped; a line break at the text's start."""
    at = start - 1
    while at >= 0 and plain[at] in " \t":
        at -= 1
    return plain[at] if at >= 0 else "\n"


def _list_number(plain: str, start: int, end: int, rule: Rule, _: Lexicon) -> Candidate | None:
    blank = plain[start - 1 : start] in (" ", "\t")
    return Candidate(start, end, rule.kind, rule.name, "", rule.rank) if blank or _before(plain, start) in _MARKS else None


def _line_number(plain: str, start: int, end: int, rule: Rule, lexicon: Lexicon) -> Candidate | None:
    if _before(plain, start) != "\n":
        return None
    # 4围绕县的主导产业: the mark was lost; a counting word behind makes it a figure.
    if plain[end - 1].isdigit() and plain[end : end + 1] not in ("", " ") and plain[end] in _counters(lexicon):
        return None
    return Candidate(start, end, rule.kind, rule.name, "", rule.rank)


def _own_group(plain: str, start: int, end: int, rule: Rule, _: Lexicon) -> Candidate | None:
    before = plain[start - 1 : start]
    return None if before and before in "成分为设了共立有个这各这两几，" else Candidate(start, end, rule.kind, rule.name, "", rule.rank)


def _spoken(plain: str, start: int, end: int, rule: Rule, _: Lexicon) -> Candidate | None:
    # 总结一是…: the mark before was lost. 之一是, 统一是, 第一是 are no list numbers.
    loose = plain[end - 1] == "是" and plain[start - 1 : start] not in "统唯惟单专同划归合如万不之第逐"
    return Candidate(start, end, rule.kind, rule.name, "", rule.rank) if loose or _before(plain, start) in _SOFT_MARKS else None


def _explained(plain: str, start: int, end: int, rule: Rule, lexicon: Lexicon) -> Candidate | None:
    # 三区(现代烟草示范区、…) and 四片：… open a list; 两村(甲村、乙村) counts.
    counts = plain[end - 1] in _counters(lexicon) - set(lexicon["traps"]["pair_nouns"])
    opens = _before(plain, start) in "\n(；;、，"
    return Candidate(start, end, rule.kind, rule.name, "", rule.rank) if opens and not counts else None


def _page(plain: str, start: int, end: int, rule: Rule, _: Lexicon) -> Candidate | None:
    text = plain[start:end]
    start += len(text) - len(text.lstrip())
    return Candidate(start, start + len(text.strip()), rule.kind, rule.name, "", rule.rank)


def _session(plain: str, start: int, end: int, rule: Rule, lexicon: Lexicon) -> Candidate | None:
    text = plain[start:end]
    count = small_number(text.removeprefix("第").split("届")[0]) or 0
    if plain[start - 1 : start] == "第":
        return None
    telling = text.startswith("第") or "次" in text or "全会" in text or count >= 10
    if not telling and not plain.startswith(tuple(lexicon["traps"]["meeting_words"]), end):
        return None
    return Candidate(start, end, "document" if "全会" in text else "ordinal", rule.name, "", rule.rank)


def _plan(plain: str, start: int, end: int, rule: Rule, _: Lexicon) -> Candidate | None:
    text = plain[start:end]
    written = text.removeprefix("第").split("个")[0] if "个" in text else text[:-1]
    law = plain[end : end + 3].lstrip('”"’').startswith("普法")
    return Candidate(start, end, rule.kind, rule.name, plan_years(small_number(written) or 0, law=law), rule.rank)


def _group(plain: str, start: int, end: int, rule: Rule, _: Lexicon) -> Candidate | None:
    counted = plain[start - 2 : start - 1]
    return (
        None if counted in NUMERAL or counted.isdigit() or counted == "个" else Candidate(start, end, rule.kind, rule.name, "", rule.rank)
    )


def _scale(plain: str, start: int, end: int, rule: Rule, lexicon: Lexicon) -> Candidate | None:
    data = lexicon["traps"]
    before = plain[max(0, start - 4) : start]
    if before.endswith(tuple(data["scale_not_before"])):
        return None
    if (
        plain[end - 1] in data["scale_people"]
        and before[-1:] not in tuple(_SOFT_MARKS + "“(")
        and not before.endswith(tuple(data["scale_people_after"]))
    ):
        return None
    return Candidate(start, end, rule.kind, rule.name, "", rule.rank)


def _repeated(plain: str, start: int, end: int, rule: Rule, lexicon: Lexicon) -> Candidate | None:
    noun = plain[start + 1 : end].split("一")[0]
    telling = len(noun) == 1 or noun[0] in lexicon["traps"]["repeated_heads"] or noun[0] not in _counters(lexicon)
    return Candidate(start, end, rule.kind, rule.name, "", rule.rank) if telling and plain[start - 1 : start] != "第" else None


def _counters(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(lexicon["traps"]["counters"])


_CHECKS = {
    "list number": _list_number,
    "list number at line start": _line_number,
    "spoken list number": _spoken,
    "spoken list number, first": _spoken,
    "page number": _page,
    "explained part": _explained,
    "village group by number": _own_group,
    "session": _session,
    "five-year plan": _plan,
    "village group": _group,
    "round scale": _scale,
    "repeated one": _repeated,
}
