"""Consortia: whom a lead may name, and what the law voids of all that was handed in (BLR 37)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Conflict, Invalid
from trading.domain import consortia
from trading.domain.consortia import Applying


def read(*codes, lead="L", most=3, has_agreement=True):
    return consortia.read_partners(codes, lead=lead, most=most, has_agreement=has_agreement)


def applying(*partners, joined=None):
    return Applying(partners, frozenset(partners if joined is None else joined))


def test_partners_are_taken_in_the_order_of_their_codes():
    assert read("C", "", "B") == ("B", "C")
    assert read(has_agreement=False, most=0) == ()


@pytest.mark.parametrize(
    ("codes", "changes", "code"),
    [
        (("B",), {"most": 0}, "consortium.not_accepted"),
        (("B", "B"), {}, "consortium.twice"),
        (("L",), {}, "consortium.twice"),
        (("A", "B", "C", "D"), {}, "consortium.too_many"),
        (("B",), {"has_agreement": False}, "consortium.no_agreement"),
    ],
)
def test_partners_that_may_not_be_named_are_refused(codes, changes, code):
    with pytest.raises(Invalid) as refused:
        read(*codes, **changes)
    assert refused.value.code == code


def test_strangers_are_refused_and_nothing_is_said_twice():
    consortia.require_known([])
    with pytest.raises(Invalid) as refused:
        consortia.require_known(["Z"])
    assert refused.value.code == "consortium.unknown"
    consortia.require_turn(joined=False, wanted=True)
    with pytest.raises(Conflict) as said:
        consortia.require_turn(joined=True, wanted=True)
    assert said.value.code == "consortium.said"


@pytest.mark.parametrize(
    ("handed_in", "void"),
    [
        ({"A": applying("B"), "C": applying()}, {}),
        ({"A": applying("B"), "B": applying()}, {"A": "linked", "B": "linked"}),
        (
            {"A": applying("B"), "C": applying("B"), "D": applying()},
            {"A": "linked", "C": "linked"},
        ),
        ({"A": applying("B", joined=()), "B": applying()}, {"A": "torn"}),
        ({"A": applying("B", "C", joined=("B",))}, {"A": "torn"}),
        (
            {"A": applying("B", "C", joined=("B",)), "B": applying()},
            {"A": "linked", "B": "linked"},
        ),
    ],
)
def test_a_party_in_two_applications_voids_both_and_one_that_did_not_join_its_own(handed_in, void):
    said = {"linked": consortia.LINKED, "torn": consortia.NOT_JOINED}
    assert consortia.voided(handed_in) == {lead: said[why] for lead, why in void.items()}


PARTIES = st.sampled_from("ABCDEF")


@given(st.dictionaries(PARTIES, st.tuples(st.sets(PARTIES), st.sets(PARTIES)), max_size=6))
def test_no_party_is_in_two_applications_that_stand_and_nobody_is_voided_by_being_named(drawn):
    handed_in = {
        lead: Applying(tuple(sorted(named - {lead})), frozenset((joined & named) - {lead}))
        for lead, (named, joined) in drawn.items()
    }
    standing = set(handed_in) - set(consortia.voided(handed_in))
    parties = [party for lead in standing for party in (lead, *handed_in[lead].partners)]
    assert len(parties) == len(set(parties))
    alone = {lead for lead, one in handed_in.items() if not one.partners}
    joined = {party for one in handed_in.values() for party in one.joined}
    assert alone - joined <= standing
