"""The life of a bid and of an opening session, and the facts they leave (rulebook 3.1, sealing.md
5).
"""

from collections.abc import Mapping
from datetime import timedelta

from kernel.facts import Reach, facts
from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _

UNDER_WAY = (
    "waiting",
    "counted",
    "announced",
    "listed",
    "checking",
    "unlocking",
    "unlocked",
    "releasing",
    "reading",
    "objecting",
    "confirming",
    "postponed",
)
OVER = ("ended", "failed", "cancelled")

OPENING = Lifecycle(
    name="opening",
    initial="waiting",
    titles={
        "waiting": _("候场"),
        "counted": _("已截止，待宣布开始"),
        "announced": _("已宣布开标纪律"),
        "listed": _("已公布投标人名单"),
        "checking": _("密封核验"),
        "unlocking": _("投标人解密"),
        "unlocked": _("解密窗口已关闭"),
        "releasing": _("托管人启封"),
        "reading": _("唱标"),
        "objecting": _("现场异议"),
        "confirming": _("确认签字"),
        "ended": _("开标结束"),
        "postponed": _("延期启封"),
        "failed": _("未达三家，不予开标"),
        "cancelled": _("采购终止，不再开标"),
    },
    moves={
        "count": Move(("waiting",), "counted"),
        "fail": Move(("waiting", "counted"), "failed"),
        "cancel": Move(UNDER_WAY, "cancelled"),
        "announce": Move(("counted",), "announced"),
        "list": Move(("announced",), "listed"),
        "check_seals": Move(("listed",), "checking"),
        "start_unlock": Move(("checking",), "unlocking"),
        "extend_unlock": Move(("unlocking",), None),
        "close_unlock": Move(("unlocking",), "unlocked"),
        "start_release": Move(("unlocked", "postponed"), "releasing"),
        "postpone": Move(("releasing",), "postponed"),
        "start_reading": Move(("releasing",), "reading"),
        "read": Move(("reading",), None),
        "invite_objections": Move(("reading",), "objecting"),
        "invite_confirmation": Move(("objecting",), "confirming"),
        "end": Move(("confirming",), "ended"),
    },
)

BID = Lifecycle(
    name="bid",
    initial="sealed",
    titles={
        "sealed": _("密封"),
        "unlocked": _("已交出解密份额"),
        "opened": _("已开启"),
        "read": _("已唱标"),
        "revoked": _("视为撤销"),
        "withdrawn": _("视为撤回"),
        "returned": _("未达三家，原样退回"),
        "left": _("已退出"),
    },
    moves={
        "unlock": Move(("sealed", "unlocked"), "unlocked"),
        "open": Move(("unlocked", "opened"), "opened"),
        "read": Move(("opened", "read"), "read"),
        "revoke": Move(("sealed", "unlocked", "opened", "read"), "revoked"),
        "treat_as_withdrawn": Move(("sealed", "unlocked", "opened", "read"), "withdrawn"),
        "return": Move(("sealed",), "returned"),
        "leave": Move(("read",), "left"),
    },
)

AUCTION = Lifecycle(
    name="auction",
    initial="scheduled",
    titles={
        "scheduled": _("待开始"),
        "open": _("报价中"),
        "quiet": _("暂停报价，等候截止"),
        "inquiry": _("询问是否继续竞价"),
        "closing": _("限时竞价"),
        "ceiling": _("已达最高限价"),
        "draw": _("等待摇号"),
        "priority": _("询问优先购买权人"),
        "paused": _("暂停"),
        "ended": _("竞价结束"),
    },
    moves={
        "open": Move(("scheduled",), "open"),
        "quieten": Move(("open",), "quiet"),
        "inquire": Move(("open", "quiet"), "inquiry"),
        "limit": Move(("scheduled", "open", "inquiry"), "closing"),
        "reach_ceiling": Move(("open", "closing"), "ceiling"),
        "ask_holder": Move(("open", "closing", "inquiry"), "priority"),
        "raise": Move(("priority",), "closing"),
        "await_draw": Move(("ceiling",), "draw"),
        "draw": Move(("draw",), "ended"),
        "pause": Move(("open", "quiet", "inquiry", "closing", "ceiling", "priority"), "paused"),
        "resume": Move(("paused",), None),
        "end": Move(
            (
                "scheduled",
                "open",
                "quiet",
                "inquiry",
                "closing",
                "ceiling",
                "priority",
                "paused",
            ),
            "ended",
        ),
    },
)
"""The phases of an auction; which of them a type goes through, its own file says."""

STEP_MINUTES = {
    "checking": 5,
    "unlocking": 30,
    "releasing": 10,
    "objecting": 10,
    "confirming": 10,
}
"""How long each timed step lasts by the tender document's default, in minutes (rulebook 3.1)."""

READ_OUT = timedelta(seconds=8)
"""How long one bid stays on the screen before the next is read, if the host does not press on."""

RESUPPLY_MINUTES = 10
"""How long a bidder may hand in its own copy of an object the platform damaged."""

