"""A city of invented towns as a workspace: warehouse in segments of the house's size, and as much of the journal as is needed to go on.

    python -m benchmarks.comparison.city FOLDER [--residents 50000] [--payments N] [--seed 7] [--towns DIR]

Every town is the demonstration town (about 9 600 residents, 113 000 rows in some 140 ledgers) under other codes, numbers and names; the first
town is the one with planted faults. Rows arrive town by town; payments month by month, in each month town by town. One payment,
resident, household, plot and subsidy in two hundred was corrected later (a second version with the same content). The journal holds the rows of the
town with faults, of one other and each ledger's last; their hashes are empty, so this workspace cannot be verified, only refreshed, compared and submitted to.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from benchmarks.comparison.template import MARKS, NAME, Template, make_towns

from taizhang.pack import load_pack
from taizhang.pack.definitions import Field, Ledger
from taizhang.pack.divisions import Division, read_divisions, write_divisions
from taizhang.warehouse import manifest as listing
from taizhang.warehouse.columns import columns, fingerprint, literal, quoted
from taizhang.warehouse.duckdb.segments import SegmentWriter
from taizhang.warehouse.keys import KeyIndex, key_kinds
from taizhang.warehouse.loading import SEGMENT_ROWS
from taizhang.warehouse.manifest import Manifest, Segment, Table
from taizhang.warehouse.store import SUBMISSION_FINGERPRINT
from taizhang.workspace import Workspace

CITY, COUNTIES = "9901", 16
TOWN_RESIDENTS = 9_600
CORRECTED = ("payment", "resident", "household", "plot", "grain_subsidy", "subsidy_declaration")
ONE_IN = 200
_ID_WEIGHTS, _CREDIT_WEIGHTS = (7, 9, 10, 5, 8, 4), (9, 27, 19, 26, 16, 17)


class Writer(SegmentWriter):
    """The house's own way to write a segment, from a query of ours."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Return the connection that it writes from."""
        return self._connection

    def write(self, query: str, target: Path) -> None:
        """Write the rows of a query, which must be in the order of ``_seq``."""
        self._copy(query, target)


@dataclass(frozen=True, slots=True)
class Town:
    """One town of the city and what stands in the place of each mark."""

    number: int
    variant: int
    texts: dict[str, str]


def _luhn_sum(digits: str) -> int:
    """Return what ten digits at the head of a card of 19 add to its sum."""
    return sum((d := int(c)) if place % 2 == 0 else (2 * d - 9 if (d := int(c)) > 4 else 2 * d) for place, c in enumerate(digits))


def _weighed(text: str, weights: tuple[int, ...], modulus: int) -> int:
    return sum(int(c) * w for c, w in zip(text, weights, strict=True)) % modulus


