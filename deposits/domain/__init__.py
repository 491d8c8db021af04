"""The life of a refund, and the facts that money around a bid leaves."""

from kernel.facts import Reach, facts
from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _

REFUND = Lifecycle(
    name="refund",
    initial="due",
    titles={"due": _("待退还"), "paid": _("已退还"), "stopped": _("停止退还")},
    moves={
        "pay": Move(("due",), "paid"),
        "stop": Move(("due",), "stopped"),
    },
)

CLAIM = Lifecycle(
    name="claim",
    initial="due",
    titles={
        "due": _("待向保函出具机构索赔"),
        "made": _("已索赔，待赔付"),
        "paid": _("保函已赔付"),
        "refused": _("保函出具机构拒绝赔付"),
        "dropped": _("不再索赔"),
    },
    moves={
        "make": Move(("due", "refused"), "made"),
        "pay": Move(("made",), "paid"),
        "refuse": Move(("made",), "refused"),
        "withdraw": Move(("made",), "due"),
        "drop": Move(("due", "refused"), "dropped"),
    },
)

SECURITY = Lifecycle(
    name="security",
    initial="lodged",
    titles={
        "lodged": _("已提交"),
        "released": _("待退还"),
        "returned": _("已退还"),
        "forfeited": _("不予退还"),
    },
    moves={
        "release": Move(("lodged",), "released"),
        "drop": Move(("lodged",), "released"),
        "return": Move(("released",), "returned"),
        "forfeit": Move(("lodged",), "forfeited"),
        "restore": Move(("forfeited",), "lodged"),
    },
)

# Restricted facts lie in a stream of their own without a tender's number, several of one act in one
# fact: the log shows kind and number of every fact, and neither may tell how many paid.
FACTS = facts(
    Reach.RESTRICTED,
    {
        "deposits.settled": _("保证金入账"),
        "receipt.posted": _("截止后收到款项"),
        "refunds.due": _("保证金应退"),
        "refunds.paid": _("保证金已退"),
        "refunds.shifted": _("退还期限顺延"),
        "refunds.overdue": _("保证金逾期未退"),
        "deposits.converted": _("保证金转作价款"),
        "deposit.forfeited": _("保证金不予退还"),
        "forfeit.undone": _("撤销不予退还"),
        "claim.made": _("向保函出具机构索赔"),
        "claim.paid": _("保函出具机构赔付"),
        "claim.refused": _("保函出具机构拒绝赔付"),
        "claim.withdrawn": _("撤回保函索赔"),
        "claims.overdue": _("保函期满未索赔"),
        "deposits.held": _("保证金暂不退还"),
        "hold.lifted": _("解除暂不退还"),
        "security.lodged": _("提交履约保函"),
        "security.received": _("收到履约保证金"),
        "security.released": _("履约完成，释放履约保证金"),
        "security.dropped": _("合同不再签订，释放履约保证金"),
        "security.returned": _("退还履约保证金"),
        "security.forfeited": _("履约保证金不予退还"),
        "security.restored": _("撤销履约保证金不予退还"),
    },
) | facts(
    Reach.WITHHELD,
    {
        "deposit.account_opened": _("取得保证金子账号"),
        "security.account_opened": _("开立履约保证金子账号"),
        "receipt.noted": _("银行通知收款"),
        "bank_number.used": _("登记银行流水号"),
        "deposit.received": _("收到保证金"),
        "guarantee.handed_in": _("提交保函"),
    },
)
STREAM = "deposits"
