"""Benchmarks and the results on them."""

from __future__ import annotations

from types import SimpleNamespace

from django.db.models import Max, Min

from importers import rows, successor_order
from importers.cells import shortened
from importers.records import ABSENT, BenchmarkRecord, ResultRecord
from importers.run import Run
from importers.writing import TableWriter
from models_catalog.models import Benchmark, BenchmarkAlias, Category, LanguageModel, Result, score_problem

SCALE = ("kind", "floor", "best", "maximum")


def write_benchmarks(run: Run) -> None:
    """Benchmarks; what a short file leaves open follows from unit and direction.

    A benchmark that took another's place is written before it, so that it can be pointed at.
    """
    writer = run.writer(Benchmark)
    for group in successor_order.groups(run, _without_doubles(run)):
        for record in group:
            _write_benchmark(run, writer, record)
        writer.flush()
    run.names.remember_benchmarks()


def _without_doubles(run: Run) -> list[BenchmarkRecord]:
    return [
        record
        for record in run.each("benchmarks", run.batch.benchmarks)
        if not run.is_double(("benchmarks", record.slug), record, "slug", f"“{record.slug}”")
    ]


def _write_benchmark(run: Run, writer: TableWriter, record: BenchmarkRecord) -> None:
    """Check and stage one benchmark."""
    known = run.names.benchmarks
    stored = known.get(record.slug)
    values = rows.plain_values(record)
    if record.category is not ABSENT:
        values["category"] = _category(run, record)
        if record.category and values["category"] is None:
            return
    if record.superseded_by is not ABSENT:
        values["superseded_by"] = known.get(record.superseded_by)
        if record.superseded_by and values["superseded_by"] is None:
            run.refuse(record, "superseded_by", "The benchmark it names was refused itself. Repair that row first.")
            return
    rows.fill_scale(record, values, writer.merged(stored, values), is_new=stored is None)
    if stored is not None and not _stored_scores_fit(run, record, stored, writer.merged(stored, values)):
        return
    row = run.save(writer, record, stored, values, "benchmarks")
    if row is not None:
        known[record.slug] = row


def _category(run: Run, record: BenchmarkRecord) -> Category | None:
    """The category a benchmark names; refuses the row when there is none of that name."""
    category = run.names.categories.get(record.category)
    if record.category and category is None:
        known = ", ".join(sorted(run.names.categories))
        reason = f"No category is called “{shortened(record.category)}”. Choose one of: {known}; or leave it empty."
        run.refuse(record, "category", reason)
    return category


def _stored_scores_fit(run: Run, record: BenchmarkRecord, stored: Benchmark, merged: dict) -> bool:
    """Whether a changed scale still holds every stored score; refuses the row if not. Queries if changed."""
    if all(getattr(stored, name) == merged[name] for name in SCALE):
        return True
    scale = SimpleNamespace(**merged)
    ends = stored.results.aggregate(lowest=Min("score"), highest=Max("score"))
    for score in ends.values():
        problem = None if score is None else score_problem(score, scale)
        if problem:
            run.refuse(record, "maximum", f"A stored score would not fit: {problem} Correct it first.")
            return False
    return True


def write_benchmark_aliases(run: Run) -> None:
    """Names that sources use for benchmarks."""
    known = run.names.benchmark_aliases
    writer = run.writer(BenchmarkAlias)
    for record in run.each("benchmark_aliases", run.batch.benchmark_aliases):
        key = record.dataset, record.source_id
        if run.is_double(("benchmark_aliases", *key), record, "source_id", f"“{record.source_id}”"):
            continue
        benchmark = run.names.benchmark(record.benchmark, record.dataset, record.place)
        if benchmark is not None:
            values = {**rows.plain_values(record), "benchmark": benchmark}
            row = run.save(writer, record, known.get(key), values, "benchmark_aliases")
            if row is not None:
                known[key] = row
    writer.flush()


def write_results(run: Run) -> None:
    """Results; a score outside its benchmark's range is refused."""
    if not run.batch.results:
        return
    writer = run.writer(Result)
    known = {_stored_identity(result): result for result in Result.objects.all()}
    for record in run.each("results", run.batch.results):
        model = run.names.model(record.model, record.dataset, record.place)
        benchmark = run.names.benchmark(record.benchmark, record.dataset, record.place)
        if model is None or benchmark is None:
            continue
        problem = score_problem(record.score, benchmark)
        if problem:
            run.refuse(record, "score", problem)
            continue
        identity = _identity(record, model, benchmark)
        if record.row_id:
            field, what = "row_id", f"“{shortened(record.row_id)}” of this dataset"
        else:
            field, what = "", "The same model, benchmark, variant, method, source and date"
        if run.is_double(("results", *identity), record, field, what):
            continue
        stored = known.get(identity)
        values, notes = rows.result_values(record, stored, model, benchmark)
        values |= {"model": model, "benchmark": benchmark}
        row = run.save(writer, record, stored, values, "results")
        if row is not None:
            run.report.notes += notes
    writer.flush()


def _identity(record: ResultRecord, model: LanguageModel, benchmark: Benchmark) -> tuple:
    """What makes the record the same result: dataset and row id, else what was measured and where."""
    if record.row_id:
        return record.dataset, record.row_id
    settings = (record.variant or "", record.method or "", record.source_url or "")
    return model.pk, benchmark.pk, *settings, record.measured_on or None


def _stored_identity(result: Result) -> tuple:
    """The same of a stored result."""
    if result.row_id:
        return result.dataset, result.row_id
    settings = (result.variant, result.method, result.source_url)
    return result.model_id, result.benchmark_id, *settings, result.measured_on
