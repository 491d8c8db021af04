"""What a report says of all that came before the ranking: the announcements it rests on, the
opening, the standards, who sat and who left, each clause of each bid, and the drawn factor (EV12
42, M87 58).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bidding.domain import BID
from bidding.models import Bid
from evaluation import domain, queries
from evaluation.models import Check, Evaluation, Exclusion
from evaluation.queries import factors
from evaluation.queries.candidates import candidates_of
from kernel.text import gettext_noop as _
from ledger import queries as record
from ledger.canonical import timestamp
from trading.domain import scheme as schemes
from trading.markets import method_of, words_of
from trading.models import Tender

ABREAST: Final = 5
"""How many bidders stand beside each other in a table of checks."""
STAGES: Final = {"qualification": _("资格审查"), "conformity": _("符合性审查")}
WHOLE: Final = _("资格审查与符合性审查")
LEFT: Final = {
    "seat.declined": _("不能参加"),
    "seat.recused": _("回避"),
    "seat.removed": _("更换"),
}
"""How a member leaves a committee, by the fact that tells of it."""


def rejected(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Give the bids that are out, each with the clause it failed and why."""
    return [{**_out(out), "clause": out.clause} for out in queries.exclusions_of(evaluation)]


def told_out(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Give the bids that are out, with the reason their bidders are told."""
    return [_out(out) for out in queries.exclusions_of(evaluation)]


def _out(out: Exclusion) -> dict[str, Any]:
    return {
        "lot": out.bid.lot.number,
        "supplier_uscc": out.bid.bidder.uscc,
        "supplier": out.bid.bidder.name,
        "bid": out.bid.commit_hash,
        "reason": f"{domain.REASON_CODES[out.code]}：{out.reason}",
    }


def expert_draw(evaluation: Evaluation) -> dict[str, Any]:
    """Give the draw of the experts with all that anybody needs to draw them again."""
    told = record.first_fact(evaluation.tender.code, "evaluation.drawn")
    return {
        "pool_digest": evaluation.pool_digest,
        "pool_size": len(evaluation.pool),
        "commit": evaluation.seed_commit,
        "seed": told.data["seed"] if told else "",
        "nonce": evaluation.nonce,
        "purpose": told.data["purpose"] if told else "",
        "drawn_at": timestamp(told.at) if told else "",
        "drawn": evaluation.draw.get("drawn", []),
    }


def before_ranking(evaluation: Evaluation) -> dict[str, Any]:
    """Give all of it as plain values."""
    tender = evaluation.tender
    return {
        "notices": _notices(tender),
        "text_digest": tender.text_digest,
        "openings": _openings(tender),
        "bids": _bids(tender),
        "standards": _standards(tender),
        "changes": _changes(evaluation),
        "checks": _checks(evaluation),
        "factor": _factor(tender),
        "recommended": _recommended(evaluation),
        "failed": [
            {"called": _called(tender, lot.number), "title": lot.title, "reason": lot.failure}
            for lot in tender.lots.filter(state="failed").order_by("number")
        ],
    }


def _called(tender: Tender, number: int) -> str:
    return str(words_of(tender)["lot_number"] % {"number": number})


def _notices(tender: Tender) -> list[dict[str, str]]:
    """Give what was published here before the deadline: the document and every change to it."""
    told = tender.notices.filter(published_at__lte=tender.bids_close_at).order_by("number")
    return [{"title": n.kind_title, "published_at": timestamp(n.published_at)} for n in told]


def _openings(tender: Tender) -> list[dict[str, str]]:
    """Say when and where each stage was opened, and who led it."""
    return [
        {
            "stage": made.stage,
            "started_at": timestamp(made.started_at) if made.started_at else "",
            "ended_at": timestamp(made.ended_at) if made.ended_at else "",
            "place": tender.place,
            "host": made.host.name if made.host else "",
        }
        for made in tender.openings.exclude(started_at=None)
        .select_related("host")
        .order_by("opens_at")
    ]


def _bids(tender: Tender) -> list[dict[str, Any]]:
    """List who handed in a bid, and what became of it at the opening."""
    bids = Bid.objects.filter(tender=tender).select_related("lot", "bidder")
    return [
        {
            "lot": bid.lot.number,
            "sequence": bid.sequence,
            "bidder": bid.bidder.name,
            "uscc": bid.bidder.uscc,
            "submitted_at": timestamp(bid.accepted_at),
            "outcome": _outcome(bid),
            "price": f"{bid.price:.2f}" if bid.price is not None and _reads(bid) else "",
        }
        for bid in bids.order_by("lot__number", "sequence")
    ]


def _outcome(bid: Bid) -> str:
    """Say what became of a bid; where nothing is read out, that it was opened."""
    state = "opened" if bid.state == "read" and not _reads(bid) else bid.state
    return BID.titles[state]


def _reads(bid: Bid) -> bool:
    return method_of(bid.tender).reads_out


def _standards(tender: Tender) -> dict[str, Any]:
    """Give the criteria of the document with their marks, and what the price is worth."""
    scheme = tender.scheme
    marked = schemes.leaves(scheme) if schemes.is_marked(scheme) else []
    return {
        "criteria": [
            {
                "part": schemes.PARTS[leaf.part],
                "title": leaf.title,
                "full": f"{leaf.full:f}",
                "rule": leaf.rule,
            }
            for leaf in marked
        ],
        "price": f"{schemes.price_weight(scheme):f}" if marked else "",
        "ties": schemes.tie_rule(scheme),
    }


def priced(result: Mapping[str, Any]) -> dict[str, Any]:
    """Give how each fact the document prices changed the price of each bid in the comparison."""
    lines = [
        {
            "bidder": step["bidder"],
            "formula": step["formula"],
            **step["inputs"],
            "after": step["result"],
        }
        for step in result["trace"]
        if step["step"] == "monetised"
    ]
    return {"priced": lines} if lines else {}


def _changes(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Tell who left the committee, when, why, and who was drawn instead."""
    code = evaluation.tender.code
    told = list(record.facts_of(code, only=(*LEFT, "seat.replaced")))
    names = dict(evaluation.seats.values_list("number", "person__name"))
    instead = {fact.data["seat"]: fact.data["by"] for fact in told if fact.kind not in LEFT}
    return [
        {
            "seat": fact.data["seat"],
            "name": names.get(fact.data["seat"], ""),
            "how": LEFT[fact.kind],
            "at": timestamp(fact.at),
            "reason": fact.data["reason"],
            "by": instead.get(fact.data["seat"], ""),
            "by_name": names.get(instead.get(fact.data["seat"], 0), ""),
        }
        for fact in told
        if fact.kind in LEFT
    ]


def _factor(tender: Tender) -> dict[str, Any]:
    """Give the factor drawn for each lot with all that anybody needs to draw it again."""
    told = (
        record.first_fact(tender.code, "factor.drawn") if schemes.is_drawn(tender.scheme) else None
    )
    found = factors.factor_draw(tender)
    if told is None or found is None:
        return {}
    return {
        "printed": list(told.data["printed"]),
        "commit": found.commit,
        "seed": told.data["seed"],
        "nonce": told.data["nonce"],
        "drawn_at": timestamp(told.at),
        "lots": [
            {
                "called": _called(tender, int(lot)),
                "factor": drawn,
                "purpose": f"{factors.purpose_of(tender.code, int(lot))}/{factors.STEP}",
            }
            for lot, drawn in told.data["factors"].items()
        ],
    }


def _recommended(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Give the candidates with price, days, quality and manager, as they were read out."""
    tender = evaluation.tender
    named = ("rank", "supplier", "supplier_uscc", "price", "offer")
    return [
        {"called": _called(tender, one["lot"]), **{name: one[name] for name in named}}
        for one in candidates_of(evaluation)
    ]


# --- the clauses ---


def _checks(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Give for each lot and stage the finding on every clause of every bid, and why it was no."""
    given: dict[tuple[str, int, str], list[Check]] = {}
    opinions = evaluation.checks.select_related("seat__person").order_by("seat__number", "pk")
    for check in opinions:
        given.setdefault((check.stage, check.bid_id, check.clause), []).append(check)
    found = []
    for lot in evaluation.tender.lots.order_by("number"):
        bids = list(queries.opened_bids(lot))
        for stage in STAGES:
            seen = [bid for bid in bids if any(key[:2] == (stage, bid.pk) for key in given)]
            if seen:
                told = {"called": _called(evaluation.tender, lot.number), "title": lot.title}
                found.append({**told, **_stage(evaluation, stage, seen, given)})
    return found


def _stage(
    evaluation: Evaluation,
    stage: str,
    bids: list[Bid],
    given: Mapping[tuple[str, int, str], list[Check]],
) -> dict[str, Any]:
    clauses = queries.clauses(evaluation, stage)
    whole = stage == "conformity" and method_of(evaluation.tender).committee_qualifies
    return {
        "stage": WHOLE if whole else STAGES[stage],
        "tables": [
            {
                "bidders": [bid.bidder.name for bid in abreast],
                "rows": [
                    {
                        "label": clause["label"],
                        "text": clause["text"],
                        "given": [
                            _finding(given.get((stage, bid.pk, clause["code"]), ()))
                            for bid in abreast
                        ],
                    }
                    for clause in clauses
                ],
            }
            for abreast in (bids[i : i + ABREAST] for i in range(0, len(bids), ABREAST))
        ],
        "against": [
            {
                "bidder": bid.bidder.name,
                "label": clause["label"],
                "member": check.seat.person.name if check.seat else "",
                "reason": check.reason,
                "page": check.page,
            }
            for bid in bids
            for clause in clauses
            for check in given.get((stage, bid.pk, clause["code"]), ())
            if not check.passed
        ],
    }


def _finding(checks: Iterable[Check]) -> str:
    """Say what was found on a clause; where members differ, with their votes."""
    votes = Counter(check.passed for check in checks)
    if not votes:
        return "—"
    said = _("通过") if domain.passes([*votes.elements()]) else _("不通过")
    return said if len(votes) == 1 else f"{said}（赞成 {votes[True]}，反对 {votes[False]}）"
