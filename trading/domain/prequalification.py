"""Prequalification (资格预审): who may bid is found out before the tender documents go out
(BLR 15 to 19, 21; GPR 21).

Who applied and how many did is as secret as who bids: nobody's before the applications close, its
own side's alone from then on, and who passed stays so until bids are opened (BL 22).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from kernel.calendar import SHANGHAI, local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import timetable
from trading.domain import files
from trading.domain.completeness import CLOSING_GRACE, Amendment
from trading.domain.findings import Finding, undated

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

LARGEST_FILE: Final = 20 * 1024 * 1024
"""An application's file is locked and unlocked in memory."""
MOST_PASSERS: Final = 100
"""So many fit into the locked list of those who may bid, whose size tells nothing."""
LONGEST: Final = {"statement": 3000, "contact": 40, "phone": 30, "reason": 500, "member": 20}
SHORTEST: Final = 4
MOST_MEMBERS: Final = 15
LATEST: Final = timedelta(days=90)


@dataclass(frozen=True)
class Prequalifies:
    """How a method prequalifies: the articles its notice and its failure rest on, what somebody
    found not to pass may do, what is said and cited where bids have closed without one who ought to
    have passed, and where state money leads the article by which a committee reviews (none where
    the law asks for none).
    """

    article: str
    too_few: str
    remedy: str
    voided: str
    voided_article: str
    panel_article: str = ""


@dataclass(frozen=True)
class Application:
    """What an applicant hands in: its statement of how it meets the terms, and one file; for a
    consortium it leads also who else is in it and what they all signed.
    """

    statement: str
    contact: str
    phone: str
    file: files.Upload
    partners: tuple[str, ...] = ()
    agreement: files.Upload | None = None


@dataclass(frozen=True)
class Verdict:
    """What the review found of one applicant: the terms it does not meet, each with the reason."""

    unmet: Mapping[str, str]

    @property
    def passed(self) -> bool:
        """Tell whether it meets every term (合格制)."""
        return not self.unmet


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
            "prequal.file_size",
            _("资格预审申请文件不超过 %(most)s MB，请压缩后再上传。"),
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


def read_verdict(unmet: Mapping[str, str], terms: Sequence[Mapping[str, Any]]) -> Verdict:
    """Take the terms an applicant does not meet, each with its reason; whoever meets all passes."""
    known = {str(term["code"]) for term in terms}
    if strange := sorted(set(unmet) - known):
        raise Invalid(
            "prequal.term",
            _("资格预审文件中没有这些条件：%(codes)s。只能按公布的条件审查。"),
            codes="、".join(strange),
        )
    reasons = {code: reason.strip() for code, reason in unmet.items()}
    for code, reason in reasons.items():
        if not SHORTEST <= len(reason) <= LONGEST["reason"]:
            raise Invalid(
                "prequal.reason",
                _("条件 %(term)s 不合格的，须写明理由（%(least)s 至 %(most)s 字），并告知申请人。"),
                term=code,
                least=SHORTEST,
                most=LONGEST["reason"],
                field=f"reason_{code}",
            )
    return Verdict(dict(sorted(reasons.items())))


def read_panel(names: Sequence[str], *, least: int | None, article: str) -> tuple[str, ...]:
    """Take who reviewed: where a committee has to, an odd number of at least so many (BLR 18); no
    least, and anybody may.
    """
    given = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    longest = LONGEST["member"]
    if len(given) > MOST_MEMBERS or any(len(name) > longest for name in given):
        raise Invalid(
            "prequal.panel_long",
            _("审查人员不超过 %(most)s 名，每人姓名不超过 %(longest)s 字。"),
            most=MOST_MEMBERS,
            longest=longest,
            field="panel",
        )
    if least is not None and (len(given) < least or len(given) % 2 == 0):
        raise Invalid(
            "prequal.panel",
            _("须组建资格审查委员会，成员为 %(least)s 人以上单数（%(article)s）。"),
            least=least,
            article=article,
            field="panel",
        )
    if not given:
        raise Invalid("prequal.nobody", _("请写明由谁审查。"), field="panel")
    return given


def require_open(state: str, closes_at: datetime | None, at: datetime) -> None:
    """Refuse what may only happen while applications are open."""
    if state != "prequalifying" or closes_at is None or at >= closes_at:
        raise Conflict("prequal.closed", _("不在资格预审申请时间内，不能办理。"))


