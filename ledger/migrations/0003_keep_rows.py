"""Let the database itself refuse to change or take away what the record keeps.

The code never does; this stops a slip in a shell, a careless script or an injected statement.
Whoever owns the database can drop a trigger: that the record was changed is then told by its log.
"""

from django.db import migrations

# Table → the condition under which an UPDATE is refused; "TRUE" refuses every one.
KEPT = {
    "ledger_entry": "TRUE",
    "ledger_leaf": "TRUE",
    "ledger_block": "TRUE",
    "ledger_checkpoint": "TRUE",
    "ledger_withheld": "TRUE",
    "ledger_privatetree": "TRUE",
    "ledger_document": "TRUE",
    # A stream only ever counts on, and the log only grows.
    "ledger_head": "NEW.stream <> OLD.stream OR NEW.number <= OLD.number",
    "ledger_tree": "NEW.id <> OLD.id OR NEW.size <= OLD.size",
    # A paper that has been made stays that paper.
    "ledger_paper": "OLD.document_id IS NOT NULL",
}

FUNCTION = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refuses %: the record is kept', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
POSTGRES = """
CREATE TRIGGER ledger_keep_change BEFORE UPDATE ON {table}
    FOR EACH ROW WHEN ({refused}) EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_keep_rows BEFORE DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_keep_all BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""
SQLITE = """
CREATE TRIGGER {table}_keep_change BEFORE UPDATE ON {table} WHEN {refused}
    BEGIN SELECT RAISE(ABORT, '{table} refuses UPDATE: the record is kept'); END;
CREATE TRIGGER {table}_keep_rows BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} refuses DELETE: the record is kept'); END;
"""


def keep(_apps, schema_editor):
    """Make the triggers of this database's kind."""
    postgres = schema_editor.connection.vendor == "postgresql"
    if postgres:
        schema_editor.execute(FUNCTION, params=None)
    for table, refused in KEPT.items():
        text = (POSTGRES if postgres else SQLITE).format(table=table, refused=refused)
        for statement in text.strip().split("\nCREATE"):
            schema_editor.execute(f"CREATE{statement.removeprefix('CREATE')}")


def let_go(_apps, schema_editor):
    """Drop them again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION ledger_refuse() CASCADE")
        return
    for table in KEPT:
        schema_editor.execute(f"DROP TRIGGER {table}_keep_change")
        schema_editor.execute(f"DROP TRIGGER {table}_keep_rows")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_block")]
    operations = [migrations.RunPython(keep, let_go)]
