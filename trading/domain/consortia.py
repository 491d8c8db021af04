"""A consortium (联合体) that applies as one party: its joint agreement, its lead, and who else is
in it (BL 31, GPL 24, BLR 37).

Whoever is named has to say itself that it takes part, or anybody could void the application of
another by naming it.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

MOST: Final = 9
"""So many beside its lead fit into the record of an application."""
LAW: Final = "BLR37"
"""Under this code a result says what the law, not the document, asks of a consortium."""
LAW_SAID: Final = (
    "联合体各方应当签订共同投标协议；在同一项目中以自己名义单独申请或者参加其他联合体的，"
    "相关申请均无效（招标投标法第三十一条、实施条例第三十七条）。"
)
LINKED: Final = "联合体的一方在本项目中以自己名义单独申请或者参加了其他联合体，相关申请均无效。"
NOT_JOINED: Final = "联合体成员没有全部在申请截止前确认共同投标协议。"


@dataclass(frozen=True)
class Applying:
    """Who applies as one party: the lead, and of those it names who said that it takes part."""

    partners: tuple[str, ...] = ()
    joined: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Tell whether everybody named takes part."""
        return self.joined >= set(self.partners)


def read_partners(
    codes: Sequence[str], *, lead: str, most: int, has_agreement: bool
) -> tuple[str, ...]:
    """Take whom a lead names beside itself, with the agreement that binds them all (BL 31)."""
    named = [code for code in codes if code]
    if not named:
        return ()
    if most == 0:
        raise Invalid("consortium.not_accepted", _("本项目不接受联合体。"), field="partners")
    twice = sorted(code for code, times in Counter(named).items() if times > 1)
    if twice or lead in named:
        raise Invalid(
            "consortium.twice",
            _("成员不能重复，也不要再填牵头人自己：%(names)s。"),
            names="、".join(twice or [lead]),
            field="partners",
        )
    if len(named) > most:
        raise Invalid(
            "consortium.too_many",
            _("联合体除牵头人外最多 %(most)s 家成员。"),
            most=most,
            field="partners",
        )
    if not has_agreement:
        raise Invalid(
            "consortium.no_agreement",
            _("联合体须提交各方签署的共同投标协议，写明牵头人和各方的工作。"),
            field="agreement",
        )
    return tuple(sorted(named))


def require_known(strangers: Collection[str]) -> None:
    """Refuse partners that are no bidders here: nobody could ask them whether they take part."""
    if strangers:
        raise Invalid(
            "consortium.unknown",
            _("这些单位没有在本平台注册为供应商（投标人），或者是本项目的采购方：%(names)s。"),
            names="、".join(sorted(strangers)),
            field="partners",
        )


def require_turn(*, joined: bool, wanted: bool) -> None:
    """Refuse to say again what was said last."""
    if joined == wanted:
        raise Conflict("consortium.said", _("贵单位已经这样答复，请刷新页面。"))


def voided(applying: Mapping[str, Applying]) -> dict[str, str]:
    """Give the applications, by their leads, that the law voids, each with the reason: one party is
    in two of them, or not everybody named takes part.
    """
    parties = {lead: {lead, *who.joined} for lead, who in applying.items()}
    times = Counter(party for one in parties.values() for party in one)
    linked = {lead for lead, one in parties.items() if any(times[party] > 1 for party in one)}
    torn = {lead for lead, who in applying.items() if not who.is_whole}
    return {lead: LINKED if lead in linked else NOT_JOINED for lead in sorted(linked | torn)}
