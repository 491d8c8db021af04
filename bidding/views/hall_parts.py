"""The hall's fragments that everybody may see: rendered once per fact and language, for thousands.

They reach the watchers with the frame of the fact that changed them (`pushed`), so that nobody has
to ask; who comes late, or lost the line, asks for them by their address (`shared`).
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext

from accounts.requests import Request
from bidding import domain
from bidding.queries import attending, hall_list
from bidding.queries import opening as queries
from bidding.queries import recovery as recoveries
from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from ledger import papers
from ledger import queries as ledger
from trading.domain import priced
from trading.markets import method_of

if TYPE_CHECKING:
    from bidding.models import OpeningSession
    from ledger.models import Entry

LOG_LINES: Final = 40
FRESH_SECONDS: Final = 60
KEPT_FRAGMENTS: Final = 512
LISTED: Final = 60
"""So many who are present are named at once; the others when somebody asks for all."""
SHAPES: Final = ("board", "everybody")
LARGEST_PUSHED: Final = 32_768
"""A larger fragment (the list of hundreds of bids) is asked for, spread over a moment."""

STEPS: Final = (
    (_("签到候场"), ("waiting", "counted")),
    (_("宣布纪律"), ("announced",)),
    (_("公布名单"), ("listed",)),
    (_("密封核验"), ("checking",)),
    (_("投标人解密"), ("unlocking", "unlocked")),
    (_("托管人启封"), ("releasing", "postponed")),
    (_("唱标"), ("reading",)),
    (_("现场异议"), ("objecting",)),
    (_("确认签字"), ("confirming",)),
    (_("结束"), ("ended",)),
)
NEXT_WORDS: Final = {
    "waiting": _("投标截止，随即清点并开标"),
    "counted": _("主持人宣布开标开始"),
    "announced": _("主持人公布投标人名单"),
    "listed": _("投标人核验密封"),
    "checking": _("密封核验结束，开启解密窗口"),
    "unlocking": _("解密窗口关闭"),
    "unlocked": _("请托管人启封"),
    "releasing": _("托管人公布阶段密钥的最后时间"),
    "postponed": _("等待托管人补交阶段密钥"),
    "reading": _("唱下一份投标"),
    "read": _("唱标完毕，进入现场异议"),
    "awaiting": _("等待投标人补交受损的同一份密文"),
    "objecting": _("异议环节结束"),
    "confirming": _("确认签字结束"),
    "ended": _("开标已结束，开标记录公开"),
    "failed": _("投标人不足三家，未予开标"),
    "cancelled": _("采购已终止，不再开标"),
}
PRICE_WORDS: Final = {
    "waiting": _("价格部分开启"),
    "failed": _("通过技术评审的投标人不足三家，价格部分未予开启"),
}
"""What differs in a price stage: who is admitted is known, and no deadline runs."""

STEP_KINDS: Final = (
    "opening.scheduled opening.counted opening.failed opening.cancelled opening.announced "
    "opening.listed opening.seal_check_started opening.unlock_started opening.unlock_extended "
    "opening.unlock_closed opening.release_started opening.postponed opening.reading_started "
    "opening.objections_invited opening.confirmation_invited opening.ended"
)
"""The facts that change the step, and with it what the whole hall shows."""

PARTS: Final[dict[str, str]] = {
    "status": f"{STEP_KINDS} bid.read bid.revoked bid.treated_as_withdrawn "
    "opening.object_damaged opening.object_resupplied",
    "steps": STEP_KINDS,
    "stage": f"{STEP_KINDS} opening.key_released opening.confirmed paper.made",
    "bids": "opening.listed opening.failed opening.cancelled bid.revoked bid.treated_as_withdrawn",
    "custodians": "opening.key_released opening.release_started opening.postponed",
    "recoveries": "opening.recovery_requested opening.part_released opening.part_refused "
    "opening.recovery_used opening.share_accepted opening.unlock_closed",
    "objections": "opening.objection_raised opening.objection_answered",
    "presence": "opening.listed attendance.signed_in",
    "log": "",
    "acts": "",
}
"""Each fragment with the facts that change it. What hundreds do one after another (shares, lines
read, seals checked, confirmations) and the log are written from the frames themselves."""

PERSONAL: Final = {"acts", "objections"}


def public_context(
    session: "OpeningSession", at: datetime, *, everybody: bool = False
) -> dict[str, Any]:
    """Give what anybody may see at this step; what a fragment does not show is not looked up."""
    bids = _lazily(lambda: hall_list.hall_bids(session))
    attended = _lazily(lambda: list(attending.attendances_of(session)) if bids else [])
    most = None if everybody else LISTED
    return {
        "session": session,
        "over": session.state in domain.OVER,
        "tender": session.tender,
        "reads_out": method_of(session.tender).reads_out,
        "steps": steps_of(session),
        "status": _lazily(lambda: status_of(session)),
        "bids": bids,
        "kept_sealed": _lazily(lambda: list(queries.kept_sealed(session))),
        "hides_bidders": attending.hides_bidders(session),
        "current": _lazily(lambda: hall_list.current_bid(session)),
        "read_count": _lazily(lambda: queries.read_count(session)),
        "in_count": _lazily(lambda: sum(bid.is_in for bid in bids)),
        "unlocked_count": _lazily(lambda: sum(bid.unlocked for bid in bids)),
        "custodians": _lazily(lambda: queries.custodians_of(session)),
        "released": _lazily(lambda: queries.released_keys(session).keys()),
        "recovery_seats": _lazily(lambda: list(recoveries.seats_of(session))),
        "recoveries": _lazily(lambda: recoveries.recoveries_of(session)),
        "objections": _lazily(lambda: list(queries.objections_of(session))),
        "attendances": attended,
        "present": _lazily(lambda: attended[:most]),
        "confirmed_count": _lazily(lambda: sum(a.confirmed_at is not None for a in attended)),
        "paper": _lazily(lambda: papers.paper_of("opening_record", _subject(session))),
        "discipline": gettext(domain.DISCIPLINE),
        "facts": _lazily(lambda: log_lines(session, at)),
        "field_titles": [
            *((key, gettext(title)) for key, title in domain.FIELD_TITLES.items()),
            *priced.titles_of(session.tender.scheme),
        ],
        "told_titles": [(kind, gettext(fact.title)) for kind, fact in domain.FACTS.items()],
        "part_kinds": PARTS,
    }


def _lazily(look_up: Callable[[], object]) -> Any:  # noqa: ANN401 - whatever it finds
    return SimpleLazyObject(look_up)


def _subject(session: "OpeningSession") -> str:
    return f"{session.tender.code}.{session.stage}"


def status_of(session: "OpeningSession") -> dict[str, Any]:
    """Say what happens next and when; during the read-out also how far it is."""
    due = session.opens_at if session.state == "waiting" else session.step_due_at
    if session.state != "reading":
        own = PRICE_WORDS if session.stage == "price" else {}
        return {"next": gettext((NEXT_WORDS | own)[session.state]), "due": due}
    read, left = queries.read_count(session), queries.left_count(session)
    waits = queries.resupply_ends_at(session)
    step = "read" if not left else "awaiting" if waits else "reading"
    said = gettext("已唱 %(read)s / %(all)s 份") % {"read": read, "all": read + left}
    return {"next": gettext(NEXT_WORDS[step]), "due": waits or due, "note": said}


def log_lines(session: "OpeningSession", at: datetime) -> list[dict[str, Any]]:
    """Give the newest facts of the session, newest first; those of another day with their date. Of
    what is not public only that it was is told, as by its frame.
    """
    today = local_date(at)
    newest = ledger.last_number(session.stream)
    facts = ledger.entries_since(session.stream, max(0, newest - LOG_LINES))
    return [_log_line(fact, today) for fact in reversed(facts) if fact.kind in domain.FACTS]


def _log_line(fact: "Entry", today: date) -> dict[str, Any]:
    frame = ledger.frame(fact)
    return {
        "entry": fact,
        "title": gettext(domain.FACTS[fact.kind].title),
        "is_told": "data" in frame,
        "data": frame.get("data", {}),
        "form": "clock" if local_date(fact.at) == today else "moment",
    }


def steps_of(session: "OpeningSession") -> list[dict[str, str]]:
    """Give the ten steps with where the session stands."""
    reached = next((i for i, (_t, s) in enumerate(STEPS) if session.state in s), 0)
    if session.state in {"failed", "cancelled"}:
        return [{"title": gettext(STEPS[0][0]), "state": "failed"}]
    over = session.state == "ended"
    return [
        {
            "title": gettext(title),
            "state": "done" if i < reached or over else "current" if i == reached else "ahead",
        }
        for i, (title, _states) in enumerate(STEPS)
    ]


def shared(request: Request, code: str, stage: str, name: str) -> HttpResponse:
    """Answer thousands of watchers from one rendering: a fragment changes with a fact only."""
    number = ledger.last_number(queries.stream_of(code, stage))
    shape = next((one for one in SHAPES if one in request.GET), "")
    key = (code, stage, name, shape, get_language() or "", number, _window(request.at))
    tag = f'"{number}-{key[-1]}-{key[4]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    answer = HttpResponse(_rendered(key))
    answer["ETag"], answer["Cache-Control"] = tag, "public, no-cache"
    return answer


def _window(at: datetime) -> int:
    """Give the minute, after which a fragment is rendered anew whatever happened."""
    return int(at.timestamp()) // FRESH_SECONDS


@lru_cache(maxsize=KEPT_FRAGMENTS)
def _rendered(key: tuple[str, str, str, str, str, int, int]) -> str:
    code, stage, name, shape = key[:4]
    session, at = (
        queries.session_for(code, stage),
        datetime.fromtimestamp(key[-1] * FRESH_SECONDS, UTC),
    )
    watcher = {"role": "", "own_bids": [], "is_host": False, "board": shape == "board"}
    context = public_context(session, at, everybody=shape == "everybody") | watcher
    return render_to_string(f"bidding/_hall_{name}.html", context)


def pushed(
    stream: str, kinds: Iterable[str], number: int, language: str, at: datetime
) -> dict[str, str]:
    """Give the fragments that these facts changed, by their address, as they are now."""
    _opening, code, stage = stream.split(".")
    told = set(kinds)
    names = [name for name, listens in PARTS.items() if told & set(listens.split())]
    found: dict[str, str] = {}
    with translation.override(language):
        for name in names:
            html = _rendered((code, stage, name, "", language, number, _window(at)))
            if len(html) <= LARGEST_PUSHED:
                found[reverse("hall_part", args=[code, stage, name])] = html
    return found
