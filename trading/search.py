"""Search notices by Chinese words, two characters too, and by the initials of their pinyin.

A text is cut into overlapping pairs of characters in Python, the same for both databases; a query
is a phrase of pairs. SQLite keeps them in an FTS5 table, PostgreSQL in a tsvector with a GIN index
(performance.md 4). What is found often is walked newest first instead of being collected.
"""

import re
import unicodedata
from typing import Final

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from pypinyin import Style, lazy_pinyin

from trading.models import Notice

TABLE: Final = "trading_notice_words"
FEW: Final = 2000
LONGEST_QUERY: Final = 60
INITIALS: Final = 16
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


def index(notice: Notice) -> None:
    """Make a notice findable, in the transaction that publishes it."""
    tender = notice.tender
    lots = " ".join(lot.title for lot in tender.lots.all())
    parties = f"{tender.purchaser.name} {tender.agency.name}"
    text = f"{notice.title} {tender.code} {tender.title} {parties} {lots} {notice.body}"
    tokens = words(text), initials(tender.title)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"INSERT OR REPLACE INTO {TABLE} (rowid, words, initials) VALUES (%s, %s, %s)",  # noqa: S608 - a constant
                [notice.pk, *map(" ".join, tokens)],
            )
        else:
            cursor.execute(
                f"INSERT INTO {TABLE} (notice_id, words) "  # noqa: S608 - a constant
                "VALUES (%s, to_tsvector('simple', %s) || to_tsvector('simple', %s)) "
                "ON CONFLICT (notice_id) DO UPDATE SET words = excluded.words",
                [notice.pk, *map(" ".join, tokens)],
            )


def matching(notices: QuerySet[Notice], query: str) -> QuerySet[Notice]:
    """Keep the notices that hold every word of the query."""
    phrases = [words(part) for part in query[:LONGEST_QUERY].split()]
    phrases = [phrase for phrase in phrases if phrase]
    if not phrases:
        return notices.none()
    match = " AND ".join(map(_fts5, phrases)) if _is_sqlite() else " & ".join(map(_ts, phrases))
    few = _newest(match)
    if len(few) <= FEW:
        return notices.filter(pk__in=few)
    return notices.filter(pk__in=RawSQL(_subquery(), [match]))  # noqa: S611 - match is a parameter


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


def _key() -> str:
    return "rowid" if _is_sqlite() else "notice_id"


def _newest(match: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_subquery()} ORDER BY {_key()} DESC LIMIT {FEW + 1}", [match])
        return [key for (key,) in cursor.fetchall()]
