"""Runs of evaluation tools: whose they are, and which results they make.

A task is found by its whole name “TASK:METRIC,FILTER” among the aliases of benchmarks, or by
the task's own name when the files hold only one figure of it: which of several metrics
counts is for an editor, not for the order in a file. Runs of the same settings are attempts
of one result. A run that may be partial makes a draft, never a standard result.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from importers.cells import shortened
from importers.records import ABSENT, ItemSetRecord, ResultRecord, RunFigureRecord, RunRecord
from importers.run import Run
from importers.run_records import FigureRecord, is_asked, named
from importers.runs.figures import PERCENT, POINTS, VARIANT, Figure, ItemScore
from importers.runs.items_csv import item_means
from importers.source_fields import fitted
from importers.source_names import slug_of
from models_catalog.core import item_codes, setting_words
from models_catalog.models import (
    Benchmark,
    ItemSet,
    LanguageModel,
    RunFigure,
)

SOURCE_KINDS = {"maker": ("provider-reported", 3), "independent": ("independent", 1)}
DIFFERS = 0.02  # share by which a recomputed standard error may differ without a word
PLACES = Decimal("0.000001")


def settle_figures(run: Run) -> None:
    """Turn the batch's figures into runs, run figures and results. A few queries, none without figures."""
    if not run.batch.figures:
        return
    run.batch = replace(run.batch, results=list(run.batch.results), runs=[], run_figures=[], item_sets=[])
    kinds = _kinds_of_tasks(run.batch.figures)
    settled = [found for record in run.batch.figures if (found := _settled(run, record, kinds)) is not None]
    attempts: dict[str, list[_Settled]] = defaultdict(list)
    for each in settled:
        attempts[each.key].append(each)
    stored = _stored_attempts(attempts)
    # What follows speaks of models and benchmarks by their slugs.
    run.batch = run.names.batch = replace(run.batch, names_are_slugs=True)
    for key, group in attempts.items():
        _add_group(run, key, group, stored.get(key, []))


class _Settled:
    """A figure with its model and benchmark, and the key of its settings."""

    def __init__(self, record: FigureRecord, model: LanguageModel, benchmark: Benchmark):
        self.record, self.model, self.benchmark = record, model, benchmark
        self.figure = record.figure
        self.score = record.figure.score or 0.0
        self.reasons = _reasons(self.figure, benchmark)
        self.partial = True if _is_cut(self.figure, benchmark) else self.figure.partial
        self.may_be_partial = bool(self.partial or self.reasons)
        self.standard = self.figure.take != VARIANT and not self.may_be_partial
        self.key = _settings_key(self)

    @property
    def identity(self) -> tuple[str, str, str, str, str]:
        figure = self.figure
        return figure.tool, figure.run_id, figure.metric, figure.filter, figure.reducer


# --- names ---------------------------------------------------------------------------------


def _kinds_of_tasks(records: Iterable[FigureRecord]) -> dict[str, set[tuple[str, str]]]:
    """Task → the (metric, filter) pairs of it that ask for a place; reducers of one are variants of it."""
    kinds: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for record in records:
        kinds[record.figure.benchmark].add((record.figure.metric, record.figure.filter))
    return kinds


def whole_name(figure: Figure) -> str:
    """“TASK:METRIC,FILTER”, which an alias names to choose one figure of a task."""
    kind = f"{figure.metric},{figure.filter}" if figure.filter else figure.metric
    return f"{figure.benchmark}:{kind}"[:200]


def _settled(run: Run, record: FigureRecord, kinds: dict[str, set[tuple[str, str]]]) -> _Settled | None:
    """The figure with its names, or None when it is refused, unknown or waits for an editor."""
    figure = record.figure
    chosen = _chosen_name(run, figure, kinds)
    if is_asked(record) and not _is_alias(run, figure, whole_name(figure)):
        run.report.notes.append(
            f"{figure.file}: {named(figure)} waits for an editor. {figure.why} To take it, add the alias "
            f"“{shortened(whole_name(figure))}” to a benchmark."
        )
        return None
    benchmark = run.names.benchmark(chosen, figure.tool, record.place)
    model = run.names.by_old_or_new_slug(figure.model) or run.names.model(
        figure.model or "(not named)", figure.tool, record.place
    )
    if model is None or benchmark is None:
        return None
    problem = _unit_problem(figure, benchmark) or _size_problem(figure, benchmark)
    if problem:
        run.report.refuse(record.place, "benchmark", problem)
        return None
    return _Settled(record, model, benchmark)


def _chosen_name(run: Run, figure: Figure, kinds: dict[str, set[tuple[str, str]]]) -> str:
    """The name to look the benchmark up by: the whole one if known, the task's if it is unmistakable."""
    whole = whole_name(figure)
    if _is_alias(run, figure, whole):
        return whole
    if len(kinds[figure.benchmark]) != 1 or not figure.benchmark:
        return whole
    task = figure.benchmark
    if _is_alias(run, figure, task) or task in run.names.benchmarks:
        return task
    slug = slug_of(task)
    return slug if slug in run.names.benchmarks else task