FIELD_TITLES = {
    "days": _("交付或服务期（天）"),
    "validity_days": _("投标有效期（天）"),
    "warranty_months": _("质保期（月）"),
    "quality": _("质量承诺"),
    "manager": _("项目负责人"),
    "certificate": _("项目负责人证书名称和编号"),
    "price_in_words": _("投标函大写报价"),
    "remark": _("说明"),
}
"""What is read out of a bid besides its price, in the order of reading."""

CAUSES = {
    "no_share": _("未在规定时间内交出解密份额"),
    "recovery.too_few_parts": _("已申请恢复份额，但恢复托管人未在规定时间内释放足够的份额"),
    "recovery.parts_disagree": _("投标人封给各恢复托管人的份额互不一致，无法恢复解密份额"),
    "seal.share_b": _("交出的份额与密封时的承诺不符"),
    "seal.parts": _("投标人封给各托管人的份额互不一致，公布的密钥无法启封"),
    "seal.share_a": _("投标人封给各托管人的份额互不一致，公布的密钥无法启封"),
    "seal.root": _("平台保存的密文与提交时的摘要不符，且未能补交同一份密文"),
    "seal.bidder": _("封内的投标人与提交者不是同一家"),
}
UNREADABLE = _("封内内容不符合规定格式，无法读取")
DISCIPLINE = _(
    "各位投标人、各位监督人员：现在开标。开标期间请保持在线，不得发布与开标无关的内容，"
    "不得干扰开标秩序；解密须在规定时间内由本单位自行完成；对开标过程有异议的，"
    "请在异议环节以书面方式提出，主持人当场答复并记录。全程录音录像，向社会公开。"
)


def cause_of(code: str) -> str:
    """Give the sentence that says why a bid stayed shut."""
    return CAUSES.get(code, UNREADABLE)


def lots_with_too_few(counts: Mapping[int, int], least: int) -> tuple[int, ...]:
    """Give the lots that may not be opened: fewer than three bidders (M87 art. 43, BL art. 28)."""
    return tuple(sorted(lot for lot, count in counts.items() if count < least))


FACTS = (
    facts(
        Reach.PUBLIC,
        {
            "opening.scheduled": _("开标大厅开放"),
            "opening.counted": _("清点投标"),
            "opening.failed": _("未达三家"),
            "opening.cancelled": _("采购终止，开标取消"),
            "opening.announced": _("宣布开标纪律"),
            "opening.listed": _("投标人名单已公布"),
            "opening.seal_check_started": _("密封核验开始"),
            "opening.seal_checked": _("密封核验结果"),
            "opening.unlock_started": _("解密窗口开启"),
            "opening.unlock_extended": _("解密窗口延长"),
            "opening.share_accepted": _("解密份额有效"),
            "opening.share_refused": _("解密份额无效"),
            "opening.unlock_closed": _("解密窗口已关闭"),
            "opening.release_started": _("请托管人启封"),
            "opening.key_released": _("托管人公布阶段密钥"),
            "opening.key_refused": _("托管人密钥无效"),
            "opening.postponed": _("延期启封"),
            "opening.reading_started": _("开始唱标"),
            "opening.object_damaged": _("平台密文受损"),
            "opening.object_resupplied": _("补交同一份密文"),
            "bid.read": _("唱标"),
            "bid.revoked": _("投标视为撤销"),
            "bid.treated_as_withdrawn": _("投标视为撤回"),
            "opening.objections_invited": _("现场异议"),
            "opening.objection_raised": _("现场异议已提出"),
            "opening.objection_answered": _("答复现场异议"),
            "opening.confirmation_invited": _("请确认开标记录"),
            "opening.confirmed": _("已确认开标记录"),
            "opening.ended": _("开标结束"),
            "opening.record_signed": _("开标记录归档"),
            "opening.recovery_requested": _("投标人申请恢复份额"),
            "opening.part_released": _("恢复托管人释放份额"),
            "opening.part_refused": _("恢复份额无效"),
            "opening.recovery_used": _("应急恢复份额"),
            "auction.prepared": _("竞价安排已公布"),
            "auction.moved": _("竞价进入下一阶段"),
            "auction.offers": _("报价"),
            "auction.paused": _("竞价暂停"),
            "auction.resumed": _("竞价恢复"),
            "auction.excluded": _("取消竞买资格"),
            "auction.credited": _("补足停机时间"),
            "auction.drawn": _("摇号结果"),
            "auction.revealed": _("公布密存的报价"),
            "auction.ended": _("竞价结束"),
            "auction.voided": _("竞价结果无效"),
            "auction.disqualified": _("竞价结束后取消竞买资格"),
        },
    )
    | facts(
        Reach.RESTRICTED,
        {
            "attendance.signed_in": _("已签到"),
            "talks.noted": _("磋商、谈判记录"),
            "commit.late": _("逾期提交被拒"),
            "auction.act_sealed": _("密存的竞价行为"),
        },
    )
    | facts(
        Reach.WITHHELD,
        {
            "bid.submitted": _("提交投标"),
            "bid.replaced": _("替换投标"),
            "bid.withdrawn": _("撤回投标"),
            "attendance.bidder_signed_in": _("投标人签到"),
        },
    )
)
