"""Give every row of due work its turn: what keeps one from its move keeps no other from its own."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from kernel.errors import DomainError

logger = logging.getLogger(__name__)

Row = TypeVar("Row")


def each(rows: Iterable[Row], act: Callable[[Row], int]) -> int:
    """Do `act` for each row, and say how much was done. A row that refuses, or fails, is logged and
    left to the next time.
    """
    return sum(_turn(row, act) for row in rows)


def _turn(row: Row, act: Callable[[Row], int]) -> int:
    try:
        return int(act(row))
    except DomainError as refusal:
        logger.warning("%s of %s: %s", _name(act), row, refusal)
    except Exception:  # a fault in one row is that row's alone
        logger.exception("%s of %s", _name(act), row)
    return 0


def _name(act: Callable[..., object]) -> str:
    return getattr(act, "__module__", "") or repr(act)
