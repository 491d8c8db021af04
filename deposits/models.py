"""Deposits and the journal of what happened to them; what is posted never changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from deposits import domain
from deposits.domain import holds, journal, outcomes, receipts
from trading.domain import performance
from trading.models import Contract, Lot, Tender, money


def refund_states() -> list[tuple[str, str]]:
    """Give the states of a refund; a callable, so that a new state needs no migration."""
    return domain.REFUND.choices()


def claim_states() -> list[tuple[str, str]]:
    """Give the states of a claim on a guarantor."""
    return domain.CLAIM.choices()


def security_states() -> list[tuple[str, str]]:
    """Give the states of a performance security."""
    return domain.SECURITY.choices()


def security_forms() -> list[tuple[str, str]]:
    """Give the forms in which a performance security is lodged."""
    return list(performance.FORMS.items())


def outcome_choices() -> list[tuple[str, str]]:
    """Give what may become of a deposit."""
    return list(outcomes.OUTCOMES.items())


def hold_causes() -> list[tuple[str, str]]:
    """Give why a deposit may not go back by itself."""
    return list(holds.CAUSES.items())


def receipt_codes() -> list[tuple[str, str]]:
    """Give what a payment may be worth."""
    return list(receipts.RECEIPT_CODES.items())


def entry_kinds() -> list[tuple[str, str]]:
    """Give the kinds of journal entry."""
    return list(journal.ENTRY_KINDS.items())


def accounts() -> list[tuple[str, str]]:
    """Give the accounts of the journal."""
    return list(journal.ACCOUNTS.items())


class Settlement(models.Model):
    """That a tender's withheld receipts have become rows of the journal, once."""

    tender = models.OneToOneField(Tender, models.PROTECT, related_name="deposit_settlement")
    bidders = models.JSONField(default=dict)
    at = models.DateTimeField()


