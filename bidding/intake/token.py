"""The pass to the intake door: it names a person and an organisation, and nothing of a tender."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core import signing

from kernel.errors import Denied
from kernel.text import gettext_noop as _

LIFE: Final = timedelta(hours=12)
_SALT: Final = "bidding.intake"


@dataclass(frozen=True)
class Holder:
    """Who knocks at the door, and for which organisation."""

    person_ref: str
    uscc: str


def issue(*, person_ref: str, uscc: str) -> str:
    """Sign a pass for twelve hours; the caller has checked that the person acts for the body."""
    return signing.dumps([person_ref, uscc], salt=_SALT)


def read(token: str) -> Holder:
    """Give the holder of a pass, refusing one that is forged or over."""
    try:
        person_ref, uscc = signing.loads(token, salt=_SALT, max_age=LIFE)
    except signing.BadSignature as bad:
        raise Denied(
            "intake.token", _("上传凭证无效或已过期（有效期 12 小时）。请重新登录后再试。")
        ) from bad
    return Holder(person_ref, uscc)
