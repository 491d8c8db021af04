"""What was delivered under a contract is examined item by item, by others than whoever wrote the
document, and written down in a report (GPR 45; rulebook 1.2).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

ARTICLE: Final = "《政府采购法实施条例》第四十五条"
STANDARDS: Final = {
    "technical": _("合同约定的技术标准"),
    "service": _("合同约定的服务标准"),
    "security": _("合同约定的安全标准"),
}
"""What the report tells of besides each item of the lot."""
MOST_REVIEWERS: Final = 9
LONGEST_NAME: Final = 40
LONGEST_RESULT: Final = 500
LONGEST_OPINION: Final = 1000


@dataclass(frozen=True)
class Line:
    """What was found of one item or standard, and whether it is as the contract says."""

    result: str
    passed: bool


@dataclass(frozen=True)
class Report:
    """A report: on which day, what was found of each part in the order asked for, by whom, and of
    a service to the public what those served say.
    """

    held_on: date
    lines: Sequence[Line]
    reviewers: Sequence[str]
    serves_public: bool = False
    opinion: str = ""

    @property
    def passed(self) -> bool:
        """Tell whether everything is as the contract says."""
        return all(line.passed for line in self.lines)


def parts(items: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """List what a report tells of, each with its kind: the items of the lot, and the standards."""
    return [*(("item", str(one["name"])) for one in items), *STANDARDS.items()]


def read(
    given: Report, asked: Sequence[tuple[str, str]], *, signed_on: date, today: date
) -> Report:
    """Clean a report: a result for every part, a day on which there was a contract, names."""
    if not signed_on <= given.held_on <= today:
        raise Invalid("acceptance.day", _("验收日期应在签订合同之后、今天之前。"), field="held_on")
    lines = [Line(line.result.strip(), line.passed) for line in given.lines]
    missing = [
        title
        for number, (_kind, title) in enumerate(asked)
        if number >= len(lines) or not 0 < len(lines[number].result) <= LONGEST_RESULT
    ]
    if missing or len(lines) != len(asked):
        raise Invalid(
            "acceptance.lines",
            _("验收书须逐项写明履约情况，每项不超过五百字：%(parts)s。"),
            parts="、".join(missing or [title for _kind, title in asked]),
            field="result_0",
        )
    opinion = given.opinion.strip()
    if (given.serves_public and not opinion) or len(opinion) > LONGEST_OPINION:
        raise Invalid(
            "acceptance.opinion",
            _("向社会公众提供的公共服务项目，须有服务对象参与并出具意见，不超过一千字。"),
            field="opinion",
        )
    names = _names(given.reviewers)
    return Report(given.held_on, lines, names, given.serves_public, opinion)


def _names(given: Sequence[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in given if name.strip()))
    if not 0 < len(names) <= MOST_REVIEWERS or max(map(len, names)) > LONGEST_NAME:
        raise Invalid(
            "acceptance.reviewers",
            _("请写明 1 至 %(most)s 名验收人，每人姓名不超过 %(longest)s 字。"),
            most=MOST_REVIEWERS,
            longest=LONGEST_NAME,
            field="reviewers",
        )
    return names


def require_other_hand(report: Report, drafters: Iterable[str]) -> None:
    """Refuse that anybody who compiled the document is among those who examine what it led to."""
    reviewers = {"".join(name.split()) for name in report.reviewers}
    for drafter in sorted(drafters):
        if "".join(drafter.split()) not in reviewers:
            continue
        raise Invalid(
            "acceptance.own_reviewer",
            _("“%(name)s”是编制采购文件的经办人，不能担任验收人；同名的另一人请注明单位。"),
            name=drafter,
            field="reviewers",
        )
