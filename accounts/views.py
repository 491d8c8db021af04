"""The pages about people: registering, an organisation and its people, everybody's roles, my
account.
"""

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import domain, limits, policy, queries, services
from accounts.forms import (
    ColleagueForm,
    ContactForm,
    EndForm,
    GrantForm,
    NewOrganisationForm,
    OneselfForm,
    OrganisationForm,
    PeopleFilter,
    PersonForm,
    StaffForm,
    SupplierForm,
    accepted,
)
from accounts.requests import Request

if TYPE_CHECKING:
    from accounts.models import Organisation, User

BACKEND = "django.contrib.auth.backends.ModelBackend"
PEOPLE_PER_PAGE = 40
form_page = require_http_methods(["GET", "HEAD", "POST"])


def answer(request: Request, template: str, context: dict[str, Any], *forms: Form) -> HttpResponse:
    """Show a page; with a refused form the status is 422."""
    refused = any(form.is_bound and form.errors for form in forms)
    return render(request, template, context, status=422 if refused else 200)


# --- organisations ---


@form_page
def register(request: Request) -> HttpResponse:
    """Open an account for a supplier; it takes effect at once."""
    policy.require(request.actor, "supplier.register")
    form = SupplierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limits.consume(request, "register")
        user = accepted(
            form,
            lambda: services.register_supplier(
                actor=request.actor,
                organisation=form.new_details(),
                administrator=form.person(),
                password=form.cleaned_data["password"],
                lenient=form.cleaned_data["as_printed"],
                at=request.at,
            ),
        )
        if user is not None:
            login(request, user, BACKEND)
            messages.success(request, gettext("注册成功，可以参加投标了。"))
            return redirect("desk")
    return answer(request, "accounts/register.html", {"form": form}, form)


@form_page
def register_oneself(request: Request) -> HttpResponse:
    """Open an account for oneself; it takes effect at once and has no role."""
    policy.require(request.actor, "person.register_oneself")
    form = OneselfForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limits.consume(request, "register")
        user = accepted(
            form,
            lambda: services.register_oneself(
                actor=request.actor,
                details=form.person(),
                password=form.cleaned_data["password"],
                at=request.at,
            ),
        )
        if user is not None:
            login(request, user, BACKEND)
            messages.success(request, gettext("注册成功，可以报名应聘了。"))
            return redirect("desk")
    return answer(request, "accounts/register_oneself.html", {"form": form}, form)


@login_required
@require_safe
def organisations(request: Request) -> HttpResponse:
    """List the organisations I act for; a single one is shown at once."""
    own = list(queries.organisations_of(request.actor))
    if len(own) == 1:
        return redirect("organisation", own[0].uscc)
    return render(request, "accounts/organisations.html", {"organisations": own})


@login_required
@require_safe
def organisation(request: Request, uscc: str) -> HttpResponse:
    """Show an organisation, its people and their roles with history."""
    return show_organisation(request, queries.organisation_for(request.actor, uscc))


def roles_to_grant(request: Request, found: "Organisation") -> AbstractSet[str]:
    """Give the roles the actor may grant for an organisation."""
    if request.actor.has(domain.CENTRE_ADMIN):
        return domain.ROLES.keys() - domain.PERSONAL
    own = domain.administers(request.actor, found.pk, found.administrator_id)
    return queries.delegable_roles(found, request.at) if own else frozenset()


def show_organisation(
    request: Request, found: "Organisation", form: ColleagueForm | None = None
) -> HttpResponse:
    """Show the organisation's page, with the form to add a colleague for whoever may."""
    roles = list(queries.roles_for(found))
    grantable = roles_to_grant(request, found)
    if form is None:
        form = ColleagueForm(roles=grantable)
    context = {
        "organisation": found,
        "current": [role for role in roles if role.ends_at is None],
        "past": [role for role in roles if role.ends_at is not None],
        "may_change": policy.allows(request.actor, "organisation.change", found),
        "may_grant": bool(grantable),
        "form": form,
    }
    return answer(request, "accounts/organisation.html", context, form)


