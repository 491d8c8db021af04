"""Tell of a sale in advance, before its price and its terms are disclosed."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from kernel.calendar import local_date
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import completeness, predisclosure
from trading.markets import lifecycle_of
from trading.models import Notice
from trading.services.notices import notice_title, publish_notice
from trading.services.telling import tell


@transaction.atomic
def pre_disclose_tender(*, actor: Actor, code: str, at: datetime) -> Notice:
    """Tell the public of an approved sale that hands over control of an enterprise: what is sold,
    never its price, for at least the days the rules ask before its disclosure (SA32 13, 15).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.pre_disclose", tender)
    after = lifecycle_of(tender).after(tender.state, "pre_disclose")
    facts = queries.facts(tender, at)
    first = predisclosure.plan(facts, at)
    completeness.require_lawful_dates(facts, at)
    if queries.digest_of(queries.text_of(tender)) != tender.text_digest:
        raise Conflict(
            "tender.not_as_approved", _("文本与采购人审核通过时不一致，请退回重新审核。")
        )
    tender.state, tender.pre_disclosed_at, tender.disclosure_from = after, at, first
    tender.save(update_fields=["state", "pre_disclosed_at", "disclosure_from"])
    notice = publish_notice(
        tender=tender,
        kind="pre_disclosure",
        title=notice_title(tender, "pre_disclosure"),
        fields={
            **queries.pre_disclosure_of(tender),
            "until": predisclosure.last_day(local_date(at), facts.rules),
        },
        at=at,
    )
    tell(
        tender,
        "tender.pre_disclosed",
        actor,
        at,
        title=tender.title,
        disclosure_from=first,
        approved_on=predisclosure.approved_on(tender.pre_disclosure),
        begins_on=local_date(at),
        notice=notice.number,
    )
    return notice
