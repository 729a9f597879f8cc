"""The names of our models and benchmarks, read from the database for the rules in `core.name_index`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import F

from models_catalog.models import (
    Benchmark,
    BenchmarkAlias,
    Category,
    LanguageModel,
    ModelAlias,
    ModelSlugRedirect,
    UnknownName,
)
from newsroom.core.layout import Book
from newsroom.core.name_index import Match, Named, NameIndex, name_key

MODEL, BENCHMARK = UnknownName.Kind.MODEL, UnknownName.Kind.BENCHMARK


def load_index(kind: str) -> NameIndex:
    """Every name of one kind: names, slugs, aliases, and of models old slugs. Two or three queries."""
    if kind == MODEL:
        rows = LanguageModel.objects.order_by("pk").values_list("pk", "slug", "name")
        index = NameIndex("model", {pk: Named(pk, slug, name) for pk, slug, name in rows})
        index.learn(
            ModelAlias.objects.values_list("dataset", "source_id", "model_id"),
            ModelSlugRedirect.objects.values_list("old_slug", "model_id"),
        )
        return index
    rows = Benchmark.objects.order_by("pk").values_list("pk", "slug", "name", "unit")
    categories = frozenset(name_key(name) for name in Category.objects.values_list("name", flat=True))
    index = NameIndex("benchmark", {pk: Named(pk, slug, name, unit) for pk, slug, name, unit in rows}, categories)
    index.learn(BenchmarkAlias.objects.values_list("dataset", "source_id", "benchmark_id"))
    return index


def load_book(answers: Mapping[str, Mapping[str, int]] | None = None) -> Book:
    """The names of both kinds, with an editor's answers {"model": {name: key or 0}, …}. Six queries."""
    given = answers or {}
    return Book(
        load_index(MODEL).answered(given.get(MODEL.value, {})),
        load_index(BENCHMARK).answered(given.get(BENCHMARK.value, {})),
    )


def find_named(kind: str, text: str) -> Match:
    """The row that an editor's answer means: a name, a slug, or “Name (slug)” as suggestions print it."""
    index = load_index(kind)
    for row in index.rows.values():
        if text.strip() in (row.shown, row.slug):
            return Match(row)
    return index.find(text)


def exact_owner(kind: str, name: str, *, other_than: int | None = None) -> Named | None:
    """The row whose own name or slug is exactly `name`: an alias must not lead elsewhere."""
    index = load_index(kind)
    key = name_key(name)
    for row in index.rows.values():
        if row.pk != other_than and (name_key(row.name) == key or row.slug == name.strip()):
            return row
    return None


def name_lists(kinds: Iterable[str]) -> list[tuple[str, list[Named]]]:
    """For each kind its rows by name, for lists to choose from."""
    return [
        (kind, sorted(load_index(kind).rows.values(), key=lambda row: (row.name.casefold(), row.slug)))
        for kind in sorted(kinds)
    ]


def queue_unknown(kind: str, names: Iterable[str], seen_in: str) -> None:
    """Put names nobody could resolve on the editors' list; ignored ones stay ignored."""
    for name in dict.fromkeys(names):
        entry, created = UnknownName.objects.get_or_create(
            kind=kind, dataset="", name=name[:200], defaults={"seen_in": seen_in[:300]}
        )
        if not created:
            UnknownName.objects.filter(pk=entry.pk).update(sightings=F("sightings") + 1, seen_in=seen_in[:300])
