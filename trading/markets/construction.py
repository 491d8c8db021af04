"""Construction (建设工程): open tender with post-qualification, whose ranked candidates are shown
to the public before the winner is confirmed (BL, BLR, rulebook 2.1).
"""

from decimal import Decimal

from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.domain import failing, separation, works
from trading.domain.market import Market, Method, Section
from trading.markets import prequalified, two_stage
from trading.markets.invited import OF_WORKS, WORKS, by_invitation
from trading.periods import RuleSet

RUNNING = ("announced", "closed", "opening", "opened", "evaluating", "evaluated")
WORKS_TENDER = Lifecycle(
    name="tender",
    variant="construction",
    initial="draft",
    titles={
        "draft": _("起草"),
        "review": _("待招标人审核"),
        "approved": _("待发布"),
        "entry_review": _("进场登记审查中"),
        "registered": _("已进场登记，待发布"),
        "announced": _("公告中"),
        "closed": _("已截止"),
        "opening": _("开标中"),
        "opened": _("开标结束"),
        "evaluating": _("评标中"),
        "evaluated": _("评标结束"),
        "candidate_publicity": _("中标候选人公示中"),
        "winner_confirmed": _("中标人已确定"),
        "award_notified": _("中标通知书已发出"),
        "contracted": _("合同已签订"),
        "archived": _("已归档"),
        "failed": _("招标失败"),
        "terminated": _("终止"),
    },
    moves={
        "submit": Move(("draft",), "review"),
        "return": Move(("review", "approved", "entry_review", "registered"), "draft"),
        "approve": Move(("review",), "approved"),
        "submit_entry": Move(("approved",), "entry_review"),
        "refuse_entry": Move(("entry_review",), "approved"),
        "accept_entry": Move(("entry_review",), "registered"),
        "publish": Move(("approved", "registered"), "announced"),
        "amend": Move(("announced",), None),
        "close": Move(("announced",), "closed"),
        "open": Move(("closed",), "opening"),
        "confirm_record": Move(("opening",), "opened"),
        "seat_committee": Move(("opened",), "evaluating"),
        "submit_report": Move(("evaluating",), "evaluated"),
        "publish_candidates": Move(("evaluated",), "candidate_publicity"),
        "reevaluate": Move(
            ("evaluated", "candidate_publicity", "winner_confirmed", "award_notified"),
            "evaluating",
        ),
        "confirm_winner": Move(("candidate_publicity",), "winner_confirmed"),
        "report_award": Move(("winner_confirmed", "award_notified", "contracted"), None),
        "publish_result": Move(("winner_confirmed",), "award_notified"),
        "decide_anew": Move(("evaluated", "candidate_publicity", "award_notified"), "evaluated"),
        "pass_over": Move(
            ("candidate_publicity", "winner_confirmed", "award_notified"), "candidate_publicity"
        ),
        "keep_awards": Move(
            ("evaluated", "candidate_publicity", "winner_confirmed"), "award_notified"
        ),
        "sign_contracts": Move(("award_notified",), "contracted"),
        "archive": Move(("contracted",), "archived"),
        "fail": Move(
            (
                "closed",
                "opening",
                "opened",
                "evaluating",
                "evaluated",
                "candidate_publicity",
                "winner_confirmed",
                "award_notified",
            ),
            "failed",
        ),
        "terminate": Move(
            (
                "draft",
                "review",
                "approved",
                "entry_review",
                "registered",
                *RUNNING,
                "candidate_publicity",
            ),
            "terminated",
        ),
    },
)
INDUSTRIES = {
    "A01": _("房屋建筑"),
    "A02": _("市政"),
    "A03": _("公路"),
    "A04": _("铁路"),
    "A05": _("民航"),
    "A06": _("水运"),
    "A07": _("水利"),
    "A08": _("能源"),
    "A09": _("邮电通信"),
    "A10": _("桥梁"),
    "A11": _("城市轨道交通"),
    "A12": _("矿产冶金"),
    "A13": _("信息网络"),
    "A14": _("工业制造"),
    "A99": _("其他工程"),
}
"""The classes of construction in the unified transaction code (rulebook 8.1)."""
SUBJECTS = {"works": "works", "equipment": "goods", "design": "services"}
"""What the rules tell apart, by what is tendered."""


