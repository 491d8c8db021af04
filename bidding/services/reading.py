"""Open the envelopes of a session with the published keys, and say what is read out of each."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.utils import translation

from accounts.domain import ROLES
from bidding.domain import BID, FIELD_TITLES
from bidding.models import Bid, Envelope, OpeningSession
from bidding.queries import attending, hall_list, recovery
from bidding.queries import opening as queries
from bidding.sealing import (
    Entry,
    Fault,
    Opened,
    SealingError,
    StageKeys,
    Terms,
    accept_stage_keys,
    chunk_digests,
    parse_commit,
    parse_price,
    read_out,
    strict,
)
from bidding.sealing import Envelope as Sealed
from bidding.sealing.envelope import readout_root
from bidding.sealing.format import parse_core
from bidding.services import objects
from deposits.queries import kept as deposits
from kernel.money import in_capitals
from kernel.text import gettext_noop as _
from ledger import queries as record
from ledger.canonical import timestamp
from trading import queries as trading
from trading.domain import priced
from trading.markets import method_of, words_of
from trading.models import Tender

ODDITIES = (
    "opening.unlock_extended",
    "opening.postponed",
    "opening.object_damaged",
    "opening.object_resupplied",
    "opening.key_refused",
)
"""What happens at an opening that its record names apart, because it should not have to."""
CALLED = ("purchaser", "agency", "bidder", "lot", "documents", "offer", "opening_record")
"""What the opening record says in the words of its market and method."""
APART = ("days", "price_in_words")
"""What is read out and has a column of its own."""
WHOLE_PRICE, UNIT_PRICE = _("总价"), _("单价")
RATE: Final = _("下浮率，总价＝最高限价×（1－下浮率）")
CUSTODIAN, FACTOR = _("密钥托管人"), _("评标系数")


def open_all(
    session: OpeningSession, envelopes: Iterable[Envelope], at: datetime
) -> Iterator[tuple[Envelope, Fault]]:
    """Open the read-out of each envelope and keep what it says; yield those that stay shut."""
    policy = queries.policy_of(session)
    keys = accept_stage_keys(policy, session.stage, queries.released_keys(session))
    texts = _texts(session.tender)
    for envelope in envelopes:
        doc = _answered(envelope, texts)
        terms = Terms(policy, doc, str(envelope.bid.lot.number), session.stage)
        opened = _open(envelope, terms, keys)
        if isinstance(opened, Fault):
            envelope.failure = opened.code
            envelope.save(update_fields=["failure"])
            yield envelope, opened
        else:
            keep(envelope, opened, at)


def _texts(tender: Tender) -> list[bytes]:
    """List the digests of the text in force and of every one published before it."""
    return [bytes.fromhex(d) for d in (tender.text_digest, *trading.document_versions(tender))]


def _answered(envelope: Envelope, texts: list[bytes]) -> bytes:
    """Give the text a bid answers: any published one will do. A bidder may replace its bid when the
    text is amended and need not, and what it handed in stays a bid (BL 29, M87 34).
    """
    try:
        answered = parse_core(bytes(envelope.core)).doc
    except SealingError:
        return texts[0]
    return answered if answered in texts else texts[0]


def _open(envelope: Envelope, terms: Terms, keys: StageKeys) -> Opened | Fault:
    share = None if envelope.share is None else bytes(envelope.share)
    return read_out(as_sealed(envelope), terms, keys, share)


def as_sealed(envelope: Envelope) -> Sealed:
    """Give the stored objects of an envelope with the commit's line that binds them."""
    core, wraps = bytes(envelope.core), bytes(envelope.wraps)
    return Sealed(core, wraps, objects.load(envelope.readout), _entry(envelope))


def _entry(envelope: Envelope) -> Entry:
    commit = parse_commit(envelope.binding)
    return next(entry for entry in commit.stages if entry.stage == envelope.stage)


def keep(envelope: Envelope, opened: Opened, at: datetime) -> None:
    """Keep the keys and the read-out; the structured price stands for ranking (sealing.md 5)."""
    envelope.readout_key, envelope.body_key = opened.readout_key, opened.body_key
    envelope.opened_at = at
    envelope.save(update_fields=["readout_key", "body_key", "opened_at"])
    bid, fields = envelope.bid, dict(opened.readout.fields)
    bid.fields = bid.fields | fields
    bid.files = [*bid.files, *[_file(envelope.stage, f) for f in opened.readout.files]]
    if "price" in fields:
        bid.price = parse_price(fields["price"])
    if bid.state == "unlocked":
        bid.state = "opened"
    bid.save(update_fields=["fields", "files", "price", "state"])


