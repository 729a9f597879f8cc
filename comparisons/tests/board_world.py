"""A generated catalogue for boards: as many models as a test asks for, seeded, with holes.

    models      model-0000 …, of five labs, every third with open weights; strength falls with the number
    benchmarks  40, five to a category, each its own family; about half of the cells are filled
    prices      every second model, at its lab, from 1 cent up; the last of them free
    sources     independent and makers' own in turn

`ODD_NAMES` are names that break careless pages.
"""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from comparisons import standing_store
from models_catalog.models import Benchmark, Category, LanguageModel, Offering, Organization, Price, Result

LONG = "Extraordinarily-Long-Model-Name-Without-Any-Space-To-Break-It-Into-Lines-80-Chars"[:80]
SCRIPT = "<script>alert(1)</script>"
RIGHT_TO_LEFT = "نموذج اللغة الكبير"
ODD_NAMES = (LONG, SCRIPT, RIGHT_TO_LEFT)
BENCHMARKS = 40
LABS = 5
EPOCH = dt.date(2026, 1, 1)


def fill(models: int, *, names: tuple[str, ...] = (), seed: int = 1, density: float = 0.5) -> None:
    """Write the catalogue and compute its standings. The first models take `names`."""
    dice = random.Random(seed)
    labs = Organization.objects.bulk_create(
        Organization(slug=f"maker-{n}", name=f"Maker {n}", is_lab=True, is_provider=True) for n in range(LABS)
    )
    categories = list(Category.objects.all())
    benchmarks = Benchmark.objects.bulk_create(
        Benchmark(
            slug=f"bench-{n:02}",
            name=f"Bench {n:02}",
            category=categories[n % len(categories)],
            family=f"bench-{n:02}",
            floor=0,
            best=100,
            maximum=100,
        )
        for n in range(BENCHMARKS)
    )
    made = LanguageModel.objects.bulk_create(
        LanguageModel(
            slug=f"model-{n:04}",
            name=names[n] if n < len(names) else f"Model {n:04}",
            lab=labs[n % LABS],
            family=f"family-{n % 7}",
            release_date=EPOCH + dt.timedelta(days=n % 300),
            context_window=None if n % 4 == 3 else 32_000 * (1 + n % 9),
            open_weights=n % 3 == 0,
            reasoning=("no", "optional", "always", "unknown")[n % 4],
            licence="MIT" if n % 3 == 0 else "",
        )
        for n in range(models)
    )
    Result.objects.bulk_create(_results(made, benchmarks, dice, density), batch_size=2000)
    offered = Offering.objects.bulk_create(
        Offering(model=model, provider=model.lab, first_party=True) for model in made[::2]
    )
    Price.objects.bulk_create(
        Price(
            offering=offering,
            input=Decimal(0) if n == len(offered) - 1 else Decimal(n + 1) / 100,
            output=Decimal(0) if n == len(offered) - 1 else Decimal(n + 1) / 25,
            valid_from=EPOCH,
            source_url="https://example.org/prices",
        )
        for n, offering in enumerate(offered)
    )
    standing_store.recompute("test world")


def empty() -> None:
    """Take everything out again but the categories, and compute the standings of nothing."""
    for table in (Price, Offering, Result, LanguageModel, Benchmark, Organization):
        table.objects.all().delete()


def _results(models, benchmarks, dice: random.Random, density: float) -> list[Result]:
    found = []
    for place, model in enumerate(models):
        strength = 80 - 60 * place / max(len(models), 2)
        for number, benchmark in enumerate(benchmarks):
            if dice.random() > density:
                continue
            own = (place + number) % 2 == 1
            score = min(99.0, max(1.0, strength + dice.gauss(0, 6)))
            found.append(
                Result(
                    model=model,
                    benchmark=benchmark,
                    score=Decimal(f"{score:.1f}"),
                    source_kind="provider-reported" if own else "independent",
                    source_tier=3 if own else 1,
                    source_url="https://example.org/board",
                    dataset="tests",
                    row_id=f"{model.slug}:{benchmark.slug}",
                )
            )
    return found
