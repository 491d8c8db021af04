"""Bonus, weights, total, and the ranking with its ties: nothing is broken silently."""

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import groupby

from evaluation.pipeline.case.limits import HUNDRED
from evaluation.pipeline.case.prices import Bonus
from evaluation.pipeline.chance import drawn
from evaluation.pipeline.work import ZERO, Work
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from kernel.trace import show, show_price

_RULE = re.compile(r"(?P<what>.+)_(?P<end>high|low)")


def raise_price_scores(work: Work) -> None:
    """Raise the price score of those the policy favours (SME46 art. 9, works without deduction)."""
    for bonus in work.case.bonus:
        if bonus.of == "price" and work.valid:
            if "price" not in work.components:
                message = _("没有价格分，不能对价格分加分或减分。")
                raise Invalid("evaluate.bonus_without_score", message)
            _raise(work.components["price"], bonus, work)


def add_up(work: Work) -> None:
    """Give the totals: weighted components, or the sum of already rounded item scores."""
    if unknown := sorted(set(work.case.weights) - set(work.components)) if work.valid else []:
        message = _("权重中有没有得分的部分：%(names)s。")
        raise Invalid("evaluate.weight_without_score", message, names="、".join(unknown))
    if not work.components or (work.case.curve and not work.evaluated):
        if work.valid and any(bonus.of == "total" for bonus in work.case.bonus):
            message = _("没有总分，不能对总分加分或减分。")
            raise Invalid("evaluate.bonus_without_score", message)
        return
    weights = work.case.weights or dict.fromkeys(work.components, Decimal(1))
    words = "总分 ＝ 各部分得分 × 权重之和" if work.case.weights else "总分 ＝ 各部分得分之和"
    for bid in work.valid:
        parts = {name: work.components[name][bid.name] for name in sorted(weights)}
        value = sum((parts[name] * weights[name] for name in parts), ZERO)
        places = work.case.rounding.score_decimals
        work.totals[bid.name] = work.trace.number("totals", bid.name, words, value, places, **parts)
    for bonus in work.case.bonus:
        if bonus.of == "total":
            _raise(work.totals, bonus, work)


def rank(work: Work) -> None:
    """Rank by total, or by evaluated price when nothing is scored; equals stay joint (M87 57).

    A rule of the chain that nothing can be compared by is refused although nobody is equal.
    """
    first = _by_total if work.totals else _by_price
    names = [bid.name for bid in work.valid]
    for rule in tie_break(work) if names else ():
        if rule != "draw":
            _key(rule, work)
    groups = _split([names], lambda name: first(name, work)) if names else []
    place = 1
    for group in groups:
        place = _rank_group(group, place, work)


def tie_break(work: Work) -> tuple[str, ...]:
    """Give the chain of the document, else that of the law: in procurement the lower quote."""
    if work.case.tie_break:
        return work.case.tie_break
    by_law = work.case.market == "procurement" and work.totals and work.contract
    return ("price_low",) if by_law else ()


def _raise(scores: dict[str, Decimal], bonus: Bonus, work: Work) -> None:
    full = work.case.curve.full if work.case.curve and bonus.of == "price" else HUNDRED
    places, words = work.case.rounding.score_decimals, _bonus_words(bonus)
    for name in bonus.applies_to:
        if name not in scores:
            continue
        before = scores[name]
        value = before * (1 + bonus.rate) if bonus.points is None else before + bonus.points
        value = max(min(value, full) if bonus.capped else value, ZERO)
        more: dict[str, object] = {"why": bonus.kind, "score": before}
        more |= {"rate": bonus.rate} if bonus.points is None else {"points": bonus.points}
        scores[name] = work.trace.number("bonus", name, words, value, places, **more)
        if scores[name] > full:
            message = _("%(bidder)s 加分后得分 %(score)s 超过满分 %(full)s")
            work.warn("bonus_over_full", message, bidder=name, score=scores[name], full=full)


def _bonus_words(bonus: Bonus) -> str:
    words = "得分 ×（1 ＋ 加分率）" if bonus.points is None else "得分 ＋ 加减分，不低于 0"
    return words + ("，不超过满分" if bonus.capped else "")


def _by_total(name: str, work: Work) -> Decimal:
    return -work.totals[name]


def _by_price(name: str, work: Work) -> Decimal:
    price = work.evaluated[name]
    return price if work.case.direction == "low" else -price


def _split(groups: list[list[str]], key: Callable[[str], Decimal]) -> list[list[str]]:
    """Split each group into smaller ones of equal keys, the best first."""
    return [
        sorted(found)
        for group in groups
        for _value, found in groupby(sorted(group, key=lambda n: (key(n), n)), key=key)
    ]


def _rank_group(group: list[str], place: int, work: Work) -> int:
    """Rank one group of equals, break its tie by the chain, and say how."""
    subgroups, used = [group], []
    for rule in tie_break(work) if len(group) > 1 else ():
        finer = _broken(subgroups, rule, work)
        if len(finer) > len(subgroups):
            used.append(rule)
        subgroups = finer
    if len(group) > 1:
        joint = [names for names in subgroups if len(names) > 1]
        work.ties.append({"bidders": group, "rank": place, "broken_by": used, "joint": joint})
        words = "并列" if joint else "已分出先后"
        work.trace.note("tie_break", "、".join(group), "得分或评审价相同", words, chain=used or "—")
    for names in subgroups:
        for name in names:
            work.ranking.append(_ranked(name, place, work))
        place += len(names)
    return place


def _broken(groups: list[list[str]], rule: str, work: Work) -> list[list[str]]:
    if rule == "draw":
        return [part for group in groups for part in _drawn(group, work)]
    key = _key(rule, work)
    return _split(groups, key)


def _key(rule: str, work: Work) -> Callable[[str], Decimal]:
    found = _RULE.fullmatch(rule)
    values = _values(found["what"], work) if found else None
    if found is None or values is None:
        message = _("不认识的并列处理规则“%(rule)s”。")
        raise Invalid("evaluate.unknown_tie_break", message, rule=rule)
    sign = 1 if found["end"] == "low" else -1
    return lambda name: sign * values[name]


def _values(what: str, work: Work) -> dict[str, Decimal] | None:
    """Find what a rule compares: the quote, the price score, a component, or what is stated."""
    if what == "price" and work.contract:
        return work.quoted
    if what == "price_score":
        return work.components.get("price")
    if what in work.components:
        return work.components[what]
    if all(what in bid.facts for bid in work.valid):
        return {bid.name: bid.facts[what] for bid in work.valid}
    return None


def _drawn(group: list[str], work: Work) -> list[list[str]]:
    """Break a tie by lot when seed and nonce are known; otherwise leave it joint and say so."""
    if len(group) == 1:
        return [group]
    if not work.case.draw:
        message = _("%(names)s 并列，须抽签决定")
        work.warn("draw_needed", message, names="、".join(group))
        return [group]
    return [[name] for name in drawn(group, len(group), "tie", work)]


def _ranked(name: str, place: int, work: Work) -> dict[str, object]:
    return {
        "rank": place,
        "bidder": name,
        "total": _shown(work.totals.get(name)),
        "evaluated_price": _money(work.evaluated.get(name)),
        "contract_price": _money(work.contract.get(name)),
    }


def _shown(value: Decimal | None) -> str | None:
    return None if value is None else show(value)


def _money(value: Decimal | None) -> str | None:
    return None if value is None else show_price(value)
