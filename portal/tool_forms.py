"""What anybody types into a tool: a table of bids for a formula, or a whole case as JSON."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _

from evaluation.pipeline.formula import Formula
from kernel.errors import Invalid
from portal.tool_answers import COMPONENTS
from portal.tools import parse_body

LARGEST_CASE: Final = 256 * 1024
FEWEST_ROWS: Final = 5
MOST_ROWS: Final = 60
ROWS_ADDED: Final = 5
OTHER: Final = "other"
MARKS: Final = re.compile(r"[0-9.]+(?:[\s,，、;；]+[0-9.]+)*")
SEPARATORS: Final = re.compile(r"[\s,，、;；]+")
AMOUNT: Final = re.compile(r"[0-9]{1,14}(?:\.[0-9]{1,2})?")
PLACE: Final = re.compile(r"bids\[(\d+)\]\.(name|price|scores)")
SAMPLE_DRAW: Final = {"seed": "00" * 32, "nonce": "07", "purpose": "draw:example"}


class CaseForm(forms.Form):
    """Take a case as JSON."""

    case = forms.CharField(
        label=gettext_lazy("输入（JSON）"),
        max_length=LARGEST_CASE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": "18", "class": "mono", "spellcheck": "false"}),
        error_messages={
            "required": gettext_lazy("请写入一个 JSON 文档，或者先填入示例。"),
            "max_length": gettext_lazy("超过 256 KiB，请改用命令行或接口。"),
        },
    )

    def clean_case(self) -> object:
        """Parse it; what is no JSON is refused like in the API."""
        try:
            return parse_body(self.cleaned_data["case"])
        except Invalid as refusal:
            raise forms.ValidationError(said(refusal)) from None


@dataclass(frozen=True)
class Row:
    """A line of the table: its fields, in the order of the columns."""

    number: int
    fields: tuple[forms.BoundField, ...]


class BidsForm(forms.Form):
    """Take the parameters of a formula and a table of bids."""

    def __init__(self, formula: Formula, rows: int, given: Mapping[str, Any] | None = None) -> None:
        super().__init__(given)
        self.formula, self.rows = formula, rows
        self.columns = _columns(formula)
        self.used: list[int] = []
        for param in formula.params:
            bounds = f"{_plain(param.low)}–{_plain(param.high)}"
            self.fields[f"p_{param.name}"] = forms.CharField(
                label=gettext(param.title),
                initial=param.default,
                max_length=30,
                help_text=f"{bounds}　{param.article}".strip(),
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )
        if formula.priced:
            self.fields["ceiling"] = forms.CharField(
                label=gettext("最高限价（元）"), required=False, max_length=20,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip
        if formula.drawn:
            self._ask_for_a_draw()
        for number in range(rows):
            for code, title in self.columns:
                self.fields[f"r{number}_{code}"] = _cell(number, code, gettext(title))

    def _ask_for_a_draw(self) -> None:
        labels = {
            "seed": gettext("种子（64 个十六进制字符）"),
            "nonce": gettext("随机数（十六进制）"),
            "purpose": gettext("用途"),
        }
        for name, label in labels.items():
            self.fields[f"draw_{name}"] = forms.CharField(
                label=label, initial=SAMPLE_DRAW[name], max_length=200,
                help_text=gettext("试算可用示例值；核对正式的抽取时，填公布的值。"),
                widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
            )  # fmt: skip

    @property
    def options(self) -> list[forms.BoundField]:
        """List what stands above the table."""
        return [self[name] for name in self.fields if not re.match(r"r\d+_", name)]

    @property
    def lines(self) -> list[Row]:
        """List the rows of the table."""
        return [
            Row(n + 1, tuple(self[f"r{n}_{code}"] for code, _title in self.columns))
            for n in range(self.rows)
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one bid."""
        given: dict[str, Any] = super().clean() or {}
        self.used = [n for n in range(self.rows) if self._is_used(n)]
        if not self.used and not self.errors:
            raise forms.ValidationError(gettext("请至少填写一行。"))
        for number in self.used:
            self._require(number)
        return given

    def _is_used(self, number: int) -> bool:
        names = [f"r{number}_{code}" for code, _title in self.columns]
        return any(self.cleaned_data.get(name) or name in self.errors for name in names)

    def _require(self, number: int) -> None:
        for code, title in self.columns:
            name = f"r{number}_{code}"
            if code != OTHER and not self.cleaned_data.get(name) and name not in self.errors:
                message = gettext("请填写%(title)s，或者清空这一行。") % {"title": gettext(title)}
                self.add_error(name, message)

    def case(self) -> dict[str, Any]:
        """Give the case that `evaluate` runs; it may be saved and run elsewhere."""
        given = self.cleaned_data
        case: dict[str, Any] = {
            "formula": self.formula.slug,
            "params": {p.name: given[f"p_{p.name}"] for p in self.formula.params},
            "bids": [self._bid(number) for number in self.used],
        }
        if given.get("ceiling"):
            case["validity"] = {"ceiling": given["ceiling"]}
        if self.formula.drawn:
            case["draw"] = {name: given[f"draw_{name}"] for name in SAMPLE_DRAW}
        return case

    def _bid(self, number: int) -> dict[str, Any]:
        values = {code: self.cleaned_data[f"r{number}_{code}"] for code, _title in self.columns}
        bid: dict[str, Any] = {"name": values.pop("name")}
        if "price" in values:
            bid["price"] = values.pop("price")
        if scores := _scores(values):
            bid["scores"] = scores
        return bid

    def refuse(self, refusal: Invalid) -> None:
        """Put a refusal of the tool beside the field it speaks of."""
        where = str(refusal.facts.get("where", ""))
        found = PLACE.match(where)
        field: str | None = None
        if found:
            number = self.used[int(found[1])]
            field = f"r{number}_{'name' if found[2] == 'scores' else found[2]}"
        elif where.startswith("params("):
            field = f"p_{where.rpartition('.')[2]}"
        self.add_error(field if field in self.fields else None, said(refusal))


