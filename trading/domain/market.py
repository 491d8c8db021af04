"""What a market is: data that names its methods and its words; one file a market in
trading/markets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kernel.lifecycle import Lifecycle


@dataclass(frozen=True)
class Method:
    """One way to find the winner: the life of its tenders, and what such a tender has.

    `steps` are its phases as a reader is shown them, each with the fact that begins it; `next` says
    of each state what happens next. `is_sealed` says that offers are sealed envelopes: there is a
    scoring scheme, custody of keys, an opening and a committee. `auctions` names the kinds of
    auction it allows; they are live.
    """

    slug: str
    title: str
    lifecycle: Lifecycle
    steps: tuple[tuple[str, str], ...]
    next: Mapping[str, str]
    is_sealed: bool = True
    auctions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Market:
    """A market with its title, its methods, its kinds of subject, and its words.

    `words` are what pages call parties, parts and money here; every market has the same keys.
    `notices` and `facts` are titles that are other than the usual ones.
    """

    slug: str
    title: str
    prefix: str
    methods: Mapping[str, Method]
    categories: Mapping[str, str]
    words: Mapping[str, str]
    notices: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
