"""Positions for plots of many models: upward axes, logarithmic scales, stacked dots.

Beside `geometry`, and like it pure arithmetic: along the chart in percent, across it in pixels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comparisons.core.geometry import Scale, Tick, scale_around

DECADE_STEPS = (1, 2, 5)


def down(percent: float, height: float, margin: float = 0.0) -> float:
    """Pixels from the top for a position along an upward axis of `height`, `margin` left at both ends."""
    return round(height - margin - percent / 100 * (height - 2 * margin), 2) + 0.0


@dataclass(frozen=True)
class LogScale:
    """A logarithmic axis from `low` to `high`, both above 0, with ticks at 1, 2 and 5."""

    low: float
    high: float
    ticks: tuple[Tick, ...]

    def place(self, value: float) -> float:
        """Position of `value` in percent; values outside are cut, 0 stands at the low end."""
        if value <= self.low:
            return 0.0
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return round(100 * min(1.0, share), 2)


def log_scale(values: Iterable[float], *, most_ticks: int = 7) -> LogScale:
    """A logarithmic axis around positive values, its ends at a 1, 2 or 5. Raises ValueError without any."""
    found = [value for value in values if value > 0]
    low, high = _step_below(min(found)), _step_above(max(found))
    if high <= low:
        high = _step_above(low * 1.5)
    bare = LogScale(low, high, ())
    marks = [step for step in _steps(low, high) if low * (1 - 1e-9) <= step <= high * (1 + 1e-9)]
    if len(marks) > most_ticks:
        marks = [mark for mark in marks if math.isclose(math.log10(mark), round(math.log10(mark)), abs_tol=1e-9)]
    return LogScale(low, high, tuple(Tick(bare.place(mark), f"{mark:g}") for mark in marks))


def _steps(low: float, high: float) -> Iterable[float]:
    for power in range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1):
        for step in DECADE_STEPS:
            yield float(f"{step}e{power}")


def _step_below(value: float) -> float:
    return max(step for step in _steps(value, value) if step <= value * (1 + 1e-9))


def _step_above(value: float) -> float:
    return min(step for step in _steps(value, value * 10) if step >= value * (1 - 1e-9))


def stacked(places: Sequence[float], *, apart: float, base: float, step: float, top: float) -> tuple[float, ...]:
    """Heights for dots at `places` (percent) so that dots closer than `apart` stand above one another.

    The first stands at `base` px from the top, each further one `step` higher, none above `top`.
    """
    last_at_level: list[float] = []
    heights = [0.0] * len(places)
    for index in sorted(range(len(places)), key=lambda i: places[i]):
        free = (level for level, last in enumerate(last_at_level) if places[index] - last >= apart)
        level = next(free, len(last_at_level))
        last_at_level[level : level + 1] = [places[index]]
        heights[index] = max(top, base - level * step)
    return tuple(heights)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of `values` lies, straight lines between. Raises ValueError without any."""
    if not values:
        raise ValueError("A quantile needs at least one value.")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    lower = math.floor(place)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * (place - lower)


def linear_from_zero(values: Iterable[float], *, most_ticks: int = 6) -> Scale:
    """A linear axis that begins at 0 and holds all values."""
    return scale_around([0.0, *values], most_ticks=most_ticks, least_span=1e-6)
