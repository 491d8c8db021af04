"""What a call for applicants needs before it is posted: posts, how many people for each, whom it
asks for, and how they are examined (PO6, rulebook 2.5).

The terms of a post are plain values, frozen with the text; scores and ratios are decimal texts.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.domain.findings import Finding, undated, unwritten
from trading.domain.serving import GRADES, YEARS

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

ARTICLE: Final = "《事业单位公开招聘人员暂行规定》"
EQUALITY: Final = "《就业促进法》第二十六条至第三十一条"
EDUCATIONS: Final = {
    "any": _("不限"),
    "college": _("大学专科及以上"),
    "bachelor": _("大学本科及以上"),
    "master": _("硕士研究生及以上"),
    "doctor": _("博士研究生"),
}
GROUNDS: Final = {
    "senior_title": _("急需引进的高层次、短缺专业人才：具有高级专业技术职务"),
    "doctorate": _("急需引进的高层次、短缺专业人才：具有博士学位"),
}
"""Who may be assessed without an exam; the posting says why, and who approved it."""
MOST_OPENINGS: Final = 500
AGES: Final = (18, 60)
USUAL_RATIO: Final = Decimal(3)
MOST_RATIO: Final = Decimal(100)
WEIGHTS: Final = (Decimal(1), Decimal(99))
"""What the first score may count: each of two exams that are held has to count something."""
HUNDRED: Final = Decimal(100)
UNEQUAL: Final = re.compile(
    r"限[男女]|[男女]性|[男女]士|性别|未婚|已婚|未育|已育|户籍|户口|籍贯|民族|宗教|身高|血型|星座|乙肝"
)
"""Words that tell people apart by what they are, not by what the work needs."""
RELATED: Final = re.compile(r"(职工|干部)(子女|家属)")
"""Words that point at somebody's kin, in any recruitment."""
POINTED: Final = re.compile(rf"本(单位|系统|院|校)(在岗|在职)?(职工|人员|员工)|{RELATED.pattern}")
"""Words that point at somebody: a post is open to all who meet its conditions (PO6)."""


@dataclass(frozen=True)
class PostTerms:
    """One post as a draft states it: how many people, whom, and how they are examined."""

    openings: int
    education: str = "any"
    majors: str = ""
    age_most: int | None = None
    others: str = ""
    opening_ratio: Decimal = USUAL_RATIO
    interview_ratio: Decimal = USUAL_RATIO
    written_weight: Decimal = Decimal(50)
    written_pass: Decimal = Decimal(60)
    interview_pass: Decimal = Decimal(60)
    scarce: bool = False
    ground: str = ""
    reason: str = ""
    approval: str = ""
    service_years: int | None = None
    grade: int | None = None


NAMES: Final = tuple(PostTerms.__dataclass_fields__)


def read_post(given: Mapping[str, Any], fixed: Mapping[str, Any]) -> dict[str, Any]:
    """Clean the terms of a post, some of which its method fixes; figures outside their bounds are
    refused by name.
    """
    given = {**given, **fixed}
    least, most = (Decimal(0), HUNDRED) if "written_weight" in fixed else WEIGHTS
    if given.get("education", "any") not in EDUCATIONS:
        raise Invalid("post.education", _("请选择学历要求。"), field="education")
    if given.get("ground") and given["ground"] not in GROUNDS:
        raise Invalid("post.ground", _("请选择采用直接考察的情形。"), field="ground")
    age = given.get("age_most")
    why = {name: _text(given, name) for name in ("ground", "reason", "approval")}
    serving = {
        name: _whole(given[name], name, bounds)
        for name, bounds in (("service_years", YEARS), ("grade", GRADES))
        if given.get(name) is not None
    }
    return {
        "openings": _whole(given.get("openings"), "openings", (1, MOST_OPENINGS)),
        "education": given.get("education", "any"),
        "majors": _text(given, "majors"),
        "age_most": None if age is None else _whole(age, "age_most", AGES),
        "others": _text(given, "others"),
        "opening_ratio": _number(given, "opening_ratio", USUAL_RATIO, MOST_RATIO, Decimal(1)),
        "interview_ratio": _number(given, "interview_ratio", USUAL_RATIO, MOST_RATIO, Decimal(1)),
        "written_weight": _number(given, "written_weight", Decimal(50), most, least),
        "written_pass": _number(given, "written_pass", Decimal(60), HUNDRED),
        "interview_pass": _number(given, "interview_pass", Decimal(60), HUNDRED),
        "scarce": bool(given.get("scarce")),
        # Left out where unsaid: most posts have none of it.
        **{name: said for name, said in why.items() if said},
        **serving,
    }


def basic(facts: "TenderFacts") -> Iterator[Finding]:
    """List the missing facts of the posting itself."""
    needed = (
        ("title", facts.title, _("招聘名称")),
        ("summary", facts.summary, _("单位简介与招聘说明")),
        ("plan_number", facts.plan_number, _("招聘计划文号")),
        ("contact_name", facts.contact_name, _("联系人")),
        ("contact_phone", facts.contact_phone, _("联系电话")),
    )
    yield from unwritten(needed, ARTICLE)


