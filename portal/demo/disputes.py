"""What a supplier of the town disputes: a challenge, and a complaint after its answer."""

from datetime import datetime, timedelta
from decimal import Decimal

from portal.demo.opening import actor
from portal.demo.town import Purchase
from trading import services as trading
from trading.models import Challenge


def challenge(purchase: Purchase, code: str, closed_at: datetime) -> None:
    """Let a supplier challenge the result, where it goes so far, and the agency take it up."""
    if purchase.state not in {"challenged", "complained"}:
        return
    at = closed_at + timedelta(days=2, hours=1)
    filed = trading.file_challenge(
        actor=actor(_dearest(purchase), at),
        code=code,
        about="result",
        matters="我公司技术参数全部满足且有三项正偏离，对技术部分得分低于中标供应商提出质疑。",
        claim="请复核技术部分评分，并书面说明理由。",
        law="《政府采购法》第五十二条、《政府采购质疑和投诉办法》第十条",
        lot=1,
        at=at,
    )
    when = at + timedelta(hours=4)
    trading.accept_challenge(actor=actor("sun", when), code=code, number=filed.code, at=when)


def complain(purchase: Purchase, code: str, closed_at: datetime) -> None:
    """Let the answer not satisfy the supplier, and the finance department take its complaint up and
    send out the copies; the agency has explained itself, the purchaser not yet.
    """
    if purchase.state != "complained":
        return
    at, supplier = closed_at + timedelta(days=4), _dearest(purchase)
    raised = Challenge.objects.get(tender__code=code)
    trading.answer_challenge(
        actor=actor("sun", at),
        code=code,
        number=raised.code,
        outcome="dismissed",
        answer="经组织原评审委员会复核，技术部分评分与采购文件规定的评分标准一致，质疑事项不成立。",
        at=at,
    )
    when = at + timedelta(days=1)
    filed = trading.file_complaint(
        actor=actor(supplier, when),
        code=code,
        ground=raised.code,
        matters="对质疑答复不满意：三项正偏离有检测报告证明，未按评分标准计分。",
        claim="请责令重新评审。",
        law="《政府采购法》第五十五条、《政府采购质疑和投诉办法》第十七条",
        at=when,
    )
    taken, number = when + timedelta(hours=5), filed.code
    trading.accept_complaint(actor=actor("wang", taken), code=code, number=number, at=taken)
    sent = taken + timedelta(hours=1)
    trading.copy_complaint(actor=actor("wang", sent), code=code, number=number, at=sent)
    said = sent + timedelta(hours=20)
    trading.explain_complaint(
        actor=actor("sun", said),
        code=code,
        number=number,
        explanation="评分记录显示，三项偏离中两项的检测报告不在有效期内，评审委员会未予加分，记录可查。",
        at=said,
    )


def _dearest(purchase: Purchase) -> str:
    """Name who asked for most in the first lot, and so did not win it."""
    prices = purchase.prices[0]
    return max(prices, key=lambda name: Decimal(prices[name]))
