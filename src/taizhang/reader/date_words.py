"""The patterns of dates and periods, put together once from ``lexicon/dates.yaml``. All repeats are bounded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from taizhang.reader.calendar import NUMERAL
from taizhang.reader.lexicon import Lexicon

GAP = r"[ \t]{0,2}"
LINK = rf"{GAP}(?:——?|[-–‐‑~至到]){GAP}"
H12 = r"(?:十[一二]?|[一二三四五六七八九])"
H31 = r"(?:三十一?|[二廿]?十[一二三四五六七八九]?|廿[一二三四五六七八九]|[一二三四五六七八九])"
D31 = r"(?:3[01]|[12]\d|0?[1-9])"
D12 = r"(?:1[0-2]|0?[1-9])"
YEAR = r"(?:20[0-2]\d[0-2]\d(?=年)|(?:1[3-9]|20|21)\d\d|(?:19|20)[\dxX*×_]{2}|[xX*×]{2,4}|[一二12][〇零0oO九八89][〇零一二三四五六七八九0-9oO]{2}|两千|二千)"
MONTH = rf"(?:(?<!\d){D12}|(?<![{NUMERAL}])(?:{H12}|[正腊元]))"
LUNAR = r"(?:初[一二三四五六七八九十]|廿[一二三四五六七八九]?|[二三]?十[一二三四五六七八九]?)"
WEEKDAY = rf"(?:{GAP}[，,(]?(?:星期|周|礼拜)[一二三四五六日天]\)?)"
# What follows the first number of a date or of a period. Asked beforehand, since most numbers of a report are followed by something else.
_DATE_AHEAD = rf"(?=[\d{NUMERAL}廿正腊元oOxX*×_]{{1,6}}{GAP}[年月日号季时点:：、,—\-–‐‑~至到./·• ])"
_PERIOD_AHEAD = rf"(?=[\d{NUMERAL}]{{1,4}}[多余几]?{GAP}[世年周个半月天星]|[半几数])"
UNIT = r"(?:个)?(?:年|月|周|週|天|日|星期|礼拜|小时|钟头|分钟|秒钟|秒)"


class Headed:
    """A pattern tried only where one of its first characters stands."""

    def __init__(self, pattern: str, first: Iterable[str]) -> None:
        self._first = re.compile("[" + "".join(re.escape(c) for c in sorted(set(first))) + "]")
        self._match = re.compile(pattern).match

    def find(self, plain: str) -> Iterator[re.Match[str]]:
        """Yield every match, also those which overlap."""
        for head in self._first.finditer(plain):
            if found := self._match(plain, head.start()):
                yield found


@dataclass(frozen=True, slots=True)
class DateWords:
    """What the finders of dates need."""

    numbered: re.Pattern[str]  # dates that begin with a number
    headed: Headed  # dates that begin with a word
    words: Headed  # dates without a number
    periods: re.Pattern[str]
    led: Headed  # periods that begin with a word
    lengths: re.Pattern[str]
    years: dict[str, int]
    eras: dict[str, int]
    terms: tuple[str, ...]
    counted: tuple[str, ...]
    counted_leads: tuple[str, ...]


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, longest first."""
    return "(?:" + "|".join(re.escape(w) for w in sorted(set(words), key=lambda w: (-len(w), w))) + ")"


