"""A purchaser tells the public what it means to buy, before the procurement begins."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.domain import Actor
from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger.services import record
from trading import policy
from trading.domain import intentions
from trading.domain.intentions import Intended
from trading.models import Intention
from trading.queries.intentions import lock_intention, own_purchasers
from trading.services.drafting import ATTEMPTS


@transaction.atomic
def draft_intention(
    *, actor: Actor, intended: Intended, purchaser: str = "", at: datetime
) -> Intention:
    """Write down what one's own organisation means to buy; nobody else sees it yet. Who acts for
    several purchasers names the one by its credit code.
    """
    policy.require(actor, "intention.draft")
    clean = intentions.read(intended, local_date(at))
    made = _numbered(actor, clean, _purchaser(actor, purchaser), at)
    _tell(made, "intention.drafted", actor, at)
    return made


def _purchaser(actor: Actor, uscc: str) -> int:
    own = {body.uscc: body.pk for body in own_purchasers(actor)}
    if not uscc and len(own) == 1:
        return own.popitem()[1]
    if uscc not in own:
        message = _("请选择本次采购意向属于哪一家采购人。")
        raise Invalid("intention.purchaser", message, field="purchaser")
    return own[uscc]


def _numbered(actor: Actor, clean: Intended, purchaser: int, at: datetime) -> Intention:
    """Create it under the year's next number; two at one instant take turns."""
    said: dict[str, Any] = {
        **asdict(clean),
        "purchaser_id": purchaser,
        "drafted_by_id": actor.person_id,
        "drafted_at": at,
    }
    series = f"{intentions.PREFIX}-{local_date(at).year}-"
    for attempt in range(ATTEMPTS):
        taken = Intention.objects.filter(code__startswith=series).count()
        try:
            with transaction.atomic():
                return Intention.objects.create(code=f"{series}{taken + 1 + attempt:04d}", **said)
        except IntegrityError:
            continue
    raise Conflict("tender.number_taken", _("项目编号生成冲突，请再试一次。"))


@transaction.atomic
def change_intention(*, actor: Actor, code: str, intended: Intended, at: datetime) -> Intention:
    """Change what is not published yet."""
    made = _draft(actor, code)
    for name, value in asdict(intentions.read(intended, local_date(at))).items():
        setattr(made, name, value)
    made.save()
    _tell(made, "intention.changed", actor, at)
    return made


@transaction.atomic
def publish_intention(*, actor: Actor, code: str, at: datetime) -> Intention:
    """Tell the public; from here it stays as it is, and its days run."""
    made = _draft(actor, code)
    intentions.read(
        Intended(made.title, made.needs, made.budget, made.expected_on, made.note), local_date(at)
    )
    made.published_at = at
    made.save(update_fields=["published_at"])
    told = {
        "purchaser": made.purchaser.uscc,
        "title": made.title,
        "needs": made.needs,
        "budget": f"{made.budget:.2f}",
        "expected": f"{made.expected_on:%Y-%m}",
        "note": made.note,
    }
    _tell(made, "intention.published", actor, at, **told)
    return made


def _draft(actor: Actor, code: str) -> Intention:
    made = lock_intention(code)
    policy.require(actor, "intention.change", made)
    if made.published_at is not None:
        message = _("采购意向已经公开，不再修改；实际采购以采购公告和采购文件为准。")
        raise Conflict("intention.published", message)
    return made


def _tell(made: Intention, kind: str, actor: Actor, at: datetime, **told: str) -> None:
    record(stream=made.stream, kind=kind, actor=actor.ref, at=at, code=made.code, **told)
