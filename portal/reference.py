"""The generated pages of docs/reference: states drawn from the tables, facts, permissions,
refusals.

`./run docs` writes them, tests/house refuses a stale one.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from django.conf import settings

from kernel.facts import FactKind, Reach
from kernel.lifecycle import Lifecycle
from kernel.policy import Policy
from portal.refusals import refusals
from trading import markets
from trading.periods import DOCUMENTS, SUBJECTS, market_titles, method_titles, national
from trading.periods.rule import Figure, Period, Rule

APPS = ("accounts", "trading", "deposits", "bidding", "evaluation", "recruitment", "monitoring")
NOTE = "<!-- Written by `./run docs`; edit the tables in the code instead. -->"
BELOW = "<!-- Below: written by `./run docs` -->"
REACH = {
    Reach.PUBLIC: "everybody, at once",
    Reach.RESTRICTED: "those concerned",
    Reach.WITHHELD: "nobody before closing",
}


def pages() -> Mapping[Path, str]:
    """Give each generated page's path and whole text."""
    folder = _root() / "docs" / "reference"
    return {
        folder / "states.md": states_page(),
        folder / "permissions.md": permissions_page(),
        folder / "errors.md": errors_page(),
        folder / "rules.md": rules_page(),
        folder / "glossary.md": glossary_page(folder / "glossary.md"),
    }


def modules(name: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Give (app, contents) of each app's module of that name."""
    for app in APPS:
        if find_spec(f"{app}.{name}"):
            yield app, vars(import_module(f"{app}.{name}"))


def lifecycles() -> list[Lifecycle]:
    """List every lifecycle of every app's domain, in the order of the ladder, then those of the
    markets that go another way.
    """
    found = [
        value
        for _app, contents in modules("domain")
        for value in contents.values()
        if isinstance(value, Lifecycle)
    ]
    return found + [table for table in markets.lifecycles() if table not in found]


def fact_kinds() -> dict[str, FactKind]:
    """Collect what every app may record."""
    kinds: dict[str, FactKind] = {}
    for _app, contents in modules("domain"):
        kinds |= cast("dict[str, FactKind]", contents.get("FACTS", {}))
    return kinds


def policies() -> list[tuple[str, Policy]]:
    """List every app's permission table."""
    return [
        (app, value)
        for app, contents in modules("policy")
        for value in contents.values()
        if isinstance(value, Policy)
    ]


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def states_page() -> str:
    """Draw every lifecycle, with the Chinese title of each state."""
    parts = [f"# States\n\n{NOTE}\n\nEach picture is drawn from the table that the code obeys."]
    for lifecycle in lifecycles():
        titles = table(
            ("state", "中文"), ((f"`{slug}`", title) for slug, title in lifecycle.titles.items())
        )
        parts.append(f"## {lifecycle.label}\n\n```mermaid\n{lifecycle.mermaid()}\n```\n\n{titles}")
    return "\n\n".join(parts) + "\n"


def permissions_page() -> str:
    """List each permission with the conditions that must all hold."""
    about = (
        "Given when every condition holds; the sentence is what a person reads when one does not."
    )
    parts = [f"# Permissions\n\n{NOTE}\n\n{about}"]
    for app, policy in policies():
        rows = (
            (f"`{name}`", "<br>".join(condition.reason for condition in conditions) or "—")
            for name, conditions in policy.table.items()
        )
        parts.append(f"## {app}\n\n{table(('permission', 'refused with'), rows)}")
    return "\n\n".join(parts) + "\n"


def errors_page() -> str:
    """List each refusal with its code, its HTTP answer and its sentence."""
    about = (
        'A refusal answers with `{"code", "message", "facts"}`. A code never changes its'
        " meaning; the sentence may be reworded. `*` stands for a part that is filled in,"
        " `%(name)s` for a fact; where no sentence is given, it is chosen when the refusal happens."
    )
    rows = ((f"`{found.code}`", str(found.status), found.message) for found in refusals(_root()))
    return f"# Refusals\n\n{NOTE}\n\n{about}\n\n{table(('code', 'answer', 'sentence'), rows)}\n"


def rules_page() -> str:
    """List the national rules of every market, as the rows have them."""
    about = (
        "Mark: *statute* was read in full or checked against another source; *rule* is a ministry"
        " rule cited from working knowledge; *unverified* is a figure or local practice to check"
        " before use; *design* is a default of this platform. [How rules apply]"
        "(../explanation/rules.md)."
    )
    parts = [f"# Rules\n\n{NOTE}\n\n{about}"]
    head = ("code", "规则", "值", "办法、标的", "依据", "mark", "from")
    for market, title in {**market_titles(), "": "各市场"}.items():
        rows = [_rule_row(row) for row in national().all() if row.reach.market == market]
        methods = "、".join(f"`{slug}` {name}" for slug, name in method_titles(market).items())
        parts.append(f"## {title}\n\n{methods}\n\n{table(head, rows)}".replace("\n\n\n\n", "\n\n"))
    return "\n\n".join(parts) + "\n"


def _rule_row(row: Rule) -> tuple[str, ...]:
    places = [method_titles(row.reach.market)[m] for m in row.reach.methods]
    places += [SUBJECTS[subject] for subject in row.reach.subjects]
    basis = row.basis
    return (
        f"`{row.code}`",
        row.title,
        _rule_value(row),
        "、".join(places) or "—",
        basis.article,
        basis.confidence,
        str(basis.effective_from),
    )


def _rule_value(row: Rule) -> str:
    if isinstance(row, Period):
        anchor = "−" if row.before else ""
        return f"{row.bound} {anchor}{row.value} {row.unit} `{row.anchor}` → `{row.target}`"
    if isinstance(row, Figure):
        return f"{row.bound} {row.value} {row.unit}"
    return DOCUMENTS[row.document]


def _root() -> Path:
    return Path(settings.ROOT)


def glossary_page(path: Path) -> str:
    """Keep the page's hand-written part; write states and facts below it."""
    written = path.read_text(encoding="utf-8").split(BELOW)[0].rstrip() if path.exists() else ""
    states = (
        (f"`{lifecycle.label}.{slug}`", title)
        for lifecycle in lifecycles()
        for slug, title in lifecycle.titles.items()
    )
    kinds = ((f"`{kind}`", fact.title, REACH[fact.reach]) for kind, fact in fact_kinds().items())
    parts = [
        written,
        BELOW,
        "## States\n\n" + table(("state", "中文"), states),
        "## Facts\n\n" + table(("fact", "中文", "read by"), kinds),
    ]
    return "\n\n".join(parts) + "\n"
