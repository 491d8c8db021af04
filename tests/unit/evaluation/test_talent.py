"""Recruitment: ratio check, shortlist, interview, ranking by post; nobody vanishes silently."""

import pytest

from evaluation.talent import run_talent_rank
from kernel.errors import Invalid

PANEL = ["86.2", "84.0", "88.5", "85.6", "83.1", "87.0", "85.2"]
FORMULA = {"written_weight": "0.60"}


SHORT = {"code": "A", "openings": 2, "opening_ratio": "3", "interview_ratio": "9"}


def post(**more):
    return {"code": "A", "openings": 1, "opening_ratio": "1"} | more


def candidate(name, written="70", interview=PANEL, **more):
    return {"name": name, "post": "A", "written": written, "interview": interview} | more


def ranked(*candidates, posts=None, **more):
    case = {"formula": FORMULA, "posts": posts or [post()], "candidates": list(candidates)}
    return run_talent_rank(case | more)


def places(answer, number=0):
    return [(line["rank"], line["name"]) for line in answer["posts"][number]["ranking"]]


def reasons(answer):
    return {out["name"]: out["code"] for out in answer["disqualified"]}


def findings(answer):
    return [found["code"] for found in answer["findings"]]


def test_ex_16_the_interview_is_trimmed_and_weighed():
    answer = ranked(candidate("考生一", "78.50"))
    assert answer["totals"] == {"考生一": "81.34"}
    line = answer["posts"][0]["ranking"][0]
    assert (line["written"], line["interview"], line["total"]) == ("78.50", "85.60", "81.34")
    assert answer["posts"][0]["proposed"] == ["考生一"]


@pytest.mark.parametrize(
    ("applicants", "more", "openings", "outcome", "found"),
    [
        (6, {}, 2, "opened", []),
        (5, {}, 1, "reduced", ["post_reduced"]),
        (2, {}, 0, "cancelled", ["post_cancelled"]),
        (2, {"short_approved": True}, 2, "opened", ["short_but_approved"]),
    ],
)
def test_too_few_applicants_reduce_or_cancel_a_post(applicants, more, openings, outcome, found):
    people = [candidate(f"{n}", str(60 + n)) for n in range(applicants)]
    answer = ranked(*people, posts=[SHORT | more])
    first = answer["posts"][0]
    assert (first["openings"], first["outcome"], findings(answer)) == (openings, outcome, found)
    assert len(first["proposed"]) == openings
    assert set(reasons(answer).values()) == ({"post_cancelled"} if not openings else set())


def test_who_fails_screening_does_not_count_as_an_applicant():
    people = [candidate(n, str(70 + i)) for i, n in enumerate("甲乙")]
    people.append(candidate("丙", "90", disqualified="专业不符"))
    answer = ranked(*people, posts=[post(opening_ratio="3")])
    assert findings(answer) == ["post_cancelled"]
    assert reasons(answer) == {
        "丙": "disqualified_screening",
        "甲": "post_cancelled",
        "乙": "post_cancelled",
    }
    assert answer["disqualified"][0]["reason"] == "专业不符"


def test_only_the_best_are_interviewed_and_ties_on_the_last_place_all_enter():
    people = [candidate(n, w) for n, w in zip("甲乙丙丁", ("80", "75", "75", "60"), strict=True)]
    people[3]["interview"] = []
    answer = ranked(*people, posts=[post(interview_ratio="2")])
    assert answer["posts"][0]["shortlist"] == ["甲", "丙", "乙"]
    assert reasons(answer) == {"丁": "not_shortlisted"}


def test_an_empty_place_is_filled_in_order_and_nobody_else_gets_in():
    people = [
        candidate("甲", "80", []),
        candidate("乙", "75"),
        candidate("丙", "70"),
        candidate("丁", "65"),
    ]
    answer = ranked(*people, posts=[post(interview_ratio="2")])
    assert {name for _rank, name in places(answer)} == {"乙", "丙"}
    assert reasons(answer) == {"甲": "no_interview", "丁": "not_shortlisted"}
    assert findings(answer) == ["interviewed_out_of_turn"]


def test_who_ties_for_an_empty_place_gets_in_whatever_they_are_called():
    def answer(*names):
        a, b, c, d = (
            candidate(names[0], "90"),
            candidate(names[1], "80", []),
            candidate(names[2], "70", ["70"] * 3),
            candidate(names[3], "70", ["95"] * 3),
        )
        a["interview"] = ["80"] * 3
        return ranked(a, b, c, d, posts=[post(interview_ratio="2")])

    first, renamed = answer(*"甲乙丙丁"), answer(*"甲乙丁丙")
    assert places(first) == [(1, "甲"), (2, "丁"), (3, "丙")]
    assert places(renamed) == [(1, "甲"), (2, "丙"), (3, "丁")]
    assert findings(first) == findings(renamed) == []


