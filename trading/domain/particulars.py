"""What a lot is described by beside its title: named parts that a method asks for in a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kernel.errors import Invalid
from kernel.text import gettext_noop as _


@dataclass(frozen=True)
class Particular:
    """One part of a lot's description: its name in the record, its title for people, and the titles
    of what may be said where that is given.
    """

    name: str
    title: str
    help: str = ""
    longest: int = 120
    needed: bool = True
    choices: Mapping[str, str] = field(default_factory=dict)

    def shown(self, said: str) -> str:
        """Give what was said as people read it: a choice by its title."""
        return self.choices.get(said, said)


def read(given: object, wanted: Sequence[Particular]) -> dict[str, str]:
    """Clean the description of a lot: only the parts its method knows, in their order."""
    known = {one.name: one for one in wanted}
    if not isinstance(given, Mapping) or set(given) - set(known):
        raise Invalid("lot.particulars", _("宗地或标的情况中有不认识的项目。"), field="particulars")
    said = {name: str(given.get(name) or "").strip() for name in known}
    for name, text in said.items():
        if text and known[name].choices and text not in known[name].choices:
            raise Invalid("lot.choice", _("“%(said)s”不是可选项。"), said=text, field=name)
        if len(text) > known[name].longest:
            raise Invalid(
                "text.required",
                _("请填写内容，不超过 %(most)s 字。"),
                most=known[name].longest,
                field=name,
            )
    return {name: text for name, text in said.items() if text}


def missing(given: Mapping[str, str], wanted: Sequence[Particular]) -> list[Particular]:
    """List the parts that must be said and are not."""
    return [one for one in wanted if one.needed and not given.get(one.name)]
