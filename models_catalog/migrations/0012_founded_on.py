"""When a maker was founded, as far as it is known."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('models_catalog', '0011_states_of_sheets_and_imports'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalorganization',
            name='founded_on',
            field=models.DateField(blank=True, help_text='First day of the year or month if no more is known. Empty if not known.', null=True),
        ),
        migrations.AddField(
            model_name='organization',
            name='founded_on',
            field=models.DateField(blank=True, help_text='First day of the year or month if no more is known. Empty if not known.', null=True),
        ),
    ]
