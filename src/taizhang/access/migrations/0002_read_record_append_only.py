"""The record of reads is only added to: the database itself refuses the rest, whoever asks."""

from __future__ import annotations

from typing import Any

from django.db import migrations

_SQLITE = "BEGIN SELECT RAISE(ABORT, 'the record of reads is only added to'); END"
STATEMENTS = {
    "sqlite": [
        f"CREATE TRIGGER read_record_no_update BEFORE UPDATE ON read_record {_SQLITE}",
        f"CREATE TRIGGER read_record_no_delete BEFORE DELETE ON read_record {_SQLITE}",
    ],
    "postgresql": [
        """
CREATE FUNCTION taizhang_read_record_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the record of reads is only added to' USING ERRCODE = 'restrict_violation'; END $$
""",
        "CREATE TRIGGER read_record_no_change BEFORE UPDATE OR DELETE ON read_record"
        " FOR EACH ROW EXECUTE FUNCTION taizhang_read_record_append_only()",
        "CREATE TRIGGER read_record_no_truncate BEFORE TRUNCATE ON read_record"
        " FOR EACH STATEMENT EXECUTE FUNCTION taizhang_read_record_append_only()",
    ],
}


def create(apps: Any, schema_editor: Any) -> None:
    """Make the triggers of the database in use."""
    for statement in STATEMENTS[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Triggers only; the tables stay as they are."""

    dependencies = [("access", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
