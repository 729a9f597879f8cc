"""What would change the call, or make one: weights, single results, missing results.

Against a leader: the weight of one category at which the two are level, the least shift of
weight, results without which the order turns, the score the other needs on a benchmark it
lacks. Without a leader: the weight, or the missing result, that would name one. Printed
figures are rounded to the demanding side, so that applying what is printed does what is said;
what names a leader is applied and decided anew before it is claimed. Formulas:
docs/method.md, "What would flip it".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from comparisons.core.claims import EvidenceShelf, count_number, is_ranked_basis
from comparisons.core.compare import comparable_standings, overall_line, shared_line
from comparisons.core.method import METHOD
from comparisons.core.pairing import pair, probability_text
from comparisons.core.points import raw_from_points, to_points
from comparisons.core.records import (
    TOO_CLOSE,
    BenchmarkLine,
    CategoryLine,
    Claim,
    Comparison,
    Number,
    Overall,
    ResultCell,
    Side,
)
from comparisons.core.scoring import reweigh, stand_all
from comparisons.core.standing import LaneFit, ModelStanding, Observation
from comparisons.core.what_if import Tally
from models_catalog.core import display
from models_catalog.core.specs import LOWER, BenchmarkSpec, ResultRow

MOST_HINGES = 5
MISSING_TESTS_TRIED = 5
TESTS_TRIED_FOR_A_NAME = 2
_EXACT = 1e-12


@dataclass(frozen=True)
class _Gaps:
    """Category gaps against the leader, the weights in force, and where both have results."""

    gap: dict[str, float]
    share: dict[str, float]
    measured: frozenset[str]

    @property
    def total(self) -> float:
        """The overall gap: positive while the leader leads."""
        return sum(self.share[slug] * gap for slug, gap in self.gap.items())


def flip_claims(comparison: Comparison, shelf: EvidenceShelf) -> tuple[Claim, ...]:
    """Everything that would turn the order or name a leader; never empty."""
    overall = comparison.overall
    found: list[Claim] = []
    if is_ranked_basis(comparison) and overall.leader is not None:
        gaps = gaps_against(comparison, overall.leader)
        found += _weight_claims(comparison, gaps)
        found += _hinges(comparison, shelf)
        found += _needed(comparison)
    elif is_ranked_basis(comparison) and overall.outcome == TOO_CLOSE:
        found += _names_by_weight(comparison)
        found += _names_by_result(comparison)
    if not is_ranked_basis(comparison) or not found:
        found += _would_settle(comparison)
    return tuple(found)


# ------------------------------------------------------------------ weights against a leader


def gaps_against(comparison: Comparison, leader: int) -> _Gaps:
    """How far `leader` is ahead in every category that has a par."""
    ahead, behind = (comparison.sides[side].standing for side in (leader, 1 - leader))
    gap = {slug: ahead.categories[slug].score - behind.categories[slug].score for slug in ahead.categories}
    measured = frozenset(
        slug for slug in gap if not ahead.categories[slug].carried and not behind.categories[slug].carried
    )
    share = {slug: comparison.fit.by_category[slug].share for slug in gap}
    return _Gaps(gap, share, measured)


def _weight_claims(comparison: Comparison, gaps: _Gaps) -> list[Claim]:
    leader, other = comparison.overall.leader, 1 - comparison.overall.leader
    behind = [slug for slug in gaps.measured if gaps.gap[slug] < -_EXACT]
    if not behind:
        everywhere = gaps.measured == gaps.gap.keys() and not comparison.tally.not_comparable
        rule = "flip_none" if everywhere else "flip_none_measured"
        numbers = (count_number("categories", len(gaps.gap if everywhere else gaps.measured)),)
        slug = comparison.slugs[leader]
        return [Claim("flip_none", "flip_none", slug, None, None, numbers, None, (), rule)]
    favours = comparison.slugs[other]
    claims = [_flip_weight(favours, slug, gaps) for slug in behind]
    claims.sort(key=lambda claim: (claim.number("needed").value - claim.number("now").value, claim.scope))
    return [*claims, _flip_shift(favours, gaps)]


def level_weight(gaps: _Gaps, slug: str) -> float:
    """The share of one category at which the overall gap is nil, the others in proportion.

    The category must be one in which the leader is behind, so that there is such a share.
    """
    rest = (gaps.total - gaps.share[slug] * gaps.gap[slug]) / (1 - gaps.share[slug])
    return rest / (rest - gaps.gap[slug])


def _flip_weight(favours: str, slug: str, gaps: _Gaps) -> Claim:
    needed = min(display.share_to_reach(level_weight(gaps, slug)), 1)
    numbers = (
        Number(None, "now", gaps.share[slug], display.weight_share(gaps.share[slug])),
        Number(None, "needed", float(needed), display.weight_share(float(needed))),
    )
    return Claim(f"flip_weight:{slug}", "flip_weight", favours, slug, None, numbers, None, (), "flip_weight")


def _flip_shift(favours: str, gaps: _Gaps) -> Claim:
    goal = min(gaps.measured, key=lambda slug: (gaps.gap[slug], slug))
    moved, sources = least_shift(gaps, goal)
    share = float(display.share_to_reach(moved))
    numbers = (
        Number(None, "moved", share, display.weight_share(share)),
        *(Number(None, f"from:{slug}", gaps.share[slug], display.weight_share(gaps.share[slug])) for slug in sources),
    )
    return Claim("flip_shift", "flip_shift", favours, goal, None, numbers, None, (), "flip_shift")


def least_shift(gaps: _Gaps, goal: str) -> tuple[float, tuple[str, ...]]:
    """The least weight that levels the gap when it moves to `goal`, and where it comes from.

    Taken from the categories best for the leader first, which is what makes it least.
    """
    left, moved, sources = gaps.total, 0.0, []
    for slug in sorted(gaps.gap, key=lambda slug: (-gaps.gap[slug], slug)):
        worth = gaps.gap[slug] - gaps.gap[goal]
        if slug == goal or gaps.share[slug] <= 0 or worth <= 0 or left <= _EXACT:
            continue
        part = min(left / worth, gaps.share[slug])
        moved, left = moved + part, left - part * worth
        sources.append(slug)
    return moved, tuple(sources)


# ------------------------------------------------------------------ single results against a leader


def _hinges(comparison: Comparison, shelf: EvidenceShelf) -> list[Claim]:
    """Results without which the order turns, the most decisive first."""
    leader = comparison.overall.leader
    ahead, behind = comparison.sides[leader], comparison.sides[1 - leader]
    turned = [
        (gap, side, slug)
        for side, (mine, other, sign) in ((leader, (ahead, behind, 1)), (1 - leader, (behind, ahead, -1)))
        for slug, gap in _gaps_without(comparison.fit, mine, other, sign)
        if gap <= 0
    ]
    turned.sort(key=lambda item: (item[0], item[2]))
    favours = comparison.slugs[1 - leader]
    return [_hinge(comparison, shelf, favours, *item) for item in turned[:MOST_HINGES]]


def _gaps_without(fit: LaneFit, mine: Side, other: Side, sign: int) -> list[tuple[str, float]]:
    """The leader's gap without each of one model's results (`sign` 1 for the leader's own)."""
    key = ("scores without", id(mine.standing))  # it is kept beside its scores, and so nobody else's
    _, alone = mine.once(key, lambda: (mine.standing, _scores_without(fit, mine.standing)))
    return [(benchmark, sign * (score - other.standing.overall)) for benchmark, score in alone]


def _scores_without(fit: LaneFit, standing: ModelStanding) -> list[tuple[str, float]]:
    """A model's overall score without each of its results, those left out that are its only one."""
    tally = Tally(fit, standing)
    scores = [(cell.benchmark, tally.without(cell.benchmark)) for cell in standing.cells if cell.lead is not None]
    return [(benchmark, score) for benchmark, score in scores if score is not None]


def _hinge(comparison: Comparison, shelf: EvidenceShelf, favours: str, gap: float, side: int, slug: str) -> Claim:
    owner = comparison.slugs[side]
    cell = comparison.by_benchmark[slug].counting[side]
    numbers = (
        Number(owner, "result", float(cell.row.score), cell.text, comparison.by_benchmark[slug].benchmark.unit),
        Number(None, "new_gap", abs(gap), display.overall_score(abs(gap)), "points"),
    )
    evidence = tuple(item for item in shelf.counting if (item.benchmark, item.model) == (slug, owner))
    return Claim(f"hinge:{slug}:{owner}", "hinge", favours, slug, None, numbers, None, evidence, "hinge")


def _missing_tests(comparison: Comparison, side: int) -> list[BenchmarkLine]:
    """Scored benchmarks that only the other model has, those most tracked models have first."""
    models = comparison.fit.by_benchmark
    lines = [
        line
        for line in comparison.benchmarks
        if line.cells[side] is None and line.counting[1 - side] is not None and line.benchmark.slug in models
    ]
    return sorted(lines, key=lambda line: (-models[line.benchmark.slug].models, line.benchmark.slug))


def _fitted_missing(comparison: Comparison, side: int, most: int) -> list[BenchmarkLine]:
    bases = comparison.fit.by_benchmark
    return [line for line in _missing_tests(comparison, side) if bases[line.benchmark.slug].fitted][:most]


def _needed(comparison: Comparison) -> list[Claim]:
    leader = comparison.overall.leader
    target = comparison.sides[leader].standing.overall
    tally = Tally(comparison.fit, comparison.sides[1 - leader].standing)
    slug = comparison.slugs[1 - leader]
    claims = []
    for line in _fitted_missing(comparison, 1 - leader, MISSING_TESTS_TRIED):
        points = tally.points_to_reach(line.benchmark.slug, target)
        conceivable = _is_conceivable(comparison, 1 - leader, line.benchmark.slug, points)
        score = _score_for(line.benchmark, points) if conceivable else None
        if score is not None:
            claims.append(_result_claim("needed", "needed", slug, line, score, slug))
    return claims


def _is_conceivable(comparison: Comparison, side: int, benchmark: str, points: float | None) -> bool:
    """Whether these points on a test are near what the model's overall level lets one expect there."""
    if points is None:
        return False
    base, standing = comparison.fit.by_benchmark[benchmark], comparison.sides[side].standing
    expected = base.par + base.spread * (standing.overall - comparison.fit.course_par)
    return abs(points - min(100.0, max(0.0, expected))) <= METHOD.conceivable


def _score_for(benchmark: BenchmarkSpec, points: float | None, *, at_most: bool = False) -> float | None:
    """The score, as printed, that earns at least (or at most) these points; None if none does."""
    if points is None or not 0 < points < 100:
        return None
    downwards = (benchmark.direction == LOWER) != at_most
    score = float(display.score_to_reach(raw_from_points(benchmark, points), benchmark.unit, downwards=downwards))
    if not _is_possible(benchmark, score):
        return None
    earned = to_points(benchmark, score)
    reached = earned <= points if at_most else earned >= points
    return score if reached else None


def _is_possible(benchmark: BenchmarkSpec, score: float) -> bool:
    """Whether a score lies on the benchmark's own scale, above what guessing gives."""
    if benchmark.maximum is not None and score > benchmark.maximum:
        return False
    if benchmark.kind != "percent":
        return score > 0
    return min(benchmark.floor, benchmark.best) <= score <= max(benchmark.floor, benchmark.best)


def _result_claim(kind: str, rule: str, favours: str, line: BenchmarkLine, score: float, lacking: str) -> Claim:
    """A claim about a result that does not exist yet; `lacking` is the model without it."""
    benchmark = line.benchmark
    text = display.benchmark_score(score, benchmark.unit)
    numbers = (Number(lacking, "needed", score, text, benchmark.unit),)
    if rule == "names_by_result":
        numbers += (Number(None, "limit", METHOD.likely, probability_text(METHOD.likely)),)
    ident = f"{kind}:{benchmark.slug}:{favours}"
    return Claim(ident, kind, favours, benchmark.slug, None, numbers, benchmark.direction, (), rule)


# ------------------------------------------------------------------ what would name a leader


def decide(comparison: Comparison, weights: Mapping[str, float]) -> Overall:
    """The overall decision under other category weights, by the very functions of `compare`."""
    fit = reweigh(comparison.fit, weights)
    standings = _restand(fit, comparison, {})
    shared = shared_line(fit, comparable_standings(standings, comparison.benchmarks), comparison.benchmarks)
    return overall_line(fit, standings, shared)


def decide_with_result(comparison: Comparison, side: int, line: BenchmarkLine, score: float) -> Overall:
    """The overall decision if a model had this score on a benchmark it lacks, pars unchanged.

    The result is taken for an independent one in the standard setting.
    """
    fit = comparison.fit
    points = to_points(line.benchmark, score)
    extra = Observation(line.benchmark.slug, 0, score, points, self_reported=False, standard=True)
    standings = _restand(fit, comparison, {comparison.slugs[side]: (extra,)})
    lines = tuple(_now_shared(other, side, score) if other is line else other for other in comparison.benchmarks)
    shared = shared_line(fit, comparable_standings(standings, lines), lines)
    return overall_line(fit, standings, shared)


def _restand(fit: LaneFit, comparison: Comparison, extra: Mapping[str, tuple]) -> tuple[ModelStanding, ModelStanding]:
    seen = {side.model.slug: (*side.standing.cells, *extra.get(side.model.slug, ())) for side in comparison.sides}
    one, other = stand_all(fit, seen)
    return one, other


def _now_shared(line: BenchmarkLine, side: int, score: float) -> BenchmarkLine:
    """The line as it would be with a standard result of the model that lacks one."""
    row = ResultRow(0, "", "", line.benchmark.slug, display.decimal_of(score))
    cell = ResultCell(row, "", True)
    other = line.counting[1 - side]
    cells = (cell, other) if side == 0 else (other, cell)
    standard = other.row.standard
    return replace(line, cells=cells, counting=cells, shared=standard, comparable=standard)


def weights_with(fit: LaneFit, slug: str, share: float) -> dict[str, float]:
    """Weights with one category at `share` and the others in their present proportions."""
    now = {category.slug: category.share for category in fit.categories}
    rest = 1 - now[slug]
    return {
        other: share if other == slug else (1 - share) * weight / rest if rest > 0 else 0.0
        for other, weight in now.items()
    }


def _names_by_weight(comparison: Comparison) -> list[Claim]:
    """Per model the category whose weight would make it the named leader, if there is one."""
    claims = []
    for side in (0, 1):
        leads = [line for line in comparison.categories if line.leader == side and line.weight < 1]
        if leads:
            best = max(leads, key=lambda line: (line.p_leader, line.slug))
            share = _naming_share(comparison, side, best)
            if share is not None:
                claims.append(_naming_claim(comparison, side, best, share))
    return claims


def _naming_claim(comparison: Comparison, side: int, line: CategoryLine, share: float) -> Claim:
    favours = comparison.slugs[side]
    numbers = (
        Number(None, "now", line.weight, line.weight_text),
        Number(None, "needed", share, display.weight_share(share)),
        Number(None, "limit", METHOD.likely, probability_text(METHOD.likely)),
    )
    return Claim(
        f"flip_weight:{line.slug}", "flip_weight", favours, line.slug, None, numbers, None, (), "names_by_weight"
    )


def _naming_share(comparison: Comparison, side: int, line: CategoryLine) -> float | None:
    """The least share of a category, rounded up, from which a side is named; None if never.

    Gap and variance are a line and a parabola in the share, so three shares give them exactly;
    the answer is applied and decided anew before it is believed.
    """
    now, shares = line.weight, (line.weight, (1 + line.weight) / 2, 1.0)
    sign = 1 if side == 0 else -1
    pairs = [_pair_at(comparison, line.slug, share) for share in shares]
    if None in pairs:
        return None
    gaps = [sign * p.gap for p in pairs]
    root = _first_reach(now, gaps[0], gaps[2], [p.se**2 for p in pairs])
    if root is None:
        return None
    share = float(display.share_to_reach(root))
    for candidate in (share, share + 0.001):
        if candidate <= 1 and decide(comparison, weights_with(comparison.fit, line.slug, candidate)).leader == side:
            return round(candidate, 3)
    return None


def _pair_at(comparison: Comparison, slug: str, share: float):
    fit = reweigh(comparison.fit, weights_with(comparison.fit, slug, share))
    return pair(fit, *_restand(fit, comparison, {}))


def _first_reach(start: float, gap_start: float, gap_end: float, variances: list[float]) -> float | None:
    """The first share from `start` on at which gap = z times the standard error.

    `variances` belong to `start`, the middle and 1; `t` runs from 0 at `start` to 1.
    """
    v0, v_half, v1 = variances
    curve, slope = 2 * (v0 - 2 * v_half + v1), 4 * v_half - 3 * v0 - v1
    rise, z2 = gap_end - gap_start, METHOD.z_likely**2
    a, b, c = rise**2 - z2 * curve, 2 * gap_start * rise - z2 * slope, gap_start**2 - z2 * v0
    roots = [t for t in _roots(a, b, c) if 0 < t <= 1 and gap_start + t * rise > 0]
    return start + min(roots) * (1 - start) if roots else None


def _roots(a: float, b: float, c: float) -> list[float]:
    if abs(a) < _EXACT:
        return [-c / b] if abs(b) > _EXACT else []
    inside = b * b - 4 * a * c
    if inside < 0:
        return []
    return [(-b - math.sqrt(inside)) / (2 * a), (-b + math.sqrt(inside)) / (2 * a)]


def _names_by_result(comparison: Comparison) -> list[Claim]:
    """The missing result that most tracked models have and that would name one of the two."""
    for _, side, line in _candidates(comparison)[:TESTS_TRIED_FOR_A_NAME]:
        claims = _naming_results(comparison, side, line)
        if claims:
            return claims
    return []


def _candidates(comparison: Comparison) -> list[tuple[int, int, BenchmarkLine]]:
    bases = comparison.fit.by_benchmark
    found = [
        (-bases[line.benchmark.slug].models, side, line)
        for side in (0, 1)
        for line in _fitted_missing(comparison, side, TESTS_TRIED_FOR_A_NAME)
    ]
    return sorted(found, key=lambda item: (item[0], item[2].benchmark.slug))


def _naming_results(comparison: Comparison, side: int, line: BenchmarkLine) -> list[Claim]:
    """The score of `side` from which it would be named, and that up to which the other would."""
    slug, standing = comparison.slugs[side], comparison.sides[side].standing
    other = comparison.sides[1 - side].standing
    tally = Tally(comparison.fit, standing)
    probe = Observation(line.benchmark.slug, 0, 0.0, 50.0, self_reported=False, standard=True)
    distance = METHOD.z_likely * pair(comparison.fit, *_restand(comparison.fit, comparison, {slug: (probe,)})).se
    claims = []
    for favoured, goal, at_most in (
        (side, other.overall + distance, False),
        (1 - side, other.overall - distance, True),
    ):
        points = tally.points_to_reach(line.benchmark.slug, goal, at_most=at_most)
        if not _is_conceivable(comparison, side, line.benchmark.slug, points):
            continue
        score = _score_for(line.benchmark, points, at_most=at_most)
        if score is not None and decide_with_result(comparison, side, line, score).leader == favoured:
            rule = "names_by_result"
            claims.append(_result_claim("needed", rule, comparison.slugs[favoured], line, score, slug))
    return claims


# ------------------------------------------------------------------ which test would settle it


def _would_settle(comparison: Comparison) -> list[Claim]:
    """The benchmark only one model has that most tracked models have; or that none is missing."""
    bases = comparison.fit.by_benchmark
    found = [
        (-bases[line.benchmark.slug].models, line.benchmark.slug, side)
        for side in (0, 1)
        for line in _missing_tests(comparison, side)[:1]
    ]
    if not found:
        return [Claim("needed:none", "needed", None, None, None, (), None, (), "nothing_missing")]
    models, slug, side = min(found)
    lacking = comparison.slugs[side]
    numbers = (count_number("models", -models), count_number("results", 0, lacking))
    return [Claim(f"needed:{slug}", "needed", None, slug, None, numbers, None, (), "would_settle")]
