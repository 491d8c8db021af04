"""Every refusal of the platform with its code, found where the code raises it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bidding.sealing.errors import MESSAGES

PACKAGES = (
    "kernel",
    "ledger",
    "accounts",
    "trading",
    "deposits",
    "bidding",
    "evaluation",
    "recruitment",
    "monitoring",
    "portal",
)
KINDS = {"DomainError": 400, "Denied": 403, "Missing": 404, "Conflict": 409, "Invalid": 422}


@dataclass(frozen=True)
class Refusal:
    """One code, the HTTP answer it becomes, and the sentence people read."""

    code: str
    status: int
    message: str


def refusals(root: Path) -> list[Refusal]:
    """Collect every refusal that the source under `root` raises by name, ordered by its code."""
    trees = list(_sources(root))
    kinds = _kinds(trees)
    found: dict[str, Refusal] = {}
    for tree in trees:
        for refusal in _raised(tree, kinds):
            if refusal.message or refusal.code not in found:
                found[refusal.code] = refusal
    for code, message in MESSAGES.items():
        found[code] = Refusal(code, KINDS["Invalid"], message)
    return sorted(found.values(), key=lambda refusal: refusal.code)


def _sources(root: Path) -> Iterator[ast.Module]:
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield ast.parse(path.read_text(encoding="utf-8"))


def _kinds(trees: list[ast.Module]) -> dict[str, int]:
    """Give the answer of each class of refusal: its own `status`, or that of what it extends."""
    kinds = dict(KINDS)
    for tree in trees:
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.bases:
                above = kinds.get(_name(node.bases[0]))
                if above is not None:
                    kinds[node.name] = _own_status(node) or above
    return kinds


def _own_status(node: ast.ClassDef) -> int | None:
    for line in node.body:
        if isinstance(line, ast.Assign) and _name(line.targets[0]) == "status":
            return int(ast.literal_eval(line.value))
    return None


def _raised(tree: ast.Module, kinds: dict[str, int]) -> Iterator[Refusal]:
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        texts = _texts(function)
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and _name(call.func) in kinds and call.args:
                code = _code(call.args[0])
                if code:
                    message = _message(call, texts)
                    yield Refusal(code, kinds[_name(call.func)], message)


def _texts(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[tuple[int, str, str]]:
    """Give the texts a function keeps in a name before it refuses with them: line, name, text."""
    return [
        (line.lineno, _name(line.targets[0]), text)
        for line in ast.walk(function)
        if isinstance(line, ast.Assign) and (text := _text(line.value))
    ]


def _message(call: ast.Call, texts: list[tuple[int, str, str]]) -> str:
    """Read the sentence of a refusal, or what its name was last given before it."""
    if len(call.args) < 2:  # noqa: PLR2004 - the code, then the message
        return ""
    given = _name(call.args[1])
    before = [(at, text) for at, name, text in texts if name == given and at < call.lineno]
    return _text(call.args[1]) or max(before, default=(0, ""))[1]


def _code(node: ast.expr) -> str:
    """Read a code; a part that is filled in when it is raised is written as a star."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (
            part.value if isinstance(part, ast.Constant) else "*"  # the rest is filled in
            for part in node.values
        )
        return "".join(map(str, parts))
    return ""


def _text(node: ast.expr) -> str:
    """Read a text marked for translation."""
    if isinstance(node, ast.Call) and _name(node.func) in {"_", "gettext"} and node.args:
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return first.value
    return ""


def _name(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))
