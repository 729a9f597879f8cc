"""Finds the row a source's name means, and collects the names nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db import models, transaction
from django.utils import timezone

from importers.cells import shortened
from importers.records import Batch, Place, Problem
from importers.report import ImportReport
from models_catalog.core.loose_names import LooseIndex
from models_catalog.models import (
    Benchmark,
    BenchmarkAlias,
    Category,
    GoneModel,
    LanguageModel,
    ModelAlias,
    ModelSlugRedirect,
    Organization,
    UnknownName,
)

SomeRow = TypeVar("SomeRow", bound=models.Model)
KIND = UnknownName.Kind
MOST_TOLD = 20
AT_ONCE = 200
# kind of name → (list of the batch that declares it, the layout's word for it)
DECLARED_IN = {
    KIND.MODEL: ("models", "model"),
    KIND.BENCHMARK: ("benchmarks", "benchmark"),
    KIND.ORGANIZATION: ("organizations", "organisation"),
}


class Names:
    """The catalogue by name: a handful of queries when made, none while resolving."""

    def __init__(self, batch: Batch, report: ImportReport):
        self.batch, self.report = batch, report
        self.categories = {row.slug: row for row in Category.objects.all()}
        self.organizations = {row.slug: row for row in Organization.objects.all()}
        self.benchmarks = {row.slug: row for row in Benchmark.objects.all()}
        self.models = {row.slug: row for row in LanguageModel.objects.select_related("lab")}
        self.old_slugs = {row.old_slug: row for row in ModelSlugRedirect.objects.all()}
        self.gone = {row.old_slug: row for row in GoneModel.objects.all()}
        self.aliases = {(row.dataset, row.source_id): row for row in ModelAlias.objects.all()}
        self.benchmark_aliases = {(row.dataset, row.source_id): row for row in BenchmarkAlias.objects.all()}
        self._by_id: dict[int, LanguageModel] = {}
        self._benchmark_by_id: dict[int, Benchmark] = {}
        self._models_by_name: dict[str, list[LanguageModel]] = {}
        self._benchmarks_by_name: dict[str, list[Benchmark]] = {}
        self._loose_models: dict[str, LooseIndex[int]] = {}
        self._loose_benchmarks: dict[str, LooseIndex[str]] = {}
        self.remember_models()
        self.remember_benchmarks()
        self.told_by_letters: dict[str, str] = {}  # name in the source → slug it was found to mean
        self._ignored = set(
            UnknownName.objects.filter(state=UnknownName.State.IGNORED).values_list("kind", "dataset", "name")
        )

    def by_old_or_new_slug(self, slug: str) -> LanguageModel | None:
        """The model with this slug, or the one that once had it."""
        model = self.models.get(slug)
        if model is None and slug in self.old_slugs:
            model = self._model_of(self.old_slugs[slug])
        return model

    def _model_of(self, row) -> LanguageModel | None:
        return self._by_id.get(row.model_id)

    def remember_models(self) -> None:
        """Learn the keys of models written since; call it after a flush."""
        self._by_id = {row.pk: row for row in self.models.values()}
        self._loose_models = {}
        self._models_by_name = _by_name(self.models.values())

    def remember_benchmarks(self) -> None:
        """The same for benchmarks."""
        self._benchmark_by_id = {row.pk: row for row in self.benchmarks.values()}
        self._loose_benchmarks = {}
        self._benchmarks_by_name = _by_name(self.benchmarks.values())

    def model(self, name: str, dataset: str, place: Place) -> LanguageModel | None:
        """The model a row means; None when the row is refused or to be passed over."""
        found = self.by_old_or_new_slug(name) if self.batch.names_are_slugs else None
        if found is None:
            alias = self.aliases.get((dataset, name)) or self.aliases.get(("", name))
            found = self._model_of(alias) if alias else self._own_model(name) or self.model_by_letters(name, dataset)
        return found or self._unknown(KIND.MODEL, dataset, name, place, "model")

    def _own_model(self, name: str) -> LanguageModel | None:
        """The model whose own slug or name, letter by letter, a source writes; None where two are called so."""
        named = self._models_by_name.get(name, ())
        return self.by_old_or_new_slug(name) or (named[0] if len(named) == 1 else None)

    def benchmark(self, name: str, dataset: str, place: Place) -> Benchmark | None:
        """The benchmark a row means, as `model`."""
        found = self.benchmarks.get(name)
        if found is None:
            alias = self.benchmark_aliases.get((dataset, name)) or self.benchmark_aliases.get(("", name))
            found = (
                self._benchmark_by_id.get(alias.benchmark_id)
                if alias
                else self._own_benchmark(name) or self.benchmark_by_letters(name, dataset)
            )
        return found or self._unknown(KIND.BENCHMARK, dataset, name, place, "benchmark")

    def knows_benchmark(self, name: str, dataset: str) -> bool:
        """Whether a benchmark of this name is known here, or the name is one an editor chose to ignore."""
        known = (dataset, name) in self.benchmark_aliases or ("", name) in self.benchmark_aliases
        known = known or name in self.benchmarks or self._own_benchmark(name) is not None
        ignored = (KIND.BENCHMARK, dataset, name) in self._ignored
        return known or ignored or self.benchmark_by_letters(name, dataset) is not None

    def _own_benchmark(self, name: str) -> Benchmark | None:
        """The benchmark whose own name a source writes letter by letter; None where two are called so."""
        named = self._benchmarks_by_name.get(name, ())
        return named[0] if len(named) == 1 else None

    def model_by_letters(self, name: str, dataset: str) -> LanguageModel | None:
        """The one model whose slug, name or alias differs from `name` only in dress, for sources with names of
        their own; none where an editor chose to ignore the name.

        Only aliases of the same data set speak: in another one, the name may mean another version.
        """
        if self.batch.names_are_slugs or (KIND.MODEL, dataset, name) in self._ignored:
            return None
        if dataset not in self._loose_models:
            names = [(text, row.pk) for row in self._by_id.values() if row.pk for text in (row.slug, row.name)]
            names += [(old, row.model_id) for old, row in self.old_slugs.items()]
            names += [(text, row.model_id) for (of, text), row in self.aliases.items() if of in ("", dataset)]
            self._loose_models[dataset] = LooseIndex(names)
        found = self._by_id.get(self._loose_models[dataset].find(name) or 0)
        if found is not None:
            self.told_by_letters[name] = found.slug
        return found

    def benchmark_by_letters(self, name: str, dataset: str) -> Benchmark | None:
        """The same for benchmarks."""
        if self.batch.names_are_slugs or (KIND.BENCHMARK, dataset, name) in self._ignored:
            return None
        if dataset not in self._loose_benchmarks:
            names = [(text, slug) for slug, row in self.benchmarks.items() for text in (slug, row.name)]
            for (of, text), row in self.benchmark_aliases.items():
                meant = self._benchmark_by_id.get(row.benchmark_id)
                if meant is not None and of in ("", dataset):
                    names.append((text, meant.slug))
            self._loose_benchmarks[dataset] = LooseIndex(names)
        found = self.benchmarks.get(self._loose_benchmarks[dataset].find(name) or "")
        if found is not None:
            self.told_by_letters[name] = found.slug
        return found

    def tell(self) -> None:
        """Note which names were told by their letters and digits alone."""
        told = self.told_by_letters
        if told:
            shown = "; ".join(f"“{shortened(name)}” is {slug}" for name, slug in sorted(told.items())[:MOST_TOLD])
            more = f"; and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
            self.report.notes.append(f"Names told by letters and digits alone: {len(told)} ({shown}{more}).")

    def organization(self, name: str, dataset: str, place: Place, field: str) -> Organization | None:
        """The lab or provider a row means, as `model`."""
        found = self.organizations.get(name)
        return found or self._unknown(KIND.ORGANIZATION, dataset, name, place, field)

    def _unknown(self, kind: str, dataset: str, name: str, place: Place, field: str) -> None:
        """Refuse the row and queue the name, unless an editor chose to ignore it."""
        target, word = DECLARED_IN[kind]
        shown = shortened(name)
        if (kind, dataset, name) in self._ignored:
            note = f"Rows of the {word} “{shown}” were passed over: an editor chose to ignore the name."
            if note not in self.report.notes:
                self.report.notes.append(note)
            reason = f"An editor chose to ignore the {word} “{shown}”."
            self.report.skipped.append(Problem(place.file, place.line, "", reason))
        elif target in self.batch.unread or (target, name) in self.batch.refused_names:
            self.report.refuse(place, field, f"The {word} “{shown}” was refused itself. Repair that row first.")
        else:
            self.report.note_unknown(kind, dataset, name, place)
            self.report.refuse(
                place,
                field,
                f"No {word} is called “{shown}”. Correct the name, or add it first"
                + ("." if kind == KIND.ORGANIZATION else f" (as a {word} or as an alias)."),
            )


def _by_name(rows: Iterable[SomeRow]) -> dict[str, list[SomeRow]]:
    found: dict[str, list[SomeRow]] = {}
    for row in rows:
        found.setdefault(row.name, []).append(row)
    return found


def queue_unknown_names(report: ImportReport) -> None:
    """Put the report's unknown names on the editors' list, whatever became of the import's rows."""
    with transaction.atomic():
        _queue(report)


def _queue(report: ImportReport) -> None:
    """One query to know what is queued, one for what is new, one for each kind of change."""
    seen = {
        (kind, dataset[:60], name[:200]): (str(place)[:300], times)
        for (kind, dataset, name), (place, times) in report.unknown_names.items()
    }
    datasets = {dataset for _, dataset, _ in seen}
    stored = {(row.kind, row.dataset, row.name): row for row in UnknownName.objects.filter(dataset__in=datasets)}
    new = [
        UnknownName(kind=kind, dataset=dataset, name=name, seen_in=place, sightings=times)
        for (kind, dataset, name), (place, times) in seen.items()
        if (kind, dataset, name) not in stored
    ]
    again = [row for key, row in stored.items() if key in seen]
    for row in again:
        row.seen_in, times = seen[row.kind, row.dataset, row.name]
        row.sightings += times
        row.state, row.updated_at = UnknownName.State.OPEN, timezone.now()
    UnknownName.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)
    UnknownName.objects.bulk_update(again, ["seen_in", "sightings", "state", "updated_at"], batch_size=AT_ONCE)
