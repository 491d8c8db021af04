"""What is offered, how it is announced, and to whom it is awarded."""

from trading.models.calendar import DeclaredDay
from trading.models.competitions import Competition, PriceQuestion
from trading.models.deals import Acceptance, Award, Contract, Payment, PriorityInquiry
from trading.models.frameworks import (
    CallOff,
    FrameworkAgreement,
    Turn,
    call_off_states,
    call_off_ways,
    framework_states,
)
from trading.models.remedies import (
    Challenge,
    Complaint,
    Suspension,
    challenge_states,
    complaint_states,
)
from trading.models.sources import SoleSource, source_grounds
from trading.models.tenders import (
    Attachment,
    Clarification,
    Custodian,
    Lot,
    Notice,
    Reserve,
    SerialDay,
    Tender,
    award_ways,
    budget_levels,
    listed_cases,
    lot_states,
    money,
    notice_kinds,
    tender_categories,
    tender_states,
)

__all__ = [
    "Acceptance",
    "Attachment",
    "Award",
    "CallOff",
    "Challenge",
    "Clarification",
    "Competition",
    "Complaint",
    "Contract",
    "Custodian",
    "DeclaredDay",
    "FrameworkAgreement",
    "Lot",
    "Notice",
    "Payment",
    "PriceQuestion",
    "PriorityInquiry",
    "Reserve",
    "SerialDay",
    "SoleSource",
    "Suspension",
    "Tender",
    "Turn",
    "award_ways",
    "budget_levels",
    "call_off_states",
    "call_off_ways",
    "challenge_states",
    "complaint_states",
    "framework_states",
    "listed_cases",
    "lot_states",
    "money",
    "notice_kinds",
    "source_grounds",
    "tender_categories",
    "tender_states",
]
