"""Who calls the API, and the calls about people, organisations, roles and tokens.

Other apps take from here: `SIGNED_IN` (the default of the API: a bearer token, or the session
cookie with its CSRF token), `OPEN` (for what the public reads: a token is honoured, none is
needed), `Closed` (a schema that refuses unknown fields) and `refusal_body`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Self

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Router, Schema, Status
from pydantic import ConfigDict, StringConstraints, model_validator

from accounts import limits, queries, services
from accounts.callers import Bearer, Session, Visitor
from accounts.domain import Actor, OrganisationDetails, PersonDetails
from kernel.errors import DomainError
from kernel.reading import UNKEPT, is_kept

if TYPE_CHECKING:
    from accounts.models import Organisation, Role, User

router = Router(tags=["accounts"])

PRINTABLE = r"^[^\x00]*$"
Printable = Annotated[str, StringConstraints(pattern=PRINTABLE)]
"""A text of a body, of whatever length: NUL is what PostgreSQL cannot keep."""
Text = Annotated[str, StringConstraints(max_length=5000, pattern=PRINTABLE)]
Word = Annotated[str, StringConstraints(max_length=300, pattern=PRINTABLE)]
Secret = Annotated[str, StringConstraints(max_length=256, pattern=PRINTABLE)]


SIGNED_IN = [Bearer(), Session()]
OPEN = [Bearer(), Visitor()]


class Closed(Schema):
    """A body whose unknown fields are refused by name, and so is a field with a text, however deep
    it stands, that no database keeps.
    """

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _is_kept(self) -> Self:
        for name, value in self.__dict__.items():
            if not is_kept(value):
                raise ValueError(gettext(UNKEPT) % {"where": name})
        return self


class TokenRequest(Closed):
    """Name and password; `code` from the authenticator app where two steps are set up."""

    username: Secret
    password: Secret
    code: Secret = ""


class Token(Schema):
    """A token, good for twelve hours."""

    token: str


class IntakeRequest(Closed):
    """For which organisation bids are handed in; needed only by people who act for several."""

    uscc: Word = ""


class OrganisationIn(Closed):
    """What an organisation declares of itself."""

    uscc: Word
    name: Word
    legal_representative: Word
    address: Word
    phone: Word
    size: Word = "none"
    bank_account: Word = ""


class PersonIn(Closed):
    """A person who will sign in."""

    username: Word
    name: Word
    password: Secret
    phone: Word = ""
    email: Word = ""


class SupplierIn(Closed):
    """A supplier and its administrator; `as_printed` for an early code that fails its check."""

    organisation: OrganisationIn
    administrator: PersonIn
    as_printed: bool = False


class NewOrganisation(OrganisationIn):
    """An organisation the centre registers."""

    as_printed: bool = False


class StaffIn(PersonIn):
    """A person, of an organisation or (by the centre) of none; with a first role if named."""

    uscc: Word = ""
    role: Word = ""


class ContactIn(Closed):
    """One's own telephone and mail address; `password` is needed to change the latter."""

    phone: Word = ""
    email: Word = ""
    password: Secret = ""


class RoleIn(Closed):
    """A role to grant or to end; without organisation for experts and social supervisors."""

    role: Word
    uscc: Word = ""
    reason: Word = ""


class AdministratorIn(Closed):
    """The person who shall administer the organisation."""

    username: Word


class RoleOut(Schema):
    """A role from one instant to another."""

    role: str
    organisation: str | None
    starts_at: datetime
    ends_at: datetime | None
    granted_by: str
    reason: str
    end_reason: str


class PersonOut(Schema):
    """A person with all roles ever held, newest first."""

    username: str
    name: str
    roles: list[RoleOut]


class OrganisationOut(Schema):
    """An organisation as its own people and oversight see it."""

    uscc: str
    name: str
    legal_representative: str
    address: str
    region: str
    phone: str
    size: str
    administrator: str | None
    registered_at: datetime


def acting(request: HttpRequest) -> tuple[Actor, datetime]:
    """Give who acts, and the instant of the request."""
    return request.actor, request.at  # type: ignore[attr-defined]


