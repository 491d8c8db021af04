"""My work (我的工作): what every app says the person has to do, by due time.

To add an app: a line in SOURCES. To add a shortcut: a line in SHORTCUTS.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import domain
from accounts.domain import Actor
from accounts.requests import Request
from bidding.queries.auctions import desk_items as auction_items
from bidding.queries.bids import desk_items as bidding_items
from bidding.queries.recovery import desk_items as recovery_items
from deposits.queries import desk_items as deposit_items
from evaluation.queries.desk import desk_items as evaluation_items
from kernel.calendar import SHANGHAI
from kernel.desk import DeskItem
from kernel.text import gettext_noop as _
from monitoring.domain import READERS
from monitoring.missed import missed_by
from monitoring.queries import desk_items as monitoring_items
from portal.paperwork import desk_items as paper_items
from recruitment.queries import desk_items as recruitment_items
from trading.queries.desk import desk_items as trading_items

Source = Callable[[Actor, datetime], list[DeskItem]]
SOURCES: tuple[Source, ...] = (
    trading_items,
    deposit_items,
    bidding_items,
    auction_items,
    recovery_items,
    evaluation_items,
    recruitment_items,
    monitoring_items,
    paper_items,
)


@dataclass(frozen=True)
class Group:
    """A stretch of time and what falls in it; the tone marks its rows."""

    key: str
    title: str
    items: tuple[DeskItem, ...]
    tone: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A page that people of some roles go to often."""

    roles: frozenset[str]
    title: str
    text: str
    icon: str
    address: str


SHORTCUTS = (
    Shortcut(
        frozenset({domain.AGENCY, domain.PURCHASER}),
        _("我的项目"),
        _("起草、在办和已完成的采购项目"),
        "folder-open",
        "tenders",
    ),
    Shortcut(
        frozenset({domain.PURCHASER}),
        _("采购意向"),
        _("起草、公开本单位的采购意向"),
        "megaphone",
        "intentions",
    ),
    Shortcut(
        frozenset({domain.PURCHASER}),
        _("框架协议采购"),
        _("可用的框架协议、协议单价和本单位的采购"),
        "shopping-cart",
        "catalogue",
    ),
    Shortcut(
        frozenset({domain.BIDDER}),
        _("查找公告"),
        _("按词、地区和类别查找项目"),
        "search",
        "notices",
    ),
    Shortcut(
        frozenset({domain.BIDDER, domain.PURCHASER, domain.AGENCY}),
        _("我的单位"),
        _("单位信息、人员与角色"),
        "building-2",
        "organisations",
    ),
    Shortcut(
        frozenset({domain.CENTRE_OPS}),
        _("保证金退还"),
        _("应退款项、期限与账目"),
        "landmark",
        "refunds",
    ),
    Shortcut(
        frozenset({domain.REGULATOR, domain.CENTRE_INSPECTOR}),
        _("匿名线索"),
        _("收到的线索、核查和答复"),
        "search",
        "leads_inbox",
    ),
    Shortcut(
        READERS,
        _("期限日历"),
        _("各方到期事项，逾期未办的事项和责任人"),
        "calendar-clock",
        "deadlines",
    ),
    Shortcut(domain.OVERSIGHT, _("人员与角色"), _("查找人员，查看角色与历史"), "users", "people"),
    Shortcut(domain.OVERSIGHT, _("查阅记录"), _("谁在公开之前看过什么"), "eye", "accesses"),
    Shortcut(
        frozenset(domain.ROLES), _("开标大厅"), _("正在进行和即将开始的开标"), "radio", "halls"
    ),
    Shortcut(
        frozenset(domain.ROLES), _("我的账号"), _("联系方式与登录安全"), "circle-user", "account"
    ),
)


@login_required
@require_safe
def desk(request: Request) -> HttpResponse:
    """Show what I have to do, by due time, and where I often go."""
    found = [item for source in SOURCES for item in source(request.actor, request.at)]
    context = {
        "groups": grouped(found, request.at),
        "missed": missed_by(request.actor, request.at),
        "shortcuts": shortcuts(request.actor),
        "has_role": bool(request.actor.grants),
    }
    return render(request, "portal/desk.html", context)


def shortcuts(actor: Actor) -> list[tuple[Shortcut, str]]:
    """Give the shortcuts of the actor's roles with their addresses."""
    return [(cut, reverse(cut.address)) for cut in SHORTCUTS if actor.has(*cut.roles)]


def grouped(items: Iterable[DeskItem], at: datetime) -> list[Group]:
    """Group what is to do by the days of Beijing; what waits for others comes last."""
    ordered = sorted(items, key=lambda item: (item.due_at is None, item.due_at or at, item.title))
    today = at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = today + timedelta(days=1)
    next_week = today + timedelta(days=7 - today.weekday())
    mine = [item for item in ordered if not item.waiting]
    groups = (
        Group("late", _("已到期"), _due(mine, None, at), "late"),
        Group("today", _("今天到期"), _due(mine, at, tomorrow), "soon"),
        Group("week", _("本周"), _due(mine, tomorrow, next_week)),
        Group(
            "later",
            _("稍后"),
            _due(mine, max(tomorrow, next_week), None)
            + tuple(item for item in mine if item.due_at is None),
        ),
        Group("waiting", _("等待他人"), tuple(item for item in ordered if item.waiting)),
    )
    return [group for group in groups if group.items]


def _due(
    items: Iterable[DeskItem], since: datetime | None, until: datetime | None
) -> tuple[DeskItem, ...]:
    """Give the items due in [since, until); None is open."""
    return tuple(
        item
        for item in items
        if item.due_at is not None
        and (since is None or item.due_at >= since)
        and (until is None or item.due_at < until)
    )
