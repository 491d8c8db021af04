"""The tools as pages: type in and read the answer, without script; nothing is kept."""

import html
import json
import re

import pytest

from evaluation.scoring import formulas
from ledger.models import Entry
from portal import toolbox
from portal.tool_forms import BidsForm, sample
from portal.tools import TOOLS

pytestmark = pytest.mark.django_db
PAGE = "/tools/evaluate/"


def words(answer):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def typed(*rows, formula="lowest_price_ratio", columns=("name", "price", "other"), **more):
    given = {"formula": formula, "rows": "5", "p_full": "30"} | more
    for number, row in enumerate(rows):
        given |= {f"r{number}_{code}": value for code, value in zip(columns, row, strict=False)}
    return given


QUOTES = (("甲", "1000000"), ("乙", "1180000"), ("丙", "920000"))


def test_the_list_leads_to_every_tool_and_the_footer_to_the_list(client):
    page = client.get("/tools/").content.decode()
    for name in TOOLS:
        assert f'"/tools/{name}/"' in page
    assert '"/tools/evaluate/json/"' in page
    assert 'href="/tools/"' in client.get("/verify/").content.decode()


def test_every_tool_is_described_in_a_sentence():
    assert set(TOOLS) <= set(toolbox.DESCRIBED)
    assert all(said.sentence.endswith("。") for said in toolbox.DESCRIBED.values())


def test_bids_are_typed_in_and_scores_and_their_way_stand_on_the_page(client):
    answer = client.post(PAGE, typed(*QUOTES))
    assert answer.status_code == 200
    said = words(answer)
    assert "27.60" in said
    assert "价格分 ＝ 满分 × 基准价 ÷ 评审价" in said
    assert "23.389830508474…" in said
    assert "保留 2 位小数，四舍五入" in said
    assert Entry.objects.count() == 0


def test_what_was_typed_is_given_back_as_a_case_that_runs_elsewhere(client):
    text = client.post(PAGE, typed(*QUOTES, ceiling="1100000")).context["case"]
    answer = TOOLS["evaluate"](json.loads(text))
    assert [out["bidder"] for out in answer["invalid"]] == ["乙"]


def test_marks_of_members_are_averaged_and_one_number_is_the_score(client):
    columns = ("name", "written", "interview")
    rows = [("考生一", "78.50", "86.2 84.0 88.5 85.6 83.1 87.0 85.2")]
    given = typed(*rows, formula="written_and_interview", columns=columns, p_written_weight="0.6")
    answer = client.post(PAGE, given)
    assert answer.context["answer"]["totals"] == {"考生一": "81.34"}


@pytest.mark.parametrize("slug", sorted(formulas()))
def test_the_example_of_every_formula_is_computed(client, slug):
    page = client.get(PAGE, {"formula": slug, "example": "1"})
    assert page.status_code == 200
    given = sample(formulas()[slug]) | {"formula": slug, "rows": "5"}
    answer = client.post(PAGE, given)
    assert answer.status_code == 200, words(answer)
    assert answer.context["answer"]["ranking"]


@pytest.mark.parametrize("slug", sorted(formulas()))
def test_bounds_of_every_parameter_are_shown(slug):
    form = BidsForm(formulas()[slug], 5)
    for param in formulas()[slug].params:
        assert "–" in str(form[f"p_{param.name}"].help_text)


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        (typed(), None, "请至少填写一行"),
        (typed(("", "5")), "r0_name", "请填写投标人"),
        (typed(("甲", "")), "r0_price", "请填写报价"),
        (typed(("甲", "1,000")), "r0_price", "请只写数字"),
        (typed(("甲", "-5")), "r0_price", "请只写数字"),
        (typed(("甲", "5", "good")), "r0_other", "请写一个分数"),
        (typed(("甲", "5"), p_full="5"), "p_full", "[input.out_of_range]"),
        (typed(("甲", "5"), p_full="x"), "p_full", "[input.not_decimal]"),
        (typed(("甲", "0")), None, "[evaluate.price_absurd]"),
        (typed(("甲", "5"), ("甲", "6")), None, "[evaluate.bidder_twice]"),
        (typed(("甲", "5", "1"), ("乙", "6")), None, "[evaluate.component_missing]"),
        (typed(("甲", "5"), ("", ""), ("乙", "6", "9999")), "r2_name", "[input.out_of_range]"),
    ],
)
def test_what_is_wrong_stands_at_its_field_with_its_code(client, given, field, said):
    answer = client.post(PAGE, given)
    assert answer.status_code == 422
    assert said in words(answer)
    errors = answer.context["form"].errors
    assert set(errors) == {field or "__all__"}


def test_more_rows_keep_what_was_typed_and_compute_nothing(client):
    answer = client.post(PAGE, typed(*QUOTES, more="1"))
    assert (answer.status_code, answer.context["answer"]) == (200, None)
    assert len(answer.context["form"].lines) == 10
    assert 'value="1180000"' in answer.content.decode()
    most = client.post(PAGE, typed(*QUOTES, rows="999", more="1"))
    assert len(most.context["form"].lines) == 60
    assert "再加五行" not in words(most)
    odd = client.post(PAGE, typed(*QUOTES, rows="many"))
    assert len(odd.context["form"].lines) == 5


def test_an_unknown_formula_or_tool_is_missing(client):
    assert client.get(PAGE, {"formula": "astrology"}).status_code == 404
    assert client.get("/tools/astrology/").status_code == 404


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_the_documented_example_of_every_tool_is_filled_in_and_answered(client, name):
    address = "/tools/evaluate/json/" if name == "evaluate" else f"/tools/{name}/"
    page = client.get(address, {"example": "1"})
    case = page.context["form"]["case"].value()
    assert json.loads(case)
    answer = client.post(address, {"case": case})
    assert answer.status_code == 200
    assert json.loads(answer.context["shown"].json) == json.loads(
        json.dumps(TOOLS[name](json.loads(case)))
    )
    empty = client.get(address)
    assert empty.context["form"]["case"].value() == ""
    assert "example=1" in empty.content.decode()


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("", "请写入一个 JSON 文档"),
        ("{", "[input.not_json]"),
        ('{"candidates": [], "seed": "zz"}', "[input.not_hex]"),
        ('{"a": 1, "a": 2}', "[input.key_twice]"),
        ("9" * (256 * 1024 + 1), "超过 256 KiB"),
    ],
)
def test_a_case_that_cannot_be_run_is_refused_with_its_code(client, case, said):
    answer = client.post("/tools/draw/", {"case": case})
    assert answer.status_code == 422
    assert said in words(answer)


def test_a_very_long_answer_is_cut_and_says_so(client):
    names = [f"{n:05}" for n in range(5000)]
    case = {"candidates": names, "seed": "00" * 32, "nonce": "01", "purpose": "p", "count": 5000}
    said = words(client.post("/tools/draw/", {"case": json.dumps(case)}))
    assert "还有 4700 行没有列出" in said
    assert "答案太长" in said


def test_a_long_trace_is_cut_and_says_so(client):
    bids = [{"name": f"{n}", "price": f"{n + 1}"} for n in range(400)]
    case = {"formula": "lowest_price_ratio", "bids": bids}
    said = words(client.post("/tools/evaluate/json/", {"case": json.dumps(case)}))
    assert "步没有列出" in said


def test_too_many_calls_are_refused(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "tools": "2/m/ip"}
    codes = [client.post(PAGE, typed(*QUOTES)).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
