"""Let the database itself refuse to change or take away what is posted in the journal."""

from django.db import migrations

KEPT = ("deposits_journalentry", "deposits_journalline", "deposits_receipt")
FUNCTION = """
CREATE FUNCTION deposits_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refuses %: the journal is kept', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
POSTGRES = (
    """CREATE TRIGGER deposits_keep_change BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION deposits_refuse()""",
    """CREATE TRIGGER deposits_keep_rows BEFORE DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION deposits_refuse()""",
    """CREATE TRIGGER deposits_keep_all BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION deposits_refuse()""",
)
SQLITE = (
    """CREATE TRIGGER {table}_keep_change BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} refuses UPDATE: the journal is kept'); END""",
    """CREATE TRIGGER {table}_keep_rows BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} refuses DELETE: the journal is kept'); END""",
)


def keep(_apps, schema_editor):
    """Make the triggers of this database's kind."""
    postgres = schema_editor.connection.vendor == "postgresql"
    if postgres:
        schema_editor.execute(FUNCTION, params=None)
    for table in KEPT:
        for statement in POSTGRES if postgres else SQLITE:
            schema_editor.execute(statement.format(table=table))


def let_go(_apps, schema_editor):
    """Drop them again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION deposits_refuse() CASCADE")
        return
    for table in KEPT:
        schema_editor.execute(f"DROP TRIGGER {table}_keep_change")
        schema_editor.execute(f"DROP TRIGGER {table}_keep_rows")


class Migration(migrations.Migration):
    dependencies = [("deposits", "0001_deposits")]
    operations = [migrations.RunPython(keep, let_go)]
