"""Name the custodians of the stage keys, and take their public keys; private ones never come here
(sealing.md 4.2).
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import PURCHASER, Actor
from accounts.models import User
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import STAGES
from trading.domain.custody import MOST_CUSTODIANS
from trading.markets import method_of
from trading.models import Custodian, Tender
from trading.services.drafting import lock_draft
from trading.services.telling import tell

KEY_BYTES: Final = 32
BEFORE_PUBLICATION: Final = frozenset(
    {"draft", "review", "approved", "entry_review", "registered", "proposals_review"}
)
# Points of small order give a shared secret anybody knows (RFC 7748, section 6.1).
WEAK_KEYS: Final = frozenset(
    bytes.fromhex(point)
    for point in (
        "00" * 32,
        "01" + "00" * 31,
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    )
)


@transaction.atomic
def name_custodian(
    *, actor: Actor, code: str, person: str, office: str, circle: str = "opening", at: datetime
) -> Custodian:
    """Name a custodian of a draft, who must hold a role of the office named; nobody is in both
    sets, or a bid's two shares could meet in one hand (sealing.md 4.4).
    """
    tender = lock_draft(actor, "custodian.name", code)
    if not method_of(tender).is_sealed:
        raise Conflict("custodian.nothing_sealed", _("该交易方式不密封报价，没有密钥托管人。"))
    holder = _holder(tender, person, office, at)
    taken = _free_place(tender, holder, circle)
    named = Custodian.objects.create(
        tender=tender, circle=circle, index=taken, person=holder, office=office
    )
    told = {"index": named.index, "person": holder.ref, "office": office}
    tell(tender, "custodian.named", actor, at, **told, **_which(circle))
    return named


def _holder(tender: Tender, person: str, office: str, at: datetime) -> User:
    """Give the person, who must hold a role of the office."""
    holder = accounts.person(person)
    roles = queries.OFFICE_ROLES.get(office)
    if roles is None:
        raise Invalid("custodian.office", _("请选择托管人所属的一方。"), field="office")
    grants = accounts.actor(holder, at)
    in_office = (
        grants.has_for(tender.purchaser_id, PURCHASER)
        if office == "purchaser"
        else grants.has(*roles)
    )
    if not in_office:
        raise Invalid(
            "custodian.not_of_office",
            _("%(name)s不属于所选的一方，不能以该身份托管密钥。"),
            name=holder.name,
            field="person",
        )
    return holder


def _free_place(tender: Tender, holder: User, circle: str) -> int:
    """Give the next place in a set, for one who is in neither."""
    if circle not in Custodian.Circle.values:
        raise Invalid("custodian.circle", _("请选择开启托管人或恢复托管人。"), field="circle")
    known = tender.custodians.filter(person=holder).first()
    if known is not None and known.circle != circle:
        raise Conflict(
            "custodian.in_other_set",
            _("%(name)s已是另一组托管人。开启与恢复两组托管人不得有同一人。"),
            name=holder.name,
        )
    if known is not None:
        raise Conflict("custodian.named_already", _("%(name)s已是托管人。"), name=holder.name)
    taken = list(tender.custodians.filter(circle=circle).values_list("index", flat=True))
    if len(taken) >= MOST_CUSTODIANS:
        raise Invalid("custodian.too_many", _("托管人最多 %(most)s 名。"), most=MOST_CUSTODIANS)
    return max(taken, default=0) + 1


def _which(circle: str) -> dict[str, str]:
    """Name the set in a fact; the opening set goes without saying."""
    return {} if circle == "opening" else {"circle": circle}


@transaction.atomic
def remove_custodian(
    *, actor: Actor, code: str, index: int, circle: str = "opening", at: datetime
) -> None:
    """Take a custodian off a draft; the others close up, since parts are numbered from one."""
    tender = lock_draft(actor, "custodian.name", code)
    held = tender.custodians.filter(circle=circle)
    held.filter(index=index).delete()
    for later in held.filter(index__gt=index).order_by("index"):
        later.index -= 1
        later.save(update_fields=["index"])
    tell(tender, "tender.changed", actor, at, removed_custodian=index, **_which(circle))


@transaction.atomic
def register_custodian_key(
    *, actor: Actor, code: str, public_keys: Mapping[str, str], at: datetime
) -> Custodian:
    """Take a custodian's own public keys, one for each stage, until publication freezes them."""
    tender = queries.lock_tender(code)
    holder = queries.custodian_of(tender, actor.person_id)
    policy.require(actor, "custodian.register_key", holder)
    if tender.state not in BEFORE_PUBLICATION:
        raise Conflict("custodian.keys_frozen", _("公告已发布，托管公钥已冻结，不能更换。"))
    keys = _checked_keys(tender, holder, public_keys)
    holder.public_keys, holder.registered_at = keys, at
    holder.save(update_fields=["public_keys", "registered_at"])
    told = {"index": holder.index, "public_keys": keys, **_which(holder.circle)}
    tell(tender, "custodian.key_registered", actor, at, **told)
    return holder


def _checked_keys(tender: Tender, holder: Custodian, given: Mapping[str, str]) -> dict[str, str]:
    stages = STAGES[tender.stages]
    if set(given) != set(stages):
        raise Invalid(
            "custodian.stages",
            _("每个开启阶段须且仅须一把公钥：%(stages)s。"),
            stages="、".join(stages),
            field="public_keys",
        )
    keys = {stage: _key(given[stage]) for stage in stages}
    others = [
        key
        for other in tender.custodians.exclude(pk=holder.pk)
        for key in other.public_keys.values()
    ]
    if len({*keys.values(), *others}) != len(keys) + len(others):
        raise Invalid(
            "custodian.key_reused",
            _("同一公钥不能用于两个阶段或两名托管人。"),
            field="public_keys",
        )
    return keys


def _key(text: str) -> str:
    """Check an X25519 public key in base64url without padding."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError, TypeError):
        raw = b""
    if len(raw) != KEY_BYTES or raw in WEAK_KEYS:
        raise Invalid(
            "custodian.bad_key", _("公钥无效，请在托管人页面重新生成。"), field="public_keys"
        )
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
