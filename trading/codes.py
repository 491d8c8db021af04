"""The public code of a tender in addresses: capitals, digits and hyphens, as in ZC-2026-0007."""

from django.urls import register_converter


class TenderCode:
    """Tell a code from the words that addresses use."""

    regex = "[A-Z][A-Z0-9-]{2,39}"

    def to_python(self, value: str) -> str:
        """Take a code as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Write a code as it is."""
        return value


register_converter(TenderCode, "code")
