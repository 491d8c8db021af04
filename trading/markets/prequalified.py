"""Prequalification (资格预审): an open tender whose documents go to those alone who applied and
were found to meet the terms (BLR 15 to 19, 21; GPR 21).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.domain import gates, prequalification
from trading.domain.market import Method
from trading.domain.prequalification import Prequalifies
from trading.markets.gated import gated_life

TITLES: Final = {
    "prequalifying": _("资格预审申请中"),
    "prequal_review": _("资格预审审查中"),
}
PUBLISH: Final = _("发布资格预审公告")


def prequalified_life(table: Lifecycle, variant: str) -> Lifecycle:
    """Give the life of a tender as it is, but for what comes between approval and the call."""
    gated = gated_life(table, variant, TITLES)
    return replace(
        gated,
        moves={
            **gated.moves,
            "publish_prequal": Move(table.moves["publish"].allowed, "prequalifying"),
            "amend_prequal": Move(("prequalifying",), None),
            "close_applications": Move(("prequalifying",), "prequal_review"),
            "close_prequal": Move(("prequal_review",), "announced"),
            "admit_applicant": Move(("announced",), None),
            "void_bidding": Move(table.moves["fail"].allowed, "failed"),
        },
    )


def prequalified(
    method: Method,
    how: Prequalifies,
    *,
    variant: str,
    dates: Mapping[str, str],
    remedies: tuple[str, ...],
) -> Method:
    """Give the method that goes as another does, among those alone who passed."""
    return replace(
        method,
        slug="prequalified_tender",
        title=_("公开招标（资格预审）"),
        lifecycle=prequalified_life(method.lifecycle, variant),
        steps=((_("资格预审"), "tender.prequal_published"), *method.steps),
        demands=replace(
            method.demands,
            checks=(*method.demands.checks, prequalification.findings),
            dates={**dates, **method.demands.dates},
            first_dates=gates.first_dates,
        ),
        prequalification=how,
        remedies=remedies,
        words={**method.words, **WORDS},
        notices={**method.notices, "tender": _("招标公告（资格预审合格者）")},
        next={
            **method.next,
            **dict.fromkeys(method.lifecycle.moves["publish"].allowed, PUBLISH),
            "prequalifying": _("接受资格预审申请，截止后审查"),
            "prequal_review": _("审查资格预审申请，通知每一个申请人"),
        },
    )


WORDS: Final = {
    "publish": PUBLISH,
    "publish_hint": _(
        "下面是招标的全文。先发布的资格预审公告只公开项目概况、资格条件和日期；招标文件只提供给资格预审合格的申请人，发布后的变更只能发布更正公告。"
    ),
    "register_hint": _(
        "只有资格预审合格的申请人可以报名并免费下载招标文件。合格者是谁、有几家，在开标前保密。"
    ),
}
WORKS: Final = Prequalifies(
    article="《招标投标法实施条例》第十五条",
    too_few="《招标投标法实施条例》第十九条",
    remedy=_("对结果有异议的，可以依法向招标人提出异议，或者向行政监督部门投诉。"),
    voided=_(
        "经查实，有申请人被错误认定为资格预审不合格而未能投标，对中标结果造成实质性影响且不能采取补救措施予以纠正，本次招标无效，依法重新招标。"
    ),
    voided_article="《招标投标法实施条例》第八十一条",
    panel_article="《招标投标法实施条例》第十八条",
)
WORKS_DATES: Final = {
    "prequalification_from": "prequalification_from",
    "prequalification_until": "prequalification_until",
    "prequalification_close_at": "prequalification_close",
}
PURCHASE: Final = Prequalifies(
    article="《政府采购法实施条例》第二十一条",
    too_few="《政府采购法》第三十六条第一款第（一）项",
    remedy=_(
        "认为结果使本单位权益受到损害的，可以依法向采购人提出质疑；对答复不满意或者逾期未答复的，可以向财政部门投诉。"
    ),
    voided=_(
        "经查实，有申请人被错误认定为资格预审不合格而未能投标，可能影响中标结果且不能通过另行确定中标供应商纠正，本次采购无效，重新开展采购活动。"
    ),
    voided_article="《政府采购法实施条例》第七十一条",
)
PURCHASE_DATES: Final = {"prequalification_close_at": "prequalification_close"}
