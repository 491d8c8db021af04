"""From the price bid to the price evaluated: corrections, validity, deductions, priced facts."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from evaluation.arithmetic import as_json, correct, read_sheet
from evaluation.pipeline.case.bids import Bid
from evaluation.pipeline.case.limits import HUNDRED
from evaluation.pipeline.case.prices import Monetised
from evaluation.pipeline.work import ZERO, Work, mean
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from kernel.trace import WIDE

_TOWARD: Final = {"ceil": ROUND_CEILING, "floor": ROUND_FLOOR}


def read_prices(work: Work) -> None:
    """Take each price as bid, or as its sheet is corrected by law (M87 art. 59)."""
    priced = [bid for bid in work.case.bids if bid.price is not None or bid.sheet]
    if priced and len(priced) < len(work.case.bids):
        names = sorted({b.name for b in work.case.bids} - {b.name for b in priced})
        message = _("有的投标没有报价：%(names)s。")
        raise Invalid("evaluate.price_missing", message, names="、".join(names))
    if not priced and (work.case.benchmark or not _has_scores(work)):
        raise Invalid("evaluate.nothing_to_evaluate", _("没有报价也没有得分，无法评审。"))
    for bid in priced:
        work.contract[bid.name] = _price_of(bid, work)
    if not priced and (work.case.corrections or work.case.deductions):
        message = _("投标没有报价，不能修正或扣除。")
        raise Invalid("evaluate.nothing_to_adjust", message)
    for amount in work.case.corrections:
        if amount.confirmed:
            before = work.contract[amount.bidder]
            after = before + amount.amount
            formula = f"确认的修正：报价 ＋ 修正额（{amount.why}）"
            work.trace.note(
                "corrections", amount.bidder, formula, f"{after:f}", price=before,
                amount=amount.amount,
            )  # fmt: skip
            work.contract[amount.bidder] = after
    for name, price in work.contract.items():
        _sensible(name, price, work)


def check_validity(work: Work) -> None:
    """Reject what lies outside the band the document states; exactly on a limit is inside."""
    limits = work.case.validity
    for bid in work.case.bids:
        if bid.rejected:
            work.reject(bid.name, "review", "R15", bid.rejected.replace("%", "%%"))
    for bid in work.valid:
        price = work.contract.get(bid.name)
        if price is None:
            continue
        if limits.ceiling is not None and price > limits.ceiling:
            message = _("报价 %(price)s 超过最高限价 %(ceiling)s")
            work.reject(
                bid.name, "above_ceiling", "R05", message, price=price, ceiling=limits.ceiling
            )
        elif limits.floor is not None and price < limits.floor:
            message = _("报价 %(price)s 低于最低限价 %(floor)s")
            work.reject(bid.name, "below_floor", "R15", message, price=price, floor=limits.floor)
        elif limits.reference is not None:
            _within_reference(bid.name, price, limits.reference, work)


def review_low_prices(work: Work) -> None:
    """Start a review of abnormally low quotes, strictly below a line (财库〔2026〕2号).

    Quotes count before any deduction; whoever could not justify its price is invalid.
    """
    rule, quotes = work.case.low_price, _quotes(work)
    if rule is None or not quotes:
        return
    ordered = sorted(quotes.values())
    lines = {"mean": (rule.mean_share, mean(ordered))}
    if len(ordered) > 1:
        lines["next"] = (rule.next_share, ordered[1])
    highest = HUNDRED if work.case.price_form == "rate" else work.case.validity.ceiling
    limit = rule.limit if rule.limit is not None else highest
    if limit is not None:
        lines["limit"] = (rule.limit_share, limit)
    for name, price in quotes.items():
        triggers = [
            {"rule": which, "line": f"{share * base:.2f}", **_exact(share * base, work)}
            for which, (share, base) in lines.items()
            if price < share * base
        ]
        if triggers:
            _review(name, price, triggers, work)
    for name in rule.unproven:
        if name in quotes:
            message = _("异常低价审查未能证明其报价合理性（报价 %(price)s）")
            work.reject(name, "low_price_unproven", "R06", message, price=quotes[name])


def _exact(line: Decimal, work: Work) -> dict[str, str]:
    """Give the whole line where prices are rates: in money more of its digits tell."""
    return {"exact": f"{line:f}"} if work.case.price_form == "rate" else {}


def deduct(work: Work) -> None:
    """Apply policy deductions: rates of one bidder are added, never multiplied, on its quote."""
    earned = _earned(work)
    for bid in work.valid:
        if bid.name not in work.contract:
            continue
        price = work.contract[bid.name]
        if work.case.price_form == "rate":
            work.evaluated[bid.name] = _from_rate(bid.name, price, work)
            price = work.evaluated[bid.name]
        rates = earned.get(bid.name, {})
        total = sum(rates.values(), ZERO)
        if total >= 1:
            message = _("%(bidder)s 的价格扣除合计达到 100%%。")
            raise Invalid("evaluate.deduction_too_large", message, bidder=bid.name)
        work.evaluated[bid.name] = price * (1 - total)
        if rates:
            work.trace.number(
                "deductions", bid.name, "评审价 ＝ 报价 ×（1 － 各项扣除率之和）",
                work.evaluated[bid.name], None, price=price, **rates,
            )  # fmt: skip


def add_priced_facts(work: Work) -> None:
    """Add what the document prices: corrections that only count for comparison, and facts."""
    for amount in work.case.corrections:
        if not amount.confirmed and amount.bidder in work.evaluated:
            _add(amount.bidder, amount.amount, f"评审价 ＋ {amount.why}", work, {})
    _require_positive(work)
    for rule in work.case.monetised:
        for bid in work.valid:
            _monetise(rule, bid, work)
    if work.case.benchmark is not None:
        _require_positive(work)  # nothing can be measured against a price of nothing
    for name, price in work.evaluated.items():
        if price <= 0:
            message = _("%(bidder)s 的评审价 %(price)s 不大于零，仍按评审价比较；合同价是报价。")
            work.warn("evaluated_below_zero", message, bidder=name, price=price)


def _require_positive(work: Work) -> None:
    for name, price in work.evaluated.items():
        if price <= 0:
            raise _absurd(name, price)


def _has_scores(work: Work) -> bool:
    return any(bid.scores or bid.experts or bid.marks for bid in work.case.bids)


def _price_of(bid: Bid, work: Work) -> Decimal:
    if bid.sheet is None:
        return bid.price if bid.price is not None else ZERO
    correction = correct(read_sheet(bid.sheet, f"sheet({bid.name})"), work.case.arithmetic)
    if bid.price is not None and bid.price != correction.stated:
        message = _("%(bidder)s 的报价与其报价表写明的金额不同。")
        raise Invalid("evaluate.price_contradicts_sheet", message, bidder=bid.name)
    work.corrections.append({"bidder": bid.name, **as_json(correction)})
    for finding in correction.findings:
        work.trace.note(
            "arithmetic", bid.name, finding.message, f"{finding.after:f}", before=finding.before
        )
    return correction.corrected


def _sensible(name: str, price: Decimal, work: Work) -> None:
    """Refuse a price of nothing, and a discount rate that leaves nothing to pay."""
    if (price >= HUNDRED) if work.case.price_form == "rate" else (price <= 0):
        raise _absurd(name, price)


def _absurd(name: str, price: Decimal) -> Invalid:
    message = _("%(bidder)s 的报价 %(price)s 不是可以评审的数。")
    return Invalid("evaluate.price_absurd", message, bidder=name, price=f"{price:f}")


def _within_reference(name: str, price: Decimal, reference: Decimal, work: Work) -> None:
    limits = work.case.validity
    share = WIDE.divide((price - reference) * HUNDRED, reference)
    over = limits.max_over_pct is not None and share > limits.max_over_pct
    under = limits.max_under_pct is not None and -share > limits.max_under_pct
    if over or under:
        message = _("报价 %(price)s 超出标底 %(reference)s 的允许幅度")
        code = "above_reference" if over else "below_reference"
        work.reject(name, code, "R15", message, price=price, reference=reference)


def _quotes(work: Work) -> dict[str, Decimal]:
    quoted = work.quoted
    return {b.name: quoted[b.name] for b in work.valid if b.name in quoted}


def _review(name: str, price: Decimal, triggers: list[dict[str, str]], work: Work) -> None:
    work.reviews.append({"bidder": name, "price": f"{price:f}", "triggers": triggers})
    lines = {trigger["rule"]: trigger["line"] for trigger in triggers}
    work.trace.note(
        "low_price_review", name, "报价低于审查线，启动异常低价审查", "审查", price=price, **lines
    )
    message = _("%(bidder)s 的报价 %(price)s 触发异常低价审查")
    work.warn("low_price_review", message, bidder=name, price=f"{price:f}")


def _earned(work: Work) -> dict[str, dict[str, Decimal]]:
    """Give each bidder's rates by kind; the same kind twice for one bidder is refused."""
    earned: dict[str, dict[str, Decimal]] = {}
    for deduction in work.case.deductions:
        for name in deduction.applies_to:
            rates = earned.setdefault(name, {})
            if deduction.kind in rates:
                message = _("%(bidder)s 的同一种扣除（%(kind)s）写了两次。")
                raise Invalid("evaluate.deduction_twice", message, kind=deduction.kind, bidder=name)
            rates[deduction.kind] = deduction.rate
    return earned


