"""The ranked candidates with all that a purchaser decides by and a result has to name."""

from collections.abc import Mapping, Sequence
from typing import Any

from bidding.models import Bid
from evaluation import domain, pricing, queries
from evaluation.models import Evaluation
from trading import queries as tenders
from trading.domain import ties
from trading.markets import method_of


def candidates_of(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Give the ranked candidates as plain values for the purchaser's decision, with the unit prices
    and declarations that a result names (GPR 43).
    """
    reviews = queries.price_reviews(evaluation).filter(kind="correction", decision="confirmed")
    mended, earned = dict(reviews.values_list("bid_id", "finding")), queries.declared(evaluation)
    return [
        {
            "lot": ranking.lot.number,
            "rank": candidate.rank,
            "supplier_uscc": candidate.bid.bidder.uscc,
            "supplier": candidate.bid.bidder.name,
            "bid": candidate.bid.commit_hash,
            "price": format(candidate.price, "f"),
            "total": candidate.total,
            "offer": _offer(candidate.bid),
            "items": _items(candidate.bid, mended.get(candidate.bid_id, {})),
            "declarations": _declarations(candidate.bid, earned.get(candidate.bid_id, ())),
        }
        for ranking in evaluation.rankings.select_related("lot").order_by("lot__number")
        for candidate in ranking.candidates.select_related(
            "bid__bidder", "bid__lot__tender"
        ).order_by("rank", "bid__sequence")
    ]


def cut_off(evaluation: Evaluation, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say it where the most that may be recommended falls between equals (BLR 53)."""
    tender = evaluation.tender
    most = tenders.rules_of(tender, tender.drafted_at).find("candidates_most", "max")
    equals = ties.cut(rows, int(most.value)) if most else []
    if not most or not equals:
        return []
    names, rank = "、".join(str(one["bidder"]) for one in equals), equals[0]["rank"]
    limit = f"推荐的候选人不超过 {most.value:f} 名（{most.basis.article}），不能全部推荐"
    mend = "请按文件规定的次序或者公开抽签分出先后，再提交报告"
    return [f"{names} 并列第 {rank}，{limit}；{mend}"]


def _items(bid: Bid, finding: Mapping[str, Any]) -> list[dict[str, str]]:
    return pricing.corrected_items(pricing.priced_items(bid.lot.items, bid.fields), finding)


def _declarations(bid: Bid, declared: tuple[str, ...]) -> list[str]:
    """Name what a bid declared and was favoured for, where its document favours it."""
    offered = bid.tender.scheme.get("deductions", {})
    size = {"size": domain.FAVOURED_SIZES.get(bid.bidder.size, "")}
    earned = domain.earned(bid.bidder.size, declared, bid.lot.reserved)
    kinds = [kind for kind in earned if kind in offered]
    if bid.lot.reserved:  # its place among small firms is what it declared (46号)
        kinds = ["small_firm", *kinds]
    return [str(domain.DECLARED[kind]) % size for kind in kinds]


def _offer(bid: Bid) -> dict[str, str]:
    """Give what a bid promises besides its price, as it was read out, where the method names it;
    and the rate its price comes from, where bids name one.
    """
    named, rate = method_of(bid.tender).offer_fields, pricing.rate_of(bid.tender.scheme, bid.fields)
    said = {name: bid.fields[name] for name in (*named, "days") if named and bid.fields.get(name)}
    return said if rate is None else {**said, "rate": f"{rate:f}"}
