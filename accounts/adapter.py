"""How allauth behaves here: accounts are opened by an organisation or the centre, never by a public
form.
"""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Close allauth's own sign-up; registration of an organisation is `accounts.views.register`."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Say no: every person belongs to an organisation that is checked first."""
        return False