def subject_of(category: str, _price: Decimal, _rules: RuleSet) -> str:
    """Give what thresholds and caps of deposits go by."""
    return SUBJECTS[category]


OPEN_TENDER = Method(
    slug="open_tender",
    title=_("公开招标"),
    lifecycle=WORKS_TENDER,
    steps=(
        (_("公告"), "tender.published"),
        (_("开标"), "tender.closed"),
        (_("评标"), "tender.committee_seated"),
        (_("候选人公示"), "tender.candidates_published"),
        (_("中标通知"), "tender.result_published"),
        (_("合同"), "tender.contracts_signed"),
        (_("归档"), "tender.archived"),
    ),
    sections=(
        Section("basic", _("基本信息"), ("basic",)),
        Section("lots", _("标段"), ("lots",)),
        Section("terms", _("资格与响应性"), ("qualification", "conformity")),
        Section("scheme", _("评标办法"), ("scheme",)),
        Section("timetable", _("时间安排"), ("timetable",)),
        Section("documents", _("招标文件"), ("documents",)),
        Section("custodians", _("密钥托管"), ("custodians",)),
    ),
    demands=works.OPEN_TENDER,
    drafted_as="works",
    text_template="trading/_works.html",
    schemes=("drawn_mean", "mean_deviation", "reviewed_lowest", "formula"),
    offer_fields=("quality", "manager", "certificate"),
    committee_qualifies=True,
    judges_competition=True,
    failing=failing.BL_42,
    publicises_candidates=True,
    award_ways=tuple(separation.WAYS),
    binds_state_funds=True,
    reports_award=True,
    media_article="《招标投标法实施条例》第十五条",
    contract_acts=(),
    remedies=("objection",),
    thin_article="《招标投标法》第二十八条、第四十二条",
    termination_article="《招标投标法实施条例》第三十一条",
    subject=subject_of,
    next={
        "draft": _("招标代理完善招标文件，提交招标人审核"),
        "review": _("招标人审核招标文件"),
        "approved": _("招标代理办理进场登记（本中心免办的除外），然后发布招标公告"),
        "entry_review": _("交易中心核对进场登记材料是否齐全"),
        "registered": _("招标代理发布招标公告"),
        "announced": _("投标截止，同时开标"),
        "closed": _("主持人宣布开标"),
        "opening": _("开标正在进行，开标结束后进入评标"),
        "opened": _("抽取评标专家，组建评标委员会"),
        "evaluating": _("评标委员会评标，提交评标报告"),
        "evaluated": _("招标人公示中标候选人"),
        "candidate_publicity": _("中标候选人公示，期满后确定中标人"),
        "winner_confirmed": _("发出中标通知书，通知所有投标人"),
        "award_notified": _("招标人与中标人签订合同"),
        "contracted": _("向监督部门提交书面报告，退还投标保证金，归档"),
        "archived": _("招标投标活动已结束，档案已归档"),
        "failed": _("本次招标失败，招标人应当依法重新招标"),
        "terminated": _("本次招标已终止"),
    },
)

INVITED_TENDER = by_invitation(
    OPEN_TENDER, WORKS, OF_WORKS, publish=_("招标代理发布公告，同时向受邀请人发出投标邀请书")
)

PREQUALIFIED_TENDER = prequalified.prequalified(
    OPEN_TENDER,
    prequalified.WORKS,
    variant="construction_prequalified",
    dates=prequalified.WORKS_DATES,
    remedies=("prequal_objection",),
)

TWO_STAGE_TENDER = two_stage.two_stage(
    OPEN_TENDER, two_stage.WORKS, variant="construction_two_stage"
)

