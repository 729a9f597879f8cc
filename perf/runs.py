"""Runs of many models on one large set of questions against their budgets: import, pair, page, export.

    python -m perf.runs [--models 100] [--items 12032]

Makes one file of answers a model (12,032 questions, as MMLU-Pro has), imports them into an
empty SQLite database, reads and compares pairs, loads a run's page, exports and imports again.
Prints a line a measure and exits with 1 when one misses its budget. Seconds are of processor
time, so that a busy machine does not change the answer.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

PAIRS = 20
# measure → most of it
BUDGETS = {
    "megabytes of item scores": 60.0,
    "seconds a pair": 0.1,
    "seconds a run page": 2.0,
    "megabytes exported": 60.0,
}


def write_files(folder: Path, models: int, items: int) -> None:
    """One CSV of answers a model; all were asked the same questions, in 14 subjects."""
    rng = np.random.default_rng(12032)
    ease = rng.normal(size=items)
    for number in range(models):
        right = ease + rng.normal(size=items) + 1.5 * number / models > 0
        rows = "".join(f"model-{number:03},quiz,q{n:05},{int(one)}\n" for n, one in enumerate(right))
        (folder / f"model-{number:03}.csv").write_text("model,benchmark,item,score\n" + rows, encoding="utf-8")


def stored_bytes() -> int:
    """Bytes that item scores and their questions take in the database."""
    from django.db.models import Sum
    from django.db.models.functions import Length

    from models_catalog.models import ItemScore, ItemSet

    return sum(table.objects.aggregate(bytes=Sum(Length("packed")))["bytes"] or 0 for table in (ItemScore, ItemSet))


def measured(label: str, value: float, *, more: str = "") -> bool:
    """Print a measure beside its budget; whether it keeps to it."""
    budget = BUDGETS.get(label)
    fits = budget is None or value <= budget
    said = "" if budget is None else f" (at most {budget:g}: {'ok' if fits else 'TOO MUCH'})"
    print(f"{label}: {value:.3f}{said}{more}", flush=True)
    return fits


def main(models: int, items: int, folder: Path) -> bool:
    from django.core.management import call_command

    from comparisons.core.paired import pair_answers
    from comparisons.runs.page import load_run
    from importers import formats
    from importers.apply import apply_batch
    from importers.exporters import export_catalogue
    from models_catalog import run_shelf, snapshots
    from models_catalog.models import Benchmark, EvaluationRun, LanguageModel, Organization

    call_command("migrate", verbosity=0)
    lab = Organization.objects.create(slug="lab", name="Lab", is_lab=True)
    Benchmark.objects.create(
        slug="quiz", name="Quiz", kind="percent", floor=0, best=100, maximum=100, weight=0, items=items
    )
    LanguageModel.objects.bulk_create(
        LanguageModel(slug=f"model-{n:03}", name=f"Model {n}", lab=lab) for n in range(models)
    )
    answers = folder / "answers"
    answers.mkdir()
    write_files(answers, models, items)
    began = time.process_time()
    report = apply_batch(formats.read("items-csv", answers), reason="perf")
    assert report.written, report.problems[:3]
    fits = [measured("seconds to import", time.process_time() - began, more=f", {models} models x {items} items")]
    fits.append(measured("megabytes of item scores", stored_bytes() / 1e6))
    seconds = []
    for number in range(min(PAIRS, models - 1)):
        began = time.process_time()
        slugs = f"model-{number:03}", f"model-{number + 1:03}"
        found = run_shelf.answers_behind(snapshots.public_results(slugs))
        one, other = (next(iter(found[slug].values())) for slug in slugs)
        paired = pair_answers(one, other)
        seconds.append(time.process_time() - began)
        assert paired.items == items
    fits.append(
        measured("seconds a pair", sorted(seconds)[len(seconds) // 2], more=", median of reading and comparing")
    )
    began = time.process_time()
    load_run(EvaluationRun.objects.order_by("pk").first().pk)
    fits.append(measured("seconds a run page", time.process_time() - began, more=", before it is kept"))
    began = time.process_time()
    export_catalogue(folder / "export")
    size = sum(file.stat().st_size for file in (folder / "export").iterdir()) / 1e6
    fits.append(measured("megabytes exported", size, more=f", in {time.process_time() - began:.1f} s"))
    began = time.process_time()
    again = apply_batch(formats.read("csv", folder / "export"), reason="perf")
    assert not again.problems, again.problems[:3]
    assert not again.changed
    measured("seconds to read the export again", time.process_time() - began, more=", nothing changed")
    return all(fits)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument("--items", type=int, default=12_032)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="perf-runs-") as place:
        os.environ["DATABASE_URL"] = f"sqlite:///{place}/perf.sqlite3"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        sys.exit(0 if main(chosen.models, chosen.items, Path(place)) else 1)
