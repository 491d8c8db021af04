import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("ledger", "0001_initial"),
        ("monitoring", "0001_initial"),
    ]

    operations = [
        migrations.RemoveField(model_name="recording", name="codec"),
        migrations.RemoveField(model_name="recording", name="init"),
        migrations.RemoveField(model_name="supervision", name="draw"),
        migrations.AddField("supervision", "place", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField(
            "recording", "holder", models.CharField(blank=True, max_length=22, default=""),
            preserve_default=False,
        ),
        migrations.AddField("recording", "leased_until", models.DateTimeField(null=True)),
        migrations.AddField(
            "segment", "run", models.PositiveSmallIntegerField(default=0), preserve_default=False
        ),
        migrations.AddField(
            "segment", "place", models.PositiveIntegerField(default=0), preserve_default=False
        ),
        migrations.AddField(
            "segment",
            "arrived_at",
            models.DateTimeField(default="2026-01-01T00:00:00Z"),
            preserve_default=False,
        ),
        migrations.AddField(
            "segment",
            "init",
            models.ForeignKey(
                default="",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.document",
            ),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="observation", name="observation_state"),
        migrations.AddConstraint(
            "observation",
            models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            "filed",
                            "answered",
                            "accepted",
                            "contested",
                            "escalated",
                            "ruled",
                            "superseded",
                        ),
                    )
                ),
                name="observation_state",
            ),
        ),
        migrations.AddConstraint(
            "recording",
            models.UniqueConstraint(fields=("session", "camera"), name="recording_once"),
        ),
    ]
