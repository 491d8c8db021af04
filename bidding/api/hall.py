"""The opening hall for clients: the same acts as on its page, by the same services."""

from typing import Any

from django.http import HttpRequest
from ninja import File, Router, Status
from ninja.files import UploadedFile

from accounts.api import OPEN, Closed, Printable, acting
from bidding.forms.hall import MOST_READOUT, decoded
from bidding.queries import hall_list, recovery
from bidding.queries import opening as queries
from bidding.services import opening
from kernel.errors import Invalid, Missing
from kernel.text import gettext_noop as _

router = Router(tags=["bidding"])
HALL = "/halls/{code}/{stage}"


class ActIn(Closed):
    """Nothing, or for `read_next` and `read_all` how many bids the host had seen read."""

    seen: int | None = None


class ExtensionIn(Closed):
    """More minutes, and why."""

    minutes: int
    reason: Printable


class ShareIn(Closed):
    """A bidder's share of its bid for a lot, base64url."""

    lot: Printable | int
    share: Printable


class KeyIn(Closed):
    """A custodian's place and stage key, base64url."""

    index: int
    private: Printable


class WordsIn(Closed):
    """An objection, or an answer."""

    text: Printable


class SealsIn(Closed):
    """What the bidder's own client found."""

    intact: bool


def hall_of(code: str, stage: str) -> dict[str, Any]:
    """Give what the hall shows at its present step."""
    session = queries.session_for(code, stage)
    return {
        "tender": code,
        "stage": stage,
        "state": session.state,
        "opens_at": session.opens_at,
        "step_due_at": session.step_due_at,
        "threshold": session.tender.threshold,
        "custodians": [
            {key: seat[key] for key in ("index", "name", "office", "released_at")}
            for seat in queries.custodians_of(session)
        ],
        "recoveries": [asked.as_plain() for asked in recovery.recoveries_of(session)],
        "bids": [bid.as_plain() for bid in hall_list.hall_bids(session)],
        "objections": [
            {"number": o.pk, "bidder": o.bidder.name, "text": o.text, "answer": o.answer}
            for o in queries.objections_of(session)
        ],
    }


@router.get(HALL, auth=OPEN)
def hall(request: HttpRequest, code: str, stage: str) -> dict[str, Any]:  # noqa: ARG001 - ninja's
    """Say how far an opening has come, with what its step has made public."""
    return hall_of(code, stage)


@router.post(HALL + "/act/{event}")
def act(
    request: HttpRequest, code: str, stage: str, event: str, body: ActIn | None = None
) -> dict[str, Any]:
    """Take the host's next step."""
    actor, at = acting(request)
    step = opening.STEPS.get(event)
    if step is None:
        raise Missing("opening.no_such_act", _("没有这个环节操作。"))
    more = {"seen": body.seen} if body is not None and event in opening.READS else {}
    step(actor=actor, code=code, stage=stage, **more, at=at)
    return hall_of(code, stage)


@router.post(HALL + "/extend")
def extend(request: HttpRequest, code: str, stage: str, body: ExtensionIn) -> dict[str, Any]:
    """Give more time to hand in shares, with the reason that is made public."""
    actor, at = acting(request)
    longer, reason = body.minutes, body.reason
    opening.extend_unlock(actor=actor, code=code, stage=stage, longer=longer, reason=reason, at=at)
    return hall_of(code, stage)


@router.post(HALL + "/sign-in")
def sign_in(request: HttpRequest, code: str, stage: str) -> dict[str, Any]:
    """Sign in; before the deadline a bidder's sign-in is told to nobody."""
    actor, at = acting(request)
    opening.sign_in(actor=actor, code=code, stage=stage, at=at)
    return {"signed_in": True}


@router.post(HALL + "/seals")
def seals(request: HttpRequest, code: str, stage: str, body: SealsIn) -> dict[str, Any]:
    """Record what the bidder's own client found at the seal check."""
    actor, at = acting(request)
    opening.check_seals(actor=actor, code=code, stage=stage, intact=body.intact, at=at)
    return {"intact": body.intact}


@router.post(HALL + "/shares")
def shares(request: HttpRequest, code: str, stage: str, body: ShareIn) -> dict[str, Any]:
    """Hand in the share of one's own bid for a lot; a wrong one may be tried again."""
    actor, at = acting(request)
    share, lot = decoded(body.share), number(body.lot)
    bid = opening.hand_in_share(actor=actor, code=code, stage=stage, lot=lot, share=share, at=at)
    return {"lot": lot, "commit": bid.commit_hash, "state": bid.state}


def number(lot: str | int) -> int:
    """Read a lot's number, which sealed records write as text."""
    text = str(lot)
    if not (text.isascii() and text.isdigit() and len(text) < len("1000000")):
        raise Invalid("opening.lot", _("采购包号应为数字。"), field="lot")
    return int(text)


@router.post(HALL + "/resupply/{lot}")
def resupply(
    request: HttpRequest, code: str, stage: str, lot: int, content: File[UploadedFile]
) -> dict[str, Any]:
    """Hand in the sealed read-out again that the platform's fault has damaged."""
    actor, at = acting(request)
    if (content.size or 0) > MOST_READOUT:
        raise Invalid("object.malformed", _("文件过大，不是密封的开标内容。"), field="content")
    opening.resupply(actor=actor, code=code, stage=stage, lot=lot, content=content.read(), at=at)
    return hall_of(code, stage)


@router.post(HALL + "/keys")
def keys(request: HttpRequest, code: str, stage: str, body: KeyIn) -> dict[str, Any]:
    """Publish one's own stage key as custodian."""
    actor, at = acting(request)
    opening.release_key(
        actor=actor,
        code=code,
        stage=stage,
        index=body.index,
        private_key=decoded(body.private),
        at=at,
    )
    return {"index": body.index, "released": True}


@router.post(HALL + "/objections", response={201: dict[str, Any]})
def objections(
    request: HttpRequest, code: str, stage: str, body: WordsIn
) -> Status[dict[str, Any]]:
    """Raise an objection as a bidder of this opening."""
    actor, at = acting(request)
    raised = opening.raise_objection(actor=actor, code=code, stage=stage, text=body.text, at=at)
    return Status(201, {"number": raised.pk, "text": raised.text})


@router.post(HALL + "/objections/{objection}/answers", response={201: dict[str, Any]})
def answers(
    request: HttpRequest, code: str, stage: str, objection: int, body: WordsIn
) -> Status[dict[str, Any]]:
    """Answer an objection in writing, as the host."""
    actor, at = acting(request)
    found = opening.answer_objection(
        actor=actor, code=code, stage=stage, objection=objection, text=body.text, at=at
    )
    return Status(201, {"number": found.pk, "answer": found.answer})


@router.post(HALL + "/confirmations", response={201: dict[str, Any]})
def confirmations(request: HttpRequest, code: str, stage: str) -> Status[dict[str, Any]]:
    """Confirm the opening record."""
    actor, at = acting(request)
    found = opening.confirm(actor=actor, code=code, stage=stage, at=at)
    return Status(201, {"role": found.role, "confirmed_at": found.confirmed_at})
