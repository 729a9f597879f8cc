"""What every table's step of an import shares: names, doubles, checks, counting, progress."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone

from importers.names import Names
from importers.records import (
    Batch,
    BenchmarkRecord,
    ModelRecord,
    OrganizationRecord,
    Place,
    Record,
)
from importers.report import UNCHANGED, ImportReport, row_outcome
from importers.writing import TableWriter

Progress = Callable[[str, int, int], None]  # table, rows done, rows in all
# records that other rows refer to → their list in the batch
NAMED_BY_SLUG = {OrganizationRecord: "organizations", ModelRecord: "models", BenchmarkRecord: "benchmarks"}
SomeRecord = TypeVar("SomeRecord", bound=Record)


# days on which something was measured, read or seen; a price or a retirement may begin later
PAST_DATES = ("measured_on", "retrieved_on", "observed_on")


def future_dates(values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """(field, sentence) for every day that has not come yet anywhere on earth."""
    today = timezone.now().date() + dt.timedelta(days=1)
    for name in PAST_DATES:
        day = values.get(name)
        if day is not None and day > today:
            yield name, f"{day.isoformat()} has not come yet. Write the day it was measured or seen."


class Run:
    """One import while it runs. The steps are functions that take it and write one table each."""

    def __init__(self, batch: Batch, report: ImportReport, reason: str, user, progress: Progress):
        self.batch, self.report, self.reason, self.user = batch, report, reason, user
        self.names = Names(batch, report)
        self._progress = progress
        self._seen: dict[tuple, Place] = {}

    def writer(self, table: type[models.Model]) -> TableWriter:
        return TableWriter(table, self.reason, self.user)

    def each(self, target: str, records: list[SomeRecord]) -> Iterable[SomeRecord]:
        """The records of one list of the batch, reporting progress."""
        total = len(records)
        for done, record in enumerate(records, start=1):
            yield record
            if done % 100 == 0 or done == total:
                self._progress(target, done, total)

    def is_double(self, key: tuple, record: Record, field: str, what: str) -> bool:
        """Whether an earlier row of this import describes the same thing; refuses the later one."""
        first = self._seen.setdefault(key, record.place)
        if first is record.place:
            return False
        reason = f"{what} stands in line {first.line} already. Keep one of the two rows."
        self.report.refuse(record.place, field, reason)
        return True

    def refuse(self, record: Record, field: str, reason: str) -> None:
        """Refuse a row, so that rows which refer to it say so instead of calling it unknown."""
        self.report.refuse(record.place, field, reason)
        target = NAMED_BY_SLUG.get(type(record))
        if target is not None:
            self.batch.refused_names.add((target, record.slug))

    def told_price(self, record: Record, offering, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Hear what a row makes of an offering's price; whoever watches an import overrides this."""

    def save(
        self,
        writer: TableWriter,
        record: Record,
        stored,
        values: Mapping[str, Any],
        target: str,
        of_parent: str = UNCHANGED,
    ):
        """Check one row, stage it and count it. Returns the row, or None when it is refused.

        `of_parent` is what the row did to the row above it, which has no count of its own.
        """
        problems = [*writer.problems(stored, values), *future_dates(values)]
        for field, reason in problems:
            self.refuse(record, field, reason)
        if problems:
            return None
        row, outcome = writer.stage(stored, values)
        self.report.count(target, row_outcome(outcome, of_parent))
        return row
