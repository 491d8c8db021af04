"""The first stage of two (两阶段招标): where no specification can be drawn up beforehand,
technical proposals without a price are asked for, and the tender document is made from them
(BLR 30).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading.domain.findings import Finding, undated

if TYPE_CHECKING:
    from trading.domain.completeness import Check, TenderFacts

FIRST: Final = frozenset(
    {
        "basic.title",
        "basic.summary",
        "basic.plan_number",
        "basic.funding",
        "basic.contact_name",
        "basic.contact_phone",
        "lots.none",
        "qualification.none",
    }
)
"""What the first notice must say already; all else is found out from the proposals."""
BEFORE: Final = frozenset(
    {"draft", "review", "approved", "entry_review", "registered", "proposing"}
)
"""The states in which there is nothing of the second document yet."""
FIXED: Final = frozenset(
    {"title", "category", "region", "plan_number", "trade_class", "funding", "qualification"}
)
"""What the first notice said for good: the project and its money stay the same, and so does who may
bid: nobody cuts the terms to one of those whose names are known by now (BLR 32).
"""
FIXED_OF_LOTS: Final = frozenset({"title", "budget"})
"""What it said of each lot for good: nothing is added to what was announced, or taken from it."""


@dataclass(frozen=True)
class FirstStage:
    """How a method has a first stage: the article it rests on, and the one by which too few who
    propose fail it.
    """

    article: str
    too_few: str


def later(check: "Check") -> "Check":
    """Hold a draft to what its second document needs only once proposals are closed."""

    def held(facts: "TenderFacts") -> Iterator[Finding]:
        found = check(facts)
        yield from (one for one in found if facts.state not in BEFORE or one.code in FIRST)

    return held


def findings(facts: "TenderFacts") -> Iterator[Finding]:
    """List what a draft lacks of its first stage: its dates and its document."""
    how = facts.first_stage
    if how is None:
        return
    asked = (
        ("proposals_from", facts.proposals_from, _("第一阶段招标文件提供开始日期")),
        ("proposals_until", facts.proposals_until, _("第一阶段招标文件提供截止日期")),
        ("proposals_close_at", facts.proposals_close_at, _("技术建议提交截止时间")),
    )
    yield from undated(asked, how.article)
    if "first_stage" not in facts.attachments:
        message = _("尚未上传第一阶段招标文件。")
        yield Finding("documents.no_first_stage", "documents", message, {}, how.article)


def require_same_lots(*, is_settled: bool) -> None:
    """Refuse to tender more, less or something else than the first notice said."""
    if is_settled:
        raise Conflict(
            "second_stage.lots",
            _(
                "标段已在第一阶段公告中公布，不能增减，也不能改名称和概算。需要变更的，终止本项目后重新招标。"
            ),
        )


def require_as_read(seen: str, stands: str) -> None:
    """Refuse to call the second stage by another text than the one that was read."""
    if seen != stands:
        raise Conflict(
            "second_stage.changed",
            _("打开页面后，第二阶段招标文件又有修改。请重新阅读全文后再发出。"),
        )
