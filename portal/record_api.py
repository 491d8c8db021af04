"""The record over HTTP: a feed of public facts, a tender's facts, the log's head and its proofs."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import quote_etag
from ninja import Query, Router

from accounts.api import OPEN, acting
from kernel.errors import Conflict, Missing
from kernel.text import gettext_noop as _
from ledger import canonical, proofs, sequencer
from ledger import queries as ledger
from portal.record import titled
from trading import queries as trading

router = Router(tags=["record"], auth=OPEN)
Limit = Annotated[int, Query(ge=1, le=1000)]
Place = Annotated[int, Query(ge=0, le=2**62)]
Number = Annotated[int, Query(ge=1, le=2**62)]
Stream = Annotated[str, Query(max_length=80, pattern=r"^[^\x00]*$")]


def answered(request: HttpRequest, tag: str, body: dict[str, Any]) -> HttpResponse:
    """Answer with a body that has a tag, or that nothing has changed."""
    etag = quote_etag(tag)
    if request.headers.get("If-None-Match") == etag:
        answer: HttpResponse = HttpResponse(status=304)
    else:
        answer = JsonResponse(body, json_dumps_params={"ensure_ascii": False})
    answer["ETag"] = etag
    answer["Cache-Control"] = "no-cache"
    return answer


@router.get("/facts", summary="Public facts in the order of the log, from a place on")
def facts(request: HttpRequest, since: Place = 0, limit: Limit = 200) -> HttpResponse:
    """Give facts with their place in the log; ask again with `next` as `since`."""
    entries = ledger.public_facts_in_log(since, limit)
    rows = [
        {"index": entry.leaf.index, "tender": entry.tender, **told}
        for entry, told in zip(entries, titled(entries), strict=True)
    ]
    following = rows[-1]["index"] + 1 if rows else since
    body = {"facts": rows, "next": following, "more": len(rows) == limit}
    return answered(request, f"facts-{since}-{limit}-{following}", body)


@router.get("/tenders/{code}/facts", summary="A tender's public facts in order")
def tender_facts(
    request: HttpRequest, code: str, since: Place = 0, limit: Limit = 200
) -> HttpResponse:
    """Give a tender's facts; `next` is the `since` of the following page."""
    actor, at = acting(request)
    tender = trading.tender_for(actor, code, at)
    entries = list(ledger.public_facts_of(tender.code).filter(id__gt=since)[:limit])
    following = entries[-1].pk if entries else since
    body = {"facts": titled(entries), "next": following, "more": len(entries) == limit}
    return answered(request, f"{code}-{since}-{limit}-{following}", body)


@router.get("/log/checkpoint", summary="The log's newest signed checkpoint and its key")
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Give the signed note, and the key it is signed with."""
    found = proofs.latest_checkpoint()
    if found is None:
        raise Missing("checkpoint.missing", _("没有这个检查点。"))
    body = {
        "size": found.size,
        "root": bytes(found.root).hex(),
        "at": canonical.timestamp(found.at),
        "checkpoint": found.note,
        "key": str(sequencer.log_signer().verifier),
    }
    return answered(request, f"checkpoint-{found.size}", body)


@router.get("/log/proof", summary="The proof that a public fact is in the log")
def proof(request: HttpRequest, stream: Stream, number: Number) -> HttpResponse:
    """Give leaf, audit path and signed checkpoint of a fact."""
    entry = ledger.public_fact(stream, number)
    found = ledger.proof_of(entry)
    if found is None:
        raise Conflict("fact.not_in_log_yet", _("这条事实刚刚发生，几秒后即列入记录。"))
    body = {"fact": titled([entry])[0], **found}
    return answered(request, f"proof-{found['index']}-{found['size']}", body)
