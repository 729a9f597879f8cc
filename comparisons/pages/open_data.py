"""Lists of the open API, cut by cursors: each page starts behind the last item of the one before.

A cursor is the key of that item (slug, number) in a form nobody needs to read. Every function
needs a fixed number of queries, named in its docstring.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from comparisons import standing_store
from comparisons.boards import store as board_store
from comparisons.boards.rows import BoardLine
from comparisons.changes.page import ChangeFilters, Entry, entry_of, selected
from comparisons.core.changes import ChangeFacts
from comparisons.core.method import METHOD
from comparisons.pages import lookup
from comparisons.pages.base import PageError, UnknownPage
from models_catalog import snapshots
from models_catalog.core import price_terms
from models_catalog.core.specs import LANES, BenchmarkSpec, ModelSpec, PriceSpec, ResultRow
from models_catalog.models import Benchmark, LanguageModel, Organization, Price, Result

LARGEST_NUMBER = 2**63 - 1


class BadCursor(PageError):
    """A cursor that no list of ours has given out."""

    def __init__(self):
        super().__init__("The cursor cannot be read. Take it from “next” of an earlier answer, or leave it out.")


@dataclass(frozen=True)
class Slice:
    """One page of a list; `next` is the cursor of the page behind it, None at the end."""

    items: tuple[Any, ...]
    next: str | None


def cursor_of(key: str | int) -> str:
    """The cursor behind an item with this key."""
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def key_of(cursor: str) -> str:
    """The key a cursor stands for. Raises BadCursor."""
    try:
        key = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise BadCursor from None
    if not key.isprintable():  # PostgreSQL refuses texts with a NUL
        raise BadCursor
    return key


def number_of(cursor: str) -> int:
    """The number a cursor stands for. Raises BadCursor."""
    key = key_of(cursor)
    if not key.isascii() or not key.isdigit() or int(key) > LARGEST_NUMBER:
        raise BadCursor
    return int(key)


def cut(rows: Sequence, limit: int, key: Callable[[Any], str | int], shape: Callable[[Any], Any]) -> Slice:
    """The first `limit` of `rows`, which hold one more where there is a next page."""
    kept = rows[:limit]
    following = cursor_of(key(kept[-1])) if len(rows) > limit else None
    return Slice(tuple(shape(row) for row in kept), following)


# ------------------------------------------------------------------ lists


def models(cursor: str, limit: int, lab: str = "") -> Slice:
    """Published models by slug, as specs. One query."""
    rows = LanguageModel.objects.for_catalog().order_by("slug")
    if cursor:
        rows = rows.filter(slug__gt=key_of(cursor))
    if lab:
        rows = rows.filter(lab__slug=lab)
    return cut(list(rows[: limit + 1]), limit, lambda row: row.slug, snapshots.model_spec)


def benchmarks(cursor: str, limit: int, category: str = "") -> Slice:
    """Benchmarks by slug, as specs. One query."""
    rows = Benchmark.objects.for_catalog().order_by("slug")
    if cursor:
        rows = rows.filter(slug__gt=key_of(cursor))
    if category:
        rows = rows.filter(category__slug=category)
    return cut(list(rows[: limit + 1]), limit, lambda row: row.slug, snapshots.benchmark_spec)


def present_model(slug: str | None) -> str:
    """The slug that a filter means, renamings followed; "" for none. Raises UnknownModel or GoneFromHere."""
    return lookup.present_slug(slug) if slug else ""


def present_benchmark(slug: str | None) -> str:
    """The slug that a filter means; "" for none. Raises UnknownPage."""
    if slug and not Benchmark.objects.filter(slug=slug).exists():
        raise UnknownPage("benchmark", slug)
    return slug or ""


def present_provider(slug: str | None) -> str:
    """The same for a provider."""
    if slug and not Organization.objects.filter(slug=slug, is_provider=True).exists():
        raise UnknownPage("provider", slug)
    return slug or ""


def results(cursor: str, limit: int, model: str = "", benchmark: str = "") -> Slice:
    """Published and withdrawn results in the order they came, as rows. One query."""
    rows = Result.objects.public().order_by("id")
    if cursor:
        rows = rows.filter(id__gt=number_of(cursor))
    if model:
        rows = rows.filter(model__slug=model)
    if benchmark:
        rows = rows.filter(benchmark__slug=benchmark)
    found = list(rows.values_list(*snapshots.RESULT_FIELDS)[: limit + 1])
    return cut(found, limit, lambda row: row[0], snapshots.result_row)


def prices(cursor: str, limit: int, model: str = "", provider: str = "", on: dt.date | None = None) -> Slice:
    """Prices in the order they came, as specs; with `on` those that hold that day. One query."""
    rows = Price.objects.filter(offering__model__published=True)
    rows = rows.select_related("offering__model", "offering__provider").order_by("id")
    if cursor:
        rows = rows.filter(id__gt=number_of(cursor))
    if model:
        rows = rows.filter(offering__model__slug=model)
    if provider:
        rows = rows.filter(offering__provider__slug=provider)
    if on:
        rows = rows.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
        rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    return cut(list(rows[: limit + 1]), limit, lambda row: row.pk, _price_spec)


def _price_spec(row: Price) -> PriceSpec:
    offering = row.offering
    return PriceSpec(
        model=offering.model.slug,
        provider=offering.provider.slug,
        provider_name=offering.provider.name,
        first_party=offering.first_party,
        input=row.input,
        output=row.output,
        cache_read=row.cache_read,
        cache_write=row.cache_write,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        observed_on=row.observed_on,
        source_url=row.source_url,
        terms=price_terms.parse(row.terms),
        read_at=row.read_at,
        note=row.note,
    )


def changes(cursor: str, limit: int, kind: str = "", model: str = "") -> Slice:
    """The public change log, newest entry first, as (facts, worded entry). One or two queries."""
    rows = selected(ChangeFilters(kind=kind, model=model)).order_by("-id")
    if cursor:
        rows = rows.filter(id__lt=number_of(cursor))
    return cut([row.facts for row in rows[: limit + 1]], limit, lambda facts: facts.id, _worded)


def _worded(facts: ChangeFacts) -> tuple[ChangeFacts, Entry]:
    return facts, entry_of(facts)


# ------------------------------------------------------------------ single things


@dataclass(frozen=True)
class ModelFacts:
    """A model and its outcome in each lane; a lane is missing before the first recompute."""

    model: ModelSpec
    standings: dict[str, board_store.BoardEntry]


def model(slug: str) -> ModelFacts:
    """One published model with its standings. A query a lane. Raises KeyError for an unknown slug."""
    found = {}
    for lane in LANES:
        for entry in board_store.board_entries(lane, only={"slug": slug}):
            found[lane] = entry
    if found:
        return ModelFacts(next(iter(found.values())).model, found)
    row = LanguageModel.objects.for_catalog().filter(slug=slug).first()
    if row is None:
        raise KeyError(slug)
    return ModelFacts(snapshots.model_spec(row), {})


def benchmark(slug: str) -> tuple[BenchmarkSpec, tuple[ResultRow, ...]]:
    """One benchmark with its public results. Two queries. Raises UnknownPage."""
    row = Benchmark.objects.for_catalog().filter(slug=slug).first()
    if row is None:
        raise UnknownPage("benchmark", slug)
    return snapshots.benchmark_spec(row), snapshots.benchmark_results(slug)


def interval_of(line: BoardLine) -> tuple[float, float]:
    """The interval of a ranked line's score."""
    half = METHOD.z_clear * line.se
    return line.score - half, line.score + half


def revision() -> int:
    """The dataset revision every answer names. One query."""
    return standing_store.current_revision()
