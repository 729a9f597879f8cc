"""Takes a written import back in one transaction, by the history that it left.

Every row that an import wrote names it in its history. New rows are removed (public results withdrawn
with the reason for readers), changed ones get the values from before. What somebody touched since, or
what newer rows rest on, is never overwritten: it is named, and left if the editor says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from models_catalog.actions import withdraw_result
from models_catalog.models import (
    Benchmark,
    BenchmarkAlias,
    Category,
    Import,
    LanguageModel,
    ModelAlias,
    Offering,
    Organization,
    Price,
    Result,
    SpeedMeasurement,
)
from models_catalog.signals import announce_change, collecting_changes
from newsroom.imports import REASON_LENGTH, ImportRefused
from newsroom.publishing import may_publish

# children before parents: what rests on a row goes first
TABLES = (
    *(SpeedMeasurement, Price, Offering, Result, ModelAlias, BenchmarkAlias),
    *(LanguageModel, Benchmark, Organization, Category),
)
UNTOLD = {"id", "created_at"}
CHUNK = 500


@dataclass(frozen=True)
class Trace:
    """What an import did to one row: its first and last history record of it, and the newest of all."""

    table: type[models.Model]
    pk: int
    first: int
    last: int
    newest: int
    created: bool

    @property
    def touched(self) -> bool:
        """Whether somebody changed the row since."""
        return self.newest != self.last


def reason_of(entry: Import) -> str:
    """The reason that every history record of the import carries."""
    return f"Import {entry.pk}: {entry.reason}"


def traces_of(entry: Import) -> list[Trace]:
    """Everything the import wrote, children before parents. Two queries a table."""
    found = []
    for table in TABLES:
        history = table.history.filter(history_change_reason=reason_of(entry))
        mine: dict[int, list[tuple[int, str]]] = {}
        for pk, record, kind in history.order_by("history_id").values_list("id", "history_id", "history_type"):
            mine.setdefault(pk, []).append((record, kind))
        newest: dict[int, int] = {}
        keys = list(mine)
        for start in range(0, len(keys), CHUNK):
            rows = table.history.filter(id__in=keys[start : start + CHUNK]).values("id")
            newest |= dict(rows.annotate(newest=models.Max("history_id")).values_list("id", "newest"))
        found += [
            Trace(table, pk, records[0][0], records[-1][0], newest[pk], records[0][1] == "+")
            for pk, records in mine.items()
        ]
    return found


def touched_rows(traces: Iterable[Trace]) -> int:
    """How many rows somebody changed after the import."""
    return sum(trace.touched for trace in traces)


def why_not_undo(entry: Import, user) -> str | None:
    """A sentence that says why `user` may not take the import back, or None."""
    if entry.state != Import.State.WRITTEN:
        return f"The import is {entry.get_state_display()}; only a written one is taken back."
    if may_publish(user) or (entry.author_id == user.pk and not entry.publish):
        return None
    return "Only its author, while everything in it is drafts, or a publisher can take this import back."


def undo(entry: Import, user, reason: str, *, leave_changed: bool = False) -> list[str]:
    """Take the import back; gives sentences about what had to stay. Raises ImportRefused, writing nothing."""
    reason = reason.strip()
    if not reason:
        raise ImportRefused("Say why: the reason is kept in the history of every row.")
    if len(reason) > REASON_LENGTH:
        raise ImportRefused(f"The reason has {len(reason)} characters; at most {REASON_LENGTH} fit.")
    with transaction.atomic(), collecting_changes(reason):
        entry = Import.objects.select_for_update().get(pk=entry.pk)
        if problem := why_not_undo(entry, user):
            raise ImportRefused(problem)
        traces = traces_of(entry)
        if (touched := touched_rows(traces)) and not leave_changed:
            raise ImportRefused(
                f"{touched} of its rows were changed after the import. Nothing was done. Tick “leave changed rows alone” "
                "to go on without them."
            )
        undone = _Undo(user, reason, f"Undo of import {entry.pk}: {reason}"[:100])
        for table in TABLES:
            undone.table([trace for trace in traces if trace.table is table and not trace.touched])
        Import.objects.filter(pk=entry.pk).update(
            state=Import.State.UNDONE, message=f"Taken back: {reason}", updated_at=timezone.now()
        )
        announce_change(reason, bulk=True)
    return undone.stayed


class _Undo:
    """One undoing while it runs; `stayed` collects what could not be taken back."""

    def __init__(self, user, public_reason: str, reason: str):
        self.user, self.public_reason, self.reason = user, public_reason, reason
        self.stayed: list[str] = []

    def table(self, traces: list[Trace]) -> None:
        """Take back what the import did to one table."""
        for start in range(0, len(traces), CHUNK):
            chunk = traces[start : start + CHUNK]
            rows = chunk[0].table._base_manager.in_bulk([trace.pk for trace in chunk])
            self._restore([trace for trace in chunk if not trace.created], rows)
            for trace in chunk:
                if trace.created and trace.pk in rows:
                    self._remove(rows[trace.pk])

    def _restore(self, traces: list[Trace], rows: dict[int, models.Model]) -> None:
        if not traces:
            return
        table = traces[0].table
        changed = []
        for trace in traces:
            before = table.history.filter(id=trace.pk, history_id__lt=trace.first).order_by("-history_id").first()
            row = rows.get(trace.pk)
            if row is None or before is None:
                self.stayed.append(f"{table._meta.verbose_name} {trace.pk}: no earlier version is known; it stays.")
                continue
            for field in before.tracked_fields:
                if field.name not in UNTOLD:
                    setattr(row, field.attname, getattr(before, field.attname))
            changed.append(row)
        names = [field.name for field in table._meta.concrete_fields if field.name not in UNTOLD]
        if changed:
            bulk_update_with_history(
                changed, table, names, default_change_reason=self.reason, default_user=self.user, batch_size=CHUNK
            )

    def _remove(self, row: models.Model) -> None:
        """Remove a new row; a public result is withdrawn, a model others rest on unpublished."""
        row._history_user, row._change_reason = self.user, self.reason
        if isinstance(row, Result) and row.state != Result.State.DRAFT:
            if not may_publish(self.user):
                raise ImportRefused(f"“{row}” is public by now; a publisher has to take this import back.")
            if row.state == Result.State.PUBLISHED:
                withdraw_result(row, self.public_reason, user=self.user)
            return
        if rests := _resting_on(row):
            if isinstance(row, LanguageModel) and row.published:
                row.published = False
                row.save()
                self.stayed.append(f"“{row}” keeps its {rests} and is unpublished.")
            else:
                self.stayed.append(f"“{row}” stays: {rests} rest on it.")
            return
        try:
            with transaction.atomic():
                row.delete()
        except ProtectedError:
            self.stayed.append(f"“{row}” stays: other rows rest on it.")


def _resting_on(row: models.Model) -> str:
    """What would go with a row if it were deleted, in words; empty if nothing."""
    found = []
    for relation in row._meta.related_objects:
        if relation.one_to_many and relation.related_model.__module__.startswith("models_catalog.models"):
            number = relation.related_model._base_manager.filter(**{relation.field.name: row}).count()
            if number:
                found.append(f"{number} {relation.related_model._meta.verbose_name}{'' if number == 1 else 's'}")
    return ", ".join(found)
