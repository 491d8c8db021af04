"""Adds up what the runs of the tests counted: `python -m tests.rig.tally FOLDER`."""

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

LINE = "{} passed, {} failed, {} skipped"


def counted(report: Path) -> tuple[int, int, int]:
    """How many tests of a JUnit report passed, failed (or broke) and were skipped."""
    cases = ET.parse(report).iter("testcase")  # noqa: S314 - our own file
    marks = [{child.tag for child in case} for case in cases]
    failed = sum(bool(mark & {"failure", "error"}) for mark in marks)
    skipped = sum("skipped" in mark for mark in marks)
    return len(marks) - failed - skipped, failed, skipped


def main(folder: Path) -> int:
    """Print one line for each run and one for all; fail when a test failed or none ran."""
    totals, lines = (0, 0, 0), []
    for report in sorted(folder.glob("*.xml")):
        counts = counted(report)
        lines.append(f"{report.stem}: " + LINE.format(*counts))
        totals = tuple(map(sum, zip(totals, counts, strict=True)))
    passed, failed, _ = totals
    lines.append(LINE.format(*totals))
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
