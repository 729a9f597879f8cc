"""Short name and colour of a category in its own row, where its name once looked them up."""

import django.core.validators
from django.db import migrations, models

from models_catalog.default_categories import add_short_names_and_colours


def fill(apps, schema_editor):
    add_short_names_and_colours(apps.get_model("models_catalog", "Category"))


class Migration(migrations.Migration):

    dependencies = [
        ('models_catalog', '0012_founded_on'),
    ]

    operations = [
        migrations.AddField(
            model_name='category',
            name='colour',
            field=models.CharField(blank=True, help_text='Of the mark beside the name, such as #1f7a8c; readable on white and on black. Empty: no mark.', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-f]{6}\\Z', 'Write a colour as # and six digits, for example #1f7a8c.')]),
        ),
        migrations.AddField(
            model_name='category',
            name='short_name',
            field=models.CharField(blank=True, help_text='For the head of a narrow column, such as Reason. Empty: made of the name.', max_length=12),
        ),
        migrations.AddField(
            model_name='historicalcategory',
            name='colour',
            field=models.CharField(blank=True, help_text='Of the mark beside the name, such as #1f7a8c; readable on white and on black. Empty: no mark.', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-f]{6}\\Z', 'Write a colour as # and six digits, for example #1f7a8c.')]),
        ),
        migrations.AddField(
            model_name='historicalcategory',
            name='short_name',
            field=models.CharField(blank=True, help_text='For the head of a narrow column, such as Reason. Empty: made of the name.', max_length=12),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
