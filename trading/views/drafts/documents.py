"""The files of a draft."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import Request
from trading import queries, services
from trading.forms.drafts import DocumentForm
from trading.views.acts import act, posted, saved
from trading.views.drafts.frame import draft_page
from trading.views.pages import answer, form_page


@login_required
@form_page
def draft_documents(request: Request, code: str) -> HttpResponse:
    """Upload the files of the tender; each is known by its digests."""
    tender, context = draft_page(request, code, "documents")
    form = DocumentForm(request.POST or None, request.FILES or None, tender=tender)
    if posted(request, form) and (
        saved(request, form, services.attach_document, code=code, document=form.upload())
        is not None
    ):
        return redirect("draft_documents", code)
    context |= {"form": form, "attachments": queries.attachments_of(tender)}
    context["handed_out"] = queries.gate_of(tender).document if queries.is_settled(tender) else ""
    if form.errors and "application/json" in request.headers.get("Accept", ""):
        said = "；".join(str(e) for errors in form.errors.values() for e in errors)
        return JsonResponse(
            {"code": "attachment.refused", "message": said, "facts": {}}, status=422
        )
    return answer(request, "trading/draft_documents.html", context, form)


@login_required
@require_POST
def remove_document(request: Request, code: str, number: int) -> HttpResponse:
    """Take a file out of a draft."""
    act(request, code, services.remove_document, number=number)
    return redirect("draft_documents", code)
