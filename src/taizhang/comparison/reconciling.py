"""What a run found, brought together with the findings that stand: new, added to, changed, gone, come back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from taizhang.comparison.dating import Dates, severity_of
from taizhang.comparison.exclusions import Exclusion, first_that_holds
from taizhang.comparison.findings import NOT_REAL, UNKNOWN, Finding, Place, Row, State, compact, number_of
from taizhang.comparison.partition import Partitions
from taizhang.comparison.reach import Reached
from taizhang.comparison.telling import Masker
from taizhang.comparison.versions import Versions
from taizhang.i18n import _
from taizhang.pack.definitions import Pack, Rule
from taizhang.pack.divisions import DivisionTree
from taizhang.pack.fieldtypes._clean import clean_name, clean_text
from taizhang.pack.rule_schema import SEVERITY

Record = Mapping[str, Any]
Group = tuple[str, str | None]
_LONGEST, _LONGEST_SENTENCE = 200, 5000  # characters that a text and a long text surely take
_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Setting:
    """What one run knows: its number and day, the pack, the divisions, the days of ledgers, rows of the journal, exclusions."""

    run: str
    day: date
    pack: Pack
    divisions: DivisionTree
    dates: Dates
    versions: Versions
    exclusions: Mapping[str, list[Exclusion]]  # by subject
    partitions: Partitions
    linked: Callable[[str], Collection[str]]  # the other numbers of a person

    def division(self, code: str | None) -> str:
        """Return a code that the tree knows, itself or above; the town in the end."""
        for length in (14, 12, 9, 6, 4, 2):
            if code and len(code) >= length and code[:length] in self.divisions:
                return code[:length]
        return self.divisions.town or ""


def tidy(record: Record) -> Record:
    """Return a row found with what a finding keeps of it as the ledger would keep it, so that the next run finds the same."""
    row = dict(record)
    row["subject"] = _fitting(clean_text(str(record["subject"]))) or "—"
    row["programme"] = _fitting(clean_text(record["programme"])) or None if record.get("programme") else None
    row["name"] = clean_name(clean_text(record["name"]))[:_LONGEST] or None if record.get("name") else None
    if record.get("amount") is not None:
        row["amount"] = Decimal(record["amount"]).quantize(_PLACES, ROUND_HALF_UP)
    return row


def _fitting(text: str) -> str:
    """Return a text that fits its field; a longer one is still told from others like it."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 13] + "…" + hashlib.sha256(text.encode()).hexdigest()[:12]


