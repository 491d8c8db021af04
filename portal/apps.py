"""Register what is checked before anything starts."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The pages that show several apps."""

    name = "portal"

    def ready(self) -> None:
        """Let Django know the checks."""
        from portal import checks  # noqa: F401, PLC0415 - registers itself, once apps are there
