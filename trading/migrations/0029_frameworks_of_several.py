"""Call-offs know who buys and what it costs; agreements, since when everybody knows of them."""

import django.db.models.deletion
from django.db import migrations, models

CENTS = 2
STATES = ("shortlisted", "in_force", "ended", "terminated", "withdrawn")


def fill(apps, _editor):
    """Give what was called off so far to the framework's own purchaser, at its price."""
    for made in apps.get_model("trading", "CallOff").objects.select_related(
        "lot__tender", "agreement"
    ):
        made.purchaser_id = made.lot.tender.purchaser_id
        if made.price is not None:
            made.amount = round(made.quantity * made.price, CENTS)
        if made.agreement is not None:
            made.agreed_amount = round(made.quantity * made.agreement.price, CENTS)
        made.save(update_fields=["purchaser", "amount", "agreed_amount"])
    told = apps.get_model("trading", "Notice").objects.filter(kind="result")
    for tender, at in told.order_by("-number").values_list("tender", "published_at"):
        rows = apps.get_model("trading", "FrameworkAgreement").objects.filter(
            lot__tender=tender, notified_at=None
        )
        rows.exclude(due_on=None).update(notified_at=at)


def money(title):
    return models.DecimalField(decimal_places=2, max_digits=16, null=True, verbose_name=title)


def words(title):
    return models.CharField(blank=True, max_length=300, verbose_name=title)


def purchaser(**options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="call_offs",
        to="accounts.organisation",
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_cache_row"),
        ("trading", '0028_redress'),
    ]

    operations = [
        migrations.AddField("calloff", "amount", money("金额（元）")),
        migrations.AddField("calloff", "agreed_amount", money("按协议单价的金额（元）")),
        migrations.AddField("calloff", "purchaser", purchaser(null=True)),
        migrations.AddField("frameworkagreement", "notified_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "frameworkagreement", "withdrawal", words("申请退出的理由")
        ),
        migrations.AddField(
            "frameworkagreement", "withdrawal_refusal", words("不同意退出的理由")
        ),
        migrations.AddField(
            "frameworkagreement", "withdrawal_asked_at", models.DateTimeField(null=True)
        ),
        migrations.RemoveConstraint("frameworkagreement", "framework_state"),
        migrations.AddConstraint(
            "frameworkagreement",
            models.CheckConstraint(
                condition=models.Q(state__in=STATES), name="framework_state"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("calloff", "purchaser", purchaser()),
        migrations.AddIndex(
            "calloff",
            models.Index(fields=["-published_at", "-id"], name="call_off_published"),
        ),
        migrations.AddIndex(
            "frameworkagreement",
            models.Index(fields=["-notified_at", "-id"], name="agreement_notified"),
        ),
    ]