def date_words(lexicon: Lexicon) -> DateWords:
    """Build the patterns out of a lexicon; call it through ``lexicon.made``."""
    data = lexicon["dates"]
    parts = _parts(data)
    leads = any_of(data["period_leads"])
    tails = any_of(data["period_tails"])
    count = rf"(?:\d{{1,3}}|[{NUMERAL}]{{1,4}}|半|几|数)"
    years = rf"{count}(?:多|余|几)?{GAP}年(?![代级])(?:多|半)?(?:{GAP}{tails})?"
    alone = [word for key in ("days", "weeks", "months", "years") for word in data[key]]
    one = rf"(?:\d{{1,4}}(?:\.\d+)?|[{NUMERAL}]{{1,5}}|半|几){GAP}{UNIT}(?:多|余|半)?"
    decade = r"(?:[1-9]0|[一二三四五六七八九]十)年代(?:初期|中期|后期|末期|初|末)?"
    century = r"(?:\d{1,2}|[一二]?十[一二三四五六七八九]?)世纪"
    return DateWords(
        numbered=re.compile(_DATE_AHEAD + _numbered(parts)),
        headed=_headed(data, parts),
        words=Headed(rf"(?:{parts['weekday']}|{any_of(alone)})(?!头条|之后》)", [*(w[0] for w in alone), *"上下本这最星周礼"]),
        periods=re.compile(rf"{_PERIOD_AHEAD}(?:{century}(?:{decade})?|{decade}|{years}|{count}{GAP}(?:周年(?:庆)?|个年头)|{count}(?:多|余)?(?:个)?(?:半)?(?:月|周|天|星期)(?:{tails}))"),
        led=Headed(rf"(?:上世纪(?:{decade})?|{leads}{GAP}(?:{years}|{count}{GAP}(?:个)?(?:月|周|天|星期)(?:{tails})?)|[半几数]年(?:{tails})?)", [*_heads(data, "period_leads"), *"半几数"]),
        lengths=re.compile(rf"{one}(?:又|零)?(?:{one}(?:又|零)?){{0,7}}(?<!又)"),
        years={str(k): int(v) for k, v in data["years"].items()},
        eras={str(k): int(v) for k, v in data["eras"].items()},
        terms=tuple(data["year_terms"]),
        counted=tuple(data["year_lengths"]),
        counted_leads=tuple(data["length_leads"]),
    )  # fmt: skip


def _heads(data: Any, *keys: str) -> list[str]:
    return [word[0] for key in keys for word in data[key]]


def _parts(data: Any) -> dict[str, str]:
    year_ends = any_of(data["year_ends"])
    month = rf"{MONTH}{GAP}月(?!(?<=一月)一(?!日)|[龄嫂饼亮])(?:{any_of(data['month_ends'])}(?![步一二三四五六七八九十]))?"
    day = rf"(?:{D31}|{H31}){GAP}[日号](?![一-龥]?龄|游|[产均报]|内|三餐|间照料)"
    month_day = rf"{month}(?:{GAP}(?:{day}|{D31}(?={LINK}{day})|{LUNAR}(?![个余多月年{NUMERAL}]))|{GAP}的?第[一二三四五]周)?"
    part = r"(?:第?[一二三四1-4]季(?:度(?:末|初)?|末)|[上下前后]个?半[年月]|前[一二三]季度|第(?:[一二三四五]?十?[一二三四五六七八九]|\d{1,2})(?:个月|周))"
    numeric = r"(?:(?:1[3-9]|20|21)\d\d)(?:-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2}|[ ]\d\d[ ]\d\d)(?![\d.]{0,4}\d)"
    year = rf"(?:{YEAR}{GAP}年(?:{year_ends}(?!步|级|中))?)"
    era = rf"{any_of(data['eras'])}(?:{H31}|\d{{1,2}}|元)年"
    relative = rf"{any_of(data['years'])}(?:{year_ends})?"
    inner = rf"(?:{D12}|{H12}){LINK}{month}|[一二三1-3](?:{LINK}|、)(?:[二三1-3]、)?[二三四2-4]季度"
    tail = rf"(?:{GAP}的?(?:{inner}|(?:农历|阴历)?{month_day}|{part}|{any_of(['大年三十', '除夕'])}))"
    point = rf"(?:{numeric}|(?:{year}|\d\d年(?={GAP}{MONTH}{GAP}月)|0\d{GAP}年(?!代)){tail}?|{month_day}{WEEKDAY}?)"
    clock = (
        rf"(?:\d{{1,2}}[:：]\d\d(?:[:：]\d\d)?(?![:：.\d])"
        rf"|(?:\d{{1,2}}|{H31})(?:时|点(?=[整半一\d钟许到至前后\-—~，。；、]|{H31}分))(?:整|半|一刻|(?:\d{{1,2}}|{H31})分?(?:\d{{1,2}}秒)?)?(?![段期代间尚差政效以]))"
    )
    parts = any_of(data["day_parts"])
    time = rf"(?:{parts}{GAP}(?:{clock}|(?:\d{{1,2}}|{H31})点)|{clock})(?:{LINK}{parts}?{clock})?"
    weekday = r"(?:(?:上上|下下|上|下|本|这|最后)?一?个?(?:星期|周|礼拜)[一二三四五六日天](?![次场天期顿个回月年季]))"
    right = rf"(?:(?:{year}|{relative}){tail}?|\d\d年|{month_day}|{day}|[一二三四1-4]季度|{numeric}|{weekday})"
    return {
        "point": point, "month": month, "month_day": month_day, "day": day, "year": year, "time": time, "tail": tail, "era": era,
        "relative": relative, "right": right, "weekday": weekday, "day_parts": parts,
    }  # fmt: skip


