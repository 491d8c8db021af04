"""Roles by their titles, and the demo's cast beside the sign-in form."""

from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext

from accounts import domain, queries

register = template.Library()


@register.simple_tag
def role_title(role: str) -> str:
    """Give a role's title in the language of the page."""
    return gettext(domain.ROLES.get(role, role))


@register.simple_tag
def translated(message: str) -> str:
    """Give a rule's own sentence in the language of the page."""
    return gettext(message)


@register.filter
def device(user_agent: str) -> str:
    """Name a browser and its system, or give what it says of itself."""
    return domain.device_name(user_agent) or user_agent


@register.inclusion_tag("accounts/_cast.html", takes_context=True)
def demo_cast(context: template.Context) -> dict[str, Any]:
    """List who may be played in the demo; outside of it there is nobody."""
    at = context.get("at")
    return {
        "cast": queries.cast(at) if settings.DEMO and isinstance(at, datetime) else [],
        "password": settings.DEMO_PASSWORD,
        "request": context.get("request"),
        "csrf_token": context.get("csrf_token"),
    }
