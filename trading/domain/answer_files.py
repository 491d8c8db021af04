"""Which files may stand beside what is written: how many, how large, of which kinds.

The law asks for proof with an explanation of a low price (M87 art. 60) and with an objection or a
complaint (M94 12, 18), and a clarification often points at papers; the kinds and the rule for names
are those of a tender's own files.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.domain import files
from trading.domain.files import Upload

MEGABYTE: Final = 1024 * 1024
MOST: Final = 10
"""As many as a committee can open and read one by one while the sitting waits for them."""
LARGEST: Final = 20 * MEGABYTE
"""A contract or a quotation of some hundred scanned pages at 300 dpi, black and white."""
LARGEST_TOGETHER: Final = 50 * MEGABYTE
"""They come in one request with the text, and no request may bring more than 64 MiB."""
LONGEST_SHOWN: Final = 40


def checked(uploads: Sequence[Upload]) -> list[Upload]:
    """Give the files under their clean names, or refuse them all, naming the one that is wrong."""
    if len(uploads) > MOST:
        raise Invalid(
            "answer_file.too_many",
            _("最多附 %(most)s 份文件，这次选了 %(count)s 份。请合并或者打包为 ZIP 后重新选择。"),
            most=MOST,
            count=len(uploads),
            field="attached",
        )
    kept = [_checked(upload, place) for place, upload in enumerate(uploads, start=1)]
    _refuse_same_names(kept)
    _refuse_too_much(kept)
    return kept


def _checked(upload: Upload, place: int) -> Upload:
    name = files.clean_name(upload.name)
    if files.is_bad_name(name):
        raise Invalid(
            "answer_file.bad_name",
            _(
                "第 %(place)s 份文件的文件名“%(file)s”不能用：不得为空、超过 %(most)s 字，"
                "或者含有路径和控制字符。请改名后重新选择。"
            ),
            place=place,
            file=_shown(name),
            most=files.LONGEST_NAME,
            field="attached",
        )
    _refuse_bad_size(name, len(upload.content))
    _refuse_bad_kind(name, upload.content)
    return replace(upload, name=name)


def _refuse_bad_size(name: str, size: int) -> None:
    if size == 0:
        raise Invalid(
            "answer_file.empty",
            _("文件“%(file)s”是空的。请检查原文件后重新选择。"),
            file=name,
            field="attached",
        )
    if size > LARGEST:
        raise Invalid(
            "answer_file.too_large",
            _("文件“%(file)s”有 %(size)s MB，每份不得超过 %(most)s MB。请压缩或者拆分后重新选择。"),
            file=name,
            size=_megabytes(size),
            most=LARGEST // MEGABYTE,
            field="attached",
        )


def _refuse_bad_kind(name: str, content: bytes) -> None:
    kind = files.kind_of(name)
    if kind is None:
        raise Invalid(
            "answer_file.bad_type",
            _("不收文件“%(file)s”这一类型。可以附：%(types)s。请转换格式后重新选择。"),
            file=name,
            types=" · ".join(suffix[1:].upper() for suffix in files.KINDS),
            field="attached",
        )
    if not content.startswith(kind[1]):
        raise Invalid(
            "answer_file.not_what_it_says",
            _(
                "文件“%(file)s”的内容与扩展名不符，可能已损坏或者只改了扩展名。"
                "请用原来的软件另存后重新选择。"
            ),
            file=name,
            field="attached",
        )


def _refuse_same_names(kept: Sequence[Upload]) -> None:
    """Refuse two files of one name: the committee could not say which of them it means."""
    seen: set[str] = set()
    for upload in kept:
        if upload.name.casefold() in seen:
            raise Invalid(
                "answer_file.same_name",
                _("有两份文件都叫“%(file)s”。请改名后重新选择。"),
                file=upload.name,
                field="attached",
            )
        seen.add(upload.name.casefold())


def _refuse_too_much(kept: Sequence[Upload]) -> None:
    size = sum(len(upload.content) for upload in kept)
    if size > LARGEST_TOGETHER:
        raise Invalid(
            "answer_file.too_much",
            _("所附文件一共 %(size)s MB，不得超过 %(most)s MB。请减少或者压缩后重新选择。"),
            size=_megabytes(size),
            most=LARGEST_TOGETHER // MEGABYTE,
            field="attached",
        )


def _megabytes(size: int) -> str:
    """Write a size rounded up, so that what is refused never looks like what is allowed."""
    return f"{ceil(size * 10 / MEGABYTE) / 10:.1f}"


def _shown(name: str) -> str:
    """Give a name that may be shown, whatever was in it."""
    plain = "".join("�" if unicodedata.category(c).startswith("C") else c for c in name)
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[:LONGEST_SHOWN]}…"
