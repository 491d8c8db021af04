"""What an application must say, and whether it meets what the post asks for."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.domain.serving import GRADES

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "10X98765432"
SHAPE: Final = re.compile(r"[1-9]\d{5}(19|20)\d{9}[\dX]", re.ASCII)
PHONE: Final = re.compile(r"1\d{10}", re.ASCII)
LEVELS: Final = {
    "college": _("大学专科"),
    "bachelor": _("大学本科"),
    "master": _("硕士研究生"),
    "doctor": _("博士研究生"),
}
"""What an applicant may have; a post asks for one of these at least, or for none."""
SHOWN_TAIL: Final = 4
SERVING: Final = ("employer", "serving_since", "grade", "consent")
"""What those say who apply out of another unit."""


@dataclass(frozen=True)
class Application:
    """What an applicant says of themselves: no more than the review of a post needs."""

    id_number: str
    phone: str
    education: str
    school: str
    major: str
    experience: str = ""
    employer: str = ""
    serving_since: str = ""
    grade: str = ""
    consent: str = ""

    def as_plain(self) -> dict[str, str]:
        """Give the parts by name; what only those who serve elsewhere say is else left out."""
        return {name: text for name, text in asdict(self).items() if text or name not in SERVING}


def read_application(given: Application) -> Application:
    """Clean an application; refuse a number that is no identity number (GB 11643)."""
    number = given.id_number.strip().upper()
    if not is_identity(number):
        raise Invalid(
            "application.id_number", _("身份证号码不正确，请核对每一位。"), field="id_number"
        )
    if not PHONE.fullmatch(given.phone.strip()):
        raise Invalid("application.phone", _("请填写 11 位手机号码。"), field="phone")
    if given.education not in LEVELS:
        raise Invalid("application.education", _("请选择学历。"), field="education")
    return replace(
        given,
        id_number=number,
        phone=given.phone.strip(),
        school=_text(given.school, "school", 80),
        major=_text(given.major, "major", 80),
        experience=_text(given.experience, "experience", 1000, needed=False),
        **{name: _text(getattr(given, name), name, 120, needed=False) for name in SERVING},
    )


def is_identity(number: str) -> bool:
    """Tell whether a number has the shape, the birthday and the check character of GB 11643."""
    if not SHAPE.fullmatch(number):
        return False
    try:
        born_on(number)
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return CHECKS[total % 11] == number[-1]


def born_on(number: str) -> date:
    """Give the birthday an identity number holds."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def age_on(number: str, day: date) -> int:
    """Give how old its holder is on a day."""
    return full_years(born_on(number), day)


def masked(number: str) -> str:
    """Show no more of an identity number than its last four characters."""
    return "*" * (len(number) - SHOWN_TAIL) + number[-SHOWN_TAIL:]


def require_conditions(application: Application, post: Mapping[str, Any], closes_on: date) -> None:
    """Refuse at once what needs no judgement: too low an education, too high an age."""
    ranks = ("any", *LEVELS)
    if ranks.index(application.education) < ranks.index(post["education"]):
        raise Conflict("application.too_low", _("学历低于该岗位的要求，请选择其他岗位。"))
    most = post["age_most"]
    if most is not None and age_on(application.id_number, closes_on) > most:
        raise Conflict(
            "application.too_old",
            _("到报名截止之日已超过 %(most)s 周岁，请选择其他岗位。"),
            most=most,
        )


def require_service(application: Application, post: Mapping[str, Any], closes_on: date) -> None:
    """Refuse who serves nowhere else, not long enough or at too low a grade, or has no consent."""
    since, grade = _since(application.serving_since), _grade(application.grade)
    for name in ("employer", "consent"):
        _text(getattr(application, name), name, 120)
    if full_years(since, closes_on) < post["service_years"]:
        raise Conflict(
            "application.too_short",
            _("到报名截止之日在职不满 %(least)s 年，请选择其他岗位。"),
            least=post["service_years"],
        )
    if grade > post["grade"]:
        raise Conflict(
            "application.grade",
            _("现任岗位等级低于 %(least)s 级，请选择其他岗位。"),
            least=post["grade"],
        )


def require_no_service(application: Application) -> None:
    """Refuse what this post does not ask for: no more is kept of anybody than the review needs."""
    for name in (name for name in SERVING if getattr(application, name)):
        raise Invalid("application.not_asked", _("本岗位不要求填写此项，请删去。"), field=name)


def full_years(since: date, day: date) -> int:
    """Give how many whole years have passed."""
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))


def _since(text: str) -> date:
    """Read a day as forms write it: other forms of ISO 8601 would be kept as they were given."""
    message = _("请填写在编工作的起始日期。")
    try:
        day = date.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid("application.serving_since", message, field="serving_since") from wrong
    if day.isoformat() != text:
        raise Invalid("application.serving_since", message, field="serving_since")
    return day


def _grade(text: str) -> int:
    least, most = GRADES
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        message = _("现任岗位等级为 %(least)s 至 %(most)s 之间的整数。")
        raise Invalid("application.no_grade", message, least=least, most=most, field="grade")
    return int(text)


def _text(text: str, field: str, longest: int, *, needed: bool = True) -> str:
    clean = text.strip()
    if (needed and not clean) or len(clean) > longest:
        message = _("请填写内容，不超过 %(most)s 字。")
        raise Invalid("application.text", message, most=longest, field=field)
    return clean
