"""What the sealing page says for each code its scripts give; scripts hold no words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext

from bidding.auction.sentences import message_of
from bidding.sealing.errors import MESSAGES
from kernel import money
from kernel.text import gettext_noop as _

LINT: Final[dict[str, str]] = {
    "lint.currency": _("币种应为 %(expected)s，现为 %(found)s。"),
    "lint.field_missing": _("开标内容缺少“%(field)s”。请填写。"),
    "lint.figure": _("“%(field)s”须为 %(least)s 至 %(most)s 的数，最多两位小数。"),
    "lint.file_empty": _("文件“%(file)s”是空的。请检查。"),
    "lint.file_size": _("文件“%(file)s”超过单个文件的上限 %(limit)s 字节。"),
    "lint.file_type": _("文件“%(file)s”的类型不在允许之列：%(endings)s。"),
    "lint.item_missing": _("没有找到招标文件要求的“%(item)s”。请补充，或把文件名改得能认出来。"),
    "lint.metadata": _("文件“%(file)s”的属性“%(property)s”为“%(value)s”。请确认可以公开。"),
    "lint.metadata_names_bidder": _(
        "文件“%(file)s”的属性“%(property)s”写有投标人名称“%(value)s”。请清除。"
    ),
    "lint.below_floor": _("报价 %(price)s 低于起始价 %(floor)s，将作为无效投标。"),
    "lint.over_ceiling": _("报价 %(price)s 超过最高限价 %(ceiling)s，将作为无效投标。"),
    "lint.rate_price": _("报价 %(price)s 不等于最高限价 ×（1 － 下浮率），应为 %(expected)s。"),
    "lint.total_size": _("文件合计 %(total)s 字节，超过上限 %(limit)s 字节。"),
    "lint.words_differ": _(
        "大写金额为 %(stated)s，与小写金额 %(price)s 不一致，应为“%(expected)s”。"
    ),
    "lint.words_unreadable": _("大写金额“%(words)s”无法识别，应为“%(expected)s”。"),
}
CLIENT: Final[dict[str, str]] = {
    "client.broken": _("浏览器中的程序出错：%(reason)s。已传的部分不会丢失，请刷新后继续。"),
    "client.file_unreadable": _(
        "读不到文件“%(file)s”：选择之后它被移动、改名或改动了。"
        "请重新选择；内容已改的，请放弃后重新密封。"
    ),
    "client.files_changed": _("文件“%(file)s”与密封时不同。请选择原来的文件，或放弃后重新密封。"),
    "client.finished": _("这份投标已经提交，不能再次密封同一份。"),
    "client.key_file_kdf": _(
        "此密钥文件由命令行工具生成，浏览器无法读取。请用命令行工具，或改用纸质密钥。"
    ),
    "client.moved_elsewhere": _("另一个标签页已经处理了这份投标，本页已更新。请看清现状再继续。"),
    "client.no_curves": _(
        "此浏览器没有密封所需的 X25519 和 Ed25519 算法。"
        "请升级到新版 Chrome、Edge、Firefox 或 Safari，或使用命令行工具 python -m bidding.sealing。"
    ),
    "client.no_device_key": _("此浏览器中没有设备密钥。请先生成密钥，或换回原来的设备。"),
    "client.no_key_file": _("请选择密钥文件，或填写纸质密钥。"),
    "client.no_receipt": _("平台没有给出有效回执。请再次提交，同一份提交会得到同一份回执。"),
    "client.no_storage": _(
        "此浏览器不保存网站数据（可能是无痕窗口，或禁用了存储），密钥和进度无处存放。"
        "请换普通窗口或允许本站保存数据。"
    ),
    "client.no_webcrypto": _(
        "此浏览器不能密封：请使用新版浏览器，并通过 https 或 localhost 访问。"
    ),
    "client.not_called": _("记录中还没有价格部分的开启通知和入围名单，不能交出价格部分的密钥。"),
    "client.not_closed": _("记录中还没有截止事项，不能交出密钥。"),
    "client.not_in_log": _("平台出示的记录证明核对不上，已停止。请联系监督部门。"),
    "client.not_live": _("没有有效的投标可以撤回。"),
    "client.not_requested": _("记录中还没有该投标人的恢复申请，不能释放份额。请稍候再试。"),
    "client.nothing_to_seal": _("所有部分都沿用上次，没有需要重新密封的内容。"),
    "client.other_log": _("平台出示的记录与先前不一致，已停止。请联系监督部门。"),
    "client.other_tab": _(
        "这份投标正在另一个标签页中处理。请回到那一页，或关闭它再试；已传的部分不会丢失。"
    ),
    "client.out_of_reach": _(
        "连不上平台，%(seconds)s 秒后自动重试。请检查网络；已传的部分保留，截止以平台时间为准。"
    ),
    "client.passphrase_short": _("口令至少 %(least)s 个字符。"),
    "client.pending": _("上一次提交还没有得到答复。请先再次提交它。"),
    "client.policy": _("取不到本项目的密钥保管规则（%(status)s）。请刷新后再试。"),
    "client.refused": _("平台拒绝了请求（%(status)s）。请稍后再试。"),
    "client.signed_out": _("登录已失效。请刷新本页，登录后继续；已传的部分保留。"),
    "client.stopped": _("已暂停。已传的部分保留，可随时继续。"),
    "client.storage_full": _(
        "此浏览器的存储空间已满，无法记下进度，已停止上传。请清理磁盘空间后继续；已传的部分保留。"
    ),
    "client.unfinished": _("投标还没有准备好。请等待上传完成。"),
    "client.unproven": _("恢复密钥未通过验证。请用您保存的密钥文件或纸质密钥。"),
    "client.unreachable": _("连不上平台。请检查网络后再试；填写的内容还在本页。"),
    "client.waiting": _("平台繁忙，%(seconds)s 秒后自动重试。"),
}
SEALING: Final = MESSAGES | LINT | CLIENT


def verdict(reason: str, facts: Mapping[str, object]) -> str:
    """Say an answer of the auction engine in words."""
    if not reason:
        return gettext("有效，已写入记录。")
    phase = str(facts.get("phase", ""))
    shown = {name: _amount(given) for name, given in facts.items() if name != "phase"}
    return gettext(message_of(reason, phase)) % shown


def _amount(given: object) -> object:
    """Write an amount as it is read; what is none stays."""
    is_amount = isinstance(given, str) and given != ""
    return f"¥ {money.format_yuan(Decimal(str(given)))}" if is_amount else given
