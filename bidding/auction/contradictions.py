"""Terms that each may stand, but not together: refused before anything is printed."""

from typing import Final

from bidding.auction.checks import too_fine
from bidding.auction.details import IN_ROOM, Terms
from bidding.auction.state import write_time
from kernel.errors import Invalid
from kernel.reading import repeated
from kernel.text import gettext_noop as _

MOST_FALLS: Final = 10_000


def check(terms: Terms, *, in_room: bool) -> None:
    """Refuse the first contradiction; `in_room`: the type can be exercised in while it runs."""
    _times(terms)
    _amounts(terms)
    _names(terms)
    _limits(terms)
    _calls(terms)
    _fall(terms)
    if terms.priority and terms.priority.mode == IN_ROOM and not in_room:
        message = _("竞价方式“%(kind)s”不能在场内行使优先购买权。")
        raise Invalid("auction.priority_mode", message, kind=terms.kind)


def _times(terms: Terms) -> None:
    if terms.closes_at <= terms.opens_at:
        raise Invalid("auction.closes_before_opens", _("截止时间应晚于开始时间。"))
    if terms.quiet >= terms.closes_at - terms.opens_at:
        raise Invalid("auction.quiet_too_long", _("静默期应短于挂牌期。"))


def _amounts(terms: Terms) -> None:
    amounts = {
        "start_price": terms.start_price,
        "increment": terms.increment,
        "cap": terms.ceiling,
        "reserve": terms.reserve,
        "valuation": terms.valuation,
    }
    for name, amount in amounts.items():
        if amount is None:
            continue
        if amount <= 0:
            message = _("%(name)s应为正数，现为 %(amount)s。")
            raise Invalid("auction.not_positive", message, name=name, amount=f"{amount:f}")
        if too_fine(amount, terms.decimals):
            message = _("%(name)s的小数超过 %(places)s 位：%(amount)s。")
            raise Invalid(
                "auction.too_many_places",
                message,
                name=name,
                places=terms.decimals,
                amount=f"{amount:f}",
            )


def _names(terms: Terms) -> None:
    if not terms.qualified:
        raise Invalid("auction.nobody_qualified", _("没有取得竞买资格的人，竞价无法开始。"))
    _once(terms.qualified)
    if terms.priority:
        _once(terms.priority.holders)
        if strangers := sorted(set(terms.priority.holders) - terms.members):
            message = _("优先购买权人未取得竞买资格：%(names)s。")
            raise Invalid("auction.holder_not_qualified", message, names="、".join(strangers))


def _once(names: tuple[str, ...]) -> None:
    if twice := repeated(names):
        message = _("名单中有重复：%(names)s。")
        raise Invalid("auction.name_twice", message, names="、".join(twice))


def _limits(terms: Terms) -> None:
    """Check that reserve and cap lie where prices can reach them."""
    falls = terms.falling or terms.dutch
    if terms.reserve is not None and falls and terms.reserve > terms.start_price:
        raise Invalid("auction.reserve_above_start", _("价格只降不升时，底价不能高于起始价。"))
    if terms.ceiling is None:
        if terms.after_ceiling:
            raise Invalid("auction.after_cap_without_cap", _("没有最高限价，却写了达到限价之后。"))
        return
    if terms.ceiling < terms.start_price:
        raise Invalid("auction.cap_below_start", _("最高限价不能低于起始价。"))
    if terms.reserve is not None and terms.reserve > terms.ceiling:
        raise Invalid("auction.reserve_above_cap", _("底价不能高于最高限价。"))
    if terms.multiples_only and (terms.ceiling - terms.start_price) % terms.increment:
        message = _("从起始价 %(start)s 起按幅度 %(step)s 加价，到不了最高限价 %(cap)s。")
        raise Invalid(
            "auction.cap_off_step",
            message,
            start=f"{terms.start_price:f}",
            step=f"{terms.increment:f}",
            cap=f"{terms.ceiling:f}",
        )


def _calls(terms: Terms) -> None:
    """Check that every offer begins the calls anew: else a price could be sold before it is called
    as often as was printed.
    """
    extension = terms.extension
    if not terms.calls:
        return
    if extension is None or extension.window is not None or extension.most is not None:
        message = _("有叫价的竞价，每次有效报价都应重新叫价：须写明间隔，且不限触发窗口和次数。")
        raise Invalid("auction.calls_restart", message)


def _fall(terms: Terms) -> None:
    """Check that a price that falls by itself arrives at its floor in a bounded number of steps."""
    if terms.dutch is None:
        return
    fall = terms.start_price - terms.dutch.floor
    if fall < 0 or terms.dutch.floor <= 0 or fall % terms.increment:
        message = _("从起始价 %(start)s 起按幅度 %(step)s 降价，到不了最低价 %(floor)s。")
        raise Invalid(
            "auction.floor_off_step",
            message,
            start=f"{terms.start_price:f}",
            step=f"{terms.increment:f}",
            floor=f"{terms.dutch.floor:f}",
        )
    if fall / terms.increment > MOST_FALLS:
        message = _("降价次数不能超过 %(most)s 次。")
        raise Invalid("auction.too_many_falls", message, most=MOST_FALLS)
    until = terms.opens_at + (int(fall / terms.increment) + 1) * terms.dutch.every
    if terms.closes_at != until:
        message = _("价格降到最低价并停留一档后应于 %(until)s 截止。")
        raise Invalid("auction.fall_ends_elsewhere", message, until=write_time(until))
