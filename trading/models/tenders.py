"""A call for bids, its lots, who keeps its keys, its files and what is published of it."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from trading import domain, markets
from trading.domain import attempts, entry, posts, reserved, rooms, separation
from trading.periods import BUDGET_LEVELS

if TYPE_CHECKING:
    from trading.models.deals import Award


def tender_states() -> list[tuple[str, str]]:
    """Give the states of a tender; a callable, so that a new state needs no migration."""
    return list(markets.states().items())


def tender_categories() -> list[tuple[str, str]]:
    """Give the kinds of subject of every market."""
    return list(markets.categories().items())


def listed_cases() -> list[tuple[str, str]]:
    """Give the kinds of subject for which a method is content with fewer suppliers."""
    return list(markets.listed_cases().items())


def budget_levels() -> list[tuple[str, str]]:
    """Give whose budget may pay for a procurement."""
    return list(BUDGET_LEVELS.items())


def award_ways() -> list[tuple[str, str]]:
    """Give the ways in which an award committee may decide."""
    return list(separation.WAYS.items())


def reserved_kinds() -> list[tuple[str, str]]:
    """Give for whom a lot may be reserved."""
    return list(reserved.KINDS.items())


def lot_states() -> list[tuple[str, str]]:
    """Give the states of a lot."""
    return domain.LOT.choices()


def notice_kinds() -> list[tuple[str, str]]:
    """Give the kinds of notice."""
    return list(domain.NOTICE_KINDS.items())


def money(title: Any, **options: Any) -> "models.DecimalField[Any, Any]":  # noqa: ANN401 - Django's
    """Make a column for an amount in yuan with two places (rulebook 0.4)."""
    return models.DecimalField(title, max_digits=16, decimal_places=2, **options)


class Tender(models.Model):
    """One call for bids: its text, dates, scoring scheme and key custody."""

    class Stages(models.TextChoices):
        """Whether technical and price parts are opened together or one after the other; and whether
        the price is handed in later, as one last quote.
        """

        ONE = "whole", _("一次开启")
        TWO = "two", _("技术、价格分两次开启")
        LAST = "last", _("先开启响应文件，磋商谈判后一次密封提交最后报价")

    code = models.CharField(_("项目编号"), max_length=40, unique=True)
    market = models.CharField(max_length=20, default="procurement")
    method = models.CharField(max_length=30, default="open_tender")
    category = models.CharField(_("类别"), max_length=10, choices=tender_categories)
    title = models.CharField(_("项目名称"), max_length=160)
    summary = models.TextField(_("采购需求概况"), blank=True)
    purchaser = models.ForeignKey(Organisation, models.PROTECT, related_name="purchases")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="agencies")
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="drafts")
    contact_name = models.CharField(_("项目联系人"), max_length=40, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    region = models.CharField(_("行政区划代码"), max_length=6)
    trade_class = models.CharField(_("交易分类"), max_length=3, blank=True)
    plan_number = models.CharField(_("采购计划编号"), max_length=60, blank=True)
    intention = models.CharField(_("采购意向"), max_length=20, blank=True, default="")
    budget_level = models.CharField(
        _("预算级次"), max_length=10, choices=budget_levels, blank=True, default=""
    )
    funding = models.CharField(_("资金来源"), max_length=60, blank=True)
    state_funded = models.BooleanField(_("国有资金占控股或者主导地位"), default=True)
    place = models.CharField(_("开标地点"), max_length=120, blank=True)
    qualification = models.JSONField(_("供应商资格条件"), default=list)
    qualification_after = models.BooleanField(_("竞价结束后再审查竞得人的资格"), default=False)
    conformity = models.JSONField(_("符合性审查条款"), default=list)
    scheme = models.JSONField(_("评分办法"), default=dict)
    stages = models.CharField(_("开启方式"), max_length=10, choices=Stages, default=Stages.ONE)
    listed_case = models.CharField(
        _("两家即可继续的情形"), max_length=20, choices=listed_cases, blank=True
    )
    award_way = models.CharField(_("定标方法"), max_length=20, choices=award_ways, blank=True)
    grounds = models.JSONField(_("采用该方式的依据"), default=dict)
    invited = models.BinaryField(default=bytes)
    framework = models.JSONField(_("框架协议约定"), default=dict)
    threshold = models.PositiveSmallIntegerField(_("开启所需托管人数"), default=2)
    recovery_threshold = models.PositiveSmallIntegerField(_("恢复所需托管人数"), default=2)
    bid_security = money(_("投标保证金"), default=Decimal(0))
    performance_share = models.DecimalField(
        _("履约保证金占合同金额（%）"), max_digits=4, decimal_places=2, default=Decimal(0)
    )
    performance_forms = models.JSONField(_("履约保证金的提交形式"), default=list)
    validity_days = models.PositiveSmallIntegerField(_("投标有效期（日）"), default=90)
    prequalification_from = models.DateField(_("资格预审文件提供开始"), null=True)
    prequalification_until = models.DateField(_("资格预审文件提供截止"), null=True)
    prequalification_close_at = models.DateTimeField(_("资格预审申请截止时间"), null=True)
    proposals_from = models.DateField(_("第一阶段招标文件提供开始"), null=True)
    proposals_until = models.DateField(_("第一阶段招标文件提供截止"), null=True)
    proposals_close_at = models.DateTimeField(_("技术建议提交截止时间"), null=True)
    most_partners = models.PositiveSmallIntegerField(_("联合体除牵头人外最多成员数"), default=0)
    documents_from = models.DateField(_("采购文件提供开始"), null=True)
    documents_until = models.DateField(_("采购文件提供截止"), null=True)
    bids_close_at = models.DateTimeField(_("投标截止时间"), null=True)
    extension = models.JSONField(_("无人登记时延长披露"), default=dict)
    extended = models.PositiveSmallIntegerField(default=0)
    pre_disclosure = models.JSONField(_("信息预披露"), default=dict)
    pre_disclosed_at = models.DateTimeField(null=True)
    disclosure_from = models.DateField(_("正式披露不早于"), null=True)
    state = models.CharField(max_length=20, choices=tender_states, default="draft")
    document_version = models.PositiveSmallIntegerField(default=0)
    text_digest = models.CharField(max_length=64, blank=True)
    policy = models.JSONField(default=dict)
    policy_digest = models.CharField(max_length=64, blank=True)
    experts = models.JSONField(default=list)
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    evaluated_at = models.DateTimeField(null=True)
    publicity_until = models.DateField(_("中标候选人公示截止"), null=True)
    award_reported_at = models.DateTimeField(null=True)
    return_reason = models.CharField(_("退回理由"), max_length=300, blank=True)
    other_media = models.JSONField(_("发布公告的其他媒介"), default=list)
    entry_contract = models.CharField(_("招标代理委托合同"), max_length=entry.LONGEST, blank=True)
    next_due_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="followers", verbose_name=_("前次项目")
    )
    particulars = models.JSONField(_("公告其他必备内容"), default=list)
    conversion_approval = models.CharField(
        _("变更采购方式的批准文号"), max_length=attempts.LONGEST_APPROVAL, blank=True
    )
    conversion_review = models.CharField(
        _("招标文件和招标程序的审查意见"), max_length=attempts.LONGEST_REVIEW, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(markets.states())), name="tender_state"
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="tender_published"),
            models.Index(fields=["next_due_at"], name="tender_due"),
            models.Index(fields=["state", "-published_at"], name="tender_by_state"),
            models.Index(fields=["state", "bids_close_at"], name="tender_closing"),
            models.Index(fields=["region", "published_at"], name="tender_by_region"),
            models.Index(fields=["category", "published_at"], name="tender_by_category"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def stream(self) -> str:
        """Name the stream of this tender's facts."""
        return f"tender.{self.code}"

    @property
    def has_public_state(self) -> bool:
        """Tell whether the public may know where it stands: of a sale that was only told of in
        advance nobody learns how its text is being written.
        """
        return self.published_at is not None or self.state in {"pre_disclosed", "terminated"}


