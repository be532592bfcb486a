from django.db import migrations, models


class Migration(migrations.Migration):
    """The table was made by ``importing``."""

    initial = True

    dependencies = [("importing", "0002_notes_and_ledger_drafts_leave")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="LedgerDraft",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("person", models.CharField(db_index=True, max_length=64)),
                        ("text", models.TextField()),
                        ("replacing", models.CharField(blank=True, max_length=64)),
                        ("about", models.JSONField(default=dict)),
                        ("created_at", models.DateTimeField()),
                        ("saved_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "ledger_draft",
                    },
                ),
            ],
        )
    ]
