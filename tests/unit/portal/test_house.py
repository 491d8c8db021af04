"""The tags of the house, rendered as a template renders them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.template import Context, Template
from django.test import RequestFactory

from portal.templatetags.house import module_addresses, time_left_in_words
from portal.tones import LIFECYCLES, TONE_OF

NOON = datetime(2026, 11, 24, 4, 0, 0, 7_000, tzinfo=UTC)  # 12:00:00.007 in Beijing


def render(source, **context):
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("{% money x %}", '<span class="money">¥ 1,180,000.00</span>'),
        ('{% money x unit="万元" %}', '<span class="money">118.00 万元</span>'),
        ("{% money none %}", "—"),
        ("{% capitals x %}", '<span class="capitals" lang="zh-CN">壹佰壹拾捌万元整</span>'),
        ("{% capitals none %}", "—"),
    ],
)
def test_money_is_written_in_figures_and_in_capitals(source, written):
    assert render(source, x=Decimal("1180000.00"), none=None) == written


@pytest.mark.parametrize(
    ("people", "written"),
    [
        ([], "无"),
        ([SimpleNamespace(name="吴评")], "吴评"),
        ([{"name": "吴评"}, {"name": "<赵>"}], "吴评、&lt;赵&gt;"),
    ],
)
def test_names_are_joined_in_a_row_and_escaped(people, written):
    assert render('{{ people|names|default:"无" }}', people=people) == written


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("full", "2026年11月24日 12:00 (周二)"),
        ("minute", "2026年11月24日 12:00"),
        ("second", "2026年11月24日 12:00:00"),
        ("milli", "2026年11月24日 12:00:00.007"),
        ("date", "2026年11月24日"),
        ("short", "11月24日 12:00"),
        ("clock", "12:00:00"),
    ],
)
def test_an_instant_is_written_as_beijing_time(form, written):
    shown = render("{% beijing x form %}", x=NOON, form=form)
    assert shown == f'<time datetime="2026-11-24T12:00:00.007000+08:00">{written}</time>'


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=3, hours=2, seconds=1), "3 天 02:00:01"),
        (timedelta(hours=23, minutes=59, seconds=59), "23:59:59"),
        (timedelta(0), ""),
        (timedelta(seconds=-5), ""),
    ],
)
def test_a_duration_is_said_as_the_countdown_says_it(left, words):
    assert time_left_in_words(left) == words


def test_a_countdown_says_what_was_left_when_the_page_was_made():
    shown = render("{% until x spoken=True %}", x=NOON + timedelta(minutes=8), at=NOON)
    assert shown == (
        '<time-left role="timer" at="2026-11-24T12:08:00.007000+08:00" over="时间已到" spoken>'
        "00:08:00</time-left>"
    )


def test_a_countdown_that_has_ended_says_so():
    shown = render("{% until x over='已截止' %}", x=NOON - timedelta(days=1), at=NOON)
    assert shown.endswith('over="已截止">已截止</time-left>')


def test_a_state_is_shown_by_its_title_in_its_tone():
    shown = render('{% state_badge "tender" "failed" %}{% state_badge "tender" "draft" %}')
    assert shown == (
        '<span class="badge" data-tone="bad">废标</span>'
        '<span class="badge" data-tone="quiet">起草</span>'
    )


def test_every_tone_names_a_state_that_exists():
    known = {(table.name, state) for table in LIFECYCLES.values() for state in table.states}
    assert set(TONE_OF) - known == set()


def test_a_badge_escapes_what_it_shows():
    assert "<b>" not in render("{% badge x %}", x="<b>")


def test_an_icon_is_silent_unless_it_is_labelled():
    assert 'aria-hidden="true"' in render('{% icon "clock" %}')
    assert 'role="img" aria-label="&lt;时间&gt;"' in render(
        '{% icon "clock" label=x %}', x="<时间>"
    )


def test_a_field_ties_its_help_and_its_errors_to_its_control():
    class Price(forms.Form):
        price = forms.DecimalField(label="报价", help_text="含税")

    shown = render("{% field form.price unit='¥' capitals=True %}", form=Price({"price": "x"}))
    assert 'aria-describedby="id_price_helptext id_price_error"' in shown
    assert 'id="id_price_helptext"' in shown
    assert 'id="id_price_error"' in shown
    assert '<output for="id_price" lang="zh-CN"></output>' in shown


def test_the_import_map_carries_the_nonce_of_the_page():
    request = RequestFactory().get("/")
    request.csp_nonce = "n-1"
    shown = render("{% import_map %}", request=request)
    assert shown.startswith('<script type="importmap" nonce="n-1">{"imports":{')


def test_the_import_map_leads_each_hashed_module_to_its_address(monkeypatch):
    monkeypatch.setattr(StaticFilesStorage, "url", lambda _self, name: f"/static/{name}?hashed")
    module_addresses.cache_clear()
    try:
        found = module_addresses()
    finally:
        module_addresses.cache_clear()
    assert found["/static/js/clock.js"] == "/static/js/clock.js?hashed"
    assert not any("django_htmx" in name for name in found)
