"""How price rows become periods that never overlap (docs/adr/0003-import.md, "Prices"). No database.

A dated row is a period, keyed by its first day. A row without dates is an observation: it
confirms the period that holds on the day it was seen, or begins a new one there, or, when
nothing else is known of the offering, stands alone as an undated price.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from importers.records import ABSENT, PriceRecord
from models_catalog.core import price_terms
from models_catalog.models.offers import FIRST_OBSERVED, days_when_seen_again, periods_overlap

FIGURES = ("input", "output", "cache_read", "cache_write")
OFFERING_FIELDS = frozenset({"model", "provider", "first_party"})

Span = tuple[PriceRecord, dt.date | None, dt.date | None]  # row, first day, end
Refuse = Callable[[PriceRecord, str, str], None]  # record, field, sentence


@dataclass(slots=True, eq=False)
class Period:
    """One price over [start, end) as it will stand; `stored` is its row, if it has one already."""

    values: dict[str, Any]
    stored: Any = None
    records: list[PriceRecord] = field(default_factory=list)

    @property
    def start(self) -> dt.date | None:
        return self.values.get("valid_from")

    @property
    def end(self) -> dt.date | None:
        return self.values.get("valid_to")

    @property
    def seen_on(self) -> dt.date | None:
        return self.values.get("observed_on")

    @property
    def is_undated(self) -> bool:
        return self.start is None and self.end is None

    def holds_on(self, day: dt.date | None) -> bool:
        """Whether the price holds on `day`; None asks for the one without an end."""
        if day is None:
            return self.end is None
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def agrees_with(self, record: PriceRecord) -> bool:
        """Whether no figure that both name differs."""
        pairs = ((self.values.get(name), getattr(record, name)) for name in FIGURES)
        same = all(mine is None or theirs in (None, ABSENT) or mine == theirs for mine, theirs in pairs)
        return same and _joined_terms(self.values.get("terms", ""), record.terms) is not None

    def take(self, record: PriceRecord, **values: Any) -> None:
        """Let the record say what it knows, then `values`."""
        self.values.update({k: v for k, v in record.given() if k not in OFFERING_FIELDS}, **values)
        self.records.append(record)

    def __str__(self) -> str:
        return f"from {self.start or 'the beginning'} to {self.end or 'now'}"


def _joined_terms(mine: str, theirs: str) -> str | None:
    """All terms of both texts; None when they differ about one."""
    if theirs is ABSENT or not theirs or mine == theirs:
        return mine
    try:
        return price_terms.written(price_terms.parse(f"{mine}\n{theirs}"))
    except price_terms.BadTerm:
        return None


def plan_periods(stored: Iterable[Period], records: Iterable[PriceRecord], refuse: Refuse) -> list[Period]:
    """The periods of one offering after `records`, each with the records that speak about it.

    `stored` are the periods in the database. A row that cannot be true together with the
    others is handed to `refuse` and left out.
    """
    timeline = _Timeline(list(stored), refuse)
    records = list(records)
    timeline.add_dated([record for record in records if not record.is_observation])
    observations = [record for record in records if record.is_observation]
    seen_first = sorted(observations, key=lambda record: (not record.observed_on, record.observed_on or dt.date.min))
    for record in seen_first:
        timeline.add_observation(record)
    return timeline.periods


class _Timeline:
    """The periods of one offering while rows are added."""

    def __init__(self, periods: list[Period], refuse: Refuse):
        self.periods, self.refuse = periods, refuse

    def add_dated(self, records: list[PriceRecord]) -> None:
        """Refuse rows that overlap each other or a stored period; replace or add the others.

        A stored price without dates is only an observation and does not stand in the way.
        """
        spans = [(record, record.valid_from, self._end_of(record)) for record in records]
        spans = self._without_mutual_overlaps(spans)
        starts = {start for _, start, _ in spans}
        undated = next((period for period in self.periods if period.is_undated), None)
        giving_way = undated if spans and None not in starts else None
        others = [p for p in self.periods if p.start not in starts and p is not giving_way]
        by_start = {period.start: period for period in self.periods}
        for record, start, end in spans:
            if self._overlaps_stored(record, start, end, others):
                continue
            period = by_start.get(start)
            if period is None:
                period = Period({})
                self.periods.append(period)
            period.take(record, valid_to=end)
        if giving_way is not None and len(self.periods) > 1:
            self._give_way(giving_way)

    def _end_of(self, record: PriceRecord) -> dt.date | None:
        """The row's end. A source that knows no end does not undo one that was observed after it was read."""
        period = next((p for p in self.periods if p.start == record.valid_from), None)
        if record.valid_to is not None or period is None or period.end is None:
            return record.valid_to
        was_read_before = not record.observed_on or record.observed_on < period.end
        ended_by_observation = any(
            p.start == period.end and p.values.get("valid_from_basis") == FIRST_OBSERVED for p in self.periods
        )
        return period.end if was_read_before and ended_by_observation else None

    def _give_way(self, undated: Period) -> None:
        """Fit a stored undated price between the dated ones: a documented period outweighs it."""
        self.periods.remove(undated)
        day = undated.seen_on
        holding = next((period for period in self.periods if period.holds_on(day)), None)
        if holding is not None:
            holding.stored = undated.stored  # the observation's row becomes the documented period
            return
        if day is None:
            begin, end = max(period.end for period in self.periods), None
        else:
            begin, end = day, self._next_start(day)
        undated.values.update(valid_from=begin, valid_to=end, valid_from_basis=FIRST_OBSERVED)
        self.periods.append(undated)

    def _next_start(self, day: dt.date) -> dt.date | None:
        return min((p.start for p in self.periods if p.start and p.start > day), default=None)

    def _without_mutual_overlaps(self, spans: list[Span]) -> list[Span]:
        accepted: list[Span] = []
        for record, start, end in spans:
            rival = next((r for r, *span in accepted if periods_overlap(start, end, *span)), None)
            if rival is None:
                accepted.append((record, start, end))
            else:
                line = rival.place.line
                reason = f"The period overlaps the one in line {line}. End one before the other begins."
                self.refuse(record, "valid_from", reason)
        return accepted

    def _overlaps_stored(
        self, record: PriceRecord, start: dt.date | None, end: dt.date | None, others: list[Period]
    ) -> bool:
        rival = next((p for p in others if periods_overlap(start, end, p.start, p.end)), None)
        if rival is not None:
            reason = f"The period overlaps the stored price {rival}. Add that price to the file with its end."
            self.refuse(record, "valid_from", reason)
        return rival is not None

    def add_observation(self, record: PriceRecord) -> None:
        """Confirm, begin or correct a period with a price that was only seen."""
        day = record.observed_on or None
        holding = next((period for period in self.periods if period.holds_on(day)), None)
        if holding is None:
            self._fill_gap(record, day)
        elif self._is_own_row(holding, record):
            basis = holding.values.get("valid_from_basis", "")
            kept = {"valid_from": holding.start, "valid_to": holding.end, "valid_from_basis": basis}
            terms = _joined_terms(holding.values.get("terms", ""), record.terms)
            if terms is not None:  # a condition that a source no longer lists, or that another told, stays
                kept["terms"] = terms
            holding.take(record, **kept)
        elif holding.agrees_with(record):
            self._confirm(holding, record)
        elif (
            day
            and holding.end is None
            and (holding.seen_on is None or holding.seen_on < day)
            and (holding.start is None or holding.start < day)
        ):
            holding.values["valid_to"] = day
            self._begin(record, day, None)
        else:
            self.refuse(
                record,
                "observed_on",
                f"The price {holding} says otherwise for that day. Give this row its own period "
                "(valid_from, valid_to), or correct the other price.",
            )

    @staticmethod
    def _is_own_row(period: Period, record: PriceRecord) -> bool:
        """Whether the period itself is this very observation, perhaps with corrected figures."""
        same_source = period.values.get("dataset", "") == record.dataset
        same_day = period.seen_on == (record.observed_on or None)
        begun_by_it = period.start is not None and period.values.get("valid_from_basis") == FIRST_OBSERVED
        if begun_by_it:
            return same_source and period.start == (record.observed_on or None) and same_day
        return period.is_undated and same_source and same_day

    @staticmethod
    def _confirm(period: Period, record: PriceRecord) -> None:
        """Move the day the price was last seen, and add figures that were not known."""
        if record.observed_on:
            period.values.update(days_when_seen_again(period.start, period.end, period.seen_on, record.observed_on))
        for name in FIGURES:
            if period.values.get(name) is None and getattr(record, name) is not ABSENT:
                period.values[name] = getattr(record, name)
        if record.terms is not ABSENT:
            period.values["terms"] = _joined_terms(period.values.get("terms", ""), record.terms)
        period.records.append(record)

    def _fill_gap(self, record: PriceRecord, day: dt.date | None) -> None:
        if not self.periods:
            period = Period({})
            period.take(record)
            self.periods.append(period)
        elif day is None:
            self.refuse(
                record,
                "observed_on",
                "All known prices of this offering have ended. Say since when this one holds (valid_from) "
                "or when it was seen (observed_on).",
            )
        else:
            self._begin(record, day, self._next_start(day))

    def _begin(self, record: PriceRecord, day: dt.date, end: dt.date | None) -> None:
        period = Period({})
        period.take(record, valid_from=day, valid_to=end, valid_from_basis=FIRST_OBSERVED)
        self.periods.append(period)
