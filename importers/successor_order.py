"""In which order benchmarks that took each other's place are written. No query."""

from __future__ import annotations

from collections.abc import Iterable

from importers.cells import shortened
from importers.records import ABSENT, BenchmarkRecord
from importers.run import Run
from models_catalog.core.specs import returns_to_itself


def groups(run: Run, records: Iterable[BenchmarkRecord]) -> Iterable[list[BenchmarkRecord]]:
    """The records in groups: whoever took another's place is in an earlier group, or stored already.

    Refuses a record whose successor nobody knows, and those whose successors run in a circle.
    Ask for the next group when the one before is written.
    """
    records = _with_known_successor(run, list(records))
    records = _without_circles(run, records)
    while records:
        waiting = {record.slug for record in records}
        ready = [record for record in records if not record.superseded_by or record.superseded_by not in waiting]
        yield ready
        written = {record.slug for record in ready}
        records = [record for record in records if record.slug not in written]


def _with_known_successor(run: Run, records: list[BenchmarkRecord]) -> list[BenchmarkRecord]:
    known = {*run.names.benchmarks, *(record.slug for record in records)}
    kept = []
    for record in records:
        if record.superseded_by and record.superseded_by not in known:
            name = shortened(record.superseded_by)
            run.refuse(record, "superseded_by", f"No benchmark is called “{name}”. Correct the name, or add it first.")
        else:
            kept.append(record)
    return kept


def _without_circles(run: Run, records: list[BenchmarkRecord]) -> list[BenchmarkRecord]:
    by_key = {row.pk: slug for slug, row in run.names.benchmarks.items()}
    follows = {slug: by_key.get(row.superseded_by_id, "") for slug, row in run.names.benchmarks.items()}
    follows |= {record.slug: record.superseded_by for record in records if record.superseded_by is not ABSENT}
    kept = []
    for record in records:
        if returns_to_itself(record.slug, follows):
            reason = "The benchmarks that took its place lead back to itself. Leave one of them without successor."
            run.refuse(record, "superseded_by", reason)
        else:
            kept.append(record)
    return kept
