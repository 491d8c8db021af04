"""Why an envelope, a record or a key was refused: one stable code each.

JavaScript, Python and the shared vectors use the same codes. A message never quotes a secret.
"""

from typing import Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

MESSAGES: Final[dict[str, str]] = {
    # parsing
    "seal.json_utf8": _("内容不是有效的 UTF-8 文本，或带有字节顺序标记。请重新生成。"),
    "seal.json_syntax": _("内容不是规范的 JSON。请重新生成。"),
    "seal.json_duplicate": _("JSON 中有重复的键。请重新生成。"),
    "seal.json_number": _("JSON 中只允许安全范围内的整数。请把小数写成字符串。"),
    "seal.json_depth": _("JSON 嵌套超过八层。请重新生成。"),
    "seal.json_surrogate": _("JSON 中有不成对的代理字符。请重新生成。"),
    "seal.too_large": _("内容超过规定的大小。请减少文件或重新生成。"),
    "seal.key_unknown": _("JSON 中有未定义的键。自定义的键须以 x- 开头。"),
    "seal.key_missing": _("JSON 中缺少必需的键。请重新生成。"),
    "seal.value": _("JSON 中某个值的类型或范围不对。请重新生成。"),
    "seal.binary": _("二进制值不是无填充的 base64url，或长度不对。请重新生成。"),
    # records
    "seal.version": _("不支持的格式版本。请更新客户端。"),
    "seal.suite": _("密码套件不是本项目规定的套件。请用本项目的规则重新封装。"),
    "seal.mode": _("密钥模式不是本项目规定的模式。请用本项目的规则重新封装。"),
    "seal.stage": _("阶段不对。请按本项目的阶段重新封装。"),
    "seal.threshold": _("密钥份数不合规定：份数须不少于门限，门限不少于二。"),
    "seal.context": _("信封不属于这个项目、标段、文件版本或保管规则。请重新封装。"),
    "seal.root": _("对象的摘要与提交记录不符。请重新上传同一密文。"),
    "seal.signature": _("提交记录的签名不对。请用同一提交密钥重新签名。"),
    "seal.chain": _("提交记录没有接在上一条记录之后。请刷新状态再提交。"),
    # contents
    "seal.price": _("报价须为大于零的十进制数，最多两位小数，不带千位分隔符、正负号和指数。"),
    "seal.currency": _("币种须为三个大写拉丁字母，例如 CNY。"),
    "seal.number": _("数值须为不带符号的十进制数。"),
    "seal.field_stage": _("这个阶段的开标内容缺少报价，或不应含有报价。"),
    "seal.file_name": _("文件名不合规定。请改名：不用路径、控制字符、保留名，不超过 255 字节。"),
    "seal.file_name_same": _("有两个文件名相同（不分大小写）。请改名。"),
    "seal.file_count": _("文件超过 256 个。请合并文件。"),
    "seal.file_range": _("文件的位置或大小与正文不符。请重新封装。"),
    "seal.file_digest": _("文件内容与清单中的摘要不符。"),
    "seal.padding": _("填充不是零。请重新封装。"),
    # streams and keys
    "seal.magic": _("对象不是密封流。"),
    "seal.truncated": _("密封流不完整。请重新上传。"),
    "seal.commitment": _("密钥不是这个密封流的密钥。"),
    "seal.chunk": _("密封流被改动，或密钥不对。"),
    "seal.share_b": _("交来的投标人密钥份额与承诺不符。请用封装时的密钥重试。"),
    "seal.share_a": _("保管方的各份拼不出承诺的密钥。"),
    "seal.parts": _("正确的密钥份额不足门限。"),
    "seal.escrow_part": _("恢复份额与密封时的承诺不符。请用登记时的托管密钥，对这一份投标重试。"),
    "seal.parts_index": _("密钥份额的编号重复、为零或超出范围。"),
    "seal.stage_key": _("公布的阶段私钥与保管规则中的公钥不符。"),
    "seal.not_for_this_key": _("不是封给这把密钥的。"),
    "seal.public_key": _("公钥无效。请换一把密钥。"),
    "seal.random": _("随机数源不可信。请换一台设备。"),
    "seal.bidder_keys": _("须至少有两把不同的投标人密钥：设备密钥和恢复密钥。"),
    # the opened bid
    "seal.bidder": _("开出的投标人身份与承诺不符。"),
    "seal.bid_signature": _("投标人签名与开出的内容不符。"),
    "seal.body_root": _("开标内容指向另一个正文。"),
    # key files
    "seal.passphrase": _("口令不对，或密钥文件损坏。"),
    "seal.key_file": _("密钥文件格式不对。"),
    "seal.paper_key": _("恢复密钥输入有误。请逐组核对。"),
    "seal.receipt": _("回执的内容或签名不对。"),
}


class SealingError(Invalid):
    """Something about a sealed bid breaks the format; every implementation gives this `code`."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, MESSAGES[code], **facts)