def said(refusal: Invalid) -> str:
    """Say a refusal in the language of the reader, with its stable code."""
    return f"{refusal.text(gettext(refusal.message))} [{refusal.code}]"


def sample(formula: Formula) -> dict[str, str]:
    """Give an example to begin with: five bids, so that tiers and trimming show."""
    prices = ("9620000", "9750000", "9480000", "9900000", "9310000")
    rates = ("6.50", "8.20", "5.00", "7.10", "6.80")
    scores = ("22", "24", "21", "23", "20")
    given = {f"p_{param.name}": param.default for param in formula.params}
    given |= {f"draw_{name}": value for name, value in SAMPLE_DRAW.items()}
    is_rate = formula.steps(formula.checked()).get("price_form") == "rate"
    for number, name in enumerate("甲乙丙丁戊"):
        given[f"r{number}_name"] = name
        given[f"r{number}_price"] = (rates if is_rate else prices)[number]
        given |= {f"r{number}_{code}": scores[number] for code in formula.needs}
    return given


def _columns(formula: Formula) -> tuple[tuple[str, str], ...]:
    columns = [("name", _("投标人") if formula.priced else _("应聘人员"))]
    fixed = formula.steps(formula.checked())
    if formula.priced:
        is_rate = fixed.get("price_form") == "rate"
        columns.append(("price", _("下浮率（％）") if is_rate else _("报价（元）")))
    scored = formula.needs or ((OTHER,) if "curve" in fixed else ())
    return (*columns, *((code, COMPONENTS[code]) for code in scored))


def _cell(number: int, code: str, title: str) -> forms.CharField:
    """Make a cell of the table; its label is spoken, for the column's head stands far away."""
    label = gettext("第 %(number)s 行：%(title)s") % {"number": number + 1, "title": title}
    attrs = {"aria-label": label} | ({} if code == "name" else {"inputmode": "decimal"})
    cell = forms.CharField(
        label=label, required=False, max_length=200, widget=forms.TextInput(attrs=attrs)
    )
    if code == "price":
        wrong = gettext("请只写数字，最多两位小数，不带逗号和单位。")
        cell.validators.append(_matches(AMOUNT, wrong))
    elif code != "name":
        wrong = gettext("请写一个分数，或者用空格隔开的各评委的分数。")
        cell.validators.append(_matches(MARKS, wrong))
    return cell


def _matches(pattern: re.Pattern[str], wrong: str) -> Callable[[str], None]:
    def check(value: str) -> None:
        if not pattern.fullmatch(value):
            raise forms.ValidationError(wrong)

    return check


def _scores(values: Mapping[str, str]) -> dict[str, Any]:
    """Take one number as the score, several as the members' marks."""
    scores: dict[str, Any] = {}
    panels: dict[str, Sequence[str]] = {}
    for code, text in values.items():
        marks = SEPARATORS.split(text) if text else []
        if len(marks) == 1:
            scores[code] = marks[0]
        elif marks:
            panels[code] = marks
    return scores | ({"experts": panels} if panels else {})


def _plain(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number
