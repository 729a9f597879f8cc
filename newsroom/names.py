"""Finds what a pasted name means: by alias, slug, old slug or the name itself; never by guessing."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import F

from models_catalog.models import (
    Benchmark,
    BenchmarkAlias,
    LanguageModel,
    ModelAlias,
    ModelSlugRedirect,
    UnknownName,
)
from newsroom.core.pasted import name_key

MODEL, BENCHMARK = UnknownName.Kind.MODEL, UnknownName.Kind.BENCHMARK


class NameBook:
    """All names of one kind, read in two or three queries; finding a name costs none.

    An alias without a dataset or the row's own name and slug lead to one row; where one key
    could mean two rows it leads to none, and `rivals` names them.
    """

    def __init__(self, kind: str):
        self.kind = kind
        self.names: dict[int, str] = {}
        self._keys: dict[str, set[int]] = defaultdict(set)
        self._aliases: dict[str, int] = {}
        table, aliases, target = (
            (LanguageModel, ModelAlias, "model_id") if kind == MODEL else (Benchmark, BenchmarkAlias, "benchmark_id")
        )
        for pk, slug, name in table.objects.order_by("pk").values_list("pk", "slug", "name"):
            self.names[pk] = name
            self._keys[name_key(slug)].add(pk)
            self._keys[name_key(name)].add(pk)
        for dataset, name, pk in aliases.objects.values_list("dataset", "source_id", target):
            if not dataset:
                self._aliases[name_key(name)] = pk
            self._keys[name_key(name)].add(pk)
        if kind == MODEL:
            for slug, pk in ModelSlugRedirect.objects.values_list("old_slug", "model_id"):
                self._keys[name_key(slug)].add(pk)

    def find(self, name: str) -> int | None:
        """Key of the row that `name` means, or None if nobody or more than one is called so."""
        key = name_key(name)
        if key in self._aliases:
            return self._aliases[key]
        found = self._keys.get(key, set())
        return next(iter(found)) if len(found) == 1 else None

    def rivals(self, name: str) -> list[str]:
        """Names of the rows that `name` could mean, where there are several."""
        found = self._keys.get(name_key(name), set())
        return sorted(self.names[pk] for pk in found) if len(found) > 1 else []

    def keys_of(self, pk: int) -> set[str]:
        """Every key under which `pk`, and nothing else, is found."""
        known = {key for key, found in self._keys.items() if found == {pk}}
        return known | {key for key, target in self._aliases.items() if target == pk}

    def keys(self) -> dict[int, list[str]]:
        """For every row the keys that lead to it alone, for a page that matches names itself."""
        by_row: dict[int, list[str]] = defaultdict(list)
        for key, found in self._keys.items():
            if len(found) == 1 and key not in self._aliases:
                by_row[next(iter(found))].append(key)
        for key, pk in self._aliases.items():
            by_row[pk].append(key)
        return by_row


def queue_unknown(kind: str, names: list[str], seen_in: str) -> None:
    """Put names nobody could resolve on the editors' list; ignored ones stay ignored."""
    for name in dict.fromkeys(names):
        entry, created = UnknownName.objects.get_or_create(
            kind=kind, dataset="", name=name[:200], defaults={"seen_in": seen_in[:300]}
        )
        if not created:
            UnknownName.objects.filter(pk=entry.pk).update(sightings=F("sightings") + 1, seen_in=seen_in[:300])
