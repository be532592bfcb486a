"""The demonstration town as a template: what is its own (codes, numbers, names) is marked, so that it can be written as another town's.

Two towns are made by ``taizhang demo``: the plain one, in which no rule finds anything, and the one with planted faults. Marks are single
characters of the private use area; a town's own texts stand in their place (``city.py``).
"""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb

from taizhang.pack.definitions import Ledger, Pack
from taizhang.warehouse import manifest as listing
from taizhang.warehouse.columns import SYSTEM, columns, literal, quoted
from taizhang.workspace import Workspace

PERSON, MASKED, CARD, PHONE, CREDIT, TOWN, COUNTY, NUMBER, TAG, NAME = (chr(0xE001 + i) for i in range(10))
MARKS = {
    PERSON: "person",
    MASKED: "masked",
    CARD: "card",
    PHONE: "phone",
    CREDIT: "credit",
    TOWN: "town",
    COUNTY: "county",
    NUMBER: "number",
    TAG: "tag",
}
OLD_TOWN, OLD_COUNTY = "990128105", "990128"
VARIANTS = ("plain", "faulty")
# What comparison itself writes, and what its results feed.
OWN = frozenset(
    ["check_run", "check_run_rule", "finding", "finding_case", "case_note", "case_recovery", "finding_exclusion", "comparison_result"]
)
# One list for the whole city.
CATALOGUES = frozenset(
    ["fund_catalogue", "benefit_standard", "benefit_exclusion", "form_item", "holiday", "flood_season", "price_range", "target"]
)
# Numbers of things that are one in the city, though no key.
NUMBERED = frozenset(
    [
        "machinery_subsidy.serial",
        "machinery_transfer.serial",
        "machinery_subsidy.engine_number",
        "machinery_transfer.engine_number",
        "loan_flow.payee",
    ]
)
# What is planted for these rules speaks of the whole city: a year's first list, a programme for everybody.
LEFT_OUT = ("age_due_not_enrolled", "pension_without_medical", "disclosure_ne_payment", "disclosure_pii")
ALLOWANCE = "老年人生活补贴"
ALLOWANCE_MONTHS = tuple(f"{year}-{month:02d}" for year in (2020, 2019, 2018, 2017) for month in range(12, 0, -1))

_PATTERNS = (
    (re.compile(rf"{OLD_TOWN}(\d{{0,3}}|\d{{5}})"), TOWN),
    (re.compile(rf"{OLD_COUNTY}()"), COUNTY),
    (re.compile(rf"{OLD_COUNTY}0000(\d{{9}})"), CARD),
    (re.compile(rf"{OLD_COUNTY}(\d{{9}}|\d{{11}}[\dX]|\d{{11}}[\dX]\d{{2,3}})"), PERSON),
    (re.compile(r"1990128(\d{4})"), PHONE),
    (re.compile(r"990(\*+[\dX]*)"), MASKED),
)
_CREDIT = re.compile(rf"(\w\w){OLD_COUNTY}(\w{{10}})")


def make_towns(folder: Path) -> dict[str, Path]:
    """Make both towns in a folder, unless they are there, and return their workspaces."""
    for variant in VARIANTS:
        target = folder / variant
        if not (target / "made").exists():
            flags = ["--faults"] if variant == "faulty" else []
            command = [sys.executable, "-m", "taizhang", "demo", str(target), "--replace", *flags]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            (target / "made").touch()
    return {variant: folder / variant for variant in VARIANTS}


