"""Single source (单一来源): why there is but one supplier, who argues it, whether the public is
asked first, and when that supplier may be invited (GPL 31, GPR 38, M74 38 to 40).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.domain.findings import Finding
from trading.periods import RuleSet, grounds

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

SOLE, URGENT, TOP_UP = "sole", "urgent", "top_up"
GROUNDS: Final = grounds.SOLE
"""The grounds of the law, and no other (GPL 31)."""
GROUND_ARTICLE: Final = "《政府采购法》第三十一条"
PUBLICITY_ARTICLE: Final = "《政府采购法实施条例》第三十八条"
LONGEST_REASON: Final = 3000
LONGEST_OPINION: Final = 1000
LONGEST_NAME: Final = 120
MOST_ARGUMENTS: Final = 9
PERCENT: Final = 100


@dataclass(frozen=True)
class Argument:
    """One expert's argument that the supplier is the only one; published with the name."""

    name: str
    employer: str
    title: str
    opinion: str


@dataclass(frozen=True)
class SourceTerms:
    """What a draft says of its one supplier, known by its credit code.

    Of a top-up: which contract it adds to, for how much that was, and what was added before.
    """

    ground: str
    supplier: str
    reason: str
    arguments: Sequence[Argument] = ()
    authority: str = ""
    base_contract: str = ""
    base_amount: Decimal | None = None
    base_added: Decimal | None = None


@dataclass(frozen=True)
class SourceFacts:
    """The one supplier as the rules see it; `supplier` is its name, empty while none is chosen."""

    ground: str = ""
    supplier: str = ""
    reason: str = ""
    arguments: int = 0
    authority: str = ""
    base_amount: Decimal = Decimal(0)
    base_added: Decimal = Decimal(0)
    budget: Decimal = Decimal(0)
    publicised_on: date | None = None
    publicity_until: date | None = None


def read(given: SourceTerms) -> SourceTerms:
    """Clean what a draft says of its one supplier."""
    if given.ground not in GROUNDS:
        raise Invalid("source.ground", _("请选择采用单一来源方式的情形。"), field="ground")
    adds = given.ground == TOP_UP
    return SourceTerms(
        ground=given.ground,
        supplier=given.supplier.strip(),
        reason=_text(given.reason, "reason", LONGEST_REASON),
        arguments=tuple(_arguments(given.arguments)),
        authority=_text(given.authority, "authority", LONGEST_NAME),
        base_contract=_text(given.base_contract, "base_contract", LONGEST_NAME) if adds else "",
        base_amount=_amount(given.base_amount, "base_amount") if adds else Decimal(0),
        base_added=_amount(given.base_added, "base_added") if adds else Decimal(0),
    )


def _text(text: str, field: str, most: int) -> str:
    if len(text.strip()) > most:
        raise Invalid("source.too_long", _("不超过 %(most)s 字。"), most=most, field=field)
    return text.strip()


def _amount(amount: Decimal | None, field: str) -> Decimal:
    if amount is not None and amount < 0:
        raise Invalid("source.amount", _("金额不能为负数。"), field=field)
    return amount or Decimal(0)


def _arguments(given: Sequence[Argument]) -> Iterator[Argument]:
    """Take the lines that say something; each is signed, so each names who says it."""
    said = [one for one in given if any(vars(one).values())]
    if len(said) > MOST_ARGUMENTS:
        raise Invalid("source.arguments", _("论证意见不超过 %(most)s 份。"), most=MOST_ARGUMENTS)
    for number, one in enumerate(said, start=1):
        clean = Argument(**{name: text.strip() for name, text in vars(one).items()})
        if not all(vars(clean).values()):
            raise Invalid(
                "source.argument",
                _("第 %(number)s 份论证意见须写明姓名、工作单位、职称和具体意见。"),
                number=number,
                field="arguments",
            )
        _text(clean.opinion, "arguments", LONGEST_OPINION)
        yield clean


def needs_publicity(source: SourceFacts, rules: RuleSet) -> bool:
    """Tell whether the public is asked first: where the supplier is the only one, and the budget
    reaches the open-tender threshold; where no rule gives one, it always is (GPR 38).
    """
    if source.ground != SOLE:
        return False
    threshold = rules.find("open_tender_threshold", "min")
    return threshold is None or source.budget >= threshold.value


def first_dates(facts: "TenderFacts", announced: date) -> dict[str, date]:
    """Say when a sole supplier is made public and until when, where that is asked for; where it is
    not, the invitation comes first.
    """
    source = facts.source
    if source is None or not needs_publicity(source, facts.rules):
        return {"announced": announced}
    on = source.publicised_on or announced
    until = source.publicity_until or facts.rules.last_day("single_source_publicity", on)
    return {"announced": on, "notice_until": until}


def findings(facts: "TenderFacts") -> Iterable[Finding]:
    """List what a draft still lacks of its one supplier."""
    source = facts.source or SourceFacts()
    if not source.supplier:
        message = _("尚未填写拟定的唯一供应商和采用单一来源方式的情形。")
        yield Finding("source.none", "source", message, {}, GROUND_ARTICLE)
        return
    if not source.reason:
        yield Finding(
            "source.reason", "source", _("没有说明采用单一来源方式的原因。"), {}, GROUND_ARTICLE
        )
    if source.ground == TOP_UP:
        yield from _topped_up(source, facts.rules)
    if needs_publicity(source, facts.rules):
        yield from _unargued(source, facts.rules)


def _topped_up(source: SourceFacts, rules: RuleSet) -> Iterator[Finding]:
    share = rules.value("top_up_share", "max")
    if source.base_amount <= 0:
        message = _("添购的，须写明原合同和原合同采购金额。")
        yield Finding("source.base", "source", message, {}, GROUND_ARTICLE)
    elif (source.budget + source.base_added) * PERCENT > source.base_amount * share:
        message = _("添购资金总额超过原合同采购金额的百分之%(share)s。")
        yield Finding("source.top_up", "source", message, {"share": int(share)}, GROUND_ARTICLE)


def _unargued(source: SourceFacts, rules: RuleSet) -> Iterator[Finding]:
    least = int(rules.value("source_arguments", "min"))
    if source.arguments < least:
        message = _("公示须附专业人员的论证意见，至少 %(least)s 份。")
        yield Finding("source.unargued", "source", message, {"least": least}, PUBLICITY_ARTICLE)
    if not source.authority:
        message = _("公示须写明财政部门的地址、联系人和联系电话。")
        yield Finding("source.authority", "source", message, {}, PUBLICITY_ARTICLE)


def require_publicity(source: SourceFacts, rules: RuleSet) -> None:
    """Refuse a publicity that no rule asks for: the supplier is simply invited."""
    if not needs_publicity(source, rules):
        raise Conflict(
            "source.no_publicity",
            _("这种情形或者金额不需要公示，审核通过后直接发出邀请。"),
        )


def require_invitable(source: SourceFacts, unanswered: int, rules: RuleSet, today: date) -> None:
    """Refuse to invite before the publicity is over and every objection is answered (M74 40)."""
    if not needs_publicity(source, rules):
        return
    if source.publicity_until is None:
        raise Conflict("source.not_publicised", _("须先公示拟定的唯一供应商，期满后才能发出邀请。"))
    if today <= source.publicity_until:
        raise Conflict(
            "source.publicity_running",
            _("公示期到 %(until)s 为止，期满后才能发出邀请。"),
            until=str(source.publicity_until),
        )
    if unanswered:
        raise Conflict(
            "source.unanswered",
            _("还有 %(count)s 件对公示的异议没有答复，答复后才能发出邀请。"),
            count=unanswered,
        )
