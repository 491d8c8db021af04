"""Where anybody checks what the platform says: a receipt, a paper, a fact, the log itself."""

import json
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits
from accounts.requests import Request
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import checking, inspection, mending, papers, press, proofs, sequencer
from ledger import queries as ledger
from portal import paperwork
from portal.record import told
from portal.verification_forms import DocumentForm, FactForm
from trading import downloads

CHECKPOINTS = 20


@require_safe
def verify(request: Request) -> HttpResponse:
    """Offer every way of checking from one page."""
    context = {
        "document": DocumentForm(),
        "fact": FactForm(),
        "checkpoint": proofs.latest_checkpoint(),
        "log_key": str(sequencer.log_signer().verifier),
    }
    return render(request, "portal/verify.html", context)


# --- a paper ---


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def document(request: Request) -> HttpResponse:
    """Check a PDF: whether the record knows it, whose signature it bears, what data is inside."""
    form = DocumentForm()
    if request.method == "POST":
        limits.consume(request, "verify")
        form = DocumentForm(request.POST, request.FILES)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context |= _looked_at(form.cleaned_data["file"].read())
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "portal/verify_document.html", context, status=status)


def _looked_at(content: bytes) -> dict[str, Any]:
    digest = sha256(content).hexdigest()
    _key, certificate = press.ensure_certificate(timezone.now())
    found = inspection.inspect_apart(content, certificate)
    known = papers.paper_by_digest(digest)
    unsigned = known is not None and known.document_id != digest
    return {
        "digest": digest,
        "found": found,
        "paper": known,
        "kind": paperwork.KINDS.get(known.kind) if known else None,
        "verdict": verdict(found, is_known=known is not None, is_unsigned=unsigned),
        "record": _pretty(found.record),
    }


def verdict(found: inspection.Inspected, *, is_known: bool, is_unsigned: bool) -> str:
    """Name what is to be said of a file, the plainest trouble first."""
    if is_known:
        return "unsigned" if is_unsigned else "good"
    if not found.is_readable:
        return "unreadable"
    if not found.is_signed:
        return "no_signature"
    if not found.is_by_centre:
        return "other_signature"
    return "unknown" if found.is_sound else "altered"


def _pretty(record: str) -> str:
    try:
        return json.dumps(json.loads(record), ensure_ascii=False, indent=2) if record else ""
    except ValueError:
        return record


@never_cache
@require_safe
def paper_check(request: Request, kind: str, subject: str) -> HttpResponse:
    """Show what the record says of a paper: where its QR code leads."""
    found = paperwork.paper(kind, subject)
    described = paperwork.KINDS[kind]
    context = {
        "paper": found,
        "kind": described,
        "rows": [
            (label, told(name, found.content.get(name))) for name, label in described.public.items()
        ],
        "may_read": paperwork.may_read(request.actor, found, request.at),
        "trouble": paperwork.reason_unmade(request.actor, found),
        "fact": ledger.fact_of_paper(kind, subject, found.stream),
    }
    return render(request, "portal/verify_paper.html", context)


@never_cache
@require_safe
def paper_file(request: Request, digest: str) -> HttpResponse:
    """Hand out the signed file of a paper to those who may read it."""
    found = paperwork.file_for(request.actor, digest, request.at)
    name = f"{found.kind}-{found.subject}.pdf"
    return downloads.served(request, digest, name, "application/pdf")


# --- a fact ---


@require_safe
def fact(request: Request) -> HttpResponse:
    """Prove a public fact step by step: its bytes, its way up, the signed root."""
    form = FactForm(request.GET or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context |= proof_of(form.cleaned_data["stream"], form.cleaned_data["number"])
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "portal/verify_fact.html", context, status=status)


def proof_of(stream: str, number: int) -> dict[str, Any]:
    """Give a fact with its proof, checked here as anybody can check it elsewhere."""
    entry = ledger.public_fact(stream, number)
    proof = ledger.proof_of(entry)
    context: dict[str, Any] = {
        "entry": entry,
        "title": ledger.title_of(entry.kind),
        "rows": [(name, told(name, value)) for name, value in entry.data.items()],
        "proof": proof,
    }
    if proof is not None:
        key = sequencer.log_signer().verifier
        context["check"] = checking.check_proof(proof, proof["checkpoint"], key)
        context["says"] = checking.says(ledger.frame(entry), proof["leaf"])
        context["proof_json"] = json.dumps(proof, ensure_ascii=False, indent=2)
    return context


# --- the log ---


@require_safe
def log(request: Request) -> HttpResponse:
    """Show the log's key and its signed checkpoints, newest first."""
    below = request.GET.get("below", "")
    size = int(below) if below.isdecimal() and len(below) < 16 else None  # noqa: PLR2004
    found = proofs.checkpoints(size, CHECKPOINTS + 1)
    context = {
        "checkpoints": found[:CHECKPOINTS],
        "older": found[CHECKPOINTS - 1].size if len(found) > CHECKPOINTS else None,
        "latest": proofs.latest_checkpoint(),
        "log_key": str(sequencer.log_signer().verifier),
        "installation": settings.INSTALLATION,
        "interruptions": mending.interruptions(),
    }
    return render(request, "portal/verify_log.html", context)


@require_safe
def checkpoint(request: Request, size: int | None = None) -> HttpResponse:  # noqa: ARG001
    """Give a signed checkpoint as the text it is."""
    found = proofs.latest_checkpoint() if size is None else proofs.checkpoint_at(size)
    if found is None:
        raise Missing("checkpoint.missing", _("没有这个检查点。"))
    answer = HttpResponse(found.note, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="checkpoint-{found.size}.txt"'
    return answer
