"""The one router of what monitoring answers."""

from ninja import Router

router = Router(tags=["monitoring"])
