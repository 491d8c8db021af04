"""Mark a message for translation without importing Django."""


def gettext_noop(message: str) -> str:
    """Return the message unchanged; the edge translates it when it is shown."""
    return message
