"""What chance decides in an evaluation: always by commit and reveal, so that anybody can repeat it.

One seed and nonce serve a whole case; the purpose of each draw says what it is for, so that no draw
tells anything of another.
"""

from collections.abc import Sequence
from typing import Final

from evaluation.pipeline.work import Work
from kernel.draw import draw
from kernel.errors import Invalid
from kernel.text import gettext_noop as _

TITLES: Final = {
    "tie": "抽签（承诺—揭示）",
    "subset": "抽取参与基准价的投标（承诺—揭示）",
    "factor": "抽取系数（承诺—揭示）",
    "bid": "抽取作为组成部分的报价（承诺—揭示）",
}


def drawn(candidates: Sequence[str], count: int, use: str, work: Work) -> tuple[str, ...]:
    """Draw from an ordered list and write commitment, list and result into the trace."""
    given = work.case.draw
    purpose = given["purpose"] if use == "tie" else f"{given['purpose']}/{use}"
    result = draw(
        candidates,
        seed=_bytes(given["seed"]),
        nonce=_bytes(given["nonce"]),
        purpose=purpose,
        count=count,
    )
    work.trace.note(
        "tie_break" if use == "tie" else "draw",
        "、".join(candidates) if use == "tie" else "",
        TITLES[use],
        "、".join(result.drawn),
        candidates="、".join(candidates),
        purpose=purpose,
        commit=result.commit,
        list_digest=result.list_digest,
    )
    return result.drawn


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Invalid("draw.not_hex", _("种子和随机数应为十六进制。")) from None