def _from_rate(name: str, rate: Decimal, work: Work) -> Decimal:
    """Compare discount rates by what is left to pay of a hundred (rulebook F7)."""
    left = HUNDRED - rate
    return work.trace.number("deductions", name, "评审价 ＝ 100 － 下浮率", left, None, rate=rate)


def _monetise(rule: Monetised, bid: Bid, work: Work) -> None:
    if bid.name not in work.evaluated:
        return
    if rule.fact not in bid.facts:
        message = _("%(bidder)s 缺少评审所需的事实 %(fact)s。")
        raise Invalid("evaluate.fact_missing", message, bidder=bid.name, fact=rule.fact)
    units = bid.facts[rule.fact] - rule.base
    each = rule.late if units > 0 else rule.early
    counted = abs(units)
    if rule.partial in _TOWARD:
        counted = counted.to_integral_value(rounding=_TOWARD[rule.partial])
    inputs = {"fact": bid.facts[rule.fact], "base": rule.base, "per_unit": each}
    _add(bid.name, counted * each, f"评审价 ＋ 单位金额 × 与基准之差（{rule.fact}）", work, inputs)


def _add(name: str, amount: Decimal, formula: str, work: Work, inputs: dict[str, Decimal]) -> None:
    before = work.evaluated[name]
    work.evaluated[name] = work.trace.number(
        "monetised", name, formula, before + amount, None, price=before, amount=amount, **inputs
    )
