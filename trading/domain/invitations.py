"""A tender by invitation (邀请招标): on which ground, and whom the tenderer invites (BL 17, BLR 8;
GPL 29, 34; M87 14).

Who and how many are invited is as secret as who bids (BL 22): the side that invites knows its list,
nobody else but each of those invited, and that of itself alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from kernel.draw import Draw, commitment, draw, list_digest
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.domain import grounds
from trading.domain.findings import Finding

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

MOST_INVITED: Final = 20
"""So many fit into a record that shows by its size neither how many they are nor that they are
few."""
MOST_LISTED: Final = 100
NONCE_IN: Final = frozenset({"review", "approved"})
"""When the purchaser gives the nonce of the draw: from the handing in of the list to the notice."""
MOST_SUPERVISORS: Final = 5
LATER: Final = frozenset({"invited.no_nonce"})
"""What the purchaser itself does after a draft was handed in."""
LONGEST_NAME: Final = 20


@dataclass(frozen=True)
class ByInvitation:
    """How a method invites: `sources` are the lists that those invited are drawn from by lot, none
    where the tenderer names them itself.
    """

    sources: Mapping[str, str] = field(default_factory=dict)
    count_article: str = ""

    @property
    def draws(self) -> bool:
        """Tell whether lots decide who is invited."""
        return bool(self.sources)


@dataclass(frozen=True)
class Invited:
    """Whom a draft lists, by credit code: those invited, or the pool so many are drawn from, with
    the seed that was committed to, the purchaser's nonce and who watched it being given, and what
    was drawn.
    """

    listed: tuple[str, ...] = ()
    count: int = 0
    seed: str = ""
    nonce: str = ""
    drawn: tuple[str, ...] = ()
    supervisors: tuple[str, ...] = ()

    @property
    def commit(self) -> str:
        """Give the commitment to the seed, known before anybody gives a nonce."""
        return commitment(bytes.fromhex(self.seed)) if self.seed else ""

    @property
    def digest(self) -> str:
        """Give the digest of the list; the seed in front keeps it from being guessed."""
        return list_digest([self.seed, *self.listed])

    def plain(self) -> dict[str, Any]:
        """Give it as it is locked."""
        return {
            "listed": list(self.listed),
            "count": self.count,
            "seed": self.seed,
            "nonce": self.nonce,
            "drawn": list(self.drawn),
            "supervisors": list(self.supervisors),
        }


def read_invited(plain: Mapping[str, Any]) -> Invited:
    """Read what was locked."""
    return Invited(
        tuple(plain["listed"]),
        int(plain["count"]),
        str(plain["seed"]),
        str(plain["nonce"]),
        tuple(plain["drawn"]),
        tuple(plain.get("supervisors", ())),
    )


def chosen(invited: Invited, *, draws: bool) -> tuple[str, ...]:
    """Give who is invited: those drawn, or where nothing is drawn those listed."""
    return invited.drawn if draws else invited.listed


def take_list(codes: Sequence[str], count: int, *, seed: bytes, draws: bool) -> Invited:
    """Take a new list, with a new seed; a nonce that was given for another falls with that."""
    twice = sorted(code for code, times in Counter(codes).items() if times > 1)
    if twice:
        raise Invalid(
            "invited.twice", _("名单有重复：%(names)s。"), names="、".join(twice), field="suppliers"
        )
    most = MOST_LISTED if draws else MOST_INVITED
    if len(codes) > most:
        raise Invalid("invited.too_many", _("名单最多 %(most)s 家。"), most=most, field="suppliers")
    if not draws:
        return Invited(tuple(sorted(codes)))
    if not 1 <= count <= MOST_INVITED:
        raise Invalid(
            "invited.count",
            _("拟邀请家数应为 1 至 %(most)s 之间的整数。"),
            most=MOST_INVITED,
            field="count",
        )
    return Invited(tuple(sorted(codes)), count, seed.hex())


def purpose_of(code: str) -> str:
    """Name what the draw is for, so that no draw can stand for another."""
    return f"invitation:{code}"


def give_nonce(
    before: Invited, nonce: bytes, supervisors: Sequence[str], *, state: str, least: int
) -> Invited:
    """Take the purchaser's nonce, once, under the eyes of so many of its staff (M87 14). Whom it
    draws nobody can tell before the notice, as the platform alone knows the seed.
    """
    if state == "draft":
        raise Conflict("invited.too_early", _("代理机构提交审核后才能给出随机数。"))
    if state not in NONCE_IN:
        raise Conflict("invited.too_late", _("公告发布后不能再给出随机数。"))
    if not before.seed:
        raise Conflict("invited.no_list", _("代理机构尚未提交备选供应商名单。"))
    if before.nonce:
        raise Conflict("invited.nonce_given", _("已经给出随机数，不能更换。"))
    return replace(before, nonce=nonce.hex(), supervisors=_supervisors(supervisors, least))


def _supervisors(given: Sequence[str], least: int) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in given if name.strip()))
    longest = LONGEST_NAME
    if not least <= len(names) <= MOST_SUPERVISORS or max(map(len, names)) > longest:
        raise Invalid(
            "invited.supervisors",
            _("请写明 %(least)s 至 %(most)s 名在场监督的工作人员，每人姓名不超过 %(longest)s 字。"),
            least=least,
            most=MOST_SUPERVISORS,
            longest=longest,
            field="supervisors",
        )
    return names


def require_lawful(facts: "TenderFacts") -> None:
    """Refuse a nonce while a list or its ground is not yet what the law asks for."""
    found = (*grounds.findings(facts), *findings(facts))
    lacking = [finding for finding in found if finding.code not in LATER]
    if lacking:
        raise Conflict(
            "invited.incomplete",
            _("备选名单或邀请依据还不合规定，请退回代理机构修改：%(items)s"),
            items=" ".join(finding.text() for finding in lacking),
        )


def draw_lots(before: Invited, code: str) -> tuple[Invited, Draw]:
    """Draw those invited with the committed seed and the purchaser's nonce, once."""
    if before.drawn:
        raise Conflict("invited.drawn_already", _("已经抽取，不能重抽。"))
    made = repeat_draw(before, code, bytes.fromhex(before.nonce))
    return replace(before, drawn=made.drawn), made