def refusal_body(refusal: DomainError) -> dict[str, Any]:
    """Give a refusal as the API says it, in the language of the request."""
    message = refusal.text(gettext(refusal.message))
    return {"code": refusal.code, "message": message, "facts": plain(refusal.facts)}


def plain(facts: Mapping[str, object]) -> dict[str, object]:
    """Give the facts of a refusal as JSON can hold them."""
    return {k: v if isinstance(v, str | int | bool | None) else str(v) for k, v in facts.items()}


# --- tokens ---


@router.post("/token", response=Token, auth=None)
def token(request: HttpRequest, body: TokenRequest) -> dict[str, str]:
    """Give a token for name and password, and the code of the second step where one is set up."""
    limits.consume(request, "token", body.username.lower())
    user = services.check_password(username=body.username, password=body.password)
    if body.code:
        limits.consume_code(request, user)
    given = services.exchange_code(user=user, code=body.code, at=acting(request)[1])
    return {"token": given}


@router.post("/tokens/revoke", response={204: None})
def revoke_tokens(request: HttpRequest) -> HttpResponse:
    """Make all tokens given to me so far void."""
    actor, at = acting(request)
    services.revoke_tokens(actor=actor, at=at)
    return HttpResponse(status=204)


@router.post("/intake-token", response=Token)
def intake_token(request: HttpRequest, body: IntakeRequest) -> dict[str, str]:
    """Give a token to hand in sealed bids for my organisation; nothing of a tender is in it."""
    limits.consume(request, "intake_token", request.user.get_username())
    actor, at = acting(request)
    uscc = body.uscc or queries.own_bidder(actor).uscc
    return {"token": services.issue_intake_token(actor=actor, uscc=uscc, at=at)}


# --- people and organisations ---


@router.get("/me", response=PersonOut)
def me(request: HttpRequest) -> dict[str, Any]:
    """Say who I am, with all my roles."""
    return person_out(queries.person(request.user.get_username()))


@router.post("/suppliers", response={201: PersonOut}, auth=OPEN)
def register_supplier(request: HttpRequest, body: SupplierIn) -> Status[dict[str, Any]]:
    """Open an account for a supplier: the organisation, its administrator, the bidder role."""
    limits.consume(request, "register")
    actor, at = acting(request)
    user = services.register_supplier(
        actor=actor,
        organisation=OrganisationDetails(**body.organisation.dict()),
        administrator=person_details(body.administrator),
        password=body.administrator.password,
        lenient=body.as_printed,
        at=at,
    )
    return Status(201, person_out(user))


@router.post("/people/oneself", response={201: PersonOut}, auth=OPEN)
def register_oneself(request: HttpRequest, body: PersonIn) -> Status[dict[str, Any]]:
    """Open an account for myself, without any role: to apply for a post nobody needs one."""
    limits.consume(request, "register")
    actor, at = acting(request)
    user = services.register_oneself(
        actor=actor, details=person_details(body), password=body.password, at=at
    )
    return Status(201, person_out(user))


@router.post("/organisations", response={201: OrganisationOut})
def register_organisation(request: HttpRequest, body: NewOrganisation) -> Status[dict[str, Any]]:
    """Register an organisation whose people the centre will name."""
    actor, at = acting(request)
    details = OrganisationDetails(**body.dict(exclude={"as_printed"}))
    created = services.register_organisation(
        actor=actor, details=details, lenient=body.as_printed, at=at
    )
    return Status(201, organisation_out(created))


@router.get("/organisations/{uscc}", response=OrganisationOut)
def organisation(request: HttpRequest, uscc: str) -> dict[str, Any]:
    """Show an organisation I act for, or that I oversee."""
    return organisation_out(queries.organisation_for(acting(request)[0], uscc))


@router.put("/organisations/{uscc}", response=OrganisationOut)
def change_organisation(request: HttpRequest, uscc: str, body: OrganisationIn) -> dict[str, Any]:
    """Change what an organisation declares of itself; code and name stay."""
    actor, at = acting(request)
    found = queries.organisation_for(actor, uscc)
    details = OrganisationDetails(**(body.dict() | {"uscc": found.uscc}))
    return organisation_out(services.change_organisation(actor=actor, details=details, at=at))


