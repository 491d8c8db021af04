"""What the town's committees look at, and how they judged: schemes, clauses, marks."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bidding.models import Bid
from evaluation import queries
from evaluation.models import Evaluation
from evaluation.queries import paneling as panels
from evaluation.services import committee, marking, paneling, report, review, summary
from kernel.draw import draw
from portal.demo.opening import actor
from trading.domain.scheme import is_marked

STEP = timedelta(minutes=6)
FIRST_EXPERT = "ZJ-410900-0001"

QUALIFICATION = [
    {"text": "具有独立承担民事责任的能力", "evidence": "营业执照"},
    {"text": "具有良好的商业信誉和健全的财务会计制度", "evidence": "上年度财务报表"},
    {"text": "有依法缴纳税收和社会保障资金的良好记录", "evidence": "缴纳凭证"},
]
CONFORMITY = [
    {"text": "投标报价未超过最高限价", "evidence": "开标一览表"},
    {"text": "投标有效期不少于 90 日", "evidence": "投标函"},
    {"text": "未附有采购人不能接受的条件", "evidence": "投标文件全文"},
]


def _leaf(code: str, title: str, full: str, rule: str, *, subjective: bool) -> dict[str, Any]:
    return {"code": code, "title": title, "full": full, "subjective": subjective, "rule": rule}


SCHEMES: dict[str, dict[str, Any]] = {
    "lowest": {"method": "lowest_price", "deductions": {"small_firm": "0.10"}},
    "goods": {
        "method": "comprehensive",
        "price": {"weight": "35"},
        "criteria": [
            {
                "code": "T",
                "part": "technical",
                "title": "技术部分",
                "children": [
                    _leaf(
                        "T1",
                        "技术参数响应",
                        "25",
                        "全部满足得 25 分，每负偏离一项扣 2 分。",
                        subjective=False,
                    ),
                    _leaf(
                        "T2",
                        "实施与培训方案",
                        "20",
                        "优 16—20，良 10—15，一般 0—9。",
                        subjective=True,
                    ),
                ],
            },
            {
                "code": "B",
                "part": "commercial",
                "title": "商务部分",
                "children": [
                    _leaf(
                        "B1",
                        "同类业绩",
                        "12",
                        "近三年同类业绩每项 3 分，最多 12 分。",
                        subjective=False,
                    ),
                    _leaf(
                        "B2",
                        "售后服务",
                        "8",
                        "质保与响应时间，优 6—8，良 3—5，一般 0—2。",
                        subjective=True,
                    ),
                ],
            },
        ],
        "deductions": {"small_firm": "0.10"},
    },
    "services": {
        "method": "comprehensive",
        "price": {"weight": "20"},
        "criteria": [
            {
                "code": "T",
                "part": "technical",
                "title": "服务方案",
                "children": [
                    _leaf(
                        "T1", "总体方案", "25", "优 20—25，良 12—19，一般 0—11。", subjective=True
                    ),
                    _leaf(
                        "T2",
                        "质量与进度保障",
                        "20",
                        "优 16—20，良 10—15，一般 0—9。",
                        subjective=True,
                    ),
                    _leaf(
                        "T3", "应急与安全措施", "10", "优 8—10，良 5—7，一般 0—4。", subjective=True
                    ),
                ],
            },
            {
                "code": "B",
                "part": "commercial",
                "title": "商务部分",
                "children": [
                    _leaf(
                        "B1",
                        "项目团队",
                        "15",
                        "项目负责人高级职称 5 分，成员每人 2 分。",
                        subjective=False,
                    ),
                    _leaf(
                        "B2",
                        "同类业绩",
                        "10",
                        "近三年同类业绩每项 2 分，最多 10 分。",
                        subjective=False,
                    ),
                ],
            },
        ],
        "deductions": {"small_firm": "0.10"},
    },
}


def gather(code: str, at: datetime) -> None:
    """Draw the committee, gather it and elect its lead."""
    qian, wang = actor("qian", at), actor("wang", at)
    evaluation = Evaluation.objects.get(tender__code=code)
    committee.freeze_pool(
        actor=qian, code=code, speciality=evaluation.speciality, owner_rep="", at=at
    )
    committee.draw_experts(actor=wang, code=code, nonce=_nonce(evaluation), at=at)
    for seat in members(code):
        own = actor(seat.person.username, at)
        for step in (committee.accept_seat, committee.sign_in, committee.pledge):
            step(actor=own, code=code, at=at)
    committee.start(actor=qian, code=code, at=at)
    first = members(code)[0].number
    for seat in members(code):
        own = actor(seat.person.username, at)
        committee.vote_lead(actor=own, code=code, seat=first, at=at)
    _confirm_document(code, at)
    _review(code, at + STEP)


def _confirm_document(code: str, at: datetime) -> None:
    """Let every member confirm the document, where the law wants a panel to."""
    if not panels.duty(Evaluation.objects.get(tender__code=code)):
        return
    for seat in members(code):
        own = actor(seat.person.username, at)
        paneling.judge_document(actor=own, code=code, agrees=True, reason="", at=at)


def _nonce(evaluation: Evaluation) -> str:
    """Choose the words of the nonce so that 吴哲, whom visitors may play, is on the committee."""
    evaluation.refresh_from_db()
    seed = committee.seed_of(evaluation)
    for number in range(1, 200):
        words = f"清河市财政局现场随机数{number}"
        made = draw(
            evaluation.pool,
            seed=seed,
            nonce=words.encode(),
            purpose=committee.purpose_of(evaluation),
            count=evaluation.size,
        )
        if FIRST_EXPERT in made.drawn:
            return words
    raise LookupError(FIRST_EXPERT)


def members(code: str) -> list[Any]:
    """Give the seats of a committee."""
    return list(queries.seats_of(Evaluation.objects.get(tender__code=code)))


def lead(code: str, at: datetime) -> Any:  # noqa: ANN401 - an Actor
    """Give the lead of a committee."""
    return actor(next(s.person.username for s in members(code) if s.lead), at)


def _bids(code: str) -> list[Bid]:
    evaluation = Evaluation.objects.get(tender__code=code)
    return [bid for lot in queries.lots_of(evaluation) for bid in queries.valid_bids(lot)]


def _review(code: str, at: datetime) -> None:
    evaluation = Evaluation.objects.get(tender__code=code)
    if evaluation.state == "qualification":
        _qualify(evaluation, code, at)
    for seat in members(code):
        own = actor(seat.person.username, at)
        for bid in _bids(code):
            for clause in queries.clauses(evaluation, "conformity"):
                given: dict[str, Any] = {
                    "bid": bid.pk,
                    "clause": clause["code"],
                    "passed": True,
                    "reason": "",
                }
                review.vote_conformity(actor=own, code=code, **given, page="", at=at)
    review.close_conformity(actor=lead(code, at), code=code, at=at)


def _qualify(evaluation: Evaluation, code: str, at: datetime) -> None:
    sun = actor("sun", at)
    for bid in _bids(code):
        for clause in queries.clauses(evaluation, "qualification"):
            given: dict[str, Any] = {
                "bid": bid.pk,
                "clause": clause["code"],
                "passed": True,
                "reason": "",
            }
            review.decide_qualification(actor=sun, code=code, **given, at=at)
    review.close_qualification(actor=sun, code=code, at=at)


def judge(code: str, at: datetime) -> None:
    """Mark, lock, explain low prices, summarise, and sign the report."""
    mark(code, at)
    rank(code, at + STEP)


def mark(code: str, at: datetime) -> None:
    """Let every member mark and lock, where there is anything to mark."""
    evaluation = Evaluation.objects.get(tender__code=code)
    if not is_marked(evaluation.tender.scheme):
        return
    for seat in members(code):
        own = actor(seat.person.username, at)
        for lot in queries.lots_of(evaluation):
            for bid in queries.valid_bids(lot):
                _mark(own, code, lot.number, bid, seat.number, at)
            marking.lock_scorecard(actor=own, code=code, lot=lot.number, at=at)


def rank(code: str, when: datetime) -> None:
    """Rank by the prices that were opened, and sign the report."""
    summary.summarise(actor=lead(code, when), code=code, at=when)
    report.draft_report(actor=lead(code, when), code=code, at=when)
    for seat in members(code):
        own = actor(seat.person.username, when)
        report.sign_report(actor=own, code=code, dissent="", at=when)


def _mark(own: Any, code: str, lot: int, bid: Bid, seat: int, at: datetime) -> None:  # noqa: ANN401 - one mark's parts
    evaluation = Evaluation.objects.get(tender__code=code)
    for leaf in queries.leaves(evaluation):
        worth = Decimal(92 - 4 * (bid.sequence % 4) - (seat % 3 if leaf.subjective else 0)) / 100
        mark = (leaf.full * worth).quantize(Decimal("0.5"))
        marking.score(
            actor=own,
            code=code,
            lot=lot,
            bid=bid.pk,
            criterion=leaf.code,
            mark=min(mark, leaf.full),
            comment="",
            at=at,
        )
