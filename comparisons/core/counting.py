"""Which of several reported results counts, per model, benchmark and lane.

A total order over rows makes the choice independent of the order in which rows arrive;
`why_not` answers the question every other row raises (docs/method.md, "Which row counts").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from comparisons.core.points import has_scale
from models_catalog.core.specs import (
    GENERATED,
    INDEPENDENT_LANE,
    LANES,
    NOT_COMPARABLE,
    PUBLISHED,
    VERIFIED,
    WITHDRAWN,
    BenchmarkSpec,
    ResultRow,
)

# In the order of `counting_key`: what decided against a row when another one counts.
KEY_PARTS = ("setting", "source", "effort", "date", "score", "id")

WHY_NOT = {
    "generated": "a generated figure, which never counts",
    "draft": "not published",
    "withdrawn": "withdrawn",
    "no_source": "no source is given, and this lane asks for one",
    "not_independent": "reported by the model's maker or of unknown origin, and this lane is for others",
    "not_standard": "not the benchmark's standard setting",
    "display_only": "the benchmark is shown but not scored",
    "another_row:setting": "another result uses the benchmark's standard setting",
    "another_row:source": "another result has a source closer to the benchmark",
    "another_row:effort": "another result was run with more reasoning effort",
    "another_row:date": "another result is more recent",
    "another_row:score": "of two equally good reports the lower one counts",
    "another_row:id": "the same figure is already counted from another row",
}

_UNDATED = dt.date.min  # an unknown date is taken for the oldest


def is_scored(benchmark: BenchmarkSpec) -> bool:
    """Tell whether results on this benchmark can count towards scores at all.

    It must carry weight, have a category and a complete scale, and say which end is better.
    """
    return benchmark.weighted and benchmark.direction != NOT_COMPARABLE and has_scale(benchmark)


def counting_key(row: ResultRow) -> tuple:
    """Order the rows of one model on one benchmark: the smallest key counts."""
    return (
        not row.standard,
        row.source_tier,
        -row.effort,
        -(row.measured_on or _UNDATED).toordinal(),
        row.score,
        row.uid,
    )


def refusal(row: ResultRow, lane: str) -> str | None:
    """Return the code of `WHY_NOT` that keeps a row out of a lane altogether, or None.

    Raises ValueError for a lane that does not exist.
    """
    if lane not in LANES:
        raise ValueError(f"There is no lane {lane!r}; the lanes are {', '.join(LANES)}.")
    if row.source_kind == GENERATED:
        return "generated"
    if row.state != PUBLISHED:
        return "withdrawn" if row.state == WITHDRAWN else "draft"
    if lane == VERIFIED and not row.source_url:
        return "no_source"
    if lane == INDEPENDENT_LANE and row.self_reported:
        return "not_independent"
    if lane in (VERIFIED, INDEPENDENT_LANE) and not row.standard:
        return "not_standard"
    return None


def counting_rows(rows: Iterable[ResultRow], lane: str) -> dict[tuple[str, str], ResultRow]:
    """Choose the counting row of every (model, benchmark) that has one in the lane.

    Benchmarks are not looked at: on a display-only one the chosen row is the one to show.
    """
    chosen: dict[tuple[str, str], ResultRow] = {}
    for row in rows:
        if refusal(row, lane) is None:
            place = (row.model, row.benchmark)
            rival = chosen.get(place)
            if rival is None or counting_key(row) < counting_key(rival):
                chosen[place] = row
    return chosen


def why_not(
    row: ResultRow, lane: str, counting: ResultRow | None, benchmark: BenchmarkSpec | None = None
) -> str | None:
    """Say why a row does not count in a lane: a code of `WHY_NOT`, or None when it counts.

    `counting` is the row chosen for the same model and benchmark (None when there is none);
    pass `benchmark` to learn about display-only ones as well.
    """
    refused = refusal(row, lane)
    if refused is not None:
        return refused
    if benchmark is not None and not is_scored(benchmark):
        return "display_only"
    if counting is None or (row.id, row.uid) == (counting.id, counting.uid):
        return None
    decisive = zip(KEY_PARTS, counting_key(row), counting_key(counting), strict=True)
    return next((f"another_row:{part}" for part, mine, theirs in decisive if mine != theirs), "another_row:id")


def known_since(row: ResultRow) -> dt.date | None:
    """The day a result is known from: when it was measured, else when it was first seen, else not known."""
    return row.measured_on or row.read_on


def known_rows(rows: Iterable[ResultRow], day: dt.date) -> tuple[ResultRow, ...]:
    """The results known by the end of a day; those without any date are among them."""
    return tuple(row for row in rows if (known_since(row) or _UNDATED) <= day)