@router.post("/organisations/{uscc}/administrator", response=OrganisationOut)
def appoint_administrator(request: HttpRequest, uscc: str, body: AdministratorIn) -> dict[str, Any]:
    """Make a person of the organisation its administrator."""
    actor, at = acting(request)
    found = queries.organisation_for(actor, uscc)
    changed = services.appoint_administrator(
        actor=actor, uscc=found.uscc, username=body.username, at=at
    )
    return organisation_out(changed)


@router.post("/people", response={201: PersonOut})
def register_person(request: HttpRequest, body: StaffIn) -> Status[dict[str, Any]]:
    """Open an account for a person of my organisation, or (the centre) for anybody."""
    actor, at = acting(request)
    who: dict[str, Any] = {
        "actor": actor,
        "details": person_details(body),
        "password": body.password,
        "at": at,
    }
    if body.role:
        user = services.register_staff(role=body.role, uscc=body.uscc, **who)
    else:
        user = services.register_person(uscc=body.uscc or None, **who)
    return Status(201, person_out(user))


@router.get("/people/{username}", response=PersonOut)
def person(request: HttpRequest, username: str) -> dict[str, Any]:
    """Show a person's roles with their history."""
    return person_out(queries.person_for(acting(request)[0], username))


@router.put("/me", response=PersonOut)
def change_person(request: HttpRequest, body: ContactIn) -> dict[str, Any]:
    """Change my own telephone and mail address."""
    actor, at = acting(request)
    if body.password:
        limits.consume(request, "mail", request.user.get_username())
    changed = services.change_person(actor=actor, at=at, **body.dict())
    return person_out(changed)


@router.post("/people/{username}/roles", response={201: RoleOut})
def grant_role(request: HttpRequest, username: str, body: RoleIn) -> Status[dict[str, Any]]:
    """Grant a role from now on, unless one held or just left excludes it."""
    actor, at = acting(request)
    if body.uscc:  # whoever leads an organisation may take in a person it does not see yet
        queries.organisation_for(actor, body.uscc)
    else:
        queries.person_for(actor, username)
    granted = services.grant_role(actor=actor, username=username, at=at, **role_asked(body))
    return Status(201, role_out(granted))


@router.post("/people/{username}/roles/end", response=RoleOut)
def end_role(request: HttpRequest, username: str, body: RoleIn) -> dict[str, Any]:
    """End a role from now on, with the reason."""
    actor, at = acting(request)
    found = queries.person_for(actor, username)
    ended = services.end_role(actor=actor, username=found.username, at=at, **role_asked(body))
    return role_out(ended)


def role_asked(body: RoleIn) -> dict[str, Any]:
    """Give a role as the services take it: no organisation is None."""
    return {"role": body.role, "uscc": body.uscc or None, "reason": body.reason}


def person_details(body: PersonIn) -> PersonDetails:
    """Give a person as the rules take it."""
    return PersonDetails(body.username, body.name, body.phone, body.email)


def role_out(role: "Role") -> dict[str, Any]:
    """Give a role as the API shows it."""
    return {
        "role": role.role,
        "organisation": role.organisation.uscc if role.organisation else None,
        "starts_at": role.starts_at,
        "ends_at": role.ends_at,
        "granted_by": role.granted_by,
        "reason": role.reason,
        "end_reason": role.end_reason,
    }


def person_out(user: "User") -> dict[str, Any]:
    """Give a person as the API shows it."""
    roles = [role_out(role) for role in queries.role_history(user)]
    return {"username": user.username, "name": user.name, "roles": roles}


def organisation_out(found: "Organisation") -> dict[str, Any]:
    """Give an organisation as the API shows it."""
    names = OrganisationOut.model_fields.keys() - {"administrator"}
    administrator = found.administrator.username if found.administrator else None
    return {name: getattr(found, name) for name in names} | {"administrator": administrator}
