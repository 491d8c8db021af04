"""Read the parts of an auction's terms strictly from JSON, and write them again."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from bidding.auction.details import (
    BRANCHES,
    LOOP,
    MODES,
    ONCE,
    ONE,
    PROMISED,
    TIES,
    AfterCeiling,
    Dutch,
    Extension,
    Item,
    Lottery,
    Priority,
    Sealed,
    Weights,
)
from kernel.draw import SEED_BYTES, commitment
from kernel.errors import Invalid
from kernel.reading import Fields, repeated, to_decimal, to_text
from kernel.text import gettext_noop as _

DAY: Final = 86_400
LONGEST: Final = 366 * DAY
YEARS: Final = range(2000, 2200)
_HEX: Final = re.compile(r"([0-9a-f]{2}){1,200}")


def read_time(value: object, where: str) -> datetime:
    """Read an instant: ISO 8601 with its offset, in a year an auction may have."""
    try:
        at = datetime.fromisoformat(to_text(value, where))
        known = at.tzinfo is not None and at.year in YEARS
    except ValueError:
        known = False
    if not known:
        message = _("%(where)s应为带时区的时间，例如 2026-11-24T10:00:00+08:00。")
        raise Invalid("input.not_time", message, where=where)
    return at.astimezone(UTC)


def read_seconds(body: Fields, name: str, default: int | None = None, *, low: int = 1) -> timedelta:
    """Read a length in whole seconds."""
    return timedelta(seconds=body.whole(name, default, low=low, high=LONGEST))


def seconds(length: timedelta) -> int:
    """Write a length in whole seconds."""
    return int(length.total_seconds())


def read_extension(body: Fields) -> Extension:
    """Read how the end moves; without `from` it counts from the offer."""
    read = Extension(
        window=read_seconds(body, "window_s") if body.has("window_s") else None,
        add=timedelta(seconds=body.whole("add_s", low=1, high=DAY)),
        counts_from=body.choice("from", ("bid", "close"), "bid"),
        most=body.whole("most") if body.has("most") else None,
    )
    body.done()
    return read


def extension_as_json(extension: Extension) -> dict[str, object]:
    """Write what `read_extension` reads."""
    written: dict[str, object] = {
        "add_s": seconds(extension.add),
        "from": extension.counts_from,
        "most": extension.most,
    }
    if extension.window is not None:
        written["window_s"] = seconds(extension.window)
    return written


def read_priority(body: Fields) -> Priority:
    """Read who may exercise a priority right, and how; one `holder`, or `holders` by rank."""
    holders = (body.text("holder"),) if body.has("holder") else body.listed("holders", to_text)
    mode = body.choice("mode", MODES)
    asked = mode in (ONCE, LOOP)
    read = Priority(
        holders=holders,
        mode=mode,
        window=read_seconds(body, "window_s") if asked else timedelta(0),
        same_rank=body.flag("same_rank"),
    )
    body.done()
    if not holders:
        raise Invalid("auction.no_holder", _("有优先购买权条款，但没有写明优先购买权人。"))
    return read


def priority_as_json(priority: Priority) -> dict[str, object]:
    """Write what `read_priority` reads."""
    written: dict[str, object] = {
        "holders": list(priority.holders),
        "mode": priority.mode,
        "same_rank": priority.same_rank,
    }
    if priority.window:
        written["window_s"] = seconds(priority.window)
    return written


def read_lottery(body: Fields) -> Lottery:
    """Read how a draw is made; seed and nonce come together, and the seed fits its commitment."""
    read = Lottery(
        purpose=body.text("purpose", "lottery"),
        count=body.whole("count", 1, low=1, high=1000),
        seed=_hex(body, "seed"),
        nonce=_hex(body, "nonce"),
        commit=_hex(body, "commit"),
    )
    body.done()
    if bool(read.seed) != bool(read.nonce):
        raise Invalid("auction.half_a_draw", _("摇号的种子和随机数须同时给出，或都不给出。"))
    if read.seed and not fits(read, read.seed):
        raise Invalid("auction.draw_mismatch", _("摇号的种子长度不对，或与事先公布的承诺不符。"))
    return read


def fits(lottery: Lottery, seed: str) -> bool:
    """Tell whether a seed has the right length and is the one that was committed to."""
    raw = bytes.fromhex(seed)
    return len(raw) == SEED_BYTES and lottery.commit in ("", commitment(raw))


def is_hex(text: object) -> bool:
    """Tell whether a text is bytes in lower-case hexadecimal."""
    return isinstance(text, str) and bool(_HEX.fullmatch(text))


def lottery_as_json(lottery: Lottery) -> dict[str, object]:
    """Write what `read_lottery` reads."""
    secrets = {"seed": lottery.seed, "nonce": lottery.nonce, "commit": lottery.commit}
    known = {name: value for name, value in secrets.items() if value}
    return {"purpose": lottery.purpose, "count": lottery.count, **known}


def read_after_ceiling(body: Fields) -> AfterCeiling:
    """Read what follows an offer at the ceiling; each kind has numbers of its own."""
    kind = body.choice("kind", BRANCHES)
    quotes, conditions = kind == "one_shot", kind == "conditions"
    read = AfterCeiling(
        kind=kind,
        window=read_seconds(body, "window_s"),
        nobody=body.choice("nobody", ("unsold", "offeror"), "unsold"),
        lottery=Lottery() if quotes else read_lottery(body.fields("lottery")),
        over=body.decimal("over", high=ONE) if quotes else Decimal(0),
        nearest=body.choice("nearest", ("absolute", "not_above"), "absolute")
        if quotes
        else "absolute",
        pays=body.choice("pays", ("quote", "cap"), "quote") if quotes else "quote",
        step=body.decimal("step") if conditions else ONE,
        most=body.decimal("most") if conditions else ONE,
        promised=body.choice("promised", PROMISED, "") if conditions else "",
    )
    body.done()
    if not read.step or not read.most or read.most % read.step:
        message = _("竞争条件的上限 %(most)s 应为加价幅度 %(step)s 的正整数倍。")
        raise Invalid(
            "auction.condition_off_step", message, most=f"{read.most:f}", step=f"{read.step:f}"
        )
    return read


def after_ceiling_as_json(after: AfterCeiling) -> dict[str, object]:
    """Write what `read_after_ceiling` reads."""
    common = {"kind": after.kind, "window_s": seconds(after.window), "nobody": after.nobody}
    if after.kind == "one_shot":
        return common | {
            "over": f"{after.over:f}",
            "nearest": after.nearest,
            "pays": after.pays,
        }
    numbers = {"step": f"{after.step:f}", "most": f"{after.most:f}"}
    if after.promised:
        numbers["promised"] = after.promised
    own = numbers if after.kind == "conditions" else {}
    return common | own | {"lottery": lottery_as_json(after.lottery)}


def read_sealed(body: Fields) -> Sealed:
    """Read how sealed quotes are taken; further rounds need a length."""
    rounds, tie = body.whole("rounds", 1, low=1, high=20), body.choice("tie", TIES, "time")
    more = rounds > 1 or tie == "round"
    read = Sealed(rounds, read_seconds(body, "round_s") if more else timedelta(0), tie)
    body.done()
    return read


def sealed_as_json(sealed: Sealed) -> dict[str, object]:
    """Write what `read_sealed` reads."""
    written: dict[str, object] = {"tie": sealed.tie}
    if sealed.rounds > 1:
        written["rounds"] = sealed.rounds
    if sealed.round_length:
        written["round_s"] = seconds(sealed.round_length)
    return written


def read_weights(body: Fields) -> Weights:
    """Read the printed weights; together they are one, and each scale has two ends."""
    read = Weights(body.decimal("price", high=ONE), body.listed("items", _item))
    body.done()
    codes = [item.code for item in read.items]
    if twice := repeated(codes):
        message = _("评分项重复：%(codes)s。")
        raise Invalid("auction.item_twice", message, codes="、".join(twice))
    total = read.price + sum((item.weight for item in read.items), Decimal(0))
    if total != 1 or not read.price:
        message = _("价格权重应为正数，各项权重之和应为 1，现为 %(total)s。")
        raise Invalid("auction.weights_sum", message, total=f"{total:f}")
    return read


def _item(given: object, where: str) -> Item:
    body = Fields(given, where)
    read = Item(
        code=body.text("code"),
        weight=body.decimal("weight", high=ONE),
        worst=body.decimal("worst"),
        best=body.decimal("best"),
    )
    body.done()
    if read.worst == read.best:
        message = _("评分项“%(item)s”的最好值与最差值不能相同。")
        raise Invalid("auction.item_scale", message, item=read.code)
    return read


def weights_as_json(weights: Weights) -> dict[str, object]:
    """Write what `read_weights` reads."""
    items = [
        {
            "code": item.code,
            "weight": f"{item.weight:f}",
            "worst": f"{item.worst:f}",
            "best": f"{item.best:f}",
        }
        for item in weights.items
    ]
    return {"price": f"{weights.price:f}", "items": items}


def read_dutch(body: Fields) -> Dutch:
    """Read how a price falls by itself."""
    read = Dutch(read_seconds(body, "every_s"), body.decimal("floor"))
    body.done()
    return read


def dutch_as_json(dutch: Dutch) -> dict[str, object]:
    """Write what `read_dutch` reads."""
    return {"every_s": seconds(dutch.every), "floor": f"{dutch.floor:f}"}


def amount_in(data: Mapping[str, object], name: str) -> Decimal | None:
    """Read a decimal string out of an act's data; anything else is none."""
    try:
        return to_decimal(data.get(name), name)
    except Invalid:
        return None


def _hex(body: Fields, name: str) -> str:
    text = body.text(name, "").lower()
    if text and not is_hex(text):
        message = _("%(where)s应为十六进制。")
        raise Invalid("input.not_hex", message, where=body.path(name))
    return text
