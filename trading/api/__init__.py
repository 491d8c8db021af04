"""The API of trading: every write of the pages, by the same services, and what they read."""

from trading.api import bidders, drafts, reading, results, rules
from trading.api.door import router

__all__ = ["bidders", "drafts", "reading", "results", "router", "rules"]
