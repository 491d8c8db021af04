"""What a change between two versions is called: by the part it stands in."""

from trading.domain import predisclosure
from trading.domain.agreement import TERMS
from trading.domain.listing import PARCEL
from trading.queries.differences import LABELS, WITHIN, _changes


def paths(before, after):
    return [change.path for change in _changes(before, after, LABELS)]


def test_one_name_is_called_what_it_is_in_its_part():
    said = {"ground": "", "reason": ""}
    assert paths({"source": said}, {"source": {"ground": "sole", "reason": "一家"}}) == [
        "单一来源 › 适用情形",
        "单一来源 › 原因及相关说明",
    ]
    assert paths({"particulars": {"ground": ""}}, {"particulars": {"ground": "restructuring"}}) == [
        "标的情况 › 协议转让的情形"
    ]
    assert paths({"post": said}, {"post": {"ground": "doctorate", "reason": "急需"}}) == [
        "岗位条件 › 采用直接考察的情形",
        "岗位条件 › 具体理由",
    ]


def test_a_whole_part_that_is_new_is_called_so_too():
    (change,) = _changes({"post": None}, {"post": {"grade": 9}}, LABELS)
    assert change.after == "现任同类岗位等级（级，至少）：9"


def test_what_a_part_calls_its_own_overrides_no_other_part():
    own = {*predisclosure.TEXTS, *(one.name for one in (*PARCEL, *TERMS))}
    assert own <= {name for labels in WITHIN.values() for name in labels}