MARKET = Market(
    slug="construction",
    title=_("工程建设"),
    prefix="GC",
    adds_classes=True,
    methods={
        m.slug: m for m in (OPEN_TENDER, INVITED_TENDER, PREQUALIFIED_TENDER, TWO_STAGE_TENDER)
    },
    categories={
        "works": _("施工"),
        "equipment": _("材料设备"),
        "design": _("勘察、设计、监理"),
    },
    classes=dict.fromkeys(("works", "equipment", "design"), INDUSTRIES),
    words={
        "purchaser": _("招标人"),
        "agency": _("招标代理"),
        "bidder": _("投标人"),
        "lot": _("标段"),
        "lot_number": _("第 %(number)s 标段"),
        "number": _("标段"),
        "budget": _("合同估算价（元）"),
        "limit": _("最高投标限价（元）"),
        "documents": _("招标文件"),
        "lots_listed": _("标段一览"),
        "add_lot": _("增加标段"),
        "remove_lot": _("删除这个标段？"),
        "no_lots": _("还没有标段"),
        "no_lots_hint": _("每个标段单独报价、单独定标。"),
        "after_lots": _("下一节：资格与响应性"),
        "submit": _("提交招标人审核"),
        "submitted": _("已提交，等待招标人审核。"),
        "returned": _("招标人退回修改"),
        "locked": _("已提交审核，内容锁定；需要修改请招标人退回。"),
        "read_only": _("由招标代理编辑，这里只读。"),
        "wait_for_draft": _("等待招标代理完善并提交。"),
        "approve_detail": _("通过后由招标代理发布公告。"),
        "wait_for_publication": _("审核已通过，等待招标代理发布。"),
        "cancel": _("项目取消，终止招标"),
        "sections": _("招标文件各节"),
        "publish": _("发布招标公告"),
        "publish_hint": _(
            "下面就是将要公开的全文。发布后文本、日期和托管公钥按摘要冻结，之后的变更只能发布更正或澄清公告。"
        ),
        "qualification": _("投标人资格条件"),
        "qualification_hint": _(
            "依据招标投标法第十八条；由评标委员会在初步评审中审查（资格后审）。"
        ),
        "qualification_listed": _("投标人资格条件一览"),
        "no_files": _("还没有文件。招标文件必须上传，工程量清单、图纸和合同条款可以单独上传。"),
        "questions_tab": _("澄清答疑"),
        "takers_tab": _("获取文件的投标人"),
        "register": _("报名并获取招标文件"),
        "register_hint": _(
            "报名后即可免费下载招标文件、提出疑问。谁报了名、有几家报名，在开标前对任何人保密，包括招标人、招标代理和交易中心。"
        ),
        "registered": _("已报名的标段"),
        "registered_all": _("所有标段都已报名。"),
        "registering_lots": _("报名的标段"),
        "registered_now": _("报名成功，可以获取招标文件了。报名情况在开标前保密。"),
        "amend_summary": _("招标范围与工程概况"),
        "bids_close_at": _("投标截止暨开标时间"),
        "amend_bids_close_at": _("新的投标截止时间"),
        "amend_affects_bids": _("可能影响投标文件编制"),
        "amend_reason_help": _("公告正文。写明更正前后的内容，投标人据此修改投标文件。"),
        "amend_affects_help": _(
            "是的话，距投标截止不足 15 日须顺延（招标投标法实施条例第二十一条）。"
        ),
        "moved": _("距投标截止不足十五日：若可能影响投标文件编制，发布后投标截止时间将顺延至"),
        "questions_hint": _(
            "答复后与问题一并公开（招标投标法第二十三条）。提问单位对招标代理也不公开。"
        ),
        "retender": _("重新招标"),
        "retender_hint": _("再次招标会带入前次的内容；日期、密钥和批准文号须重新确定。"),
        "terminate": _("终止招标"),
        "terminate_hint": _(
            "招标人终止招标的，应当及时公告理由，退还文件费用、投标保证金及利息（招标投标法实施条例第三十一条）。终止后不能恢复。"
        ),
        "winner_label": _("中标人"),
        "desk_draft": _("完善招标文件，提交审核"),
        "desk_redraft": _("按退回意见修改招标文件"),
        "desk_wait": _("等待招标人审核"),
        "desk_review": _("审核招标文件"),
        "desk_answer": _("答复投标人疑问"),
        "desk_partner": _("与招标人签订合同"),
        "submitted_now": _("已提交招标人审核。"),
        "approved_now": _(
            "审核通过。文本已按摘要锁定，招标代理可以办理进场登记；本中心免办的可以直接发布。"
        ),
        "returned_now": _("已退回招标代理修改。"),
        "confirmed_now": _("中标人已确定。"),
        "result_now": _("结果已公示，中标通知书和结果通知书正在签发。"),
        "contract_now": _("合同已登记；五日内向所有投标人退还投标保证金及利息。"),
        "registered_already": _("已报名"),
        "amount_total": _("中标金额合计"),
        "budget_total": _("对应合同估算价"),
        "get_documents": _("获取招标文件"),
        "takers": _("获取招标文件的投标人"),
        "no_takers": _("没有投标人报名"),
        "registering": _("报名"),
        "documents_hint": _("下载后请核对摘要。文件如有更正，将另发更正公告并更新本页。"),
        "digest": _("招标文件摘要"),
        "versions": _("招标文件各版本"),
        "version": _("招标文件第 %(number)s 版全文"),
        "failed_lots": _("招标失败的标段"),
        "closes_moved": _("投标截止时间变更"),
        "confirm": _("确定中标人"),
        "confirm_ask": _("确定中标人？"),
        "confirm_hint": _(
            "中标候选人公示期满且没有未处理的异议，方可确定。国有资金占控股或者主导地位的，应当确定排名第一的中标候选人为中标人；其放弃、因不可抗力不能履行合同、未按要求提交履约保证金或者被查实影响中标结果的违法行为的，可以依次确定其他候选人（招标投标法实施条例第五十五条）。"
        ),
        "result_hint": _(
            "向中标人发出中标通知书，同时将中标结果通知所有未中标的投标人（招标投标法第四十五条）。"
        ),
        "result": _("发出中标通知书并公示中标结果"),
        "result_ask": _("发出中标通知书并公示中标结果？"),
        "candidates": _("中标候选人"),
        "candidate": _("候选人"),
        "report": _("评标报告"),
        "panel": _("评标委员会"),
        "rejected": _("否决投标"),
        "scheme": _("评标办法"),
        "opening_record": _("开标记录"),
        "offer": _("投标报价（元）"),
        "won": _("中标"),
        "winner_paper": _("中标通知书"),
        "papers": _("通知书"),
        "winner": _("中标人"),
        "amount": _("中标金额"),
        "rank": _("排名"),
        "ranking": _("中标候选人排序"),
        "delivery": _("工期"),
        "result_remedy": _(
            "投标人或者其他利害关系人认为招标投标活动不符合法律、行政法规规定的，可以自知道或者应当知道之日起十日内向行政监督部门投诉（招标投标法实施条例第六十条）。"
        ),
        "contracts_hint": _(
            "自中标通知书发出之日起三十日内按照招标文件和中标人的投标文件订立书面合同；签订后五日内向所有投标人退还投标保证金及银行同期存款利息（招标投标法第四十六条，实施条例第五十七条）。"
        ),
        "contract_side": _("中标人"),
        "closes_first": _("若今天发布：投标截止最早"),
        "start_price": _("最高投标限价"),
        "value": _("合同估算价"),
        "no_taker": _("投标截止时没有单位获取招标文件。"),
        "nobody_let_in": _("获取招标文件的单位均未按时足额交纳保证金。"),
        "unsold": _("没有有效报价。"),
    },
    notices={
        "failure": _("招标失败公告"),
        "termination": _("终止招标公告"),
        "result": _("中标结果公示"),
    },
    lot_states={"failed": _("招标失败")},
    labels={
        "summary": _("招标范围与工程概况"),
        "purchaser": _("招标人"),
        "agency": _("招标代理"),
        "plan_number": _("项目审批或投资项目代码"),
        "lots": _("标段"),
        "budget": _("合同估算价"),
        "delivery": _("工期"),
        "ceiling": _("最高投标限价"),
    },
    facts={
        "tender.committee_seated": _("评标委员会就位"),
        "tender.evaluated": _("评标结束"),
        "tender.failed": _("招标失败"),
        "lot.failed": _("标段招标失败"),
        "tender.terminated": _("终止招标"),
        "tender.suspended": _("暂停招标投标活动"),
        "tender.resumed": _("恢复招标投标活动"),
        "challenge.filed": _("提出异议"),
        "challenge.accepted": _("受理异议"),
        "challenge.rejected": _("不予受理异议"),
        "challenge.answered": _("答复异议"),
        "challenge.withdrawn": _("撤回异议"),
        "tender.result_published": _("发出中标通知书并公示中标结果"),
    },
)
