"""The reference pages say what the code says."""

import re

from django.apps import apps

from portal import reference

OWN = {"ledger", *reference.APPS, "portal"}


def test_generated_pages_are_current():
    stale = [
        path.name
        for path, text in reference.pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run ./run docs"


def test_every_app_with_states_is_drawn():
    assert {lifecycle.name for lifecycle in reference.lifecycles()} >= {
        "tender",
        "lot",
        "bid",
        "opening",
        "evaluation",
        "observation",
    }


def test_every_model_has_its_chinese_wording_in_the_glossary():
    page = reference.settings.ROOT / "docs" / "reference" / "glossary.md"
    worded = set(re.findall(r"^\| `(\w+)` \| \S+", page.read_text(encoding="utf-8"), re.MULTILINE))
    models = {model.__name__ for model in apps.get_models() if model._meta.app_label in OWN}
    assert models - worded == set()
