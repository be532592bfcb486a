"""The columns of a ledger in the warehouse: the system's own, then the fields by their types."""

from __future__ import annotations

import hashlib
import json

from taizhang.pack.definitions import Field, Ledger
from taizhang.pack.expression_functions import kind_of_field

SYSTEM: dict[str, str] = {
    "_seq": "BIGINT",
    "_entry": "VARCHAR",
    "_version": "INTEGER",
    "_op": "VARCHAR",
    "_replaces": "BIGINT",
    "_submission": "BIGINT",
    "_division": "VARCHAR",
    "_sheet": "VARCHAR",
    "_line": "INTEGER",
}
SUBMISSION: dict[str, str] = {
    "_seq": "BIGINT",  # the last of the submission's rows
    "number": "BIGINT",
    "person": "VARCHAR",
    "source_kind": "VARCHAR",
    "source_name": "VARCHAR",
    "accepted_at": "VARCHAR",
}


def sql_type(field: Field) -> str:
    """Return the warehouse's type of a field (see the table in ``docs/architecture.md``)."""
    kind = kind_of_field(field.type, field.places)
    if kind.name == "number":
        return f"DECIMAL(18,{kind.scale})" if field.type != "count" else "BIGINT"
    if kind.name == "date":
        return "TIMESTAMP" if kind.timed else "DATE"
    return "BOOLEAN" if kind.name == "boolean" else "VARCHAR"


def columns(ledger: Ledger) -> dict[str, str]:
    """Return all columns of a ledger with their types."""
    return SYSTEM | {name: sql_type(field) for name, field in ledger.fields.items()}


def fingerprint(ledger: Ledger) -> str:
    """Return a hash that changes when the ledger's columns do."""
    return hashlib.sha256(json.dumps(list(columns(ledger).items())).encode()).hexdigest()[:16]


def quoted(name: str) -> str:
    """Return an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | None) -> str:
    """Return an SQL text literal, NULL for None."""
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


def select_typed(types: dict[str, str]) -> str:
    """Return a select list that turns columns of text into their types; a text that does not fit its type is an error."""
    return ", ".join(quoted(n) if t == "VARCHAR" else f"CAST({quoted(n)} AS {t}) AS {quoted(n)}" for n, t in types.items())
