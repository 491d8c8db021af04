"""Predict, before sealing, every formal rejection that can be predicted: no one sees the bid later.

Pure: the files' metadata is read beforehand (`bidding.sealing.metadata`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from bidding.sealing import contents, strict
from bidding.sealing.contents import folded
from bidding.sealing.errors import MESSAGES, SealingError
from bidding.sealing.format import PRICED
from bidding.sealing.stream import padded_length
from kernel.errors import DomainError
from kernel.money import in_capitals, parse_capitals
from kernel.text import gettext_noop as _

ERROR: Final = "error"
_FIGURE: Final = re.compile(r"(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,2})?")
ENDINGS: Final = (
    *(".pdf", ".ofd", ".doc", ".docx", ".xls", ".xlsx", ".wps", ".et"),
    *(".jpg", ".png", ".zip", ".rar", ".7z", ".dwg", ".xml"),
)
"""What a bid's files may be where the tender says nothing else: what evaluation can open."""
WARNING: Final = "warning"


@dataclass(frozen=True)
class Item:
    """A document that the tender asks for: a title, and words one of which names the file."""

    title: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """A field in which a bid states a number that the tender prices, and between which bounds;
    `takes_off` says that it is the rate which, taken off the ceiling, makes the price.
    """

    field: str
    least: str
    most: str
    takes_off: bool = False


@dataclass(frozen=True)
class Requirements:
    """What the tender document demands of one stage of a bid for one lot."""

    stage: str
    currency: str = "CNY"
    ceiling: Decimal | None = None
    floor: Decimal | None = None
    fields: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    items: tuple[Item, ...] = ()
    endings: tuple[str, ...] = ()
    max_file: int = contents.MAX_BODY - 1
    max_total: int = contents.MAX_BODY - 1
    hidden_names: tuple[str, ...] = ()  # what must not be told: the bidder's names, in a blind part


@dataclass(frozen=True)
class DraftFile:
    """A file about to be sealed, with the metadata found in it."""

    name: str
    size: int
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """A bid before sealing."""

    fields: Mapping[str, str]
    files: Sequence[DraftFile]


@dataclass(frozen=True)
class Finding:
    """One thing that would get the bid refused (error), or might (warning)."""

    level: str
    code: str
    message: str
    facts: Mapping[str, str]

    def text(self) -> str:
        """Fill the facts into the message."""
        return self.message % self.facts if self.facts else self.message


def lint(draft: Draft, requirements: Requirements) -> list[Finding]:
    """List everything that would be refused at sealing, opening or the formal review."""
    checks = (_fields, _missing_fields, _figures, _price, _words, _names, _sizes, _items, _metadata)
    return [finding for check in checks for finding in check(draft, requirements)]


def has_errors(findings: Sequence[Finding]) -> bool:
    """Tell whether sealing should be refused."""
    return any(finding.level == ERROR for finding in findings)


def _refusal(error: SealingError, **facts: str) -> Finding:
    return Finding(ERROR, error.code, MESSAGES[error.code], facts)


def _fields(draft: Draft, requirements: Requirements) -> Iterator[Finding]:
    try:
        contents.parse_fields(strict.write(dict(draft.fields)), requirements.stage)
    except SealingError as error:
        yield _refusal(error)


def _missing_fields(draft: Draft, requirements: Requirements) -> Iterator[Finding]:
    for name in requirements.fields:
        if not draft.fields.get(name, "").strip():
            message = _("开标内容缺少“%(field)s”。请填写。")
            yield Finding(ERROR, "lint.field_missing", message, {"field": name})


def _figures(draft: Draft, requirements: Requirements) -> Iterator[Finding]:
    """Ask for each number that the tender prices: without it a bid cannot be compared."""
    for figure in requirements.figures:
        said = draft.fields.get(figure.field, "").strip()
        is_number = _FIGURE.fullmatch(said) is not None
        if not is_number or not Decimal(figure.least) <= Decimal(said) <= Decimal(figure.most):
            message = _("“%(field)s”须为 %(least)s 至 %(most)s 的数，最多两位小数。")
            facts = {"field": figure.field, "least": figure.least, "most": figure.most}
            yield Finding(ERROR, "lint.figure", message, facts)
        elif figure.takes_off and requirements.ceiling is not None:
            yield from _left_by(Decimal(said), draft, requirements.ceiling)


