"""The public list, a deep page, a search and a detail, against a bare Django page, as tenders grow.

Requests go through the whole stack of middleware in one process, so what is compared is the work of
the page, not of a server.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from tests.bench.figures import Figure
from tests.rig.site import Site

SIZES, SHORT_SIZES = (1_000, 100_000), (1_000,)
REQUESTS = 60
PREPARED = """
from django.core.management import call_command
from tests.bench.notices import inside
call_command("migrate", verbosity=0)
call_command("collectstatic", verbosity=0, interactive=False)
inside({size})
"""
WORDS = ("医学影像", "直饮水", "停车诱导", "档案数字化", "空调节能", "书法教室", "护理呼叫")


def measure(*, short: bool) -> Iterator[Figure]:
    """Measure each size in a process and a database of its own."""
    grown: dict[str, list[float]] = {}
    for size in SHORT_SIZES if short else SIZES:
        with tempfile.TemporaryDirectory(prefix="yangguang-bench-") as folder:
            printed = Site(Path(folder)).python(PREPARED.format(size=size), 1800)
        found = json.loads(printed.splitlines()[-1])
        bare = found.pop("bare")
        yield Figure(f"notices at {size:,}: bare page", bare * 1000, "ms")
        for name, seconds in found.items():
            yield Figure(f"notices at {size:,}: {name} / bare", seconds / bare, "ratio")
            grown.setdefault(name, []).append(seconds / bare)
    for name, ratios in grown.items():
        if len(ratios) > 1:
            yield Figure(f"notices: {name}, 1e5 / 1e3", ratios[1] / ratios[0], "ratio")


def inside(size: int) -> None:
    """Fill the database, then time each page; runs inside the site."""
    from django.http import HttpResponse  # noqa: PLC0415 - only the child process has Django
    from django.test import Client  # noqa: PLC0415 - as above
    from django.urls import path  # noqa: PLC0415 - as above

    from config import urls  # noqa: PLC0415 - as above

    code, deep = fill(size)
    urls.urlpatterns.append(path("bare/", lambda _request: HttpResponse("bare")))
    client = Client(SERVER_NAME="localhost")
    pages: dict[str, str] = {
        "bare": "/bare/",
        "list": "/notices/",
        "deep page": f"/notices/?after={deep}",
        "search, two characters": "/notices/?q=影像",
        "search, rare": f"/notices/?q={code}",
        "filter, common": "/notices/?group=taking_bids",
        "filter, rare": "/notices/?group=awarded",
        "detail": f"/notices/{code}/1/",
        "home": "/",
        "results": "/results/",
    }
    print(json.dumps(best(client.get, pages)))  # noqa: T201 - read outside


def best(get: Callable[[str], object], pages: dict[str, str]) -> dict[str, float]:
    """Give the best time of each page, once warm; in turns, so that other work loads all alike."""
    for url in pages.values():
        assert getattr(get(url), "status_code", 0) == 200, url
    found: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(REQUESTS):
        for name, url in pages.items():
            begun = perf_counter()
            get(url)
            found[name].append(perf_counter() - begun)
    return {name: min(times) for name, times in found.items()}


def fill(size: int) -> tuple[str, str]:
    """Make many published tenders with a lot and a notice; gives one code and a deep key."""
    from datetime import timedelta  # noqa: PLC0415 - beside the rest

    from django.db import transaction  # noqa: PLC0415 - only the child process has Django
    from django.db.models import prefetch_related_objects  # noqa: PLC0415 - as above
    from django.utils import timezone  # noqa: PLC0415 - as above

    from tests import world  # noqa: PLC0415 - as above
    from trading import queries, search  # noqa: PLC0415 - as above
    from trading.models import Lot, Notice, Tender  # noqa: PLC0415 - as above

    now = timezone.now()
    cast = world.cast(now - timedelta(days=900))
    common = {
        "category": "goods",
        "purchaser": cast.organisations["hospital"],
        "agency": cast.organisations["agency"],
        "drafted_by": cast.person("sun"),
        "region": "410900",
        "drafted_at": now,
        "state": "announced",
    }
    for first in range(0, size, 2000):
        numbers = range(first, min(first + 2000, size))
        with transaction.atomic():
            tenders = Tender.objects.bulk_create(
                Tender(
                    code=f"XA-{n:07d}",
                    title=f"{WORDS[n % len(WORDS)]}采购项目（第 {n} 期）",
                    published_at=now - timedelta(minutes=size - n),
                    bids_close_at=now + timedelta(days=20, seconds=n),
                    **common,
                )
                for n in numbers
            )
            Lot.objects.bulk_create(
                Lot(tender=t, number=1, title=t.title, budget=1_000_000, ceiling=900_000)
                for t in tenders
            )
            notices = Notice.objects.bulk_create(
                Notice(
                    tender=t,
                    number=1,
                    kind="tender",
                    title=f"{t.title}招标公告",
                    fields={},
                    body="采购内容详见采购文件。" * 12,
                    digest="0" * 64,
                    published_at=t.published_at,
                )
                for t in tenders
            )
            prefetch_related_objects(notices, "tender__lots")
            search.index(notices)
    deep = Notice.objects.order_by("id")[size // 50]
    return f"XA-{size // 2:07d}", queries.key_after(deep)
