"""A taker's desk leads to its auction, and no sale offers a sealed bid."""

from tests.auctions import OPENS_AT, TAKERS, sale


def test_only_takers_have_the_auction_on_their_desk(world):
    held = sale(world, takers=TAKERS[:2])
    held.at(OPENS_AT)
    address = f"/auctions/{held.auction.code}/"
    seen = {name: address in page(world, name) for name in ("chen", "zhao", "hu", "lin", "qian")}
    assert seen == {"chen": True, "zhao": True, "hu": False, "lin": False, "qian": False}


def page(world, name):
    return world.client(name).get("/desk/").content.decode()


def test_a_sale_has_no_page_to_seal_a_bid_on(world):
    held = sale(world)
    code = held.auction.lot.tender.code
    assert world.client("chen").get(f"/tenders/{code}/bid/").status_code == 404
    assert f"/tenders/{code}/bid/" not in page(world, "chen")


def test_one_taker_alone_is_asked_for_one_quote_and_gets_it_at_the_start_price(world):
    held = sale(world, takers=("chen",))
    held.at(OPENS_AT)
    answer = held.act("chen", "2600000", OPENS_AT, kind="quote")
    assert answer.accepted
    assert held.auction.terms["least_bidders"] == 1
