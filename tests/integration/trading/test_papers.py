"""The award notice and the result letters as pages and as PDF."""

import pytest

from ledger import press
from ledger.papers import paper_of
from tests import tenders
from tests.papers import assert_known_shape
from tests.world import AT, cast
from trading import queries, services

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    story = tenders.evaluated(cast(AT))
    world, at = story.world, story.at
    services.confirm_winner(
        actor=world.actor("lin", at), code=story.code, choices={1: (1, "")}, at=at
    )
    services.publish_result(actor=world.actor("sun", at), code=story.code, at=at)
    return story


def test_award_notice_says_who_what_how_much_and_by_when(story):
    paper = paper_of("award_notice", f"{story.code}.1")
    assert_known_shape(paper, "procurement")
    page = press.page_of(paper.kind, paper.subject, paper.content)
    for words in (
        "中 标 通 知 书",
        "晨光医疗科技有限公司",
        "980,000.00",
        "玖拾捌万元整",
        "第四十六条",
    ):
        assert words in page
    assert press.render(paper.kind, paper.subject, paper.content).startswith(b"%PDF-")


def test_result_letter_gives_each_loser_its_own_reason(story):
    world = story.world
    ranked = paper_of("result_letter", f"{story.code}.1.{world.organisation_of('zhao').uscc}")
    out = paper_of("result_letter", f"{story.code}.1.{world.organisation_of('hu').uscc}")
    assert "第 2 名" in press.page_of(ranked.kind, ranked.subject, ranked.content)
    assert_known_shape(ranked, "procurement")
    page = press.page_of(out.kind, out.subject, out.content)
    assert "未提供上年度财务报表" in page
    assert "第 2 名" not in page


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("chen", ["award_notice"]),
        ("zhao", ["result_letter"]),
        ("sun", ["award_notice", "result_letter", "result_letter"]),
        ("wang", ["award_notice", "result_letter", "result_letter"]),
        ("mei", []),
        ("public", []),
    ],
)
def test_papers_are_read_by_those_they_concern(story, name, kinds):
    found = queries.award_papers(story.world.actor(name, story.at), story.tender)
    assert [paper["kind"] for paper in found] == kinds


def test_each_paper_names_whom_it_goes_to(story):
    found = queries.award_papers(story.world.actor("sun", story.at), story.tender)
    assert [paper["to"] for paper in found] == [
        "晨光医疗科技有限公司",
        "朝阳信息技术有限公司",
        "琥珀办公设备有限公司",
    ]