def _file(stage: str, file: Any) -> dict[str, object]:  # noqa: ANN401 - sealing's File
    digest = None if file.sha256 is None else file.sha256.hex()
    return {
        "stage": stage,
        "name": file.name,
        "offset": file.offset,
        "size": file.size,
        "sha256": digest,
    }


def is_committed(envelope: Envelope, readout: bytes) -> bool:
    """Tell whether these are the bytes of the read-out that the commit binds."""
    return readout_root(readout) == _entry(envelope).readout


def stored_objects(bid: Bid, stage: str) -> dict[str, object]:
    """Give what is stored of a bid as it lies on disk, in the form a client checks: the envelopes
    under the one commit that binds this stage.
    """
    envelopes = list(Envelope.objects.filter(bid=bid).select_related("bid").order_by("pk"))
    commit = next(envelope.binding for envelope in envelopes if envelope.stage == stage)
    together = [envelope for envelope in envelopes if envelope.binding == commit]
    return {
        "commit": strict.base64url(commit),
        "envelopes": [_stored(envelope) for envelope in together],
    }


def _stored(envelope: Envelope) -> dict[str, object]:
    with objects.source(envelope.body) as body:
        try:
            digests = [strict.base64url(digest) for digest in chunk_digests(body)]
        except SealingError:  # cut off: no list of digests says so
            digests = []
        return {
            "stage": envelope.stage,
            "core": strict.base64url(bytes(envelope.core)),
            "wraps": strict.base64url(bytes(envelope.wraps)),
            "readout": strict.base64url(objects.load(envelope.readout)),
            "body": digests,
            "body_length": body.size,
        }


def read_line(envelope: Envelope) -> dict[str, object]:
    """Give what is read out of a bid, with the key that lets anybody read it again; where nothing
    is read out (GPL 38), that it was opened.
    """
    bid = envelope.bid
    line: dict[str, object] = {
        "lot": bid.lot.number,
        "sequence": bid.sequence,
        "bidder": bid.bidder.name,
        "commit": bid.commit_hash,
        "fields": {},
    }
    if not method_of(bid.tender).reads_out:
        return line
    line |= {"fields": bid.fields, "readout_key": bytes(envelope.readout_key or b"").hex()}
    if bid.price is not None:
        line |= price_line(bid.price, bid.fields)
    return line


def price_line(price: Decimal, fields: dict[str, str]) -> dict[str, object]:
    """Give the price in figures and capitals, and whether the bidder's own words differ."""
    words, stated = in_capitals(price), fields.get("price_in_words", "")
    differs = bool(stated) and stated != words
    return {"price": price, "price_in_words": words, "stated_words": stated, "differs": differs}


def _price_form(tender: Tender) -> str:
    if priced.names_rates(tender.scheme):
        return RATE
    return UNIT_PRICE if method_of(tender).second_stage else WHOLE_PRICE


@translation.override(settings.LANGUAGE_CODE)
def record_content(session: OpeningSession, at: datetime) -> dict[str, Any]:
    """Give the fields of the opening record (rulebook 3.2), in the language of papers, whichever
    the host reads.
    """
    tender, words = session.tender, words_of(session.tender)
    return {
        **trading.paper_head(tender),
        "price_form": _price_form(tender),
        "draws": _draws(tender),
        "oddities": _oddities(session),
        "tender_code": tender.code,
        "title": tender.title,
        "purchaser": tender.purchaser.name,
        "agency": tender.agency.name,
        "stage": session.stage,
        "place": tender.place,
        "mode": "online",
        "planned_at": timestamp(session.opens_at),
        "started_at": timestamp(session.started_at or at),
        "ended_at": timestamp(at),
        "host": session.host.name if session.host else "",
        "threshold": tender.threshold,
        "custodians": [
            {**seat, "released_at": seat["released_at"] and timestamp(seat["released_at"])}
            for seat in queries.custodians_of(session)
        ],
        "recovery": _record_recovery(session),
        "lots": [
            {
                "number": lot.number,
                "title": lot.title,
                "called": words["lot_number"] % {"number": lot.number},
                "transaction_code": lot.transaction_code,
                "ceiling": format(lot.limit, "f"),
                **trading.limit_called(tender),
                "state": lot.state,
            }
            for lot in tender.lots.all()
        ],
        "words": {name: words[name] for name in CALLED},
        "bids": _record_lines(session),
        "kept_sealed": [
            {
                "lot": bid.lot.number,
                "bidder": bid.bidder.name,
                "uscc": bid.bidder.uscc,
                "commit": bid.commit_hash,
            }
            for bid in queries.kept_sealed(session)
        ],
        "objections": [
            {"bidder": o.bidder.name, "text": o.text, "answer": o.answer}
            for o in queries.objections_of(session)
        ],
        "attendances": [
            {
                "name": a.person.name,
                "organisation": a.organisation.name if a.organisation else "",
                "role": a.role,
                "as": CUSTODIAN if a.role == "custodian" else ROLES.get(a.role, ""),
                "signed_in_at": timestamp(a.signed_in_at),
                "seals_checked": a.seals_checked,
                "confirmed_at": timestamp(a.confirmed_at) if a.confirmed_at else "",
            }
            for a in attending.attendances_of(session)
        ],
        "policy_digest": tender.policy_digest,
        "text_digest": tender.text_digest,
    }


