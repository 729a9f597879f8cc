"""Writes runs of evaluation tools, their figures, and their scores question by question."""

from __future__ import annotations

from collections import defaultdict

from importers.records import ItemSetRecord, RunFigureRecord
from importers.run import Run
from models_catalog.core import item_codes
from models_catalog.models import EvaluationRun, ItemScore, ItemSet, Result, RunFigure


def write_runs(run: Run) -> None:
    """Runs, figures and item scores, after the results they stand behind. Bulk writes, a few queries."""
    if not run.batch.runs and not run.batch.run_figures:
        return
    runs = _write_run_rows(run)
    sets = _write_item_sets(run)
    _write_figures(run, runs, sets)


def _write_run_rows(run: Run) -> dict[tuple[str, str], EvaluationRun]:
    keys = {record.run_key for record in (*run.batch.runs, *run.batch.run_figures)}
    known = {(row.tool, row.run_key): row for row in EvaluationRun.objects.filter(run_key__in=keys)}
    writer = run.writer(EvaluationRun)
    seen: set[tuple[str, str]] = set()
    for record in run.each("runs", run.batch.runs):
        key = record.tool, record.run_key
        if key in seen:
            continue
        seen.add(key)
        values = {
            name: value for name, value in record.given() if name not in ("model", "benchmark")
        } | {
            "model": run.names.models.get(record.model or ""),
            "benchmark": run.names.benchmarks.get(record.benchmark or ""),
        }  # fmt: skip
        row = run.save(writer, record, known.get(key), values, "runs")
        if row is not None:
            known[key] = row
    writer.flush()
    return known


def _write_item_sets(run: Run) -> dict[str, ItemSet]:
    found: dict[str, list[ItemSetRecord]] = defaultdict(list)
    for record in run.batch.item_sets:
        found[record.item_set].append(record)
    wanted = set(found) | {record.item_set for record in run.batch.run_figures if record.item_set}
    known = {row.digest: row for row in ItemSet.objects.filter(digest__in=wanted).defer("packed")}
    new = []
    for digest, records in found.items():
        records.sort(key=lambda each: each.position)
        entries = [[each.item, each.group or "", each.digest or ""] for each in records]
        if ItemSet.digest_of(entries) != digest:
            reason = "The questions are not those that the name of the set stands for. Export them again."
            run.report.refuse(records[0].place, "item_set", reason)
        elif digest not in known:
            new.append(ItemSet(digest=digest, size=len(entries), packed=ItemSet.pack(entries)))
    ItemSet.objects.bulk_create(new)
    return known | {row.digest: row for row in new}


def _write_figures(run: Run, runs: dict[tuple[str, str], EvaluationRun], sets: dict[str, ItemSet]) -> None:
    figures = run.batch.run_figures
    row_ids = {record.result_row_id for record in figures if record.result_row_id}
    results = {(row.dataset, row.row_id): row for row in Result.objects.filter(row_id__in=row_ids)}
    stored = {
        (row.run_id, row.metric, row.filter, row.reducer): row
        for row in RunFigure.objects.filter(run__in=[row for row in runs.values() if row.pk]).select_related(
            "item_scores"
        )
    }
    writer = run.writer(RunFigure)
    rows: list[tuple[RunFigureRecord, RunFigure]] = []
    left_out = ("tool", "run_key", "result_dataset", "result_row_id", "item_set", "item_attempts", "item_scores")
    for record in run.each("run_figures", figures):
        owner = runs.get((record.tool, record.run_key))
        result = results.get((record.result_dataset, record.result_row_id))
        if owner is None or owner.pk is None or (record.result_row_id and result is None):
            run.report.refuse(
                record.place, "run_key", "Its run or its result is missing or was refused. Repair that first."
            )
            continue
        problem = _scores_problem(record, sets)
        if problem:
            run.report.refuse(record.place, "item_scores", problem)
            continue
        values = {name: value for name, value in record.given() if name not in left_out}
        key = owner.pk, record.metric, record.filter, record.reducer
        row = run.save(writer, record, stored.get(key), values | {"run": owner, "result": result}, "run_figures")
        if row is not None:
            rows.append((record, row))
    writer.flush()
    _write_item_scores(rows, sets)


def _scores_problem(record: RunFigureRecord, sets: dict[str, ItemSet]) -> str | None:
    """Why the item scores do not fit their set of questions, or None."""
    if not record.item_set and not record.item_scores:
        return None
    if record.item_set not in sets:
        return "The set of questions is missing or was refused."
    try:
        count = len(item_codes.decode(record.item_scores))
    except item_codes.BadScores as error:
        return str(error)
    size = sets[record.item_set].size * (record.item_attempts or 1)
    return None if count == size else f"There are {count} scores for {size} answers."


def _write_item_scores(rows: list[tuple[RunFigureRecord, RunFigure]], sets: dict[str, ItemSet]) -> None:
    known = {row.figure_id: row for row in ItemScore.objects.filter(figure__in=[row.pk for _, row in rows])}
    new, changed = [], []
    for record, figure in rows:
        if not record.item_set or record.item_set not in sets:
            continue
        packed = item_codes.pack(record.item_scores)
        stored = known.get(figure.pk)
        if stored is None:
            new.append(
                ItemScore(
                    figure=figure, item_set=sets[record.item_set], attempts=record.item_attempts or 1, packed=packed
                )
            )
        elif bytes(stored.packed) != packed or stored.item_set_id != sets[record.item_set].pk:
            stored.item_set, stored.attempts, stored.packed = sets[record.item_set], record.item_attempts or 1, packed
            changed.append(stored)
    ItemScore.objects.bulk_create(new)
    ItemScore.objects.bulk_update(changed, ["item_set", "attempts", "packed"])
