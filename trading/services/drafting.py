"""Draft a tender: its text, lots and files, until the purchaser approves it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from django.db import IntegrityError, transaction

from accounts import queries as accounts
from accounts.domain import AGENCY, Actor
from kernel.calendar import is_sensible, local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import (
    completeness,
    consortia,
    custody,
    grounds,
    media,
    performance,
    predisclosure,
    sale,
    scheme,
    terms,
)
from trading.domain import required as notice_fields
from trading.domain.gates import GATES
from trading.domain.market import Market
from trading.markets import lifecycle_of, market_of, markets, method_of
from trading.models import Tender
from trading.periods import BUDGET_LEVELS, RuleSet
from trading.queries.intentions import asks_intention, named_intention
from trading.services.checking import assign
from trading.services.telling import tell

GATED_ONLY: Final = frozenset(day for gate in GATES for day in gate.dates)
"""What a draft says only where those who may bid are found first, as far as its method asks it."""
CHANGEABLE: Final = GATED_ONLY | frozenset(
    {
        "title",
        "category",
        "summary",
        "contact_name",
        "contact_phone",
        "region",
        "plan_number",
        "budget_level",
        "funding",
        "place",
        "qualification",
        "qualification_after",
        "conformity",
        "scheme",
        "stages",
        "listed_case",
        "conversion_approval",
        "conversion_review",
        "threshold",
        "recovery_threshold",
        "bid_security",
        "performance_share",
        "performance_forms",
        "validity_days",
        "documents_from",
        "documents_until",
        "bids_close_at",
        "extension",
        "pre_disclosure",
        "state_funded",
        "grounds",
        "framework",
        "award_way",
        "trade_class",
        "particulars",
        "other_media",
        "intention",
    }
)
PURCHASE_ONLY: Final = frozenset(
    {
        "funding",
        "listed_case",
        "conversion_approval",
        "conversion_review",
        "bid_security",
        "performance_share",
        "performance_forms",
        "documents_from",
        "documents_until",
    }
)
"""What it says only where something is bought: what is sold has money and dates of its own."""
SEALED_ONLY: Final = PURCHASE_ONLY | {
    "place",
    "conformity",
    "scheme",
    "stages",
    "threshold",
    "recovery_threshold",
    "validity_days",
}
"""What a draft says only where bids are sealed and judged."""
SALE_ONLY: Final = frozenset({"extension"})
"""What it says only where a disclosure may go on while nobody has registered."""
CONTROL_ONLY: Final = frozenset({"pre_disclosure"})
"""What it says only where a change of control is told of in advance."""
AFTER_ONLY: Final = frozenset({"qualification_after"})
"""What it says only where whoever is to have a lot may be judged after the bidding."""
FUNDS_ONLY: Final = frozenset({"state_funded"})
"""What a draft says only where the award depends on whose money it is."""
LEVELS_ONLY: Final = frozenset({"budget_level"})
"""What it says only where thresholds depend on whose budget pays."""
DEPARTED_ONLY: Final = frozenset({"grounds"})
"""What a draft says only where it is not put out to open tender."""
FRAMEWORK_ONLY: Final = frozenset({"framework"})
"""What a draft says only where several suppliers are shortlisted."""
SEPARATED_ONLY: Final = frozenset({"award_way"})
"""What it says only where an award committee may decide."""
MEDIA_ONLY: Final = frozenset({"other_media"})
"""What it says only where notices stand in other media too."""
NOT_OF_POSTS: Final = (
    SEALED_ONLY
    | SALE_ONLY
    | CONTROL_ONLY
    | FUNDS_ONLY
    | LEVELS_ONLY
    | DEPARTED_ONLY
    | FRAMEWORK_ONLY
    | SEPARATED_ONLY
    | MEDIA_ONLY
    | GATED_ONLY
    | AFTER_ONLY
    | {"qualification"}
)
STRUCTURES: Final[dict[str, Callable[[Any], Any]]] = {
    "qualification": partial(terms.read_terms, prefix="Q", field="qualification"),
    "conformity": partial(terms.read_terms, prefix="C", field="conformity"),
    "extension": sale.read_extension,
    "framework": queries.read_framework,
    "pre_disclosure": predisclosure.read,
    "performance_share": performance.read_share,
    "performance_forms": performance.read_forms,
    "other_media": media.read,
}
BY_RULES: Final[dict[str, Callable[[Any, RuleSet], Any]]] = {
    "grounds": grounds.read,
    "particulars": notice_fields.read,
}
"""What is read by the rows of the rules, whose titles it keeps."""
BOUNDS: Final = {
    "threshold": (custody.FEWEST_CUSTODIANS, custody.MOST_CUSTODIANS),
    "recovery_threshold": (custody.FEWEST_CUSTODIANS, custody.MOST_CUSTODIANS),
    "validity_days": (1, 730),
    "most_partners": (0, consortia.MOST),
}
ATTEMPTS: Final = 5


@transaction.atomic
def draft_tender(  # noqa: PLR0913 - a draft begins with all of them
    *,
    actor: Actor,
    purchaser: str,
    category: str,
    title: str,
    market: str = "procurement",
    method: str = "open_tender",
    at: datetime,
) -> Tender:
    """Begin a draft for a purchaser, known by its credit code; the agency is the actor's own."""
    policy.require(actor, "tender.draft")
    chosen = _market(market, method, category)
    buyer = accounts.organisation(purchaser)
    agency_id = min(actor.organisations(AGENCY))
    if buyer.pk == agency_id:
        raise Invalid("tender.own_agency", _("采购人与代理机构不能是同一单位。"), field="purchaser")
    tender = numbered(
        at,
        chosen.prefix,
        market=market,
        method=method,
        category=category,
        title=required(title, "title", 160),
        purchaser=buyer,
        agency_id=agency_id,
        drafted_by_id=actor.person_id,
        region=buyer.region,
        stages=chosen.methods[method].stages[0],
        drafted_at=at,
    )
    tell(tender, "tender.drafted", actor, at, purchaser=buyer.uscc, title=tender.title)
    return tender


