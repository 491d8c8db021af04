"""Tell an auction step by step: the formula in words, what went in, and what came out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from bidding.auction import ceiling, checks, view
from bidding.auction.details import Terms
from bidding.auction.state import Act, Decision, Offer, State
from bidding.auction.weighing import best_price, points_of, total
from kernel.calendar import SHANGHAI
from kernel.money import round_half_up

HALF_UP: Final = "保留 2 位小数，四舍五入"
OF_PRICE: Final = "价格得分 ＝ 满分 × 报价 ÷ 最高报价"
OF_FALLING: Final = "价格得分 ＝ 满分 × 最低报价 ÷ 报价"
OF_ITEM: Final = "得分 ＝ 满分 ×（承诺值 － 最差值）÷（最好值 － 最差值），不低于 0、不高于满分"
ACTS: Final[Mapping[str, str]] = {
    "bid": "报价",
    "maximum": "自动报价限额",
    "quote": "密封报价",
    "join": "表示参加",
    "decline": "表示不参加",
    "condition": "竞争条件",
    "accept": "应价",
    "exercise": "行使优先购买权",
    "waive": "放弃",
    "pause": "暂停",
    "resume": "恢复",
    "credit": "补足停机时间",
    "void": "宣告无效",
    "draw": "摇号",
    "exclude": "取消竞买资格",
}


@dataclass(frozen=True)
class Step:
    """One line of the trace."""

    step: str
    bidder: str
    formula: str
    inputs: Mapping[str, str]
    result: str
    exact: str = ""
    rounding: str = ""

    def as_json(self) -> dict[str, object]:
        """Give the line as the tools print it."""
        return {
            "step": self.step,
            "bidder": self.bidder,
            "formula": self.formula,
            "inputs": dict(self.inputs),
            "exact": self.exact or self.result,
            "result": self.result,
            "rounding": self.rounding,
        }


def tell_act(terms: Terms, before: State, act: Act, decision: Decision) -> list[Step]:
    """Tell one act: the verdict, each price that now stands, and how the end moved."""
    after = decision.state
    given = {"at": show(act.at)} | ({} if act.price is None else {"price": show(act.price)})
    words = ACTS.get(act.kind, act.kind)
    if not decision.accepted:
        return [Step("refused", act.by, words, given, decision.reason)]
    steps = [Step("accepted", act.by, words, given, str(after.number))]
    steps += [_tell_offer(terms, before, offer) for offer in decision.offers]
    if act.kind == "exclude":
        steps.append(_tell_standing(before, act, after))
    if after.closes_at != before.closes_at or after.phase != before.phase:
        steps.append(_tell_deadline(terms, before, act, after))
    return steps


def tell_phase(terms: Terms, before: State, after: State) -> list[Step]:
    """Tell that a phase ran out, and what decided where something other than time did."""
    came = {"phase": before.phase, "at": show(before.closes_at)}
    steps = [Step("phase", "", "阶段届满", came, after.phase)]
    if after.called > before.called:
        steps.append(_tell_call(before, after))
    if before.phase == "ceiling" and before.branch == "one_shot" and before.quotes:
        steps += _tell_mean(before)
    if terms.weights and before.phase == "open":
        steps += _tell_totals(terms, before)
    return steps


def tell_end(terms: Terms, state: State) -> list[Step]:
    """Tell the reserve check and the rate, once the auction is over."""
    steps = []
    if state.phase == "ended" and terms.reserve is not None and state.price is not None:
        sign = "≤" if terms.falling else "≥"
        shown = {"price": show(state.price), "reserve": show(terms.reserve)}
        words = "达到底价" if checks.meets_reserve(terms, state.price) else "未达到底价"
        steps.append(Step("reserve", state.leader or "", f"报价 {sign} 底价", shown, words))
    if state.outcome == "sold" and state.price is not None:
        steps.append(_tell_rate(terms, state.price))
    return steps


def show(value: Decimal | datetime) -> str:
    """Write a number plainly, an instant by the clock of Shanghai."""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat()
    return f"{value:f}"


def _tell_offer(terms: Terms, before: State, offer: Offer) -> Step:
    step = "automatic" if offer.automatic else "offer"
    inputs = {"price": show(offer.price), "step": show(terms.increment)}
    if before.price is None:
        words = "首次报价不高于起始价" if terms.falling else "首次报价不低于起始价"
        inputs["start_price"] = show(terms.start_price)
    else:
        words = "报价 ≤ 当前价 － 幅度" if terms.falling else "报价 ≥ 当前价 ＋ 幅度"
        inputs["current"] = show(before.price)
    return Step(step, offer.by, words, inputs, show(offer.price))


def _tell_standing(before: State, act: Act, after: State) -> Step:
    """Tell what stands once somebody is out."""
    standing = "无" if before.price is None else show(before.price)
    inputs = {"excluded": str(act.data.get("bidder", "")), "before": standing}
    if after.condition is not None:
        inputs["condition"] = show(after.condition)
    words = "余下竞买人最后一次有效报价"
    return Step(
        "standing",
        after.leader or "",
        words,
        inputs,
        "无" if after.price is None else show(after.price),
    )


def _tell_deadline(terms: Terms, before: State, act: Act, after: State) -> Step:
    inputs = {"received": show(act.at), "before": show(before.closes_at)}
    words = "阶段改变"
    if terms.extension and after.extensions > before.extensions:
        inputs["add_s"] = str(int(terms.extension.add.total_seconds()))
        of_close = terms.extension.counts_from == "close"
        words = "截止时间 ＝ 原截止时间 ＋ 顺延" if of_close else "截止时间 ＝ 收到时间 ＋ 顺延"
    return Step("deadline", act.by, words, inputs, show(after.closes_at))


def _tell_call(before: State, after: State) -> Step:
    price = {} if before.price is None else {"price": show(before.price)}
    told = {"call": str(after.called), "at": show(before.closes_at), **price}
    return Step("call", before.leader or "", "叫价", told, str(after.called))


def _tell_mean(state: State) -> list[Step]:
    mean = ceiling.mean_of(state.quotes)
    quotes = {q.by: show(q.price) for q in state.quotes}
    lines = [Step("mean", "", "平均值 ＝ 报价之和 ÷ 个数", quotes, _fraction(mean))]
    for quote in state.quotes:
        away = abs(Fraction(quote.price) - mean)
        own = {"price": show(quote.price), "mean": _fraction(mean)}
        lines.append(Step("distance", quote.by, "与平均值之差", own, _fraction(away)))
    return lines


def _tell_totals(terms: Terms, state: State) -> list[Step]:
    """Tell what each item of each quote earns, so that anybody can add it up again."""
    if not state.quotes:
        return []
    best = best_price(terms.falling, [quote.price for quote in state.quotes])
    lines = []
    for quote in state.quotes:
        earned = points_of(terms, quote, best)
        lines += [
            Step(
                "points",
                quote.by,
                OF_ITEM if one.code else OF_FALLING if terms.falling else OF_PRICE,
                {"item": one.code or "价格", "offered": show(one.offered), "most": show(one.most)}
                | ({} if one.code else {"best": show(best)}),
                show(one.points),
                rounding=HALF_UP,
            )
            for one in earned
        ]
        lines.append(Step("total", quote.by, "总分 ＝ 各项得分之和", {}, show(total(earned))))
    return lines


def _tell_rate(terms: Terms, price: Decimal) -> Step:
    base = terms.valuation or terms.start_price
    words = "（基准 － 成交价）÷ 基准" if terms.falling else "（成交价 － 基准）÷ 基准"
    share = view.HUNDRED * view.exact_share(base, price, falling=terms.falling)
    inputs = {"price": show(price), "base": show(base)}
    result = show(round_half_up(share, view.RATE_PLACES))
    return Step("premium_rate", "", words, inputs, result, exact=show(share), rounding=HALF_UP)


def _fraction(value: Fraction) -> str:
    """Write an exact fraction to two places, with an ellipsis where it goes on."""
    hundredths = value * 100
    whole = Decimal(hundredths.numerator // hundredths.denominator).scaleb(-2)
    return f"{whole:f}" + ("" if hundredths.denominator == 1 else "…")