def test_no_place_is_empty_while_those_who_tied_still_fill_the_ratio():
    people = [
        candidate("甲", "80"),
        candidate("乙", "75"),
        candidate("丙", "75", []),
        candidate("丁", "70"),
    ]
    answer = ranked(*people, posts=[post(interview_ratio="2")])
    assert {name for _rank, name in places(answer)} == {"甲", "乙"}
    assert findings(answer) == ["interviewed_out_of_turn"]


def test_who_fails_the_inspection_had_been_called_and_nobody_else_was():
    failed = {"disqualified": "考察不合格", "stage": "inspection"}
    people = [candidate("甲", "90", **failed), candidate("乙", "80"), candidate("丙", "70", [])]
    answer = ranked(*people, posts=[post(interview_ratio="2")])
    assert answer["posts"][0]["shortlist"] == ["甲", "乙"]
    assert reasons(answer) == {"甲": "disqualified_inspection", "丙": "not_shortlisted"}
    assert (places(answer), findings(answer)) == ([(1, "乙")], [])


def test_pass_lines_put_people_out_with_the_line():
    formula = FORMULA | {"written_pass": "60", "interview_pass": "80", "total_pass": "75"}
    people = [
        candidate("甲", "59"),
        candidate("乙", "90", ["70", "75", "79"]),
        candidate("丙", "61", ["85", "85", "85"]),
        candidate("丁", "90", ["85", "85", "85"]),
        candidate("戊", None),
    ]
    answer = ranked(*people, posts=[post(interview_ratio="9")], formula=formula)
    assert reasons(answer) == {
        "甲": "written_below_pass",
        "乙": "interview_below_pass",
        "丙": "total_below_pass",
        "戊": "no_written",
    }
    assert places(answer) == [(1, "丁")]


def test_equal_totals_go_by_the_interview_and_who_is_still_equal_waits_for_an_extra_test():
    people = [
        candidate("甲", "80", ["80", "80", "80"]),
        candidate("乙", "70", ["95", "95", "95"]),
        candidate("丙", "70", ["95", "95", "95"]),
    ]
    answer = ranked(*people)
    assert answer["totals"] == {"甲": "80.00", "乙": "80.00", "丙": "80.00"}
    assert places(answer) == [(1, "丙"), (1, "乙"), (3, "甲")]
    assert answer["posts"][0]["proposed"] == []
    assert findings(answer) == ["equal_totals", "extra_test_needed"]
    by_written = ranked(*people, formula=FORMULA | {"tie_break": ["written"]})
    assert by_written["posts"][0]["proposed"] == ["甲"]
    drawn = ranked(
        *people,
        formula=FORMULA | {"tie_break": ["interview", "draw"]},
        draw={"seed": "00" * 32, "nonce": "01", "purpose": "tie:2026"},
    )
    assert len(drawn["posts"][0]["proposed"]) == 1
    line = next(s for s in drawn["trace"][0]["steps"] if "commit" in s["inputs"])
    assert line["inputs"]["purpose"] == "tie:2026/A"


def test_written_alone_and_interview_alone_are_weights_too():
    written = ranked(candidate("甲", "80", []), formula={"written_weight": "1"})
    assert written["totals"] == {"甲": "80.00"}
    interview = ranked(candidate("甲", None), formula={"written_weight": "0"})
    assert interview["totals"] == {"甲": "85.60"}


def test_posts_are_ranked_apart():
    people = [candidate("甲"), candidate("乙") | {"post": "B"}]
    answer = ranked(*people, posts=[post(code="B"), post()])
    assert [p["code"] for p in answer["posts"]] == ["A", "B"]
    assert (places(answer), places(answer, 1)) == ([(1, "甲")], [(1, "乙")])


@pytest.mark.parametrize(
    ("people", "more", "code"),
    [
        ([], {}, "talent.nobody"),
        ([candidate("甲")] * 2, {}, "talent.name_twice"),
        ([candidate("甲", post="Z")], {}, "talent.unknown_post"),
        ([candidate("甲", "101")], {}, "input.out_of_range"),
        ([candidate("甲"), candidate("乙", interview=["80"])], {}, "talent.panels_differ"),
        ([candidate("甲")], {"formula": FORMULA | {"tie_break": ["luck"]}},
         "talent.unknown_tie_break"),
        ([candidate("甲")], {"formula": {"written_weight": "1.1"}}, "input.out_of_range"),
        ([candidate("甲")], {"formula": {"written_weight": "1", "interview_pass": "60"}},
         "talent.line_not_counted"),
        ([candidate("甲")], {"formula": {"written_weight": "0", "written_pass": "60"}},
         "talent.line_not_counted"),
        ([candidate("甲")], {"draw": {"seed": "00"}}, "input.not_text"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(people, more, code):
    with pytest.raises(Invalid) as refusal:
        ranked(*people, **more)
    assert refusal.value.code == code
