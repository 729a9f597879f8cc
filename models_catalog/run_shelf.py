"""Runs as plain frozen facts, in a fixed number of queries: what pages and the API read of them.

Only runs of published models on known benchmarks are handed out, and of their figures only
those that stand behind a published or withdrawn result: a draft is an editor's matter.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from models_catalog.core import item_codes
from models_catalog.core.specs import ResultRow
from models_catalog.models import ItemScore, LanguageModel, Result, RunFigure

# Tools whose results may be known question by question: the dataset of such a result is the tool's name.
TOOLS = frozenset({"lm-eval", "inspect", "helm", "every-eval-ever", "swebench", "evalplus", "items-csv"})
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


@dataclass(frozen=True)
class AnswerSheet:
    """The answers behind one result of one model, question by question; unpacked when asked for.

    `entries` holds [id, group, hash] of every question, one list for all sheets of one
    `item_set`. Sheets of one `task` were asked the same questions.
    """

    figure: int
    run: int
    model: str
    result: int
    task: tuple[str, ...]
    item_set: int
    entries: list[list[str]]
    packed: tuple[tuple[bytes, int], ...] = field(repr=False)  # one part a run: scores, attempts at each question

    @cached_property
    def attempts(self) -> list[list[float]]:
        """The scores of each question, empty where the answer is missing."""
        parts = [item_codes.by_item(self._scores(at), step) for at, (_, step) in enumerate(self.packed)]
        return (
            parts[0]
            if len(parts) == 1
            else [[one for part in rows for one in part] for rows in zip(*parts, strict=True)]
        )

    @cached_property
    def means(self) -> list[float | None]:
        """The mean of the attempts at each question, None where the answer is missing."""
        if len(self.packed) == 1 and self.packed[0][1] == 1:
            return self._scores(0)
        return [math.fsum(given) / len(given) if given else None for given in self.attempts]

    def _scores(self, part: int) -> list[float | None]:
        return item_codes.decode(item_codes.unpack(self.packed[part][0]))


def joined(sheets: Sequence[AnswerSheet]) -> AnswerSheet:
    """Runs of one result on one list of questions as one sheet: their answers are attempts."""
    return replace(sheets[0], packed=tuple(part for sheet in sheets for part in sheet.packed))


def run(number: int) -> RunSpec | None:
    """A run by its number, or None when there is none to show. One query."""
    return next(iter(_specs(_figures().filter(run=number))), None)


def runs_behind(benchmark: str, results: Iterable[ResultRow]) -> tuple[RunSpec, ...]:
    """The runs behind results on a benchmark, the latest first. One query, none where no tool made them."""
    if not any(row.dataset in TOOLS for row in results):
        return ()
    return _specs(_figures().filter(run__benchmark__slug=benchmark).order_by("-run__measured_on", "-run_id", "pk"))


def runs_from(number: int, most: int) -> tuple[RunSpec, ...]:
    """At most `most` runs with a number above `number`, in order. Two queries."""
    numbers = _figures().filter(run__gt=number).order_by("run_id").values_list("run_id", flat=True).distinct()[:most]
    return _specs(_figures().filter(run__in=list(numbers)).order_by("run_id", "pk"))


def _figures():
    """The figures that may be shown, with what a run says of them."""
    return (
        RunFigure.objects.filter(
            result__state__in=SHOWN_STATES, run__model__published=True, run__benchmark__isnull=False
        )
        .select_related("run__model", "run__benchmark", "result", "item_scores")
        .defer("item_scores__packed")
    )


def _specs(figures: Iterable[Any]) -> tuple[RunSpec, ...]:
    """The runs of these figures, in the order in which they come."""
    runs: dict[int, list[Any]] = {}
    for figure in figures:
        runs.setdefault(figure.run_id, []).append(figure)
    return tuple(_spec(found[0].run, found) for found in runs.values())


def _spec(row: Any, figures: list[Any]) -> RunSpec:
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
        figures=tuple(_figure(each) for each in figures),
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
    """Answers behind every published result on a benchmark. One query; a few kilobytes a run."""
    return _sheets(ItemScore.objects.filter(figure__result__benchmark__slug=benchmark))


def answers_behind(results: Mapping[str, Iterable[ResultRow]]) -> dict[str, dict[int, AnswerSheet]]:
    """Model slug → result id → its answers, for the results of models. One query, none where no tool made them.

    Runs of one result on one list of questions are joined; where they differ the first stands.
    """
    wanted = [row.id for rows in results.values() for row in rows if row.dataset in TOOLS]
    if not wanted:
        return {}
    rows = ItemScore.objects.filter(figure__result__in=wanted)
    runs: dict[int, list[AnswerSheet]] = defaultdict(list)
    for sheet in _sheets(rows):
        runs[sheet.result].append(sheet)
    found: dict[str, dict[int, AnswerSheet]] = defaultdict(dict)
    for result, sheets in runs.items():
        same = [sheet for sheet in sheets if sheet.item_set == sheets[0].item_set]
        found[sheets[0].model][result] = joined(same)
    return found


def sheet_of(figure: int) -> AnswerSheet | None:
    """The answers behind one figure, None when it has none that may be shown. One query."""
    return next(iter(_sheets(ItemScore.objects.filter(figure=figure))), None)


def _sheets(rows) -> tuple[AnswerSheet, ...]:
    rows = rows.filter(figure__result__state=Result.State.PUBLISHED, figure__result__model__published=True)
    rows = rows.select_related("item_set", "figure__run", "figure__result__model", "figure__result__benchmark")
    entries: dict[int, list[list[str]]] = {}  # unpacked once for all that share them
    found = []
    for row in rows.order_by("figure__run__measured_on", "pk"):
        if row.item_set_id not in entries:
            entries[row.item_set_id] = row.item_set.entries
        found.append(_sheet(row, entries[row.item_set_id]))
    return tuple(found)


def _sheet(row: ItemScore, entries: list[list[str]]) -> AnswerSheet:
    figure: Any = row.figure
    run, result = figure.run, figure.result
    task = (
        result.benchmark.slug, run.tool, run.task, run.task_version, figure.metric, figure.filter, figure.reducer,
    )  # fmt: skip
    packed = ((bytes(row.packed), row.attempts),)
    return AnswerSheet(figure.pk, run.pk, result.model.slug, result.pk, task, row.item_set_id, entries, packed)