def repeat_draw(invited: Invited, code: str, nonce: bytes) -> Draw:
    """Do the draw's arithmetic."""
    return draw(
        invited.listed,
        seed=bytes.fromhex(invited.seed),
        nonce=nonce,
        purpose=purpose_of(code),
        count=invited.count,
    )


def findings(facts: "TenderFacts") -> Iterator[Finding]:
    """Hold a draft to the law on whom it invites: how many, and the draw."""
    how = facts.by_invitation
    if how is not None:
        yield from (_pool if how.draws else _named)(facts, how)


def _least(facts: "TenderFacts") -> tuple[int, str]:
    figure = facts.rules.figure("least_invited", "min")
    return int(figure.value), figure.basis.article


def _named(facts: "TenderFacts", _how: ByInvitation) -> Iterator[Finding]:
    least, article = _least(facts)
    if len(facts.invited.listed) < least:
        message = _("至少应当邀请 %(least)s 家。")
        yield Finding("invited.too_few", "invited", message, {"least": least}, article)


def _pool(facts: "TenderFacts", how: ByInvitation) -> Iterator[Finding]:
    least, article = _least(facts)
    invited, factor = facts.invited, facts.rules.figure("invited_pool", "min")
    if facts.grounds.get("drawn_from", "") not in how.sources:
        message = _("没有写明备选供应商名单的来源。")
        yield Finding("invited.source", "invited", message, {}, how.count_article)
    if invited.count < least:
        message = _("至少应当邀请 %(least)s 家。")
        yield Finding("invited.too_few", "invited", message, {"least": least}, article)
    elif len(invited.listed) < factor.value * invited.count:
        message = _("备选供应商不得少于拟邀请家数的 %(times)s 倍。")
        told = {"times": int(factor.value)}
        yield Finding("invited.pool", "invited", message, told, factor.basis.article)
    elif not invited.nonce:
        message = _("采购人尚未给出抽取受邀供应商的随机数。")
        yield Finding("invited.no_nonce", "invited", message, {}, article)
