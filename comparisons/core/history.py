"""Earlier days: what was known by a day, how the board stood then, and how a score came about.

A score is a lead over pars, so a score of last year under last year's pars could not be set
beside one of today. Everything here takes today's fit (pars, spreads, offset, weights) and only
leaves out the results that were not known yet; nothing else tells an earlier day from this one.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from comparisons.core.counting import counting_key, is_scored, known_rows, known_since, refusal
from comparisons.core.method import METHOD
from comparisons.core.scoring import in_points, observe, overalls, rank, stand_all
from comparisons.core.standing import LaneFit, ModelStanding
from models_catalog.core.specs import BenchmarkSpec, ModelSpec, PriceSpec, ResultRow, SpeedSpec

MOST_POINTS = 24  # of one model's history; the newest are kept
_ALWAYS = dt.date.min  # since when a row without any date is taken as known


# ------------------------------------------------------------------ what was known


def known_prices(prices: Iterable[PriceSpec], day: dt.date) -> tuple[PriceSpec, ...]:
    """The price periods that had begun, or been seen, by a day; undated ones are among them.

    That a model is retired today does not tell that it was not offered then.
    """
    known = (price for price in prices if (price.valid_from or price.observed_on or _ALWAYS) <= day)
    return tuple(price if price.offered else replace(price, offered=True) for price in known)


def known_speeds(speeds: Iterable[SpeedSpec], day: dt.date) -> tuple[SpeedSpec, ...]:
    """The speed measurements made by a day; undated ones are among them."""
    return tuple(speed for speed in speeds if (speed.measured_on or _ALWAYS) <= day)


def released_by(model: ModelSpec, day: dt.date) -> bool:
    """Whether a model was out by a day; without a release date it is taken to have been."""
    return model.out_by(day)


# ------------------------------------------------------------------ standings of a day


def standings_on(
    fit: LaneFit, rows: Iterable[ResultRow], benchmarks: Iterable[BenchmarkSpec], day: dt.date
) -> dict[str, ModelStanding]:
    """Place and rank every model that had a counting result by a day, by slug.

    `rows` are results of any models; those that came later are left out here. On a day after
    the last result the answer is the board of today.
    """
    scored = (benchmark for benchmark in benchmarks if benchmark.category in fit.by_category)
    seen = observe(scored, known_rows(rows, day), fit.lane)
    return {standing.model: standing for standing in rank(stand_all(fit, seen), fit)}


# ------------------------------------------------------------------ the history of one score


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """A model's overall score with its interval as it stood at the end of `day`.

    `results` counts the results it rested on.
    """

    day: dt.date
    overall: float
    low: float
    high: float
    results: int


def month_ends(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """The last days of the months from that of `first` on, before `last`; then `last` itself."""
    found, year, month = [], first.year, first.month
    while (end := dt.date(year, month, calendar.monthrange(year, month)[1])) < last:
        found.append(end)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return (*found, last)


def history_days(rows: Iterable[ResultRow], last: dt.date) -> tuple[dt.date, ...]:
    """The days to look at for a history that ends with `last`: month ends since the first dated result."""
    first = min((day for row in rows if (day := known_since(row)) is not None), default=last)
    return month_ends(min(first, last), last)


def score_history(
    fit: LaneFit,
    rows: Iterable[ResultRow],
    benchmarks: Mapping[str, BenchmarkSpec],
    lane: str,
    days: Iterable[dt.date],
) -> tuple[HistoryPoint, ...]:
    """Follow one model's overall score over `days`, under today's pars.

    `rows` are that model's results. A day gets a point when the results that count on it are
    not those of the day before; the newest `MOST_POINTS` are kept. Empty where the lane has no
    common scale or the model no result on it. Raises ValueError when `fit` is another lane's.
    """
    if fit.lane != lane:
        raise ValueError(f"The fit is one of the {fit.lane} lane and cannot score the {lane} lane.")
    if fit.course_par is None:
        return ()
    moments = _moments(fit, rows, benchmarks, days)[-MOST_POINTS:]
    needed = {row.uid: row for _, chosen in moments for row in chosen}
    points = {row.uid: seen for row, seen in in_points(benchmarks, needed.values())}
    # Each day is placed like a model of its own, all of them in one go.
    placed = overalls(fit, {day.isoformat(): [points[row.uid] for row in chosen] for day, chosen in moments})
    found = []
    for day, chosen in moments:
        overall, se = placed[day.isoformat()]
        found.append(
            HistoryPoint(day, overall, overall - METHOD.z_clear * se, overall + METHOD.z_clear * se, len(chosen))
        )
    return tuple(found)


def _moments(
    fit: LaneFit, rows: Iterable[ResultRow], benchmarks: Mapping[str, BenchmarkSpec], days: Iterable[dt.date]
) -> list[tuple[dt.date, Sequence[ResultRow]]]:
    """The days on which other rows count than before, each with those rows."""
    fitted = fit.columns.position
    waiting = sorted(
        (
            row
            for row in rows
            if row.benchmark in fitted and is_scored(benchmarks[row.benchmark]) and refusal(row, fit.lane) is None
        ),
        key=lambda row: known_since(row) or _ALWAYS,
        reverse=True,
    )
    counting: dict[str, ResultRow] = {}
    found = []
    for day in sorted(days):
        changed = False
        while waiting and (known_since(waiting[-1]) or _ALWAYS) <= day:
            row = waiting.pop()
            rival = counting.get(row.benchmark)
            if rival is None or counting_key(row) < counting_key(rival):
                counting[row.benchmark] = row
                changed = True
        if changed:
            found.append((day, tuple(counting.values())))
    return found
