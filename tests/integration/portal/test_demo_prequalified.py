"""The demo's gates before a call: what a visitor finds, and who finds nothing."""

from datetime import timedelta

import pytest
from django.conf import settings

from portal.demo import clients, people, prequalified, two_staged
from tests import world as worlds
from trading import queries
from trading.models import Tender

pytestmark = pytest.mark.django_db


def test_the_demo_has_a_prequalification_half_reviewed():
    clients.make_secret()
    people.settle(settings.DEMO_PASSWORD, worlds.AT - timedelta(days=400))
    code = prequalified.make(worlds.AT)
    tender = Tender.objects.get(code=code)
    assert (tender.method, tender.state) == ("prequalified_tender", "prequal_review")
    found = queries.filed_for_review(tender)
    assert len(found) == len(prequalified.APPLICANTS)
    verdicts = [one.verdict.passed if one.verdict else None for one in found]
    assert verdicts == [None, None, True, False]


def test_the_demo_has_a_first_stage_whose_document_is_being_made():
    clients.make_secret()
    people.settle(settings.DEMO_PASSWORD, worlds.AT - timedelta(days=400))
    code = two_staged.make(worlds.AT)
    tender = Tender.objects.get(code=code)
    assert (tender.method, tender.state) == ("two_stage_tender", "proposals_review")
    assert len(queries.filed_for_review(tender)) == len(two_staged.PROPOSERS)
    assert queries.is_editable(tender)