@login_required
@form_page
def change_organisation(request: Request, uscc: str) -> HttpResponse:
    """Change what the organisation declares of itself."""
    found = queries.organisation_for(request.actor, uscc)
    policy.require(request.actor, "organisation.change", found)
    form = OrganisationForm(request.POST or None, initial=vars(found))
    if request.method == "POST" and form.is_valid():
        details = form.details(found.uscc, found.name)
        changed = accepted(
            form,
            lambda: services.change_organisation(
                actor=request.actor, details=details, at=request.at
            ),
        )
        if changed is not None:
            messages.success(request, gettext("已保存。"))
            return redirect("organisation", found.uscc)
    context = {"organisation": found, "form": form}
    return answer(request, "accounts/change_organisation.html", context, form)


@login_required
@form_page
def register_staff(request: Request, uscc: str) -> HttpResponse:
    """Open an account for a new person of the organisation, with a first role."""
    found = queries.organisation_for(request.actor, uscc)
    policy.require(request.actor, "person.register", found)
    form = StaffForm(request.POST or None, roles=roles_to_grant(request, found))
    if request.method == "POST" and form.is_valid():
        user = accepted(
            form,
            lambda: services.register_staff(
                actor=request.actor,
                details=form.person(),
                password=form.cleaned_data["password"],
                role=form.cleaned_data["role"],
                uscc=found.uscc,
                at=request.at,
            ),
        )
        if user is not None:
            messages.success(request, gettext("账号已开通，请把用户名和密码交给本人。"))
            return redirect("organisation", found.uscc)
    context = {"organisation": found, "form": form}
    return answer(request, "accounts/register_staff.html", context, form)


@login_required
@require_POST
def add_colleague(request: Request, uscc: str) -> HttpResponse:
    """Grant a role of the organisation to somebody who has an account already."""
    found = queries.organisation_for(request.actor, uscc)
    form = ColleagueForm(request.POST, roles=roles_to_grant(request, found))
    if form.is_valid():
        granted = accepted(
            form,
            lambda: services.grant_role(
                actor=request.actor, uscc=found.uscc, at=request.at, **form.cleaned_data
            ),
        )
        if granted is not None:
            messages.success(request, gettext("已授予角色。"))
            return redirect("organisation", found.uscc)
    return show_organisation(request, found, form)


@login_required
@require_POST
def appoint_administrator(request: Request, uscc: str) -> HttpResponse:
    """Hand the administration of the organisation to one of its people."""
    found = queries.organisation_for(request.actor, uscc)
    services.appoint_administrator(
        actor=request.actor,
        uscc=found.uscc,
        username=request.POST.get("username", ""),
        at=request.at,
    )
    messages.success(request, gettext("管理员已变更。"))
    return redirect("organisation", uscc)


# --- people ---


@login_required
@require_safe
def people(request: Request) -> HttpResponse:
    """List everybody with their roles, for administration and oversight."""
    policy.require(request.actor, "people.see")
    form = PeopleFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {"q": "", "role": ""}
    found = queries.people_visible_to(request.actor, wanted["q"].strip(), wanted["role"])
    context = {
        "form": form,
        "page": Paginator(found, PEOPLE_PER_PAGE).get_page(request.GET.get("page")),
        "may_register": policy.allows(request.actor, "organisation.register"),
    }
    return render(request, "accounts/people.html", context)


@login_required
@form_page
def register_person(request: Request) -> HttpResponse:
    """Open an account for a person; the roles follow on the person's page."""
    policy.require(request.actor, "person.register", None)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = accepted(
            form,
            lambda: services.register_person(
                actor=request.actor,
                details=form.person(),
                password=form.cleaned_data["password"],
                at=request.at,
            ),
        )
        if user is not None:
            return redirect("person", user.username)
    return answer(request, "accounts/register_person.html", {"form": form}, form)