class Reconciler:
    """The findings of one rule under one run."""

    def __init__(self, setting: Setting, rule: Rule, version: str, parameters: str, standing: Iterable[Finding]) -> None:
        self.setting, self.rule, self.version, self.parameters = setting, rule, version, parameters
        self.before = {f.number: f for f in standing}
        self.now = dict(self.before)
        self.versions = setting.versions
        self.masker = Masker(setting.pack, rule, setting.versions)

    def found(self, records: Sequence[Record], reached: Reached | None, wanted: Callable[[Finding | Record], bool] | None = None) -> None:
        """Take what the rule found: everything, or everything that has to do with the entries that a change ``reached``.

        ``wanted`` narrows it to subjects of which any row is asked for; these are taken whole all the same.
        """
        groups: dict[Group, list[Record]] = {}
        for record in map(tidy, records):
            groups.setdefault((record["subject"], record.get("programme")), []).append(record)
        mine: dict[Group, list[Finding]] = {}
        for finding in self.before.values():
            mine.setdefault(finding.group, []).append(finding)
        touched = dict.fromkeys([*groups, *(g for g, fs in mine.items() if any(_concerned(f, reached) for f in fs))])
        if wanted:
            self.versions.load(r["left"] for r in records if not r.get("division"))
            placed = {g: [{**r, "division": self._division(r)} for r in groups.get(g, [])] for g in touched}
            touched = dict.fromkeys(g for g in touched if any(map(wanted, placed[g])) or any(map(wanted, mine.get(g, []))))
        self._load(groups, mine, touched)
        for group in touched:
            self._group(groups.get(group, []), mine.get(group, []), reached)

    def _division(self, record: Record) -> str:
        """Return where a row found belongs: where it says, else where its entry stands."""
        version = None if record.get("division") else self.versions.get(record["left"])
        return self.setting.division(record.get("division") or (version.division if version else None))

    def _load(self, groups: Mapping[Group, list[Record]], mine: Mapping[Group, list[Finding]], touched: Iterable[Group]) -> None:
        """Read at once the rows of the journal that will be asked for one by one."""
        seqs: set[int | None] = set()
        for group in touched:
            known = set[Place]().union(*(f.places for f in mine.get(group, [])))
            strange = [r for r in groups.get(group, []) if _place(r) not in known]
            seqs |= {seq for r in strange for seq in (r["left"], r.get("right"))}
            if strange:
                seqs |= {left for left, _right, _month in known}
        self.versions.load(seqs)

    def _group(self, records: Sequence[Record], standing: Sequence[Finding], reached: Reached | None) -> None:
        standing = sorted(standing, key=lambda f: (f.state != "closed", f.first_month or "", f.number))
        kept = {f.number: _kept(f, reached) for f in standing}
        given: dict[str, list[Record]] = {}
        rest = self._by_rows(records, standing, given)
        live = [f for f in standing if f.lives and (kept[f.number] or f.number in given)]
        fresh: list[Record] = []
        for record in rest:
            before = [f for f in live if (f.first_month or "") <= (record.get("month") or "")]
            home = before[-1] if before else live[0] if live else None
            given.setdefault(home.number, []).append(record) if home else fresh.append(record)
        for finding in standing:
            if finding.number in given or _concerned(finding, reached):
                self.now[finding.number] = self._settled(finding, kept[finding.number], given.get(finding.number, []))
        if fresh:
            self._begin(fresh, given, kept)

    def _by_rows(self, records: Sequence[Record], standing: Sequence[Finding], given: dict[str, list[Record]]) -> list[Record]:
        """Give each record to the finding that has its rows, or an older version of the row found; return the others."""
        places = {place: f for f in standing for place in f.places}
        strange = []
        for record in records:
            home = places.get(_place(record))
            given.setdefault(home.number, []).append(record) if home else strange.append(record)
        if not strange or not standing:
            return strange
        entries = {(self.versions.entry(left), month): f for f in standing for left, _right, month in f.places}
        whole = next((f for f in standing if f.more and f.state != "closed"), None)  # its rows are not all known one by one
        rest = []
        for record in strange:
            home = entries.get((self.versions.entry(record["left"]), record.get("month") or "")) or whole
            given.setdefault(home.number, []).append(record) if home else rest.append(record)
        return rest

    def _begin(self, fresh: list[Record], given: Mapping[str, list[Record]], kept: Mapping[str, tuple[Row, ...]]) -> None:
        months = [r["month"] for r in fresh if r.get("month")]
        first, one = min(months) if months else None, fresh[0]
        number = number_of(self.rule.name, one["subject"], one.get("programme"), first)
        old = self.before.get(number)
        if old:
            self.now[number] = self._settled(old, kept.get(number, ()), [*given.get(number, []), *fresh])
            return
        empty = Finding(
            number=number, village=self._division(one), rule=self.rule.name,
            title=self.rule.title, severity="", subject_kind=self.rule.subject, subject=one["subject"], name=None, subject_shown=None, name_shown=None,
            programme=one.get("programme"), first_month=first, last_month=None, state="open", says="", facts="{}", amount=None, count=0, rows=(),
            more=None, left_row="", left_seq=0, left_on=None, right_row=None, right_seq=None, right_on=None, reference_on=None, version="",
            parameters="{}", run=self.setting.run, first_run=self.setting.run, found_on=self.setting.day,
        )  # fmt: skip
        self.now[number] = self._with(empty, (), fresh)

    def _settled(self, finding: Finding, kept: tuple[Row, ...], records: list[Record]) -> Finding:
        """Return a finding that stood as it is after this run, exclusions aside."""
        if not kept and not records:
            if finding.state == "decided":
                return replace(finding, rows=(), more=None, count=0)
            return finding if finding.state == "closed" else self._closed(finding)
        now = self._with(finding, kept, records)
        if finding.state == "decided":
            judged = set(finding.decided_rows)
            new = [row for row in now.rows if row.place not in judged]
            if not new and (finding.more == now.more or not now.more):
                return now
            if finding.result not in NOT_REAL and self._same_entries(new, judged):
                return replace(now, decided_rows=tuple(row.place for row in now.rows))
        return replace(now, state="open", result=None, decided_rows=(), closed_on=None, closed_why=None, title=self.rule.title)

    def _same_entries(self, new: Sequence[Row], judged: set[Place]) -> bool:
        known = {(self.versions.entry(left), month) for left, _right, month in judged}
        return all((self.versions.entry(row.left), row.month) in known for row in new)

    def _closed(self, finding: Finding) -> Finding:
        why = self._why(finding)
        return replace(finding, state="closed", excluded_by=None, closed_on=self.setting.day, closed_why=why)

    def _why(self, finding: Finding) -> str:
        from taizhang.journal import read

        for seq in (finding.left_seq, finding.right_seq):
            version = self.versions.get(seq)
            if version is None:
                continue
            ledger = self.setting.pack.ledgers.get(version.ledger)
            title = ledger.title if ledger else version.ledger
            stands = read.standing(version.ledger, [version.entry]).get(version.entry)
            if stands is None:
                return _("{ledger}的记录已撤销").format(ledger=title)
            if stands.seq != seq:
                number = read.source_of(stands.seq)[0].number
                return _("{ledger}的记录已更正（报送第{number}号）").format(ledger=title, number=number)
        if finding.version != self.version:
            return _("规则已修改，按新规则不再成立")
        if finding.parameters != self.parameters:
            return _("参数已调整，按新的值不再成立")
        return _("其他记录有了变动，或比对日期不同，不再成立")

    def _with(self, finding: Finding, kept: tuple[Row, ...], records: Sequence[Record]) -> Finding:
        """Return the finding with its rows, told by the newest of them."""
        keys = {row.place: row.key for row in finding.rows} if finding.version == self.version else {}
        rows = {row.place: row for row in kept}
        newest: tuple[tuple[str, int, int], Record | None] = (
            max(((r.month, r.left, r.right or 0), None) for r in kept) if kept else (("", 0, 0), None)
        )
        for record in records:
            place = left, right, month = _place(record)
            key = keys[place] if place in keys else self._key(left, right)
            rows[place] = Row(left, right, month, key, record.get("amount"))
            order = (month, left, right or 0)
            if order >= newest[0]:
                newest = (order, record)
        now = finding.with_rows(tuple(rows.values()))
        return self._told(now, newest[1]) if newest[1] else now

    def _key(self, left: int, right: int | None) -> str:
        for seq in (left, right):
            version = self.versions.get(seq)
            if version and version.ledger in self._ties:
                return f"{version.ledger} {version.entry}"
        return UNKNOWN

    @cached_property
    def _ties(self) -> Collection[str]:
        falls = self.setting.partitions.of(self.rule)
        return falls.ties.keys() if falls else ()

    def _told(self, finding: Finding, record: Record) -> Finding:
        left, right = record["left"], record.get("right")
        return replace(
            finding,
            name=record.get("name") or finding.name,
            subject_shown=self.masker.column("subject", record["subject"]),
            name_shown=self.masker.column("name", record["name"]) if record.get("name") else finding.name_shown,
            village=self._division(record),
            says=clean_text(self.masker.says(record) + self._by_link(record), lines=True)[:_LONGEST_SENTENCE],
            facts=compact({k: v[:_LONGEST] if isinstance(v, str) else v for k, v in record.items() if v is not None}),
            left_row=(self.versions.entry(left) or "")[:_LONGEST],
            left_seq=left,
            right_row=(self.versions.entry(right) or "")[:_LONGEST] or None,
            right_seq=right,
        )

    def _by_link(self, record: Record) -> str:
        """Return what a sentence has to add where a row bears another number of the same person."""
        others = set(self.setting.linked(record["subject"])) if self.rule.subject == "person" else set()
        seqs = (record["left"], record.get("right")) if others else ()
        versions = [v for seq in seqs if not others.isdisjoint(self.versions.data(seq).values()) and (v := self.versions.get(seq))]
        titles = dict.fromkeys(self.setting.pack.ledgers[v.ledger].title for v in versions)
        return _("（{ledgers}里的号码不同，已认定是同一人）").format(ledgers="、".join(titles)) if titles else ""

    def finish(self) -> list[Finding]:
        """Apply exclusions and the age of lists to every finding, and return those that are new or differ in substance."""
        self.versions.load(f.right_seq for f in self.now.values() if f.state in ("open", "excluded"))
        changed = []
        for number, finding in self.now.items():
            now = self._aged(self._held(finding))
            before = self.before.get(number)
            if now is before:
                continue
            if before is not None and now.substance() == before.substance():
                self.now[number] = before
                continue
            now = replace(
                now,
                left_on=self.setting.dates.row(now.left_seq, self.versions),
                right_on=self.setting.dates.row(now.right_seq, self.versions),
                run=self.setting.run,
                version=self.version,
                parameters=self.parameters,
            )
            self.now[number] = now
            changed.append(now)
        return changed

    def _held(self, finding: Finding) -> Finding:
        if finding.state not in ("open", "excluded"):
            return finding
        exclusions = self.setting.exclusions.get(finding.subject, [])
        by = first_that_holds(exclusions, finding, self.setting.day, self.versions) if exclusions else None
        state: State = "excluded" if by else "open"
        return finding if (finding.state, finding.excluded_by) == (state, by) else replace(finding, state=state, excluded_by=by)

    def _aged(self, finding: Finding) -> Finding:
        if finding.state not in ("open", "excluded"):
            return finding
        reference = self.setting.dates.reference(self.rule, finding, self.versions)
        severity = severity_of(self.rule, _told_severity(finding.facts), finding.first_month, reference)
        if finding.severity == severity and finding is self.before.get(finding.number):
            return finding  # a list that only became newer is no new version
        return replace(finding, severity=severity, reference_on=reference)


def _place(record: Record) -> Place:
    return record["left"], record.get("right"), record.get("month") or ""


def _told_severity(facts: str) -> str | None:
    """Return the severity that the row told of gives; few rules have any."""
    told: str | None = json.loads(facts).get(SEVERITY) if f'"{SEVERITY}"' in facts else None
    return told


def _concerned(finding: Finding, reached: Reached | None) -> bool:
    return finding.state != "closed" and (reached is None or any(_told_by(reached, row) for row in finding.rows))


def _kept(finding: Finding, reached: Reached | None) -> tuple[Row, ...]:
    """Return the rows that a run of what a change reached says nothing about."""
    if reached is None or finding.state == "closed":
        return ()
    return tuple(row for row in finding.rows if not _told_by(reached, row))


def _told_by(reached: Reached, row: Row) -> bool:
    ledger, _, entry = row.key.partition(" ")
    return reached.holds(ledger, entry)
