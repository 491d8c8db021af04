"""The API of supervisors, observations and recordings, of leads and of ratings: the same services
as the pages.
"""

from monitoring.api import leads, ratings, supervision
from monitoring.api.door import router

__all__ = ["leads", "ratings", "router", "supervision"]
