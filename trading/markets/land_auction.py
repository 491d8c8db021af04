"""What a grant of land by auction (拍卖出让) calls otherwise than one by listing (LD39 15, 16)."""

from typing import Final

from kernel.text import gettext_noop as _

TITLES: Final = {
    "closed": _("申请截止，待拍卖"),
    "bidding": _("拍卖中"),
}
STEPS: Final = (
    (_("出让公告"), "tender.published"),
    (_("申请截止"), "tender.closed"),
    (_("拍卖"), "tender.auction_started"),
    (_("竞价结束"), "tender.price_formed"),
    (_("结果公布"), "tender.result_published"),
    (_("出让合同"), "tender.contracts_signed"),
    (_("归档"), "tender.archived"),
)
NEXT: Final = {
    "closed": _("拍卖按公告的时间开始"),
    "bidding": _("正在拍卖，最后一次叫价后落槌"),
}
WORDS: Final = {
    "no_lots_hint": _("每宗地单独拍卖、单独成交。"),
    "terminate_hint": _(
        "因重大变故不再出让的，出让人可以在拍卖开始前终止并公告理由。终止后不能恢复。"
    ),
    "confirm_hint": _(
        "拍卖已按公告的规则结束，报价最高且不低于底价者为竞得人；出让人与其签订成交确认书（国土资源部令第39号第十五条、第二十条）。"
    ),
    "no_taker": _("竞买人不足%(least)s人，拍卖终止。"),
    "nobody_let_in": _("按时足额交纳竞买保证金的竞买人不足%(least)s人，拍卖终止。"),
    "unsold": _("无人应价，或最高报价低于底价，拍卖终止。"),
}
