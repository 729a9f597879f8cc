"""Labs, providers, category texts, benchmark details: small records beside `snapshots`.

Everything readers look up by an address of its own. Functions name their queries.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import CharField, Count, F, Value

from models_catalog.core import price_terms
from models_catalog.core.specs import RETIRED, BenchmarkSpec, PriceSpec
from models_catalog.models import Benchmark, Category, LanguageModel, Organization, Price, Result, SpeedMeasurement
from models_catalog.snapshots import benchmark_spec

MODEL_FACTS = "facts of models"


@dataclass(frozen=True)
class OrganizationFacts:
    """A lab or provider as the catalogue knows it; `country` is a two-letter code or empty."""

    slug: str
    name: str
    country: str
    website: str
    is_lab: bool
    is_provider: bool


@dataclass(frozen=True)
class ResultPlace:
    """Whose result it is, and on which benchmark."""

    model_slug: str
    model_name: str
    benchmark: BenchmarkSpec


def result_place(pk: int) -> ResultPlace | None:
    """Model and benchmark of a public result; None where there is none. One query."""
    row = (
        Result.objects.public()
        .filter(pk=pk)
        .select_related("model", "benchmark__category", "benchmark__superseded_by")
        .first()
    )
    if row is None:
        return None
    return ResultPlace(row.model.slug, row.model.name, benchmark_spec(row.benchmark))


def result_count() -> int:
    """How many results readers may see as valid. One query."""
    return Result.objects.published().count()


def organization(slug: str, *, provider: bool = False) -> OrganizationFacts | None:
    """A lab, or with `provider` a provider, by slug; None where there is none. One query."""
    kind = {"is_provider": True} if provider else {"is_lab": True}
    return next((_organization(row) for row in Organization.objects.filter(slug=slug, **kind)), None)


def organizations(*, provider: bool = False) -> tuple[OrganizationFacts, ...]:
    """All labs, or providers, by name. One query."""
    kind = {"is_provider": True} if provider else {"is_lab": True}
    return tuple(_organization(row) for row in Organization.objects.filter(**kind))


def _organization(row: Organization) -> OrganizationFacts:
    return OrganizationFacts(row.slug, row.name, row.country, row.website, row.is_lab, row.is_provider)


def category_descriptions() -> dict[str, str]:
    """What each category is about, by slug. One query."""
    return dict(Category.objects.values_list("slug", "description"))


def benchmark_licence(slug: str) -> str:
    """Under which licence a benchmark is published, as its own words; empty if not known. One query."""
    return Benchmark.objects.filter(slug=slug).values_list("licence", flat=True).first() or ""


def result_counts() -> dict[str, tuple[int, int]]:
    """Valid results and models with one, by benchmark slug. One query."""
    rows = (
        Result.objects.published()
        .order_by()
        .values_list("benchmark__slug")
        .annotate(results=Count("pk"), models=Count("model", distinct=True))
    )
    return {slug: (results, models) for slug, results, models in rows}


def provider_prices(slug: str) -> dict[str, tuple[PriceSpec, ...]]:
    """All price periods of a provider's offers for published models, by model slug. One query."""
    rows = Price.objects.filter(offering__provider__slug=slug, offering__model__published=True).values_list(
        "offering__model__slug",
        "offering__provider__slug",
        "offering__provider__name",
        "offering__first_party",
        "input",
        "output",
        "cache_read",
        "cache_write",
        "valid_from",
        "valid_to",
        "observed_on",
        "source_url",
        "terms",
        "read_at",
        "note",
        "offering__model__status",
    )
    found: dict[str, list[PriceSpec]] = {}
    for *figures, terms, read_at, note, status in rows:
        spec = PriceSpec(*figures, price_terms.parse(terms), read_at, note, offered=status != RETIRED)
        found.setdefault(spec.model, []).append(spec)
    return {model: tuple(prices) for model, prices in found.items()}


def rows_read() -> dict[tuple[str, str], int]:
    """Public results, prices, speed figures and models by (data set, where they were read). One query.

    The data set "" is what editors typed, `MODEL_FACTS` the facts of models; where a row was read is ""
    if nobody said.
    """
    nowhere, facts = (Value(text, output_field=CharField()) for text in ("", MODEL_FACTS))
    tables = (
        (Result.objects.published(), F("dataset"), F("read_at")),
        (Price.objects.filter(offering__model__published=True), F("dataset"), F("read_at")),
        (SpeedMeasurement.objects.filter(offering__model__published=True), F("dataset"), nowhere),
        (LanguageModel.objects.published().exclude(read_at=""), facts, F("read_at")),
    )
    first, *others = (
        rows.order_by().values_list(source, place).annotate(rows=Count("pk")) for rows, source, place in tables
    )
    found: dict[tuple[str, str], int] = {}
    for dataset, read_at, rows in first.union(*others, all=True):
        found[dataset, read_at] = found.get((dataset, read_at), 0) + rows
    return found
