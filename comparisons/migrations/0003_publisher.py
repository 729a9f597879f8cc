"""What publishers may do with the change log and the watched pairs."""

from django.db import migrations

from models_catalog.roles import PUBLISHER, grant

MAY = {"change": ("view",), "curatedpair": ("view", "add", "change", "delete")}


def grant_rights(apps, schema_editor):
    grant(apps, PUBLISHER, "comparisons", MAY)


class Migration(migrations.Migration):
    dependencies = [("comparisons", "0002_change"), ("models_catalog", "0004_roles")]
    operations = [migrations.RunPython(grant_rights, migrations.RunPython.noop)]
