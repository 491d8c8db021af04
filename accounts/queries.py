"""Find people, organisations and roles."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.domain import PUBLIC, Actor, Grant
from accounts.models import Organisation, Role, User
from kernel.errors import Missing
from kernel.text import gettext_noop as _


def roles_at(person: User, at: datetime) -> QuerySet[Role]:
    """Give the roles a person holds at an instant."""
    return Role.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=at), person=person, starts_at__lte=at
    )


def actor(user: User | AnonymousUser, at: datetime) -> Actor:
    """Give the actor a person is at an instant; the public when nobody is signed in."""
    if not isinstance(user, User) or not user.is_active:
        return PUBLIC
    held = roles_at(user, at).values_list("role", "organisation_id")
    return Actor(user.ref, user.name, user.pk, frozenset(Grant(*pair) for pair in held))


def person(username: str) -> User:
    """Give a person by user name."""
    found = User.objects.filter(username=username).first()
    if found is None:
        raise Missing("person.missing", _("没有这个人员。"))
    return found


def organisation(uscc: str) -> Organisation:
    """Give an organisation by its code."""
    found = Organisation.objects.filter(uscc=uscc).first()
    if found is None:
        raise Missing(
            "organisation.missing", _("没有统一社会信用代码为 %(uscc)s 的单位。"), uscc=uscc
        )
    return found


def holders(role: str, organisation_id: int, at: datetime) -> QuerySet[User]:
    """Give the people who hold a role for an organisation at an instant."""
    in_force = Q(roles__ends_at=None) | Q(roles__ends_at__gt=at)
    return User.objects.filter(
        in_force, roles__role=role, roles__organisation_id=organisation_id, roles__starts_at__lte=at
    ).distinct()