def vacancies(facts: "TenderFacts") -> Iterator[Finding]:
    """List posts that are incomplete, or ask for what no work needs."""
    return _vacancies(facts, POINTED)


def vacancies_inside(facts: "TenderFacts") -> Iterator[Finding]:
    """List the same where only the unit's own people compete, which its posts may say."""
    return _vacancies(facts, RELATED)


def _vacancies(facts: "TenderFacts", pointed: re.Pattern[str]) -> Iterator[Finding]:
    if not facts.lots:
        yield Finding("lots.none", "lots", _("至少需要一个招聘岗位。"), {}, ARTICLE)
    for lot in facts.lots:
        if lot.post:
            said = _said(lot.title, lot.description, lot.post)
            yield from _conditions(lot.number, said, pointed)
            continue
        message = _("岗位 %(number)s 还没有招聘人数和条件。")
        yield Finding("lots.no_post", "lots", message, {"number": lot.number}, ARTICLE)


def posts(facts: "TenderFacts") -> Iterator[Finding]:
    """List posts that are incomplete, ask for what no work needs, or open too easily."""
    yield from vacancies(facts)
    least = facts.rules.value("opening_ratio", "min")
    for lot in (lot for lot in facts.lots if lot.post):
        number = {"number": lot.number}
        if Decimal(lot.post["opening_ratio"]) < least and not lot.post["scarce"]:
            yield Finding(
                "lots.opening_ratio",
                "lots",
                _("岗位 %(number)s 的开考比例低于 %(least)s：只有紧缺岗位可以降低。"),
                {**number, "least": f"{least:f}:1"},
                facts.rules.figure("opening_ratio", "min").basis.article,
            )


def grounds(facts: "TenderFacts") -> Iterator[Finding]:
    """List posts that go without an exam and do not say why they may."""
    for lot in (lot for lot in facts.lots if lot.post):
        number = {"number": lot.number}
        if not (ground := lot.post.get("ground")):
            message = _("岗位 %(number)s 没有写明采用直接考察的情形。")
            yield Finding("lots.no_ground", "lots", message, number, ARTICLE)
        if ground == "doctorate" and lot.post["education"] != "doctor":
            message = _("岗位 %(number)s 以具有博士学位为由直接考察，学历要求应为博士研究生。")
            yield Finding("lots.ground_unmet", "lots", message, number, ARTICLE)
        if not lot.post.get("reason"):
            message = _("岗位 %(number)s 没有写明为何急需、短缺。")
            yield Finding("lots.no_reason", "lots", message, number, ARTICLE)
        if not lot.post.get("approval"):
            message = _("岗位 %(number)s 没有写明同意直接考察的批准文号。")
            yield Finding("lots.no_approval", "lots", message, number, ARTICLE)


def dates(facts: "TenderFacts") -> Iterator[Finding]:
    """List the one date a posting chooses, while it is open."""
    yield from undated((("bids_close_at", facts.bids_close_at, _("报名截止时间")),), ARTICLE)


def _said(title: str, description: str, post: Mapping[str, Any]) -> str:
    return "\n".join((title, description, post["majors"], post["others"]))


def _conditions(number: int, text: str, pointed: re.Pattern[str]) -> Iterator[Finding]:
    if found := UNEQUAL.search(text):
        message = _("岗位 %(number)s 写有“%(words)s”：不得设置与岗位工作无关的歧视性条件，请删去。")
        facts = {"number": number, "words": found.group()}
        yield Finding("lots.unequal", "lots", message, facts, EQUALITY)
    if found := pointed.search(text):
        message = _("岗位 %(number)s 写有“%(words)s”：条件不得指向特定的人，请删去。")
        facts = {"number": number, "words": found.group()}
        yield Finding("lots.pointed", "lots", message, facts, ARTICLE)


def _text(given: Mapping[str, Any], name: str) -> str:
    text = str(given.get(name) or "").strip()
    if len(text) > 300:  # noqa: PLR2004 - what a form takes
        raise Invalid("post.too_long", _("不超过 300 字。"), field=name)
    return text


def _whole(value: object, name: str, bounds: tuple[int, int]) -> int:
    least, most = bounds
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        message = _("应为 %(least)s 至 %(most)s 之间的整数。")
        raise Invalid("post.out_of_bounds", message, least=least, most=most, field=name)
    return value


def _number(
    given: Mapping[str, Any],
    name: str,
    usual: Decimal,
    most: Decimal,
    least: Decimal = Decimal(0),
) -> str:
    """Read a ratio, weight or score with at most two places; what is not given is as usual."""
    value = given.get(name)
    try:
        number = usual if value is None else Decimal(str(value))
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not least <= number <= most or number != round(number, 2):
        message = _("应为 %(least)s 至 %(most)s 之间的数，最多两位小数。")
        raise Invalid("post.out_of_bounds", message, least=least, most=most, field=name)
    return f"{number.normalize():f}"