def _left_by(rate: Decimal, draft: Draft, ceiling: Decimal) -> Iterator[Finding]:
    """Hold the price to what the rate leaves of the ceiling, to the fen, halves up."""
    amount = _amount(draft)
    expected = (ceiling * (100 - rate) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if amount is not None and amount != expected:
        message = _("报价 %(price)s 不等于最高限价 ×（1 － 下浮率），应为 %(expected)s。")
        facts = {"price": str(amount), "expected": str(expected)}
        yield Finding(ERROR, "lint.rate_price", message, facts)


def _amount(draft: Draft) -> Decimal | None:
    try:
        return contents.parse_price(draft.fields.get("price", ""))
    except SealingError:
        return None


def _price(draft: Draft, requirements: Requirements) -> Iterator[Finding]:
    amount, currency = _amount(draft), draft.fields.get("currency", requirements.currency)
    if requirements.stage in PRICED and currency != requirements.currency:
        message = _("币种应为 %(expected)s，现为 %(found)s。")
        facts = {"expected": requirements.currency, "found": currency}
        yield Finding(ERROR, "lint.currency", message, facts)
    ceiling = requirements.ceiling
    if amount is not None and ceiling is not None and amount > ceiling:
        message = _("报价 %(price)s 超过最高限价 %(ceiling)s，将作为无效投标。")
        facts = {"price": str(amount), "ceiling": str(ceiling)}
        yield Finding(ERROR, "lint.over_ceiling", message, facts)
    floor = requirements.floor
    if amount is not None and floor is not None and amount < floor:
        message = _("报价 %(price)s 低于起始价 %(floor)s，将作为无效投标。")
        facts = {"price": str(amount), "floor": str(floor)}
        yield Finding(ERROR, "lint.below_floor", message, facts)


def _words(draft: Draft, _requirements: Requirements) -> Iterator[Finding]:
    """Compare the amount in words with the figures; the words would prevail at the review."""
    words, amount = draft.fields.get("price_in_words", ""), _amount(draft)
    if not words or amount is None:
        return
    try:
        stated = parse_capitals(words)
    except DomainError:
        message = _("大写金额“%(words)s”无法识别，应为“%(expected)s”。")
        facts = {"words": words, "expected": _in_words(amount)}
        yield Finding(ERROR, "lint.words_unreadable", message, facts)
        return
    if stated != amount:
        message = _("大写金额为 %(stated)s，与小写金额 %(price)s 不一致，应为“%(expected)s”。")
        facts = {"stated": str(stated), "price": str(amount), "expected": _in_words(amount)}
        yield Finding(ERROR, "lint.words_differ", message, facts)


def _in_words(amount: Decimal) -> str:
    try:
        return in_capitals(amount)
    except DomainError:  # beyond what the law's words reach
        return str(amount)


def _names(draft: Draft, requirements: Requirements) -> Iterator[Finding]:
    if len(draft.files) > contents.MAX_FILES:
        yield _refusal(SealingError("seal.file_count"))
    seen: set[str] = set()
    for file in draft.files:
        try:
            contents.check_name(file.name)
        except SealingError as error:
            yield _refusal(error, file=file.name)
        if folded(file.name) in seen:
            yield _refusal(SealingError("seal.file_name_same"), file=file.name)
        seen.add(folded(file.name))
        if requirements.endings and not folded(file.name).endswith(requirements.endings):
            message = _("文件“%(file)s”的类型不在允许之列：%(endings)s。")
            facts = {"file": file.name, "endings": " ".join(requirements.endings)}
            yield Finding(ERROR, "lint.file_type", message, facts)


def _sizes(draft: Draft, requirements: Requirements) -> Iterator[Finding]:
    for file in draft.files:
        if not file.size:
            message = _("文件“%(file)s”是空的。请检查。")
            yield Finding(WARNING, "lint.file_empty", message, {"file": file.name})
        if file.size > requirements.max_file:
            message = _("文件“%(file)s”超过单个文件的上限 %(limit)s 字节。")
            facts = {"file": file.name, "limit": str(requirements.max_file)}
            yield Finding(ERROR, "lint.file_size", message, facts)
    total = sum(file.size for file in draft.files)
    if total > requirements.max_total or padded_length(total) >= contents.MAX_BODY:
        message = _("文件合计 %(total)s 字节，超过上限 %(limit)s 字节。")
        facts = {"total": str(total), "limit": str(requirements.max_total)}
        yield Finding(ERROR, "lint.total_size", message, facts)


def _items(draft: Draft, requirements: Requirements) -> Iterator[Finding]:
    names = [folded(file.name) for file in draft.files]
    for item in requirements.items:
        words = [folded(word) for word in item.words or (item.title,)]
        if not any(word in name for word in words for name in names):
            message = _("没有找到招标文件要求的“%(item)s”。请补充，或把文件名改得能认出来。")
            yield Finding(ERROR, "lint.item_missing", message, {"item": item.title})


def _metadata(draft: Draft, requirements: Requirements) -> Iterator[Finding]:
    """Warn of document properties that name the bidder, or anybody, in the open for the review."""
    hidden = [folded(name) for name in requirements.hidden_names if name]
    for file in draft.files:
        for key, value in sorted(file.metadata.items()):
            facts = {"file": file.name, "property": key, "value": value}
            if any(name in folded(value) for name in hidden):
                message = _("文件“%(file)s”的属性“%(property)s”写有投标人名称“%(value)s”。请清除。")
                yield Finding(WARNING, "lint.metadata_names_bidder", message, facts)
            else:
                message = _("文件“%(file)s”的属性“%(property)s”为“%(value)s”。请确认可以公开。")
                yield Finding(WARNING, "lint.metadata", message, facts)