def _market(market: str, method: str, category: str) -> Market:
    """Take a market by its slug, with a method and a category that it has."""
    found = markets().get(market)
    if found is None or method not in found.methods or found.methods[method].asks_shortlisted:
        raise Invalid("tender.method", _("没有这种交易方式。"), field="method")
    if category not in found.categories:
        raise Invalid("tender.category", _("所选类别不属于该市场。"), field="category")
    return found


def numbered(at: datetime, prefix: str, **fields: Any) -> Tender:
    """Create the tender under the year's next number; two drafts at one instant take turns."""
    series = f"{prefix}-{local_date(at).year}-"
    for attempt in range(ATTEMPTS):
        taken = Tender.objects.filter(code__startswith=series).count()
        try:
            with transaction.atomic():
                return Tender.objects.create(code=f"{series}{taken + 1 + attempt:04d}", **fields)
        except IntegrityError:
            continue
    raise Conflict("tender.number_taken", _("项目编号生成冲突，请再试一次。"))


@transaction.atomic
def change_tender(
    *,
    actor: Actor,
    code: str,
    changes: Mapping[str, Any],
    version: int | None = None,
    at: datetime,
) -> Tender:
    """Change fields of a draft; a page made before somebody else's change is refused."""
    tender = lock_draft(actor, "tender.change", code)
    if version is not None and version != tender.version:
        raise Conflict(
            "tender.changed_meanwhile", _("页面打开后，他人已修改此草稿。请刷新后再改。")
        )
    known, changes = changeable(tender), queries.without_settled(tender, changes)
    if unknown := sorted(set(changes) - known):
        raise Invalid("tender.unknown_field", _("不能修改：%(names)s"), names="、".join(unknown))
    if "pre_disclosure" in changes and tender.pre_disclosed_at:
        raise Conflict("predisclosure.told", _("信息预披露公告已经发布。"))
    if "category" in changes:  # what else may be chosen depends on it
        tender.category = cleaned(tender, "category", changes["category"])
    clean = {name: cleaned(tender, name, value) for name, value in changes.items()}
    for name in BY_RULES.keys() & changes.keys():
        clean[name] = BY_RULES[name](changes[name], queries.rules_of(tender, at))
    if tender.trade_class not in choices_of(tender)["trade_class"]:
        clean.setdefault("trade_class", "")
    _save(tender, clean)
    tell_change(tender, actor, at, fields=sorted(clean))
    return tender


def changeable(tender: Tender) -> frozenset[str]:
    """Name the fields a draft of this method has."""
    method = method_of(tender)
    if method.has_posts:
        return CHANGEABLE - NOT_OF_POSTS
    known = CHANGEABLE if method.is_sealed else CHANGEABLE - SEALED_ONLY
    known = known - PURCHASE_ONLY if method.sells or method.auctions else known
    known = known if method.extends else known - SALE_ONLY
    known = known if method.departs else known - DEPARTED_ONLY
    known = known if method.second_stage else known - FRAMEWORK_ONLY
    known = known if market_of(tender).has_budget_levels else known - LEVELS_ONLY
    known = known if asks_intention(tender) else known - {"intention"}
    known = known if method.judges_after else known - AFTER_ONLY
    known -= GATED_ONLY - set(method.demands.dates)
    known -= queries.settled_fields(tender)
    known = known | {"most_partners"} if method.prequalification else known
    known = known if method.media_article else known - MEDIA_ONLY
    known = known if method.award_ways else known - SEPARATED_ONLY
    known = known if method.pre_discloses else known - CONTROL_ONLY
    return known if method.binds_state_funds else known - FUNDS_ONLY


