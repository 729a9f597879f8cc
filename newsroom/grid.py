"""The score sheet's grid: which rows it offers, and what each row already holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from models_catalog.models import Benchmark, LanguageModel, Result
from newsroom.plans import describe, fingerprint, recorded, results_by_pair
from newsroom.ranges import score_range

OWN, COMMON, ALL = "own", "common", "all"
MEASURED_OFTEN = 10  # results from which a benchmark is “commonly measured”
RECENT = dt.timedelta(days=550)
MOST_ROWS = 600  # below Django's limit of fields in a form


@dataclass(frozen=True)
class GridRow:
    """One row: the benchmark (or model) that it is about and what is recorded there."""

    pk: int
    name: str
    group: str
    scale: str
    recorded: tuple[str, ...]
    present: str  # newest public score as a plain number, for marking differences
    text: str
    seen: str


@dataclass(frozen=True)
class Scope:
    """A choice of rows with how many it has."""

    word: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Grid:
    """Everything the form shows below its source."""

    rows: tuple[GridRow, ...]
    scopes: tuple[Scope, ...]
    left_off: int

    @property
    def seen(self) -> dict[str, str]:
        """Row key to the fingerprint of what the editor sees now."""
        return {str(row.pk): row.seen for row in self.rows if row.seen}


def build_grid(
    subject: LanguageModel | Benchmark, scope: str, typed: Mapping[int, str], today: dt.date, extra: Iterable[int] = ()
) -> Grid:
    """The grid about `subject`; rows with something typed, and `extra` ones, always appear."""
    about_model = isinstance(subject, LanguageModel)
    candidates = _benchmarks(subject) if about_model else _models(subject, today)
    counts = {word: rows.count() for word, rows in candidates.items()}
    if scope not in candidates:
        scope = OWN if counts[OWN] else COMMON
    keys = list(candidates[scope].values_list("pk", flat=True)[:MOST_ROWS])
    wanted = [*dict.fromkeys([*typed, *extra]), *keys]
    table = Benchmark if about_model else LanguageModel
    related = "category" if about_model else "lab"
    found = table.objects.select_related(related).filter(pk__in=wanted)
    rows = sorted(found, key=_order_in_grid)
    stored = results_by_pair([subject.pk], wanted) if about_model else results_by_pair(wanted, [subject.pk])
    lines = tuple(_row(row, row if about_model else subject, stored[_pair(subject, row)], typed) for row in rows)
    return Grid(lines, tuple(_scopes(about_model, scope, counts)), max(0, counts[scope] - MOST_ROWS))


def _pair(subject, row) -> tuple[int, int]:
    return (subject.pk, row.pk) if isinstance(subject, LanguageModel) else (row.pk, subject.pk)


def _benchmarks(model: LanguageModel) -> dict[str, QuerySet]:
    everything = Benchmark.objects.order_by("category__position", "name")
    counted = everything.annotate(often=Count("results", filter=Q(results__state=Result.State.PUBLISHED)))
    own = everything.filter(pk__in=Result.objects.filter(model=model).values("benchmark"))
    return {OWN: own, COMMON: counted.filter(often__gte=MEASURED_OFTEN), ALL: everything}


def _models(benchmark: Benchmark, today: dt.date) -> dict[str, QuerySet]:
    everything = LanguageModel.objects.order_by("lab__name", "name")
    recent = everything.filter(Q(release_date__gte=today - RECENT) | Q(release_date=None)).exclude(
        status__in=[LanguageModel.Status.DEPRECATED, LanguageModel.Status.RETIRED]
    )
    own = everything.filter(pk__in=Result.objects.filter(benchmark=benchmark).values("model"))
    return {OWN: own, COMMON: recent, ALL: everything}


def _scopes(about_model: bool, chosen: str, counts: Mapping[str, int]):
    labels = (
        {OWN: "its {} benchmarks", COMMON: "the {} commonly measured", ALL: "all {} benchmarks"}
        if about_model
        else {OWN: "its {} models", COMMON: "the {} recent models", ALL: "all {} models"}
    )
    for word, label in labels.items():
        yield Scope(word, label.format(counts[word]), word == chosen)


def _order_in_grid(row) -> tuple:
    if isinstance(row, Benchmark):
        category = row.category
        return (category is None, category.position if category else 0, row.name.casefold())
    return (row.lab.name.casefold(), row.name.casefold())


def _row(row, benchmark: Benchmark, results: list[Result], typed: Mapping[int, str]) -> GridRow:
    group = (row.category.name if row.category else "No category") if isinstance(row, Benchmark) else row.lab.name
    facts = [recorded(result) for result in results]
    public = next((fact for fact in facts if fact.state == Result.State.PUBLISHED), None)
    return GridRow(
        pk=row.pk,
        name=row.name,
        group=group,
        scale=score_range(benchmark),
        recorded=tuple(describe(fact, benchmark) for fact in facts),
        present=f"{public.score.normalize():f}" if public else "",
        text=typed.get(row.pk, ""),
        seen=fingerprint(results),
    )
