from django.db import migrations


class Migration(migrations.Migration):
    """Notes on rows go to reviewing, drafts of ledgers to defining; their tables stay as they are."""

    dependencies = [("importing", "0001_drafts_headings_notes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel("RowNote"), migrations.DeleteModel("LedgerDraft")],
        )
    ]