class Template:
    """Base tables ``b_<ledger>``: rows of both towns, marked, with ``_variant``, ``_no`` (order in the town) and ``_once`` (one a city)."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, pack: Pack) -> None:
        self.connection, self.pack = connection, pack
        self.ledgers: list[str] = []
        self.marks: dict[str, dict[str, set[str]]] = {}  # ledger → column → marks in it
        self.names: set[str] = set()
        self.numbers: set[str] = set()
        self._spare: dict[str, dict[str, str]] = {"telephone": {}, "bank_card": {}}

    def read(self, towns: dict[str, Path], allowance: int) -> None:
        """Take what stands in both towns, add an invented allowance of so many payments a town, and mark everything."""
        for number, path in enumerate(towns.values()):
            self._attach(number, path)
        self._add_allowance(allowance)
        self._number_rows()
        self._collect()
        for name in self.ledgers:
            self._mark(self.pack.ledgers[name])

    def _attach(self, number: int, path: Path) -> None:
        workspace = Workspace.open(path)
        workspace.activate()
        from taizhang.warehouse import Warehouse

        Warehouse(workspace).refresh()
        folder = workspace.path("warehouse")
        with closing(sqlite3.connect(workspace.path("taizhang.db"))) as journal:
            sent = journal.execute("SELECT number, source_name FROM submission").fetchall()
        left_out = ", ".join(str(n) for n, source in sent if source.rpartition("-")[0] in LEFT_OUT) or "0"
        for name, table in listing.load(folder).tables.items():
            if name in OWN or name not in self.pack.ledgers:
                continue
            if not any(s.rows for s in table.segments):
                continue
            files = ", ".join(literal(str(folder / s.file)) for s in table.segments)
            source = f"read_parquet([{files}])"
            sql = f"SELECT {number} AS _variant, * FROM {source} WHERE _op = 'record'"
            sql += f" AND _seq NOT IN (SELECT _replaces FROM {source} WHERE _replaces IS NOT NULL) AND _submission NOT IN ({left_out})"
            if name in self.ledgers:
                self.connection.execute(f"INSERT INTO b_{name} {sql}")
            else:
                self.connection.execute(f"CREATE TABLE b_{name} AS {sql}")
                self.ledgers.append(name)

    def _add_allowance(self, wanted: int) -> None:
        """Pay an allowance to the eldest of 60 and more in each household, month by month backwards, until a town has about so many payments more."""
        if wanted <= 0:
            return
        run = self.connection.execute
        run(
            """CREATE TEMP TABLE old AS SELECT r._variant, r.id_number, r.name, r.village, r.household,
              CASE WHEN h.head_id = r.id_number THEN h.card END AS card, CASE WHEN h.head_id = r.id_number THEN r.name END AS account_name
            FROM b_resident r JOIN b_household h ON h.number = r.household AND h._variant = r._variant
            WHERE r.died_on IS NULL AND r.left_on IS NULL AND r.moved_out_on IS NULL AND r.born_on < DATE '1961-01-01'
              AND r.household IN (SELECT number FROM b_household WHERE _variant = 0) AND r.id_number IN (SELECT id_number FROM b_resident WHERE _variant = 0)
              AND r.id_number NOT IN (SELECT id_number FROM b_death_record)
            QUALIFY row_number() OVER (PARTITION BY r._variant, r.household ORDER BY r.born_on, r.id_number) = 1"""
        )
        persons = int(run("SELECT count(*) FROM old WHERE _variant = 0").fetchall()[0][0])
        months = min(len(ALLOWANCE_MONTHS), -(-wanted // persons))
        cut = wanted / (months * persons)
        listed = ", ".join(f"({literal(m)})" for m in ALLOWANCE_MONTHS[:months])
        run(
            f"""INSERT INTO b_payment BY NAME
            SELECT _variant, 9000000000 AS _seq, 'LN' || replace(month, '-', '') || '-' || substr(id_number, 7, 11) AS number, 1 AS _version,
              'record' AS _op, 9999 AS _submission, village AS _division, {literal(ALLOWANCE)} AS _sheet, {literal(ALLOWANCE)} AS programme, village, household,
              name AS payee, id_number AS payee_id, 60.00 AS amount, card, account_name, month AS for_month,
              CAST(month || '-15' AS DATE) AS paid_on, {literal(ALLOWANCE)} || '-' || month AS batch, '正常' AS kind, '成功' AS status
            FROM old, (VALUES {listed}) AS m(month) WHERE hash(id_number) % 10000 < {int(10000 * min(1.0, cut))}"""
        )
        known = set(self.pack.ledgers["fund_catalogue"].fields)
        row = {
            "programme": literal(ALLOWANCE), "village": literal(OLD_TOWN), "office": "'民政办'", "target": "'按人'", "unit": "'人'", "standard": "60.00",
            "cycle": "'按月'", "grace_months": "0", "local_only": "true", "life_check": "false", "post_days": "7", "basis": "'基准测试用标准'",
            "starts_on": "DATE '2016-01-01'", "_seq": "9000000001", "_version": "1", "_op": "'record'", "_submission": "9999", "_division": literal(OLD_TOWN),
        }  # fmt: skip
        listed = ", ".join(f"{value} AS {name}" for name, value in row.items() if name in known or name in SYSTEM)
        for variant in range(len(VARIANTS)):
            run(f"INSERT INTO b_fund_catalogue BY NAME SELECT {variant} AS _variant, {listed}")

    def _number_rows(self) -> None:
        """Give every row but payments its place in the town's order of arrival, payments theirs in the month."""
        parts = " UNION ALL ".join(
            f"SELECT _variant, '{name}' AS ledger, _seq, _division, _entry FROM b_{name}" for name in self.ledgers if name != "payment"
        )
        self.connection.execute(
            f"""CREATE TABLE places AS SELECT _variant, ledger, _seq, row_number() OVER (PARTITION BY _variant ORDER BY _seq, ledger) AS _no
            FROM ({parts})"""
        )
        for name in self.ledgers:
            order = (
                "p._no"
                if name != "payment"
                else "row_number() OVER (PARTITION BY b._variant, b.for_month ORDER BY b._division, b._seq, b.payee_id)"
            )
            join = f"JOIN places p ON p._variant = b._variant AND p._seq = b._seq AND p.ledger = '{name}'" if name != "payment" else ""
            self.connection.execute(
                f"CREATE OR REPLACE TABLE b_{name} AS SELECT b.*, CAST({order} AS BIGINT) AS _no, false AS _once FROM b_{name} b {join}"
            )

    def _collect(self) -> None:
        """Find the numbers that must be each town's own, and the names of persons."""
        for name in self.ledgers:
            ledger = self.pack.ledgers[name]
            for field in ledger.fields.values():
                if field.is_name or (name, field.name) == ("posting_line", "shown_name"):
                    self.names |= self._values(name, field.name)
            apart = {"division", "id_number", "bank_card", "credit_code"}
            if name in CATALOGUES or any(ledger.fields[k].type in apart for k in ledger.key):
                continue
            texts = [k for k in ledger.key if ledger.fields[k].type == "text"]
            if texts:
                self.numbers |= self._values(name, texts[0])
        self.names = {n for n in self.names if 2 <= len(n) <= 4 and all("一" <= c <= "龥" for c in n[0] + n[1:].replace("*", ""))}

    def _values(self, ledger: str, column: str) -> set[str]:
        sql = f"SELECT DISTINCT {quoted(column)} FROM b_{ledger} WHERE {quoted(column)} IS NOT NULL"
        return {row[0] for row in self.connection.execute(sql).fetchall()}

    def _mark(self, ledger: Ledger) -> None:
        name = ledger.name
        marks = self.marks.setdefault(name, {})
        for column, kind in columns(ledger).items():
            if kind != "VARCHAR" or column in ("_op", "_sheet", "_entry"):
                continue
            field = ledger.fields.get(column)
            if field and field.type in ("choice", "month", "year"):
                continue
            own_key = field is not None and column in ledger.key and field.type == "text" and name not in CATALOGUES
            changed = {}
            for value in self._values(name, column):
                marked = self._marked(value, column, field.type if field else "division", own_key, f"{name}.{column}" in NUMBERED)
                if marked != value:
                    changed[value] = marked
            if not changed:
                continue
            marks[column] = {c for text in changed.values() for c in text if c in MARKS or c == NAME}
            self.connection.execute(
                "CREATE OR REPLACE TEMP TABLE changed AS SELECT unnest(CAST($1 AS VARCHAR[])) AS old, unnest(CAST($2 AS VARCHAR[])) AS new",
                [list(changed), list(changed.values())],
            )
            self.connection.execute(f"UPDATE b_{name} b SET {quoted(column)} = c.new FROM changed c WHERE c.old = b.{quoted(column)}")
        if not any(k in marks for k in ledger.key) or name in CATALOGUES:
            self._once(ledger)

    def _once(self, ledger: Ledger) -> None:
        """What has nothing of a town in its key stands once in the city; of the two variants, the one that plants faults has it all."""
        self.connection.execute(f"UPDATE b_{ledger.name} SET _once = true")

    def _marked(self, value: str, column: str, kind: str, own_key: bool, numbered: bool) -> str:
        if value in self.names and kind in ("text", "long_text"):
            return NAME + value
        if kind in self._spare and not any(p.fullmatch(value) for p, _ in _PATTERNS):
            value = self._spared(kind, value)
        for pattern, mark in _PATTERNS:
            if found := pattern.fullmatch(value):
                return mark + found.group(1)
        if found := _CREDIT.fullmatch(value):
            return found.group(1) + CREDIT + found.group(2)
        if column == "ear_tags":
            return re.sub(r"\d{10}", lambda found: TAG + found.group(), value)
        if kind == "attachment" or numbered:
            return value + NUMBER
        known = value in self.numbers and kind in ("text", "reference")
        if known and (own_key or kind == "reference" or (re.search(r"\d", value) and not re.fullmatch(r"\d{1,4}", value))):
            return value + NUMBER
        return value

    def _spared(self, kind: str, value: str) -> str:
        """Return a number of the town's own series for one that a planted fault made up; broken ones stay broken."""
        known = self._spare[kind]
        if value not in known:
            if kind == "telephone" and re.fullmatch(r"1\d{10}", value):
                known[value] = f"1990128{9999 - len(known):04d}"
            elif kind == "bank_card" and re.fullmatch(r"\d{16,19}", value) and _luhn(value):
                body = f"{OLD_COUNTY}0000{99_999_999 - len(known):08d}"
                known[value] = next(body + str(d) for d in range(10) if _luhn(body + str(d)))
            else:
                known[value] = value
        return known[value]


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
