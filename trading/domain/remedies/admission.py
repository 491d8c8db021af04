"""Whether what is raised is taken, by when it is answered, and whether it holds the tender still
(GPL 52 to 54, M94 12; BLR 22).
"""

from datetime import date, datetime
from typing import Final

from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.domain.remedies.matters import Remedy, Standing
from trading.periods import RuleSet

CONTACT_LEAST: Final = 5
NO_STANDING: Final = {
    "holder": _("只有依法获取采购文件的供应商可以对采购文件提出质疑。"),
    "participant": _("只有参加本项目投标的供应商可以对采购过程和结果提出质疑。"),
    "taker": _("只有已经登记参加的单位可以提出异议。"),
    "applicant": _("只有资格预审的申请人可以对资格预审结果提出异议、质疑。"),
    "anybody": _("请以单位账号提出。"),
}
"""Why somebody may not raise a matter, by who may."""


def last_day_to_file(standing: Standing) -> date | None:
    """Give the last day to raise this; None while what it is about has not happened."""
    return standing.matter.last_day(standing)


def require_admissible(standing: Standing, at: datetime) -> None:
    """Refuse a challenge by someone without standing, too early, too late, or raised already."""
    filer = standing.matter.filer
    if not _may_file(filer, standing):
        raise Conflict("challenge.no_standing", NO_STANDING[filer])
    last = last_day_to_file(standing)
    if last is None:
        raise Conflict("challenge.too_early", _("该环节尚未发生或者已经结束，现在不能提出。"))
    if local_date(at) > last:
        raise Conflict("challenge.too_late", standing.remedy.late, last=str(last))
    if standing.same_matter_raised:
        raise Conflict("challenge.once", _("对同一环节的问题须一次性提出，您已经提出过。"))


def _may_file(filer: str, standing: Standing) -> bool:
    return {
        "holder": standing.registered or standing.took_part,
        "participant": standing.took_part,
        "taker": standing.registered,
        "applicant": standing.told_passing_on is not None,
        "anybody": standing.is_organisation,
        "public": True,
    }[filer]


def due_to_answer(standing: Standing, received: datetime) -> date:
    """Give the last day to answer what is raised now: of an objection to a sole supplier so many
    days after its publicity (M74 40), of all else so many after receipt.
    """
    last = last_day_to_file(standing)
    if standing.matter.answer and last is not None:
        return standing.rules.last_day(standing.matter.answer, last)
    return answer_due(received, standing.rules, standing.remedy)


def answer_due(received: datetime, rules: RuleSet, remedy: Remedy) -> date:
    """Give the last day to answer: seven working days after receipt of a challenge (GPL 53), three
    days after that of an objection (BLR 22).
    """
    return rules.last_day(remedy.answer, local_date(received))


def stands_still(state: str, *, affects_result: bool, remedy: Remedy) -> bool:
    """Tell whether a challenge holds the procurement still (GPR 54)."""
    return affects_result and state in remedy.holds


def checked_text(text: str, *, field: str, least: int, most: int) -> str:
    """Take the facts, claim or law of a challenge, which its form must hold (M94 12)."""
    clean = text.strip()
    if not least <= len(clean) <= most:
        raise Invalid(
            "challenge.incomplete",
            _("须写明事项、事实依据、法律依据和具体请求（%(least)s 至 %(most)s 字）。"),
            least=least,
            most=most,
            field=field,
        )
    return clean


def checked_question(text: str, *, least: int, most: int) -> str:
    """Take what is asked, which needs no form (GPL 51)."""
    clean = text.strip()
    if not least <= len(clean) <= most:
        raise Invalid(
            "enquiry.question",
            _("请写明询问的事项（%(least)s 至 %(most)s 字）。"),
            least=least,
            most=most,
            field="question",
        )
    return clean


def require_next(waiting_until: date | None, at: datetime) -> None:
    """Refuse a further question while the one before may still be answered in time, so that nobody
    is swamped: once that is over silence stops nobody from asking.
    """
    if waiting_until is not None and local_date(at) <= waiting_until:
        raise Conflict(
            "enquiry.open",
            _(
                "贵单位的上一件询问尚未答复，答复期限至 %(last)s："
                "请等待答复或者期满后再提出，也可以先撤回上一件。"
            ),
            last=str(waiting_until),
        )


def checked_contact(text: str, *, most: int) -> str:
    """Take how somebody can be reached: whoever raises something is known and answered."""
    clean = text.strip()
    if not CONTACT_LEAST <= len(clean) <= most:
        message = _("请写明可以联系到您的电话、邮箱或者地址。")
        raise Invalid("challenge.contact", message, field="contact")
    return clean
