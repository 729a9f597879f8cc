"""From rows to specs in a fixed number of queries: the one door out of the database.

Functions name their queries. Nothing behind this door sees a table; nothing in front of
it builds a spec by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import CharField, DateField, DecimalField, F, IntegerField, TextField, Value
from django.db.models.functions import Cast

from models_catalog.core import price_terms
from models_catalog.core.specs import (
    RETIRED,
    BenchmarkSpec,
    CategorySpec,
    ModelSpec,
    PriceSpec,
    ResultRow,
    SpeedSpec,
    is_part,
)
from models_catalog.models import Benchmark, Category, LanguageModel, Price, Result, SpeedMeasurement

RESULT_FIELDS = (
    "id",
    "dataset",
    "row_id",
    "model__slug",
    "benchmark__slug",
    "score",
    "variant",
    "method",
    "standard",
    "effort",
    "source_kind",
    "source_tier",
    "source_url",
    "measured_on",
    "measured_on_kind",
    "read_on",
    "state",
    "note",
    "withdrawn_reason",
    "read_at",
    "evaluator",
    "harness",
    "attempts",
    "items_run",
    "stderr",
    "benchmark__items",
)


@dataclass(frozen=True)
class Catalogue:
    """Everything scoring reads: categories, benchmarks, models and public results."""

    categories: tuple[CategorySpec, ...]
    benchmarks: tuple[BenchmarkSpec, ...]
    models: tuple[ModelSpec, ...]
    results: tuple[ResultRow, ...]


@dataclass(frozen=True)
class Operations:
    """Prices and speeds by model slug."""

    prices: dict[str, tuple[PriceSpec, ...]]
    speeds: dict[str, tuple[SpeedSpec, ...]]


def category_spec(category: Category) -> CategorySpec:
    """One category row as a spec."""
    return CategorySpec(
        category.slug,
        category.name,
        category.position,
        float(category.weight),
        short=category.short_name,
        colour=category.colour,
    )


def categories() -> tuple[CategorySpec, ...]:
    """All categories in page order. One query."""
    return tuple(category_spec(row) for row in Category.objects.all())


def benchmark_spec(benchmark: Benchmark) -> BenchmarkSpec:
    """One benchmark row, with its category and successor loaded, as a spec."""
    return BenchmarkSpec(
        slug=benchmark.slug,
        name=benchmark.name,
        category=benchmark.category.slug if benchmark.category else None,
        family=benchmark.family or benchmark.slug,
        unit=benchmark.unit,
        direction=benchmark.direction,
        kind=benchmark.kind,
        floor=benchmark.floor,
        best=benchmark.best,
        anchor=benchmark.anchor,
        maximum=benchmark.maximum,
        weight=benchmark.weight,
        display_reason=benchmark.display_reason,
        version=benchmark.version,
        description=benchmark.description,
        source_url=benchmark.source_url,
        items=benchmark.items,
        attempts=benchmark.attempts,
        items_source=benchmark.items_source,
        retired_on=benchmark.retired_on,
        superseded_by=benchmark.superseded_by.slug if benchmark.superseded_by else "",
    )


def benchmarks() -> tuple[BenchmarkSpec, ...]:
    """All benchmarks by slug. One query."""
    return tuple(benchmark_spec(row) for row in Benchmark.objects.for_catalog().order_by("slug"))


def model_spec(model: LanguageModel) -> ModelSpec:
    """One model row, with its lab loaded, as a spec."""
    return ModelSpec(
        slug=model.slug,
        name=model.name,
        lab=model.lab.slug,
        lab_name=model.lab.name,
        family=model.family,
        release_date=model.release_date,
        release_precision=model.release_date_precision,
        knowledge_cutoff=model.knowledge_cutoff,
        knowledge_cutoff_precision=model.knowledge_cutoff_precision,
        context_window=model.context_window,
        max_output_tokens=model.max_output_tokens,
        reasoning=model.reasoning,
        open_weights=model.open_weights,
        licence=model.licence,
        total_parameters=model.total_parameters,
        active_parameters=model.active_parameters,
        input_modalities=tuple(model.input_modalities.split()),
        output_modalities=tuple(model.output_modalities.split()),
        status=model.status,
        weights_url=model.weights_url,
        source_url=model.source_url,
        read_at=model.read_at,
        read_on=model.read_on,
    )


def models() -> tuple[ModelSpec, ...]:
    """All published models by slug. One query."""
    return tuple(model_spec(row) for row in LanguageModel.objects.for_catalog().order_by("slug"))


def result_row(values: tuple) -> ResultRow:
    """One result from a `values_list` row in the order of RESULT_FIELDS.

    A run on a part of the items is not the standard setting, whatever the row says: the
    number of items may have become known after it.
    """
    given = dict(zip(RESULT_FIELDS, values, strict=True))
    dataset, row_id, pk = given["dataset"], given.pop("row_id"), given["id"]
    items = given.pop("benchmark__items")
    return ResultRow(
        uid=f"{dataset}:{row_id}" if row_id else f"~{pk:012d}",
        model=given.pop("model__slug"),
        benchmark=given.pop("benchmark__slug"),
        standard=given.pop("standard") and not is_part(given["items_run"], items),
        date_kind=given.pop("measured_on_kind"),
        **given,
    )


def published_results() -> tuple[ResultRow, ...]:
    """Every result that may count in some lane. One query."""
    rows = Result.objects.published().order_by("id").values_list(*RESULT_FIELDS)
    return tuple(result_row(row) for row in rows)


def public_results(model_slugs: Iterable[str]) -> dict[str, tuple[ResultRow, ...]]:
    """Published and withdrawn results of some models, by slug. One query."""
    slugs = tuple(model_slugs)
    rows = Result.objects.public().filter(model__slug__in=slugs).order_by("id").values_list(*RESULT_FIELDS)
    found: dict[str, list[ResultRow]] = {slug: [] for slug in slugs}
    for row in rows:
        result = result_row(row)
        found[result.model].append(result)
    return {slug: tuple(items) for slug, items in found.items()}


def benchmark_results(slug: str) -> tuple[ResultRow, ...]:
    """Published and withdrawn results on one benchmark. One query."""
    rows = Result.objects.public().filter(benchmark__slug=slug).order_by("id").values_list(*RESULT_FIELDS)
    return tuple(result_row(row) for row in rows)


def load_catalogue() -> Catalogue:
    """Everything scoring reads. Four queries."""
    return Catalogue(categories(), benchmarks(), models(), published_results())


def operations(model_slugs: Iterable[str] | None = None) -> Operations:
    """Prices and speeds of some models (all published ones by default). One query.

    Both tables come back through one UNION: a page that shows prices shows speeds too,
    and the number of queries is a budget.
    """
    money = DecimalField(max_digits=12, decimal_places=6)
    no_money, no_date = Cast(Value(None), money), Cast(Value(None), DateField())
    whole = IntegerField()
    no_whole, no_text = Cast(Value(None), whole), Value("", output_field=CharField())
    common = (
        "offering__model__slug",
        "offering__provider__slug",
        "offering__provider__name",
        "offering__first_party",
        "source_url",
        "offering__model__status",
    )

    def rows(queryset, **columns):
        if model_slugs is not None:
            queryset = queryset.filter(offering__model__slug__in=tuple(model_slugs))
        else:
            queryset = queryset.filter(offering__model__published=True)
        return queryset.order_by().annotate(**columns).values_list(*common, *columns)

    prices = rows(
        Price.objects,
        x_kind=Value("price", output_field=CharField()),
        x_first=Cast(F("input"), money),
        x_second=Cast(F("output"), money),
        x_third=Cast(F("cache_read"), money),
        x_fourth=Cast(F("cache_write"), money),
        x_from=F("valid_from"),
        x_to=F("valid_to"),
        x_seen=F("observed_on"),
        x_note=F("note"),
        x_terms=F("terms"),
        x_read=F("read_at"),
        x_fifth=no_money,
        x_sixth=no_money,
        x_runs=no_whole,
        x_prompt=no_whole,
        x_region=no_text,
    )
    speeds = rows(
        SpeedMeasurement.objects,
        x_kind=Value("speed", output_field=CharField()),
        x_first=Cast(F("output_tokens_per_second"), money),
        x_second=Cast(F("time_to_first_token"), money),
        x_third=Cast(F("speed_low"), money),
        x_fourth=Cast(F("speed_high"), money),
        x_from=F("measured_on"),
        x_to=no_date,
        x_seen=no_date,
        x_note=F("suspect"),
        x_terms=Value("", output_field=TextField()),
        x_read=no_text,
        x_fifth=Cast(F("first_token_low"), money),
        x_sixth=Cast(F("first_token_high"), money),
        x_runs=Cast(F("runs"), whole),
        x_prompt=Cast(F("prompt_tokens"), whole),
        x_region=F("region"),
    )
    found_prices: dict[str, list[PriceSpec]] = {}
    found_speeds: dict[str, list[SpeedSpec]] = {}
    for row in prices.union(speeds, all=True):
        model, provider, name, own, url, status, kind, first, second, third, fourth, start, end, seen, *rest = row
        note, terms, read_at, fifth, sixth, *setup = rest
        if kind == "price":
            figures = first, second, third, fourth, start, end, seen, url
            about = price_terms.parse(terms), read_at, note, status != RETIRED
            spec = PriceSpec(model, provider, name, own, *figures, *about)
            found_prices.setdefault(model, []).append(spec)
        else:
            spreads = (third, fourth), (fifth, sixth)
            spec = SpeedSpec(model, provider, name, own, first, second, start, url, note, *setup, *spreads)
            found_speeds.setdefault(model, []).append(spec)
    earliest = dt.date.min
    return Operations(
        {
            model: tuple(sorted(specs, key=lambda p: (not p.first_party, p.provider, p.valid_from or earliest)))
            for model, specs in found_prices.items()
        },
        {
            model: tuple(sorted(specs, key=lambda s: (not s.first_party, s.provider, s.measured_on or earliest)))
            for model, specs in found_speeds.items()
        },
    )
