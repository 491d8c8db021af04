"""Permission tables on top of the rules package, with the answer to "why not".

A table maps a permission to the conditions that must all hold. A condition is a `rules` predicate
named as a fact; its reason is the sentence shown beside a disabled button and written in the log of
refusals.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.predicates import Predicate, predicate

from kernel.errors import Denied


@dataclass(frozen=True)
class Condition:
    """A predicate over (actor, subject) and the sentence that explains a no."""

    test: Predicate
    reason: str

    def holds(self, actor: object, subject: object) -> bool:
        """Tell whether the condition is met."""
        return bool(self.test.test(actor, subject))

    def __or__(self, other: "Condition") -> "Condition":
        return Condition(self.test | other.test, self.reason)

    def __invert__(self) -> "Condition":
        return Condition(~self.test, self.reason)


def condition(reason: str) -> Callable[[Callable[[Any, Any], bool]], Condition]:
    """Turn a function of (actor, subject) into a condition with its reason."""

    def make(function: Callable[[Any, Any], bool]) -> Condition:
        return Condition(predicate(function), reason)

    return make


@dataclass(frozen=True)
class Policy:
    """One app's table of permissions."""

    table: Mapping[str, Sequence[Condition]]

    def why_not(self, actor: object, permission: str, subject: object = None) -> str | None:
        """Give the reason of the first condition that says no, or None when all hold."""
        for needed in self.table[permission]:
            if not needed.holds(actor, subject):
                return needed.reason
        return None

    def allows(self, actor: object, permission: str, subject: object = None) -> bool:
        """Tell whether the actor may do this to the subject."""
        return self.why_not(actor, permission, subject) is None

    def require(self, actor: object, permission: str, subject: object = None) -> None:
        """Refuse with Denied, quoting the condition that said no."""
        reason = self.why_not(actor, permission, subject)
        if reason is not None:
            raise Denied(f"{permission}.denied", reason)
