"""A formula with a name: a pipeline whose parameters are bounded by the rules of its market."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.pipeline import evaluate
from kernel.errors import Invalid
from kernel.params import Param
from kernel.reading import Fields
from kernel.text import gettext_noop as _

__all__ = ["Formula", "Param", "Steps"]

Steps = Callable[[Mapping[str, str]], dict[str, object]]


@dataclass(frozen=True)
class Formula:
    """What a file of `evaluation/formulas` defines.

    `steps` turns checked parameters into the fixed part of a case; `monotone` promises that a
    better price never scores less, `scale_free` that prices in other units score the same. `needs`
    names the components every bid must bring; `drawn` asks for a draw, `priced` for prices.
    """

    slug: str
    title: str
    explanation: str
    markets: tuple[str, ...]
    params: tuple[Param, ...]
    steps: Steps
    monotone: bool
    scale_free: bool = False
    needs: tuple[str, ...] = ()
    priced: bool = True
    drawn: bool = False

    def checked(self, given: object = None) -> dict[str, str]:
        """Fill in defaults; refuse unknown names and values outside their bounds."""
        body = Fields({} if given is None else given, f"params({self.slug})")
        values = {param.name: param.read(body) for param in self.params}
        body.done()
        return {name: f"{value:f}" for name, value in values.items()}

    def case(self, params: object = None, **rest: object) -> dict[str, object]:
        """Give the whole case: the fixed steps and what belongs to this tender."""
        fixed = self.steps(self.checked(params))
        if twice := sorted(set(fixed) & set(rest)):
            message = _("公式“%(slug)s”已规定 %(names)s，不能另行给出。")
            raise Invalid(
                "evaluate.fixed_by_formula", message, slug=self.slug, names="、".join(twice)
            )
        return fixed | rest

    def score(
        self, bids: Sequence[Mapping[str, object]], params: object = None, **rest: object
    ) -> dict[str, object]:
        """Evaluate bids by this formula."""
        return evaluate(self.case(params, bids=list(bids), **rest))