class Lot(models.Model):
    """A part of the tender that is bid for and awarded by itself (采购包)."""

    tender = models.ForeignKey(Tender, models.CASCADE, related_name="lots")
    number = models.PositiveSmallIntegerField(_("包号"))
    title = models.CharField(_("采购包名称"), max_length=160)
    description = models.TextField(_("采购内容"), blank=True)
    quantity = models.CharField(_("数量"), max_length=40, blank=True)
    delivery = models.CharField(_("交付或服务期限"), max_length=120, blank=True)
    budget = money(_("预算金额（元）"), default=Decimal(0))
    ceiling = money(_("最高限价（元）"), default=Decimal(0))
    items = models.JSONField(_("分项报价表"), default=list)
    deposit = money(_("交易保证金（元）"), default=Decimal(0))
    auction = models.JSONField(_("竞价规则"), default=dict)
    particulars = models.JSONField(_("标的情况"), default=dict)
    post = models.JSONField(_("招聘岗位"), default=dict)
    reserved = models.CharField(
        _("专门面向中小企业"), max_length=5, choices=reserved_kinds, blank=True, default=""
    )
    state = models.CharField(max_length=20, choices=lot_states, default="open")
    failure = models.CharField(max_length=300, blank=True)
    candidates = models.JSONField(default=list)
    excluded = models.JSONField(default=list)
    decision = models.JSONField(default=dict)
    passed_over = models.JSONField(default=list)
    transaction_code = models.CharField(_("统一交易标识码"), max_length=40, blank=True)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followers")
    defaulted = models.JSONField(default=list)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["tender", "number"], name="lot_number"),
            models.UniqueConstraint(
                fields=["transaction_code"],
                condition=~models.Q(transaction_code=""),
                name="lot_transaction_code",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=domain.LOT.states), name="lot_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def award(self) -> "Award | None":
        """Give the award that stands."""
        return next((made for made in self.awards.all() if made.voided_at is None), None)

    @property
    def reserved_title(self) -> str:
        """Say for whom alone it is, if it is not for all."""
        return reserved.KINDS.get(self.reserved, "")

    @property
    def education_title(self) -> str:
        """Give the education a post asks for, as people say it."""
        return posts.EDUCATIONS[self.post.get("education", "any")]

    @property
    def limit(self) -> Decimal:
        """Give the price that bounds the offers: the ceiling of a purchase, the floor of a sale."""
        return self.start_price or self.ceiling

    @property
    def start_price(self) -> Decimal:
        """Give the price offers begin at, where something is sold; zero while there is none."""
        return rooms.start_price(self.auction)


