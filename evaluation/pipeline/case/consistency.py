"""What each part of a case allows but the whole does not: refused before anything is computed."""

from typing import Final

from evaluation.pipeline.case.benchmark import Benchmark
from evaluation.pipeline.case.whole import Case
from kernel.errors import Invalid
from kernel.reading import repeated
from kernel.text import gettext_noop as _

_BACKWARD: Final = {"low": "highest", "high": "lowest"}
"""Against the best price of the wrong end every bid would get full marks."""


def refuse_contradictions(case: Case) -> None:
    """Refuse a case whose parts contradict each other, or ask for what is not there."""
    _bids_are_named_once(case)
    _names_are_bidders(case)
    _limits(case)
    _criteria(case)
    _weights(case)
    _outliers(case)
    if case.benchmark:
        _entering(case.benchmark, case)
        _benchmark(case.benchmark, case)
    _curve(case)


def _bids_are_named_once(case: Case) -> None:
    if not case.bids:
        raise Invalid("evaluate.no_bids", _("没有投标，无法评审。"))
    if twice := repeated(bid.name for bid in case.bids):
        message = _("投标人名称重复：%(names)s。")
        raise Invalid("evaluate.bidder_twice", message, names="、".join(twice))


def _names_are_bidders(case: Case) -> None:
    used = {name for rate in case.deductions for name in rate.applies_to}
    used |= {name for bonus in case.bonus for name in bonus.applies_to}
    used |= {amount.bidder for amount in case.corrections}
    used |= set(case.low_price.unproven if case.low_price else ())
    if case.benchmark:
        used |= set(case.benchmark.only)
        used |= {part.bidder for part in case.benchmark.parts if part.bidder}
    if unknown := sorted(used - {bid.name for bid in case.bids}):
        message = _("名单中没有投标人：%(names)s。")
        raise Invalid("evaluate.unknown_bidder", message, names="、".join(unknown))


def _limits(case: Case) -> None:
    limits = case.validity
    if limits.ceiling is not None and limits.floor is not None and limits.floor > limits.ceiling:
        message = _("最低限价 %(floor)s 高于最高限价 %(ceiling)s。")
        facts = {"floor": f"{limits.floor:f}", "ceiling": f"{limits.ceiling:f}"}
        raise Invalid("evaluate.limits_crossed", message, **facts)
    percents = limits.max_over_pct is not None or limits.max_under_pct is not None
    if percents and limits.reference is None:
        message = _("规定了偏离标底的幅度，但没有给出标底（reference）。")
        raise Invalid("evaluate.reference_missing", message)


def _criteria(case: Case) -> None:
    if twice := repeated(criterion.code for criterion in case.criteria):
        message = _("评分项编号重复：%(names)s。")
        raise Invalid("evaluate.criterion_twice", message, names="、".join(twice))
    if not case.criteria and any(bid.marks for bid in case.bids):
        message = _("投标中有评委打分（marks），但没有评分项（criteria）。")
        raise Invalid("evaluate.marks_without_criteria", message)


def _weights(case: Case) -> None:
    if case.weights and sum(case.weights.values()) != 1:
        total = str(sum(case.weights.values()))
        message = _("各项权重之和应为 1，现为 %(total)s。")
        raise Invalid("evaluate.weights_sum", message, total=total)


def _outliers(case: Case) -> None:
    rule = case.outliers
    if rule is None:
        return
    if rule.then == "invalid" and rule.score is not None:
        message = _("偏离过大的报价既按无效处理又给固定分，规则自相矛盾。")
        raise Invalid("evaluate.outliers_contradict", message)
    if rule.then != "invalid" and case.benchmark is None:
        message = _("偏离过大的报价不参与基准价，但没有基准价（benchmark）。")
        raise Invalid("evaluate.outliers_without_benchmark", message)
    if rule.score is not None and case.curve and rule.score > case.curve.full:
        message = _("固定分 %(score)s 超过价格分满分 %(full)s。")
        facts = {"score": f"{rule.score:f}", "full": f"{case.curve.full:f}"}
        raise Invalid("evaluate.score_over_full", message, **facts)


