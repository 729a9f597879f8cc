"""Readers' rights: a link asked for from a mail, and the newsletter manager's page for a person who writes."""

from django.db import migrations, models

from models_catalog.roles import NEWSLETTER_MANAGER, grant


def grant_rights(apps, schema_editor):
    grant(apps, NEWSLETTER_MANAGER, "newsletter", {"subscriber": ("answer",)})


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0005_reports_by_kind'),
        ('models_catalog', '0004_roles'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='subscriber',
            options={'ordering': ['id'], 'permissions': [('answer_subscriber', 'Can act for a person who writes to the contact')]},
        ),
        migrations.AlterField(
            model_name='transactionalmail',
            name='purpose',
            field=models.CharField(choices=[('confirm', 'confirm the address'), ('manage', 'link to the preferences'), ('manage_own', 'link to the preferences, asked for from a mail'), ('export', 'copy of the data'), ('erased', 'erasure done'), ('reconfirm', 'confirm again'), ('test', 'test of an issue'), ('notice', 'notice')], max_length=10),
        ),
        migrations.RunPython(grant_rights, migrations.RunPython.noop),
    ]
