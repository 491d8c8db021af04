"""The words of notices: an FTS5 table on SQLite, a tsvector with a GIN index on PostgreSQL."""

from django.db import migrations

SQLITE = "CREATE VIRTUAL TABLE trading_notice_words USING fts5(words, initials)"
POSTGRESQL = (
    "CREATE TABLE trading_notice_words (notice_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX trading_notice_words_gin ON trading_notice_words USING gin (words)",
)


def create(_apps, schema_editor):
    statements = (SQLITE,) if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement)


def drop(_apps, schema_editor):
    schema_editor.execute("DROP TABLE trading_notice_words")


class Migration(migrations.Migration):
    dependencies = [("trading", "0002_result_and_report")]
    operations = [migrations.RunPython(create, drop)]
