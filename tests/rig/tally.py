"""Adds up what the runs of the tests counted: `python -m tests.rig.tally FOLDER`."""

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

LINE = "{} passed, {} failed, {} skipped"
AGAIN = "-again"
"""Ends the name of the report of what was run a second time, alone, because it had failed."""


def outcomes(report: Path) -> list[tuple[str, str]]:
    """Each test of a JUnit report with what became of it: passed, failed (or broke) or skipped."""
    if not report.exists():
        return []
    found = []
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - our own file
        marks = {child.tag for child in case}
        told = (
            "failed"
            if marks & {"failure", "error"}
            else "skipped"
            if "skipped" in marks
            else "passed"
        )
        found.append((f"{case.get('classname')}.{case.get('name')}", told))
    return found


def main(folder: Path) -> int:
    """Print one line for each run, each test that passed only when run again, and one for all;
    fail when a test failed or none ran.
    """
    totals, lines, late = [0, 0, 0], [], []
    for report in sorted(folder.glob("*.xml")):
        if report.stem.endswith(AGAIN):
            continue
        again = dict(outcomes(report.with_stem(report.stem + AGAIN)))
        late += [name for name, told in again.items() if told == "passed"]
        ended = [again.get(name, told) for name, told in outcomes(report)]
        counts = [ended.count(word) for word in ("passed", "failed", "skipped")]
        lines.append(f"{report.stem}: " + LINE.format(*counts))
        totals = [sum(pair) for pair in zip(totals, counts, strict=True)]
    lines += [f"failed beside others, passed alone: {name}" for name in late]
    lines.append(LINE.format(*totals))
    sys.stdout.write("\n".join(lines) + "\n")
    passed, failed, _ = totals
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
