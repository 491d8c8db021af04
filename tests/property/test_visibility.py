"""Every cell of the visibility table (portal/visibility.py) against what the queries really give.

A probe says in the table's letters what an actor gets to see of one object. To cover another one:
write its probe, put it into PROBES, and make whatever it needs in `staged`. A test fails while an
object has none.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction

from accounts.domain import BIDDER, Actor
from bidding.admission import SUBMITTED
from bidding.models import Bid, Envelope, OpeningSession
from bidding.queries import hall_list, opening
from deposits import queries as deposits
from deposits.services import settling
from evaluation import policy
from evaluation import queries as evaluations
from evaluation.models import AnswerFile, Evaluation, Exclusion
from evaluation.queries import overview as standing
from evaluation.queries import questions, result
from kernel.errors import Missing
from ledger import private
from ledger.queries import private_tree
from ledger.services import record, store_document
from monitoring import policy as monitoring_policy
from monitoring.models import Supervisor
from monitoring.queries import challenges_told, overseen_by
from portal import streams, visibility
from portal.deadlines import Line, lines_of
from tests import factories, opened
from tests import world as worlds
from trading import markets
from trading import queries as invitations
from trading.domain import reserve
from trading.domain.invitations import Invited
from trading.models import Award, Challenge, Complaint, Enquiry, PriorityInquiry, Reserve, Tender
from trading.queries import takers, tenders
from trading.queries.challenges import challenge_marks_for, challenges_visible_to
from trading.queries.complaints import complaints_visible_to
from trading.queries.enquiries import asker_of, enquiries_visible_to
from trading.queries.gates import seen_filed
from trading.queries.inquiries import inquiries_for
from trading.queries.outcomes import outcomes_page
from trading.queries.papers import award_papers
from trading.queries.qualifying import candidates_to_judge, own_standing
from trading.queries.reserves import about, told_reserves

STATE_IN = {
    "A": "announced",
    "B": "opening",
    "C": "evaluating",
    "D": "evaluated",
    "E": "award_notified",
}
ACTOR_OF = {
    "bidder": "chen",
    "seller": "sun",
    "expert": "wu",
    "centre_ops": "qian",
    "regulator": "wang",
    "social_supervisor": "mei",
    "public": "public",
}
OWN, FOREIGN = "chen", "zhao"


@dataclass(frozen=True)
class Stage:
    """One tender in one phase, with bids by Chen and Zhao."""

    world: worlds.World
    tender: Tender
    session: OpeningSession


def staged(world, phase):
    tender = factories.tender(
        world.organisations["hospital"],
        world.organisations["agency"],
        world.person("sun"),
        state=STATE_IN[phase],
        bids_close_at=worlds.AT + timedelta(days=1),
        bid_security=100,
    )
    session = OpeningSession.objects.create(
        tender=tender,
        stage="whole",
        state={"A": "waiting", "B": "objecting"}.get(phase, "ended"),
        opens_at=worlds.AT + timedelta(days=1),
    )
    for number, name in enumerate((OWN, FOREIGN), start=1):
        deals(world, tender, name)
        if phase != "A":
            bids(session, world.organisation_of(name), number)
    if phase != "A":
        private.publish_tree(tender=tender.code, reveal=[SUBMITTED], at=worlds.AT)
        settling.settle(code=tender.code, bidders={}, at=worlds.AT)
    judged(world, tender, phase)
    floored(world, tender, phase)
    watched(world, session)
    return Stage(world, tender, session)


def watched(world, session):
    """Assign Mei to the opening."""
    mei = Supervisor.objects.create(
        person=world.person("mei"),
        nominated_by=world.organisation_of("tang"),
        state="active",
        letter_number="1",
        background="…",
        nominated_at=worlds.AT,
    )
    session.supervisions.create(supervisor=mei, place=1, drawn_at=worlds.AT)


STATE_OF_EVALUATION = {"C": "technical", "D": "submitted", "E": "submitted"}
COMMITTEE = ("wu", "luo", "song", "gao", "xie")


def judged(world, tender, phase):
    """Seat the committee; in C its first member has locked, in D all have, and reported."""
    if phase not in STATE_OF_EVALUATION:
        return
    opened.experts(world)
    state = STATE_OF_EVALUATION[phase]
    evaluation = Evaluation.objects.create(tender=tender, state=state, started_at=worlds.AT)
    for number, name in enumerate(COMMITTEE, start=1):
        seat = evaluation.seats.create(
            number=number, person=world.person(name), kind="expert", state="pledged"
        )
        if phase == "C" and number > 1:
            continue
        lot = tender.lots.get()
        evaluation.scorecards.create(seat=seat, lot=lot, state="locked", locked_at=worlds.AT)
    for number, name in enumerate((OWN, FOREIGN), start=1):
        questioned(world, evaluation, number, name)
    if phase == "E":
        announced(world, tender)


def questioned(world, evaluation, number, name):
    """Ask a bidder to clarify, which answers with a file, and put its bid out."""
    bid = Bid.objects.get(tender=evaluation.tender, bidder=world.organisation_of(name))
    asked = evaluation.bid_clarifications.create(
        bid=bid,
        number=number,
        ground="unclear",
        place="第 1 页",
        question="…",
        asked_by=evaluation.seats.get(number=1),
        asked_at=worlds.AT,
        due_at=worlds.AT,
    )
    content = f"%PDF-1.7 {name}".encode()
    kept = store_document(content=content, media_type="application/pdf", at=worlds.AT)
    asked.files.create(place=1, name="合同.pdf", document=kept, added_at=worlds.AT)
    Exclusion.objects.create(
        bid=bid, stage="conformity", code="R07", clause="…", reason="…", at=worlds.AT
    )


def announced(world, tender):
    """Announce Hu as the winner, and tell the others why they are out."""
    lot = tender.lots.get()
    lot.excluded = [
        {"uscc": world.organisation_of(name).uscc, "name": name, "bid": "", "reason": "R07"}
        for name in (OWN, FOREIGN)
    ]
    lot.candidates = [
        {"uscc": "", "name": "hu", "bid": "", "rank": 1, "total": "", "price": "1.00"}
    ]
    lot.save()
    Award.objects.create(
        lot=lot,
        supplier=world.organisation_of("hu"),
        rank=1,
        price=1,
        confirmed_at=worlds.AT,
        notified_at=worlds.AT,
    )


def floored(world, tender, phase):
    """Seal a reserve; in D it is opened, and both are asked whether they take the lot."""
    lot, opening = tender.lots.get(), {"price": "1.00", "salt": "00"}
    Reserve.objects.create(
        lot=lot,
        sealed=private.lock(json.dumps(opening).encode(), about(tender.code, lot.number)),
        commitment=reserve.commitment(opening),
        decision="〔2026〕1号",
        sealed_at=worlds.AT,
    )
    if phase not in {"D", "E"}:
        return
    told = {"lot": lot.number, **opening}
    kind = "lot.reserve_opened"
    with transaction.atomic():
        record(
            stream=tender.stream,
            kind=kind,
            actor="system",
            at=worlds.AT,
            tender=tender.code,
            **told,
        )
    for rank, name in enumerate((OWN, FOREIGN), start=1):
        PriorityInquiry.objects.create(
            lot=lot,
            holder=world.organisation_of(name),
            rank=rank,
            price=1,
            asked_at=worlds.AT,
            due_at=worlds.AT,
        )


def deals(world, tender, name):
    """Register and challenge: what rests with the tender from the first phase on."""
    organisation = world.organisation_of(name)
    private.withhold(
        tender=tender.code,
        owner=organisation.uscc,
        kind="bidder.registered",
        actor=f"person:{name}",
        at=worlds.AT,
        once=f"registered/{organisation.uscc}/1",
        lot=1,
    )
    private.withhold(
        tender=tender.code,
        owner=organisation.uscc,
        kind="deposit.received",
        actor="person:bank",
        at=worlds.AT,
        once=f"receipt.{organisation.uscc}",
        lot=1,
        number=f"BANK-{name}",
        account="88430000000000000",
        amount="100.00",
        payer=organisation.name,
        payer_uscc="",
        credited_at=worlds.AT,
    )
    private.withhold(
        tender=tender.code,
        owner=organisation.uscc,
        kind=SUBMITTED,
        actor=f"person:{name}",
        at=worlds.AT,
        once=f"submitted/{organisation.uscc}/1",
        lot=1,
        size=1,
        hash="0" * 64,
    )
    Challenge.objects.create(
        code=f"{tender.code}-{name}",
        tender=tender,
        filer=organisation,
        filed_by=world.person(name),
        about="document",
        matters="…",
        claim="…",
        law="…",
        filed_at=worlds.AT,
        answer_due=worlds.AT.date(),
    )
    Enquiry.objects.create(
        code=f"{tender.code}-XW-{name}",
        tender=tender,
        filer=organisation,
        filed_by=world.person(name),
        question="…",
        asked_at=worlds.AT,
        answer_due=worlds.AT.date(),
    )
    Complaint.objects.create(
        code=f"{tender.code}-TS-{name}",
        tender=tender,
        filer=organisation,
        filed_by=world.person(name),
        about="other",
        matters="…",
        claim="…",
        law="…",
        state="accepted",
        received_at=worlds.AT,
        copied_at=worlds.AT,
        check_due=worlds.AT.date(),
    )


def bids(session, bidder, number):
    """A bid that was opened and read out."""
    bid = Bid.objects.create(
        tender=session.tender,
        lot=session.tender.lots.get(),
        bidder=bidder,
        sequence=number,
        commit=b"{}",
        commit_hash=f"{session.tender.code}{number}".ljust(64, "0"),
        signature=b"",
        accepted_at=worlds.AT,
        state="read",
        price=1_000_000 + number,
    )
    Envelope.objects.create(
        bid=bid,
        stage="whole",
        core=b"",
        wraps=b"",
        readout="r",
        body="b",
        body_length=1,
        read_at=worlds.AT,
    )


# --- probes ---


def mine_or_all(seen: set[str], stage: Stage) -> str:
    own = stage.world.organisation_of(OWN).uscc
    both = {own, stage.world.organisation_of(FOREIGN).uscc}
    return {frozenset(): "N", frozenset({own}): "O", frozenset(both): "Y"}[frozenset(seen)]


def ceiling_price(stage: Stage, actor: Actor) -> str:
    try:
        found = tenders.tender_for(actor, stage.tender.code, worlds.AT)
    except Missing:
        return "N"
    return "Y" if found.lots.get().ceiling else "N"


def bid_count(stage: Stage, actor: Actor) -> str:
    return "Y" if sum(hall_list.counts_of(stage.session).values()) == 2 else "N"


def bidder_names(stage: Stage, actor: Actor) -> str:
    shown = {line.uscc for line in hall_list.hall_bids(stage.session)}
    lots = tenders.registered_lots(actor, stage.tender)
    own = {tenders.bidder_in(actor, stage.tender).uscc} if lots else set()
    return mine_or_all(shown | own, stage)


def bid_price(stage: Stage, actor: Actor) -> str:
    prices = [line.amount for line in hall_list.hall_bids(stage.session)]
    return "Y" if prices and None not in prices else "N"


def challenge(stage: Stage, actor: Actor) -> str:
    told = challenges_told(actor, stage.session) or challenge_marks_for(actor, stage.tender)
    if told:
        return "M"
    found = challenges_visible_to(actor).filter(tender=stage.tender)
    return mine_or_all({item.filer.uscc for item in found}, stage)


def enquiry(stage: Stage, actor: Actor) -> str:
    found = enquiries_visible_to(actor).filter(tender=stage.tender)
    named = {item.filer.uscc for item in found if asker_of(actor, item) == item.filer.name}
    told = bool(found) or any("/enquiries/" in line.url for line in calendar_of(actor))
    return "M" if told and not named else mine_or_all(named, stage)


def calendar_of(actor: Actor) -> list[Line]:
    """Give what the calendar tells whoever may read it."""
    may = monitoring_policy.allows(actor, "deadlines.see", None)
    return lines_of(actor, worlds.AT.date().replace(day=1), worlds.AT) if may else []


def complaint(stage: Stage, actor: Actor) -> str:
    found = complaints_visible_to(actor).filter(tender=stage.tender)
    return mine_or_all({item.filer.uscc for item in found}, stage)


def hall_stream(stage: Stage, actor: Actor) -> str:
    opened = stage.session.stream.startswith(streams.PUBLIC_STREAMS)
    return "Y" if opened and opening.session_for(stage.tender.code, "whole") else "N"


def evaluation_of(stage: Stage) -> Evaluation | None:
    return Evaluation.objects.select_related("tender").filter(tender=stage.tender).first()


def expert_names(stage: Stage, actor: Actor) -> str:
    found = evaluation_of(stage)
    return "Y" if found and standing.sees_names(actor, found) else "N"


def individual_scores(stage: Stage, actor: Actor) -> str:
    found = evaluation_of(stage)
    seen = len(evaluations.readable_seats(actor, found)) if found else 0
    return {0: "N", 1: "O", len(COMMITTEE): "Y"}[seen]


def bid_technical(stage: Stage, actor: Actor) -> str:
    found = evaluation_of(stage)
    return "Y" if found and policy.allows(actor, "bid.read_files", found) else "N"


def bid_clarification(stage: Stage, actor: Actor) -> str:
    found = evaluation_of(stage)
    seen = list(questions.clarifications_for(actor, found)) if found else []
    if found and questions.was_asked(actor, stage.tender.code):
        seen += questions.asked_of(actor, stage.tender.code).clarifications
    told = overseen_by(actor, stage.session)
    if told and told.notes:
        return "M"
    return mine_or_all({made.bid.bidder.uscc for made in seen}, stage)


def answer_file(stage: Stage, actor: Actor) -> str:
    seen = set()
    for kept in AnswerFile.objects.filter(clarification__bid__tender=stage.tender):
        with suppress(Missing):
            found = questions.answer_file_for(actor, stage.tender.code, kept.pk)
            seen.add(found.bid.bidder.uscc)
    return mine_or_all(seen, stage)


def evaluation_report(stage: Stage, actor: Actor) -> str:
    found = evaluation_of(stage)
    if found and found.state != "submitted":
        found.state = "signing"  # there is no report before it is drafted
    if found and result.reads_report(actor, found):
        return "Y"
    told = [row.number for row in outcomes_page()[0] if row.code == stage.tender.code]
    lots = stage.tender.lots.filter(number__in=told)
    return "M" if [c for lot in lots for c in lot.candidates] else "N"


def rejection_reasons(stage: Stage, actor: Actor) -> str:
    found = evaluation_of(stage)
    lines = standing.bid_lines(actor, found) if found else []
    seen = {line.bid.bidder.uscc for _lot, of in lines for line in of if line.reason}
    letters = award_papers(actor, stage.tender)
    seen |= {letter["subject"].rsplit(".", 1)[-1] for letter in letters}
    told = overseen_by(actor, stage.session)
    seen |= {out.bid.bidder.uscc for out in told.rejections} if told else set()
    both = {stage.world.organisation_of(name).uscc for name in (OWN, FOREIGN)}
    return mine_or_all(seen & both, stage)


def bid_ciphertext(stage: Stage, actor: Actor) -> str:
    tree = private_tree(stage.tender.code)
    if tree and any("event" in leaf for leaf in tree.leaves):
        return "M"
    own = tenders.bidder_in(actor, stage.tender).uscc if actor.organisations(BIDDER) else ""
    steps = private.events_of_owner(stage.tender.code, own, only=[SUBMITTED]) if own else []
    return mine_or_all({own} if steps else set(), stage)


def document_takers(stage: Stage, actor: Actor) -> str:
    shown = {taker.uscc for taker in takers.takers_of(actor, stage.tender)}
    own = (
        {tenders.bidder_in(actor, stage.tender).uscc}
        if tenders.registered_lots(actor, stage.tender)
        else set()
    )
    return mine_or_all(shown | own, stage)


def taker_standing(stage: Stage, actor: Actor) -> str:
    """Look at the same tender as a sale with a condition, by which whoever registered is judged."""
    sold = Tender.objects.get(pk=stage.tender.pk)
    sold.market, sold.method = "property", "online_bidding"
    sold.qualification = [{"code": "Q1", "text": "境内企业法人"}]
    sold.state = sold.state if sold.state == "announced" else "closed"  # judging has begun
    read = takers.reads_takers(actor, sold)
    shown = {one.uscc for one in candidates_to_judge(sold, stage.world.at)} if read else set()
    own = own_standing(actor, sold, stage.world.at)
    mine = {tenders.bidder_in(actor, sold).uscc} if own else set()
    return mine_or_all(shown | mine, stage)


def invited_names(stage: Stage, actor: Actor) -> str:
    """Look at the same tender as one to which both bidders were invited."""
    codes = tuple(stage.world.organisation_of(name).uscc for name in (OWN, FOREIGN))
    called = Tender.objects.get(pk=stage.tender.pk)
    called.market, called.method = "construction", "invited_tender"
    called.invited = invitations.lock_invited(called.code, Invited(codes))
    return mine_or_all(set(invitations.seen_invited(actor, called)), stage)


def applicants(stage: Stage, actor: Actor) -> str:
    """Look at the same tender as one for which both bidders passed a prequalification."""
    codes = tuple(stage.world.organisation_of(name).uscc for name in (OWN, FOREIGN))
    called = Tender.objects.get(pk=stage.tender.pk)
    called.market, called.method = "construction", "prequalified_tender"
    called.invited = invitations.lock_invited(called.code, Invited(codes))
    shown = set(invitations.seen_invited(actor, called))
    return mine_or_all(shown | {one.owner for one in seen_filed(actor, called)}, stage)


def money_laid_down(stage: Stage, actor: Actor) -> str:
    own = tenders.bidder_in(actor, stage.tender).uscc if actor.organisations(BIDDER) else ""
    lines = deposits.own_deposits(actor, stage.tender)
    shown = {own} if any(line.receipts for line in lines) else set()
    if deposits.reads_deposits(actor, stage.tender):
        shown |= {row.uscc for row in deposits.deposits_of(stage.tender)}
    return mine_or_all(shown, stage)


def reserve_price(stage: Stage, actor: Actor) -> str:
    return "Y" if told_reserves(stage.tender) else "N"


def priority_inquiry(stage: Stage, actor: Actor) -> str:
    asked = inquiries_for(actor, stage.tender)
    return mine_or_all({row.holder.uscc for row in asked}, stage)


PROBES = {
    "reserve_price": reserve_price,
    "enquiry": enquiry,
    "priority_inquiry": priority_inquiry,
    "deposits": money_laid_down,
    "bid_technical": bid_technical,
    "bid_clarification": bid_clarification,
    "answer_file": answer_file,
    "evaluation_report": evaluation_report,
    "rejection_reasons": rejection_reasons,
    "bid_ciphertext": bid_ciphertext,
    "document_takers": document_takers,
    "taker_standing": taker_standing,
    "invited_names": invited_names,
    "applicants": applicants,
    "expert_names": expert_names,
    "individual_scores": individual_scores,
    "ceiling_price": ceiling_price,
    "bid_count": bid_count,
    "bidder_names": bidder_names,
    "bid_price": bid_price,
    "challenge": challenge,
    "complaint": complaint,
    "hall_stream": hall_stream,
}
# A bidder's own price before the deadline is in his client only: the server cannot show it.
SEALED_AWAY = {("bid_price", "bidder", "A"): "N"}


@pytest.mark.django_db
@pytest.mark.parametrize("phase", visibility.PHASES)
def test_everybody_sees_exactly_what_the_table_says(phase):
    stage = staged(worlds.cast(), phase)
    seen = {
        (name, role, phase): probe(stage, stage.world.actor(ACTOR_OF[role]))
        for name, probe in PROBES.items()
        for role in visibility.ROLES
    }
    table = {cell: visibility.level(*cell) for cell in seen}
    assert seen == table | {cell: v for cell, v in SEALED_AWAY.items() if cell in table}


def test_every_object_is_probed():
    assert set(PROBES) == set(visibility.VISIBILITY)


@pytest.mark.parametrize("name", sorted(visibility.VISIBILITY))
def test_every_row_is_whole_and_has_a_title(name):
    row = visibility.VISIBILITY[name]
    assert tuple(row) == visibility.ROLES
    assert {len(letters) for letters in row.values()} == {len(visibility.PHASES)}
    assert set("".join(row.values())) <= set(visibility.RANKS)
    assert visibility.OBJECTS[name]


@pytest.mark.parametrize("name", sorted(visibility.VISIBILITY))
@pytest.mark.parametrize("role", visibility.ROLES)
def test_nothing_that_was_seen_is_hidden_again(name, role):
    ranks = [visibility.RANKS.index(visibility.level(name, role, p)) for p in visibility.PHASES]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    "name", ["document_takers", "deposits", "bid_count", "bidder_names", "bid_price"]
)
@pytest.mark.parametrize("role", visibility.ROLES)
def test_before_the_deadline_nobody_learns_who_or_how_many(name, role):
    assert visibility.level(name, role, "A") in {"N", "O"}
    assert visibility.level(name, role, "A") == "N" or role == "bidder"


@pytest.mark.parametrize("state", markets.states())
@pytest.mark.parametrize("has_closed", [False, True])
def test_every_state_of_a_tender_has_its_phase(state, has_closed):
    phase = visibility.phase_of(state, has_closed=has_closed)
    assert phase in visibility.PHASES
    if state in {"failed", "terminated"}:
        assert phase == ("B" if has_closed else "A")
