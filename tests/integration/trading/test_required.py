"""What the rules ask a notice to say is asked of its draft, and nothing is published without it."""

import pytest

from accounts.models import Organisation
from kernel.errors import Conflict, Invalid
from tests import sales, tenders, works
from tests.integration.trading.conftest import NOW
from tests.unit.trading.test_packs import example
from tests.world import AT, cast
from trading import queries, services
from trading.domain import completeness, required
from trading.services.notices import publish_notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast(AT)


def change(story, **changes):
    sun = story.world.actor("sun", story.at)
    services.change_tender(actor=sun, code=story.code, changes=changes, at=story.at)


def lacking(story):
    facts = queries.facts(story.tender, story.at)
    found = completeness.missing_before_publication(facts)
    return {one.code: one for one in found if one.code != "custodians.no_key"}


def test_a_disclosure_is_asked_for_each_paragraph_and_prints_it(world):
    story = sales.draft(world, AT)
    said = {**sales.STATED, "special": " "}
    change(story, particulars=said)
    assert set(lacking(story)) == {"basic.said-special"}
    assert "第十四条" in lacking(story)["basic.said-special"].article
    sun = world.actor("sun", story.at)
    with pytest.raises(Conflict) as refusal:
        services.submit_tender(actor=sun, code=story.code, at=story.at)
    assert "特别事项披露" in refusal.value.text()
    with pytest.raises(Invalid) as unknown:
        change(story, particulars={"weather": "晴"})
    assert unknown.value.code == "lot.particulars"
    page, client = f"/tenders/{story.code}/draft/basic/", world.client("sun")
    assert "公告其他必备内容" in client.get(page).text
    assert 'id="id_said-special"' in client.get(page).text
    given = {name: getattr(story.tender, name) for name in ("title", "category", "summary")}
    given |= {"plan_number": "1", "contact_name": "孙洁", "contact_phone": "0393-8800102"}
    given |= {f"said-{name}": text for name, text in {**said, "special": "标的涉诉一件。"}.items()}
    assert client.post(page, {**given, "said-special": "长" * 1001}).status_code == 422
    assert client.post(page, given).status_code == 302
    assert lacking(story) == {}
    tenders.publish(story)
    notice = story.tender.notices.get(kind="tender")
    assert [one["code"] for one in notice.fields["text"]["stated"]] == list(sales.STATED)
    assert "标的涉诉一件。" in world.client("public").get(f"/notices/{story.code}/1/").text


def test_a_notice_of_works_says_whether_it_accepts_consortia(world):
    story = works.draft(world)
    change(story, particulars={})
    assert set(lacking(story)) == {"basic.said-consortium"}
    with pytest.raises(Invalid) as refusal:
        change(story, particulars={"consortium": "也许"})
    assert refusal.value.code == "lot.choice"
    change(story, particulars={"consortium": "接受联合体投标"})
    tenders.publish(tenders.register_keys(story))
    assert "接受联合体投标" in world.client("public").get(f"/notices/{story.code}/1/").text


def test_a_field_of_a_city_is_asked_for_where_its_pack_applies(world, tmp_path, settings):
    settings.RULE_PACKS = str(tmp_path)
    (tmp_path / "qinghe.toml").write_text(example(), encoding="utf-8")
    story = tenders.draft(world, NOW)
    change(story, region="110101")
    assert lacking(story) == {}
    change(story, region="410902")
    assert "《清河市公共资源交易管理办法》第二十条" in lacking(story)["basic.said-carbon"].article
    change(story, particulars={"carbon": "优先采购绿色产品。"})
    assert lacking(story) == {}
    shown = world.client("sun").get(f"/tenders/{story.code}/draft/").text
    assert "绿色采购要求" in shown
    assert "优先采购绿色产品。" in shown


def test_a_text_that_leaves_a_row_out_is_a_finding_and_a_result_without_it_is_refused(world):
    done, story = tenders.evaluated(world), tenders.draft(world)
    Organisation.objects.filter(pk=story.tender.agency_id).update(address="")
    found = lacking(story)
    assert set(found) == {"notice.parties"}
    assert "第十三条" in found["notice.parties"].article
    with pytest.raises(Conflict) as refusal:
        publish_notice(tender=done.tender, kind="result", title="结果", fields={}, at=done.at)
    assert refusal.value.code == "notice.unsaid"


def test_every_call_says_what_its_rows_ask_for(world):
    for story in (tenders.announced(world), works.announced(world), sales.announced(world, AT)):
        rules = queries.rules_of(story.tender, story.at)
        text = story.tender.notices.get(kind="tender").fields["text"]
        wanted = [(d, row) for d, row in required.called(rules) if row.code in required.PLACES[d]]
        assert wanted
        assert all(required.is_said(document, row, text) for document, row in wanted)
