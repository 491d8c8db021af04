"""A folder of packs in a whole server: its rows apply, its faults keep it from starting."""

import io
import json

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.template import Context

from kernel.transaction_code import read
from portal.templatetags import house
from tests import grants, tenders, works
from tests.integration.trading.conftest import NOW
from tests.unit.trading.test_packs import BASIS, HEAD, example, figure, period
from trading import queries
from trading.markets import markets

pytestmark = pytest.mark.django_db
BROKEN = figure('code = "bid_security_share"\nvalue = "3"\nmarket = "procurement"')


@pytest.fixture
def folder(tmp_path, settings):
    settings.RULE_PACKS = str(tmp_path)
    return tmp_path


def faults():
    return [found for found in run_checks() if found.id == "portal.E001"]


def checked(file):
    out = io.StringIO()
    try:
        call_command("rules", file=str(file), stdout=out)
        status = 0
    except SystemExit as ended:
        status = ended.code
    return status, json.loads(out.getvalue())


def test_a_tender_of_the_city_has_the_rules_of_its_pack(world, folder):
    (folder / "qinghe.toml").write_text(example(), encoding="utf-8")
    tender = tenders.draft(world, NOW).tender
    tender.region = "410902"
    rules = queries.rules_of(tender, NOW)
    assert rules.period("notice_stays", rules.day).value == 7
    assert rules.value("bid_security_share", "max") == 1
    tender.region = "110101"
    assert queries.rules_of(tender, NOW).value("bid_security_share", "max") == 2
    assert faults() == []


def test_a_sentence_of_the_award_page_says_the_days_of_the_pack(world, folder):
    stricter = 'code = "confirm_winner"\nvalue = 3\nmarket = "procurement"'
    (folder / "qinghe.toml").write_text(period(stricter), encoding="utf-8")
    tender = tenders.draft(world, NOW).tender
    page = Context({"tender": tender})
    for tender.region, days in (("110101", 5), ("410902", 3)):
        for tender.method in markets()["procurement"].methods:
            said = house.word(page, "confirm_hint")
            assert f"{days} 个工作日内" in said or tender.method == "mini_competition"
            assert "2 个工作日内公告" in house.word(page, "result_hint")


def test_the_page_names_the_pack_beside_its_rows(world, folder):
    (folder / "qinghe.toml").write_text(example(), encoding="utf-8")
    text = world.client("public").get("/rules/", {"q": "清河市规则包"}).content.decode()
    assert text.count('<th scope="row">') == 5
    assert "410900" in text
    assert "至 2028-10-01" in text


def classed(market, code, title, more=""):
    given = f'document = "transaction_class"\ncode = "{code}"\ntitle = "{title}"\n{more}'
    return f'[[field]]\n{given}\nmarket = "{market}"\n{BASIS}'


def test_the_codes_of_a_city_have_its_own_classes(world, folder):
    rows = (
        classed("land", "b07", "本市宅地"),
        classed("procurement", "d05", "本市货物", 'subjects = ["goods"]'),
        classed("construction", "a97", "本市景观"),
    )
    (folder / "qinghe.toml").write_text(HEAD + "".join(rows), encoding="utf-8")
    grant = grants.announced(world, NOW)
    assert read(grant.tender.lots.first().transaction_code).kind == "B07"
    assert faults() == []
    draft = tenders.draft(world, NOW).tender
    assert list(queries.classes_of(draft, NOW).items()) == [("D05", "本市货物")]
    assert queries.class_choices(draft) == [("", "D05 本市货物")]
    draft.category = "services"
    assert "D05" not in queries.classes_of(draft, NOW)
    work = works.draft(world, NOW).tender
    listed = list(queries.classes_of(work, NOW))
    assert (listed[0], listed[-2:]) == ("A01", ["A97", "A99"])
    draft.region, draft.category = "110101", "goods"
    assert "D05" not in queries.classes_of(draft, NOW)


def test_a_broken_pack_is_a_fault_of_the_start_and_none_of_its_rows_applies(world, folder):
    (folder / "broken.toml").write_text(BROKEN + example()[example().index("[[field]]") :])
    (fault,) = faults()
    assert fault.msg.startswith("broken.toml figure[1] [pack.weakens] 投标保证金占预算金额")
    text = world.client("public").get("/rules/", {"q": "绿色采购要求"}).content.decode()
    assert "没有符合条件的规则" in text


def test_a_folder_that_is_not_there_is_a_fault(settings, tmp_path):
    settings.RULE_PACKS = str(tmp_path / "nowhere")
    assert "[pack.unreadable]" in faults()[0].msg


def test_the_command_prints_what_it_found(tmp_path):
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(example(), encoding="utf-8")
    bad.write_text(BROKEN, encoding="utf-8")
    assert checked(good) == (
        0,
        {
            "name": "清河市规则包",
            "issuer": "清河市公共资源交易管理委员会",
            "region": "410900",
            "rows": 5,
            "findings": [],
        },
    )
    status, answer = checked(bad)
    assert (status, answer["rows"]) == (2, 0)
    assert [(f["file"], f["row"], f["code"]) for f in answer["findings"]] == [
        ("bad.toml", "figure[1]", "pack.weakens")
    ]
    assert checked(tmp_path / "absent.toml")[0] == 2
