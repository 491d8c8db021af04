"""Two stages (两阶段招标): technical proposals without a price are asked for first, the tender
document is made from them and goes to those alone who proposed (BLR 30).
"""

from dataclasses import replace
from typing import Final

from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.domain import first_stage, gates
from trading.domain.first_stage import FirstStage
from trading.domain.market import Method
from trading.markets.gated import gated_life

TITLES: Final = {
    "proposing": _("第一阶段征集技术建议中"),
    "proposals_review": _("编制第二阶段招标文件中"),
}
PUBLISH: Final = _("发布第一阶段招标公告")
WORDS: Final = {
    "publish": PUBLISH,
    "publish_hint": _(
        "先发布第一阶段招标公告，征集不带报价的技术建议。技术建议截止后，根据技术建议编制第二阶段招标文件，只提供给提交了技术建议的投标人；投标保证金在第二阶段提出（招标投标法实施条例第三十条）。"
    ),
    "register_hint": _(
        "只有在第一阶段提交了技术建议的投标人可以报名并免费下载招标文件。是谁、有几家，在开标前保密。"
    ),
}
WORKS: Final = FirstStage(
    article="《招标投标法实施条例》第三十条",
    too_few="《招标投标法》第二十八条",
)
DATES: Final = {
    "proposals_from": "proposals_from",
    "proposals_until": "proposals_until",
    "proposals_close_at": "proposals_close",
}


def two_stage_life(table: Lifecycle, variant: str) -> Lifecycle:
    """Give the life of a tender as it is, with its first stage before the call."""
    gated = gated_life(table, variant, TITLES)
    return replace(
        gated,
        moves={
            **gated.moves,
            "publish_first_stage": Move(table.moves["publish"].allowed, "proposing"),
            "amend_first_stage": Move(("proposing",), None),
            "close_proposals": Move(("proposing",), "proposals_review"),
            "call_second_stage": Move(("proposals_review",), "announced"),
        },
    )


def two_stage(method: Method, how: FirstStage, *, variant: str) -> Method:
    """Give the method that goes as another does, once its document was made from proposals."""
    checks = (first_stage.findings, *map(first_stage.later, method.demands.checks))
    return replace(
        method,
        slug="two_stage_tender",
        title=_("公开招标（两阶段）"),
        lifecycle=two_stage_life(method.lifecycle, variant),
        steps=((_("第一阶段"), "tender.first_stage_published"), *method.steps),
        demands=replace(
            method.demands,
            checks=checks,
            dates={**DATES, **method.demands.dates},
            first_dates=gates.first_dates,
        ),
        first_stage=how,
        remedies=("first_stage_objection",),
        words={**method.words, **WORDS},
        notices={**method.notices, "tender": _("第二阶段招标公告")},
        next={
            **method.next,
            **dict.fromkeys(method.lifecycle.moves["publish"].allowed, PUBLISH),
            "proposing": _("接受不带报价的技术建议，截止后编制第二阶段招标文件"),
            "proposals_review": _("研究技术建议，编制并发出第二阶段招标文件"),
        },
    )
