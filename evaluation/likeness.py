"""Pairs of bids whose texts or unit prices are more alike than two people's work is (W-C05, W-C09).

A lead, never a verdict. What bidders copied from the tender document is no likeness of theirs.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from statistics import median
from typing import Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from kernel.trace import WIDE, Rounding, Trace, show

SHINGLE: Final = 8
NEAR: Final = Decimal("0.0005")
FEWEST_LINES: Final = 20
MOST_COMPARED: Final = 40
PLACES: Final = 6
LIMITS: Final = {
    "alike_text": Decimal("0.50"),
    "same_text": Decimal("0.70"),
    "line_ratio": Decimal("0.80"),
}
"""From which share on a pair is pointed at; the two of texts are yellow and red."""


@dataclass(frozen=True)
class Sheet:
    """What of one bid is compared: its text and the unit prices of its lines, in their order."""

    name: str
    text: tuple[str, ...] = ()
    lines: tuple[Decimal, ...] = ()


def shingles(paragraphs: Iterable[str]) -> frozenset[str]:
    """Give all runs of eight characters within a paragraph, blanks left out."""
    texts = ["".join(paragraph.split()) for paragraph in paragraphs]
    return frozenset(
        text[n : n + SHINGLE] for text in texts for n in range(len(text) - SHINGLE + 1)
    )


def jaccard(first: AbstractSet[str], second: AbstractSet[str]) -> Decimal | None:
    """Give what two sets share over all they have; None when both are empty."""
    both = len(first | second)
    return WIDE.divide(Decimal(len(first & second)), Decimal(both)) if both else None


def line_share(first: Sequence[Decimal], second: Sequence[Decimal]) -> Decimal | None:
    """Give the share of lines whose ratio is that of the middle one; None below twenty lines, or
    where the two sheets have not the same lines.
    """
    if len(first) != len(second) or len(first) < FEWEST_LINES:
        return None
    ratios = [WIDE.divide(b, a) for a, b in zip(first, second, strict=True)]
    middle = median(ratios)
    near = sum(abs(WIDE.subtract(ratio, middle)) <= NEAR for ratio in ratios)
    return WIDE.divide(Decimal(near), Decimal(len(ratios)))


def compare(
    sheets: Sequence[Sheet], document: Iterable[str], limits: Mapping[str, Decimal], trace: Trace
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Compare every two sheets; give the pairs with their shares, and the flags."""
    told = sorted((s for s in sheets if s.text or s.lines), key=lambda sheet: sheet.name)
    if len(told) > MOST_COMPARED:
        message = _("一次最多两两比较 %(most)s 份投标文件。")
        raise Invalid("screens.too_many_compared", message, most=MOST_COMPARED)
    common = shingles(document)
    own = {sheet.name: shingles(sheet.text) - common for sheet in told}
    pairs: list[dict[str, object]] = []
    flags: list[dict[str, object]] = []
    for first, second in combinations(told, 2):
        shares = {
            "text": jaccard(own[first.name], own[second.name]),
            "lines": line_share(first.lines, second.lines),
        }
        bidders = [first.name, second.name]
        shown = {name: _written(name, share, bidders, trace) for name, share in shares.items()}
        pairs.append({"bidders": bidders, **shown})
        flags += _flags(bidders, shares, limits)
    return pairs, flags


FORMULAS: Final = {
    "text": "文字相似度 ＝ 共有的八字片段数 ÷ 全部八字片段数（不计采购文件中已有的）",
    "lines": "单价同比占比 ＝ 比值与中位数相差不超过 0.0005 的行数 ÷ 总行数",
}


def _written(name: str, share: Decimal | None, bidders: Sequence[str], trace: Trace) -> str | None:
    if share is None:
        return None
    who = "、".join(bidders)
    return show(trace.number(f"pair_{name}", who, FORMULAS[name], share, PLACES))


def _flags(
    bidders: Sequence[str], shares: Mapping[str, Decimal | None], limits: Mapping[str, Decimal]
) -> list[dict[str, object]]:
    """Point at a pair once for its texts, by the higher limit it has reached, and for its lines."""
    found = []
    if (text := shares["text"]) is not None and text >= limits["alike_text"]:
        same = text >= limits["same_text"]
        code, message = (
            ("same_text", _("两份投标文件的文字几乎相同"))
            if same
            else ("alike_text", _("两份投标文件的文字高度相似"))
        )
        found.append((code, message, text))
    if (lines := shares["lines"]) is not None and lines >= limits["line_ratio"]:
        found.append(("line_ratio", _("两份报价的各行单价成固定比例"), lines))
    rounding = Rounding(PLACES, None)
    return [
        {
            "code": code,
            "message": message,
            "value": show(rounding.to(value, PLACES)),
            "limit": show(limits[code]),
            "bidders": list(bidders),
        }
        for code, message, value in found
    ]
