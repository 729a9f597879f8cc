"""Items, attempts, errors, evaluators, where figures were read, and further prices."""

import django.db.models.deletion
import models_catalog.models.offers
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('models_catalog', '0006_sheet_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='benchmark',
            name='attempts',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Over how many attempts at each item a result is usually averaged; empty: not known.', null=True, verbose_name='usual attempts'),
        ),
        migrations.AddField(
            model_name='benchmark',
            name='items',
            field=models.PositiveIntegerField(blank=True, help_text='Questions or tasks that one full run scores; empty: not known.', null=True, verbose_name='scored items'),
        ),
        migrations.AddField(
            model_name='benchmark',
            name='items_source',
            field=models.CharField(blank=True, help_text='Where the number of items was read.', max_length=300),
        ),
        migrations.AddField(
            model_name='benchmark',
            name='retired_on',
            field=models.DateField(blank=True, help_text='Day its makers stopped keeping it.', null=True),
        ),
        migrations.AddField(
            model_name='benchmark',
            name='superseded_by',
            field=models.ForeignKey(blank=True, help_text='The version or benchmark that took its place.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='supersedes', to='models_catalog.benchmark'),
        ),
        migrations.AddField(
            model_name='historicalbenchmark',
            name='attempts',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Over how many attempts at each item a result is usually averaged; empty: not known.', null=True, verbose_name='usual attempts'),
        ),
        migrations.AddField(
            model_name='historicalbenchmark',
            name='items',
            field=models.PositiveIntegerField(blank=True, help_text='Questions or tasks that one full run scores; empty: not known.', null=True, verbose_name='scored items'),
        ),
        migrations.AddField(
            model_name='historicalbenchmark',
            name='items_source',
            field=models.CharField(blank=True, help_text='Where the number of items was read.', max_length=300),
        ),
        migrations.AddField(
            model_name='historicalbenchmark',
            name='retired_on',
            field=models.DateField(blank=True, help_text='Day its makers stopped keeping it.', null=True),
        ),
        migrations.AddField(
            model_name='historicalbenchmark',
            name='superseded_by',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='The version or benchmark that took its place.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='models_catalog.benchmark'),
        ),
        migrations.AddField(
            model_name='historicallanguagemodel',
            name='read_at',
            field=models.CharField(blank=True, help_text='Where these facts were really read, if not at the source address itself.', max_length=300),
        ),
        migrations.AddField(
            model_name='historicallanguagemodel',
            name='read_on',
            field=models.DateField(blank=True, help_text='Day they were read.', null=True),
        ),
        migrations.AddField(
            model_name='historicalprice',
            name='note',
            field=models.CharField(blank=True, help_text='Shown to readers beside the price.', max_length=300),
        ),
        migrations.AddField(
            model_name='historicalprice',
            name='read_at',
            field=models.CharField(blank=True, help_text='Where it was really read, if not at the source address itself.', max_length=300),
        ),
        migrations.AddField(
            model_name='historicalprice',
            name='terms',
            field=models.TextField(blank=True, help_text='One a line, USD per 1M tokens: “input batch = 0.4”, “output above 200000 = 22.5”, “cache write for 1h = 10”, “web search = 10 per 1k requests”.', validators=[models_catalog.models.offers.terms_validator], verbose_name='further prices'),
        ),
        migrations.AddField(
            model_name='historicalresult',
            name='attempts',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Averaged over so many attempts at each item; empty: not said.', null=True),
        ),
        migrations.AddField(
            model_name='historicalresult',
            name='evaluator',
            field=models.CharField(blank=True, help_text="Who ran it: the maker's slug or the name of the board or body; empty: not known.", max_length=80),
        ),
        migrations.AddField(
            model_name='historicalresult',
            name='harness',
            field=models.CharField(blank=True, help_text='Software, agent or board it ran in; empty: not said.', max_length=120),
        ),
        migrations.AddField(
            model_name='historicalresult',
            name='items_run',
            field=models.PositiveIntegerField(blank=True, help_text='Items of a run on a part of the benchmark; empty: all of them, or not said.', null=True),
        ),
        migrations.AddField(
            model_name='historicalresult',
            name='read_at',
            field=models.CharField(blank=True, help_text='Where the figure was really read, if not at the source address itself.', max_length=300),
        ),
        migrations.RenameField(
            model_name='historicalresult',
            old_name='retrieved_on',
            new_name='read_on',
        ),
        migrations.AlterField(
            model_name='historicalresult',
            name='read_on',
            field=models.DateField(blank=True, help_text='Day it was read.', null=True),
        ),
        migrations.AddField(
            model_name='historicalresult',
            name='stderr',
            field=models.DecimalField(blank=True, decimal_places=6, help_text="As published, in the benchmark's unit: a 95 % interval is 3.92 of them wide.", max_digits=14, null=True, verbose_name='standard error'),
        ),
        migrations.AddField(
            model_name='languagemodel',
            name='read_at',
            field=models.CharField(blank=True, help_text='Where these facts were really read, if not at the source address itself.', max_length=300),
        ),
        migrations.AddField(
            model_name='languagemodel',
            name='read_on',
            field=models.DateField(blank=True, help_text='Day they were read.', null=True),
        ),
        migrations.AddField(
            model_name='price',
            name='note',
            field=models.CharField(blank=True, help_text='Shown to readers beside the price.', max_length=300),
        ),
        migrations.AddField(
            model_name='price',
            name='read_at',
            field=models.CharField(blank=True, help_text='Where it was really read, if not at the source address itself.', max_length=300),
        ),
        migrations.AddField(
            model_name='price',
            name='terms',
            field=models.TextField(blank=True, help_text='One a line, USD per 1M tokens: “input batch = 0.4”, “output above 200000 = 22.5”, “cache write for 1h = 10”, “web search = 10 per 1k requests”.', validators=[models_catalog.models.offers.terms_validator], verbose_name='further prices'),
        ),
        migrations.AddField(
            model_name='result',
            name='attempts',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Averaged over so many attempts at each item; empty: not said.', null=True),
        ),
        migrations.AddField(
            model_name='result',
            name='evaluator',
            field=models.CharField(blank=True, help_text="Who ran it: the maker's slug or the name of the board or body; empty: not known.", max_length=80),
        ),
        migrations.AddField(
            model_name='result',
            name='harness',
            field=models.CharField(blank=True, help_text='Software, agent or board it ran in; empty: not said.', max_length=120),
        ),
        migrations.AddField(
            model_name='result',
            name='items_run',
            field=models.PositiveIntegerField(blank=True, help_text='Items of a run on a part of the benchmark; empty: all of them, or not said.', null=True),
        ),
        migrations.AddField(
            model_name='result',
            name='read_at',
            field=models.CharField(blank=True, help_text='Where the figure was really read, if not at the source address itself.', max_length=300),
        ),
        migrations.RenameField(
            model_name='result',
            old_name='retrieved_on',
            new_name='read_on',
        ),
        migrations.AlterField(
            model_name='result',
            name='read_on',
            field=models.DateField(blank=True, help_text='Day it was read.', null=True),
        ),
        migrations.AddField(
            model_name='result',
            name='stderr',
            field=models.DecimalField(blank=True, decimal_places=6, help_text="As published, in the benchmark's unit: a 95 % interval is 3.92 of them wide.", max_digits=14, null=True, verbose_name='standard error'),
        ),
        migrations.AddConstraint(
            model_name='benchmark',
            constraint=models.CheckConstraint(condition=models.Q(('items__isnull', True), ('items__gte', 1), _connector='OR'), name='benchmark_items_is_at_least_1', violation_error_message='A benchmark has at least 1 scored item. Leave it empty if not known.'),
        ),
        migrations.AddConstraint(
            model_name='benchmark',
            constraint=models.CheckConstraint(condition=models.Q(('attempts__isnull', True), ('attempts__gte', 1), _connector='OR'), name='benchmark_attempts_is_at_least_1', violation_error_message='There is at least 1 attempt. Leave it empty if not known.'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.CheckConstraint(condition=models.Q(('attempts__isnull', True), ('attempts__gte', 1), _connector='OR'), name='result_attempts_is_at_least_1', violation_error_message='There is at least 1 attempt. Leave it empty if not said.'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.CheckConstraint(condition=models.Q(('items_run__isnull', True), ('items_run__gte', 1), _connector='OR'), name='result_items_run_is_at_least_1', violation_error_message='A run has at least 1 item. Leave it empty if not said.'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.CheckConstraint(condition=models.Q(('stderr__isnull', True), ('stderr__gte', 0), _connector='OR'), name='result_stderr_is_at_least_0', violation_error_message='A standard error may not be negative.'),
        ),
    ]
