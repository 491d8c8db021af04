"""Which withheld rows are whose, once a tender has closed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_keep_rows")]

    operations = [
        migrations.CreateModel(
            name="Resolved",
            fields=[
                ("row", models.UUIDField(primary_key=True, serialize=False)),
                ("tender", models.CharField(db_index=True, max_length=40)),
            ],
        ),
    ]
