"""One plain function for each model; what a test does not care about has an honest default.

Each app's engineer adds functions here under a heading of their own.
"""

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from itertools import count

from django.contrib.auth.hashers import make_password

from accounts.models import Organisation, Role, User
from kernel import uscc
from trading.models import Lot, Tender

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
PASSWORD = "demo-Yangguang-2026"
UNPUBLISHED = ("draft", "review", "approved")
_serial = count(1)


# --- accounts ---


def credit_code(serial: int, *, kind: str = "91", region: str = "410902") -> str:
    """Make a valid unified social credit code: the same serial gives the same code."""
    body = f"MA{serial:06d}"
    first = f"{kind}{region}{body}{uscc.organisation_check_character(body)}"
    return first + uscc.check_character(first)


def organisation(name: str | None = None, *, at: datetime = AT, **fields: object) -> Organisation:
    """Make an organisation; without a name it gets a number."""
    made = unsaved_organisation(name, at=at, **fields)
    made.save()
    return made


def unsaved_organisation(
    name: str | None = None, *, at: datetime = AT, **fields: object
) -> Organisation:
    """Give an organisation for whoever writes many at once."""
    serial = next(_serial)
    given = {
        "uscc": credit_code(900_000 + serial),
        "name": name or f"新安市第{serial}商贸有限公司",
        "legal_representative": "高远",
        "address": "新安市建设路 8 号",
        "region": "410902",
        "phone": "0393-8800123",
        "registered_at": at,
    }
    return Organisation(**(given | fields))


def person(username: str | None = None, name: str = "何敏", **fields: object) -> User:
    """Make a person who signs in with PASSWORD."""
    made = unsaved_person(username, name, **fields)
    made.save()
    return made


def unsaved_person(username: str | None = None, name: str = "何敏", **fields: object) -> User:
    """Give a person for whoever writes many at once."""
    return User(
        username=username or f"person{next(_serial)}", password=_hashed(), name=name, **fields
    )


@cache
def _hashed() -> str:
    """Hash PASSWORD once: the hash is slow by design, and the same for all is no matter here."""
    return make_password(PASSWORD)


def role(
    person: User,
    role: str,
    organisation: Organisation | None = None,
    *,
    at: datetime = AT,
    ends_at: datetime | None = None,
) -> Role:
    """Give a person a role from `at` on, without asking any rule."""
    made = unsaved_role(person, role, organisation, at=at, ends_at=ends_at)
    made.save()
    return made


def unsaved_role(
    person: User,
    role: str,
    organisation: Organisation | None = None,
    *,
    at: datetime = AT,
    ends_at: datetime | None = None,
) -> Role:
    """Give a role for whoever writes many at once."""
    return Role(
        person=person,
        role=role,
        organisation=organisation,
        starts_at=at,
        ends_at=ends_at,
        granted_by="system",
    )


# --- trading ---


def tender(
    purchaser: Organisation, agency: Organisation, drafted_by: User, **fields: object
) -> Tender:
    """Make a tender with one lot, in the state given, without asking any rule."""
    given = {
        "code": f"GP-2026-{next(_serial):04d}",
        "category": "goods",
        "title": "彩色超声诊断系统采购",
        "region": "410900",
        "drafted_at": AT,
        "published_at": None if fields.get("state", "draft") in UNPUBLISHED else AT,
    }
    made = Tender.objects.create(
        purchaser=purchaser, agency=agency, drafted_by=drafted_by, **(given | fields)
    )
    Lot.objects.create(
        tender=made,
        number=1,
        title="超声系统",
        budget=Decimal(1_200_000),
        ceiling=Decimal(1_180_000),
    )
    return made
