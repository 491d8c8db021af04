"""Who is interviewed for a post, who comes where, and who is proposed."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from evaluation.pipeline import evaluate
from evaluation.talent.case import Candidate, Formula, Post, read_case
from kernel.errors import Invalid
from kernel.reading import to_text
from kernel.text import gettext_noop as _

OF_CANDIDATES: Final = ("equal_totals", "panel_not_odd", "draw_needed")
"""Warnings of the pipeline that say something of candidates; the others speak of bids."""


@dataclass
class Ranking:
    """What is found out post by post."""

    formula: Formula
    posts: list[dict[str, object]] = field(default_factory=list)
    totals: dict[str, str] = field(default_factory=dict)
    disqualified: list[dict[str, object]] = field(default_factory=list)
    findings: list[dict[str, object]] = field(default_factory=list)
    trace: list[object] = field(default_factory=list)

    def out(self, candidate: Candidate, code: str, reason: str, **facts: object) -> None:
        """Put a candidate out, with the reason; who was disqualified is out for that alone."""
        if candidate.disqualified and not code.startswith("disqualified_"):
            return
        shown = {name: str(value) for name, value in facts.items()}
        self.disqualified.append(
            {
                "name": candidate.name,
                "post": candidate.post,
                "code": code,
                "reason": reason % shown if shown else reason,
            }
        )

    def find(self, code: str, message: str, **facts: object) -> None:
        """Say something people must look at or decide."""
        shown = {name: str(value) for name, value in facts.items()}
        self.findings.append({"code": code, "message": message % shown, "facts": shown})


def run_talent_rank(case: object) -> dict[str, object]:
    """Rank the candidates of each post by written score and interview."""
    formula, posts, candidates = read_case(case)
    ranking = Ranking(formula)
    applied: dict[str, list[Candidate]] = {post.code: [] for post in posts}
    for candidate in candidates:
        applied[candidate.post].append(candidate)
    for post in posts:
        _rank_post(post, applied[post.code], ranking)
    return {
        "posts": ranking.posts,
        "totals": dict(sorted(ranking.totals.items())),
        "disqualified": ranking.disqualified,
        "findings": ranking.findings,
        "trace": ranking.trace,
    }


def _rank_post(post: Post, applied: Sequence[Candidate], ranking: Ranking) -> None:
    admitted = [c for c in applied if not (c.disqualified and c.stage == "screening")]
    openings, outcome = _openings(post, len(admitted), ranking)
    for candidate in applied:
        if candidate.disqualified:
            ranking.out(candidate, f"disqualified_{candidate.stage}", candidate.disqualified)
    # An inspection comes after the interview: it changes nothing of who was called to that.
    running = [c for c in admitted if not c.disqualified or c.stage == "inspection"]
    if not openings:
        for candidate in running:
            ranking.out(candidate, "post_cancelled", _("岗位取消招聘"))
        running = []
    running = _passed_written(running, ranking)
    shortlist = _shortlist(running, openings, post, ranking)
    seats = interview_seats(openings, post.interview_ratio)
    interviewed = _interviewed(running, shortlist, seats, ranking)
    ranked = _ranked(post, [c for c in interviewed if not c.disqualified], ranking)
    ranking.posts.append(
        {
            "code": post.code,
            "applicants": len(admitted),
            "openings_announced": post.openings,
            "openings": openings,
            "outcome": outcome,
            "shortlist": shortlist,
            "ranking": ranked,
            "proposed": _proposed(post, ranked, openings, ranking),
        }
    )


def _openings(post: Post, applicants: int, ranking: Ranking) -> tuple[int, str]:
    """Cut or cancel a post whose applicants are fewer than the opening ratio asks for."""
    needed = post.openings * post.opening_ratio
    if applicants >= needed:
        return post.openings, "opened"
    facts = {"post": post.code, "applicants": applicants, "needed": needed}
    if post.short_approved and applicants:
        message = _(
            "岗位“%(post)s”有 %(applicants)s 人应聘，开考需 %(needed)s 人，经批准按原计划开考"
        )
        ranking.find("short_but_approved", message, **facts)
        return post.openings, "opened"
    left = openings_left(post.openings, post.opening_ratio, applicants)
    if left:
        message = _(
            "岗位“%(post)s”有 %(applicants)s 人应聘，开考需 %(needed)s 人，核减为 %(left)s 名"
        )
        ranking.find("post_reduced", message, **facts, left=left)
        return left, "reduced"
    message = _("岗位“%(post)s”有 %(applicants)s 人应聘，开考需 %(needed)s 人，取消招聘")
    ranking.find("post_cancelled", message, **facts)
    return 0, "cancelled"


def openings_left(openings: int, ratio: Decimal, applicants: int) -> int:
    """Give for how many places so many applicants suffice by an opening ratio."""
    return min(openings, int((applicants / ratio).to_integral_value(ROUND_FLOOR)))


def interview_seats(openings: int, ratio: Decimal) -> int:
    """Give how many are called to the interview, those who tie on the last place aside."""
    return int((openings * ratio).to_integral_value(ROUND_FLOOR))


def called(scores: Mapping[str, Decimal], openings: int, ratio: Decimal) -> list[str]:
    """Call the best written scores to the interview, everybody who ties on the last place too."""
    seats = interview_seats(openings, ratio)
    ordered = sorted(scores, key=lambda name: (-scores[name], name))
    if len(ordered) <= seats:
        return ordered
    line = scores[ordered[seats - 1]]
    return [name for name in ordered if scores[name] >= line]


def _passed_written(running: Sequence[Candidate], ranking: Ranking) -> list[Candidate]:
    formula, passed = ranking.formula, []
    for candidate in running:
        if not formula.written_weight:
            passed.append(candidate)
        elif candidate.written is None:
            ranking.out(candidate, "no_written", _("未参加笔试"))
        elif candidate.written < formula.written_pass:
            message = _("笔试 %(score)s 分，低于合格线 %(line)s 分")
            facts = {"score": candidate.written, "line": formula.written_pass}
            ranking.out(candidate, "written_below_pass", message, **facts)
        else:
            passed.append(candidate)
    return passed


def _shortlist(
    running: Sequence[Candidate], openings: int, post: Post, ranking: Ranking
) -> list[str]:
    """Call the best written scores; without a written exam everybody."""
    if not ranking.formula.written_weight:
        return [candidate.name for candidate in running]
    scores = {candidate.name: _written(candidate) for candidate in running}
    return called(scores, openings, post.interview_ratio)


def _interviewed(
    running: Sequence[Candidate], shortlist: Sequence[str], seats: int, ranking: Ranking
) -> list[Candidate]:
    """Give who counts at the interview: called ones who came, and who filled an empty place."""
    if ranking.formula.written_weight == 1:
        return list(running)
    came = [candidate for candidate in running if candidate.interview]
    called = frozenset(shortlist)
    for candidate in running:
        if candidate.name in called and not candidate.interview:
            ranking.out(candidate, "no_interview", _("未参加面试"))
        if candidate.name not in called and not candidate.interview:
            ranking.out(candidate, "not_shortlisted", _("笔试成绩未进入面试范围"))
    sat = [candidate for candidate in came if candidate.name in called]
    others = [candidate for candidate in came if candidate.name not in called]
    counted = {*called, *_fills(others, seats - len(sat), ranking)}
    return [candidate for candidate in came if candidate.name in counted]


def _fills(others: Sequence[Candidate], vacant: int, ranking: Ranking) -> list[str]:
    """Give who fills the empty places: in order, with all who tie on the last, as when `called`.

    Whoever else was interviewed came out of turn: it is said, and they are left out.
    """
    ordered = sorted(others, key=_written, reverse=True)
    line = _written(ordered[min(vacant, len(ordered)) - 1]) if ordered and vacant > 0 else None
    late = [c for c in ordered if line is None or _written(c) < line]
    for candidate in late:
        message = _("%(name)s 未进入面试范围，也没有空缺可以递补，却有面试成绩")
        ranking.find("interviewed_out_of_turn", message, name=candidate.name)
        ranking.out(candidate, "not_shortlisted", _("笔试成绩未进入面试范围"))
    return [candidate.name for candidate in ordered[: len(ordered) - len(late)]]


def _written(candidate: Candidate) -> Decimal:
    return Decimal(0) if candidate.written is None else candidate.written


def _ranked(
    post: Post, candidates: Sequence[Candidate], ranking: Ranking
) -> list[dict[str, object]]:
    """Add up and rank by the pipeline; who misses a pass line is out before the ranking."""
    if not candidates:
        return []
    _panels_agree(post, candidates)
    answer = evaluate(_case(candidates, ranking.formula, post.code))
    ranking.trace.append({"post": post.code, "steps": answer["trace"]})
    for warning in _listed(answer["warnings"]):
        if warning["code"] in OF_CANDIDATES:
            ranking.findings.append(warning)
    components, totals = _mapping(answer["components"]), _mapping(answer["totals"])
    ranking.totals |= {name: str(total) for name, total in totals.items()}
    interviews = _mapping(components.get("interview"))
    failing = {c.name for c in candidates if _fails(c, interviews, totals, ranking)}
    lines = [line for line in _listed(answer["ranking"]) if line["bidder"] not in failing]
    ranks = [int(str(line["rank"])) for line in lines]
    return [
        {
            "rank": 1 + bisect_left(ranks, rank),
            "name": line["bidder"],
            "written": _mapping(components.get("written")).get(str(line["bidder"])),
            "interview": interviews.get(str(line["bidder"])),
            "total": line["total"],
        }
        for rank, line in zip(ranks, lines, strict=True)
    ]


def _panels_agree(post: Post, candidates: Sequence[Candidate]) -> None:
    sizes = sorted({len(candidate.interview) for candidate in candidates if candidate.interview})
    if len(sizes) > 1:
        message = _("岗位“%(post)s”各人的面试评分个数不一致：%(sizes)s。")
        facts = {"post": post.code, "sizes": "、".join(map(str, sizes))}
        raise Invalid("talent.panels_differ", message, **facts)


def _case(candidates: Sequence[Candidate], formula: Formula, post: str) -> dict[str, object]:
    weights = {"written": formula.written_weight, "interview": 1 - formula.written_weight}
    used = {name: weight for name, weight in weights.items() if weight}
    compared = {*used, *(("extra",) if any(c.extra is not None for c in candidates) else ())}
    chain = [rule if rule == "draw" else f"{rule}_high" for rule in formula.tie_break]
    case: dict[str, object] = {
        "market": "talent",
        "experts": {"drop_highest": formula.drop_highest, "drop_lowest": formula.drop_lowest},
        "weights": {name: f"{weight:f}" for name, weight in used.items()},
        "tie_break": [r for r in chain if r == "draw" or r.removesuffix("_high") in compared],
        "rounding": dict(formula.rounding),
        "bids": [
            {"name": c.name, "scores": _scores(c, used)}
            | ({"facts": {"extra": f"{c.extra or 0:f}"}} if "extra" in compared else {})
            for c in candidates
        ],
    }
    if formula.draw:
        purpose = to_text(formula.draw.get("purpose"), "draw.purpose")
        case["draw"] = dict(formula.draw) | {"purpose": f"{purpose}/{post}"}
    return case


def _scores(candidate: Candidate, used: Mapping[str, Decimal]) -> dict[str, object]:
    scores: dict[str, object] = {}
    if "written" in used:
        scores["written"] = f"{_written(candidate):f}"
    if "interview" in used:
        scores["experts"] = {"interview": [f"{mark:f}" for mark in candidate.interview]}
    return scores


def _fails(
    candidate: Candidate,
    interviews: Mapping[str, object],
    totals: Mapping[str, object],
    ranking: Ranking,
) -> bool:
    formula, name = ranking.formula, candidate.name
    checks = (
        ("interview_below_pass", interviews.get(name), formula.interview_pass,
         _("面试 %(score)s 分，低于合格线 %(line)s 分")),
        ("total_below_pass", totals[name], formula.total_pass,
         _("总成绩 %(score)s 分，低于合格线 %(line)s 分")),
    )  # fmt: skip
    for code, score, line, message in checks:
        if score is not None and Decimal(str(score)) < line:
            ranking.out(candidate, code, message, score=score, line=line)
            return True
    return False


def _proposed(
    post: Post, ranked: Sequence[Mapping[str, object]], openings: int, ranking: Ranking
) -> list[str]:
    """Name as many as there are openings for medical and inspection; a tie at the end is left."""
    equals = Counter(int(str(line["rank"])) for line in ranked)
    sure, tied = [], []
    for line in ranked:
        rank, name = int(str(line["rank"])), str(line["name"])
        if rank - 1 + equals[rank] <= openings:
            sure.append(name)
        elif rank <= openings:
            tied.append(name)
    if tied:
        message = _("岗位“%(post)s”：%(names)s 总成绩并列且超出名额，须加试")
        ranking.find("extra_test_needed", message, post=post.code, names="、".join(tied))
    return sure


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: object) -> list[dict[str, object]]:
    return list(value) if isinstance(value, list) else []
