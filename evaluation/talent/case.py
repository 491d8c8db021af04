"""The posts, the candidates and the formula of a recruitment, read strictly from JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kernel.errors import Invalid
from kernel.reading import Fields, repeated, to_decimal, to_text
from kernel.text import gettext_noop as _

ONE: Final = Decimal(1)
HUNDRED: Final = Decimal(100)
TIE_BREAKS: Final = ("interview", "written", "extra", "draw")
MOST_POSTS: Final = 1000
MOST_CANDIDATES: Final = 20_000
STAGES: Final = ("screening", "exam", "inspection")


@dataclass(frozen=True)
class Formula:
    """How written score and interview become a total, and who passes."""

    written_weight: Decimal
    drop_highest: int
    drop_lowest: int
    written_pass: Decimal
    interview_pass: Decimal
    total_pass: Decimal
    tie_break: tuple[str, ...]
    rounding: Mapping[str, object]
    draw: Mapping[str, object]


@dataclass(frozen=True)
class Post:
    """A post: how many are wanted, how many must apply for each, how many are interviewed."""

    code: str
    openings: int
    opening_ratio: Decimal
    interview_ratio: Decimal
    short_approved: bool


@dataclass(frozen=True)
class Candidate:
    """One applicant for one post; no interview marks: did not come to the interview."""

    name: str
    post: str
    written: Decimal | None
    interview: tuple[Decimal, ...]
    disqualified: str
    stage: str
    extra: Decimal | None


def read_case(case: object) -> tuple[Formula, tuple[Post, ...], tuple[Candidate, ...]]:
    """Read a case, or refuse it with the path of what is wrong."""
    body = Fields(case)
    formula = _formula(body)
    posts = body.listed("posts", _post, MOST_POSTS)
    candidates = body.listed("candidates", _candidate, MOST_CANDIDATES)
    body.done()
    if not posts or not candidates:
        raise Invalid("talent.nobody", _("没有岗位或没有应聘人员，无法排名。"))
    _named_once([post.code for post in posts])
    _named_once([candidate.name for candidate in candidates])
    if unknown := sorted({c.post for c in candidates} - {post.code for post in posts}):
        message = _("没有岗位：%(names)s。")
        raise Invalid("talent.unknown_post", message, names="、".join(unknown))
    return (
        formula,
        tuple(sorted(posts, key=lambda post: post.code)),
        tuple(sorted(candidates, key=lambda candidate: candidate.name)),
    )


def _formula(case: Fields) -> Formula:
    body = case.fields("formula")
    read = Formula(
        written_weight=body.decimal("written_weight", high=ONE),
        drop_highest=body.whole("drop_highest", 1, high=3),
        drop_lowest=body.whole("drop_lowest", 1, high=3),
        written_pass=body.decimal("written_pass", Decimal(0), high=HUNDRED),
        interview_pass=body.decimal("interview_pass", Decimal(0), high=HUNDRED),
        total_pass=body.decimal("total_pass", Decimal(0), high=HUNDRED),
        tie_break=body.listed("tie_break", to_text) or ("interview", "written", "extra"),
        rounding=case.fields("rounding").given,
        draw=case.fields("draw").given,
    )
    body.done()
    if unknown := sorted(set(read.tie_break) - set(TIE_BREAKS)):
        message = _("不认识的并列处理规则“%(rule)s”。")
        raise Invalid("talent.unknown_tie_break", message, rule="、".join(unknown))
    _counted(read)
    return read


def _counted(formula: Formula) -> None:
    """Refuse a pass line of an exam that counts nothing: it would silently not be applied."""
    if not formula.written_weight and formula.written_pass:
        message = _("笔试不计入总成绩，不能另设笔试合格线：请删去 written_pass，或者设定笔试权重。")
        raise Invalid("talent.line_not_counted", message)
    if formula.written_weight == ONE and formula.interview_pass:
        message = _(
            "面试不计入总成绩，不能另设面试合格线：请删去 interview_pass，或者降低笔试权重。"
        )
        raise Invalid("talent.line_not_counted", message)


def _post(given: object, where: str) -> Post:
    body = Fields(given, where)
    read = Post(
        code=body.text("code"),
        openings=body.whole("openings", low=1, high=10_000),
        opening_ratio=body.decimal("opening_ratio", Decimal(3), low=ONE, high=HUNDRED),
        interview_ratio=body.decimal("interview_ratio", Decimal(3), low=ONE, high=HUNDRED),
        short_approved=body.flag("short_approved"),
    )
    body.done()
    return read


def _candidate(given: object, where: str) -> Candidate:
    body = Fields(given, where)
    read = Candidate(
        name=body.text("name"),
        post=body.text("post"),
        written=body.decimal_or_none("written", high=HUNDRED),
        interview=body.listed("interview", lambda v, w: to_decimal(v, w, high=HUNDRED)),
        disqualified=body.text("disqualified", ""),
        stage=body.choice("stage", STAGES, "screening"),
        extra=body.decimal_or_none("extra", high=HUNDRED),
    )
    body.done()
    return read


def _named_once(names: Sequence[str]) -> None:
    if twice := repeated(names):
        message = _("岗位或人员重复：%(names)s。")
        raise Invalid("talent.name_twice", message, names="、".join(twice))
