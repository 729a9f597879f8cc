"""What one result more or less would do to an overall score, with everything else as published."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from comparisons.core.method import METHOD
from comparisons.core.standing import LaneFit, ModelStanding

_HALVINGS = 60  # of 100 points: far below what a float can tell apart
_CLOSE = 1e-10  # overall scores this near to a goal have reached it


class Tally:
    """A model's votes and leads summed up, to ask what one result more or less would do.

    Pars, spreads and weights stay as published; which leads are held back is decided anew for
    every question. Asking costs a few microseconds, so that a page may ask about every result
    and every gap: sums are kept by category, and a question moves only what differs from them.
    """

    def __init__(self, fit: LaneFit, standing: ModelStanding):
        self._fit = fit
        self._held: dict[str, float] = {
            cell.benchmark: cell.full_lead for cell in standing.cells if cell.lead is not None
        }
        self._unfitted = {cell.benchmark for cell in standing.cells if cell.lead is None}
        self._shares = [(c.slug, c.share) for c in fit.categories if c.share > 0]
        self._by_lead = sorted((lead, slug) for slug, lead in self._held.items())
        self._ordered = [lead for lead, _ in self._by_lead]
        self._groups: dict[tuple[str | None, str], _Group] = {}
        for slug, lead in self._held.items():
            base = fit.by_benchmark[slug]
            key = base.category, base.family
            self._groups[key] = self._groups.get(key, _EMPTY).moved(base.weight, lead, 1)
        self._votes: dict[str | None, float] = defaultdict(float)
        self._leads: dict[str | None, float] = defaultdict(float)
        for (category, _), group in self._groups.items():
            self._votes[category] += group.vote
            self._leads[category] += group.lead

    def overall(self) -> float | None:
        """Return the overall score as it is."""
        return self._changed([])

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
        """The overall score after results came (sign 1) or went (sign -1), each at its full lead."""
        if self._fit.course_par is None:
            return None
        ordered = list(self._ordered)
        groups: dict[tuple[str | None, str], _Group] = {}
        for slug, lead, sign in changes:
            if sign > 0:
                insort(ordered, lead)
            else:
                del ordered[bisect_left(ordered, lead)]
            base = self._fit.by_benchmark[slug]
            key = base.category, base.family
            groups[key] = groups.get(key, self._groups.get(key, _EMPTY)).moved(base.weight, lead, sign)
        votes, leads = dict(self._votes), dict(self._leads)
        for key, group in groups.items():
            before = self._groups.get(key, _EMPTY)
            votes[key[0]] = votes.get(key[0], 0.0) + group.vote - before.vote
            leads[key[0]] = leads.get(key[0], 0.0) + group.lead - before.lead
        for slug, surplus in self._held_back(changes, *_reach(ordered)):
            base = self._fit.by_benchmark[slug]
            key = base.category, base.family
            count = groups.get(key, self._groups.get(key, _EMPTY)).count
            leads[base.category] -= base.weight * surplus / count
        return self._overall(votes, leads) if ordered else None

    def _held_back(
        self, changes: list[tuple[str, float, int]], least: float, most: float
    ) -> Iterator[tuple[str, float]]:
        """Results whose leads count for less than they are after the changes, with how far they reach beyond."""
        gone = {slug for slug, _, sign in changes if sign < 0}
        for lead, slug in itertools.takewhile(lambda held: held[0] < least, self._by_lead):
            if slug not in gone:
                yield slug, lead - least
        for lead, slug in itertools.takewhile(lambda held: held[0] > most, reversed(self._by_lead)):
            if slug not in gone:
                yield slug, lead - most
        for slug, lead, sign in changes:
            if sign > 0 and not least <= lead <= most:
                yield slug, lead - min(max(lead, least), most)

    def _overall(self, votes: Mapping[str | None, float], leads: Mapping[str | None, float]) -> float | None:
        total = math.fsum(votes.values())
        if total <= 0:
            return None
        usual = METHOD.kappa * math.fsum(leads.values()) / total
        gained = sum(
            share * (leads.get(slug, 0.0) + usual) / (votes.get(slug, 0.0) + METHOD.kappa)
            for slug, share in self._shares
        )
        return self._fit.course_par + gained


class _Group(NamedTuple):
    """The results of one family in one category: how many, their weights, and their weighted leads."""

    count: int
    weight: float
    weighted: float

    def moved(self, weight: float, lead: float, sign: int) -> _Group:
        """The group with one result more or less; nothing is left of an empty one."""
        count = self.count + sign
        return _Group(count, self.weight + sign * weight, self.weighted + sign * weight * lead) if count else _EMPTY

    @property
    def vote(self) -> float:
        """The vote all of them share."""
        return self.weight / self.count if self.count else 0.0

    @property
    def lead(self) -> float:
        """Their lead, weighted by that vote."""
        return self.weighted / self.count if self.count else 0.0


_EMPTY = _Group(0, 0.0, 0.0)


def _reach(ordered: list[float]) -> tuple[float, float]:
    """The least and the most a lead may count for, beside these leads in rising order."""
    number = len(ordered)
    if number < METHOD.lead_reach_results:
        return -math.inf, math.inf
    median = (ordered[(number - 1) // 2] + ordered[number // 2]) / 2
    return median - METHOD.lead_reach, median + METHOD.lead_reach


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
