"""The kind of a benchmark names no constant of the method; those stand in one place."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('models_catalog', '0013_category_short_names'),
    ]

    operations = [
        migrations.AlterField(
            model_name='benchmark',
            name='kind',
            field=models.CharField(choices=[('percent', 'share between floor and best'), ('elo', 'Elo rating'), ('doubling', 'twice as much is one step'), ('other', 'never scored')], default='percent', max_length=8),
        ),
        migrations.AlterField(
            model_name='historicalbenchmark',
            name='kind',
            field=models.CharField(choices=[('percent', 'share between floor and best'), ('elo', 'Elo rating'), ('doubling', 'twice as much is one step'), ('other', 'never scored')], default='percent', max_length=8),
        ),
    ]
