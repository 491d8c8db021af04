"""Evaluation and award apart (评定分离, rulebook 4.8): the committee recommends candidates without
an order; an award committee of the tenderer's decides among them, in the way the document fixed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from kernel.draw import Draw, commitment, draw, list_digest
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

WAYS: Final = {
    "direct_vote": _("票决"),
    "round_vote": _("逐轮票决"),
    "vote_then_lot": _("票决抽签"),
    "collective_decision": _("集体议事"),
    "price_competition": _("价格竞争"),
}
"""How a document may let its award committee decide. None is a draw among all the candidates: the
committee votes first, and lots decide only between those who came first.
"""
FINALISTS: Final = 2
MOST_MEMBERS: Final = 21
LONGEST: Final = 300


@dataclass(frozen=True)
class Ballot:
    """What one member of the award committee said: whom it chose in each round, and why."""

    name: str
    post: str
    choices: tuple[str, ...]
    reason: str

    def plain(self) -> dict[str, Any]:
        """Give it as it is kept."""
        return {
            "name": self.name,
            "post": self.post,
            "choices": list(self.choices),
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Finalist:
    """A recommended candidate, as the award committee sees it."""

    uscc: str
    price: Decimal
    rank: int


@dataclass(frozen=True)
class Decision:
    """Whom the award committee chose, and the count of each round."""

    chosen: str
    rounds: tuple[Mapping[str, int], ...] = ()


@dataclass(frozen=True)
class Narrowed:
    """Whom the award committee voted into the draw, by code, and the count."""

    among: tuple[str, ...]
    votes: Mapping[str, int]


def require_committee(ballots: Sequence[Ballot], least: int) -> None:
    """Refuse an award committee that is even, too small, or has a member twice or unnamed."""
    names = [ballot.name for ballot in ballots]
    if len(names) < least or len(names) % 2 == 0 or len(names) > MOST_MEMBERS:
        raise Invalid(
            "decision.members",
            _("定标委员会应为 %(least)s 人以上单数。"),
            least=least,
            field="members",
        )
    if not all(names) or len(set(names)) < len(names):
        raise Invalid(
            "decision.names", _("每名定标委员会成员须写明姓名，且不得重复。"), field="members"
        )
    for ballot in ballots:
        if not (ballot.post and ballot.reason and ballot.choices and all(ballot.choices)):
            raise Invalid(
                "decision.unsaid",
                _("“%(name)s”的职务、选择或理由没有写明。"),
                name=ballot.name,
                field="members",
            )
        if max(map(len, (ballot.name, ballot.post, ballot.reason))) > LONGEST:
            raise Invalid(
                "text.required",
                _("请填写内容，不超过 %(most)s 字。"),
                most=LONGEST,
                field="members",
            )


def count_votes(finalists: Sequence[Finalist], ballots: Sequence[Ballot]) -> Decision:
    """Elect by ballot: more than half wins; else there is a run-off between the first two, of
    equals those with the lower price.
    """
    allowed, rounds = {f.uscc for f in finalists}, list[Mapping[str, int]]()
    for turn in range(FINALISTS):
        votes = _counted(ballots, turn, allowed)
        rounds.append(votes)
        first = max(votes, key=lambda code: votes[code])
        if votes[first] * 2 > len(ballots):
            _require_no_more(ballots, turn + 1)
            return Decision(first, tuple(rounds))
        allowed = _first_two(finalists, votes)
    raise Conflict("decision.no_majority", _("两轮票决均无人过半数。"))


def vote_in_rounds(finalists: Sequence[Finalist], ballots: Sequence[Ballot]) -> Decision:
    """Vote and drop the last in each round until one is left; of equals the dearer is dropped, then
    the lower placed. Between two the vote of an odd committee decides.
    """
    left, rounds = list(finalists), list[Mapping[str, int]]()
    turns = max(1, len(left) - 1)
    for ballot in ballots:
        if len(ballot.choices) != turns:
            raise Invalid(
                "decision.rounds",
                _(
                    "逐轮票决每轮淘汰一家，每名成员须投满 %(turns)s 轮；"
                    "“%(name)s”没有投满或者多投。"
                ),
                turns=turns,
                name=ballot.name,
                field="members",
            )
    for turn in range(turns):
        votes = _counted(ballots, turn, {f.uscc for f in left})
        rounds.append(votes)
        left = _kept(left, votes, max(1, len(left) - 1))
    return Decision(left[0].uscc, tuple(rounds))


def _counted(ballots: Sequence[Ballot], turn: int, allowed: set[str]) -> dict[str, int]:
    for ballot in ballots:
        if len(ballot.choices) <= turn:
            raise Invalid(
                "decision.run_off",
                _("第一轮无人过半数，须就得票最多的两家再投一轮；“%(name)s”没有第二轮投票。"),
                name=ballot.name,
                field="members",
            )
        if ballot.choices[turn] not in allowed:
            raise Invalid(
                "decision.not_a_finalist",
                _("“%(name)s”选的不是本轮候选人。"),
                name=ballot.name,
                field="members",
            )
    return dict(Counter(ballot.choices[turn] for ballot in ballots))


def _require_no_more(ballots: Sequence[Ballot], turns: int) -> None:
    if any(len(ballot.choices) > turns for ballot in ballots):
        raise Invalid("decision.round_too_many", _("已有候选人过半数，不再投票。"), field="members")


def _first_two(finalists: Sequence[Finalist], votes: Mapping[str, int]) -> set[str]:
    voted = [f for f in finalists if f.uscc in votes]
    return {f.uscc for f in _kept(voted, votes, FINALISTS)}


def _kept(finalists: Sequence[Finalist], votes: Mapping[str, int], most: int) -> list[Finalist]:
    """Keep the first by votes, then price, then place; nobody is dropped by the order of a list."""

    def standing(one: Finalist) -> tuple[int, Decimal, int]:
        return -votes.get(one.uscc, 0), one.price, one.rank

    ordered = sorted(finalists, key=standing)
    if len(ordered) > most and standing(ordered[most - 1]) == standing(ordered[most]):
        raise Conflict(
            "decision.equal",
            _("有候选人得票、报价和评标排名都相同，不能确定淘汰哪一家，请定标委员会重新投票。"),
        )
    return ordered[:most]


def narrow(finalists: Sequence[Finalist], ballots: Sequence[Ballot]) -> Narrowed:
    """Vote the first two into the draw with whoever has as many votes as the second; somebody whom
    everybody voted for stands alone.
    """
    votes = _counted(ballots, 0, {f.uscc for f in finalists})
    _require_no_more(ballots, 1)
    counts = sorted(votes.values(), reverse=True)
    least = counts[min(FINALISTS, len(counts)) - 1]
    return Narrowed(tuple(sorted(code for code in votes if votes[code] >= least)), votes)


def deliberate(finalists: Sequence[Finalist], ballots: Sequence[Ballot], chosen: str) -> Decision:
    """Let the chair decide after the debate, for somebody a member spoke for."""
    votes = _counted(ballots, 0, {f.uscc for f in finalists})
    _require_no_more(ballots, 1)
    if chosen not in votes:
        raise Invalid("decision.nobody_s", _("选定的候选人须有成员赞成。"), field="chosen")
    return Decision(chosen, (votes,))


def lowest(finalists: Sequence[Finalist]) -> Narrowed:
    """Let the lowest price win; of equals the one that the evaluation placed higher. Who shares its
    place too goes into a draw.
    """
    best = min((f.price, f.rank) for f in finalists)
    return Narrowed(tuple(sorted(f.uscc for f in finalists if (f.price, f.rank) == best)), {})


def purpose_of(code: str, lot: int) -> str:
    """Name what the draw is for, so that no draw can stand for another."""
    return f"award:{code}:{lot}"


def commit_to(seed: bytes, among: Sequence[str]) -> dict[str, str]:
    """Commit to a seed and to those voted into the draw; the seed in front keeps the list from
    being guessed before it is published.
    """
    digest = list_digest([seed.hex(), *sorted(among)])
    return {"commit": commitment(seed), "list_digest": digest}


def draw_one(among: Sequence[str], *, seed: bytes, nonce: bytes, purpose: str) -> Draw:
    """Draw one of those voted into the draw, in the order of their codes."""
    return draw(sorted(among), seed=seed, nonce=nonce, purpose=purpose, count=1)


def require_decided(undecided: Sequence[int]) -> None:
    """Refuse to publish candidates before the award committee has decided on each lot."""
    if undecided:
        raise Conflict(
            "decision.missing",
            _("定标委员会尚未对第 %(lots)s 标段定标。"),
            lots="、".join(map(str, undecided)),
        )


def require_chosen(chosen: str, uscc: str) -> None:
    """Confirm whom the award committee chose, nobody else."""
    if chosen != uscc:
        raise Invalid("decision.other", _("只能确定定标委员会选定的候选人为中标人。"), field="rank")
