"""How overall scores came about: steps with their intervals over time, under today's pars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from comparisons.boards.rows import DASH
from comparisons.core import geometry, plots
from comparisons.core.history import HistoryPoint, history_days, score_history
from comparisons.core.method_words import said
from comparisons.core.standing import LaneFit
from comparisons.keeping import Kept
from comparisons.pages.base import side_letter
from models_catalog.core import display
from models_catalog.core.specs import BenchmarkSpec, ResultRow

_histories: Kept[tuple[HistoryPoint, ...]] = Kept(2_000)
HEIGHT = 176
HEADROOM = 12  # px above the highest value and below the lowest


@dataclass(frozen=True)
class ScoreLine:
    """One model's history; `side` is 0, 1, or None where the chart shows one model only."""

    side: int | None
    name: str
    points: tuple[HistoryPoint, ...]


def score_line(
    side: int | None,
    name: str,
    rows: Sequence[ResultRow],
    fit: LaneFit,
    benchmarks: Mapping[str, BenchmarkSpec],
    last: dt.date,
    *,
    key: Hashable = None,
) -> ScoreLine:
    """Follow a model's score up to the day `last` through all its results known by then.

    What is followed under one `key` is followed once a process.
    """

    def followed() -> tuple[HistoryPoint, ...]:
        return score_history(fit, rows, benchmarks, fit.lane, history_days(rows, last))

    return ScoreLine(side, name, followed() if key is None else _histories.get(key, followed))


def score_chart(lines: Iterable[ScoreLine], last: dt.date, last_text: str = "today") -> dict | None:
    """The chart of one or two histories with an equal table; None while no score ever changed.

    `last_text` names the day the chart ends with.
    """
    drawn = [line for line in lines if line.points]
    if not any(len(line.points) > 1 for line in drawn):
        return None
    first = min(line.points[0].day for line in drawn)
    scale = geometry.scale_around([v for line in drawn for p in line.points for v in (p.low, p.high)], most_ticks=5)

    def x(day: dt.date) -> float:
        return geometry.place(day.toordinal(), first.toordinal(), last.toordinal())

    def y(value: float) -> float:
        return plots.down(scale.place(value), HEIGHT, HEADROOM)

    names = display.listed(line.name for line in drawn)
    return {
        "height": HEIGHT,
        "title": f"Overall score of {names} over time",
        "desc": "; ".join(_in_words(line, last_text) for line in drawn),
        "y_ticks": [{"y": plots.down(tick.x, HEIGHT, HEADROOM), "text": tick.text} for tick in scale.ticks],
        "x_ticks": [{"x": 0.0, "text": display.month(first)}, {"x": 100.0, "text": last_text}],
        "bands": [
            {"side": side_letter(line.side), "points": _band([(x(a), x(b), y(p.low), y(p.high)) for p, a, b in spans])}
            for line in drawn
            for spans in (_spans(line, last),)
        ],
        "lines": [
            {
                "side": side_letter(line.side),
                "points": " ".join(f"{x(a):g},{y(p.overall):g} {x(b):g},{y(p.overall):g}" for p, a, b in spans),
            }
            for line in drawn
            for spans in (_spans(line, last),)
        ],
        "dots": [
            {
                "side": side_letter(line.side),
                "x": x(point.day),
                "y": y(point.overall),
                "title": f"{line.name}, {display.date(point.day)}: {_score(point)}",
            }
            for line in drawn
            for point in line.points
        ],
        "caption": said(
            "With today’s pars, counting the results known at the end of each month. The shade is the {interval} "
            "interval; a step is a change of the results that count."
        ),
        "table": _table(drawn),
    }


def _spans(line: ScoreLine, last: dt.date) -> list[tuple[HistoryPoint, dt.date, dt.date]]:
    """Each point with the days from and until which it held."""
    ends = [point.day for point in line.points[1:]] + [last]
    return [(point, point.day, end) for point, end in zip(line.points, ends, strict=True)]


def _band(spans: Sequence[tuple[float, float, float, float]]) -> str:
    """The outline of the intervals: along the upper ends and back along the lower ones."""
    above = [f"{place:g},{high:g}" for start, end, _, high in spans for place in (start, end)]
    below = [f"{place:g},{low:g}" for start, end, low, _ in reversed(spans) for place in (end, start)]
    return " ".join([*above, *below])


def _score(point: HistoryPoint) -> str:
    return f"{display.overall_score(point.overall)} ± {display.margin((point.high - point.low) / 2)}"


def _in_words(line: ScoreLine, last_text: str) -> str:
    first, newest = line.points[0], line.points[-1]
    return (
        f"{line.name}: {display.overall_score(first.overall)} on {display.date(first.day)}, "
        f"{display.overall_score(newest.overall)} {last_text}"
    )


def _table(lines: Sequence[ScoreLine]) -> dict:
    """One row a day on which a score changed, newest first, each model with its results counted."""
    at = [{point.day: point for point in line.points} for line in lines]
    days = sorted({day for points in at for day in points}, reverse=True)
    heads = [{"text": "From", "num": False, "side": None}]
    for line in lines:
        heads.append({"text": line.name, "num": True, "side": side_letter(line.side)})
        heads.append({"text": "Results", "num": True, "side": None})
    return {
        "label": "Overall score over time",
        "heads": heads,
        "rows": [
            {
                "label": display.date(day),
                "href": None,
                "cells": [text for points in at for text in _cells(points, day)],
            }
            for day in days
        ],
    }


def _cells(points: Mapping[dt.date, HistoryPoint], day: dt.date) -> tuple[str, str]:
    """Score and results that held on a day, whether or not they changed on it."""
    point = max((p for p in points.values() if p.day <= day), key=lambda p: p.day, default=None)
    return (DASH, DASH) if point is None else (_score(point), display.count(point.results))