def _scheme(tender: Tender, value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON, not read yet
    clean = scheme.read(value, queries.judging(tender))
    if clean["method"] not in method_of(tender).schemes:
        raise Invalid("scheme.method", _("该交易方式不使用这种评标方法。"), field="method")
    return clean


def cleaned(tender: Tender, name: str, value: Any) -> Any:  # noqa: ANN401 - each has its type
    """Check the fields that are structures; plain ones are checked by the model's own types."""
    if name == "scheme":
        return _scheme(tender, value)
    if name in STRUCTURES:
        return STRUCTURES[name](value)
    if name == "intention":
        return named_intention(tender, value)
    if isinstance(value, date) and not is_sensible(value):
        raise Invalid("tender.date", _("日期不合理，请检查年份。"), field=name)
    if value not in choices_of(tender).get(name, [value]):
        raise Invalid("tender.choice", _("“%(value)s”不是可选项。"), value=value, field=name)
    if name in BOUNDS:
        least, most = BOUNDS[name]
        if not isinstance(value, int) or not least <= value <= most:
            raise Invalid(
                "tender.out_of_bounds",
                _("应为 %(least)s 至 %(most)s 之间的整数。"),
                least=least,
                most=most,
                field=name,
            )
    return value


def choices_of(tender: Tender) -> dict[str, list[str]]:
    """Give what may be chosen where a field is a choice."""
    method = method_of(tender)
    return {
        "category": [*market_of(tender).categories],
        "stages": [*method.stages],
        "listed_case": ["", *method.listed_cases],
        "award_way": ["", *method.award_ways],
        "budget_level": ["", *BUDGET_LEVELS],
        "trade_class": ["", *queries.classes_of(tender, tender.drafted_at)],
    }


def _save(tender: Tender, values: Mapping[str, Any]) -> None:
    assign(tender, values)
    tender.version += 1
    tender.save(update_fields=[*values, "version"])


@transaction.atomic
def submit_tender(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Hand a draft to the purchaser; only what the custodians register may still be open."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.submit", tender)
    after = lifecycle_of(tender).after(tender.state, "submit")
    if missing := completeness.missing_before_submission(queries.facts(tender, at)):
        raise Conflict(
            "tender.incomplete",
            _("还有 %(count)s 项未完成，不能提交：%(items)s"),
            count=len(missing),
            items=" ".join(finding.text() for finding in missing),
        )
    completeness.require_lawful_dates(queries.facts(tender, at), at)
    tender.state, tender.return_reason = after, ""
    tender.save(update_fields=["state", "return_reason"])
    tell(tender, "tender.submitted", actor, at)
    return tender


@transaction.atomic
def return_tender(*, actor: Actor, code: str, reason: str, at: datetime) -> Tender:
    """Send a draft back to the agency with the reason."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.return", tender)
    tender.state = lifecycle_of(tender).after(tender.state, "return")
    tender.return_reason = required(reason, "reason")
    tender.save(update_fields=["state", "return_reason"])
    tell(tender, "tender.returned", actor, at, reason=tender.return_reason)
    return tender


@transaction.atomic
def approve_tender(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Approve the text as it stands; its digest is in the fact, so that nothing slips in after."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.approve", tender)
    tender.state = lifecycle_of(tender).after(tender.state, "approve")
    tender.text_digest = queries.digest_of(queries.text_of(tender))
    tender.save(update_fields=["state", "text_digest"])
    tell(tender, "tender.approved", actor, at, text_digest=tender.text_digest)
    return tender


def required(text: str, field: str, longest: int = 300) -> str:
    """Take a sentence that must be there and fit."""
    # PostgreSQL keeps no NUL.
    clean = text.replace("\x00", "").strip()
    if not clean or len(clean) > longest:
        raise Invalid(
            "text.required", _("请填写内容，不超过 %(most)s 字。"), most=longest, field=field
        )
    return clean


def lock_draft(actor: Actor, permission: str, code: str) -> Tender:
    """Lock a tender that is still a draft, or whose second document is being made, for someone who
    may change it.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, permission, tender)
    if not queries.is_editable(tender):
        raise Conflict(
            "tender.not_a_draft",
            _("项目已提交或发布，不能直接修改。可请采购人退回，或发布更正公告。"),
        )
    return tender


def tell_change(tender: Tender, actor: Actor, at: datetime, **what: object) -> None:
    """Record what of a draft was changed."""
    tell(tender, "tender.changed", actor, at, **what)
