"""Where the pages of a paper end: no heading row of a table stands alone before a break."""

import pytest
from django.template import engines
from weasyprint import HTML
from weasyprint.formatting_structure import boxes

PAPER = """{% extends "papers/_paper.html" %}{% block content %}
<style>.before { height: {{ before }}mm; }</style><div class="before"></div>
<table class="even"><thead><tr><th>评审因素</th><th>满分</th></tr></thead>
{% for bidder in "甲乙丙" %}{% if answer %}<tbody class="group">
  <tr class="long"><td>{{ bidder }}</td><td>{{ answer }}</td></tr>
  {% include "papers/_answer_files.html" with columns=2 %}</tbody>
{% elif grouped %}<tbody class="group">
  <tr><th scope="rowgroup" colspan="2">{{ bidder }}</th></tr>
  {% for row in "12345" %}<tr><td>因素 {{ row }}</td><td>20</td></tr>{% endfor %}</tbody>
{% else %}<tbody><tr><td>{{ bidder }}</td><td>一份文件一行，很长的话占好几行。</td></tr></tbody>
{% endif %}{% endfor %}</table>{% endblock %}"""


def inside(box):
    yield box
    for child in getattr(box, "children", ()):
        yield from inside(child)


def parts_of_tables(before, **given):
    """Give for each part of a table on a page how many rows each of its groups has there."""
    text = engines["django"].from_string(PAPER).render({"before": before, **given})
    for page in HTML(string=text).render().pages:
        for box in inside(page._page_box):
            if isinstance(box, boxes.TableBox):
                yield [(group.is_header, len(group.children)) for group in box.children]


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("before", range(120, 220, 7))
def test_a_heading_row_stands_with_the_rows_it_heads(before, grouped):
    parts = list(parts_of_tables(before, grouped=grouped))
    whole = 6 if grouped else 1
    assert [header for header, _rows in (part[0] for part in parts)] == [True] * len(parts)
    assert [rows for part in parts for header, rows in part if not header] == [whole] * 3
    assert all(len(part) > 1 for part in parts)


@pytest.mark.parametrize("files", [[], [{"name": "合同.pdf", "size": 9, "sha256": "0" * 64}] * 10])
@pytest.mark.parametrize("length", [900, 1500, 5000])
def test_an_answer_longer_than_a_page_goes_on_under_its_heading(length, files):
    parts = list(parts_of_tables(150, answer="说明成本构成" * (length // 6), files=files))
    assert [header for header, _rows in (part[0] for part in parts)] == [True] * len(parts)
    assert all(len(part) > 1 for part in parts)
