"""What the role “Newsletter manager” may do here."""

from django.db import migrations

from models_catalog.roles import NEWSLETTER_MANAGER, grant


def grant_rights(apps, schema_editor):
    grant(apps, NEWSLETTER_MANAGER, "newsletter", {"issue": ("view", "change"), "subscriber": ("view",)})


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0003_answers_by_address"), ("models_catalog", "0004_roles")]
    operations = [migrations.RunPython(grant_rights, migrations.RunPython.noop)]