class SerialDay(models.Model):
    """How many transaction codes a day has given out: none is given twice."""

    day = models.DateField(unique=True)
    last = models.PositiveIntegerField(default=0)


class Reserve(models.Model):
    """The secret floor of a lot (底价), locked: only its commitment is known before the end."""

    lot = models.OneToOneField(Lot, models.PROTECT, related_name="reserve")
    sealed = models.BinaryField()
    commitment = models.CharField(max_length=64)
    decision = models.CharField(_("集体决策文号"), max_length=60)
    sealed_at = models.DateTimeField()


class Custodian(models.Model):
    """A holder of one of the n stage keys; k of them open all bids of a stage or none (sealing.md
    1). One of the recovery set instead gives back the share of a single bid, on its bidder's word.
    """

    class Circle(models.TextChoices):
        """Which set a custodian belongs to; nobody is in both."""

        OPENING = "opening", _("开启托管人")
        RECOVERY = "recovery", _("恢复托管人")

    class Office(models.TextChoices):
        """The body a custodian sits in; never one office alone."""

        PURCHASER = "purchaser", _("采购人")
        CENTRE = "centre", _("交易中心")
        REGULATOR = "regulator", _("监督部门")
        NOTARY = "notary", _("公证机构")

    tender = models.ForeignKey(Tender, models.CASCADE, related_name="custodians")
    circle = models.CharField(max_length=10, choices=Circle, default=Circle.OPENING)
    index = models.PositiveSmallIntegerField(_("序号"))
    person = models.ForeignKey(User, models.PROTECT, related_name="custodies")
    office = models.CharField(_("所属"), max_length=12, choices=Office)
    public_keys = models.JSONField(default=dict)
    registered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["circle", "index"]
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "circle", "index"], name="custodian_index_in_circle"
            ),
            models.UniqueConstraint(fields=["tender", "person"], name="custodian_person"),
        ]

    @property
    def office_title(self) -> str:
        """Name the body it sits in, the buying side as its market calls it."""
        if self.office == self.Office.PURCHASER:
            return gettext(markets.words_of(self.tender)["purchaser"])
        return self.get_office_display()


class Attachment(models.Model):
    """A file of the tender in one version of the tender document."""

    class Kind(models.TextChoices):
        """What the file is."""

        TENDER_DOCUMENT = "tender_document", _("采购文件")
        PREQUALIFICATION = "prequalification", _("资格预审文件")
        FIRST_STAGE = "first_stage", _("第一阶段招标文件")
        REQUIREMENT = "requirement", _("技术需求")
        CONTRACT_DRAFT = "contract_draft", _("合同草案")
        CONSENT = "consent", _("批准单位书面同意")
        OTHER = "other", _("其他附件")

    tender = models.ForeignKey(Tender, models.CASCADE, related_name="attachments")
    kind = models.CharField(_("文件类别"), max_length=20, choices=Kind)
    name = models.CharField(_("文件名"), max_length=160)
    document = models.ForeignKey("ledger.Document", models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)


class Notice(models.Model):
    """A published text; never changed, only followed by another."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="notices")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=notice_kinds)
    title = models.CharField(max_length=200)
    fields = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tender", "number"], name="notice_number")]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="notice_published"),
            models.Index(fields=["kind", "-published_at", "-id"], name="notice_by_kind"),
        ]

    @property
    def kind_title(self) -> str:
        """Give the title of its kind, as the tender's market calls it."""
        usual = domain.NOTICE_KINDS[self.kind]
        return markets.notices_of(self.tender).get(self.kind, usual)


class Clarification(models.Model):
    """A public question with its answer; the author is withheld for good."""

    tender = models.ForeignKey(Tender, models.CASCADE, related_name="clarifications")
    token = models.CharField(max_length=22, unique=True)
    question = models.TextField(_("疑问"))
    asked_at = models.DateTimeField()
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(null=True)
    affects_bids = models.BooleanField(_("可能影响投标文件编制"), default=False)
