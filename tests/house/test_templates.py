"""What every template keeps to, whatever it shows."""

import re

from tests.rig.processes import ROOT

TEMPLATES = sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")])
TAG = re.compile(
    r'{%\s*(?P<loop>for|endfor)\b|role="region"\s+aria-label="(?P<label>(?:{[%{].*?[%}]}|[^"{])*)"'
)


def same_labels(text: str) -> list[str]:
    """The labels of regions inside a loop that each round of the loop would repeat."""
    depth, found = 0, []
    for tag in TAG.finditer(text):
        if tag["loop"]:
            depth += 1 if tag["loop"] == "for" else -1
        elif depth and "{{" not in tag["label"]:
            found.append(tag["label"])
    return found


def test_regions_of_a_loop_are_told_apart() -> None:
    """Who goes from landmark to landmark hears labels only: two alike are one too many."""
    found = {str(path.relative_to(ROOT)): same_labels(path.read_text()) for path in TEMPLATES}
    assert TEMPLATES
    assert {path: labels for path, labels in found.items() if labels} == {}


def test_a_repeated_label_is_seen() -> None:
    looped = '{% for a in b %}<div role="region"\n aria-label="{% translate "x" %}">{% endfor %}'
    assert same_labels(looped) == ['{% translate "x" %}']
    assert same_labels(looped.replace('" %}"', '" %} {{ a.number }}"')) == []