def _is_alias(run: Run, figure: Figure, name: str) -> bool:
    aliases = run.names.benchmark_aliases
    return (figure.tool, name) in aliases or ("", name) in aliases


def _unit_problem(figure: Figure, benchmark: Benchmark) -> str | None:
    """Why the figure's scale or direction is not the benchmark's, or None."""
    is_percent = benchmark.unit == Benchmark.Unit.PERCENT
    if is_percent != (figure.unit == PERCENT) and not (figure.unit == POINTS and not is_percent):
        return (
            f"{named(figure)} is in {figure.unit}, {benchmark.name} in {benchmark.unit}. Map it to another benchmark."
        )
    lower = benchmark.direction == Benchmark.Direction.LOWER
    if figure.lower_is_better is not None and figure.lower_is_better != lower:
        best = "lower" if figure.lower_is_better else "higher"
        return f"In the file {best} is better for {named(figure)}, for {benchmark.name} it is not."
    return None


def _size_problem(figure: Figure, benchmark: Benchmark) -> str | None:
    """Why the set of the file is not the benchmark's, by its number of questions, or None."""
    known = benchmark.items
    if known and figure.items_in_set and figure.items_in_set != known:
        return (
            f"The set of {named(figure)} has {figure.items_in_set} questions, {benchmark.name} has {known}: "
            "it is another set. Map it to another benchmark."
        )
    return None


def _is_cut(figure: Figure, benchmark: Benchmark) -> bool:
    known = benchmark.items
    return bool(known and figure.items and figure.items < known)


def _reasons(figure: Figure, benchmark: Benchmark) -> tuple[str, ...]:
    """Why the run is partial or may be."""
    if figure.partial_because:
        return figure.partial_because
    if _is_cut(figure, benchmark):
        return (f"{figure.items} of {benchmark.items} questions",)
    return ("less than the whole set",) if figure.partial else ()