def _draws(tender: Tender) -> list[dict[str, str]]:
    """Give what is still to be drawn by a commitment that was public before any bid."""
    told = record.first_fact(tender.code, "factor.committed")
    return [{"name": FACTOR, "commit": told.data["commit"]}] if told else []


def _oddities(session: OpeningSession) -> list[dict[str, str]]:
    """Give what went otherwise than planned, by the facts of this session."""
    told = record.facts_of(session.tender.code, only=ODDITIES)
    return [
        {"at": timestamp(fact.at), "what": record.title_of(fact.kind)}
        for fact in told
        if fact.stream == session.stream
    ]


def _record_recovery(session: OpeningSession) -> dict[str, Any]:
    """Give the recovery set and what was asked of it; empty when the tender has none."""
    seats = recovery.seats_of(session)
    if not seats:
        return {}
    return {
        "threshold": session.tender.recovery_threshold,
        "custodians": [
            {"index": seat.index, "name": seat.person.name, "office": seat.office_title}
            for seat in seats
        ],
        "requests": [
            {
                "lot": asked.lot,
                "sequence": asked.sequence,
                "bidder": asked.bidder,
                "requested_at": timestamp(asked.requested_at),
                "needed": asked.needed,
                "released": [
                    {"index": part["index"], "name": part["name"], "at": timestamp(part["at"])}
                    for part in asked.released
                ],
                "recovered_at": timestamp(asked.recovered_at) if asked.recovered_at else "",
            }
            for asked in recovery.recoveries_of(session)
        ],
    }


def _record_lines(session: OpeningSession) -> list[dict[str, object]]:
    bids = list(queries.bids_of(session))
    marks, laid = hall_list.marks_of(session, bids), _deposits_read_out(session)
    sealed = Envelope.objects.filter(bid__in=bids, stage=session.stage).only("bid", "opened_at")
    opened = {one.bid_id: timestamp(one.opened_at) for one in sealed if one.opened_at}
    return [
        {
            **_record_line(bid, marks[bid.pk][0]),
            "opened_at": opened.get(bid.pk, ""),
            **laid(bid),
        }
        for bid in bids
    ]


def _deposits_read_out(session: OpeningSession) -> Callable[[Bid], dict[str, Any]]:
    """Give what the record says of each bid's deposit (rulebook 3.2), where one was asked and what
    bids say is read out; a price stage repeats nothing.
    """
    tender = session.tender
    is_told = method_of(tender).reads_out and session.stage != "price"
    if not is_told or not trading.asks_deposit(tender):
        return lambda _bid: {}
    known = deposits.statuses(tender)

    def said(bid: Bid) -> dict[str, Any]:
        status = known.get((bid.lot.number, bid.bidder.uscc), deposits.NOT_THERE)
        received = timestamp(status.received_at) if status.received_at else ""
        told = {"form": status.form, "said": status.said, "amount": f"{status.amount:.2f}"}
        return {"deposit": {**told, "received_at": received}}

    return said


def _record_line(bid: Bid, share_at: datetime | None) -> dict[str, object]:
    fields = bid.fields if method_of(bid.tender).reads_out else {}
    line: dict[str, object] = {
        "lot": bid.lot.number,
        "sequence": bid.sequence,
        "bidder": bid.bidder.name,
        "uscc": bid.bidder.uscc,
        "submitted_at": timestamp(bid.accepted_at),
        "commit": bid.commit_hash,
        "unlocked_at": timestamp(share_at) if share_at else "",
        "state": bid.state,
        "outcome": BID.titles["read" if bid.state == "left" else bid.state],
        "note": bid.note,
        "fields": fields,
        "said": [
            {"title": title, "value": fields[name]}
            for name, title in (*FIELD_TITLES.items(), *priced.titles_of(bid.tender.scheme))
            if fields.get(name) and name not in APART
        ],
    }
    if bid.price is not None and method_of(bid.tender).reads_out:
        line |= price_line(bid.price, bid.fields)
    return line
