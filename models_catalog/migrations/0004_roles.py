"""The roles Editor, Publisher and Newsletter manager, with what each may do."""

from django.db import migrations

from models_catalog.roles import make_roles


class Migration(migrations.Migration):
    dependencies = [
        ("models_catalog", "0003_score_sheets"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(lambda apps, schema_editor: make_roles(apps), migrations.RunPython.noop)]