class Deposit(models.Model):
    """What one bidder laid down for one lot; its row is the lock of its accounts."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="deposits")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="deposits")
    bidder = models.ForeignKey(Organisation, models.PROTECT, related_name="deposits")
    account = models.CharField(_("子账号"), max_length=32)
    asked = money(_("应交金额（元）"))
    has_bid = models.BooleanField(_("已投标"), default=False)
    hold = models.CharField(max_length=12, choices=hold_causes, blank=True)
    held_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "bidder"], name="deposit_of_bidder"),
        ]
        indexes = [models.Index(fields=["account"], name="deposit_account")]


class Receipt(models.Model):
    """One payment as the bank told it, and what of it counts."""

    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="receipts")
    number = models.CharField(_("银行流水号"), max_length=40, unique=True)
    payer = models.CharField(_("付款人"), max_length=100)
    payer_uscc = models.CharField(_("付款人统一社会信用代码"), max_length=18, blank=True)
    amount = money(_("金额（元）"))
    counts = money(_("计入金额（元）"))
    code = models.CharField(max_length=40, choices=receipt_codes)
    credited_at = models.DateTimeField(_("到账时间"))
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["credited_at", "number"]


class JournalEntry(models.Model):
    """One posted entry; `once` names what may be posted once only, whoever does it."""

    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=entry_kinds)
    once = models.CharField(max_length=80, unique=True)
    ref = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")

    class Meta:
        ordering = ["pk"]


class JournalLine(models.Model):
    """One side of an entry: an account and what moves on it."""

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="lines")
    account = models.CharField(max_length=10, choices=accounts)
    # Whole fen, a debit with a plus and a credit with a minus: SQLite adds decimals up as floats.
    fen = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "account"], name="journal_line_account"),
        ]


class Refund(models.Model):
    """Money that has to go back by a day: a due row."""

    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="refunds")
    receipt = models.OneToOneField(Receipt, models.PROTECT, null=True, related_name="refund")
    outcome = models.CharField(max_length=20, choices=outcome_choices)
    payee = models.CharField(_("收款人"), max_length=120)
    amount = money(_("应退金额（元）"))
    article = models.CharField(max_length=80)
    with_interest = models.BooleanField(default=False)
    starts_on = models.DateField(_("起算日"))
    due_on = models.DateField(_("退还期限"))
    state = models.CharField(max_length=10, choices=refund_states, default="due")
    interest = money(_("利息（元）"), default=0)
    paid_on = models.DateField(_("退还日期"), null=True)
    bank_number = models.CharField(_("银行流水号"), max_length=40, null=True, unique=True)  # noqa: DJ001 - unique where there is one
    confirmed_by = models.CharField(max_length=80, blank=True)
    overdue_told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=domain.REFUND.states), name="refund_state"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="refund_due")]


class Forfeit(models.Model):
    """A decision that a deposit is not given back, with article and reason, and its undoing."""

    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="forfeits")
    ground = models.CharField(max_length=20, choices=outcome_choices)
    article = models.CharField(_("依据条款"), max_length=80)
    reason = models.CharField(_("理由"), max_length=300)
    amount = money(_("金额（元）"))
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="forfeit")
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undo_reason = models.CharField(_("撤销理由"), max_length=300, blank=True)
    hold = models.CharField(max_length=12, choices=hold_causes, blank=True)

    class Meta:
        ordering = ["pk"]


class Claim(models.Model):
    """What a guarantor is to pay for a letter whose bidder lost its deposit: a due row, which its
    last day of validity ends.
    """

    forfeit = models.OneToOneField(Forfeit, models.PROTECT, related_name="claim")
    amount = money(_("索赔金额（元）"))
    due_on = models.DateField(_("索赔期限"))
    state = models.CharField(max_length=10, choices=claim_states, default="due")
    made_on = models.DateField(_("索赔日期"), null=True)
    answered_on = models.DateField(_("答复日期"), null=True)
    bank_number = models.CharField(_("银行流水号"), max_length=40, blank=True)
    refusal = models.CharField(_("拒绝赔付的理由"), max_length=300, blank=True)
    overdue_told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=domain.CLAIM.states), name="claim_state"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="claim_due")]


class Guarantee(models.Model):
    """A guarantee letter in place of money; its file is bound by the digest handed in in time."""

    deposit = models.OneToOneField(Deposit, models.PROTECT, related_name="guarantee")
    issuer = models.CharField(_("出具机构"), max_length=100)
    number = models.CharField(_("保函编号"), max_length=60)
    amount = money(_("担保金额（元）"))
    valid_until = models.DateField(_("有效期至"))
    beneficiary = models.CharField(_("受益人"), max_length=120)
    sha256 = models.CharField(max_length=64)
    handed_in_at = models.DateTimeField()
    document = models.ForeignKey("ledger.Document", models.PROTECT, null=True, related_name="+")


class Security(models.Model):
    """What a winner lodged so that its contract is performed: money, booked on the accounts of its
    deposit for the lot, or a letter.
    """

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="lodged_security")
    deposit = models.ForeignKey(Deposit, models.PROTECT, null=True, related_name="securities")
    form = models.CharField(_("提交形式"), max_length=10, choices=security_forms)
    amount = money(_("金额（元）"))
    issuer = models.CharField(_("出具机构"), max_length=100, blank=True)
    number = models.CharField(_("保函编号或银行流水号"), max_length=60)
    valid_until = models.DateField(_("有效期至"), null=True)
    document = models.ForeignKey("ledger.Document", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=security_states, default="lodged")
    lodged_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    dropped_article = models.CharField(_("依据条款"), max_length=80, blank=True)
    dropped_reason = models.CharField(_("理由"), max_length=300, blank=True)
    return_due_on = models.DateField(_("退还期限"), null=True)
    forfeited_at = models.DateTimeField(null=True)
    forfeit_article = models.CharField(_("依据条款"), max_length=80, blank=True)
    forfeit_reason = models.CharField(_("理由"), max_length=300, blank=True)
    forfeit_entry = models.ForeignKey(JournalEntry, models.PROTECT, null=True, related_name="+")
    restored_reason = models.CharField(_("撤销理由"), max_length=300, blank=True)
    returned_at = models.DateTimeField(null=True)
    return_number = models.CharField(_("退还的银行流水号"), max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=domain.SECURITY.states), name="security_state"
            ),
        ]
