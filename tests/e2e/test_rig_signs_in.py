"""The rig itself: a real server, a real browser, and somebody who signs in."""


def test_a_member_signs_in_and_meets_no_fault(site_of_cast, cast_of, axe):
    cast = cast_of(site_of_cast)
    desk = cast.member("chen")
    axe(desk)
    entry = cast.visitor()
    entry.goto("/account/login/")
    axe(entry)
    assert site_of_cast.stop() == 0
