"""Whom a draft invites: the ground, the list, and where lots decide the draw."""

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from accounts.requests import Request
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.domain import invitations
from trading.forms.grounds import GroundForm
from trading.forms.invitations import InvitedForm, InvitedNonceForm
from trading.markets import method_of
from trading.views.acts import posted, saved
from trading.views.drafts.frame import changed, draft_page
from trading.views.pages import answer, form_page

if TYPE_CHECKING:
    from trading.domain.invitations import ByInvitation
    from trading.models import Tender


@login_required
@never_cache
@form_page
def draft_invited(request: Request, code: str) -> HttpResponse:
    """Say why and whom the tenderer invites; each of the page's forms is saved by itself."""
    tender, context = draft_page(request, code, "invited")
    how = method_of(tender).by_invitation
    if how is None:
        raise Missing("part.missing", _("没有这个内容。"))
    sent = request.POST.get("part", "")
    law = queries.law_of_grounds(tender, request.at)
    ground = GroundForm(
        request.POST if sent == "ground" else None, tender=tender, grounds=law["titles"]
    )
    listed = InvitedForm(request.POST if sent == "listed" else None, tender=tender, how=how)
    nonce = InvitedNonceForm(request.POST if sent == "nonce" else None)
    if (
        (ground.is_bound and posted(request, ground) and _grounded(request, tender, ground))
        or (listed.is_bound and posted(request, listed) and _listed(request, code, listed))
        or (nonce.is_bound and posted(request, nonce) and _given(request, code, nonce))
    ):
        return redirect("draft_invited", code)
    context |= {
        "law": law,
        "ground": ground,
        "listed": listed,
        "nonce": nonce,
        **_shown(request, tender, how),
    }
    return answer(request, "trading/draft_invited.html", context, ground, listed, nonce)


def _shown(request: Request, tender: "Tender", how: "ByInvitation") -> dict[str, object]:
    invited = queries.invited_of(tender)
    return {
        "how": how,
        "invited": invited,
        "members": queries.named(invited.listed),
        "chosen": queries.named(queries.chosen_of(tender)),
        "purpose": invitations.purpose_of(tender.code),
        "may_give": queries.awaits_nonce(tender)
        and policy.allows(request.actor, "invited.give_nonce", tender),
    }


def _grounded(request: Request, tender: "Tender", form: GroundForm) -> bool:
    return changed(request, tender, form, {"grounds": form.given()})


def _listed(request: Request, code: str, form: InvitedForm) -> bool:
    said = _("名单已保存，投标截止前除本项目采购人和代理机构外任何人不可查阅。")
    given = form.given()
    return saved(request, form, services.list_invited, said, code=code, **given) is not None


def _given(request: Request, code: str, form: InvitedNonceForm) -> bool:
    said = _("随机数已记录，公告发布时抽取并同时发出邀请书。")
    given = form.given()
    return saved(request, form, services.give_invited_nonce, said, code=code, **given) is not None
