"""Who lives in the demo town: organisations, people in their roles, experts, supervisors."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Organisation, Role, User
from evaluation.models import Expert
from monitoring.models import Supervisor
from monitoring.services import supervisors
from portal.demo.opening import actor
from portal.demo.town import BODIES, EXPERT_NAMES, PEOPLE, SUPERVISORS

SPECIALITIES = ("货物采购", "服务采购", "信息技术", "医疗设备")


def settle(password: str, at: datetime) -> None:
    """Found the organisations and let people take their roles."""
    bodies = {body.key: _organisation(body, at) for body in BODIES}
    stamp = User(username="x")
    stamp.set_password(password)
    for username, name, role, body in PEOPLE:
        person = _person(username, name, stamp.password)
        if role:
            _hold(person, role, bodies[body], at)
            if bodies[body].administrator_id is None:
                bodies[body].administrator = person
                bodies[body].save(update_fields=["administrator"])
    for username, name, _employer, _title in EXPERT_NAMES:
        _hold(_person(username, name, stamp.password), "expert", None, at)
    for username, name, _background, _unit in SUPERVISORS:
        _person(username, name, stamp.password)


def _organisation(body: Any, at: datetime) -> Organisation:  # noqa: ANN401 - a Body
    return Organisation.objects.create(
        uscc=body.uscc,
        name=body.name,
        legal_representative=body.head,
        address=body.address,
        region=body.region,
        phone=f"0393-88{body.serial}",
        size=body.size,
        bank_account=f"6222 0210 0000 {body.serial}",
        registered_at=at,
    )


def _person(username: str, name: str, password: str) -> User:
    return User.objects.create(username=username, name=name, password=password)


def _hold(person: User, role: str, body: Organisation | None, at: datetime) -> None:
    Role.objects.create(
        person=person, role=role, organisation=body, starts_at=at, granted_by="system"
    )


def fill_pool(at: datetime) -> None:
    """Put the town's experts into the pool."""
    for number, (username, _name, employer, title) in enumerate(EXPERT_NAMES, start=1):
        Expert.objects.create(
            person=User.objects.get(username=username),
            code=f"ZJ-410900-{number:04d}",
            specialities=[
                *SPECIALITIES[:2],
                SPECIALITIES[2 + number % 2],
                "工程施工",
                "土地评估与规划",
                "产权评估",
            ],
            employer_name=employer,
            title=title,
            region="410900",
            registered_at=at,
        )


def appoint_supervisors(at: datetime) -> None:
    """Let units propose supervisors, and the centre vet, hear and appoint them."""
    for username, _name, background, unit in SUPERVISORS:
        body = next(b for b in BODIES if b.key == unit)
        proposer = next(name for name, _n, _r, key in PEOPLE if key == unit)
        begun = at - timedelta(days=90)
        found = supervisors.nominate(
            actor=actor(proposer, begun),
            username=username,
            uscc=body.uscc,
            background=background,
            opinion="该同志公道正派，熟悉政府采购工作，同意推荐。",
            at=begun,
        )
        _appoint(found, begun)


def _appoint(found: Supervisor, begun: datetime) -> None:
    vetted = begun + timedelta(days=3)
    supervisors.vet(
        actor=actor("zheng", vetted),
        supervisor=found.pk,
        passed=True,
        reason="",
        interests=(),
        at=vetted,
    )
    agreed = begun + timedelta(days=20)
    own = actor(found.person.username, agreed)
    supervisors.agree(actor=own, supervisor=found.pk, at=agreed)
    supervisors.appoint(actor=actor("zhou", agreed), supervisor=found.pk, at=agreed)
