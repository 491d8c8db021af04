"""What a bid says of its price besides the total: words, and a unit price for each item."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from evaluation import arithmetic
from kernel.errors import Invalid
from trading.domain import priced
from trading.domain.weighing import LINES
from trading.periods import RuleSet

FIELD: Final = "x-item-{}"
"""The field of a bid that holds the unit price of an item (bid-form.js)."""
_AMOUNT: Final = re.compile(r"[0-9]{1,14}(?:\.[0-9]{1,2})?")
_QUANTITY: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,4})?")


def low_price_lines(rules: RuleSet, stated: Mapping[str, str]) -> dict[str, str]:
    """Give the lines below which a price is asked about: those of the rules, or the stricter ones
    the document states, never above the most that is allowed; none where the rules have none: then
    the committee asks on its own judgement (LOW2).
    """
    most = rules.find("low_bid_most", "max")
    found = {name: rules.find(code, "min") for name, code in LINES.items()}
    lines = {
        name: max(row.value, Decimal(stated.get(name, "0"))) for name, row in found.items() if row
    }
    return {name: f"{min(line, most.value) if most else line:f}" for name, line in lines.items()}


def priced_items(
    items: Sequence[Mapping[str, str]], fields: Mapping[str, Any]
) -> list[dict[str, str]]:
    """Give the items of a lot with the unit prices of a bid; nothing where it prices none of them,
    and a price that is no amount is left out.
    """
    priced = [
        {**item, "unit_price": price} if (price := _unit_price(item, fields)) else dict(item)
        for item in items
    ]
    return priced if any("unit_price" in item for item in priced) else []


def _unit_price(item: Mapping[str, str], fields: Mapping[str, Any]) -> str:
    said = str(fields.get(FIELD.format(item.get("code", "")), "")).strip()
    return said if _AMOUNT.fullmatch(said) else ""


def incomparable(
    scheme: Mapping[str, Any], fields: Mapping[str, Any], price: Decimal, limit: Decimal
) -> tuple[str, str] | None:
    """Give the clause and the reason why a bid cannot be compared: a number that the document
    prices is not stated in it, or not as the document allows; or its sum is not what its rate
    leaves of the limit.
    """
    for fact in priced.asked_of(scheme):
        if fact.stated(fields) is None:
            kind = "" if fact == priced.DISCOUNT else "折价因素"
            clause = f"{kind}“{fact.title}”须填写 {fact.least} 至 {fact.most} 的数"
            said = str(fields.get(fact.field, "")).strip()[:40] or "没有填写"
            return clause, f"无法折算评审价，投标写的是：{said}"
    rate = rate_of(scheme, fields)
    if rate is None or price == (due := priced.sum_after(limit, rate)):
        return None
    clause = "投标总价应等于最高限价 ×（1 － 下浮率），保留到分"
    return clause, f"下浮率 {rate}%，总价应为 {due} 元，投标写的是 {price} 元，两者不一致"


def rate_of(scheme: Mapping[str, Any], fields: Mapping[str, Any]) -> Decimal | None:
    """Give the rate that a bid takes off the limit; None where bids name a sum, or it names none
    that may be.
    """
    said = priced.DISCOUNT.stated(fields) if priced.names_rates(scheme) else None
    return None if said is None else Decimal(said)


def in_yuan(
    scheme: Mapping[str, Any], finding: Mapping[str, Any], price: Decimal | None, limit: Decimal
) -> dict[str, Any]:
    """Give what was found of a low price in money, with the sum that was bid: where bids name rates
    a hundred is the limit.
    """
    if price is None or not priced.names_rates(scheme):
        return dict(finding)
    triggers = [
        {"rule": one["rule"], "line": f"{priced.share_of(limit, Decimal(one['exact'])):f}"}
        for one in finding["triggers"]
    ]
    return {**finding, "price": f"{price:f}", "triggers": triggers}


def stated(scheme: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, str]:
    """Give what a bid states of each fact that the document prices, by its title."""
    said = {one.title: one.stated(fields) for one in priced.facts_of(scheme)}
    return {title: text for title, text in said.items() if text is not None}


def sheet_of(
    price: Decimal | None, fields: Mapping[str, Any], items: Sequence[Mapping[str, str]]
) -> dict[str, object] | None:
    """Give the price of the opening list with its words and lines, as the rule of arithmetic reads
    them; None where there is nothing to compare the figures with.

    Words that are no amount correct nothing, nor do unit prices unless every item has one and a
    quantity that is a number: the figures stand (M87 art. 59).
    """
    if price is None:
        return None
    said = {"words": words} if (words := _words(fields)) else {}
    lines = _lines(priced_items(items, fields))
    whole: dict[str, object] = {"figures": f"{price:f}", **said}
    whole |= {"lines": lines} if lines else {}
    return whole if len(whole) > 1 else None


def _words(fields: Mapping[str, Any]) -> str:
    words = str(fields.get("price_in_words", "")).strip()
    try:
        arithmetic.read_sheet({"words": words} if words else {"figures": "0"})
    except Invalid:
        return ""
    return words


def _lines(priced: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    if not all("unit_price" in i and _QUANTITY.fullmatch(i.get("quantity", "")) for i in priced):
        return []
    return [{"quantity": i["quantity"], "unit_price": i["unit_price"]} for i in priced]


def corrected_items(
    priced: Sequence[Mapping[str, str]], finding: Mapping[str, Any]
) -> list[dict[str, str]]:
    """Mend the one unit price whose point had slipped, as the bidder confirmed it."""
    slips = {
        Decimal(found["before"]): Decimal(found["after"])
        for found in finding.get("findings", ())
        if found["rule"] == "decimal_point"
    }
    mended = []
    for item in priced:
        after = slips.pop(Decimal(item.get("unit_price", "-1")), None)
        mended.append(dict(item) if after is None else {**item, "unit_price": f"{after:f}"})
    return mended
