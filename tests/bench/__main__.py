"""Runs the measurements: `./run bench [--short] [NAME…]`."""

import argparse
import json
import os
import platform
import sys
from importlib import import_module
from pathlib import Path

from tests.bench.figures import Budget, Figure, budgets

HERE = Path(__file__).parent
OWN = {"__init__", "__main__", "figures", "http_rush", "intake_rush", "auction_rush"}
LONG = {"auction_crowd"}
"""What takes a minute even in its short form: left out of a short run that names nothing."""
RESULT = HERE.parents[1] / "var" / "bench" / "latest.json"


def subjects() -> list[str]:
    """Every file of this folder that measures something."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in OWN)


def line(figure: Figure, budget: Budget | None) -> str:
    """One row of the report."""
    bound = "" if budget is None else str(budget)
    verdict = "" if budget is None else ("ok" if budget.holds(figure.value) else "OVER BUDGET")
    return f"{figure.name:<48}{figure.value:>12.4g} {figure.unit:<10}{bound:<12}{verdict}\n"


def main() -> int:
    """Measure, report, keep the figures in var/bench; fail when a whole run is over budget."""
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("--short", action="store_true", help="a quick look, held to no budget")
    parser.add_argument("names", nargs="*", choices=[[], *subjects()])
    options = parser.parse_args()
    bounds = budgets()
    figures: list[Figure] = []
    usual = [name for name in subjects() if not (options.short and name in LONG)]
    for name in options.names or usual:
        for figure in import_module(f"tests.bench.{name}").measure(short=options.short):
            figures.append(figure)
            sys.stdout.write(line(figure, bounds.get(figure.name)))
            sys.stdout.flush()
    keep(figures)
    over = [f for f in figures if f.name in bounds and not bounds[f.name].holds(f.value)]
    return 1 if over and not options.short else 0


def keep(figures: list[Figure]) -> None:
    """Keep the figures with the machine they were taken on."""
    machine = {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()}
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    report = {"machine": machine, "figures": {f.name: [f.value, f.unit] for f in figures}}
    RESULT.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
