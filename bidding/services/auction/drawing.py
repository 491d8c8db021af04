"""The draw at the highest price: the platform commits to a seed before anybody bids, somebody else
gives the nonce, then the seed is revealed and anybody repeats the draw (rulebook 3.5).
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.domain import Actor
from bidding import auction as engine
from bidding import policy
from bidding.auction.state import Act
from bidding.models import Auction
from bidding.queries.auctions import entrant_of
from bidding.services.auction import ending
from bidding.services.auction.table import locked_one, plain_act
from kernel.draw import SEED_BYTES, commitment, list_digest, read_nonce
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import private
from trading.services.draw_papers import Line, order_draw

LOTTERY = _("最高限价摇号")


def committed(code: str, terms: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Put the commitment to a new seed into the terms, where they hold a draw, be it one among
    those who promise the most; give both, the seed locked.
    """
    after = terms.get("after_cap", {})
    if after.get("kind") not in {"lottery", "conditions"}:
        return dict(terms), b""
    seed = secrets.token_bytes(SEED_BYTES)
    lottery = {"purpose": f"auction:{code}", "count": 1, "commit": commitment(seed)}
    told = {**terms, "after_cap": {**after, "lottery": lottery}}
    return told, private.lock(seed, _about(code))


@transaction.atomic
def draw_winner(*, actor: Actor, code: str, nonce: str, at: datetime) -> None:
    """Draw among those who joined, with the committed seed and the nonce somebody else gives."""
    table = locked_one(code)
    policy.require(actor, "auction.draw", table.row)
    if table.state.phase != "draw":
        raise Conflict("auction.wrong_phase", _("竞价当前的阶段不能进行此操作。"))
    entrant = entrant_of(actor, table.row)
    given = {"seed": _seed_of(table.row), "nonce": read_nonce(nonce).hex()}
    act = Act(at=max(at, table.state.at or at), by="", kind="draw", data=given)
    candidates = table.state.joined
    decision = engine.decide(table.terms, table.state, act)
    if not decision.accepted:
        raise Conflict("auction.draw", _("摇号的种子与事先公布的承诺不符。"))
    table.state = decision.state
    table.tell(
        "auction.drawn",
        at,
        acts=[plain_act(act)],
        candidates=list(candidates),
        list_digest=list_digest(candidates),
        given_by=entrant.code if entrant else actor.ref,
        **given,
    )
    ending.end(table, at)
    order_draw(
        table.row.lot.tender,
        name=f"{table.row.lot.number}.lottery",
        what=LOTTERY,
        proof={**given, "commit": table.row.terms["after_cap"]["lottery"]["commit"]},
        lines=[
            Line(
                table.row.lot.title,
                list(candidates),
                [str(table.state.leader)],
                table.row.terms["after_cap"]["lottery"]["purpose"],
            )
        ],
        drawn_at=at,
        at=at,
    )
    table.keep()


def _seed_of(row: Auction) -> str:
    return private.unlock(bytes(row.sealed_seed), _about(row.code)).hex()


def _about(code: str) -> str:
    return f"lottery.{code}"
