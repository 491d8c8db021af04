"""What a market is: data that names its methods; one file a market in trading/markets."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Market:
    """A market with its title, its methods of procurement and its kinds of subject."""

    slug: str
    title: str
    methods: Mapping[str, str]
    categories: Mapping[str, str]
