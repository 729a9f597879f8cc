"""Functions that make one valid row each; every argument overrides a default.

Related rows are given as objects, or made. Names count up, so two calls never clash.
"""

from __future__ import annotations

import itertools
from decimal import Decimal

from models_catalog.models import (
    Benchmark,
    Category,
    LanguageModel,
    Offering,
    Organization,
    Price,
    Result,
    SpeedMeasurement,
)

_numbers = itertools.count(1)


def make_organization(**overrides) -> Organization:
    """A lab that also serves models."""
    number = next(_numbers)
    values = {"slug": f"lab-{number}", "name": f"Lab {number}", "is_lab": True, "is_provider": True}
    return Organization.objects.create(**values | overrides)


def make_category(**overrides) -> Category:
    """A category beside the eight that the migrations bring."""
    number = next(_numbers)
    values = {"slug": f"category-{number}", "name": f"Category {number}", "weight": Decimal(10)}
    return Category.objects.create(**values | overrides)


def make_model(**overrides) -> LanguageModel:
    """A published model of a lab of its own."""
    number = next(_numbers)
    values = {"slug": f"model-{number}", "name": f"Model {number}"} | overrides
    if "lab" not in values:
        values["lab"] = make_organization()
    return LanguageModel.objects.create(**values)


def make_benchmark(**overrides) -> Benchmark:
    """A weighted percent benchmark, 0 to 100, in the category "coding" unless `category` says otherwise.

    `category` may be a slug.
    """
    number = next(_numbers)
    values = {
        "slug": f"benchmark-{number}",
        "name": f"Benchmark {number}",
        "category": "coding",
        "floor": 0.0,
        "best": 100.0,
        "maximum": 100.0,
    } | overrides
    if isinstance(values["category"], str):
        values["category"] = Category.objects.get(slug=values["category"])
    return Benchmark.objects.create(**values)


def make_result(**overrides) -> Result:
    """A published, independent score of 50."""
    number = next(_numbers)
    values = {
        "score": Decimal(50),
        "source_kind": Result.SourceKind.INDEPENDENT,
        "source_tier": Result.Tier.INDEPENDENT,
        "source_url": "https://example.org/board",
        "dataset": "tests",
        "row_id": f"row-{number}",
    } | overrides
    if "model" not in values:
        values["model"] = make_model()
    if "benchmark" not in values:
        values["benchmark"] = make_benchmark()
    return Result.objects.create(**values)


def make_offering(**overrides) -> Offering:
    """A model at its own lab, or at `provider`."""
    values = dict(overrides)
    if "model" not in values:
        values["model"] = make_model()
    values.setdefault("provider", values["model"].lab)
    values.setdefault("first_party", values["provider"] == values["model"].lab)
    return Offering.objects.create(**values)


def make_price(**overrides) -> Price:
    """1 USD in, 4 USD out per 1M tokens, without dates; `model` and `provider` may stand for an offering."""
    return Price.objects.create(**{"input": Decimal(1), "output": Decimal(4)} | _with_offering(overrides))


def make_speed(**overrides) -> SpeedMeasurement:
    """100 tokens per second after half a second."""
    figures = {"output_tokens_per_second": Decimal(100), "time_to_first_token": Decimal("0.5")}
    return SpeedMeasurement.objects.create(**figures | _with_offering(overrides))


def _with_offering(overrides: dict) -> dict:
    values = dict(overrides)
    if "offering" not in values:
        named = {name: values.pop(name) for name in ("model", "provider") if name in values}
        found = Offering.objects.filter(**named).first() if len(named) == 2 else None
        values["offering"] = found or make_offering(**named)
    return values
