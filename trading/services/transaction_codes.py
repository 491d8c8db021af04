"""Give the lots of a tender their unified transaction codes (rulebook 8.1)."""

from datetime import datetime

from accounts import queries as accounts
from kernel import transaction_code
from kernel.calendar import local_date
from trading import queries
from trading.models import SerialDay, Tender


def number_lots(tender: Tender, at: datetime) -> dict[str, str]:
    """Give each lot the day's next code and say which by its number; the tender's row is locked by
    the caller.

    The day's row is locked to the end of the transaction, so that two tenders published at one
    instant take turns, and what is rolled back leaves no gap.
    """
    day, operator = local_date(at), accounts.operator(at)
    SerialDay.objects.get_or_create(day=day)
    series = SerialDay.objects.select_for_update().get(day=day)
    kind = tender.trade_class or list(queries.classes_of(tender, at))[-1]
    given = {}
    for lot in tender.lots.filter(transaction_code="").order_by("number"):
        series.last += 1
        lot.transaction_code = transaction_code.compose(
            kind=kind, operator=operator.uscc, day=day, serial=series.last
        )
        lot.save(update_fields=["transaction_code"])
        given[str(lot.number)] = lot.transaction_code
    series.save(update_fields=["last"])
    return given
