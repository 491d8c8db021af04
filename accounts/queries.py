"""Find people, organisations, roles, and who a token stands for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db.models import CharField, F, Q, QuerySet, Value
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import domain
from accounts.domain import BIDDER, CENTRE_ADMIN, PUBLIC, Actor, Grant
from accounts.models import Organisation, Role, User
from kernel.errors import Conflict, Invalid, Missing
from kernel.text import gettext_noop as _
from ledger import queries as ledger

API_SALT = "accounts.token"
INTAKE_SALT = "accounts.intake-token"


def in_force(at: datetime, prefix: str = "") -> Q:
    """Give the condition that a role is in force at an instant."""
    begun = Q(**{f"{prefix}starts_at__lte": at})
    return begun & (Q(**{f"{prefix}ends_at": None}) | Q(**{f"{prefix}ends_at__gt": at}))


def is_in_force(role: Role, at: datetime) -> bool:
    """Tell the same of a role already in hand."""
    return role.starts_at <= at and (role.ends_at is None or at < role.ends_at)


def roles_at(person: User, at: datetime) -> QuerySet[Role]:
    """Give the roles a person holds at an instant."""
    return Role.objects.filter(in_force(at), person=person)


def actor(user: User | AnonymousUser, at: datetime) -> Actor:
    """Give the actor a person is at an instant; the public when nobody is signed in."""
    if not isinstance(user, User) or not user.is_active:
        return PUBLIC
    held = roles_at(user, at).values_list("role", "organisation_id")
    return Actor(user.ref, user.name, user.pk, frozenset(Grant(*pair) for pair in held))


def person(username: str) -> User:
    """Give a person by user name."""
    return _person(User.objects.all(), username)


def lock_person(username: str) -> User:
    """Give a person by user name and keep others from changing their roles meanwhile."""
    return _person(User.objects.select_for_update(), username)


def _person(people: QuerySet[User], username: str) -> User:
    found = people.filter(username=username).first()
    if found is None:
        raise Missing("person.missing", _("没有这个人员。"))
    return found


def organisation(uscc: str) -> Organisation:
    """Give an organisation by its code."""
    return _organisation(Organisation.objects.all(), uscc)


def organisations_by_code(codes: Iterable[str]) -> dict[str, Organisation]:
    """Give those organisations that there are, by their codes."""
    return {body.uscc: body for body in Organisation.objects.filter(uscc__in=set(codes))}


def lock_organisation(uscc: str) -> Organisation:
    """Give an organisation by its code and keep others from changing it meanwhile."""
    return _organisation(Organisation.objects.select_for_update(), uscc)


def _organisation(organisations: QuerySet[Organisation], uscc: str) -> Organisation:
    found = organisations.filter(uscc=uscc).first()
    if found is None:
        raise Missing(
            "organisation.missing", _("没有统一社会信用代码为 %(uscc)s 的单位。"), uscc=uscc
        )
    return found


def operator(at: datetime) -> Organisation:
    """Give the centre that runs the platform: the body of the first who administers it by then."""
    held = Role.objects.filter(in_force(at), role=CENTRE_ADMIN).exclude(organisation=None)
    first = held.order_by("pk").first()
    if first is None or first.organisation is None:
        raise Conflict("centre.missing", _("平台还没有登记交易中心，请先登记。"))
    return first.organisation


def organisation_for(actor: Actor, uscc: str) -> Organisation:
    """Give an organisation whose people and roles the actor may read; else it is Missing."""
    found = Organisation.objects.filter(uscc=uscc).first()
    if found is None or not domain.sees_organisation(actor, found.pk):
        raise Missing("organisation.hidden", _("没有这个单位，或者您不在这个单位任职。"))
    return found


def person_for(actor: Actor, username: str) -> User:
    """Give a person whose roles the actor may read: himself, a colleague's by the administrator,
    anybody's by oversight.
    """
    found = person(username)
    if not (actor.person_id == found.pk or domain.sees_people(actor) or _leads(actor, found)):
        raise Missing("person.missing", _("没有这个人员。"))
    return found


def _leads(actor: Actor, person: User) -> bool:
    return person.roles.filter(organisation__in=_led_by(actor)).exists()


def _led_by(actor: Actor) -> QuerySet[Organisation]:
    """Give the organisations whose administrator the actor is, working there still."""
    if not actor.is_known:
        return Organisation.objects.none()
    return organisations_of(actor).filter(administrator=actor.person_id)


def organisations_of(actor: Actor) -> QuerySet[Organisation]:
    """Give the organisations the actor works for."""
    return Organisation.objects.filter(pk__in=actor.organisations(*domain.ROLES)).order_by("name")


def own_bidder(actor: Actor) -> Organisation:
    """Give the organisation the actor bids for; who bids for several has to name one."""
    found = list(Organisation.objects.filter(pk__in=actor.organisations(BIDDER)).order_by("pk")[:2])
    if not found:
        raise Missing("organisation.none_to_bid_for", _("您没有代表任何供应商单位。"))
    if len(found) > 1:
        raise Invalid("organisation.several", _("您代表多个单位，请指明单位。"), field="uscc")
    return found[0]


def organisations_found(words: str) -> QuerySet[Organisation]:
    """Give the organisations whose name or code holds the words."""
    found = Organisation.objects.order_by("name")
    return found.filter(Q(name__icontains=words) | Q(uscc__icontains=words)) if words else found


def names_a_bidder(text: str) -> bool:
    """Tell whether a text holds the name or the code of an organisation that bids anywhere here."""
    told = Organisation.objects.annotate(told=Value(text, CharField()))
    named = told.filter(Q(told__icontains=F("name")) | Q(told__icontains=F("uscc")))
    return named.filter(roles__role=BIDDER).exists()


def people_visible_to(actor: Actor, words: str = "", role: str = "") -> QuerySet[User]:
    """Give the people whose roles the actor may read, by name, user name or organisation."""
    found = User.objects.filter(is_active=True).order_by("username")
    if not domain.sees_people(actor):
        found = found.filter(Q(pk=actor.person_id) | Q(roles__organisation__in=_led_by(actor)))
    if words:
        found = found.filter(
            Q(name__icontains=words)
            | Q(username__icontains=words)
            | Q(roles__organisation__name__icontains=words)
        )
    if role:
        found = found.filter(roles__role=role, roles__ends_at=None)
    return found.distinct().prefetch_related("roles__organisation")


def role_history(person: User) -> QuerySet[Role]:
    """Give all roles a person ever held, newest first."""
    return person.roles.select_related("organisation").order_by("-starts_at", "-id")


def roles_for(organisation: Organisation) -> QuerySet[Role]:
    """Give all roles ever held for an organisation, those in force first, then newest first."""
    return organisation.roles.select_related("person").order_by("ends_at", "-starts_at", "-id")


def ended_roles(person: User, at: datetime) -> list[tuple[str, datetime]]:
    """Give the roles a person no longer holds, with when each ended."""
    ended = Role.objects.filter(person=person, ends_at__lte=at)
    return [(role, when) for role, when in ended.values_list("role", "ends_at") if when]


def wish(
    person: User, role: str, organisation: Organisation | None, at: datetime
) -> domain.RoleWish:
    """Give what a decision on granting or ending a role needs to know."""
    if organisation is None:
        return domain.RoleWish(role, person.pk)
    return domain.RoleWish(
        role,
        person.pk,
        organisation.pk,
        organisation.administrator_id,
        delegable_roles(organisation, at),
    )


def delegable_roles(organisation: Organisation, at: datetime) -> frozenset[str]:
    """Give the market roles the organisation has, which its administrator may hand on."""
    held = Role.objects.filter(in_force(at), organisation=organisation)
    return domain.handed_on(frozenset(held.values_list("role", flat=True)))


def obstacles(person: User, at: datetime) -> dict[str, str]:
    """Give each role the person cannot be granted now, with the reason in Chinese."""
    held = set(roles_at(person, at).values_list("role", flat=True))
    ended = ended_roles(person, at)
    found = {}
    for role in domain.ROLES:
        excluded = domain.exclusion(held, role)
        free_at = domain.side_free_at(ended, role)
        if excluded is not None:
            found[role] = excluded[1]
        elif free_at is not None and at < free_at:
            found[role] = _("离开交易中心另一方不满三十日。")
    return found


def lock_centre_admins() -> set[int]:
    """Lock the centre administrators of every organisation and give who they are.

    The clock was read before the lock: only an end that is not yet written tells who stays.
    """
    staying = Role.objects.select_for_update(of=("self",)).filter(
        role=CENTRE_ADMIN, ends_at=None, person__is_active=True
    )
    return {role.person_id for role in staying.order_by("pk")}


def role_not_ended(
    person: User, role: str, organisation: Organisation | None, at: datetime
) -> Role | None:
    """Give the role a person holds and nobody has ended, not even after the clock was read."""
    held = roles_at(person, at).filter(role=role, organisation=organisation, ends_at=None)
    return held.first()


def holders(role: str, organisation_id: int, at: datetime) -> QuerySet[User]:
    """Give the people who hold a role for an organisation at an instant."""
    return User.objects.filter(
        in_force(at, "roles__"), roles__role=role, roles__organisation_id=organisation_id
    ).distinct()


def offices(role: str, at: datetime) -> frozenset[int]:
    """Give the organisations for which somebody holds a role at an instant."""
    rows = Role.objects.filter(in_force(at), role=role).exclude(organisation=None)
    return frozenset(rows.values_list("organisation_id", flat=True))


def names_of(organisations: Iterable[int]) -> dict[int, str]:
    """Name organisations."""
    return dict(Organisation.objects.filter(pk__in=list(organisations)).values_list("pk", "name"))


def codes_of(organisations: Iterable[int]) -> list[str]:
    """Give the credit codes of organisations."""
    rows = Organisation.objects.filter(pk__in=list(organisations)).order_by("pk")
    return list(rows.values_list("uscc", flat=True))


def responsible(role: str, organisation_id: int | None, at: datetime) -> list[str]:
    """Name who held a role at an instant, for an organisation or, without one, for any."""
    rows = Role.objects.filter(in_force(at), role=role).select_related("person")
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return sorted({held.person.name for held in rows})


def cast(at: datetime, each: int = 3) -> list[Role]:
    """Give a few people of every role, in the order of the roles: whom a visitor of the demo may
    play.
    """
    held = Role.objects.filter(in_force(at), person__is_active=True).select_related("person")
    shown: list[Role] = []
    for role in domain.ROLES:
        shown += held.filter(role=role)[:each]
    return shown


def accesses(actor: Actor, limit: int = 200) -> list[Mapping[str, Any]]:
    """Give the newest looks at what was not yet public, for those who watch the watchers, without
    those of which the actor may not know.
    """
    last = ledger.last_number("access")
    looks = ledger.entries_since("access", max(0, last - limit), limit)
    apart = tuple(start for start, told in domain.LOOKS_APART.items() if not actor.has(*told))
    entries = [look for look in looks if not look.data["subject"].startswith(apart)]
    usernames = {entry.actor: entry.actor.removeprefix("person:") for entry in entries}
    people = User.objects.filter(username__in=usernames.values())
    names = dict(people.values_list("username", "name"))
    return [
        {
            "at": entry.at,
            "actor": entry.actor,
            "name": names.get(usernames[entry.actor], ""),
            "tender": entry.tender,
            **entry.data,
        }
        for entry in reversed(entries)
    ]


# --- tokens ---


@dataclass(frozen=True)
class IntakeBearer:
    """For whom a sealed bid is handed in: the person as actor, and the organisation."""

    actor: Actor
    organisation_id: int
    uscc: str


def fingerprint(user: User) -> str:
    """Bind a token to the password and to the epoch, so that changing either revokes it."""
    bound = f"{user.get_session_auth_hash()}:{user.token_epoch}"
    return salted_hmac(API_SALT, bound, algorithm="sha256").hexdigest()[:32]


def bearer(token: str, at: datetime) -> User | None:
    """Give the person an API token stands for, or None when it is forged, over or revoked."""
    content = _read(token, API_SALT, at)
    return None if content is None else _holder(content)


def intake_bearer(token: str, at: datetime) -> IntakeBearer | None:
    """Give for whom an intake token hands in bids, or None; the person must still act for the
    organisation.
    """
    return intake_bearers([(token, at)])[0]


def intake_bearers(knocks: Sequence[tuple[str, datetime]]) -> list[IntakeBearer | None]:
    """Give the same for several tokens, each at its own instant, in one read for all of them."""
    contents = [_read(token, INTAKE_SALT, at) for token, at in knocks]
    wanted = {content["person"] for content in contents if content is not None}
    roles = Role.objects.filter(person__in=wanted, person__is_active=True)
    tenures: dict[int, list[Role]] = {}
    for role in roles.select_related("person", "organisation"):
        tenures.setdefault(role.person_id, []).append(role)
    return [
        None if content is None else _intake_bearer(content, tenures.get(content["person"], []), at)
        for content, (_token, at) in zip(contents, knocks, strict=True)
    ]


def intake_claim(token: str, at: datetime) -> str | None:
    """Give the organisation a token of ours names, or None when it is forged or over; whether the
    person still acts for it is not asked yet.
    """
    content = _read(token, INTAKE_SALT, at)
    return None if content is None else str(content["uscc"])


def _intake_bearer(
    content: Mapping[str, Any], roles: Sequence[Role], at: datetime
) -> IntakeBearer | None:
    """Judge a pass by all roles its person ever had; whoever had none bears nothing."""
    user = _owner(content, roles[0].person) if roles else None
    held = [role for role in roles if is_in_force(role, at)]
    uscc = content["uscc"]
    body = next(
        (r.organisation for r in held if r.organisation and r.organisation.uscc == uscc), None
    )
    if user is None or body is None:
        return None
    grants = frozenset(Grant(role.role, role.organisation_id) for role in held)
    acting = Actor(user.ref, user.name, user.pk, grants)
    return IntakeBearer(acting, body.pk, body.uscc) if acting.has_for(body.pk, BIDDER) else None


def _read(token: str, salt: str, at: datetime) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = signing.Signer(salt=salt).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return content if at.timestamp() < content["until"] else None


def _holder(content: Mapping[str, Any]) -> User | None:
    return _owner(content, User.objects.filter(pk=content["person"], is_active=True).first())


def _owner(content: Mapping[str, Any], user: User | None) -> User | None:
    """Give the person back if the token is still bound to this password and epoch."""
    if user is None or not constant_time_compare(content["key"], fingerprint(user)):
        return None
    return user


def has_people() -> bool:
    """Tell whether anybody has an account here."""
    return User.objects.exists()
