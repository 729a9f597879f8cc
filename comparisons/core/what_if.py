"""What one result more or less would do to an overall score, with everything else as published."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable

from comparisons.core.method import METHOD
from comparisons.core.standing import LaneFit, ModelStanding

_HALVINGS = 60  # of 100 points: far below what a float can tell apart
_CLOSE = 1e-10  # overall scores this near to a goal have reached it


class Tally:
    """A model's votes and leads summed up, to ask what one result more or less would do.

    Pars, spreads and weights stay as published; which leads are held back is decided anew for
    every question. Asking costs a few microseconds, so that a page may ask about every result
    and every gap.
    """

    def __init__(self, fit: LaneFit, standing: ModelStanding):
        self._fit = fit
        self._held: dict[str, float] = {
            cell.benchmark: cell.full_lead for cell in standing.cells if cell.lead is not None
        }
        self._unfitted = {cell.benchmark for cell in standing.cells if cell.lead is None}
        self._shares = [(c.slug, c.share) for c in fit.categories if c.share > 0]
        self._ordered = sorted(self._held.values())
        self._all_count = _is_within_reach(self._ordered)
        self._groups = self._grouped(self._held.items(), self._ordered)

    def overall(self) -> float | None:
        """Return the overall score as it is."""
        return self._overall(self._groups)

    def without(self, benchmark: str) -> float | None:
        """Return the overall score without the result on `benchmark`; None if nothing is left.

        Raises ValueError when the model has no counting result there.
        """
        if benchmark in self._unfitted:
            return self.overall()
        if benchmark not in self._held:
            raise ValueError(f"There is no counting result on {benchmark} to leave out.")
        return self._changed([(benchmark, self._held[benchmark], -1)])

    def with_result(self, benchmark: str, points: float) -> float | None:
        """Return the overall score with these points (net of any offset) on `benchmark`.

        An existing result there is replaced. More points never give less; as long as no lead is
        held back, the answer is linear in them. Raises ValueError for a benchmark without a par.
        """
        base = self._fit.by_benchmark.get(benchmark)
        if base is None or not base.fitted:
            raise ValueError(f"{benchmark} has no par in this lane, so a result on it moves no score.")
        changes = [(benchmark, (points - base.par) / base.spread, 1)]
        if benchmark in self._held:
            changes.append((benchmark, self._held[benchmark], -1))
        return self._changed(changes)

    def points_to_reach(self, benchmark: str, goal: float, *, at_most: bool = False) -> float | None:
        """Return the fewest points on `benchmark` that lift the overall score to `goal`.

        With `at_most` the most points that leave it no higher than that. None where every
        result from 0 to 100 points is on one side of the goal.
        """
        low, high = self.with_result(benchmark, 0.0), self.with_result(benchmark, 100.0)
        if low is None or not low < goal < high:
            return None
        points = 100 * (goal - low) / (high - low)
        if abs(self.with_result(benchmark, points) - goal) <= _CLOSE:
            return points
        below, above = 0.0, 100.0
        for _ in range(_HALVINGS):
            middle = (below + above) / 2
            found = self.with_result(benchmark, middle)
            if found < goal or (at_most and found == goal):
                below = middle
            else:
                above = middle
        return below if at_most else above

    def _changed(self, changes: list[tuple[str, float, int]]) -> float | None:
        ordered = list(self._ordered)
        for _, lead, sign in changes:
            if sign > 0:
                insort(ordered, lead)
            else:
                del ordered[bisect_left(ordered, lead)]
        if not (self._all_count and _is_within_reach(ordered)):
            held = dict(self._held)
            for slug, lead, sign in reversed(changes):  # the one that leaves first
                if sign > 0:
                    held[slug] = lead
                else:
                    del held[slug]
            return self._overall(self._grouped(held.items(), ordered))
        base = self._fit.by_benchmark[changes[0][0]]
        key = (base.category, base.family)
        groups = dict(self._groups)
        groups[key] = list(groups.get(key, (0, 0.0, 0.0)))
        for slug, lead, sign in changes:
            self._add(groups, slug, lead, sign)
        return self._overall(groups)

    def _grouped(self, held: Iterable[tuple[str, float]], ordered: list[float]) -> dict[tuple[str, str], list[float]]:
        """Sum up leads by category and family, each held within reach of their median."""
        least, most = _reach(ordered)
        groups: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
        for slug, lead in held:
            self._add(groups, slug, min(max(lead, least), most), 1)
        return groups

    def _add(self, groups: dict, slug: str, lead: float, sign: int) -> None:
        """Count a result in (sign 1) or out (sign -1) of its family's vote in its category."""
        base = self._fit.by_benchmark[slug]
        group = groups[base.category, base.family]
        group[0] += sign
        group[1] += sign * base.weight
        group[2] += sign * base.weight * lead

    def _overall(self, groups: dict) -> float | None:
        if self._fit.course_par is None:
            return None
        votes, leads = defaultdict(float), defaultdict(float)
        for (category, _), (count, weight, lead) in groups.items():
            if count:
                votes[category] += weight / count
                leads[category] += lead / count
        total = sum(votes.values())
        if not total:
            return None
        usual = METHOD.kappa * sum(leads.values()) / total
        gained = sum(share * (leads[slug] + usual) / (votes[slug] + METHOD.kappa) for slug, share in self._shares)
        return self._fit.course_par + gained


def _reach(ordered: list[float]) -> tuple[float, float]:
    """The least and the most a lead may count for, beside these leads in rising order."""
    number = len(ordered)
    if number < METHOD.lead_reach_results:
        return -math.inf, math.inf
    median = (ordered[(number - 1) // 2] + ordered[number // 2]) / 2
    return median - METHOD.lead_reach, median + METHOD.lead_reach


def _is_within_reach(ordered: list[float]) -> bool:
    least, most = _reach(ordered)
    return not ordered or (least <= ordered[0] and ordered[-1] <= most)


def rescore(
    fit: LaneFit,
    standing: ModelStanding,
    *,
    drop: str | None = None,
    add: tuple[str, float] | None = None,
) -> float | None:
    """Return the overall score without one result, or with one on (benchmark, points).

    None when no result is left. See `Tally` for asking often. Raises ValueError unless exactly
    one of the two is given.
    """
    if (drop is None) == (add is None):
        raise ValueError("Name either a result to leave out or one to add.")
    tally = Tally(fit, standing)
    return tally.without(drop) if add is None else tally.with_result(*add)
