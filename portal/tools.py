"""The pure tools: rules on a JSON body, no database, so that anybody can repeat the arithmetic.

The command line and the API call the very functions the pages call (docs/reference/tools.md).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Final, TextIO

from bidding.auction.replaying import replay_case
from evaluation.scoring import evaluate_case
from evaluation.screens import run_screens
from evaluation.talent import run_talent_rank
from kernel import calendar as calendars
from kernel import uscc as codes
from kernel.calendar import Due, Override, WorkCalendar, parse_date
from kernel.draw import draw
from kernel.errors import Invalid
from kernel.reading import Fields, repeated, to_text
from kernel.text import gettext_noop as _
from monitoring.assessment import run_staff_sheet
from trading.domain.statistics import run_stats
from trading.periods import Rows, RuleSet, Scope, national
from trading.periods.pack import Pack, read_pack
from trading.timetable import Breach, Row, Timetable, propose

Tool = Callable[[object], dict[str, object]]
LARGEST: Final = 16 * 1024 * 1024
MOST_PACKS: Final = 20
MOST_DRAWN_FROM: Final = 10_000
MOST_CODES: Final = 1000
LONGEST_PACK: Final = 200_000


def run_timetable(case: object) -> dict[str, object]:
    """Check known dates against the statutory periods and propose the rest."""
    body = Fields(case)
    scope = Scope(
        market=body.text("market", "procurement"),
        method=body.text("method", "open_tender"),
        subject=body.text("subject", ""),
        region=body.text("region", ""),
        budget_level=body.text("budget_level", ""),
        on=_day(body.raw("rule_date"), "rule_date"),
    )
    known = body.mapped("known", _day)
    calendar = WorkCalendar(
        {parse_date(day): said for day, said in body.mapped("calendar", _override).items()}
    )
    packs = body.listed("packs", _pack, MOST_PACKS)
    body.done()
    start = calendars.start_of_day(known.get("announced") or scope.on or date.min)
    rows = reduce(Rows.with_pack, (pack.rows for pack in packs), national())
    return {
        **_timetable(propose(known, start, RuleSet(scope, calendar, rows))),
        "packs": [{"name": pack.name, "issuer": pack.issuer} for pack in packs],
    }


def run_draw(case: object) -> dict[str, object]:
    """Repeat a draw from its seed and nonce, rejected samples included."""
    body = Fields(case)
    candidates = body.listed("candidates", to_text, MOST_DRAWN_FROM)
    seed, nonce = _hex(body, "seed"), _hex(body, "nonce")
    purpose, count = body.text("purpose"), body.whole("count")
    body.done()
    result = draw(candidates, seed=seed, nonce=nonce, purpose=purpose, count=count)
    return {
        "drawn": list(result.drawn),
        "rejected": [_sample(asdict(sample)) for sample in result.rejected],
        "commit": result.commit,
        "list_digest": result.list_digest,
        "trace": [_sample(asdict(sample)) for sample in result.rounds],
    }


def run_uscc(case: object) -> dict[str, object]:
    """Check unified social credit codes; lenient mode warns of a wrong check character."""
    body = Fields(case)
    lenient = body.choice("mode", ("strict", "lenient"), "strict") == "lenient"
    given = body.listed("codes", _code, MOST_CODES)
    body.done()
    return {"codes": [_checked(codes.check(code, lenient=lenient)) for code in given]}


TOOLS: Final[Mapping[str, Tool]] = {
    "evaluate": evaluate_case,
    "auction_replay": replay_case,
    "timetable": run_timetable,
    "stats": run_stats,
    "talent_rank": run_talent_rank,
    "staff_sheet": run_staff_sheet,
    "screens": run_screens,
    "draw": run_draw,
    "uscc": run_uscc,
}


def read_body(name: str, standard_input: TextIO) -> object:
    """Read a JSON document from a file, or from standard input for `-`."""
    try:
        text = standard_input.read(LARGEST + 1) if name == "-" else _text_of(Path(name))
    except (OSError, UnicodeDecodeError) as wrong:
        raise Invalid("input.unreadable", _("无法读取文件 %(name)s。"), name=name) from wrong
    return parse_body(text)


def parse_body(text: str) -> object:
    """Parse a JSON document; one that is too large, malformed or names a key twice is refused."""
    if len(text) > LARGEST:
        raise Invalid("input.too_large", _("输入超过 16 MiB。"))
    try:
        body: object = json.loads(text, object_pairs_hook=_named_once)
        text.encode()  # half a surrogate pair is no text
        if "\\u" in text:
            json.dumps(body, ensure_ascii=False).encode()  # nor is one that was escaped
    except (ValueError, RecursionError) as wrong:
        raise Invalid("input.not_json", _("输入不是有效的 JSON。")) from wrong
    return body


def _text_of(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.read(LARGEST + 1)


def _named_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    named = dict(pairs)
    if len(named) < len(pairs):
        twice = "、".join(repeated(name for name, _value in pairs))
        raise Invalid("input.key_twice", _("键重复：%(names)s。"), names=twice)
    return named


def _day(given: object, where: str) -> date:
    return parse_date(to_text(given, where))


def _pack(given: object, where: str) -> Pack:
    """Read a city's pack from its text; one with a bad row is refused by the first of them."""
    if not isinstance(given, str) or len(given) > LONGEST_PACK:
        message = _("%(where)s应为规则包的全文，不超过 %(most)s 字。")
        raise Invalid("timetable.not_pack", message, where=where, most=LONGEST_PACK)
    pack = read_pack(given, where)
    for found in pack.findings:
        message = _("规则包不能使用：%(where)s %(row)s %(reason)s")
        raise Invalid(
            "timetable.bad_pack", message, where=where, row=found.row, reason=found.text()
        )
    return pack


