"""Links and verdicts on the demonstration town's report, as it is and with one slip planted at a time.

    python -m benchmarks.audit.slips [--slips 200] [--seed 1] [--town DIR] [--show]

Without --town the demonstration town is built in a temporary folder (about a quarter of a minute). A slip counts as reported when the figure at
its place is judged to differ, under the indicator that was printed there, and the proposed figure, put into the text, agrees with the ledgers.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from taizhang.audit.ledger_values import ledger_values
from taizhang.audit.linking import link
from taizhang.audit.links_model import LedgerValue, Pair, Verdict
from taizhang.audit.verdicts import judge
from taizhang.reader import Reading, read_text
from taizhang.reader.lexicon import shipped

if TYPE_CHECKING:
    from taizhang.warehouse.snapshot import Snapshot
    from taizhang.workspace import Workspace

_FIGURE = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<power>[千万亿]?)(?P<word>[余多]?)(?P<unit>[^\d以]*?)(?P<behind>以上)?")
_POWERS = {"": 0, "千": 3, "万": 4, "亿": 8}
_OTHER_UNITS = {"亩": [("公顷", 15)], "吨": [("公斤", Fraction(1, 1000))], "公斤": [("吨", 1000), ("斤", Fraction(1, 2))]}
_OTHER_COUNTS = {"户": ["人"], "人": ["户"], "名": ["户"], "人次": ["户"]}


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure of the written report: the truth for links."""

    start: int
    end: int
    text: str
    indicator: str
    exact: Fraction


@dataclass(frozen=True, slots=True)
class Planted:
    """A text with one slip."""

    kind: str
    text: str
    printed: Printed
    wrong: str


@dataclass
class Town:
    """Report and ledgers of the demonstration town; values are computed once and kept."""

    workspace: Workspace
    snapshot: Snapshot
    text: str
    printed: tuple[Printed, ...]
    _values: dict[Pair, LedgerValue] = field(default_factory=dict)

    def judged(self, text: str) -> tuple[Reading, list[Verdict]]:
        """Read, link and judge a text."""
        reading = read_text(text, shipped())
        links = link(reading, self.workspace.pack, shipped(), divisions=self.workspace.divisions)
        wanted = {pair for found in links for pair in found.pairs()} - self._values.keys()
        self._values.update(ledger_values(self.snapshot, wanted))
        return reading, judge(reading, links, self._values, shipped())


def open_town(workspace: Workspace) -> Town:
    """Write the report of a town whose ledgers are filled."""
    from taizhang.cli.context import snapshot_of
    from taizhang.cli.writing import report_of

    snapshot = snapshot_of(workspace, None)
    report = report_of(workspace, snapshot, "township_annual", "2020", workspace.town)
    found = []
    for sentence in report.sentences:
        for p in sentence.printed:
            # 第三季度 is a date to the reader, not a figure.
            if p.figure.exact is not None and not p.text.startswith("第"):
                start = sentence.start + p.start
                found.append(Printed(start, start + len(p.text), p.text, p.figure.indicator, p.figure.exact))
    return Town(workspace, snapshot, report.text, tuple(found))


def slips(town: Town, count: int, seed: int) -> Iterator[Planted]:
    """Yield texts with one slip each, which makes the statement false."""
    chance = random.Random(seed)
    makers: list[Callable[[re.Match[str], random.Random], tuple[str, Fraction] | None]]
    makers = [_swapped, _tenfold, _tenth, _dropped, _power, _unit, _count]
    made: set[tuple[int, str]] = set()
    tries = 0
    while len(made) < count and tries < count * 200:
        tries += 1
        printed, make = chance.choice(town.printed), chance.choice(makers)
        match = _FIGURE.fullmatch(printed.text)
        changed = make(match, chance) if match else None
        if changed is None or (printed.start, changed[0]) in made or not _false(match, changed, printed.exact):  # type: ignore[arg-type]
            continue
        made.add((printed.start, changed[0]))
        text = town.text[: printed.start] + changed[0] + town.text[printed.end :]
        yield Planted(make.__name__.lstrip("_"), text, printed, changed[0])


