"""How a page writes: parse, call the service, say what was done, put a refusal beside its field."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext

from accounts.forms import accepted
from accounts.requests import Request
from trading import queries
from trading.markets import words_of

Result = TypeVar("Result")


def posted(request: Request, *forms: "BaseForm | BaseFormSet[Any]") -> bool:
    """Tell whether forms were sent and all hold; each is asked, so that each shows its errors."""
    held = [form.is_valid() for form in forms]
    return request.method == "POST" and all(held)


def saved(
    request: Request,
    form: BaseForm,
    service: Callable[..., Result],
    said: str = "",
    **given: Any,
) -> Result | None:
    """Do what a form asks for; a refusal that better input would mend stands beside its field."""
    done = accepted(form, lambda: service(actor=request.actor, at=request.at, **given))
    if done is not None and said:
        messages.success(request, gettext(said))
    return done


def act(
    request: Request,
    code: str,
    service: Callable[..., Result],
    said: str = "",
    *,
    word: str = "",
    **given: Any,
) -> Result:
    """Do an act without a form on a tender the actor may know of; a refusal is a page. What is said
    after it may be a word of the tender's market.
    """
    tender = queries.tender_for(request.actor, code, request.at)
    done = service(actor=request.actor, code=code, at=request.at, **given)
    said = words_of(tender)[word] if word else said
    if said:
        messages.success(request, gettext(said))
    return done