def _numbered(p: dict[str, str]) -> str:
    left = rf"(?:{YEAR}|\d\d(?={LINK}\d\d年)|{D31}|{H31}){LINK}(?:{p['year']}|\d\d年|{p['month_day']}|{p['day']}|[一二三四1-4]季度)"
    listed = (
        rf"(?:(?:19|20)\d\d[、,]){{1,5}}{p['year']}|(?:(?:{D31}|{H31})、){{1,11}}(?:{p['month']}|{p['day']}|[一二三四1-4]季度)"
        rf"|{p['year']}(?:(?:之后|以后){p['year']}(?:之前|以前)|[与和]{p['year']}(?:之间|间))|{p['day']}{LINK}{p['day']}"
    )
    loose = (
        rf"(?:{D31}[-./]{D12}[-./](?:19|20)\d\d|\d\d[-/]{D12}[-/](?:{D31}|\d\d)|{D31}[-/]{D12}[-/]\d\d"
        rf"|(?:19|20)\d\d[-/.]{D12}(?={LINK}|\)|[^\d.\-/亿万元亩人户吨%])(?!\.\d)(?:{LINK}(?:19|20)\d\d[-/.]{D12})?"
        rf"|{D31}[·•]{D31}(?!\d)|(?<=[“\"‘]){D12}\.{D31}(?=[”\"’])|(?:19|20)\d\d/(?:19|20)\d\d(?=[学财年榨]))(?![\d.]{{0,4}}\d)"
    )
    return (
        rf"(?:(?:{listed}|{p['point']}(?:{LINK}{p['right']})?|{left})(?:{GAP}[T ]?{p['time']})?|{loose}|[一二三四1-4]季(?:度(?:末|初)?|末)"
        rf"|(?:{D12}-{D31}{GAP})?{p['time']}|{p['day']})"
    )


def _headed(data: Any, p: dict[str, str]) -> Headed:
    pattern = (
        rf"(?:(?:{p['relative']}{p['tail']}|从(?:{p['point']}|{p['relative']}{p['tail']}?|{p['weekday']})(?={LINK}))(?:{LINK}{p['right']})?"
        rf"(?:{GAP}{p['time']})?|{p['era']}{p['tail']}?|[上下前后]个?半[年月]|前[一二三1-3]个?季度"
        rf"|第[一二三四1-4](?:、第?[一二三四1-4]){{0,3}}季度(?:末|初)?|[xX*×]{{2,4}}年{p['tail']}?|元(?:月份?)?{LINK}{p['month']}"
        rf"|[正腊元]月(?:{p['day']}|{LUNAR})?|大年三十|本月{p['day']}|(?:公元|农历|阴历|公历){p['point']}"
        rf"|从(?:19|20)\d\d{LINK}(?:19|20)\d\d(?!\d)|(?={p['day_parts']}){p['time']})"
    )
    first = [*_heads(data, "years", "eras", "day_parts"), *"上下前后第xX*×正腊元大本从公农阴"]
    return Headed(pattern, first)
