"""After closing: who applied, whose papers are good, what the opening ratio leaves of a post."""

import json
import secrets
from collections import Counter
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.domain import SYSTEM, Access, Actor
from accounts.models import User
from accounts.services import record_access
from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import private
from ledger.services import Entry
from recruitment import policy, queries
from recruitment.domain import APPLICANT, SUBMITTED, WITHDRAWN, ratio
from recruitment.models import Applicant, Post, Script
from recruitment.queries.applicants import Details, about, script_of
from recruitment.queries.applying import Own, in_force
from trading import queries as trading
from trading import services as tenders
from trading.domain import award
from trading.markets import method_of
from trading.models import Tender
from trading.services.telling import tell

CANCELLED: Final = _("未达到开考比例，取消该岗位。")


def on_tender_closed(entry: Entry) -> None:
    """Take the applications in force out of the private tree, and tell how many each post has.

    Those that give one identity number are marked: the review settles by the originals whose it is.
    """
    tender = trading.lock_tender(entry.tender)
    if not method_of(tender).has_posts:
        return
    lots = {lot.number: lot for lot in tender.lots.all()}
    found = _applications(tender.code)
    times = Counter(own.application.id_number for own in found.values())
    people = {user.username: user for user in User.objects.filter(username__in=found)}
    applicants = [
        Applicant(
            tender=tender,
            lot=lots[own.lot],
            person=people[username],
            number=number,
            name=own.name,
            id_tail=own.application.id_number[-4:],
            is_double=times[own.application.id_number] > 1,
            sealed=_sealed(tender.code, username, own),
            applied_at=own.applied_at,
        )
        for number, (username, own) in enumerate(found.items(), start=1)
    ]
    Applicant.objects.bulk_create(applicants)
    counted = Counter(applicant.lot.number for applicant in applicants)
    told = [{"lot": number, "count": counted[number]} for number in sorted(lots)]
    tell(tender, "applications.counted", SYSTEM, entry.at, by_lot=told)


def _applications(code: str) -> dict[str, Own]:
    """Give the applications in force by user name, in the order in which they came."""
    events: dict[str, list[private.Event]] = {}
    for event in private.events_in_tree(code):
        if event.kind in {SUBMITTED, WITHDRAWN}:
            events.setdefault(str(event.content["owner"]), []).append(event)
    found = {owner: in_force(of)[0] for owner, of in events.items()}
    kept = {owner.removeprefix("person:"): own for owner, own in found.items() if own}
    return dict(sorted(kept.items(), key=lambda item: (item[1].applied_at, item[0])))


def _sealed(code: str, username: str, own: Own) -> bytes:
    return private.lock(json.dumps(own.application.as_plain()).encode(), about(code, username))


@transaction.atomic
def read_applicant(
    *, actor: Actor, code: str, number: int, address: str, at: datetime
) -> tuple[Applicant, Details]:
    """Open what an applicant said of themselves; the look is recorded."""
    tender = trading.tender_for(actor, code, at)
    applicant = queries.applicant_for(actor, tender, number)
    policy.require(actor, "applicant.read", tender)
    access = Access(
        subject=f"applicant:{code}.{number}",
        purpose="查阅报名信息",
        tender=code,
        state=tender.state,
        address=address,
    )
    record_access(actor=actor, access=access, at=at)
    return applicant, queries.details_of(applicant)


@transaction.atomic
def review_applicant(
    *, actor: Actor, code: str, number: int, passed: bool, reason: str, at: datetime
) -> Applicant:
    """Find an applicant's papers good for the post or not; a no is told with its reason."""
    tender = trading.lock_tender(code)
    policy.require(actor, "applicant.review", tender)
    require_state(tender, "closed")
    applicant = queries.lock_applicant(tender, number)
    why = "" if passed else reason.strip()
    if not passed and not why:
        raise Invalid("applicant.reason", _("不通过的，请写明不符合哪项条件。"), field="reason")
    applicant.state = APPLICANT.after(applicant.state, "qualify" if passed else "refuse")
    applicant.reason = why[:300]
    applicant.save(update_fields=["state", "reason"])
    told = {"number": number, "lot": applicant.lot.number, "passed": passed}
    tell(tender, "applicant.reviewed", actor, at, **told)
    return applicant


