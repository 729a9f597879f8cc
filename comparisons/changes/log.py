"""Keeps the change log: after each recomputation, what changed is derived once and stored.

`record` reads the history tables from where it ended last time and compares ranks and verdicts
with those it saw then. Entries and the new position are written in one transaction, so a crash
loses nothing and a repeat adds nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from comparisons.changes import from_history as history_changes
from comparisons.changes import from_standings as standing_changes
from comparisons.changes.history_reader import Position, read
from comparisons.models import Change, ChangeLogState, DatasetRevision, StandingSnapshot

log = logging.getLogger("comparisons")


def record() -> int:
    """Store every change that is not in the log yet. Return how many entries were stored.

    Several processes may call it at once: they take turns.
    """
    now = timezone.now()
    with transaction.atomic():
        ChangeLogState.objects.get_or_create(pk=1)
        state = ChangeLogState.objects.select_for_update().get(pk=1)
        made = _from_history(state, now) + _from_standings(state)
        before = Change.objects.count()
        Change.objects.bulk_create(made, ignore_conflicts=True, batch_size=200)
        state.save()
        return Change.objects.count() - before


def _from_history(state: ChangeLogState, now) -> list[Change]:
    steps, positions = {}, {}
    for table, columns in history_changes.READ_COLUMNS.items():
        position = Position.of(state.positions.get(table.__name__))
        steps[table.__name__] = read(table, columns, position)
        positions[table.__name__] = position.advance((step.number for step in steps[table.__name__]), now).stored()
    state.positions = positions
    made = history_changes.entries(steps)
    newest = DatasetRevision.objects.order_by("-number").values_list("number", flat=True).first()
    for change in made:
        change.revision = newest
    return made


def _from_standings(state: ChangeLogState) -> list[Change]:
    current = StandingSnapshot.objects.filter(current=True).order_by("-revision_id").select_related("revision").first()
    if current is None or current.revision_id == state.revision:
        return []
    return standing_changes.entries(state, current.revision)


def watch(pairs: Iterable[str]) -> None:
    """Remember how followed pairs stand now, so that the very next turn of theirs is told.

    Nothing happens to pairs that are watched already, or before the first standings.
    """
    with transaction.atomic():
        state = ChangeLogState.objects.select_for_update().filter(pk=1, revision__isnull=False).first()
        new = set(pairs) - state.verdicts.keys() if state else set()
        if not new:
            return
        made_at = DatasetRevision.objects.filter(pk=state.revision).values_list("created_at", flat=True).first()
        day = (made_at or timezone.now()).date()
        found = standing_changes.verdicts_of(state.lane, new, day)
        state.verdicts |= {pair: [*said, standing_changes.FOLLOWED] for pair, said in found.items()}
        state.save(update_fields=["verdicts"])


def record_after_recompute() -> None:
    """Write the log. A failure is told to the operator, not to the editor whose save succeeded; the next call
    catches up."""
    try:
        record()
    except Exception:
        log.exception("The change log could not be written; the next recomputation catches up.")
