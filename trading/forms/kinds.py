"""Which forms a draft is written with, by what its method says it is drafted as."""

from dataclasses import dataclass, replace
from typing import Final

from trading.forms.agreements import AgreedLotForm, AgreementForm
from trading.forms.competitions import CompetitionForm, CompetitionTimetableForm
from trading.forms.drafts import (
    BasicForm,
    LotForm,
    SaleForm,
    SaleLotForm,
    SaleTenderForm,
    SaleTenderTimetableForm,
    SaleTimetableForm,
    TimetableForm,
)
from trading.forms.first_stage import TwoStageTimetableForm
from trading.forms.grants import (
    GrantForm,
    GrantTenderForm,
    GrantTenderTimetableForm,
    GrantTimetableForm,
    ParcelForm,
)
from trading.forms.grounds import GroundForm
from trading.forms.postings import PostForm, PostingForm, PostingTimetableForm
from trading.forms.prequalification import (
    PrequalifiedPurchaseTimetableForm,
    PrequalifiedWorksTimetableForm,
)
from trading.forms.sources import SourceForm
from trading.forms.stated import StatedForm
from trading.forms.works import WorksForm, WorksLotForm, WorksTimetableForm
from trading.markets import method_of
from trading.models import Tender


@dataclass(frozen=True)
class Forms:
    """The forms of the sections that differ between ways of trading."""

    basic: type[BasicForm | SaleForm | GrantForm | PostingForm | CompetitionForm]
    lot: type[LotForm | SaleLotForm | ParcelForm | PostForm | AgreedLotForm]
    timetable: type[
        TimetableForm
        | SaleTimetableForm
        | GrantTimetableForm
        | PostingTimetableForm
        | CompetitionTimetableForm
    ]
    lot_page: str = "trading/draft_sale_lot.html"
    basic_page: str = "trading/draft_sale.html"


BOUGHT: Final = "trading/draft_form.html"
SEALED: Final = Forms(BasicForm, LotForm, TimetableForm, basic_page=BOUGHT)
SALE: Final = Forms(SaleForm, SaleLotForm, SaleTimetableForm)
WORKS: Final = Forms(WorksForm, WorksLotForm, WorksTimetableForm, basic_page=BOUGHT)
GRANT: Final = Forms(GrantForm, ParcelForm, GrantTimetableForm, "trading/draft_parcel.html")
SALE_TENDER: Final = Forms(SaleTenderForm, SaleLotForm, SaleTenderTimetableForm)
GRANT_TENDER: Final = Forms(
    GrantTenderForm, ParcelForm, GrantTenderTimetableForm, "trading/draft_parcel.html"
)
AGREEMENT: Final = Forms(
    AgreementForm, AgreedLotForm, SaleTimetableForm, "trading/draft_agreed_lot.html"
)
POSTING: Final = Forms(PostingForm, PostForm, PostingTimetableForm, "trading/draft_post.html")
COMPETITION: Final = Forms(CompetitionForm, SaleLotForm, CompetitionTimetableForm)
FORMS: Final = {
    "purchase": SEALED,
    "sale": SALE,
    "sale_tender": SALE_TENDER,
    "works": WORKS,
    "grant": GRANT,
    "grant_tender": GRANT_TENDER,
    "agreement": AGREEMENT,
    "posting": POSTING,
    "competition": COMPETITION,
}
"""The forms of a draft, by what a method says it is drafted as."""
NEEDED_LATER: Final = (
    BasicForm,
    SaleForm,
    GrantForm,
    PostingForm,
    StatedForm,
    TimetableForm,
    SaleTimetableForm,
    GrantTimetableForm,
    PostingTimetableForm,
    CompetitionForm,
    CompetitionTimetableForm,
    SourceForm,
    GroundForm,
)
"""Forms whose fields may wait until publication."""


PREQUALIFIED: Final = {
    "purchase": PrequalifiedPurchaseTimetableForm,
    "works": PrequalifiedWorksTimetableForm,
}
"""The dates of a draft whose bidders are found first."""


def forms_of(tender: Tender) -> Forms:
    """Give the forms a draft is written with."""
    method = method_of(tender)
    found = FORMS[method.drafted_as]
    if method.first_stage is not None:
        return replace(found, timetable=TwoStageTimetableForm)
    if method.prequalification is None:
        return found
    return replace(found, timetable=PREQUALIFIED[method.drafted_as])