def _override(given: object, where: str) -> Override:
    body = Fields(given, where)
    read = Override(body.flag("is_working"), body.text("source"))
    body.done()
    return read


def _code(given: object, where: str) -> str:
    """Take any text: a code that is empty or far too long is an answer, not bad input."""
    if not isinstance(given, str):
        return to_text(given, where)
    return given[:100]


def _hex(body: Fields, name: str) -> bytes:
    try:
        return bytes.fromhex(body.text(name))
    except ValueError:
        message = _("%(where)s应为十六进制。")
        raise Invalid("input.not_hex", message, where=body.path(name)) from None


def _sample(sample: dict[str, object]) -> dict[str, object]:
    """Write the 64-bit value as text: JSON readers elsewhere would round it."""
    return sample | {"value": str(sample["value"])}


def _checked(found: codes.CreditCode) -> dict[str, object]:
    characters = {}
    if len(found.code) == codes.LENGTH:
        characters = {"organisation": found.code[16], "code": found.code[17]}
    return {
        "code": found.code,
        "valid": found.valid,
        "reason": found.reason,
        "explanation": found.explanation(),
        "warnings": list(found.warnings),
        "authority": found.authority,
        "class": found.kind,
        "region": found.region,
        "check_characters": characters,
    }


def _timetable(table: Timetable) -> dict[str, object]:
    return {
        "periods": [_period(row) for row in table.rows],
        "dates": {name: str(on) for name, on in table.dates.items()},
        "proposed": list(table.proposed),
        "missing": list(table.missing),
        "breaches": [_breach(breach) for breach in table.breaches],
        "trace": [
            {"period": row.period.code, "steps": list(row.limit.trace)}
            for row in table.rows
            if row.limit
        ],
    }


def _period(row: Row) -> dict[str, object]:
    period = row.period
    return {
        "code": period.code,
        "title": period.title,
        "bound": period.bound,
        "value": period.value,
        "unit": period.unit,
        "before": period.before,
        "anchor": period.anchor,
        "anchor_date": _text(row.anchor),
        "target": period.target,
        "target_date": _text(row.target),
        "proposed": row.proposed,
        **_limit("earliest" if period.is_least else "due", row.limit),
        "days": row.days,
        "legal": row.legal,
        "source": period.basis.source,
        "article": period.basis.article,
        "confidence": period.basis.confidence,
    }


def _limit(name: str, limit: Due | None) -> dict[str, object]:
    if limit is None:
        return {name: None, "counted_days": None, "rolled": None, "provisional": None, "trace": []}
    return {
        name: str(limit.due),
        "counted_days": limit.counted_days,
        "rolled": limit.rolled,
        "provisional": limit.provisional,
        "trace": list(limit.trace),
    }


def _breach(breach: Breach) -> dict[str, object]:
    return {
        "code": breach.code,
        "message": breach.text(),
        "facts": dict(breach.facts),
        "article": breach.article,
        "source": breach.source,
        "confidence": breach.confidence,
    }


def _text(on: date | None) -> str | None:
    return None if on is None else str(on)
