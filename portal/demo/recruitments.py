"""The recruitments of the town: one that takes applications, one before its interviews, one whose
file is closed; a direct assessment, a competition inside the hospital and a selection, all open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from accounts.domain import Actor
from kernel.calendar import SHANGHAI, WorkCalendar, end_of_day, local_date
from portal.demo import clients
from portal.demo.opening import actor
from recruitment import queries, services
from recruitment.domain.applying import CHECKS, WEIGHTS, Application
from recruitment.models import Applicant
from recruitment.queries.applicants import script_code
from trading import services as trading
from trading.models import Tender

WORK = WorkCalendar()
HOUR: Final = timedelta(hours=1)
POSTED_FOR: Final = 9
"""Working days a posting is open: seven at least."""
WRITTEN: Final = ("91.5", "88", "84.5", "82", "79.5", "77", "77", "73", "69.5", "64", "58", "缺")
MARKS: Final = (88, 86, 87, 84, 89)


@dataclass(frozen=True)
class Recruitment:
    """One recruitment of the town: its posts, how far it has come, how many days ago it closed."""

    title: str
    state: str
    summary: str
    posts: tuple[dict[str, Any], ...]
    closed_before: int = 0
    people: int = 0
    method: str = "open_recruitment"


ENGINEER: Final[dict[str, Any]] = {
    "title": "信息科工程师",
    "description": "医院信息系统的运行维护、数据安全和报表开发。",
    "openings": 2,
    "education": "bachelor",
    "majors": "计算机类、电子信息类",
    "age_most": 35,
    "others": "具有两年以上软件或网络运维经历",
    "delivery": "清河市人民路 88 号，事业编制",
    "written_weight": "60",
}
RECRUITMENTS: Final = (
    Recruitment(
        "清河市第一人民医院 2026 年公开招聘护理和财务人员",
        "announced",
        "医院编制床位 1,200 张。按公开、平等、竞争、择优的原则招聘。笔试内容为岗位专业知识，"
        "面试采用结构化面试。聘用后纳入事业编制管理。监督电话：0393-8812012。",
        (
            {
                **ENGINEER,
                "title": "临床护理",
                "description": "病区护理。",
                "openings": 5,
                "education": "college",
                "majors": "护理学",
                "others": "取得护士执业资格",
            },
            {
                **ENGINEER,
                "title": "财务科会计",
                "description": "会计核算与预算管理。",
                "openings": 1,
                "majors": "会计学、财务管理",
                "others": "取得初级会计专业技术资格",
            },
        ),
        people=7,
    ),
    Recruitment(
        "清河市第一人民医院 2026 年公开招聘信息技术人员",
        "drawn",
        "医院信息科承担全院信息系统运行维护。笔试内容为计算机专业知识，面试采用结构化面试。"
        "监督电话：0393-8812012。",
        (ENGINEER,),
        closed_before=20,
        people=12,
    ),
    Recruitment(
        "清河市第一人民医院 2026 年上半年公开招聘检验人员",
        "archived",
        "检验科承担全院检验任务。笔试内容为检验专业知识，面试采用结构化面试。"
        "监督电话：0393-8812012。",
        (
            {
                **ENGINEER,
                "title": "检验技师",
                "description": "临床检验与质量控制。",
                "openings": 1,
                "majors": "医学检验技术",
                "others": "取得检验技师资格",
            },
        ),
        closed_before=75,
        people=6,
    ),
    Recruitment(
        "清河市第一人民医院 2026 年直接考察引进数据安全高层次人才",
        "announced",
        "医院急需数据安全方面的高层次紧缺人才，经核准以直接考察方式招聘，不组织笔试。"
        "监督电话：0393-8812012。",
        (
            {
                **ENGINEER,
                "title": "数据安全首席工程师",
                "description": "医疗数据安全体系建设。",
                "openings": 1,
                "education": "doctor",
                "age_most": 45,
                "others": "主持过省级以上网络安全项目",
                "ground": "doctorate",
                "reason": "医院承担全市医疗数据平台，数据安全方面的博士两次公开招聘均无人报名。",
                "approval": "清人社函〔2026〕33号",
            },
        ),
        method="direct_assessment",
    ),
    Recruitment(
        "清河市第一人民医院信息科副科长竞聘上岗",
        "announced",
        "本院在职人员可以报名。演讲答辩由抽取的考官评分，民主测评由信息科和相关科室人员投票。"
        "监督电话：0393-8812012。",
        (
            {
                **ENGINEER,
                "title": "信息科副科长",
                "description": "协助科长管理信息系统建设与运行。",
                "openings": 1,
                "age_most": 50,
                "others": "在本院工作满三年",
                "written_weight": "30",
            },
        ),
        method="internal_competition",
    ),
    Recruitment(
        "清河市第一人民医院 2026 年公开遴选信息管理人员",
        "announced",
        "面向其他事业单位在编在岗人员，经所在单位同意后报名。笔试内容为信息管理实务，面试采用"
        "结构化面试，不组织体检。监督电话：0393-8812012。",
        (
            {
                **ENGINEER,
                "title": "数据管理岗",
                "description": "医院数据资源的规划、治理和统计。",
                "openings": 1,
                "age_most": 40,
                "others": "从事信息管理工作满两年",
                "service_years": 3,
                "grade": 11,
            },
        ),
        method="selection",
    ),
)


def make(one: Recruitment, at: datetime) -> str:
    """Make one recruitment and take it as far as it has come."""
    days = one.closed_before
    day = WORK.roll_over(local_date(at) - timedelta(days=days))[0]
    if not days:
        day = WORK.add_working_days(local_date(at), POSTED_FOR - 3).due
    closes = datetime.combine(day, time(17), SHANGHAI)
    posted = _back(day, POSTED_FOR)
    code = _posted(one, posted, closes)
    people = [f"k{number:02d}" for number in range(1, one.people + 1)]
    for serial, name in enumerate(people, start=1):
        _apply(code, name, serial, 1 + serial % len(one.posts), posted + serial * HOUR)
    if days:
        _examine(one, code, closes)
    return code


def _back(day: date, days: int) -> datetime:
    """Give nine in the morning so many working days before."""
    return datetime.combine(WORK.add_working_days(day, -days).due, time(9), SHANGHAI)


def _posted(one: Recruitment, at: datetime, closes: datetime) -> str:
    jing = actor("jing", at)
    tender = trading.draft_tender(
        actor=jing,
        purchaser=clients.actor_organisation("lin", at),
        category="tech_post",
        title=one.title,
        market="talent",
        method=one.method,
        at=at - 3 * HOUR,
    )
    changes = {
        "summary": one.summary,
        "plan_number": "清编办〔2026〕18号",
        "contact_name": "景宁",
        "contact_phone": "0393-8812013",
        "bids_close_at": closes,
    }
    code = str(tender.code)
    trading.change_tender(actor=jing, code=code, changes=changes, at=at - 3 * HOUR)
    for post in one.posts:
        trading.add_lot(actor=jing, code=code, lot=post, at=at - 3 * HOUR)
    trading.submit_tender(actor=jing, code=code, at=at - 2 * HOUR)
    trading.approve_tender(actor=actor("lin", at), code=code, at=at - 2 * HOUR)
    trading.approve_plan(actor=actor("ren", at), code=code, at=at - HOUR)
    trading.publish_tender(actor=jing, code=code, at=at)
    return code


def identity(serial: int) -> str:
    """Make up an identity number with its check character (GB 11643)."""
    head = f"4109001996{1 + serial % 9:02d}{10 + serial:02d}{100 + serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(head, WEIGHTS, strict=True))
    return head + CHECKS[total % 11]


def _apply(code: str, name: str, serial: int, post: int, at: datetime) -> None:
    said = Application(
        id_number=identity(serial),
        phone=f"1390000{serial:04d}",
        education="bachelor",
        school="清河大学",
        major="专业与岗位相符",
        experience="三年以上相关工作经历，证书齐全。",
    )
    own = actor(name, at)
    services.submit_application(actor=own, code=code, number=post, application=said, at=at)


def _examine(one: Recruitment, code: str, closes: datetime) -> None:
    """Go from closing to the drawn panel, each step a day after the other."""
    closed = closes + timedelta(seconds=2)
    trading.close_tender(code=code, at=closed)
    day = closes + timedelta(days=1)
    for number in range(1, one.people + 1):
        services.review_applicant(
            actor=actor("lin", day), code=code, number=number, passed=True, reason="", at=day
        )
    ren, jing, lin = actor("ren", day), actor("jing", day), actor("lin", day)
    services.settle_post(actor=ren, code=code, number=1, outcome="opened", reason="", at=day + HOUR)
    day += timedelta(days=2)
    services.mark_scripts(actor=jing, code=code, marks=_marks(code), at=day)
    services.publish_written(actor=jing, code=code, at=day + HOUR)
    until = queries.recounts_end(Tender.objects.get(code=code)) or local_date(day)
    day = end_of_day(until) + 9 * HOUR
    for applicant in Applicant.objects.filter(tender__code=code, state="shortlisted"):
        services.verify_applicant(
            actor=lin, code=code, number=applicant.number, passed=True, reason="", at=day
        )
    services.confirm_shortlist(actor=lin, code=code, at=day + HOUR)
    services.commit_panel(actor=jing, code=code, size=5, at=day + 2 * HOUR)
    day += timedelta(days=1)
    services.draw_panel(actor=actor("feng", day), code=code, nonce="七号球 三号球 九号球", at=day)
    if one.state == "archived":
        _hire(code, jing, lin, day + HOUR)


def _marks(code: str) -> dict[str, str]:
    rows = Applicant.objects.filter(tender__code=code).exclude(ticket="").order_by("number")
    marks = zip(rows.select_related("tender"), WRITTEN, strict=False)
    return {script_code(a): services.ABSENT if m == "缺" else m for a, m in marks}


def _hire(code: str, jing: Actor, lin: Actor, day: datetime) -> None:
    """Interview, check, publicise, file, sign and close the file."""
    tender = Tender.objects.get(code=code)
    _interview(tender, day)
    services.rank(actor=jing, code=code, at=day + 3 * HOUR)
    day += timedelta(days=3)
    for lot in tender.lots.filter(state="open"):
        for number in queries.due_checks(lot):
            _check(lin, code, number, day)
    services.publicise_hire(actor=jing, code=code, at=day + HOUR)
    publicity = queries.publicity_of(tender)
    day = end_of_day(publicity.until if publicity else local_date(day)) + 10 * HOUR
    services.file_hire(actor=actor("ren", day), code=code, number="清人社聘〔2026〕31号", at=day)
    for hire in queries.hires_of(tender):
        services.sign_employment(
            actor=lin,
            code=code,
            number=hire.applicant.number,
            years=3,
            trial_months=12,
            first_job=True,
            at=day + HOUR,
        )
    trading.archive_tender(actor=lin, code=code, at=day + timedelta(days=5))


def _interview(tender: Tender, at: datetime) -> None:
    panel = queries.panel_of(tender)
    seats = queries.seated(panel) if panel else []
    while (up := queries.up_now(tender)) is not None:
        marks: Sequence[int] = MARKS
        for seat, mark in zip(seats, marks, strict=True):
            services.mark_interview(
                actor=actor(seat.person.username, at),
                code=tender.code,
                number=up.number,
                mark=str(mark - up.number),
                at=at,
            )


def _check(lin: Actor, code: str, number: int, at: datetime) -> None:
    for kind in ("medical", "inspection"):
        services.record_check(
            actor=lin, code=code, number=number, kind=kind, passed=True, note="", at=at
        )