def towns(count: int, rng: random.Random) -> list[Town]:
    """Return the towns: prefixes of numbers are chosen so that every check character stays right."""
    # Planted faults have numbers of other regions, 9900… to 9905….
    persons = [c for n in range(1_000, 10_000) if _weighed(c := f"99{n:04d}", _ID_WEIGHTS, 11) == _weighed("990128", _ID_WEIGHTS, 11)]
    credits = [c for n in range(100_000) if _weighed(c := f"9{n:05d}", _CREDIT_WEIGHTS, 31) == _weighed("990128", _CREDIT_WEIGHTS, 31)]
    cards = [c for n in range(90_000) if _luhn_sum(c := f"99012{n:05d}") % 10 == _luhn_sum("9901280000") % 10]
    per_county = -(-count // COUNTIES)
    chosen = (rng.sample(listed, count) for listed in (persons, credits, cards))
    found = []
    for number, (person, credit, card) in enumerate(zip(*chosen, strict=True)):
        county, place = divmod(number, per_county)
        code = f"{CITY}{county + 1:02d}"
        texts = {"person": person, "masked": person[:3], "credit": credit, "card": card, "phone": f"13{number:05d}", "county": code, "town": f"{code}{101 + place}", "number": f"-C{number:03d}", "tag": f"{300 + number}"}  # fmt: skip
        found.append(Town(number, 0 if number else 1, texts))
    return found


def _divisions(listed: list[Town], source: Path) -> list[Division]:
    """Return the city's divisions: every town has the villages and groups of the demonstration town."""
    old = [d for d in read_divisions(source, "990128105") if d.code.startswith("990128105")]
    out = [Division("99", "演示省"), Division(CITY, "演示市")]
    counties = dict.fromkeys(t.texts["county"] for t in listed)
    out += [Division(code, f"演示{n}县") for n, code in enumerate(counties, 1)]
    for town in listed:
        code = town.texts["town"]
        for d in old:
            successor = code + d.successor[9:] if d.successor else None
            name = f"{int(code[4:6])}县{int(code[6:]) - 100}镇" if len(d.code) == 9 else d.name
            out.append(Division(code + d.code[9:], name, d.valid_from, d.valid_to, successor))
    return out


class City:
    """Writes a city from a template into a workspace."""

    def __init__(self, root: Path, template: Template, writer: Writer, listed: list[Town], rng: random.Random) -> None:
        self.root, self.template, self.writer, self.towns, self.rng = root, template, writer, listed, rng
        self.folder = root / "warehouse"
        self.run = writer.connection.execute
        self.tables: dict[str, Table] = {}
        self.end = 0
        self.sent = len(listed) * 1_000  # the last submission's number

    def write(self) -> None:
        """Write all segments."""
        self._prepare()
        for name in self.template.ledgers:
            if name != "payment":
                self._ledger(name)
        self._payments()
        self._corrections()

    def _prepare(self) -> None:
        """Make the tables of towns (with the place at which each begins) and of names."""
        spans = dict(self.run("SELECT _variant, max(_no) FROM places GROUP BY 1").fetchall())
        rows, start = [], 0
        for town in self.towns:
            rows.append((town.number, town.variant, start, *town.texts.values()))
            start += spans[town.variant]
        self.end = start
        names = ", ".join(f"{name} VARCHAR" for name in self.towns[0].texts)
        self.run(f"CREATE TABLE towns (town_no INTEGER, variant INTEGER, start BIGINT, {names})")
        self.writer.connection.executemany(f"INSERT INTO towns VALUES ({', '.join('?' * len(rows[0]))})", rows)
        common = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)]
        listed = sorted(self.template.names)
        surnames = sorted({n[0] for n in listed})
        given = {c: i for i, c in enumerate(sorted({c for n in listed for c in n[1:]}))}
        table = [(n, surnames.index(n[0]), [given[c] for c in n[1:]]) for n in listed]
        self.run("CREATE TABLE base_names AS SELECT unnest(CAST($1 AS VARCHAR[])) AS old, unnest(CAST($2 AS INTEGER[])) AS s, unnest(CAST($3 AS INTEGER[][])) AS g", [[row[i] for row in table] for i in range(3)])  # fmt: skip
        turned = [(t.number, self.rng.sample(surnames, len(surnames)), self._given(given, common)) for t in self.towns]
        self.run("CREATE TABLE turned AS SELECT unnest(CAST($1 AS INTEGER[])) AS town_no, unnest(CAST($2 AS VARCHAR[][])) AS ss, unnest(CAST($3 AS VARCHAR[][])) AS gs", [[row[i] for row in turned] for i in range(3)])  # fmt: skip

    def _given(self, known: dict[str, int], common: list[str]) -> list[str]:
        """Return the characters that stand for those of given names; a star stays one."""
        chosen = self.rng.sample(common, len(known))
        return [c if old != "*" else old for old, c in zip(known, chosen, strict=True)]

    def _names(self, condition: str) -> None:
        """Make the names of some towns."""
        self.run(
            f"""CREATE OR REPLACE TEMP TABLE names AS SELECT t.town_no, {literal(NAME)} || b.old AS old,
            t.ss[b.s + 1] || array_to_string(list_transform(b.g, lambda i: t.gs[i + 1]), '') AS new
            FROM base_names b, turned t WHERE {condition}"""
        )

    def _select(self, ledger: Ledger, seq: str, sent: str = "c.town_no * 1000 + b._submission % 1000") -> tuple[str, str]:
        """Return the select list of a ledger's rows in a town, and the joins that names need."""
        marks = self.template.marks.get(ledger.name, {})
        written: dict[str, str] = {}
        joins = ""
        for column in columns(ledger):
            text = f"b.{quoted(column)}"
            for mark, name in MARKS.items():
                if mark in marks.get(column, ()):
                    text = f"replace({text}, {literal(mark)}, c.{name})"
            if NAME in marks.get(column, ()):
                alias = f"n{len(joins)}"
                joins += f" LEFT JOIN names {alias} ON {alias}.town_no = c.town_no AND {alias}.old = b.{quoted(column)}"
                text = f"coalesce({alias}.new, {text})"
            written[column] = text
        key = [canonical(ledger.fields[k], written[k]) for k in ledger.key]
        written |= {"_seq": seq, "_version": "1", "_replaces": "CAST(NULL AS BIGINT)", "_entry": key[0] if len(key) == 1 else f"concat_ws('|', {', '.join(key)})"}  # fmt: skip
        written["_submission"] = sent
        types = columns(ledger)
        return ", ".join(f"CAST({written[c]} AS {types[c]}) AS {quoted(c)}" for c in types), joins

    def _ledger(self, name: str) -> None:
        ledger = self.template.pack.ledgers[name]
        table = Table(fingerprint(ledger))
        most, once = self.run(f"SELECT max(n), bool_or(o) FROM (SELECT _variant, count(*) AS n, bool_or(_once) AS o FROM b_{name} GROUP BY 1)").fetchall()[0]  # fmt: skip
        step = max(1, SEGMENT_ROWS // most)
        select, joins = self._select(ledger, "c.start + b._no")
        for first in range(0, 1 if once else len(self.towns), step):
            span = f"c.town_no BETWEEN {first} AND {0 if once else first + step - 1}"
            self._names(span.replace("c.", "t."))
            self._add(table, name, f"SELECT {select} FROM towns c JOIN b_{name} b ON b._variant = c.variant{joins} WHERE {span}")
        self.tables[name] = table

    def _add(self, table: Table, name: str, query: str) -> None:
        target = f"{name}/part-{len(table.segments):05d}.parquet"
        self.writer.write(f"{query} ORDER BY _seq", self.folder / target)
        counted = "min(_seq), max(_seq), count(*), count(_replaces)"
        first, last, rows, replacing = self.run(f"SELECT {counted} FROM read_parquet({literal(str(self.folder / target))})").fetchall()[0]
        if not rows:
            (self.folder / target).unlink()
            return
        kept = f"{name}/{first:012d}-{last:012d}-{len(table.segments):08x}.parquet"
        (self.folder / target).rename(self.folder / kept)
        table.segments.append(Segment(kept, first, last, rows, replacing))
        self.end = max(self.end, last)

    def _payments(self) -> None:
        """Write payments month by month, in each month town by town."""
        ledger = self.template.pack.ledgers["payment"]
        self.run(
            f"""CREATE TABLE parts AS SELECT *, start // {SEGMENT_ROWS} AS chunk, {self.sent} + row_number() OVER (ORDER BY start) AS sent FROM (
              SELECT c.town_no, m.for_month, sum(m.n) OVER (ORDER BY m.for_month, c.town_no) - m.n AS start FROM towns c
              JOIN (SELECT _variant, for_month, count(*) AS n FROM b_payment GROUP BY ALL) m ON m._variant = c.variant)"""
        )
        table = Table(fingerprint(ledger))
        select, joins = self._select(ledger, f"{self.end} + p.start + b._no", "p.sent")
        self.sent += int(self.run("SELECT count(*) FROM parts").fetchall()[0][0])
        self._names("true")
        for chunk in range(int(self.run("SELECT max(chunk) FROM parts").fetchall()[0][0]) + 1):
            self._add(
                table,
                "payment",
                f"""SELECT {select} FROM (SELECT * FROM parts WHERE chunk = {chunk}) p JOIN towns c ON c.town_no = p.town_no
                JOIN b_payment b ON b._variant = c.variant AND b.for_month = p.for_month{joins}""",
            )
        self.tables["payment"] = table

    def _corrections(self) -> None:
        """Write second versions of some rows, as one late submission for each ledger; the last of all is a payment."""
        for name in sorted(CORRECTED, key=lambda n: n == "payment"):
            table = self.tables.get(name)
            if not table:
                continue
            files = ", ".join(literal(str(self.folder / s.file)) for s in table.segments)
            same = ", ".join(quoted(c) for c in columns(self.template.pack.ledgers[name]) if c not in ("_seq", "_version", "_replaces", "_submission"))  # fmt: skip
            order = ", ".join(quoted(c) for c in columns(self.template.pack.ledgers[name]))
            base, number = self.end, self.sent + 1
            self.sent = number
            self._add(
                table,
                name,
                f"""SELECT {order} FROM (SELECT {base} + row_number() OVER (ORDER BY _seq) AS _seq, CAST(2 AS INTEGER) AS _version, _seq AS _replaces,
                CAST({number} AS BIGINT) AS _submission, {same} FROM read_parquet([{files}]) WHERE _seq % {ONE_IN} = 7)""",
            )


def canonical(field: Field, text: str) -> str:
    """Return the expression for a field's canonical text, as the journal has it."""
    kind = columns(_one(field))[field.name]
    if kind == "VARCHAR":
        return text
    if kind == "TIMESTAMP":
        return f"strftime({text}, '%Y-%m-%dT%H:%M')"
    written = f"CAST({text} AS VARCHAR)"
    return (
        f"CASE WHEN contains({written}, '.') THEN rtrim(rtrim({written}, '0'), '.') ELSE {written} END"
        if kind.startswith("DECIMAL")
        else written
    )


def _one(field: Field) -> Ledger:
    return Ledger("", "", 1, "", "event", {field.name: field}, (field.name,), field.name)


def build(root: Path, residents: int, payments: int, seed: int, kept: Path, keys: bool = True) -> dict[str, Any]:
    """Build a city in a folder, which must be new, and return what it holds."""
    began = time.perf_counter()
    rng = random.Random(seed)
    pack = load_pack()
    listed = towns(max(1, round(residents / TOWN_RESIDENTS)), rng)
    demo = make_towns(kept)
    root.parent.mkdir(parents=True, exist_ok=True)
    divisions = root.parent / f"{root.name}-divisions.csv"
    write_divisions(divisions, _divisions(listed, demo["plain"] / "divisions.csv"))
    workspace = Workspace.create(root, town=CITY, title="演示市", divisions=divisions)
    divisions.unlink()
    with Writer() as writer:
        template = Template(writer.connection, pack)
        template.read(demo, payments // len(listed) - 8_035)
        city = City(root, template, writer, listed, rng)
        city.write()
        village = f"{listed[len(listed) // 2].texts['town']}202"
        facts = {"residents": residents, "payments": payments, "seed": seed, "towns": len(listed), "faulty": sum(t.variant for t in listed), "village": village, "position": city.end}  # fmt: skip
        facts["rows"] = {name: table.rows for name, table in sorted(city.tables.items(), key=lambda t: -t[1].rows)}
        manifest = Manifest(position=city.end, tables=dict(city.tables))
        for name, ledger in pack.ledgers.items():
            manifest.tables.setdefault(name, Table(fingerprint(ledger)))
        manifest.tables["submission"] = Table(SUBMISSION_FINGERPRINT)
        facts["journal"] = _journal(workspace, city, [listed[0].texts["town"], village[:9]])
    workspace.activate()
    from taizhang.warehouse.store import _seal

    manifest.seal = _seal(manifest.position)
    listing.save(workspace.path("warehouse"), manifest)
    if keys:
        with SegmentWriter() as plain:
            KeyIndex(workspace.path("warehouse")).extend(workspace.path("warehouse"), manifest, key_kinds(pack), plain)
    facts["seconds"] = round(time.perf_counter() - began, 1)
    (root / "city.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return facts


def _journal(workspace: Workspace, city: City, whole: list[str]) -> int:
    """Write the rows of some towns, and the last of each ledger, into the journal with the places that they have in the warehouse."""
    pack, rows = city.template.pack, []
    for name, table in city.tables.items():
        ledger = pack.ledgers[name]
        if not table.segments:
            continue
        files = ", ".join(literal(str(city.folder / s.file)) for s in table.segments)
        texts = ", ".join(f"{canonical(f, quoted(n))} AS {quoted(n)}" for n, f in ledger.fields.items())
        # What is planted under a code of no town here is the first town's too.
        where = f"length(_division) < 9 OR left(_division, 4) <> '{CITY}' OR left(_division, 9) IN ({', '.join(map(literal, whole))}) OR _seq = {table.segments[-1].last}"
        found = city.run(f"SELECT _seq, _submission, _entry, _version, _division, _sheet, _line, _replaces, {texts} FROM read_parquet([{files}]) WHERE {where}").fetchall()  # fmt: skip
        for seq, number, entry, version, division, sheet, line, replaces, *values in found:
            data = json.dumps(
                {n: v for n, v in zip(ledger.fields, values, strict=True) if v is not None}, ensure_ascii=False, separators=(",", ":")
            )
            rows.append((seq, number, name, entry, version, "record", division or "", data, sheet, line, replaces, b"", b""))
    rows.sort()
    sent = _sent(city)
    last = city.sent
    with sqlite3.connect(workspace.path("taizhang.db")) as database:
        database.executemany(
            "INSERT INTO entry_version (seq, submission, ledger, entry, version, op, division, data, sheet, line, replaces, previous, hash)"
            f" VALUES ({', '.join('?' * 13)})",
            rows,
        )
        when = "2021-01-01 00:00:00"
        database.executemany(
            "INSERT INTO submission (number, ledgers, status, person, source_kind, source_name, note, created_at, rows, decision, decided_at,"
            " decided_by, reason, first_seq, last_seq, algorithm, rows_hash, previous_hash, hash)"
            " VALUES (?, ?, 'accepted', '演示', 'file', '表.xlsx', '', ?, ?, ?, ?, '演示', '', ?, ?, 'sha256', '', '', '')",
            ((n, ledgers, when, count, n, when, first, end) for n, ledgers, count, first, end in sent),
        )
        database.execute(
            "UPDATE journal_head SET numbers = ?, decisions = ?, position = ?, submission = ?, rows_hash = '', hash = ''",
            (last, last, city.end, last),
        )
    return len(rows)


def _sent(city: City) -> list[tuple[Any, ...]]:
    """Return all submissions: number, ledgers, rows, first and last place."""
    each = " UNION ALL ".join(
        f"SELECT '{name}' AS ledger, _submission, count(*) AS n, min(_seq) AS first, max(_seq) AS last"
        f" FROM read_parquet([{', '.join(literal(str(city.folder / s.file)) for s in table.segments)}]) GROUP BY _submission"
        for name, table in city.tables.items()
        if table.segments
    )
    listed = "string_agg(ledger, ' ' ORDER BY ledger)"
    return city.run(f"SELECT _submission, {listed}, sum(n), min(first), max(last) FROM ({each}) GROUP BY 1 ORDER BY 1").fetchall()


def default_kept() -> Path:
    """Return where the two demonstration towns are kept: in the user's cache folder."""
    from benchmarks.peers import cache_folder

    return cache_folder() / "comparison-towns"


def main() -> None:
    """Build a city."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--residents", type=int, default=50_000)
    parser.add_argument("--payments", type=int, help="four times the residents when left out")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--towns", type=Path, help="where the two demonstration towns are kept; the user's cache folder when left out")
    parser.add_argument("--no-keys", action="store_true", help="without the index of keys, which only incremental runs need")
    parser.add_argument("--replace", action="store_true", help="delete what the folder holds")
    given = parser.parse_args()
    if given.replace and given.folder.exists():
        shutil.rmtree(given.folder)
    facts = build(
        given.folder, given.residents, given.payments or 4 * given.residents, given.seed, given.towns or default_kept(), not given.no_keys
    )
    print(json.dumps({k: v for k, v in facts.items() if k != "rows"}, ensure_ascii=False))
    print(", ".join(f"{name} {rows:,}" for name, rows in list(facts["rows"].items())[:20]))


if __name__ == "__main__":
    main()
