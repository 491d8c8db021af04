"""What the pages of one tender share: the tender through the actor's eyes, and its frame."""

from typing import TYPE_CHECKING, Any

from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.domain import BIDDER
from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.forms.drafts import show_as_needed
from trading.forms.kinds import NEEDED_LATER
from trading.markets import method_of, remedy_of, words_of
from trading.queries.minutes import reads_minutes
from trading.queries.takers import reads_takers

if TYPE_CHECKING:
    from trading.models import Tender

form_page = require_http_methods(["GET", "HEAD", "POST"])


def answer(
    request: Request,
    template: str,
    context: dict[str, Any],
    *forms: "BaseForm | BaseFormSet[Any]",
) -> HttpResponse:
    """Show a page; with a refused form the status is 422."""
    refused = any(form.is_bound and not form.is_valid() for form in forms)
    for form in forms:
        if isinstance(form, NEEDED_LATER):
            show_as_needed(form)
    return render(request, template, context, status=422 if refused else 200)


def tender_page(request: Request, code: str) -> tuple["Tender", dict[str, Any]]:
    """Give a tender the actor may know of, with what the frame of its pages shows."""
    tender = queries.tender_for(request.actor, code, request.at)
    context = {
        "tender": tender,
        "method": method_of(tender),
        "next": queries.next_step(tender),
        "tabs": tabs(request, tender),
        "since": queries.last_number(tender),
        "may": Permissions(request, tender),
    }
    return tender, context


class Permissions:
    """Ask the policy table from a template: `may.tender_publish`."""

    def __init__(self, request: Request, tender: "Tender") -> None:
        self.request = request
        self.tender = tender

    def __getitem__(self, name: str) -> bool:
        permission = name.replace("_", ".", 1)
        if permission not in policy.POLICY.table:
            raise KeyError(name)
        return policy.allows(self.request.actor, permission, self.tender)


SHOWN_UNDER = {
    "submit_prequal": "prequalification",
    "review_prequal": "prequalification",
    "close_prequal": "prequalification",
    "amend_prequal": "prequalification",
    "judge_taker": "qualifying",
    "return_taker": "qualifying",
    "submit_proposal": "first_stage",
    "proposal": "first_stage",
    "amend_first_stage": "first_stage",
    "call_second_stage": "first_stage",
    "challenge": "challenges",
    "enquiry": "enquiries",
    "complaint": "complaints",
    "return_complaint": "complaints",
    "correct_complaint": "complaints",
    "copy_complaint": "complaints",
    "explain_complaint": "complaints",
    "record_appeal": "complaints",
    "close_appeal": "complaints",
    "publish_clarification": "questions",
    "tender_rules": "tender",
    "sign_contract": "contracts",
    "record_payment": "contracts",
    "security": "contracts",
    "lodge_security": "contracts",
    "receive_security": "contracts",
    "release_security": "contracts",
    "drop_security": "contracts",
    "return_security": "contracts",
    "decide_award": "award",
    "agreement": "frameworks",
    "sign_framework": "frameworks",
    "terminate_framework": "frameworks",
    "ask_withdrawal": "frameworks",
    "place_call_off": "frameworks",
    "call_off": "frameworks",
    "sign_call_off": "frameworks",
    "hand_in_guarantee": "own_deposit",
    "show_guarantee": "own_deposit",
    "forfeit": "deposits",
    "undo_forfeit": "deposits",
    "settle_post": "recruitment",
    "applicants": "recruitment",
    "applicant": "recruitment",
    "written": "recruitment",
    "seating": "recruitment",
    "file_hire": "recruitment",
    "recounts": "recruitment",
    "recount": "recruitment",
    "reports": "recruitment",
    "report": "recruitment",
}
"""Pages without a tab of their own, and the tab they stand under."""


def _has_low_prices(request: Request, tender: "Tender") -> bool:
    """Tell whether the actor may read of an offer that was asked about."""
    asks = method_of(tender).asks_shortlisted and tender.evaluated_at is not None
    return bool(asks and queries.questions_for(request.actor, tender))


def _judges(request: Request, tender: "Tender") -> bool:
    """Tell whether the actor may read who meets the conditions, or how it stands itself."""
    if not queries.judges_takers(tender):
        return False
    own = queries.own_standing(request.actor, tender, request.at)
    return own is not None or reads_takers(request.actor, tender)


INTERVIEWED = frozenset({"interview_ready", "ranked", "publicity", "contracted", "archived"})


def tabs(request: Request, tender: "Tender") -> list[dict[str, Any]]:
    """Give the tabs of a tender's pages that the actor has use for."""
    published = tender.published_at is not None
    side = policy.allows(request.actor, "tender.read_draft", tender)
    is_told = queries.is_result_told(tender)
    voids = policy.allows(request.actor, "lot.void", tender) and (
        bool(queries.voidable(tender)) or bool(queries.disqualifiable(tender))
    )
    method, remedy = method_of(tender), remedy_of(tender)
    words, knows = words_of(tender), request.actor.is_known
    persons = knows and not side
    asks, bids = queries.asks_deposit(tender), bool(request.actor.organisations(BIDDER))
    bids = bids and queries.may_take_part(request.actor, tender)
    rows = (
        ("tender", _("概况"), published),
        ("draft", words["documents"], side and (not published or queries.is_editable(tender))),
        ("history", _("公告与版本"), published),
        (
            "media",
            _("发布媒介"),
            published
            and policy.allows(request.actor, "notice.record_medium", tender)
            and bool(method.media_article),
        ),
        ("prequalification", _("资格预审"), published and bool(method.prequalification)),
        ("first_stage", _("第一阶段"), published and bool(method.first_stage)),
        ("application", _("我的报名"), published and method.has_posts and persons),
        ("recruitment", _("考试与录用"), published and method.has_posts),
        ("interview", _("面试"), method.has_posts and tender.state in INTERVIEWED),
        ("questions", words["questions_tab"], published and not method.has_posts),
        ("own_deposit", _("保证金"), published and asks and bids),
        ("deposits", _("保证金"), asks and reads_takers(request.actor, tender)),
        (
            "document_takers",
            words["takers_tab"],
            not method.has_posts and reads_takers(request.actor, tender),
        ),
        ("qualifying", _("资格审查"), _judges(request, tender)),
        (
            "award",
            _("结果"),
            voids or (bool(tender.evaluated_at) and (side or is_told) and not method.has_posts),
        ),
        ("low_prices", _("异常低价审查"), _has_low_prices(request, tender)),
        ("frameworks", _("框架协议"), bool(tender.framework) and queries.is_framework_told(tender)),
        ("decision_minutes", _("定标记录"), reads_minutes(request.actor, tender)),
        ("challenges", remedy.title if remedy else "", published and knows and bool(remedy)),
        ("enquiries", _("询问"), published and knows and bool(remedy and remedy.enquiries)),
        ("complaints", _("投诉"), published and knows and bool(remedy and remedy.complaints)),
        (
            "contracts",
            _("合同"),
            not method.has_posts and bool(queries.contracts_for(request.actor, tender)),
        ),
    )
    here = (request.resolver_match and request.resolver_match.url_name) or ""
    return [
        {
            "url": reverse(name, args=[tender.code]),
            "title": title,
            "current": name == SHOWN_UNDER.get(here, here),
        }
        for name, title, shown in rows
        if shown
    ]
