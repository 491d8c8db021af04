"""An evaluation of 1,000 bids by 15 experts on 50 items, against only reading and adding its marks.

The floor is what nobody can do without: parse the JSON, turn every mark into a decimal, add them up
item by item. What is above it is checking, trimming, flagging, ranking and writing the trace.
"""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from time import process_time

from evaluation.scoring import evaluate_case
from portal.tools import parse_body
from tests.bench.figures import Figure

BIDS, FEWER = 1_000, 100
EXPERTS, ITEMS = 15, 50
ROUNDS = 3


def measure(*, short: bool) -> Iterator[Figure]:
    """Measure the whole way from JSON to JSON, the best of some rounds, by processor time."""
    size = FEWER if short else BIDS
    text = json.dumps(case(size), ensure_ascii=False)
    floor = best(lambda: floor_of(text))
    whole = best(lambda: json.dumps(evaluate_case(parse_body(text)), ensure_ascii=False))
    name = f"evaluation of {size:,} × {EXPERTS} × {ITEMS}"
    yield Figure(f"{name}: marks read and added", floor, "s")
    yield Figure(f"{name}: whole", whole, "s")
    yield Figure(f"{name}: whole / floor", whole / floor, "ratio")
    if short:
        return
    fewer = json.dumps(case(FEWER), ensure_ascii=False)
    tenth = best(lambda: json.dumps(evaluate_case(parse_body(fewer)), ensure_ascii=False))
    yield Figure(
        "evaluation: a bid of 1,000 / a bid of 100", whole / BIDS / (tenth / FEWER), "ratio"
    )


def case(size: int) -> dict[str, object]:
    """A works tender: price by deviation, marks of every member for every item, ties by price."""
    members = [f"评委{n:02}" for n in range(EXPERTS)]
    return {
        "market": "construction",
        "benchmark": {"kind": "mean", "trim_share": "0.1"},
        "curve": {"kind": "deviation", "full": "50"},
        "criteria": [{"code": f"C{n:02}", "full": "1"} for n in range(ITEMS)],
        "experts": {"drop_highest": 1, "drop_lowest": 1},
        "tie_break": ["price_low"],
        "bids": [
            {
                "name": f"投标人{bid:04}",
                "price": f"{9_000_000 + 37 * bid}.00",
                "marks": {
                    f"C{item:02}": {
                        member: f"0.{70 + (bid + 3 * item + 5 * n) % 25}"
                        for n, member in enumerate(members)
                    }
                    for item in range(ITEMS)
                },
            }
            for bid in range(size)
        ],
    }


def floor_of(text: str) -> Decimal:
    """Parse the case and add up its marks, and nothing else."""
    total = Decimal(0)
    for bid in json.loads(text)["bids"]:
        for marks in bid["marks"].values():
            total += sum(map(Decimal, marks.values())) / len(marks)
    return total


def best(act: Callable[[], object]) -> float:
    """Give the processor time of the quickest round: what others do on the machine only adds."""
    times = []
    for _ in range(ROUNDS):
        begun = process_time()
        act()
        times.append(process_time() - begun)
    return min(times)
