"""Tables and triggers in SQLite."""

from __future__ import annotations

# `seq INTEGER PRIMARY KEY` is the rowid itself, so the journal lies on the disk in its own order and needs no second index.
TABLES = (
    """
CREATE TABLE submission (
    number INTEGER PRIMARY KEY, ledgers TEXT NOT NULL, status TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'returned')),
    person TEXT NOT NULL, source_kind TEXT NOT NULL, source_name TEXT NOT NULL, source_sha256 TEXT, note TEXT NOT NULL,
    created_at TEXT NOT NULL, rows INTEGER NOT NULL, payload_hash TEXT,
    decision INTEGER UNIQUE, decided_at TEXT, decided_by TEXT, reason TEXT NOT NULL, first_seq INTEGER, last_seq INTEGER,
    algorithm TEXT, rows_hash TEXT, previous_hash TEXT, hash TEXT
) STRICT
""",
    "CREATE TABLE submission_payload (submission_id INTEGER PRIMARY KEY REFERENCES submission (number), content BLOB NOT NULL) STRICT",
    """
CREATE TABLE entry_version (
    seq INTEGER PRIMARY KEY, submission INTEGER NOT NULL, ledger TEXT NOT NULL, entry TEXT NOT NULL, version INTEGER NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('record', 'withdraw')), division TEXT NOT NULL, data TEXT NOT NULL, original TEXT, confirmed TEXT,
    sheet TEXT, line INTEGER, replaces INTEGER, previous BLOB NOT NULL, hash BLOB NOT NULL
) STRICT
""",
    "CREATE UNIQUE INDEX entry_version_key ON entry_version (ledger, entry, version)",
    "CREATE INDEX submission_source ON submission (source_sha256)",
    """
CREATE TABLE journal_head (
    id INTEGER PRIMARY KEY CHECK (id = 1), numbers INTEGER NOT NULL, decisions INTEGER NOT NULL, position INTEGER NOT NULL,
    submission INTEGER, rows_hash TEXT NOT NULL, hash TEXT NOT NULL
) STRICT
""",
)

_REFUSE = "SELECT RAISE(ABORT, 'the journal is only appended to')"

TRIGGERS = {
    "entry_version_no_update": f"BEFORE UPDATE ON entry_version BEGIN {_REFUSE}; END",
    "entry_version_no_delete": f"BEFORE DELETE ON entry_version BEGIN {_REFUSE}; END",
    "submission_no_delete": f"BEFORE DELETE ON submission BEGIN {_REFUSE}; END",
    "submission_decided_once": f"""BEFORE UPDATE ON submission WHEN NOT (
        OLD.status = 'pending' AND NEW.status IN ('accepted', 'returned') AND NEW.number IS OLD.number AND NEW.ledgers IS OLD.ledgers
        AND NEW.person IS OLD.person AND NEW.source_kind IS OLD.source_kind AND NEW.source_name IS OLD.source_name
        AND NEW.source_sha256 IS OLD.source_sha256 AND NEW.note IS OLD.note AND NEW.created_at IS OLD.created_at
        AND NEW.rows IS OLD.rows AND NEW.payload_hash IS OLD.payload_hash) BEGIN {_REFUSE}; END""",
    "submission_payload_no_update": f"BEFORE UPDATE ON submission_payload BEGIN {_REFUSE}; END",
    "submission_payload_kept": f"""BEFORE DELETE ON submission_payload
        WHEN (SELECT status FROM submission WHERE number = OLD.submission_id) = 'pending' BEGIN {_REFUSE}; END""",
    "journal_head_no_delete": f"BEFORE DELETE ON journal_head BEGIN {_REFUSE}; END",
}


def statements() -> list[str]:
    """Return what makes an empty journal, without the row of ``journal_head``."""
    return [*TABLES, *(f"CREATE TRIGGER {name} {body}" for name, body in TRIGGERS.items())]


def without_triggers() -> list[str]:
    """Return what takes the triggers away: for a restore into an empty database, and for tests that tamper."""
    return [f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS]