@login_required
@form_page
def register_organisation(request: Request) -> HttpResponse:
    """Register an organisation whose people the centre will name."""
    policy.require(request.actor, "organisation.register")
    form = NewOrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        created = accepted(
            form,
            lambda: services.register_organisation(
                actor=request.actor,
                details=form.new_details(),
                lenient=form.cleaned_data["as_printed"],
                at=request.at,
            ),
        )
        if created is not None:
            return redirect("organisation", created.uscc)
    return answer(request, "accounts/register_organisation.html", {"form": form}, form)


@login_required
@require_safe
def person(request: Request, username: str) -> HttpResponse:
    """Show a person's roles with their history, and what may be granted."""
    return show_person(request, queries.person_for(request.actor, username))


def show_person(request: Request, found: "User", form: GrantForm | None = None) -> HttpResponse:
    """Show the person's page, with the form to grant roles for whoever may."""
    obstacles = queries.obstacles(found, request.at)
    may_grant = request.actor.has(domain.CENTRE_ADMIN) and found.pk != request.actor.person_id
    if form is None:
        form = GrantForm(roles=domain.ROLES.keys() - obstacles.keys())
    roles = list(queries.role_history(found))
    barred: dict[str, list[str]] = {}
    for role, why in obstacles.items():
        barred.setdefault(why, []).append(domain.ROLES[role])
    context = {
        "person": found,
        "current": [role for role in roles if role.ends_at is None],
        "past": [role for role in roles if role.ends_at is not None],
        "may_grant": may_grant,
        "barred": barred.items(),
        "organisations": queries.organisations_found("") if may_grant else [],
        "form": form,
    }
    return answer(request, "accounts/person.html", context, form)


@login_required
@require_POST
def grant_role(request: Request, username: str) -> HttpResponse:
    """Grant a role to a person."""
    found = queries.person_for(request.actor, username)
    form = GrantForm(request.POST, roles=domain.ROLES)
    if form.is_valid():
        wanted = form.cleaned_data | {"uscc": form.cleaned_data["uscc"].strip() or None}
        granted = accepted(
            form,
            lambda: services.grant_role(
                actor=request.actor, username=username, at=request.at, **wanted
            ),
        )
        if granted is not None:
            messages.success(request, gettext("已授予角色。"))
            return redirect("person", username)
    return show_person(request, found, form)


@login_required
@require_POST
def end_role(request: Request, username: str) -> HttpResponse:
    """End a role, and go back to the page the button stands on."""
    found = queries.person_for(request.actor, username)
    form = EndForm(request.POST)
    form.is_valid()
    given = form.cleaned_data
    ended = services.end_role(
        actor=request.actor,
        username=found.username,
        role=given.get("role", ""),
        uscc=given.get("uscc") or None,
        reason=given.get("reason", ""),
        at=request.at,
    )
    messages.success(request, gettext("角色已终止，历史记录保留。"))
    if request.POST.get("back") == "organisation" and ended.organisation:
        return redirect("organisation", ended.organisation.uscc)
    return redirect("person", username)


@login_required
@require_safe
def accesses(request: Request) -> HttpResponse:
    """List the newest official looks at what was not yet public."""
    policy.require(request.actor, "access.see")
    found = queries.accesses(request.actor)
    return render(request, "accounts/accesses.html", {"accesses": found})


# --- my account ---


@login_required
@form_page
def account(request: Request) -> HttpResponse:
    """Show my account: who I am here, how to reach me, how I sign in."""
    me = queries.person(request.user.get_username())
    form = ContactForm(request.POST or None, initial={"phone": me.phone, "email": me.email})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if given["password"]:
            limits.consume(request, "mail", me.username)
        changed = accepted(
            form, lambda: services.change_person(actor=request.actor, at=request.at, **given)
        )
        if changed is not None:
            messages.success(request, gettext("已保存。"))
            return redirect("account")
    context = {"person": me, "roles": queries.roles_at(me, request.at), "form": form}
    return answer(request, "accounts/account.html", context, form)


@login_required
@require_POST
def revoke_tokens(request: Request) -> HttpResponse:
    """Make all my API tokens void."""
    services.revoke_tokens(actor=request.actor, at=request.at)
    messages.success(request, gettext("已作废全部接口令牌。"))
    return redirect("account")
