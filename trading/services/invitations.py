"""Whom a tender invites: the agency lists, the purchaser gives a nonce where lots decide, and
publishing draws and sends the invitations to all at once (BL 17; GPL 34, M87 14).
"""

import os
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from kernel.draw import SEED_BYTES, read_nonce
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from ledger import private
from trading import policy, queries
from trading.domain import invitations
from trading.domain.invitations import ByInvitation, Invited
from trading.markets import method_of
from trading.models import Tender
from trading.services.drafting import lock_draft
from trading.services.telling import tell


@transaction.atomic
def list_invited(
    *, actor: Actor, code: str, suppliers: Sequence[str], count: int = 0, at: datetime
) -> Invited:
    """Name, by credit code or full name, whom a draft invites, or the pool that so many are drawn
    from; the platform then commits to a seed.
    """
    tender = lock_draft(actor, "invited.list", code)
    how = _how(tender)
    codes = queries.codes_of(suppliers)
    _require_bidders(tender, codes, at)
    invited = invitations.take_list(codes, count, seed=os.urandom(SEED_BYTES), draws=how.draws)
    _keep(tender, invited)
    told = {"commit": invited.commit, "list_digest": invited.digest} if how.draws else {}
    tell(tender, "invited.listed", actor, at, **told)
    return invited


@transaction.atomic
def give_invited_nonce(
    *, actor: Actor, code: str, nonce: str, supervisors: Sequence[str], at: datetime
) -> Invited:
    """Keep the purchaser's nonce of the draw, and who of its staff watched (M87 14)."""
    tender = queries.lock_tender(code)
    policy.require(actor, "invited.give_nonce", tender)
    if not _how(tender).draws:
        raise Invalid("invited.no_draw", _("这种交易方式由招标人确定邀请对象，不抽取。"))
    facts = queries.facts(tender, at)
    least = int(facts.rules.figure("draw_supervisors", "min").value)
    invited = invitations.give_nonce(
        facts.invited, read_nonce(nonce), supervisors, state=tender.state, least=least
    )
    invitations.require_lawful(facts)
    _keep(tender, invited)
    tell(
        tender,
        "invited.nonce_given",
        actor,
        at,
        commit=invited.commit,
        nonce=invited.nonce,
        supervisors=list(invited.supervisors),
    )
    return invited


def issue_invitations(tender: Tender, at: datetime) -> None:
    """Draw where lots decide, and send the invitations, all at one instant: whoever could see the
    result earlier could end the draft and draw again. Who got one rests in the private tree, whose
    root closing publishes.
    """
    method, how = method_of(tender), method_of(tender).by_invitation
    if not method.invites:
        return
    if how is not None and how.draws:
        _draw(tender, at)
    private.withhold(
        tender=tender.code,
        owner=tender.agency.uscc,
        kind="invitation.issued",
        actor=SYSTEM.ref,
        at=at,
        once="invitations",
        invited=list(queries.chosen_of(tender)),
    )


def _draw(tender: Tender, at: datetime) -> None:
    invited, _made = invitations.draw_lots(queries.invited_of(tender), tender.code)
    _keep(tender, invited)
    tell(tender, "invited.drawn", SYSTEM, at, commit=invited.commit, list_digest=invited.digest)


def _keep(tender: Tender, invited: Invited) -> None:
    tender.invited = queries.lock_invited(tender.code, invited)
    tender.save(update_fields=["invited"])


def _how(tender: Tender) -> ByInvitation:
    how = method_of(tender).by_invitation
    if how is None:
        raise Invalid("invited.not_here", _("这种交易方式不邀请投标。"))
    return how


def _require_bidders(tender: Tender, codes: Sequence[str], at: datetime) -> None:
    if wrong := queries.strangers_among(tender, codes, at):
        raise Invalid(
            "invited.not_a_bidder",
            _("下列单位不在本平台供应商之列，或者是本项目的采购人、代理机构：%(codes)s"),
            codes="、".join(code[:40] for code in wrong),
            field="suppliers",
        )
