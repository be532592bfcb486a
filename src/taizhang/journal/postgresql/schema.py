"""Tables and triggers in PostgreSQL."""

from __future__ import annotations

TABLES = (
    """
CREATE TABLE submission (
    number bigint PRIMARY KEY, ledgers text NOT NULL, status text NOT NULL CHECK (status IN ('pending', 'accepted', 'returned')),
    person text NOT NULL, source_kind text NOT NULL, source_name text NOT NULL, source_sha256 text, note text NOT NULL,
    created_at timestamptz NOT NULL, rows bigint NOT NULL, payload_hash text,
    decision bigint UNIQUE, decided_at timestamptz, decided_by text, reason text NOT NULL, first_seq bigint, last_seq bigint,
    algorithm text, rows_hash text, previous_hash text, hash text
)
""",
    "CREATE TABLE submission_payload (submission_id bigint PRIMARY KEY REFERENCES submission (number), content bytea NOT NULL)",
    # Keys compare as bytes ("C") so that order and index do not depend on the server's locale, and a dump restores anywhere.
    """
CREATE TABLE entry_version (
    seq bigint PRIMARY KEY, submission bigint NOT NULL, ledger text COLLATE "C" NOT NULL, entry text COLLATE "C" NOT NULL,
    version bigint NOT NULL, op text NOT NULL CHECK (op IN ('record', 'withdraw')), division text NOT NULL, data text NOT NULL,
    original text, confirmed text, sheet text, line bigint, replaces bigint, previous bytea NOT NULL, hash bytea NOT NULL
)
""",
    "CREATE UNIQUE INDEX entry_version_key ON entry_version (ledger, entry, version)",
    "CREATE INDEX submission_source ON submission (source_sha256)",
    """
CREATE TABLE journal_head (
    id bigint PRIMARY KEY CHECK (id = 1), numbers bigint NOT NULL, decisions bigint NOT NULL, position bigint NOT NULL,
    submission bigint, rows_hash text NOT NULL, hash text NOT NULL
)
""",
)

_FUNCTIONS = (
    """
CREATE FUNCTION taizhang_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal is only appended to' USING ERRCODE = 'restrict_violation'; END $$
""",
    """
CREATE FUNCTION taizhang_payload_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT status FROM submission WHERE number = OLD.submission_id) = 'pending' THEN
        RAISE EXCEPTION 'the journal is only appended to' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$
""",
)

_REFUSE = "EXECUTE FUNCTION taizhang_append_only()"

TRIGGERS = {
    "entry_version_no_change": ("entry_version", f"BEFORE UPDATE OR DELETE ON entry_version FOR EACH ROW {_REFUSE}"),
    "entry_version_no_truncate": ("entry_version", f"BEFORE TRUNCATE ON entry_version FOR EACH STATEMENT {_REFUSE}"),
    "submission_no_delete": ("submission", f"BEFORE DELETE ON submission FOR EACH ROW {_REFUSE}"),
    "submission_no_truncate": ("submission", f"BEFORE TRUNCATE ON submission FOR EACH STATEMENT {_REFUSE}"),
    "submission_decided_once": (
        "submission",
        f"""BEFORE UPDATE ON submission FOR EACH ROW WHEN (NOT (
        OLD.status = 'pending' AND NEW.status IN ('accepted', 'returned')
        AND (NEW.number, NEW.ledgers, NEW.person, NEW.source_kind, NEW.source_name, NEW.note, NEW.created_at, NEW.rows)
          = (OLD.number, OLD.ledgers, OLD.person, OLD.source_kind, OLD.source_name, OLD.note, OLD.created_at, OLD.rows)
        AND NEW.source_sha256 IS NOT DISTINCT FROM OLD.source_sha256
        AND NEW.payload_hash IS NOT DISTINCT FROM OLD.payload_hash)) {_REFUSE}""",
    ),
    "submission_payload_no_update": ("submission_payload", f"BEFORE UPDATE ON submission_payload FOR EACH ROW {_REFUSE}"),
    "submission_payload_no_truncate": ("submission_payload", f"BEFORE TRUNCATE ON submission_payload FOR EACH STATEMENT {_REFUSE}"),
    "submission_payload_kept": (
        "submission_payload",
        "BEFORE DELETE ON submission_payload FOR EACH ROW EXECUTE FUNCTION taizhang_payload_kept()",
    ),
    "journal_head_no_delete": ("journal_head", f"BEFORE DELETE ON journal_head FOR EACH ROW {_REFUSE}"),
    "journal_head_no_truncate": ("journal_head", f"BEFORE TRUNCATE ON journal_head FOR EACH STATEMENT {_REFUSE}"),
}


def statements() -> list[str]:
    """Return what makes an empty journal, without the row of ``journal_head``."""
    return [*TABLES, *_FUNCTIONS, *(f"CREATE TRIGGER {name} {body}" for name, (_, body) in TRIGGERS.items())]


def without_triggers() -> list[str]:
    """Return what takes the triggers away: for a restore into an empty database, and for tests that tamper."""
    return [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, (table, _) in TRIGGERS.items()]
