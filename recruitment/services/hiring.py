"""From the places to the contract: checks, publicity, filing, contracts (PIR 12, 13)."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from kernel.calendar import end_of_day, local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import private
from ledger.canonical import timestamp
from recruitment import policy, queries
from recruitment.domain import APPLICANT
from recruitment.domain.hiring import Terms, require_contract
from recruitment.models import Applicant, Check, Employment, Publicity
from recruitment.queries.hiring import about_check, due_checks
from recruitment.services.papers import order_publicity, order_result
from recruitment.services.screening import require_state
from trading import queries as trading
from trading import services as tenders
from trading.markets import method_of
from trading.models import Lot, Tender
from trading.services.telling import tell

NOBODY_PASSED: Final = _("没有人通过体检和考察，岗位空缺。")
BODY: Final = _(
    "按总成绩、体检和考察结果，拟聘用下列人员，现予公示，公示至 %(until)s。"
    "公示期内对拟聘用人员有问题需要反映的，请实名向人事综合管理部门反映。"
)


@transaction.atomic
def record_check(  # noqa: PLR0913 - a check is one act with all its parts
    *, actor: Actor, code: str, number: int, kind: str, passed: bool, note: str, at: datetime
) -> Applicant:
    """Note how somebody who is due passed a check; a no lets the next one in order come up."""
    tender = trading.lock_tender(code)
    policy.require(actor, "applicant.check", tender)
    require_state(tender, "ranked")
    applicant = queries.lock_applicant(tender, number)
    kinds_due = method_of(tender).checks
    if kind not in kinds_due:
        raise Invalid("check.kind", _("请选择体检或考察。"), field="kind")
    if number not in due_checks(applicant.lot):
        raise Conflict("check.not_due", _("还没有轮到这名应聘人员，或其结论已经登记。"))
    if applicant.checks.filter(kind=kind).exists():
        raise Conflict("check.done", _("这一项已经登记。"))
    if not passed and not note.strip():
        raise Invalid("check.note", _("不合格或放弃的，请写明情况。"), field="note")
    sealed = private.lock(note.strip()[:300].encode(), about_check(applicant, kind))
    Check.objects.create(
        applicant=applicant, kind=kind, passed=passed, sealed_note=sealed, checked_at=at
    )
    # Whether somebody is in good health is nobody's business: the fact does not say it.
    tell(tender, "applicant.checked", actor, at, number=number, check=kind)
    kinds = set(applicant.checks.filter(passed=True).values_list("kind", flat=True))
    if not passed or kinds == set(kinds_due):
        applicant.state = APPLICANT.after(applicant.state, "pass" if passed else "fail")
        applicant.save(update_fields=["state"])
    return applicant


@transaction.atomic
def publicise_hire(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Tell the public whom the posts are to go to: name, ticket and scores, nothing more."""
    tender = trading.lock_tender(code)
    policy.require(actor, "hire.publicise", tender)
    require_state(tender, "ranked")
    lots = list(tender.lots.filter(state="open").order_by("number"))
    if any(due_checks(lot) for lot in lots):
        raise Conflict("hire.checks_open", _("还有应聘人员没有完成体检和考察。"))
    found = {lot: list(lot.applicants.filter(state="passed").order_by("rank")) for lot in lots}
    if not any(found.values()):
        return tenders.fail_tender(actor=SYSTEM, code=code, reason=str(NOBODY_PASSED), at=at)
    for lot in (lot for lot, passed in found.items() if not passed):
        why = str(NOBODY_PASSED)
        tenders.fail_lot(actor=SYSTEM, code=code, number=lot.number, reason=why, at=at)
    return _publicise(actor, code, {lot: of for lot, of in found.items() if of}, at)


def _publicise(actor: Actor, code: str, found: dict[Lot, list[Applicant]], at: datetime) -> Tender:
    tender = trading.lock_tender(code)
    until = trading.rules_of(tender, at).last_day("hire_publicity", local_date(at))
    Publicity.objects.create(tender=tender, published_at=at, until=until)
    for applicant in (a for passed in found.values() for a in passed):
        applicant.state = APPLICANT.after(applicant.state, "publicise")
        applicant.save(update_fields=["state"])
    posts = [_told(lot, passed) for lot, passed in found.items()]
    notice = tenders.publicise_hire(
        actor=actor,
        code=code,
        lots=[lot.number for lot in found],
        fields={"stage": "hire", "until": until, "posts": posts},
        body=str(BODY) % {"until": f"{until:%Y-%m-%d}"},
        at=at,
    )
    order_publicity(tender, notice, posts, at)
    return trading.lock_tender(code)


