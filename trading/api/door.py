"""The one router of trading: calls that share an address have to share a router."""

from ninja import Router

router = Router(tags=["trading"])
