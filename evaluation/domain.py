"""The life of an evaluation, its committee and its scorecards, and the facts they leave (rulebook
4).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from kernel.errors import Invalid
from kernel.facts import Reach, facts
from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.periods import Figure, RuleSet

EVALUATION = Lifecycle(
    name="evaluation",
    initial="drawing",
    titles={
        "drawing": _("抽取专家"),
        "gathering": _("签到与回避"),
        "electing": _("推选组长"),
        "qualification": _("资格审查"),
        "conformity": _("符合性审查"),
        "negotiating": _("磋商谈判"),
        "quoting": _("提交最后报价"),
        "technical": _("技术、商务评分"),
        "price_opening": _("等待价格开启"),
        "price_review": _("报价核对"),
        "summary": _("汇总与排序"),
        "signing": _("报告签字"),
        "submitted": _("已提交报告"),
        "failed": _("废标"),
    },
    moves={
        "draw": Move(("drawing",), "gathering"),
        "replace": Move(
            (
                "gathering",
                "electing",
                "qualification",
                "conformity",
                "negotiating",
                "technical",
                "price_review",
                "summary",
            ),
            None,
        ),
        "start": Move(("gathering",), "electing"),
        "elect": Move(("electing",), "qualification"),
        "close_qualification": Move(("qualification",), "conformity"),
        "review_whole": Move(("qualification",), "conformity"),
        "close_conformity": Move(("conformity",), "technical"),
        "begin_talks": Move(("conformity",), "negotiating"),
        "request_quotes": Move(("negotiating",), "quoting"),
        "close_quotes": Move(("quoting",), "technical"),
        "await_price": Move(("technical",), "price_opening"),
        "review_prices": Move(("technical", "price_opening"), "price_review"),
        "summarise": Move(("price_review",), "summary"),
        "reopen": Move(("price_review", "summary"), "technical"),
        "draft_report": Move(("summary",), "signing"),
        "submit": Move(("signing",), "submitted"),
        "reassemble": Move(("submitted",), "conformity"),
        "requalify": Move(("submitted",), "qualification"),
        "fail": Move(
            (
                "drawing",
                "gathering",
                "electing",
                "qualification",
                "conformity",
                "negotiating",
                "quoting",
                "technical",
                "price_opening",
                "price_review",
                "summary",
                "signing",
            ),
            "failed",
        ),
        "stop": Move(
            (
                "drawing",
                "gathering",
                "electing",
                "qualification",
                "conformity",
                "negotiating",
                "quoting",
                "technical",
                "price_opening",
                "price_review",
                "summary",
                "signing",
            ),
            "failed",
        ),
    },
)

SCORECARD = Lifecycle(
    name="scorecard",
    initial="open",
    titles={"open": _("评分中"), "locked": _("已锁定")},
    moves={
        "score": Move(("open",), None),
        "lock": Move(("open",), "locked"),
        "reopen": Move(("locked",), "open"),
    },
)

BID_CLARIFICATION = Lifecycle(
    name="bid_clarification",
    initial="asked",
    titles={
        "asked": _("等待供应商澄清"),
        "answered": _("已澄清，待认定"),
        "lapsed": _("逾期未澄清"),
        "kept": _("采纳"),
        "disregarded": _("不予采纳"),
    },
    moves={
        "answer": Move(("asked",), "answered"),
        "lapse": Move(("asked",), "lapsed"),
        "keep": Move(("answered",), "kept"),
        "disregard": Move(("answered",), "disregarded"),
    },
)

FACTS = facts(
    Reach.PUBLIC,
    {
        "evaluation.pool_frozen": _("专家候选名单冻结"),
        "evaluation.draw_committed": _("公布抽取种子承诺"),
        "evaluation.drawn": _("专家抽取完成"),
        "factor.committed": _("公布评标系数的种子承诺"),
        "factor.drawn": _("抽取评标系数"),
        "evaluation.report_submitted": _("评审报告提交"),
        "evaluation.reassembled": _("评标委员会重新评标"),
        "evaluation.failed": _("评审废标"),
    },
) | facts(
    Reach.RESTRICTED,
    {
        "expert.registered": _("专家入库"),
        "rejection.put": _("提请表决否决投标"),
        "rejection.decided": _("否决投标的表决结论"),
        "motion.put": _("提请表决是否废标"),
        "motion.voted": _("成员表决"),
        "motion.decided": _("是否废标的表决结论"),
        "seat.accepted": _("专家确认参加"),
        "seat.declined": _("专家不能参加"),
        "seat.signed_in": _("专家签到"),
        "seat.pledged": _("签署承诺"),
        "seat.recused": _("回避"),
        "seat.replaced": _("补抽专家"),
        "seat.removed": _("更换评标委员会成员"),
        "evaluation.started": _("评审开始"),
        "lead.voted": _("推选组长投票"),
        "lead.elected": _("推选组长"),
        "qualification.decided": _("资格审查结论"),
        "qualification.closed": _("资格审查结束"),
        "conformity.voted": _("符合性审查意见"),
        "conformity.decided": _("符合性审查结论"),
        "conformity.closed": _("符合性审查结束"),
        "document.judged": _("成员对采购文件的意见"),
        "document.confirmed": _("小组确认采购文件"),
        "document.mend_asked": _("小组要求修改采购文件"),
        "document.reopened": _("成员离开，采购文件待重新确认"),
        "document.mended": _("按小组要求修改采购文件"),
        "solution.voted": _("成员表决推荐方案"),
        "solutions.recommended": _("小组推荐方案"),
        "round.opened": _("发起一轮磋商、谈判"),
        "quotes.requested": _("要求提交最后报价"),
        "quotes.closed": _("最后报价截止"),
        "quotes.missing": _("未提交最后报价"),
        "scorecard.locked": _("评分锁定"),
        "scorecard.reopened": _("评分重新打开"),
        "technical.closed": _("技术评分结束"),
        "technical.rechecked": _("复核后评分重新锁定"),
        "score.kept": _("保留评分并说明理由"),
        "score.changed": _("复核后修改评分"),
        "seat.appointed": _("采购人另派代表"),
        "bid_clarification.asked": _("要求供应商澄清"),
        "bid_clarification.answered": _("供应商澄清"),
        "bid_clarification.lapsed": _("供应商逾期未澄清"),
        "bid_clarification.judged": _("澄清认定"),
        "correction.proposed": _("算术修正"),
        "correction.confirmed": _("确认算术修正"),
        "correction.refused": _("不接受算术修正"),
        "low_price.asked": _("要求说明报价合理性"),
        "low_price.explained": _("说明报价合理性"),
        "low_price.decided": _("报价合理性结论"),
        "evaluation.put_out": _("按评审办法否决"),
        "evaluation.priced": _("价格评分"),
        "evaluation.summarised": _("汇总排序"),
        "evaluation.reopened": _("退回复核"),
        "dissent.recorded": _("不同意见"),
        "report.drafted": _("起草评审报告"),
        "report.signed": _("签署评审报告"),
    },
)

EXPLAIN_MINUTES = 30
LONGEST_REASON = 300
MOST_MINUTES = 240
CLARIFY_GROUNDS = {
    "unclear": _("含义不明确"),
    "inconsistent": _("同类问题表述不一致"),
    "slip": _("有明显文字和计算错误"),
}
"""What the committee may ask about, and nothing else (M87 art. 51, BLR art. 52)."""
CLARIFY_RULE = _(
    "澄清、说明或者补正不得超出投标文件的范围，不得改变投标文件的实质性内容（财政部令第87号第五十一条）。"
)
CLARIFY_SILENCE = _("到时未答复的，视为放弃澄清，评标委员会按投标文件原文评审。")
"""What silence means is stated with the question, before the time runs."""
PLEDGE = _(
    "本人承诺：客观、公正、独立评审，遵守评审纪律和保密要求；不接受任何单位和个人的馈赠或好处；"
    "与投标人没有利害关系，如有应当回避的情形，立即主动提出。"
)
REASON_CODES = {
    "R01": _("未按要求密封或签署"),
    "R02": _("未提交联合体协议"),
    "R03": _("不具备资格条件"),
    "R04": _("提交两个以上投标或者报价"),
    "R05": _("报价超过最高限价或预算"),
    "R06": _("报价过低且不能证明合理性"),
    "R07": _("未实质性响应采购文件"),
    "R08": _("串通投标、弄虚作假或行贿"),
    "R09": _("未提交或未按要求提交投标保证金"),
    "R10": _("附有不能接受的条件"),
    "R11": _("不接受算术修正"),
    "R12": _("资格预审后联合体成员变更"),
    "R13": _("单位负责人为同一人或者存在控股、管理关系的单位同时投标"),
    "R14": _("暗标泄露投标人身份"),
    "R15": _("采购文件规定的其他情形"),
}
"""Why a bid is out (rulebook 4.3); nothing else may be used but what the document or a law says."""
SAME_MEMBERS = "R12"
"""The clause that a consortium is the one that passed the prequalification (BLR 37)."""
DECLARATIONS = {
    "domestic": _("本国产品声明函有效，所投产品符合本国产品标准"),
    "consortium": _("联合体协议或分包意向书约定了小微企业的份额"),
}
"""What earns a price deduction and is judged by the committee; a no costs the deduction only."""
SMALL_FIRMS = {"micro": _("微型企业"), "small": _("小型企业")}
"""The registered sizes whose price is lowered (SME46)."""
FAVOURED_SIZES = SMALL_FIRMS | {"medium": _("中型企业")}
"""The registered sizes for which a package may be reserved."""
DECLARED = {
    "small_firm": _("中小企业声明函（%(size)s）"),
    "consortium": _("联合体协议或者分包意向书（约定小微企业份额）"),
    "domestic": _("本国产品声明函"),
}
"""What a result calls a declaration that earned a price deduction (GPR 43, 财库〔2020〕46号)."""
DECLARATIONS_WITH = {
    "domestic": _(
        "本国产品声明函有效，所投产品符合本国产品标准；采购包含多种产品的，"
        "本国产品成本占比不低于 %(share)s%%"
    ),
    "consortium": _("联合体协议或分包意向书约定小微企业份额不低于 %(share)s%%"),
}
"""The same where the rules fix the share."""


def explain_minutes(rules: RuleSet) -> int:
    """Give how long a bidder has to explain a price: by the rules, else as for any question."""
    row = rules.find("low_bid_minutes", "min")
    return int(row.value) if row else EXPLAIN_MINUTES


def declarations(rules: RuleSet) -> dict[str, tuple[str, dict[str, str]]]:
    """Say what earns each deduction that the committee judges, with the shares of the rules."""
    shares = {"domestic": "domestic_cost_share", "consortium": "consortium_share"}
    found = {kind: rules.find(code, "min") for kind, code in shares.items()}
    return {
        kind: (DECLARATIONS_WITH[kind], {"share": f"{row.value:f}"})
        if (row := found[kind])
        else (text, {})
        for kind, text in DECLARATIONS.items()
    }


def earned(size: str, declared: tuple[str, ...], reserved: str = "") -> tuple[str, ...]:
    """Give the deductions a bid earned: by its registered size, and by what members accepted.

    A firm that is small itself takes no share of another's (财库〔2020〕46号 art. 9).
    Where a lot is `reserved` for such firms, none is favoured for its size.
    """
    if reserved:
        return tuple(kind for kind in declared if kind != "consortium")
    if size not in SMALL_FIRMS:
        return declared
    return ("small_firm", *[kind for kind in declared if kind != "consortium"])


QUALIFICATION_LETTER = "Q"
"""What the codes of qualification terms begin with, whoever checks them."""


LARGE_CASES = {
    "complex": _("技术复杂"),
    "impact": _("社会影响较大"),
}
"""Why a tender below the large budget has seven members at least all the same (M87 art. 47)."""
MOST_MEMBERS = 21


def committee_size(budget: Decimal, rules: RuleSet, case: str = "") -> int:
    """Give the least lawful size: more where the budget is large, which for negotiations and
    inquiries begins at the threshold of open tenders, and in the cases that the law names besides
    (M87 art. 47, M74 art. 7).
    """
    line = _large_line(rules)
    large = bool(case) or (line is not None and budget >= line.value)
    return int((rules.about("large") if large else rules).value("committee_size", "min"))


def _large_line(rules: RuleSet) -> Figure | None:
    return rules.find("large_budget", "min") or rules.find("open_tender_threshold", "min")


def large_cases(rules: RuleSet) -> dict[str, str]:
    """Give the cases in which a purchaser takes the larger committee below the large budget."""
    return LARGE_CASES if rules.find("large_budget", "min") else {}


def chosen_size(size: int | None, least: int) -> int:
    """Take the size a purchaser chose, odd and no smaller than the law wants; none is the least."""
    if size is None:
        return least
    if size < least or size % 2 == 0 or size > MOST_MEMBERS:
        raise Invalid(
            "committee.chosen_size",
            _("评标委员会须为 %(least)s 至 %(most)s 人之间的单数。"),
            least=least,
            most=MOST_MEMBERS,
            field="size",
        )
    return size


def refuse_bad_committee(size: int, owners: int, rules: RuleSet) -> None:
    """Refuse a committee with less than two thirds experts, or below the least (M87 art. 47)."""
    least, thirds = rules.value("committee_size", "min"), rules.value("expert_share", "min")
    if size < least or size % 2 == 0 or 3 * (size - owners) < thirds * size:
        raise Invalid(
            "committee.size",
            _("评标委员会须为 %(least)s 人以上单数，其中评审专家不少于三分之二。"),
            least=int(least),
            size=size,
            owners=owners,
        )


def passes(votes: Sequence[bool]) -> bool:
    """Decide by majority of the members (M87 art. 52)."""
    return 2 * sum(votes) > len(votes)


def carried(votes: Sequence[bool], size: int) -> bool | None:
    """Tell how a motion ends: by more than half of all members; None while they may still turn."""
    if 2 * sum(votes) > size:
        return True
    return False if 2 * votes.count(False) >= size else None


def elected(votes: Mapping[int, int], size: int) -> int | None:
    """Give the seat most members voted for, or None when two are equal."""
    count = Counter(votes.values()).most_common(2)
    if len(votes) < size or (len(count) > 1 and count[0][1] == count[1][1]):
        return None
    return count[0][0]


OUTLIER_ABOVE = Decimal("0.30")
LEAST_MARKS = 3


def outlying(mark: Decimal, others: Sequence[Decimal], full: Decimal) -> Decimal | None:
    """Give how far a mark stands from the others' mean as a share of the full mark, when that is
    more than three tenths; None otherwise (M87 art. 64, rulebook 4.9).
    """
    if len(others) + 1 < LEAST_MARKS:
        return None
    share = abs(mark - sum(others, Decimal(0)) / len(others)) / full
    return share if share > OUTLIER_ABOVE else None


def uneven_objectives(
    marks: Iterable[tuple[str, int, Decimal]],
) -> list[tuple[str, int]]:
    """Give criterion and bid wherever members' marks for an objective item differ (M87 art. 64)."""
    seen: dict[tuple[str, int], set[Decimal]] = {}
    for criterion, bid, mark in marks:
        seen.setdefault((criterion, bid), set()).add(mark)
    return sorted(place for place, given in seen.items() if len(given) > 1)
