"""Benchmarks that a source with names of its own declares or names: made where nobody knows them.

A new one is shown and never scored, with the reason “unclassified”, until an editor gives it a category and a scale.
The source's name becomes an alias, so that an editor can point it elsewhere later. What is known stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from importers.records import BenchmarkAliasRecord, BenchmarkRecord, ResultRecord
from importers.run import Run
from importers.source_fields import slug_of
from models_catalog.models import Benchmark

MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredBenchmark(BenchmarkRecord):
    """A benchmark as a source declares it: `source_id` is its name there, `slug` what our slug would be.

    `known` series are understood so well that they are made without being asked for.
    """

    source_id: str
    dataset: str
    known: bool = False


def settle_benchmarks(run: Run) -> None:
    """Replace what the source declares or names by the records of the benchmarks to be made. No query."""
    batch = run.batch
    declared = {each.source_id: each for each in batch.benchmarks if isinstance(each, DeclaredBenchmark)}
    batch.benchmarks = [each for each in batch.benchmarks if not isinstance(each, DeclaredBenchmark)]
    batch.benchmark_aliases = list(batch.benchmark_aliases)
    wanted: dict[str, ResultRecord] = {}
    for result in batch.results:
        wanted.setdefault(result.benchmark, result)
    made: dict[str, BenchmarkRecord] = {}  # by slug: two names of one spelling are one benchmark
    for name, result in wanted.items():
        record = declared.get(name)
        asked = batch.new_benchmarks or (record is not None and record.known)
        if not asked or run.names.knows_benchmark(name, result.dataset):
            continue
        new = _new(record or _named_only(name, result))
        if not new.slug:
            continue  # refused as unknown, with its place
        made.setdefault(new.slug, new)
        if name == new.slug:
            continue  # found by its slug
        alias = BenchmarkAliasRecord(place=result.place, source_id=name, benchmark=new.slug, dataset=result.dataset)
        batch.benchmark_aliases.append(alias)
    batch.benchmarks += made.values()
    _tell(run, sorted(each.name for each in made.values()))


def _named_only(name: str, result: ResultRecord) -> BenchmarkRecord:
    """A benchmark of which the source says only the name: any figure fits it."""
    return BenchmarkRecord(
        place=result.place, slug=slug_of(name), name=name, unit=str(Benchmark.Unit.SCORE), maximum=None
    )


def _new(record: BenchmarkRecord) -> BenchmarkRecord:
    """The plain record, shown and never scored."""
    plain = BenchmarkRecord(**{each.name: getattr(record, each.name) for each in fields(BenchmarkRecord)})
    reason = plain.display_reason or str(Benchmark.DisplayReason.UNCLASSIFIED)
    return replace(plain, kind=str(Benchmark.Kind.OTHER), weight=0.0, display_reason=reason)


def _tell(run: Run, names: list[str]) -> None:
    if names:
        shown = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
        run.report.notes.append(
            f"New benchmarks, shown and not scored until an editor gives category and scale: {len(names)} ({shown})."
        )
