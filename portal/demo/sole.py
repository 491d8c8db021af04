"""The demo's single source: a sole supplier stands before the public, and somebody objects."""

from datetime import date, datetime, timedelta
from typing import Final

from kernel.calendar import local_date
from portal.demo import clients
from portal.demo.opening import actor
from trading import services as trading
from trading.domain.sources import Argument, SourceTerms

SUPPLIER, OBJECTOR = "jiang", "zhao"
REASON: Final = (
    "院内检验、影像、病历三套系统均由该公司承建，接口协议和数据字典为其自有专有技术，未对外开放；"
    "更换供应商须重建三套系统，历史数据不能完整迁移。"
)
AUTHORITY: Final = "清河市财政局政府采购科，市府路 1 号，王敏，0393-8800110"
ARGUMENTS: Final = (
    Argument(
        "唐立新",
        "清河大学计算机学院",
        "教授",
        "接口协议未公开，且受软件著作权和专有技术保护，第三方无法在不侵权的前提下对接。",
    ),
    Argument(
        "邢可",
        "市中心医院信息科",
        "高级工程师",
        "改由其他供应商承担须重建三套系统，停机时间和数据风险不可接受。",
    ),
    Argument(
        "毕建华",
        "省卫生信息中心",
        "正高级工程师",
        "经检索和询访，没有其他供应商具备该协议的授权，同意采用单一来源方式。",
    ),
)
OBJECTION: Final = (
    "我公司持有与上述系统对接的中间件产品，已在两家同级医院投入使用，并非只有一家供应商能够承担。"
)


def name(code: str, at: datetime) -> None:
    """Say whom alone the tender invites."""
    source = SourceTerms(
        ground="sole",
        supplier=clients.actor_organisation(SUPPLIER, at),
        reason=REASON,
        arguments=ARGUMENTS,
        authority=AUTHORITY,
    )
    trading.change_source(actor=actor("sun", at), code=code, source=source, at=at)


def dates(closes_at: datetime) -> dict[str, date]:
    """Offer the documents when the public was heard."""
    closes = local_date(closes_at)
    return {
        "documents_from": closes - timedelta(days=9),
        "documents_until": closes - timedelta(days=4),
    }


def publicise(code: str, at: datetime) -> None:
    """Put the supplier before the public; another supplier objects the next day."""
    trading.publicise_source(actor=actor("sun", at), code=code, at=at)
    when = at + timedelta(days=1)
    trading.file_challenge(
        actor=actor(OBJECTOR, when),
        code=code,
        about="source",
        matters=OBJECTION,
        claim="请终止单一来源采购，改用公开招标方式。",
        law="《政府采购非招标采购方式管理办法》第三十九条",
        at=when,
    )
