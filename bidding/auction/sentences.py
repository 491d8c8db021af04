"""Every reason for a refusal, as a sentence that says how to mend it."""

from collections.abc import Mapping
from typing import Final

from bidding.auction import checks
from bidding.auction.details import Terms
from bidding.auction.state import State
from kernel.text import gettext_noop as _

REASONS: Final[Mapping[str, str]] = {
    "not_open": _("竞价尚未开始。"),
    "closed": _("竞价已经截止：截止时刻收到的报价也不再接受。"),
    "paused": _("竞价已暂停，恢复后再报。"),
    "ended": _("竞价已经结束。"),
    "wrong_phase": _("现在这个阶段不接受这项操作。"),
    "out_of_order": _("时间早于已经决定的上一项，顺序有误。"),
    "not_qualified": _("未取得本场竞买资格。"),
    "excluded": _("已被取消本场竞买资格，不能再报价；理由见竞价页面。"),
    "already_excluded": _("该竞买人的资格已经取消。"),
    "not_joined": _("询问时没有表示继续参加，不能再报价。"),
    "malformed": _("报价或所附数据不完整，或不是有效的数字。"),
    "too_many_digits": _("报价最多 %(decimals)s 位小数。"),
    "below_start": _("报价不能低于起始价 %(start)s。"),
    "above_start": _("报价不能高于起始价 %(start)s。"),
    "not_higher": _("至少应报 %(next)s。"),
    "not_lower": _("至多可报 %(next)s。"),
    "not_multiple_of_increment": _("报价应从起始价 %(start)s 起，按 %(step)s 的整数倍加减。"),
    "not_better": _("应优于自己此前的报价。"),
    "above_cap": _("报价不能高于最高限价 %(cap)s。"),
    "below_cap": _("报价不能低于最高限价 %(cap)s。"),
    "above_range": _("报价超过了最高限价以上允许的幅度。"),
    "above_most": _("竞争条件不能超过上限。"),
    "condition_too_low": _("竞争条件至少应比目前多一个幅度。"),
    "condition_off_step": _("竞争条件应为幅度的整数倍。"),
    "already_leading": _("目前已经领先，不必再报。"),
    "already_quoted": _("本轮已经报过价，报价不能更改。"),
    "already_answered": _("已经答复过，答复不能更改。"),
    "price_moved": _("当前价格已变为 %(price)s，请确认后重新应价。"),
    "no_price_yet": _("尚无报价，无从行使优先购买权。"),
    "below_standing": _("已经成立的报价不能收回，自动报价限额不能低于它。"),
    "no_maximum": _("没有可撤回的自动报价限额。"),
    "not_holder": _("不是本场可行使优先购买权的人。"),
    "outranked": _("领先者的优先购买权顺位在前或相同。"),
    "not_paused": _("竞价没有暂停，无需恢复。"),
    "not_down": _("所称停机期间，系统仍在处理本场竞价。"),
    "draw_mismatch": _("种子长度不对，或与事先公布的承诺不符。"),
}


IN_PHASE: Final[Mapping[str, str]] = {
    "quiet": _("挂牌报价已停止，等候挂牌截止；截止后将询问是否继续竞价。"),
    "inquiry": _("正在询问是否参加限时竞价，现在不接受报价；请先答复是否参加。"),
    "ceiling": _("已达最高限价，不再接受报价；请按页面的提示答复。"),
    "draw": _("正在等候摇号，不再接受报价。"),
}
"""What is said instead of an act that has no place in a phase, where the phase explains it."""


def message_of(reason: str, phase: str) -> str:
    """Give the sentence of a reason, by the phase where that says more."""
    if reason == "wrong_phase":
        return IN_PHASE.get(phase, REASONS[reason])
    return REASONS[reason]


def sentence(terms: Terms, state: State, reason: str) -> str:
    """Say in Chinese why an act was refused; nothing for one that was accepted."""
    return message_of(reason, state.phase) % facts(terms, state) if reason else ""


def facts(terms: Terms, state: State) -> dict[str, object]:
    """Give what the sentences mention, so that a page can fill in their translations."""
    return {
        "phase": state.phase,
        "decimals": terms.decimals,
        "start": f"{terms.start_price:f}",
        "step": f"{terms.increment:f}",
        "next": f"{checks.next_price(terms, state.price):f}",
        "cap": "" if terms.ceiling is None else f"{terms.ceiling:f}",
        "price": "" if state.price is None else f"{state.price:f}",
    }
