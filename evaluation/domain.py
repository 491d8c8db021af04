"""The life of an evaluation, its committee and its scorecards, and the facts they leave (rulebook
4).
"""

from kernel.facts import Reach, facts
from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _

EVALUATION = Lifecycle(
    name="evaluation",
    initial="drawing",
    titles={
        "drawing": _("抽取专家"),
        "gathering": _("签到与回避"),
        "electing": _("推选组长"),
        "qualification": _("资格审查"),
        "conformity": _("符合性审查"),
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
            ("gathering", "electing", "qualification", "conformity", "technical"), None
        ),
        "start": Move(("gathering",), "electing"),
        "elect": Move(("electing",), "qualification"),
        "close_qualification": Move(("qualification",), "conformity"),
        "close_conformity": Move(("conformity",), "technical"),
        "await_price": Move(("technical",), "price_opening"),
        "review_prices": Move(("technical", "price_opening"), "price_review"),
        "summarise": Move(("price_review",), "summary"),
        "reopen": Move(("summary",), "technical"),
        "draft_report": Move(("summary",), "signing"),
        "submit": Move(("signing",), "submitted"),
        "fail": Move(
            (
                "qualification",
                "conformity",
                "technical",
                "price_opening",
                "price_review",
                "summary",
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

FACTS = facts(
    Reach.PUBLIC,
    {
        "evaluation.pool_frozen": _("专家候选名单冻结"),
        "evaluation.draw_committed": _("公布抽取种子承诺"),
        "evaluation.drawn": _("专家抽取完成"),
        "evaluation.report_submitted": _("评审报告提交"),
        "evaluation.failed": _("评审废标"),
    },
) | facts(
    Reach.RESTRICTED,
    {
        "expert.registered": _("专家入库"),
        "seat.accepted": _("专家确认参加"),
        "seat.declined": _("专家不能参加"),
        "seat.signed_in": _("专家签到"),
        "seat.pledged": _("签署承诺"),
        "seat.recused": _("回避"),
        "seat.replaced": _("补抽专家"),
        "evaluation.started": _("评审开始"),
        "lead.voted": _("推选组长投票"),
        "lead.elected": _("推选组长"),
        "qualification.decided": _("资格审查结论"),
        "qualification.closed": _("资格审查结束"),
        "conformity.voted": _("符合性审查意见"),
        "conformity.decided": _("符合性审查结论"),
        "conformity.closed": _("符合性审查结束"),
        "scorecard.locked": _("评分锁定"),
        "scorecard.reopened": _("评分重新打开"),
        "technical.closed": _("技术评分结束"),
        "correction.proposed": _("算术修正"),
        "correction.confirmed": _("确认算术修正"),
        "correction.refused": _("不接受算术修正"),
        "low_price.asked": _("要求说明报价合理性"),
        "low_price.explained": _("说明报价合理性"),
        "low_price.decided": _("报价合理性结论"),
        "evaluation.priced": _("价格评分"),
        "evaluation.summarised": _("汇总排序"),
        "evaluation.reopened": _("退回复核"),
        "dissent.recorded": _("不同意见"),
        "report.drafted": _("起草评审报告"),
        "report.signed": _("签署评审报告"),
    },
)