def _settings_key(settled: _Settled) -> str:
    """The same for runs that repeat each other; a run that may be partial repeats none."""
    figure = settled.figure
    facts = [
        figure.tool, settled.model.slug, figure.model, settled.benchmark.slug, figure.benchmark, figure.task_version,
        figure.metric, figure.filter, figure.reducer, figure.variant, figure.settings.shots,
        figure.settings.chat_template, figure.settings.temperature, figure.settings.effort,
        figure.settings.system_prompt_hash, figure.settings.quantised, figure.evaluator,
        figure.run_id if settled.may_be_partial else "",
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()


# --- results -------------------------------------------------------------------------------


def _stored_attempts(attempts: dict[str, list[_Settled]]) -> dict[str, list[RunFigure]]:
    """Settings key → figures that earlier imports stored under it. One query."""
    found: dict[str, list[RunFigure]] = defaultdict(list)
    rows = RunFigure.objects.filter(settings_key__in=list(attempts)).select_related("run", "result").order_by("pk")
    for row in rows:
        found[row.settings_key].append(row)
    return found


def _add_group(run: Run, key: str, group: list[_Settled], stored: list[RunFigure]) -> None:
    """The result of one setting and the run figures behind it."""
    by_identity = {each.identity: each for each in group}  # a figure read twice is one figure
    others = [
        row for row in stored if (row.run.tool, row.run.run_key, row.metric, row.filter, row.reducer) not in by_identity
    ]
    first = group[0]
    linked = next((row.result for row in stored if row.result is not None), None)
    row_id = linked.row_id if linked is not None else first.figure.row_id
    dataset = linked.dataset if linked is not None else first.figure.tool
    run.batch.results.append(_result(first, list(by_identity.values()), others, dataset, row_id))
    for each in by_identity.values():
        _add_run(run, each, key, (dataset, row_id))


def _result(first: _Settled, new: list[_Settled], others: list[RunFigure], dataset: str, row_id: str) -> ResultRecord:
    figure = first.figure
    scores = [each.score for each in new] + [row.score for row in others]
    counts = [each.figure.attempts for each in new] + [row.attempts for row in others]
    known = [count for count in counts if count is not None]
    several = _independent_runs([each.figure for each in new], others) > 1
    kind, tier = SOURCE_KINDS.get(figure.evaluator, ("unknown", 5))
    reason = "; ".join(first.reasons) or ("" if first.standard else figure.why)
    stderr = figure.stderr if len(scores) == 1 else None
    return ResultRecord(
        place=first.record.place,
        model=first.model.slug,
        benchmark=first.benchmark.slug,
        score=_decimal(math.fsum(scores) / len(scores)),
        dataset=dataset,
        row_id=row_id,
        variant=fitted(figure.variant, 160),
        method=fitted(_method(figure), 300),
        standard=first.standard,
        effort=setting_words.level(figure.settings.effort) or setting_words.NOT_SAID,
        source_kind=kind,
        source_tier=tier,
        source_url=figure.source_url or ABSENT,
        measured_on=max((each.figure.date for each in new if each.figure.date), default=None) or ABSENT,
        measured_on_kind="evaluated" if figure.date else ABSENT,
        harness=fitted(f"{figure.tool} {figure.tool_version}".strip(), 120),
        attempts=None if len(known) < len(counts) else sum(known) if several else max(known),
        items_run=figure.items if first.may_be_partial else None,
        stderr=None if stderr is None else _decimal(stderr),
        state="draft" if first.may_be_partial else "published",
        note=fitted(reason, 300),
    )


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(PLACES)


def _independent_runs(new: list[Figure], others: list[RunFigure]) -> int:
    """How many runs add answers of their own: one that read its answers from a cache adds none."""
    cached = sum(1 for figure in new[1:] if figure.settings.more.get("cache"))
    return len(new) + len(others) - cached


def _method(figure: Figure) -> str:
    kind = f"{figure.metric}, {figure.filter}" if figure.filter not in ("", "none") else figure.metric
    return f"{figure.tool} {figure.tool_version}".strip() + f"; {kind}"


# --- runs and their items ----------------------------------------------------------------------


def _add_run(run: Run, settled: _Settled, key: str, result: tuple[str, str]) -> None:
    figure = settled.figure
    run.batch.runs.append(
        RunRecord(
            place=settled.record.place,
            tool=figure.tool,
            run_key=figure.run_id,
            tool_version=figure.tool_version[:80],
            task=figure.benchmark[:160] or settled.benchmark.slug,
            task_version=figure.task_version[:40],
            model_name=figure.model[:200],
            model=settled.model.slug,
            benchmark=settled.benchmark.slug,
            settings=json.loads(json.dumps(figure.settings.as_json(), default=str)),
            variant=fitted(figure.variant, 160),
            evaluator=figure.evaluator,
            measured_on=figure.date,
            measured_on_note=figure.date_note[:60],
            source_url=figure.source_url,
            file_name=figure.file[-300:],
            file_hash=figure.file_hash,
            note=fitted(figure.model_note, 300),
        )
    )
    packed = packed_items(figure.item_scores)
    error = error_of_items(figure)
    if packed.digest and packed.digest not in {each.item_set for each in run.batch.item_sets}:
        run.batch.item_sets.extend(
            ItemSetRecord(
                place=settled.record.place, item_set=packed.digest, position=at, item=item, group=group, digest=mark
            )
            for at, (item, group, mark) in enumerate(packed.entries)
        )
    if error is not None and figure.stderr and abs(error / figure.stderr - 1) > DIFFERS:
        run.report.notes.append(
            f"{figure.file}: the standard error of {named(figure)} is {figure.stderr:.3g} in the file"
            f"{f' ({figure.stderr_note})' if figure.stderr_note else ''} and {error:.3g} from its questions."
        )
    run.batch.run_figures.append(
        RunFigureRecord(
            place=settled.record.place,
            tool=figure.tool,
            run_key=figure.run_id,
            metric=figure.metric[:160],
            filter=figure.filter[:160],
            reducer=figure.reducer[:40],
            score=settled.score,
            unit=figure.unit,
            stderr=figure.stderr,
            stderr_of_items=error,
            items=figure.items,
            items_in_set=figure.items_in_set,
            attempts=figure.attempts,
            partial=settled.partial,
            reason=fitted("; ".join(settled.reasons) or figure.why, 300),
            standard=settled.standard,
            settings_key=key,
            result_dataset=result[0],
            result_row_id=result[1],
            item_set=packed.digest,
            item_attempts=packed.attempts,
            item_scores=packed.text,
        )
    )


class PackedItems:
    """Item scores in one order: the questions, the digest of that list, attempts, and the scores as text."""

    def __init__(self, entries: list[list[str]], attempts: int, text: str):
        self.entries, self.attempts, self.text = entries, attempts, text
        self.digest = ItemSet.digest_of(entries) if entries else ""


def packed_items(items: tuple[ItemScore, ...]) -> PackedItems:
    """The scores question by question, sorted by their ids so that runs of one set share it."""
    if not items:
        return PackedItems([], 1, "")
    facts = {item.item: [item.item, item.group, item.digest] for item in items}
    names = sorted(facts)
    numbers = sorted({item.attempt for item in items})
    places = {number: at for at, number in enumerate(numbers)}
    rows: dict[str, list[float | None]] = {name: [None] * len(numbers) for name in names}
    for item in items:
        rows[item.item][places[item.attempt]] = item.score
    scores = [score for name in names for score in rows[name]]
    return PackedItems([facts[name] for name in names], len(numbers), item_codes.encode(scores))


def error_of_items(figure: Figure) -> float | None:
    """The standard error of the mean over questions, in the figure's unit; None with fewer than two."""
    means = list(item_means(list(figure.item_scores)).values())
    if len(means) < 2:
        return None
    mean = math.fsum(means) / len(means)
    spread = math.fsum((value - mean) ** 2 for value in means) / (len(means) - 1)
    return math.sqrt(spread / len(means)) * (100 if figure.unit == PERCENT else 1)
