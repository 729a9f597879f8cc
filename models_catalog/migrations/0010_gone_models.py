"""Slugs of models that are gone, and who ran the results that are stored already."""

import django.db.models.deletion
import models_catalog.models.base
from django.db import migrations, models

from models_catalog.core.evaluators import evaluator_of, harness_in
from models_catalog.roles import make_roles

AT_ONCE = 500


def fill_evaluators(apps, schema_editor):
    """Say who ran it and in what where words and addresses of a stored result tell."""
    results = apps.get_model("models_catalog", "Result")
    changed = []
    for row in results.objects.filter(evaluator="", harness="").select_related("model__lab").iterator():
        row.evaluator = evaluator_of(row.source_kind, row.model.lab.slug, row.method, row.source_url)
        row.harness = harness_in(row.method, row.variant)
        if row.evaluator or row.harness:
            changed.append(row)
    results.objects.bulk_update(changed, ["evaluator", "harness"], batch_size=AT_ONCE)


def grant_roles(apps, schema_editor):
    make_roles(apps)


class Migration(migrations.Migration):

    dependencies = [
        ('models_catalog', '0009_runs'),
    ]

    operations = [
        migrations.CreateModel(
            name='GoneModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old_slug', models_catalog.models.base.SlugField(help_text='Part of public addresses. Lower-case letters, digits, hyphens. Keep it stable.', max_length=120, unique=True)),
                ('note', models.CharField(blank=True, help_text='Shown to readers: why it is gone.', max_length=300)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('successor', models.ForeignKey(blank=True, help_text='The model that readers are pointed to, if any.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='predecessors', to='models_catalog.languagemodel')),
            ],
            options={
                'verbose_name': 'slug of a gone model',
                'verbose_name_plural': 'slugs of gone models',
                'ordering': ['old_slug'],
            },
        ),
        migrations.RunPython(grant_roles, migrations.RunPython.noop),
        migrations.RunPython(fill_evaluators, migrations.RunPython.noop),
    ]
