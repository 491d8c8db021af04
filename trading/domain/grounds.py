"""Why something is not put out to open tender: on which ground of the law of its method, for which
reason, and from the figure of its budget on with whose approval (BLR 8; GPL 27 and 29 to 32).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kernel.calendar import is_sensible
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.domain.findings import Finding
from trading.periods import RuleSet, Scope
from trading.periods.grounds import GROUND
from trading.periods.rule import Figure

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

APPROVAL: Final = ("approval", "approval_by", "approval_on", "approval_text")
"""What is said of an approval: its number, whose it is, of which day, and its words."""
LONGEST: Final = {
    "ground": 20,
    "reason": 600,
    "approval": 80,
    "approval_by": 80,
    "approval_on": 10,
    "approval_text": 1000,
    "drawn_from": 20,
    "solutions": 600,
}
"""What a draft says, and how long it may be."""
CONSENT: Final = "consent"
"""The kind of file an approval is uploaded as."""
SOLUTIONS: Final = "solutions"
"""Why the document cannot state in full what is needed, so that suppliers propose it (GPR 35)."""


@dataclass(frozen=True)
class Departure:
    """How a method departs from the open tender: the figure from which on it needs an approval, and
    the section of the draft it is argued in. `binds_always` says that a ground is needed below it
    too; `of_source`, that ground and reason stand with the one supplier.
    """

    threshold: str = "open_tender_threshold"
    section: str = "grounds"
    binds_always: bool = True
    of_source: bool = False


def titles(rules: RuleSet) -> dict[str, str]:
    """List the grounds the law of a method knows."""
    return {row.code: row.title for row in rules.fields(GROUND)}


def article(rules: RuleSet, ground: str = "") -> str:
    """Give the law that lists a ground, or all of them."""
    rows = rules.fields(GROUND)
    return next((row.basis.cited for row in rows if ground in {"", row.code}), "")


def named_as_now(text: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give a frozen text that has its ground under an earlier name, and no law beside it, as texts
    are written now, with title and article by the rules of its day.
    """
    said = text.get("invitation")
    if said is None or "grounds" in text:
        return text
    scope = Scope(
        market=text["market"],
        method=text["method"],
        subject=text["category"],
        region=text["region"],
        budget_level=text.get("budget_level", ""),
        on=date.fromisoformat(text["documents_from"]),
    )
    rules, ground = RuleSet(scope), said.get("ground", "")
    law = {"title": titles(rules).get(ground, ""), "article": article(rules, ground)}
    return {**text, "grounds": {**law, **said}}


def read(given: object, rules: RuleSet) -> dict[str, str]:
    """Clean what a draft says, the ground under the title and the article it has now."""
    if not isinstance(given, Mapping) or set(given) - set(LONGEST):
        raise Invalid("grounds.unknown", _("采用该方式的依据中有不认识的项目。"), field="ground")
    said = {name: str(given.get(name) or "").strip() for name in LONGEST}
    for name, longest in LONGEST.items():
        if len(said[name]) > longest:
            raise Invalid(
                "text.required", _("请填写内容，不超过 %(most)s 字。"), most=longest, field=name
            )
    if said["approval_on"]:
        _day(said["approval_on"])
    known = titles(rules).get(said["ground"])
    said |= {"title": known, "article": article(rules, said["ground"])} if known else {}
    return said | _open_needs(said.pop(SOLUTIONS), rules)


def solutions_law(rules: RuleSet) -> Figure | None:
    """Give the rule by which a panel votes for solutions, where the method knows it."""
    return rules.find("least_solutions", "min")


def _open_needs(why: str, rules: RuleSet) -> dict[str, str]:
    """Keep why the needs cannot be stated in full, with its law; nothing where they can."""
    law = solutions_law(rules)
    if why and law is None:
        message = _("只有竞争性谈判、竞争性磋商可以由供应商提供方案。")
        raise Invalid("grounds.solutions", message, field=SOLUTIONS)
    return {SOLUTIONS: why, "solutions_article": law.basis.cited} if why and law else {}


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not is_sensible(day):
        raise Invalid("grounds.approval_on", _("批准日期不合理，请检查。"), field="approval_on")
    return day


def again(said: Mapping[str, str]) -> dict[str, str]:
    """Give what the next attempt may say as it was said: an approval is of one attempt alone."""
    return {name: text for name, text in said.items() if name not in APPROVAL}


def line(facts: "TenderFacts", how: Departure) -> Figure | None:
    """Give the figure from which on a project would have to be an open tender; None where no rule
    of its place and budget fixes one.
    """
    return facts.rules.find(how.threshold, "min")


def is_bound(facts: "TenderFacts", how: Departure) -> bool:
    """Tell whether the project would have to be an open tender, but for the ground it states: state
    money leads, and it is as large as the rules say. Where no rule tells how large, any size binds.
    """
    figure = line(facts, how)
    budget = sum((lot.budget for lot in facts.lots), Decimal(0))
    return facts.state_funded and (figure is None or budget >= figure.value)


def findings(facts: "TenderFacts") -> Iterator[Finding]:
    """Hold a draft that is no open tender to its ground and its approval."""
    how = facts.departs
    if how is None:
        return
    binds = is_bound(facts, how)
    if not how.of_source:
        yield from _grounded(facts, how, binds=binds)
    # What was tendered in vain is approved as that: its own rule asks for the number. What its own
    # purchaser ended, or put beside it, is not.
    if binds and not (facts.attempt.converts and facts.attempt.only_failed):
        yield from _approved(facts, how)


def _grounded(facts: "TenderFacts", how: Departure, *, binds: bool) -> Iterator[Finding]:
    ground, law = facts.grounds.get("ground", ""), article(facts.rules)
    if ground and ground not in titles(facts.rules):
        message = _("所选情形不适用于这种交易方式。")
        yield _lacks(how, "ground", message, law)
    if not ground and (binds or how.binds_always):
        yield _lacks(how, "ground", _("没有写明采用该方式的法定情形。"), law)
    if ground and not facts.grounds.get("reason"):
        yield _lacks(how, "reason", _("没有写明为何属于所选情形。"), law)


def _approved(facts: "TenderFacts", how: Departure) -> Iterator[Finding]:
    said, figure = facts.grounds, line(facts, how)
    law = figure.basis.cited if figure else article(facts.rules)
    if not said.get("approval"):
        message = _("没有登记本地的公开招标数额标准，须写明同意采用该方式的批准文号。")
        if figure is not None:
            message = _("达到公开招标的数额标准，缺少同意采用该方式的批准文号。")
        yield _lacks(how, "approval", message, law)
        return
    if not said.get("approval_by"):
        yield _lacks(how, "approval_by", _("没有写明批准机关。"), law)
    if not said.get("approval_on"):
        yield _lacks(how, "approval_on", _("没有写明批准日期。"), law)
    elif date.fromisoformat(said["approval_on"]) > facts.rules.day:
        yield _lacks(how, "approval_on", _("批准日期在今天之后：须先批准，再发布公告。"), law)
    if not said.get("approval_text") and CONSENT not in facts.attachments:
        message = _("没有照录批准的内容，也没有上传批准单位的书面同意。")
        yield _lacks(how, "approval_text", message, law)


def _lacks(how: Departure, name: str, message: str, law: str) -> Finding:
    told: dict[str, Any] = {}
    return Finding(f"{how.section}.{name}", how.section, message, told, law)
