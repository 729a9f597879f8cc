"""Where things stand in a chart: scales, ticks, bands, radar outlines, the Pareto front.

Pure arithmetic on numbers that are already decided; charts print these positions and
compute nothing. Positions along a scale are percent of its length with two decimals
(a chart stretches with the page); radar points are units of its own view box.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEPS = (1, 2, 2.5, 5, 10)


def place(value: float, low: float, high: float) -> float:
    """Where `value` lies between `low` and `high`, in percent from 0 to 100; ends outside are cut."""
    if high <= low:
        return 50.0
    return _coordinate(100 * min(1.0, max(0.0, (value - low) / (high - low))))


def _coordinate(value: float) -> float:
    return round(value, 2) + 0.0


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: position in percent and its label."""

    x: float
    text: str


@dataclass(frozen=True)
class Scale:
    """A linear axis from `low` to `high` with round ticks."""

    low: float
    high: float
    ticks: tuple[Tick, ...]

    def place(self, value: float) -> float:
        """Position of `value` in percent."""
        return place(value, self.low, self.high)


def scale_around(values: Iterable[float], *, most_ticks: int = 5, least_span: float = 10.0) -> Scale:
    """A round axis that holds all `values` and at least `least_span`. Raises ValueError without values."""
    found = list(values)
    low, high = min(found), max(found)
    if high - low < least_span:
        middle = (low + high) / 2
        low, high = middle - least_span / 2, middle + least_span / 2
    step = round_step((high - low) / (most_ticks - 1))
    first, last = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    count = round((last - first) / step)
    ticks = tuple(Tick(place(first + i * step, first, last), f"{first + i * step:g}") for i in range(count + 1))
    return Scale(first, last, ticks)


def round_step(least: float) -> float:
    """The smallest round step (1, 2, 2.5 or 5 times a power of ten) of at least `least`."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in STEPS if step * power >= least * (1 - 1e-9))


@dataclass(frozen=True)
class Band:
    """An interval with its centre on a scale, all in percent: start, width and dot."""

    x: float
    width: float
    dot: float


def band(scale: Scale, low: float, centre: float, high: float) -> Band:
    """An interval on a scale."""
    start, end = scale.place(low), scale.place(high)
    return Band(start, _coordinate(end - start), scale.place(centre))


@dataclass(frozen=True)
class Bar:
    """A bar from the zero line in the middle (50 %) to one side; `x` is its left end."""

    x: float
    width: float


def bar_from_zero(value: float, reach: float) -> Bar:
    """A bar for `value` on an axis from -`reach` to +`reach`; cut at the ends.

    Negative values go left. A bar is never wider than half the chart, and one that stands
    for something that is not zero is never invisible.
    """
    if value == 0 or reach <= 0:
        return Bar(50.0, 0.0)
    width = min(50.0, max(0.5, abs(value) / reach * 50))
    return Bar(_coordinate(50 - width if value < 0 else 50.0), _coordinate(width))


@dataclass(frozen=True)
class Spoke:
    """A direction of the radar: end and label positions, and whether the category is open."""

    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str  # start, middle, end
    open: bool


@dataclass(frozen=True)
class Outline:
    """One model's line: points that follow each other without a gap, drawn as paths.

    `closed` is true where no category is missing; otherwise each path is a stretch of
    neighbouring categories and the gaps stay open.
    """

    paths: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    closed: bool


@dataclass(frozen=True)
class Radar:
    """A radar chart in a box of `width` × `height` units."""

    width: int
    height: int
    centre: tuple[float, float]
    rings: tuple[str, ...]
    ring_labels: tuple[tuple[float, float, str], ...]
    spokes: tuple[Spoke, ...]
    outlines: tuple[Outline, ...]
    low: float
    high: float


def radar(
    series: Sequence[Sequence[float | None]],
    *,
    low: float,
    high: float,
    width: int = 430,
    height: int = 376,
    radius: float = 122.0,
) -> Radar:
    """Radar of several series over the same categories; None leaves the outline open there."""
    corners = len(series[0]) if series else 0
    cx, cy = width / 2, height / 2
    angles = [2 * math.pi * i / corners - math.pi / 2 for i in range(corners)]

    def point(angle: float, share: float) -> tuple[float, float]:
        return (
            _coordinate(cx + radius * share * math.cos(angle)),
            _coordinate(cy + radius * share * math.sin(angle)),
        )

    levels = [1 / 3, 2 / 3, 1.0]
    rings = tuple(_points(point(angle, level) for angle in angles) for level in levels)
    tick_angle = angles[0] + math.pi / max(corners, 1) if angles else 0.0
    labels = tuple((*point(tick_angle, level), f"{low + (high - low) * level:g}") for level in levels)
    spokes = []
    for i, angle in enumerate(angles):
        x, y = point(angle, 1.0)
        label_x, label_y = point(angle, 1.14)
        sideways = math.cos(angle)
        anchor = "middle" if abs(sideways) < 0.2 else "start" if sideways > 0 else "end"
        if math.sin(angle) < -0.9:
            label_y = _coordinate(label_y - 15)
        spokes.append(Spoke(x, y, label_x, label_y, anchor, any(line[i] is None for line in series)))
    return Radar(
        width=width,
        height=height,
        centre=(cx, cy),
        rings=rings,
        ring_labels=labels,
        spokes=tuple(spokes),
        outlines=tuple(_outline(line, angles, point, low, high) for line in series),
        low=low,
        high=high,
    )


def _outline(values, angles, point, low: float, high: float) -> Outline:
    spots = [
        None if value is None else point(angle, place(value, low, high) / 100)
        for value, angle in zip(values, angles, strict=True)
    ]
    dots = tuple(spot for spot in spots if spot is not None)
    if len(dots) == len(spots):
        return Outline((_points(dots),), dots, closed=True)
    gap = spots.index(None)
    turned = spots[gap:] + spots[:gap]
    stretches: list[list[tuple[float, float]]] = []
    previous = None
    for spot in turned:
        if spot is not None:
            if previous is None:
                stretches.append([])
            stretches[-1].append(spot)
        previous = spot
    return Outline(tuple(_points(stretch) for stretch in stretches if len(stretch) > 1), dots, closed=False)


def _points(spots: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in spots)


def radar_limits(values: Iterable[float]) -> tuple[float, float]:
    """Round limits for a radar, so that three rings lie on whole numbers and nothing is cut."""
    found = list(values)
    if not found:
        return 0.0, 90.0
    low = math.floor(min(found) / 10) * 10 - 10
    high = math.ceil(max(found) / 10) * 10
    span = max(30, math.ceil((high - low) / 30) * 30)
    low = max(0, high - span)
    return float(low), float(low + span)


def pareto_front(points: Sequence[tuple[float, float]]) -> list[int]:
    """Indices of points that no other point beats on both counts (x: less is better, y: more is better).

    In order of x. Of equal points the first stays.
    """
    order = sorted(range(len(points)), key=lambda i: (points[i][0], -points[i][1], i))
    front: list[int] = []
    best = -math.inf
    for i in order:
        if points[i][1] > best:
            front.append(i)
            best = points[i][1]
    return front
