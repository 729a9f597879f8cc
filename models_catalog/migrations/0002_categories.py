"""The default categories of a new site."""

from django.db import migrations

from models_catalog.default_categories import add_default_categories


def add_categories(apps, schema_editor):
    add_default_categories(apps.get_model("models_catalog", "Category"))


class Migration(migrations.Migration):
    dependencies = [("models_catalog", "0001_initial")]
    operations = [migrations.RunPython(add_categories, migrations.RunPython.noop)]
