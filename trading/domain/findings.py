"""What a draft still lacks or gets wrong: one finding is one line of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """One thing to mend, in which section of the draft, and the article that asks for it."""

    code: str
    section: str
    message: str
    facts: Mapping[str, object] = field(default_factory=dict)
    article: str = ""

    def text(self, message: str | None = None) -> str:
        """Fill the facts into the message, or into its translation when one is given."""
        wording = self.message if message is None else message
        return wording % self.facts if self.facts else wording
