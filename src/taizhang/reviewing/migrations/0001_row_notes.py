from django.db import migrations, models


class Migration(migrations.Migration):
    """The table was made by ``importing``."""

    initial = True

    dependencies = [("importing", "0002_notes_and_ledger_drafts_leave")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="RowNote",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("submission", models.BigIntegerField()),
                        ("person", models.CharField(max_length=64)),
                        ("row", models.IntegerField()),
                        ("reason", models.TextField()),
                    ],
                    options={
                        "db_table": "review_note",
                        "constraints": [models.UniqueConstraint(fields=("submission", "person", "row"), name="review_note_key")],
                    },
                ),
            ],
        )
    ]
