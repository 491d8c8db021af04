"""Where the pages of a paper end: no heading row of a table stands alone before a break."""

import pytest
from django.template import engines
from weasyprint import HTML
from weasyprint.formatting_structure import boxes

PAPER = """{% extends "papers/_paper.html" %}{% block content %}
<style>.before { height: {{ before }}mm; }</style><div class="before"></div>
<table><thead><tr><th>评审因素</th><th>满分</th></tr></thead>
{% for bidder in "甲乙丙" %}{% if grouped %}<tbody class="group">
  <tr><th scope="rowgroup" colspan="2">{{ bidder }}</th></tr>
  {% for row in "12345" %}<tr><td>因素 {{ row }}</td><td>20</td></tr>{% endfor %}</tbody>
{% else %}<tbody><tr><td>{{ bidder }}</td><td>一份文件一行，很长的话占好几行。</td></tr></tbody>
{% endif %}{% endfor %}</table>{% endblock %}"""


def inside(box):
    yield box
    for child in getattr(box, "children", ()):
        yield from inside(child)


def parts_of_tables(before, grouped):
    """Give for each part of a table on a page how many rows each of its groups has there."""
    text = engines["django"].from_string(PAPER).render({"before": before, "grouped": grouped})
    for page in HTML(string=text).render().pages:
        for box in inside(page._page_box):
            if isinstance(box, boxes.TableBox):
                yield [(group.is_header, len(group.children)) for group in box.children]


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("before", range(120, 220, 7))
def test_a_heading_row_stands_with_the_rows_it_heads(before, grouped):
    parts = list(parts_of_tables(before, grouped))
    whole = 6 if grouped else 1
    assert [header for header, _rows in (part[0] for part in parts)] == [True] * len(parts)
    assert [rows for part in parts for header, rows in part if not header] == [whole] * 3
    assert all(len(part) > 1 for part in parts)
