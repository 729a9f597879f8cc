"""What one result more or less would do to an overall score, with everything else as published."""

from __future__ import annotations

from collections import defaultdict

from comparisons.core.method import METHOD
from comparisons.core.standing import LaneFit, ModelStanding


class Tally:
    """A model's votes and leads summed up, to ask what one result more or less would do.

    Pars, spreads and weights stay as published. Asking costs a few microseconds, so that a
    page may ask about every result and every gap.
    """

    def __init__(self, fit: LaneFit, standing: ModelStanding):
        self._fit = fit
        self._held: dict[str, float] = {cell.benchmark: cell.lead for cell in standing.cells if cell.lead is not None}
        self._unfitted = {cell.benchmark for cell in standing.cells if cell.lead is None}
        self._shares = [(c.slug, c.share) for c in fit.categories if c.share > 0]
        self._groups: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
        for slug, lead in self._held.items():
            self._add(self._groups, slug, lead, 1)

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

        An existing result there is replaced. The answer is linear in the points. Raises
        ValueError for a benchmark without a par.
        """
        base = self._fit.by_benchmark.get(benchmark)
        if base is None or not base.fitted:
            raise ValueError(f"{benchmark} has no par in this lane, so a result on it moves no score.")
        changes = [(benchmark, (points - base.par) / base.spread, 1)]
        if benchmark in self._held:
            changes.append((benchmark, self._held[benchmark], -1))
        return self._changed(changes)

    def _changed(self, changes: list[tuple[str, float, int]]) -> float | None:
        base = self._fit.by_benchmark[changes[0][0]]
        key = (base.category, base.family)
        groups = dict(self._groups)
        groups[key] = list(groups.get(key, (0, 0.0, 0.0)))
        for slug, lead, sign in changes:
            self._add(groups, slug, lead, sign)
        return self._overall(groups)

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
