"""The like of some rules by hand: their statements, and the files that they read."""

from __future__ import annotations

import re
from pathlib import Path

from taizhang.pack.definitions import Pack
from taizhang.warehouse import manifest as listing
from taizhang.warehouse.columns import columns, literal, quoted

_BLOCK = re.compile(r"^-- rule: (\w+)\n(.*?)(?=^-- rule:|\Z)", re.M | re.S)
_LEDGER = re.compile(r"\{(\w+)\}")


def statements() -> dict[str, str]:
    """Return the statements by rule, with ledgers in curly brackets."""
    return dict(_BLOCK.findall(Path(__file__).with_name("hand.sql").read_text(encoding="utf-8")))


def ledgers_of(sql: str) -> set[str]:
    """Return the ledgers that a statement reads."""
    return set(_LEDGER.findall(sql))


class Files:
    """The Parquet files of a workspace's warehouse, as sources of a statement."""

    def __init__(self, workspace: Path, pack: Pack) -> None:
        self.pack = pack
        self.folder = workspace / "warehouse"
        self.tables = listing.load(self.folder).tables

    def of(self, ledger: str, *, replacing: bool = False) -> list[str]:
        """Return a ledger's files, or only those in which rows replace others."""
        return [str(self.folder / s.file) for s in self.tables[ledger].segments if s.replacing or not replacing]

    def filled(self, sql: str) -> str:
        """Return a statement with sources in the place of ledgers; a ledger that never had a row is an empty one."""
        return _LEDGER.sub(lambda found: self._source(found.group(1)), sql)

    def _source(self, ledger: str) -> str:
        if not self.of(ledger):
            empty = ", ".join(f"CAST(NULL AS {t}) AS {quoted(n)}" for n, t in columns(self.pack.ledgers[ledger]).items())
            return f"(SELECT {empty} WHERE false)"
        table = f"read_parquet([{', '.join(map(literal, self.of(ledger)))}])"
        later = self.of(ledger, replacing=True)
        if not later:
            return f"(SELECT * FROM {table} WHERE _op = 'record')"
        replaced = f"SELECT _replaces FROM read_parquet([{', '.join(map(literal, later))}]) WHERE _replaces IS NOT NULL"
        return f"(SELECT * FROM {table} WHERE _op = 'record' AND _seq NOT IN ({replaced}))"