def _told(lot: Lot, passed: list[Applicant]) -> dict[str, Any]:
    rows = [
        {
            "name": applicant.name,
            "ticket": applicant.ticket,
            **queries.told_first_score(applicant),
            "interview": f"{applicant.interview:.2f}",
            "total": f"{applicant.total:.2f}",
            "rank": applicant.rank,
        }
        for applicant in passed
    ]
    return {"lot": lot.number, "title": lot.title, "openings": lot.settled.openings, "rows": rows}


@transaction.atomic
def file_hire(*, actor: Actor, code: str, number: str, at: datetime) -> Publicity:
    """File the hire once the publicity has ended; contracts may then be signed. A post on whose
    people a report waits stays behind, the others go on: it is filed once that is answered.
    """
    tender, publicity = _publicity(actor, code, "hire.file")
    if at < end_of_day(publicity.until):
        raise Conflict("hire.publicity_open", _("公示尚未期满。"))
    if publicity.filed_at is not None:
        raise Conflict("hire.filed", _("已经备案。"))
    held, posts = queries.reported_posts(tender), queries.posts_to_file(publicity)
    free = [post for post in posts if post not in held]
    if not free:
        raise Conflict("report.open", _("还有举报没有核查答复，答复后才能备案。"))
    if not number.strip():
        raise Invalid("hire.number", _("请填写备案文号。"), field="number")
    under = number.strip()[:60]
    publicity.filings |= {str(post): {"number": under, "at": timestamp(at)} for post in free}
    publicity.number = under
    if free == posts:
        publicity.filed_at = at
    publicity.save(update_fields=["filings", "filed_at", "number"])
    tell(tender, "hire.filed", actor, at, number=under, lots=free)
    return publicity


@transaction.atomic
def sign_employment(  # noqa: PLR0913 - a contract is one act with all its parts
    *,
    actor: Actor,
    code: str,
    number: int,
    years: int,
    trial_months: int,
    first_job: bool,
    at: datetime,
) -> Employment:
    """Note the contract with somebody who was told to the public and filed."""
    tender, publicity = _publicity(actor, code, "hire.contract")
    _require_filed(publicity, number)
    rules = trading.rules_of(tender, at)
    terms = Terms(
        least_years=rules.value("contract_years", "min"),
        first_trial=rules.value("trial_months", "exact"),
        most_trial=rules.value("trial_months", "max"),
    )
    require_contract(years, trial_months, terms, first_job=first_job)
    if first_job and method_of(tender).open_to == "serving":
        message = _("从其他单位遴选的人员不是初次就业。")
        raise Invalid("hire.serving", message, field="first_job")
    applicant = _move(tender, number, "hire", "")
    signed = Employment.objects.create(
        applicant=applicant,
        years=years,
        trial_months=trial_months,
        first_job=first_job,
        signed_at=at,
    )
    tell(tender, "hire.contracted", actor, at, number=number, years=years, months=trial_months)
    conclude(actor, code, at)
    return signed


@transaction.atomic
def decline_hire(*, actor: Actor, code: str, number: int, reason: str, at: datetime) -> Applicant:
    """Note that somebody who was told to the public is not hired: the place stays vacant."""
    tender, publicity = _publicity(actor, code, "hire.decline")
    _require_filed(publicity, number)
    if not reason.strip():
        raise Invalid("applicant.reason", _("请写明未聘用的情况。"), field="reason")
    applicant = _move(tender, number, "decline", reason.strip()[:300])
    tell(tender, "hire.declined", actor, at, number=number)
    conclude(actor, code, at)
    return applicant


def conclude(actor: Actor, code: str, at: datetime) -> None:
    """End the recruitment when nobody told to the public is without an answer."""
    tender = trading.lock_tender(code)
    if tender.state != "publicity" or tender.applicants.filter(state="publicised").exists():
        return
    hired = tender.applicants.filter(state="hired").values_list("lot__number", flat=True)
    tenders.conclude_hire(actor=actor, code=code, lots=sorted(set(hired)), at=at)
    if hired:
        order_result(tender, at)


def _publicity(actor: Actor, code: str, permission: str) -> tuple[Tender, Publicity]:
    tender = trading.lock_tender(code)
    policy.require(actor, permission, tender)
    require_state(tender, "publicity")
    return tender, Publicity.objects.select_for_update().get(tender=tender)


def _require_filed(publicity: Publicity, number: int) -> None:
    post = publicity.tender.applicants.filter(number=number).values_list("lot__number", flat=True)
    if not (found := post.first()) or not publicity.is_filed(found):
        raise Conflict("hire.not_filed", _("公示期满并备案后才能办理。"))


def _move(tender: Tender, number: int, event: str, reason: str) -> Applicant:
    applicant = queries.lock_applicant(tender, number)
    applicant.state, applicant.reason = APPLICANT.after(applicant.state, event), reason
    applicant.save(update_fields=["state", "reason"])
    return applicant
