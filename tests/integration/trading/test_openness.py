"""What the law opens of a market, for everybody and for programs."""

import pytest

from trading.markets import markets

pytestmark = pytest.mark.django_db


def test_everybody_reads_what_is_open_of_every_market(world):
    reader = world.client("public")
    listed = reader.get("/rules/").content.decode()
    for slug, market in markets().items():
        page = reader.get(f"/markets/{slug}/").content.decode()
        assert f'href="/markets/{slug}/"' in listed
        for method in market.methods.values():
            assert f'id="{method.slug}"' in page
            assert method.title in page
        told = reader.get(f"/api/v1/markets/{slug}").json()
        assert [one["method"] for one in told["methods"]] == list(market.methods)
        assert all(one["limits"] and one["materials"] for one in told["methods"])
    assert "竞买保证金占出让最低价" in reader.get("/markets/land/").content.decode()
    assert reader.get("/markets/moon/").status_code == 404
    assert reader.get("/api/v1/markets/moon").json()["code"] == "market.missing"
