"""Hold an opening of the past in one go: host, bidders and custodians each do their part."""

from datetime import datetime, timedelta

from accounts import queries as accounts
from accounts.domain import Actor
from bidding.queries import opening as queries
from bidding.queries import recovery
from bidding.services import opening
from portal.demo import clients

STEP = timedelta(seconds=40)


def actor(username: str, at: datetime) -> Actor:
    """Give a person of the town as rules see them at an instant."""
    return accounts.actor(accounts.person(username), at)


def hold(code: str, stage: str, closes_at: datetime, host: str = "sun") -> None:
    """Hold the whole session from the announcement to the signed record."""
    at = closes_at + STEP
    for step in (opening.announce, opening.list_bidders, opening.start_seal_check):
        step(actor=actor(host, at), code=code, stage=stage, at=at)
        at += STEP
    for name in bidders(code, stage):
        opening.check_seals(actor=actor(name, at), code=code, stage=stage, intact=True, at=at)
    opening.start_unlock(actor=actor(host, at), code=code, stage=stage, at=at)
    recover(code, stage, at + timedelta(seconds=4))
    hand_in(code, stage, at + timedelta(seconds=10))
    at += STEP
    opening.close_unlock(actor=actor(host, at), code=code, stage=stage, at=at)
    release(code, stage, at + timedelta(seconds=5))
    _read(code, stage, at + timedelta(seconds=15), host)


def bidders(code: str, stage: str) -> list[str]:
    """Give the demo people who act for the bidders of a session."""
    session = queries.session_for(code, stage)
    bids = queries.bids_of(session)
    return list(dict.fromkeys(bid.submitted_by.removeprefix("person:") for bid in bids))


def hand_in(code: str, stage: str, at: datetime, most: int = 1000) -> int:
    """Let bidders hand in the shares they have not handed in yet, at most so many."""
    session, done = queries.session_for(code, stage), 0
    for bid in queries.bids_of(session):
        envelope = queries.envelope_of(bid, stage)
        if envelope.share_at is not None or bid.state in queries.OUT or done >= most:
            continue
        name = bid.submitted_by.removeprefix("person:")
        share = clients.share_of(name, bytes(envelope.core), bytes(envelope.wraps))
        opening.hand_in_share(
            actor=actor(name, at),
            code=code,
            stage=stage,
            lot=bid.lot.number,
            share=share,
            at=at,
        )
        done += 1
    return done


def recover(code: str, stage: str, at: datetime) -> None:
    """Let every bidder that chose escrow have lost its keys, and its share come back."""
    session = queries.session_for(code, stage)
    for bid in queries.bids_of(session):
        envelope = queries.envelope_of(bid, stage)
        if bid.state in queries.OUT or not recovery.is_escrowed(envelope):
            continue
        place = {"code": code, "stage": stage}
        own = actor(bid.submitted_by.removeprefix("person:"), at)
        opening.request_recovery(actor=own, **place, lot=bid.lot.number, at=at)
        core, wraps = bytes(envelope.core), bytes(envelope.wraps)
        for seat in recovery.seats_of(session)[: session.tender.recovery_threshold]:
            who = seat.person.username
            part = clients.part_of(who, (code, stage, seat.index), core, wraps)
            own = actor(who, at)
            opening.release_part(actor=own, **place, commit=bid.commit_hash, part=part, at=at)


def release(code: str, stage: str, at: datetime, most: int = 9) -> int:
    """Let custodians publish their stage keys, at most so many."""
    session, done = queries.session_for(code, stage), 0
    for seat in queries.custodians_of(session):
        if seat["released_at"] is not None or done >= most:
            continue
        opening.release_key(
            actor=actor(seat["username"], at),
            code=code,
            stage=stage,
            index=seat["index"],
            private_key=clients.custodian(seat["username"]).stage(code, stage),
            at=at,
        )
        done += 1
    return done


def _read(code: str, stage: str, at: datetime, name: str) -> None:
    def host() -> Actor:
        return actor(name, at)

    session = opening.start_reading(actor=host(), code=code, stage=stage, at=at)
    while session.state == "reading":
        at += STEP
        session = opening.read_next(actor=host(), code=code, stage=stage, at=at)
    at += STEP
    opening.invite_confirmation(actor=host(), code=code, stage=stage, at=at)
    for bidder in bidders(code, stage):
        opening.confirm(actor=actor(bidder, at), code=code, stage=stage, at=at)
    at += STEP
    opening.end(actor=host(), code=code, stage=stage, at=at)