def require_offered(facts: "TenderFacts", on: date) -> None:
    """Hand the prequalification documents out in the days they are offered on."""
    first, last = facts.prequalification_from, facts.prequalification_until
    if (first and on < first) or (last and on > last):
        raise Conflict(
            "prequal.not_offered",
            _("资格预审文件在 %(first)s 至 %(last)s 提供，现在不能下载。"),
            first=str(first or ""),
            last=str(last or ""),
        )


def require_closing_time(facts: "TenderFacts", at: datetime) -> datetime:
    """Refuse to close the applications before their deadline and its grace have passed."""
    closes = closing(facts)
    if at < closes + CLOSING_GRACE:
        raise Conflict("tender.not_due", _("尚未到资格预审申请截止时间。"))
    return closes


def closing(facts: "TenderFacts") -> datetime:
    """Give when applications close."""
    if facts.prequalification_close_at is None:
        raise Conflict("prequal.no_deadline", _("尚未确定资格预审申请截止时间。"))
    return facts.prequalification_close_at


def plan_amendment(
    facts: "TenderFacts", at: datetime, *, affects: bool, wanted: datetime | None = None
) -> Amendment:
    """Decide the deadline after an amendment: what may affect the applications leaves at least
    three days, otherwise it moves (BLR 21); it never comes earlier.
    """
    closes = closing(facts)
    if at >= closes:
        raise Conflict("prequal.closed", _("不在资格预审申请时间内，不能办理。"))
    if wanted is not None and not closes <= wanted <= closes + LATEST:
        raise Invalid(
            "prequal.deadline_earlier",
            _("资格预审申请截止时间只能推迟，且不超过 %(most)s 日。"),
            most=LATEST.days,
            field="closes_at",
        )
    chosen = max(closes, wanted) if wanted else closes
    if not affects:
        return Amendment(chosen, moved=chosen != closes, article="")
    moved = timetable.extended_deadline(at, chosen, facts.rules, "prequalification_clarification")
    return Amendment(moved.close_at, moved=moved.close_at != closes, article=moved.article)


def plan_later(facts: "TenderFacts", days: int) -> Amendment:
    """Move the deadline by so many days, to the same time of day, and off days of rest."""
    closes = closing(facts).astimezone(SHANGHAI)
    day = facts.rules.calendar.roll_over(closes.date() + timedelta(days=days))[0]
    return Amendment(datetime.combine(day, closes.timetz()), moved=True, article="")


def require_reviewed(verdicts: Sequence[Verdict | None]) -> None:
    """Refuse to end a prequalification while an application has not been reviewed."""
    if left := sum(verdict is None for verdict in verdicts):
        raise Conflict(
            "prequal.unreviewed",
            _("还有 %(left)s 份申请没有审查，全部审查后才能结束资格预审。"),
            left=left,
        )


def require_ahead(documents_from: date | None, at: datetime) -> None:
    """Refuse to let those who passed have the documents later than the approved text says: it then
    takes new dates.
    """
    if documents_from is not None and documents_from < local_date(at):
        raise Conflict(
            "prequal.dates_passed",
            _("原定的招标文件提供日期 %(on)s 已过，请重新确定招标文件提供时间和投标截止时间。"),
            on=str(documents_from),
            field="documents_from",
        )


def first_dates(facts: "TenderFacts", announced: date) -> dict[str, date]:
    """Count from the prequalification notice, which is the first announcement, once it is out."""
    return {"announced": facts.announced_on or announced}


def findings(facts: "TenderFacts") -> Iterator[Finding]:
    """List what a draft lacks of its prequalification: its dates and its document."""
    how = facts.prequalification
    if how is None:
        return
    titles = {
        "prequalification_from": _("资格预审文件提供开始日期"),
        "prequalification_until": _("资格预审文件提供截止日期"),
        "prequalification_close_at": _("资格预审申请截止时间"),
    }
    asked = [name for name in titles if name in facts.demands.dates]
    yield from undated(((name, getattr(facts, name), titles[name]) for name in asked), how.article)
    if "prequalification" not in facts.attachments:
        message = _("尚未上传资格预审文件。")
        yield Finding("documents.no_prequalification", "documents", message, {}, how.article)