@transaction.atomic
def settle_post(
    *, actor: Actor, code: str, number: int, outcome: str, reason: str, at: datetime
) -> Post:
    """Decide what the opening ratio leaves of a post; with the last one the exam is prepared."""
    tender = trading.lock_tender(code)
    policy.require(actor, "post.settle", tender)
    require_state(tender, "closed")
    lot = trading.lot_of(tender, number)
    if Post.objects.filter(lot=lot).exists() or lot.state != "open":
        raise Conflict("post.settled", _("该岗位已经核定。"))
    if lot.applicants.filter(state="submitted").exists():
        raise Conflict("post.not_reviewed", _("该岗位还有报名未审查，请等待招聘单位审查完毕。"))
    facts = queries.post_facts(lot)
    decided = ratio.settle(facts, outcome, reason)
    post = Post.objects.create(
        lot=lot,
        outcome=decided.outcome,
        openings=decided.openings,
        applicants=facts.applicants,
        reason=decided.reason,
        settled_at=at,
    )
    told = {"outcome": post.outcome, "openings": post.openings, "count": post.applicants}
    tell(tender, "post.settled", actor, at, lot=number, reason=post.reason, **told)
    if outcome == "cancelled":
        _cancel(tender, post, at)
    _go_on(actor, code, at)
    return post


def _cancel(tender: Tender, post: Post, at: datetime) -> None:
    """Cancel a post: those who applied for it are told, and the lot fails."""
    for applicant in post.lot.applicants.select_for_update().filter(state="qualified"):
        applicant.state = APPLICANT.after(applicant.state, "cancel")
        applicant.save(update_fields=["state"])
    why = post.reason or str(CANCELLED)
    tenders.fail_lot(actor=SYSTEM, code=tender.code, number=post.lot.number, reason=why, at=at)


def _go_on(actor: Actor, code: str, at: datetime) -> None:
    """Go on when no post is undecided: give each who is to be examined a ticket."""
    tender = trading.lock_tender(code)
    if tender.state != "closed" or tender.lots.filter(state="open", settled=None).exists():
        return
    _issue_tickets(tender, at)
    if method_of(tender).first_score == "written":
        _lay_out_scripts(tender)
    else:
        _admit(tender)
    tenders.settle_posts(actor=actor, code=code, at=at)


def _issue_tickets(tender: Tender, at: datetime) -> None:
    """Give out tickets at random, so that a number says nothing of who applied when."""
    rows = tender.applicants.filter(state="qualified").select_related("lot")
    applicants = list(rows)
    secrets.SystemRandom().shuffle(applicants)
    year = local_date(at).year % 100
    for serial, applicant in enumerate(applicants, start=1):
        applicant.ticket = f"{year:02d}{applicant.lot.number:02d}{serial:04d}"
    Applicant.objects.bulk_update(applicants, ["ticket"])


def _lay_out_scripts(tender: Tender) -> None:
    """Give each who sits the written exam a paper with a code that only the key links to them."""
    applicants = list(tender.applicants.filter(state="qualified"))
    codes = secrets.SystemRandom().sample(range(100_000, 1_000_000), len(applicants))
    for applicant, number in zip(applicants, codes, strict=True):
        applicant.script_sealed = private.lock(
            str(number).encode(), script_of(tender.code, applicant.ticket)
        )
    Applicant.objects.bulk_update(applicants, ["script_sealed"])
    # In the order of the codes: the rows must not tell in which order tickets were given out.
    Script.objects.bulk_create(Script(tender=tender, code=str(code)) for code in sorted(codes))


def _admit(tender: Tender) -> None:
    """Let whose papers are good come before the panel at once: there is no written exam."""
    for applicant in tender.applicants.select_for_update().filter(state="qualified"):
        applicant.state = APPLICANT.after(applicant.state, "admit")
        applicant.save(update_fields=["state"])


def require_state(tender: Tender, *states: str) -> None:
    """Refuse what belongs to another step, and everything while the recruitment stands still."""
    award.require_no_suspension(tenders.open_reasons(tender))
    require_step(tender, *states)


def require_step(tender: Tender, *states: str) -> None:
    """Refuse what belongs to another step; to be heard nobody waits until it goes on."""
    if tender.state not in states:
        raise Conflict("recruitment.not_now", _("当前阶段不能办理此事项。"))
