"""Runs as plain frozen facts, in a fixed number of queries: what pages and the API read of them.

Only runs of published models on known benchmarks are handed out, and of their figures only
those that stand behind a published or withdrawn result: a draft is an editor's matter.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from models_catalog.core import item_codes
from models_catalog.models import EvaluationRun, ItemScore, ItemSet, LanguageModel, Result, RunFigure

SHOWN_STATES = (Result.State.PUBLISHED, Result.State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """One figure of a run; scores and errors in `unit`. `result` is the result it stands behind."""

    id: int
    metric: str
    filter: str
    reducer: str
    score: float
    unit: str
    stderr: float | None
    stderr_of_items: float | None
    items: int | None
    items_in_set: int | None
    attempts: int | None
    reason: str
    standard: bool
    withdrawn: bool
    result: int
    has_items: bool

    @property
    def name(self) -> str:
        """“accuracy / match”."""
        parts = (self.metric, self.filter if self.filter != "none" else "", self.reducer)
        return " / ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class RunSpec:
    """One run: its names as written and ours, its settings, its public figures."""

    id: int
    tool: str
    tool_version: str
    task: str
    task_version: str
    model: str
    model_name: str
    named: str
    benchmark: str
    benchmark_name: str
    variant: str
    evaluator: str
    measured_on: dt.date | None
    measured_on_note: str
    source_url: str
    file_hash: str
    note: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    figures: tuple[FigureSpec, ...] = ()

    @property
    def href(self) -> str:
        return f"/runs/{self.id}/"


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """The answers behind one result of one model, question by question.

    `entries` holds [id, group, hash] of every question, one list for all sheets of one
    `item_set`; `attempts` the scores of each question, empty where the answer is missing.
    Sheets of one `task` were asked the same questions.
    """

    figure: int
    run: int
    model: str
    result: int
    task: tuple[str, ...]
    item_set: int
    entries: list[list[str]]
    attempts: list[list[float]]

    @property
    def means(self) -> list[float | None]:
        """The mean of the attempts at each question, None where the answer is missing."""
        return [math.fsum(given) / len(given) if given else None for given in self.attempts]


def run(number: int) -> RunSpec | None:
    """A run by its number, or None when there is none to show. Two queries."""
    return next(iter(_specs(_runs().filter(pk=number))), None)


def runs_on(benchmark: str) -> tuple[RunSpec, ...]:
    """The runs on a benchmark by slug, the latest first. Two queries."""
    return _specs(_runs().filter(benchmark__slug=benchmark))


def runs_from(number: int, most: int) -> tuple[RunSpec, ...]:
    """At most `most` runs with a number above `number`, in order. Two queries."""
    return _specs(_runs().filter(pk__gt=number).order_by("pk")[:most])


def _runs():
    figures = (
        RunFigure.objects.filter(result__state__in=SHOWN_STATES).select_related("result", "item_scores").defer(
            "item_scores__packed"
        )
    )  # fmt: skip
    shown = EvaluationRun.objects.public().filter(figures__result__state__in=SHOWN_STATES).distinct()
    return shown.select_related("model", "benchmark").prefetch_related(Prefetch("figures", figures, to_attr="shown"))


def _specs(rows: Iterable[Any]) -> tuple[RunSpec, ...]:
    return tuple(_spec(row) for row in rows)


def _spec(row: Any) -> RunSpec:
    return RunSpec(
        id=row.pk,
        tool=row.tool,
        tool_version=row.tool_version,
        task=row.task,
        task_version=row.task_version,
        model=row.model.slug,
        model_name=row.model.name,
        named=row.model_name,
        benchmark=row.benchmark.slug,
        benchmark_name=row.benchmark.name,
        variant=row.variant,
        evaluator=row.evaluator,
        measured_on=row.measured_on,
        measured_on_note=row.measured_on_note,
        source_url=row.source_url,
        file_hash=row.file_hash,
        note=row.note,
        settings=row.settings,
        figures=tuple(_figure(each) for each in row.shown),
    )


def _figure(row: Any) -> FigureSpec:
    return FigureSpec(
        id=row.pk,
        metric=row.metric,
        filter=row.filter,
        reducer=row.reducer,
        score=row.score,
        unit=row.unit,
        stderr=row.stderr,
        stderr_of_items=row.stderr_of_items,
        items=row.items,
        items_in_set=row.items_in_set,
        attempts=row.attempts,
        reason=row.reason,
        standard=row.standard,
        withdrawn=row.result.state == Result.State.WITHDRAWN,
        result=row.result_id,
        has_items=hasattr(row, "item_scores"),
    )


def model_names(slugs: tuple[str, ...]) -> dict[str, str]:
    """Slug → name of published models. One query, none for no slugs."""
    if not slugs:
        return {}
    return dict(LanguageModel.objects.published().filter(slug__in=slugs).values_list("slug", "name"))


# --- answers ---------------------------------------------------------------------------------


def sheets_on(benchmark: str) -> tuple[AnswerSheet, ...]:
    """Answers behind every published result on a benchmark. Two queries; a few kilobytes a run."""
    return _sheets(ItemScore.objects.filter(figure__result__benchmark__slug=benchmark))


def sheets_of(model_slugs: Iterable[str]) -> dict[str, tuple[AnswerSheet, ...]]:
    """Model slug → answers behind its published results. Two queries."""
    found: dict[str, list[AnswerSheet]] = defaultdict(list)
    for sheet in _sheets(ItemScore.objects.filter(figure__result__model__slug__in=list(model_slugs))):
        found[sheet.model].append(sheet)
    return {slug: tuple(sheets) for slug, sheets in found.items()}


def sheet_of(figure: int) -> AnswerSheet | None:
    """The answers behind one figure, None when it has none that may be shown. Two queries."""
    return next(iter(_sheets(ItemScore.objects.filter(figure=figure))), None)


def _sheets(rows) -> tuple[AnswerSheet, ...]:
    rows = rows.filter(figure__result__state=Result.State.PUBLISHED, figure__result__model__published=True)
    rows = rows.select_related("figure__run", "figure__result__model", "figure__result__benchmark")
    rows = list(rows.order_by("figure__run__measured_on", "pk"))
    if not rows:
        return ()
    sets = ItemSet.objects.in_bulk({row.item_set_id for row in rows})
    entries = {key: found.entries for key, found in sets.items()}  # unpacked once for all that share it
    return tuple(_sheet(row, entries[row.item_set_id]) for row in rows)


def _sheet(row: ItemScore, entries: list[list[str]]) -> AnswerSheet:
    figure: Any = row.figure
    run, result = figure.run, figure.result
    task = (
        result.benchmark.slug, run.tool, run.task, run.task_version, figure.metric, figure.filter, figure.reducer,
    )  # fmt: skip
    attempts = item_codes.by_item(row.scores, row.attempts)
    return AnswerSheet(figure.pk, run.pk, result.model.slug, result.pk, task, row.item_set_id, entries, attempts)
