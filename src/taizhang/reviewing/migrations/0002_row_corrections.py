from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviewing", "0001_row_notes")]

    operations = [
        migrations.CreateModel(
            name="RowCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("submission", models.BigIntegerField()),
                ("row", models.IntegerField()),
                ("values", models.JSONField(default=dict)),
                ("left_out", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "review_correction",
                "constraints": [models.UniqueConstraint(fields=("submission", "row"), name="review_correction_key")],
            },
        )
    ]
