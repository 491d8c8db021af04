"""Register organisations and people, grant and end roles, give and revoke tokens: the only
writers.
"""

from accounts.services.access import (
    record_access,
)
from accounts.services.organisations import (
    appoint_administrator,
    change_organisation,
    register_organisation,
)
from accounts.services.people import (
    change_person,
    register_oneself,
    register_person,
    register_staff,
)
from accounts.services.roles import (
    end_role,
    grant_role,
)
from accounts.services.suppliers import (
    register_supplier,
)
from accounts.services.tokens import (
    check_password,
    exchange_code,
    issue_intake_token,
    issue_token,
    revoke_tokens,
)

__all__ = [
    "appoint_administrator",
    "change_organisation",
    "change_person",
    "check_password",
    "end_role",
    "exchange_code",
    "grant_role",
    "issue_intake_token",
    "issue_token",
    "record_access",
    "register_oneself",
    "register_organisation",
    "register_person",
    "register_staff",
    "register_supplier",
    "revoke_tokens",
]
