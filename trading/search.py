"""Search notices by Chinese words, two characters too, and by the initials of their pinyin.

A text is cut into overlapping pairs of characters in Python, the same for both databases; a query
is a phrase of pairs. SQLite keeps them in an FTS5 table, PostgreSQL in a tsvector with a GIN index
(performance.md 4). What is found often is walked newest first instead of being collected.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from django.db import connection
from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL
from pypinyin import Style, lazy_pinyin

from trading.models import Lot, Notice

TABLE: Final = "trading_notice_words"
FEW: Final = 2000
LONGEST_QUERY: Final = 60
INITIALS: Final = 16
INSERT_SQLITE: Final = (
    f"INSERT OR REPLACE INTO {TABLE} (rowid, words, initials) VALUES (%s, %s, %s)"  # noqa: S608 - a constant
)
INSERT_POSTGRESQL: Final = (
    f"INSERT INTO {TABLE} (notice_id, words) "  # noqa: S608 - a constant
    "VALUES (%s, to_tsvector('simple', %s) || to_tsvector('simple', %s)) "
    "ON CONFLICT (notice_id) DO UPDATE SET words = excluded.words"
)
WALK_SQLITE: Final = f"{TABLE}.rowid = trading_notice.id AND {TABLE} MATCH %s"
WALK_POSTGRESQL: Final = (
    f"{TABLE}.notice_id = trading_notice.id "
    f"AND ({TABLE}.words || ''::tsvector) @@ to_tsquery('simple', %s)"
)
"""On PostgreSQL the index is kept out of it: a GIN index would collect every match first."""
_RUN = re.compile(r"[㐀-鿿豈-﫿]+|[a-z0-9]+")
_CHINESE = re.compile(r"[㐀-鿿豈-﫿]")


def words(text: str) -> list[str]:
    """Cut a text into pairs of characters and whole Latin words; a run ends in its last character
    alone, so that one character is found as the beginning of a pair.
    """
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        found += _pairs(run) if _CHINESE.match(run) else [run]
    return found


def _pairs(run: str) -> list[str]:
    return [run[n : n + 2] for n in range(len(run))]


def initials(text: str) -> list[str]:
    """Give the pinyin initials from each character on, so that any run of them is a beginning."""
    letters = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore")).lower()
    return [letters[n : n + INITIALS] for n in range(len(letters) - 1)]


def index(notices: Iterable[Notice]) -> None:
    """Make notices findable, in the transaction that publishes them."""
    rows: list[tuple[int | str, ...]] = [
        (notice.pk, *map(" ".join, _tokens(notice))) for notice in notices
    ]
    with connection.cursor() as cursor:
        cursor.executemany(INSERT_SQLITE if _is_sqlite() else INSERT_POSTGRESQL, rows)


def _tokens(notice: Notice) -> tuple[list[str], list[str]]:
    tender = notice.tender
    lots = " ".join(f"{lot.title} {_code(lot)}" for lot in tender.lots.all())
    parties = f"{tender.purchaser.name} {tender.agency.name}"
    text = f"{notice.title} {tender.code} {tender.title} {parties} {lots} {notice.body}"
    return words(text), initials(tender.title)


def _code(lot: Lot) -> str:
    """Give a lot's code as it is written and without its hyphens, as machines pass it on."""
    return f"{lot.transaction_code} {lot.transaction_code.replace('-', '')}"


def matching(notices: QuerySet[Notice], query: str) -> QuerySet[Notice]:
    """Keep the notices that hold every word of the query.

    What is found often comes in the order in which it was indexed, which is that of publication:
    only so can the database stop when a page is full.
    """
    phrases = [words(part) for part in query[:LONGEST_QUERY].split()]
    phrases = [phrase for phrase in phrases if phrase]
    if not phrases:
        return notices.none()
    match = " AND ".join(map(_fts5, phrases)) if _is_sqlite() else " & ".join(map(_ts, phrases))
    if _is_rare(match):
        return notices.extra(where=[_among()], params=[match])  # noqa: S610 - match is a parameter
    where = WALK_SQLITE if _is_sqlite() else WALK_POSTGRESQL
    walked = notices.extra(tables=[TABLE], where=[where], params=[match])  # noqa: S610 - a parameter
    return walked.order_by(_place().desc())


def is_walked(notices: QuerySet[Notice]) -> bool:
    """Tell whether notices come in the order in which they were indexed."""
    return TABLE in notices.query.extra_tables


def walked_after(notices: QuerySet[Notice], key: int) -> QuerySet[Notice]:
    """Go on in that order after a notice."""
    return notices.alias(place=_place()).filter(place__lt=key)


def _place() -> RawSQL:
    return RawSQL(f"{TABLE}.{_key()}", [], output_field=BigIntegerField())  # noqa: S611 - constants


def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def _phrase(phrase: list[str]) -> tuple[list[str], bool]:
    """Drop the lone last character of a Chinese run: the pairs before it hold it already."""
    last = phrase[-1]
    if len(phrase) > 1 and len(last) == 1 and _CHINESE.match(last):
        return phrase[:-1], False
    return phrase, len(last) == 1 or not _CHINESE.match(last)


def _fts5(phrase: list[str]) -> str:
    kept, begins = _phrase(phrase)
    return f'"{" ".join(kept)}"' + (" *" if begins else "")


def _ts(phrase: list[str]) -> str:
    kept, begins = _phrase(phrase)
    quoted = [f"'{word}'" for word in kept]
    return "(" + " <-> ".join([*quoted[:-1], quoted[-1] + (":*" if begins else "")]) + ")"


def _where() -> str:
    return f"{TABLE} MATCH %s" if _is_sqlite() else "words @@ to_tsquery('simple', %s)"


def _subquery() -> str:
    return f"SELECT {_key()} FROM {TABLE} WHERE {_where()}"  # noqa: S608 - constants


def _among() -> str:
    """Collect the few first: guessing hundreds, PostgreSQL would walk all notices by date."""
    few = f"IN ({_subquery()})" if _is_sqlite() else f"= ANY(ARRAY({_subquery()}))"
    return f"trading_notice.id {few}"


def _key() -> str:
    return "rowid" if _is_sqlite() else "notice_id"


def _is_rare(match: str) -> bool:
    with connection.cursor() as cursor:
        some = f"{_subquery()} LIMIT {FEW + 1}"
        cursor.execute(f"SELECT count(*) FROM ({some}) AS found", [match])  # noqa: S608 - constants
        return bool(cursor.fetchone()[0] <= FEW)
