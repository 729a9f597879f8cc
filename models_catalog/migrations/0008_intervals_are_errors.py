"""Arena intervals, so far words of the method, become standard errors."""

import re
from decimal import Decimal

from django.db import migrations

INTERVAL = re.compile(r"95 ?% (?:confidence )?interval:? ([0-9]+(?:\.[0-9]+)?) (?:to|-|–) ([0-9]+(?:\.[0-9]+)?)(?:[;,] ?|$)")
WIDTH_OF_INTERVAL = Decimal("3.92")
AT_ONCE = 500


def move_intervals(apps, schema_editor):
    """Fill `stderr` where it is empty and shorten the method; rows without an interval stay as they are."""
    results = apps.get_model("models_catalog", "Result")
    changed = []
    for row in results.objects.filter(method__contains="interval").iterator():
        found = INTERVAL.search(row.method)
        if found is None:
            continue
        low, high = (Decimal(text) for text in found.groups())
        if high < low:
            continue
        if row.stderr is None:
            row.stderr = round((high - low) / WIDTH_OF_INTERVAL, 2)
        row.method = (row.method[: found.start()] + row.method[found.end() :]).strip(" ;,")
        changed.append(row)
    results.objects.bulk_update(changed, ["stderr", "method"], batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [
        ("models_catalog", "0007_evidence_fields"),
    ]

    operations = [
        migrations.RunPython(move_intervals, migrations.RunPython.noop),
    ]
