"""The numbers of what is priced, when a list is amended."""

from hypothesis import given
from hypothesis import strategies as st

from trading.domain.terms import keep_codes, read_items

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["甲", "乙", "丙"]),
            "spec": st.sampled_from(["", "大"]),
            "quantity": st.sampled_from(["1", "2"]),
            "unit": st.just("台"),
        }
    ),
    max_size=6,
)


def test_the_first_is_taken_out_and_the_others_keep_their_numbers() -> None:
    before = read_items([{"name": name} for name in ("甲", "乙", "丙")])
    after = read_items([{"name": name} for name in ("乙", "丁", "丙")])
    assert [(row["name"], row["code"]) for row in keep_codes(before, after)] == [
        ("乙", "2"),
        ("丁", "4"),
        ("丙", "3"),
    ]


@given(ROWS, ROWS)
def test_no_number_ever_stands_for_another_item(
    before: list[dict[str, str]], after: list[dict[str, str]]
) -> None:
    was = {row["code"]: row["name"] + row["spec"] for row in read_items(before)}
    kept = keep_codes(read_items(before), read_items(after))
    codes = [row["code"] for row in kept]
    assert len(set(codes)) == len(codes) == len(after)
    assert all(
        was.get(row["code"], row["name"] + row["spec"]) == row["name"] + row["spec"] for row in kept
    )
    assert keep_codes(read_items(after), read_items(after)) == read_items(after)
