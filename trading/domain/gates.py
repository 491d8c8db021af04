"""What may stand before a call (a prequalification, the first stage of two): something is handed in
without a price, withheld from everybody until its deadline, and what comes of it says who may bid.

Who handed something in and how many did is as secret as who bids: nobody's before the deadline, its
own side's alone from then on, and who may bid stays so until bids are opened (BL 22).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from kernel.calendar import SHANGHAI, local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import timetable
from trading.domain import files
from trading.domain.completeness import CLOSING_GRACE, Amendment

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

LARGEST_FILE: Final = 20 * 1024 * 1024
"""What is handed in is locked and unlocked in memory."""
MOST_LET_IN: Final = 700
"""So many fit into the locked list of those who may bid, whose size tells nothing."""
LONGEST: Final = {"statement": 3000, "contact": 40, "phone": 30}
LATEST: Final = timedelta(days=90)


@dataclass(frozen=True)
class Gate:
    """One kind of gate by the names it has elsewhere: the state that takes what is handed in and
    the one that reads it; the dates of a tender that begin and end the offer of its document and
    close it; the kind of its document; its notices and the public facts of its course; how its
    withheld facts begin, and the period that an amendment leaves.
    """

    takes: str
    reads: str
    first: str
    last: str
    closes: str
    document: str
    notice: str
    amendment: str
    published: str
    amended: str
    closed: str
    prefix: str
    clarification: str

    @property
    def dates(self) -> tuple[str, str, str]:
        """List the dates of a draft that are the gate's."""
        return (self.first, self.last, self.closes)


PREQUALIFICATION: Final = Gate(
    takes="prequalifying",
    reads="prequal_review",
    first="prequalification_from",
    last="prequalification_until",
    closes="prequalification_close_at",
    document="prequalification",
    notice="prequalification",
    amendment="prequal_amendment",
    published="tender.prequal_published",
    amended="tender.prequal_amended",
    closed="tender.applications_closed",
    prefix="prequal",
    clarification="prequalification_clarification",
)
FIRST_STAGE: Final = Gate(
    takes="proposing",
    reads="proposals_review",
    first="proposals_from",
    last="proposals_until",
    closes="proposals_close_at",
    document="first_stage",
    notice="first_stage",
    amendment="first_amendment",
    published="tender.first_stage_published",
    amended="tender.first_stage_amended",
    closed="tender.proposals_closed",
    prefix="proposal",
    clarification="proposal_clarification",
)
GATES: Final = (PREQUALIFICATION, FIRST_STAGE)
TAKING: Final = {gate.takes: gate for gate in GATES}
READING: Final = tuple(gate.reads for gate in GATES)


@dataclass(frozen=True)
class Application:
    """What is handed in: a statement and one file; for a consortium by its lead also who else is in
    it and what they all signed.
    """

    statement: str
    contact: str
    phone: str
    file: files.Upload
    partners: tuple[str, ...] = ()
    agreement: files.Upload | None = None


def read_application(given: Application) -> Application:
    """Take what was handed in if it is whole."""
    said = {name: _text(getattr(given, name), name) for name in ("statement", "contact", "phone")}
    signed = _file(given.agreement, "agreement") if given.partners and given.agreement else None
    file = _file(given.file, "file")
    return Application(file=file, partners=given.partners, agreement=signed, **said)


def _file(given: files.Upload, field: str) -> files.Upload:
    name = files.checked(given)
    if len(given.content) > LARGEST_FILE:
        raise Invalid(
            "gate.file_size",
            _("提交的文件不超过 %(most)s MB，请压缩后再上传。"),
            most=LARGEST_FILE // 1024 // 1024,
            field=field,
        )
    return files.Upload(given.kind, name, given.content)


def _text(text: str, field: str) -> str:
    clean, longest = text.strip(), LONGEST[field]
    if not clean or len(clean) > longest:
        raise Invalid(
            "text.required", _("请填写内容，不超过 %(most)s 字。"), most=longest, field=field
        )
    return clean


def require_open(gate: Gate, state: str, closes_at: datetime | None, at: datetime) -> None:
    """Refuse what may only happen while something may be handed in."""
    if state != gate.takes or closes_at is None or at >= closes_at:
        raise _closed()


def _closed() -> Conflict:
    return Conflict("gate.closed", _("不在公告的提交时间内，不能办理。"))


def require_offered(gate: Gate, facts: "TenderFacts", on: date) -> None:
    """Hand the document of a gate out in the days it is offered on."""
    first, last = getattr(facts, gate.first), getattr(facts, gate.last)
    if (first and on < first) or (last and on > last):
        raise Conflict(
            "gate.not_offered",
            _("文件在 %(first)s 至 %(last)s 提供，现在不能下载。"),
            first=str(first or ""),
            last=str(last or ""),
        )


def require_closing_time(gate: Gate, facts: "TenderFacts", at: datetime) -> datetime:
    """Refuse to close a gate before its deadline and the grace have passed."""
    closes = closing(gate, facts)
    if at < closes + CLOSING_GRACE:
        raise Conflict("tender.not_due", _("尚未到公告的提交截止时间。"))
    return closes


def closing(gate: Gate, facts: "TenderFacts") -> datetime:
    """Give when a gate closes."""
    closes: datetime | None = getattr(facts, gate.closes)
    if closes is None:
        raise Conflict("gate.no_deadline", _("尚未确定提交截止时间。"))
    return closes


def plan_amendment(
    gate: Gate,
    facts: "TenderFacts",
    at: datetime,
    *,
    affects: bool,
    wanted: datetime | None = None,
    stands_still: bool = False,
) -> Amendment:
    """Decide the deadline after an amendment: what may affect what is handed in leaves at least the
    days of the rules, otherwise it moves (BLR 21); it never comes earlier. A gate does not close
    while it `stands_still`, and may be amended after its deadline: the days come back when it goes
    on.
    """
    closes = closing(gate, facts)
    if at >= closes and not stands_still:
        raise _closed()
    if wanted is not None and not closes <= wanted <= closes + LATEST:
        raise Invalid(
            "gate.deadline_earlier",
            _("提交截止时间只能推迟，且不超过 %(most)s 日。"),
            most=LATEST.days,
            field="closes_at",
        )
    chosen = max(closes, wanted) if wanted else closes
    if not affects:
        return Amendment(chosen, moved=chosen != closes, article="")
    moved = timetable.extended_deadline(at, chosen, facts.rules, gate.clarification)
    return Amendment(moved.close_at, moved=moved.close_at != closes, article=moved.article)


def plan_later(gate: Gate, facts: "TenderFacts", days: int) -> Amendment:
    """Move the deadline by so many days, to the same time of day, and off days of rest."""
    closes = closing(gate, facts).astimezone(SHANGHAI)
    day = facts.rules.calendar.roll_over(closes.date() + timedelta(days=days))[0]
    return Amendment(datetime.combine(day, closes.timetz()), moved=True, article="")


def require_ahead(documents_from: date | None, at: datetime) -> None:
    """Refuse to hand the tender documents out later than the approved text says: it then takes new
    dates.
    """
    if documents_from is not None and documents_from < local_date(at):
        raise Conflict(
            "gate.dates_passed",
            _("原定的招标文件提供日期 %(on)s 已过，请重新确定招标文件提供时间和投标截止时间。"),
            on=str(documents_from),
            field="documents_from",
        )


def first_dates(facts: "TenderFacts", announced: date) -> dict[str, date]:
    """Count from the notice of the gate, which is the first announcement, once it is out."""
    return {"announced": facts.announced_on or announced}