def _joined(match: re.Match[str], **parts: str) -> str:
    all_parts = {**match.groupdict(""), **parts}
    return "".join(all_parts[k] for k in ("number", "power", "word", "unit", "behind"))


def _swapped(match: re.Match[str], chance: random.Random) -> tuple[str, Fraction] | None:
    digits = list(match["number"])
    places = [i for i in range(len(digits) - 1) if digits[i].isdigit() and digits[i + 1].isdigit() and digits[i] != digits[i + 1]]
    if not places:
        return None
    i = chance.choice(places)
    digits[i], digits[i + 1] = digits[i + 1], digits[i]
    number = "".join(digits)
    return None if number[0] == "0" else (_joined(match, number=number), Fraction(1))


def _tenfold(match: re.Match[str], _chance: random.Random) -> tuple[str, Fraction] | None:
    return _joined(match, number=format(Decimal(match["number"]) * 10, "f").removesuffix(".0")), Fraction(1)


def _tenth(match: re.Match[str], _chance: random.Random) -> tuple[str, Fraction] | None:
    number = match["number"]
    if number.endswith("0") and "." not in number and len(number) > 1:
        return _joined(match, number=number[:-1]), Fraction(1)
    return None if "." not in number else (_joined(match, number=format(Decimal(number) / 10, "f")), Fraction(1))


def _dropped(match: re.Match[str], chance: random.Random) -> tuple[str, Fraction] | None:
    number = match["number"]
    if sum(c.isdigit() for c in number) < 2:
        return None
    i = chance.choice([i for i, c in enumerate(number) if c.isdigit()])
    rest = number[:i] + number[i + 1 :]
    return None if rest[0] in "0." or rest[-1] == "." else (_joined(match, number=rest), Fraction(1))


def _power(match: re.Match[str], _chance: random.Random) -> tuple[str, Fraction] | None:
    if match["power"]:
        return _joined(match, power=""), Fraction(1)
    return (_joined(match, power="万"), Fraction(1)) if match["unit"] in ("元", "亩") else None


def _unit(match: re.Match[str], chance: random.Random) -> tuple[str, Fraction] | None:
    others = _OTHER_UNITS.get(match["unit"])
    if not others:
        return None
    unit, factor = chance.choice(others)
    return _joined(match, unit=unit), Fraction(factor)


def _count(match: re.Match[str], chance: random.Random) -> tuple[str, Fraction] | None:
    others = _OTHER_COUNTS.get(match["unit"])
    return (_joined(match, unit=chance.choice(others)), Fraction(0)) if others else None


def _false(match: re.Match[str], changed: tuple[str, Fraction], exact: Fraction) -> bool:
    """Tell whether the changed figure can no longer be true of the exact value; a factor of nought means another thing is counted."""
    text, factor = changed
    if not factor:
        return True
    again = _FIGURE.fullmatch(text)
    if again is None:
        return False
    places = len(again["number"].partition(".")[2])
    step = Fraction(10) ** (_POWERS[again["power"]] - places)
    value = Fraction(again["number"]) * 10 ** _POWERS[again["power"]]
    if again["behind"]:
        return exact < value * factor
    if again["word"]:
        noughts = len(again["number"]) - len(again["number"].rstrip("0"))
        return not value * factor <= exact <= (value + step * 10**noughts) * factor
    return not (value - step / 2) * factor <= exact <= (value + step / 2) * factor


@dataclass
class Result:
    """What became of one planted slip."""

    planted: Planted
    found: bool
    verdict: Verdict | None
    proposed: bool = False


