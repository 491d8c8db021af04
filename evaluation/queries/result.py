"""The ranking with the trace of every number, and who reads the report."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from accounts.domain import AGENCY, AUDITOR, PURCHASER, REGULATOR, Actor
from evaluation import queries
from evaluation.models import EarlierRound, Evaluation
from evaluation.queries.candidates import cut_off
from evaluation.queries.marks import leaning
from kernel.errors import Missing
from kernel.money import format_yuan
from kernel.text import gettext_noop as _
from trading.domain.priced import DISCOUNT, names_rates
from trading.domain.scheme import DEDUCTIONS, Leaf

PARTS: Final = (
    ("technical", _("技术")),
    ("commercial", _("商务")),
    ("policy", _("政策")),
    ("design", _("施工组织设计")),
    ("management", _("项目管理机构")),
    ("credit", _("信用")),
)


INPUTS: Final = {
    "price": _("报价或评审价"),
    "prices": _("各家评审价"),
    "full": _("满分"),
    "base": _("基准价"),
    "factor": _("系数"),
    "reference": _("标底"),
    "marks": _("各成员打分"),
    "before": _("修正前"),
    "technical": _("技术得分"),
    "commercial": _("商务得分"),
    "policy": _("政策得分"),
    "fact": _("投标所写的数"),
    "per_unit": _("每个单位加（元）"),
    "amount": _("折价（元）"),
}


EVALUATED: Final = ("arithmetic", "deductions", "monetised")
PRICE_STEPS: Final = ("arithmetic", "deductions", "benchmark", "curve")


def ranking_tables(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Give each lot's ranking; behind every number the lines of the trace it came from."""
    found = evaluation.rankings.select_related("lot").order_by("lot__number")
    return [_table(evaluation, ranking) for ranking in found]


def _table(evaluation: Evaluation, ranking: Any) -> dict[str, Any]:  # noqa: ANN401 - a Ranking
    result, leaves = ranking.result, queries.leaves(evaluation)
    rates = names_rates(evaluation.tender.scheme)
    parts = [
        {"code": code, "title": title}
        for code, title in PARTS
        if code in result.get("components", {})
    ]
    return {
        "lot": ranking.lot,
        "result": result,
        "warnings": [
            *(warning["message"] for warning in result["warnings"]),
            *cut_off(evaluation, result["ranking"]),
        ],
        "leaning": leaning(evaluation, ranking),
        "parts": parts,
        "scored": bool(result.get("totals")),
        "rows": [
            _rank_row(f"t{ranking.lot.number}-{place}", row, result, parts, leaves, rates=rates)
            for place, row in enumerate(result["ranking"], start=1)
        ],
        "names_rates": rates,
    }


def _rank_row(
    place: str,
    row: Mapping[str, Any],
    result: Mapping[str, Any],
    parts: Sequence[Mapping[str, str]],
    leaves: Sequence[Leaf],
    *,
    rates: bool,
) -> dict[str, Any]:
    name, scores = row["bidder"], result.get("components", {})
    mine = [_shown(step) for step in result["trace"] if step["bidder"] in {name, ""}]
    scored = [
        {
            **part,
            "number": scores[part["code"]].get(name),
            "steps": _steps_of_part(mine, [x.title for x in leaves if x.part == part["code"]]),
        }
        for part in parts
    ]
    price_score = scores.get("price", {}).get(name)
    rest = [
        {"code": code, "title": title, "number": number, "steps": _named(mine, steps)}
        for code, title, number, steps in (
            ("price", _("价格分"), price_score, PRICE_STEPS),
            ("total", _("总分"), row["total"], ("totals", "bonus")),
            *_quoted(row, rates=rates),
        )
        if number is not None
    ]
    traces = [{**shown, "place": f"{place}-{shown['code']}"} for shown in (*scored, *rest)]
    return {**row, "price_score": price_score, "parts": scored, "traces": traces}


def _quoted(row: Mapping[str, Any], *, rates: bool) -> list[tuple[str, str, Any, tuple[str, ...]]]:
    """Give what was quoted and what is compared: sums, or a rate and what it leaves of 100."""
    evaluated, contract = row["evaluated_price"], row["contract_price"]
    if rates:
        return [
            ("evaluated", _("评审价（每百元）"), evaluated, EVALUATED),
            ("contract", DISCOUNT.title, contract, ()),
        ]
    return [
        ("evaluated", _("评审价"), _yuan(evaluated), EVALUATED),
        ("contract", _("投标报价"), _yuan(contract), ("arithmetic",)),
    ]


def _yuan(amount: str | None) -> str | None:
    """Write an amount for reading; what it is exactly stands in its trace and in the file."""
    return None if amount is None else format_yuan(Decimal(amount))


def _named(steps: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Mapping[str, Any]]:
    return [step for step in steps if step["step"] in names]


def _shown(step: Mapping[str, Any]) -> dict[str, Any]:
    """Give a line of the trace with what went in named in words."""
    titles = {**INPUTS, **DEDUCTIONS}
    named = [(titles.get(name, name), value) for name, value in step["inputs"].items()]
    return {**step, "named": named}


def _steps_of_part(
    steps: Sequence[Mapping[str, Any]], titles: Sequence[str]
) -> list[Mapping[str, Any]]:
    return [s for s in steps if s["step"] == "experts" and s["formula"].split("：")[0] in titles]


def case_of_lot(evaluation: Evaluation, lot: int) -> dict[str, Any]:
    """Give the case that was evaluated, as `manage.py evaluate` takes it."""
    found = evaluation.rankings.filter(lot__number=lot).first()
    if found is None:
        raise Missing("ranking.missing", _("本包还没有汇总排序。"))
    case: dict[str, Any] = found.case
    return case


def earlier_rounds(actor: Actor, evaluation: Evaluation, number: int = 0) -> list[EarlierRound]:
    """List the rounds that were done again, for whoever read their reports; one by its number."""
    seat, tender = queries.seat_of(actor, evaluation), evaluation.tender
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    if seat is None and not side and not actor.has(REGULATOR, AUDITOR):
        return []
    rounds = evaluation.rounds.all()
    return list(rounds.filter(number=number) if number else rounds)


def reads_report(actor: Actor, evaluation: Evaluation) -> bool:
    """Tell whether the actor reads the whole report: members while they sign, others once it is
    handed in (rulebook 1.3).
    """
    if queries.seat_of(actor, evaluation) is not None:
        return evaluation.state in {"summary", "signing", "submitted"}
    tender = evaluation.tender
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    return evaluation.state == "submitted" and (side or actor.has(REGULATOR, AUDITOR))
