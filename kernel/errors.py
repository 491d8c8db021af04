"""Refusals with a stable code and a sentence that says how to mend it.

The kind fixes the answer at the edge: Denied 403, Missing 404, Conflict 409, Invalid 422. Anything
else is a bug.
"""

from typing import ClassVar


class DomainError(Exception):
    """A rule said no. `code` never changes; `message` is Chinese source text with `%(name)s` places
    for `facts`.
    """

    status: ClassVar[int] = 400

    def __init__(self, code: str, message: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code}: {self.text()}"

    def text(self, message: str | None = None) -> str:
        """Fill the facts into the message, or into its translation when one is given."""
        wording = self.message if message is None else message
        return wording % self.facts if self.facts else wording


class Denied(DomainError):
    """The actor may see this, but may not do it."""

    status = 403


class Missing(DomainError):
    """There is no such thing, or the actor may not know of it."""

    status = 404


class Conflict(DomainError):
    """The state or the time does not allow it."""

    status = 409


class Invalid(DomainError):
    """The input breaks a rule."""

    status = 422
