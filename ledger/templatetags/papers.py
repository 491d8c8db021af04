"""How papers write times and amounts: Beijing time, figures with thousands."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template

from kernel.money import format_yuan, in_capitals

register = template.Library()
BEIJING = ZoneInfo("Asia/Shanghai")


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(BEIJING)


@register.filter
def paper_time(text: str) -> str:
    """Write an instant of the data in Beijing time to the second."""
    return _local(text).strftime("%Y年%m月%d日 %H:%M:%S") if text else ""


@register.filter
def paper_milli(text: str) -> str:
    """Write an instant of the data in Beijing time to the millisecond, cut, never rounded up."""
    at = _local(text)
    return f"{at:%Y年%m月%d日 %H:%M:%S}.{at.microsecond // 1000:03d}"


@register.filter
def paper_date(text: str) -> str:
    """Write a day, or the Beijing day of an instant."""
    if not text:
        return ""
    day = date.fromisoformat(text) if len(text) == len("2026-11-24") else _local(text).date()
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def paper_money(text: str) -> str:
    """Write an amount with thousands and two places."""
    return format_yuan(Decimal(text)) if text else ""


@register.filter
def paper_capitals(text: str) -> str:
    """Write an amount in capitals (大写金额)."""
    return in_capitals(Decimal(text)) if text else ""
