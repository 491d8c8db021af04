"""A procurement from a single source, through the services.

story = sole.approved(world)      # for Chen, over the threshold: it has to be made public first
sole.publicise(story); sole.invite(story)
"""

from datetime import timedelta
from typing import Any

from evaluation.services import report, summary
from kernel.calendar import end_of_day, local_date
from tests import openings, talks, tenders
from tests.talks import LOWEST, Town
from tests.tenders import Story
from tests.world import World
from trading import services
from trading.domain.files import Upload
from trading.domain.sources import Argument, SourceTerms
from trading.models import SoleSource, Tender

ARGUMENTS = tuple(
    Argument(name, "新安市计量测试研究所", "高级工程师", "该接口协议由其独家专利保护，别无替代。")
    for name in ("丁一", "于二", "万三")
)
CONTRACT = Upload("other", "合同.pdf", b"%PDF-1.7\n% contract\n%%EOF\n")
MINUTES = {
    "place": "2026年11月24日，新安市公共资源交易中心第二评标室",
    "costs": "设备主机成本六十五万元，安装调试五万元。",
    "comparisons": "同类项目合同价格八十至八十五万元。",
    "rights": "接口协议由该供应商独家专利保护。",
    "terms": "质保五年，两小时响应，价格为七十八万元。",
}


def terms(world: World, **changes: Any) -> SourceTerms:
    """Say that Chen's firm is the only one, with three arguments."""
    given: dict[str, Any] = {
        "ground": "sole",
        "supplier": world.organisation_of("chen").uscc,
        "reason": "原系统接口协议由该供应商独家专利保护。",
        "arguments": ARGUMENTS,
        "authority": "新安市财政局政府采购科，文化路 1 号，王敏，0393-8800110",
    }
    return SourceTerms(**{**given, **changes})


def draft(world: World, **changes: Any) -> Story:
    """Draft everything; `source` changes what is said of the supplier."""
    told = changes.pop("source", {})
    offered = local_date(world.at) + timedelta(days=10)
    given = {
        "scheme": LOWEST,
        "documents_from": offered,
        "documents_until": offered + timedelta(days=5),
        **changes,
    }
    story = tenders.draft(world, method="single_source", **given)
    services.change_source(
        actor=world.actor("sun"), code=story.code, source=terms(world, **told), at=story.at
    )
    return tenders.register_keys(story)


def approved(world: World, **changes: Any) -> Story:
    """Submit and approve."""
    story = draft(world, **changes)
    services.submit_tender(actor=world.actor("sun"), code=story.code, at=story.at)
    services.approve_tender(actor=world.actor("lin"), code=story.code, at=story.at)
    return story


def publicise(story: Story) -> Tender:
    """Put the supplier before the public."""
    sun = story.world.actor("sun", story.at)
    return services.publicise_source(actor=sun, code=story.code, at=story.at)


def over(story: Story) -> None:
    """Let the publicity pass."""
    story.at = end_of_day(SoleSource.objects.get(tender__code=story.code).publicity_until)


def invite(story: Story) -> Tender:
    """Send the invitation."""
    sun = story.world.actor("sun", story.at)
    return services.publish_tender(actor=sun, code=story.code, at=story.at)


def talking(world: World) -> Town:
    """Let the sole supplier hand in its sealed response, and the panel begin to talk with it."""
    hall = talks.announced(world, "single_source", ())
    name_supplier(world, hall.tender)
    openings.submit(hall, "chen", 1, hall.at - timedelta(minutes=20))
    return talks.begun(world, talks.read_out(world, hall))


def name_supplier(world: World, tender: Tender, name: str = "chen") -> SoleSource:
    """Write down whom a tender invites, as its draft would have."""
    return SoleSource.objects.create(
        tender=tender,
        supplier=world.organisation_of(name),
        ground="urgent",
        reason="水灾中检验设备损毁，急需恢复检验能力。",
    )


def agree(town: Town, price: str = "780000.00") -> None:
    """Talk, and take the agreed price as the one last quote."""
    town.round({"chen": "请说明成本构成、同类合同价格和专利情况。"})
    town.answer("chen")
    town.ask_quotes()
    town.quote("chen", price)
    town.close_quotes()
    town.open_quotes()
    if town.case.evaluation.state == "price_review":
        summary.summarise(actor=town.case.lead, code=town.code, at=town.at)


def minuted(town: Town) -> None:
    """Write the minutes, and let everybody sign."""
    lead = town.case.lead
    report.draft_report(actor=lead, code=town.code, minutes=MINUTES, at=town.at)
    for member in town.case.members:
        report.sign_report(actor=member, code=town.code, dissent="", at=town.at)
