"""Streams the sitemap of 1,000 models, all of whose 499,500 pairs are worth listing.

    python -m perf.sitemap

Fills a fresh SQLite database with standings, then reads every file of the sitemap twice: once
for the time, once for the memory that Python and NumPy allocate beyond what was there before
(the index of who has which benchmark included). Exits 1 when more than 10 MB are needed, or
when a pair is missing.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

MODELS, BENCHMARKS, RESULTS = 1_000, 200, 20_000
PAIRS = MODELS * (MODELS - 1) // 2
COMMON = 3  # tests every model has, so that every pair is listed
MOST_MEGABYTES = 10


def main() -> int:
    """Measure and print; returns the exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["DATABASE_URL"] = f"sqlite:///{Path(scratch) / 'perf.sqlite3'}"
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ.setdefault("SECRET_KEY", "perf-only-" + "0123456789" * 5)
        os.environ.setdefault("DEBUG", "false")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        fill()
        started = time.perf_counter()
        found = read_all()
        seconds = time.perf_counter() - started
        needed = megabytes_needed()
    good = needed <= MOST_MEGABYTES and found == PAIRS
    print(f"sitemap of {found:,} pairs in {seconds:.1f} s; {needed:.1f} MB extra (at most {MOST_MEGABYTES})")
    print("within budget" if good else "BUDGET MISSED")
    return 0 if good else 1


def fill() -> None:
    """Store standings of made-up models in every lane a pair page may open in."""
    from comparisons.core.scoring import standings
    from comparisons.models import DatasetRevision, Standing, StandingSnapshot
    from comparisons.pages.sitemap import lanes_a_pair_opens_in
    from models_catalog.models import LanguageModel, Organization
    from perf.standings import make_catalogue

    categories, tests, rows = make_catalogue(MODELS, BENCHMARKS, RESULTS)
    rows = with_common_tests(rows, tests)
    lab = Organization.objects.create(slug="lab", name="Lab", is_lab=True)
    slugs = sorted({row.model for row in rows})
    LanguageModel.objects.bulk_create([LanguageModel(slug=slug, name=slug, lab=lab) for slug in slugs], batch_size=200)
    ids = dict(LanguageModel.objects.values_list("slug", "pk"))
    revision = DatasetRevision.objects.create()
    StandingSnapshot.objects.update(current=False)
    for lane in lanes_a_pair_opens_in():
        computed = standings(categories, tests, rows, lane)
        snapshot = StandingSnapshot.objects.create(
            revision=revision, lane=lane, methodology=computed.fit.methodology, current=True, fit={}
        )
        stored = (
            Standing(
                snapshot=snapshot,
                model_id=ids[slug],
                overall=standing.overall,
                ranked=standing.ranked,
                detail=standing.to_dict(),
            )
            for slug, standing in computed.by_model.items()
        )
        Standing.objects.bulk_create(stored, batch_size=200)


def with_common_tests(rows: list, tests: list) -> list:
    """The rows, and for every model a result on the first few tests where it has none."""
    from dataclasses import replace

    there = {(row.model, row.benchmark) for row in rows}
    pattern, models = rows[0], sorted({row.model for row in rows})
    missing = [(model, test.slug) for model in models for test in tests[:COMMON] if (model, test.slug) not in there]
    added = [
        replace(pattern, id=10**6 + n, uid=str(10**6 + n), model=model, benchmark=benchmark, source_tier=0)
        for n, (model, benchmark) in enumerate(missing)
    ]
    return [*rows, *added]


def read_all() -> int:
    """Read every sitemap file of pairs as a server would send it, keeping nothing; returns the pairs seen."""
    from comparisons.pages import sitemap

    sitemap.pair_index.cache_clear()
    state = sitemap.sitemap_state()
    found = 0
    for part in range(1, sitemap.pair_index(state.snapshots).parts + 1):
        found += sum(text.count("<url>") for text in sitemap.pairs_file(state, part))
    return found


def megabytes_needed() -> float:
    """Peak of what is allocated while everything is read."""
    tracemalloc.start()
    read_all()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1024 / 1024


if __name__ == "__main__":
    sys.exit(main())
