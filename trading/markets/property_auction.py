"""What a sale of state property by auction (拍卖) calls otherwise than one by online bidding."""

from typing import Final

from kernel.text import gettext_noop as _

TITLES: Final = {
    "closed": _("披露期满，待拍卖"),
    "bidding": _("拍卖中"),
}
STEPS: Final = (
    (_("信息披露"), "tender.published"),
    (_("披露期满"), "tender.closed"),
    (_("拍卖"), "tender.auction_started"),
    (_("价格形成"), "tender.price_formed"),
    (_("合同"), "tender.contracts_signed"),
    (_("结算"), "tender.settled"),
    (_("交易凭证"), "tender.certified"),
    (_("结果公告"), "tender.result_published"),
    (_("归档"), "tender.archived"),
)
NEXT: Final = {
    "closed": _("拍卖按公告的时间开始"),
    "bidding": _("正在拍卖，落槌后确定受让方"),
    "priced": _("转让方按拍卖结果确定受让方"),
}
WORDS: Final = {
    "no_lots_hint": _("每个标的单独拍卖、单独成交。"),
    "candidates": _("拍卖结果"),
    "confirm_hint": _(
        "拍卖已按公告的规则落槌，应价最高的意向受让方为受让方；转让方确认后，由平台出具成交确认书，双方签订合同（拍卖法第五十一条、第五十二条）。"
    ),
    "unsold": _("无人应价，拍卖不成交。"),
}