def _entering(rule: Benchmark, case: Case) -> None:
    if rule.entering == "opened" and case.price_form == "rate":
        message = _("以费率报价的项目，被否决的投标没有评审价，不能按全部开启的投标计算基准价。")
        raise Invalid("evaluate.opened_rates", message)


def _benchmark(rule: Benchmark, case: Case) -> None:
    if case.market == "procurement" and (rule.trim or rule.trim_share):
        message = _("政府采购评标不得去掉最高报价和最低报价（财政部令第87号第五十五条）。")
        raise Invalid("evaluate.trim_forbidden", message)
    tiers = [tier.from_bids for tier in rule.trim]
    if len(tiers) != len(set(tiers)) or (rule.trim and rule.trim_share):
        message = _("去掉最高、最低报价的规则写了两次，自相矛盾。")
        raise Invalid("evaluate.trim_twice", message)
    if rule.factor_drawn_from and rule.factor != 1:
        message = _("系数既已给定又要抽取，自相矛盾。")
        raise Invalid("evaluate.factor_twice", message)
    if rule.only and rule.drawn_bids:
        message = _("参与基准价的投标既已列明（only）又要抽取（drawn_bids），自相矛盾。")
        raise Invalid("evaluate.subset_twice", message)
    if rule.needs_draw and not case.draw:
        message = _("基准价需要抽取，但没有给出抽取的种子、随机数和用途（draw）。")
        raise Invalid("evaluate.draw_missing", message)
    if rule.band and case.validity.ceiling is None:
        message = _("按最高限价的比例划定参与基准价的范围，但没有给出最高限价（ceiling）。")
        raise Invalid("evaluate.ceiling_missing", message)
    if rule.band and rule.band.lowest_share > rule.band.highest_share:
        message = _("参与基准价的范围下限高于上限。")
        raise Invalid("evaluate.band_crossed", message)
    _parts(rule)


def _parts(rule: Benchmark) -> None:
    """Refuse parts that do not add up to the whole, or that nobody asked for."""
    if rule.kind != "weighted" and rule.parts:
        message = _("只有加权（weighted）的基准价才有组成部分（parts）。")
        raise Invalid("evaluate.parts_unused", message)
    if rule.kind == "weighted" and (total := sum(part.share for part in rule.parts)) != 1:
        message = _("基准价各组成部分的权重之和应为 1，现为 %(total)s。")
        raise Invalid("evaluate.parts_sum", message, total=str(total))
    if sum(part.of == "drawn_bid" for part in rule.parts) > 1:
        message = _("基准价的组成部分中最多有一个抽中的报价。")
        raise Invalid("evaluate.drawn_bid_twice", message)


def _curve(case: Case) -> None:
    curve = case.curve
    if curve is None:
        return
    if case.benchmark is None:
        message = _("有价格得分曲线（curve）时必须有基准价（benchmark）。")
        raise Invalid("evaluate.no_benchmark", message)
    if any("price" in (*b.scores, *b.experts) for b in case.bids):
        message = _("价格分由曲线计算，投标中不能再给“price”得分。")
        raise Invalid("evaluate.price_score_given", message)
    if any(criterion.component == "price" for criterion in case.criteria):
        message = _("价格分由曲线计算，评分项不能再属于“price”。")
        raise Invalid("evaluate.price_score_given", message)
    if curve.least > curve.full:
        raise Invalid("evaluate.curve_upside_down", _("最低分不能高于满分。"))
    if curve.kind == "ratio" and case.benchmark.kind == _BACKWARD[case.direction]:
        message = _("以最不利的报价为基准价时人人满分，规则自相矛盾。")
        raise Invalid("evaluate.benchmark_backward", message)
