"""What happens to the rows of a model that turns out to be another: which move, and which say nothing new. No Django.

Nothing is lost without being named: a row that cannot stand beside the others stays in the record of the merge,
and comes back when the merge is taken back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

MOVE, MARK, LEAVE = "move", "mark", "leave"
SAME_FIGURE = "the same figure stands there already"
SAME_SPEED = "a speed of the same day, source and region stands there already"
OVERLAPS = "its period overlaps a price that stands there"


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """What makes two results one: `setup` is benchmark, variant, method and effort, `day` when it was measured."""

    pk: int
    setup: tuple
    score: Any
    source_url: str
    day: dt.date | None
    state: str
    has_row_id: bool
    has_runs: bool = False

    @property
    def place(self) -> tuple:
        """What the table allows once for rows that no source numbers. Effort is not part of it."""
        return (*self.setup[:3], self.source_url, self.day)


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """A price over [start, end); None is unbounded. `figures` are its amounts and terms."""

    pk: int
    start: dt.date | None
    end: dt.date | None
    figures: tuple


@dataclass(frozen=True, slots=True)
class SpeedFacts:
    """What the table allows one speed for: day, source and region."""

    pk: int
    place: tuple


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one row. MARK: it moves, and gets a row id since another stands in its place. LEAVE has a reason."""

    pk: int
    fate: str
    reason: str = ""


Facts = TypeVar("Facts", ResultFacts, PriceFacts, SpeedFacts)


def of_results(kept: Iterable[ResultFacts], other: Iterable[ResultFacts]) -> list[Decision]:
    """A figure that both took from one page is left; another figure in its place moves beside it, for editors to judge.

    Figures behind which own runs stand always move, as do public ones that are not public here.
    """
    figures = {(row.setup, row.score, row.source_url, row.state) for row in kept if row.source_url}
    places = {row.place for row in kept if not row.has_row_id}
    decided = []
    for row in other:
        if not row.has_runs and (row.setup, row.score, row.source_url, row.state) in figures:
            decided.append(Decision(row.pk, LEAVE, SAME_FIGURE))
        elif not row.has_row_id and row.place in places:
            decided.append(Decision(row.pk, MARK))
        else:
            decided.append(Decision(row.pk, MOVE))
    return decided


def of_prices(kept: Iterable[PriceFacts], other: Iterable[PriceFacts], overlap: Callable[..., bool]) -> list[Decision]:
    """Prices move where their period is free; `overlap` says of (start, end, start, end) whether two share a day."""
    return _each(
        list(kept),
        other,
        lambda row, there: overlap(row.start, row.end, there.start, there.end),
        lambda row, there: SAME_FIGURE if row.figures == there.figures else OVERLAPS,
    )


def of_speeds(kept: Iterable[SpeedFacts], other: Iterable[SpeedFacts]) -> list[Decision]:
    """Speeds move unless one of the same day, source and region stands there."""
    return _each(list(kept), other, lambda row, there: row.place == there.place, lambda *_: SAME_SPEED)


def _each(
    kept: Sequence[Facts],
    other: Iterable[Facts],
    collides: Callable[[Facts, Facts], bool],
    reason: Callable[[Facts, Facts], str],
) -> list[Decision]:
    decided = []
    for row in other:
        there = next((each for each in kept if collides(row, each)), None)
        decided.append(Decision(row.pk, MOVE) if there is None else Decision(row.pk, LEAVE, reason(row, there)))
    return decided
