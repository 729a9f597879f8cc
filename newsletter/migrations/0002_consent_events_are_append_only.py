"""Let the database itself refuse changes to consent events; pruning may still delete them."""

from django.db import migrations

TABLE = "newsletter_consentevent"
MESSAGE = "Consent events are never changed. Add a new event instead."

SQLITE = {
    "forwards": [
        f"CREATE TRIGGER consent_events_are_append_only BEFORE UPDATE ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    ],
    "backwards": ["DROP TRIGGER IF EXISTS consent_events_are_append_only"],
}
POSTGRESQL = {
    "forwards": [
        "CREATE FUNCTION refuse_consent_event_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER consent_events_are_append_only BEFORE UPDATE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_consent_event_change()",
    ],
    "backwards": [
        f"DROP TRIGGER IF EXISTS consent_events_are_append_only ON {TABLE}",
        "DROP FUNCTION IF EXISTS refuse_consent_event_change()",
    ],
}


def run(direction):
    def execute(apps, schema_editor):
        dialect = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
        for statement in dialect[direction]:
            schema_editor.execute(statement)

    return execute


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0001_initial")]
    operations = [migrations.RunPython(run("forwards"), run("backwards"))]
