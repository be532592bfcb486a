"""The journal's tables and triggers, by the SQL of the database in use, and its empty head."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from taizhang.journal.engine import schema
from taizhang.journal.hashing import GENESIS


def create(apps: Any, schema_editor: Any) -> None:
    """Make the tables and the one row of ``journal_head``."""
    for statement in schema(schema_editor.connection.vendor).statements():
        schema_editor.execute(statement, params=None)
    schema_editor.execute("INSERT INTO journal_head VALUES (1, 0, 0, 0, NULL, %s, %s)", params=[GENESIS.hex(), GENESIS.hex()])


class Migration(migrations.Migration):
    """The state is written out so that Django notices when ``models.py`` drifts from it; the database gets our own SQL."""

    initial = True

    dependencies = []

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(create, migrations.RunPython.noop)],
            state_operations=[
                migrations.CreateModel(
                    name="JournalHead",
                    fields=[
                        ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("numbers", models.BigIntegerField()),
                        ("decisions", models.BigIntegerField()),
                        ("position", models.BigIntegerField()),
                        ("submission", models.BigIntegerField(null=True)),
                        ("rows_hash", models.TextField()),
                        ("hash", models.TextField()),
                    ],
                    options={
                        "db_table": "journal_head",
                    },
                ),
                migrations.CreateModel(
                    name="Submission",
                    fields=[
                        ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("ledgers", models.TextField()),
                        ("status", models.TextField()),
                        ("person", models.TextField()),
                        ("source_kind", models.TextField()),
                        ("source_name", models.TextField()),
                        ("source_sha256", models.TextField(null=True)),
                        ("note", models.TextField()),
                        ("created_at", models.DateTimeField()),
                        ("rows", models.BigIntegerField()),
                        ("payload_hash", models.TextField(null=True)),
                        ("decision", models.BigIntegerField(null=True, unique=True)),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("decided_by", models.TextField(null=True)),
                        ("reason", models.TextField()),
                        ("first_seq", models.BigIntegerField(null=True)),
                        ("last_seq", models.BigIntegerField(null=True)),
                        ("algorithm", models.TextField(null=True)),
                        ("rows_hash", models.TextField(null=True)),
                        ("previous_hash", models.TextField(null=True)),
                        ("hash", models.TextField(null=True)),
                    ],
                    options={
                        "db_table": "submission",
                    },
                ),
                migrations.CreateModel(
                    name="EntryVersion",
                    fields=[
                        ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("submission", models.BigIntegerField()),
                        ("ledger", models.TextField()),
                        ("entry", models.TextField()),
                        ("version", models.BigIntegerField()),
                        ("op", models.TextField()),
                        ("division", models.TextField()),
                        ("data", models.TextField()),
                        ("original", models.TextField(null=True)),
                        ("confirmed", models.TextField(null=True)),
                        ("sheet", models.TextField(null=True)),
                        ("line", models.BigIntegerField(null=True)),
                        ("replaces", models.BigIntegerField(null=True)),
                        ("previous", models.BinaryField()),
                        ("hash", models.BinaryField()),
                    ],
                    options={
                        "db_table": "entry_version",
                        "constraints": [models.UniqueConstraint(fields=("ledger", "entry", "version"), name="entry_version_key")],
                    },
                ),
                migrations.CreateModel(
                    name="SubmissionPayload",
                    fields=[
                        (
                            "submission",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to="journal.submission"
                            ),
                        ),
                        ("content", models.BinaryField()),
                    ],
                    options={
                        "db_table": "submission_payload",
                    },
                ),
                migrations.AddIndex(
                    model_name="submission",
                    index=models.Index(fields=["source_sha256"], name="submission_source"),
                ),
            ],
        ),
    ]