def examine(town: Town, planted: Planted) -> Result:
    """Judge a text with a slip."""
    reading, verdicts = town.judged(planted.text)
    start, end = planted.printed.start, planted.printed.start + len(planted.wrong)
    for verdict in verdicts:
        q = reading.quantities[verdict.quantity]
        if q.start < end and q.end > start:
            found = verdict.answer == "differs" and verdict.indicator == planted.printed.indicator and q.start >= start - 3
            return Result(planted, found, verdict, found and _mends(town, planted, verdict, (q.start, q.end)))
    return Result(planted, False, None)


def _mends(town: Town, planted: Planted, verdict: Verdict, span: tuple[int, int]) -> bool:
    text = planted.text[: span[0]] + verdict.proposal + planted.text[span[1] :]
    reading, again = town.judged(text)
    return any(reading.quantities[v.quantity].start == span[0] and v.answer == "agrees" for v in again)


def unspoilt(town: Town) -> tuple[int, list[str], list[Verdict]]:
    """Return how many figures of the report are linked to what was printed there, which are not, and what is said to differ."""
    reading, verdicts = town.judged(town.text)
    by_span = {(reading.quantities[v.quantity].start, reading.quantities[v.quantity].end): v for v in verdicts}
    right, wrong = 0, []
    for p in town.printed:
        verdict = by_span.get((p.start, p.end))
        if verdict is not None and verdict.indicator == p.indicator:
            right += 1
        else:
            wrong.append(f"{p.text} {p.indicator} -> {verdict.indicator if verdict else 'not read'}")
    return right, wrong, [v for v in verdicts if v.answer == "differs"]


def run(town: Town, count: int, seed: int, *, show: bool) -> int:
    """Print both measures; 0 when the goals are met."""
    right, wrong, differs = unspoilt(town)
    print(f"without slips: {right} of {len(town.printed)} figures linked ({right / len(town.printed):.1%}); {len(differs)} said to differ")
    for line in [*wrong, *(f"differs: {v.written} {v.indicator}" for v in differs)]:
        print("   ", line)
    started = time.perf_counter()
    results = [examine(town, planted) for planted in slips(town, count, seed)]
    found, proposed = sum(r.found for r in results), sum(r.proposed for r in results)
    print(
        f"{len(results)} slips (seed {seed}): {found} reported at their place ({found / len(results):.1%}); {proposed} mended by the proposal"
    )
    print(f"    {time.perf_counter() - started:.1f} s")
    every = Counter(r.planted.kind for r in results)
    for kind, n in sorted(every.items()):
        print(f"    {kind}: {sum(r.found for r in results if r.planted.kind == kind)} of {n}")
    for r in results:
        if show and not (r.found and r.proposed):
            v = r.verdict
            told = f"{v.answer} {v.indicator} {v.proposal} {v.slip} {v.reason}" if v else "not read"
            print(
                f"    {'' if r.found else 'MISSED '}{r.planted.kind}: {r.planted.printed.text} -> {r.planted.wrong} ({r.planted.printed.indicator}): {told}"
            )
    return 0 if right / len(town.printed) >= 0.97 and not differs and found / len(results) >= 0.98 else 1


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slips", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--town", type=Path)
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    from taizhang.cli.context import workspace_of

    if arguments.town:
        return run(open_town(workspace_of(arguments.town)), arguments.slips, arguments.seed, show=arguments.show)
    with tempfile.TemporaryDirectory() as folder:
        return run(open_town(build_town(Path(folder) / "town")), arguments.slips, arguments.seed, show=arguments.show)


def build_town(root: Path) -> Workspace:
    """Build the demonstration town in a folder."""
    from taizhang.demo.build import build
    from taizhang.pack.loader import DEMONSTRATION_TOWN, SHIPPED
    from taizhang.workspace import Workspace

    workspace = Workspace.create(root, town=DEMONSTRATION_TOWN, title="公坪镇", divisions=SHIPPED / "township" / "divisions.csv")
    build(workspace)
    return workspace


if __name__ == "__main__":
    raise SystemExit(main())
