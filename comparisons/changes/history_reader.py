"""Reads the history tables from where the last reading ended, without losing late rows.

Numbers of history rows are given out before their transaction commits. On PostgreSQL a row with a
smaller number may therefore appear after one with a larger number was read. A position keeps such
missing numbers as open ranges and looks at them again for a day; after that they are numbers of
transactions that were rolled back.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db.models import Q

OPEN_FOR = dt.timedelta(days=1)
MOST_OPEN_RANGES = 200  # the newest are kept
CHUNK = 500


@dataclass
class Position:
    """How far one history table was read: `last` number, and (first, last, seen at) of open ranges."""

    last: int = 0
    open: list[tuple[int, int, str]] = field(default_factory=list)

    @classmethod
    def of(cls, stored: dict | None) -> Position:
        """Restore what `stored` gave."""
        stored = stored or {}
        return cls(stored.get("last", 0), [tuple(span) for span in stored.get("open", ())])

    def stored(self) -> dict:
        """The position as plain data."""
        return {"last": self.last, "open": [list(span) for span in self.open]}

    def unread(self) -> Q:
        """The rows not read yet."""
        wanted = Q(history_id__gt=self.last)
        for first, last, _ in self.open:
            wanted |= Q(history_id__range=(first, last))
        return wanted

    def advance(self, numbers: Iterable[int], now: dt.datetime) -> Position:
        """The position after rows with these numbers were read at `now`."""
        read = sorted(numbers)
        oldest = (now - OPEN_FOR).isoformat()
        spans = [span for span in self.open if span[2] >= oldest]
        if read and read[-1] > self.last:
            spans.append((self.last + 1, read[-1], now.isoformat()))
        spans = [piece for span in spans for piece in _without(span, read)]
        return Position(max([self.last, *read[-1:]]), spans[-MOST_OPEN_RANGES:])


def _without(span: tuple[int, int, str], read: list[int]) -> Iterator[tuple[int, int, str]]:
    """The pieces of a range that hold none of the sorted numbers."""
    first, last, seen = span
    for number in read:
        if first <= number <= last:
            if first < number:
                yield first, number - 1, seen
            first = number + 1
    if first <= last:
        yield first, last, seen


@dataclass(frozen=True)
class HistoryStep:
    """One row of a history table and the row of the same object before it (None for the first)."""

    table: str
    row: dict
    before: dict | None

    @property
    def number(self) -> int:
        """Number of the history row."""
        return self.row["history_id"]

    @property
    def object_id(self) -> int:
        """Primary key of the object it is about."""
        return self.row["id"]

    @property
    def at(self) -> dt.datetime:
        """When it was written."""
        return self.row["history_date"]

    @property
    def reason(self) -> str:
        """Why, as the editor or the import said; may be empty."""
        return OWN_NUMBER.sub("", self.row["history_change_reason"] or "")

    @property
    def created(self) -> bool:
        """Whether the object was new."""
        return self.row["history_type"] == "+"

    @property
    def deleted(self) -> bool:
        """Whether the object was deleted; `row` then holds its last values."""
        return self.row["history_type"] == "-"

    def differs(self, *names: str) -> list[str]:
        """Those of the columns whose value changed against the row before."""
        return [name for name in names if self.before is not None and self.before[name] != self.row[name]]


# the newsroom's own numbers of sheets and imports, which say nothing to readers
OWN_NUMBER = re.compile(r"^(?:undo of )?(?:sheet|import) [0-9]+: ", re.IGNORECASE)
BOOKKEEPING = ("id", "history_id", "history_type", "history_date", "history_change_reason")


def read(table, columns: tuple[str, ...], position: Position) -> list[HistoryStep]:
    """The unread history of a table, oldest first. One query, and one for each 500 changed objects."""
    history = table.history.model.objects.order_by("history_id").values(*BOOKKEEPING, *columns)
    rows = list(history.filter(position.unread()))
    changed = sorted({row["id"] for row in rows if row["history_type"] == "~"})
    earlier = _earlier(history, changed, {row["history_id"] for row in rows})
    return [HistoryStep(table.__name__, row, earlier.get(row["history_id"])) for row in rows]


def _earlier(history, ids: list[int], wanted: set[int]) -> dict[int, dict]:
    """Number of a wanted history row → the row of the same object just before it."""
    found: dict[int, dict] = {}
    remaining = iter(ids)
    while chunk := list(islice(remaining, CHUNK)):
        latest: dict[int, dict] = {}
        for row in history.filter(id__in=chunk):
            if row["history_id"] in wanted and row["id"] in latest:
                found[row["history_id"]] = latest[row["id"]]
            latest[row["id"]] = row
    return found
