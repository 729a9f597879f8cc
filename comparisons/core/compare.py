"""Two models to a `Comparison`: what may be said about them at all, and how sure.

`compare` is a function of the unordered pair. It decides the basis (the best evidence there
is), the outcome (what the headline may say) and, by category, who leads; claims and words
follow from that. Rules: docs/method.md, "Outcome of a pair".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from comparisons.core import pairing
from comparisons.core.benchmark_lines import benchmark_lines
from comparisons.core.method import METHOD
from comparisons.core.operations import offers, operational_lines
from comparisons.core.pairs import canonical
from comparisons.core.records import (
    CLEAR,
    ESTIMATE,
    EVEN,
    LEANING,
    LIKELY,
    MIXED,
    NONE,
    NOTHING_SHARED,
    RANKED,
    SHARED,
    TOO_CLOSE,
    TOO_LITTLE,
    BenchmarkLine,
    CategoryLine,
    Comparison,
    Opinion,
    Overall,
    ScoreText,
    SharedLine,
    Side,
    Tally,
)
from comparisons.core.scoring import reweigh
from comparisons.core.sources import count_sources
from comparisons.core.standing import LaneFit, ModelStanding
from models_catalog.core import display
from models_catalog.core.contradictions import IMAGE_TESTS
from models_catalog.core.specs import BenchmarkSpec, CategorySpec

Standings = tuple[ModelStanding | None, ModelStanding | None]


def compare(
    fit: LaneFit,
    side_a: Side,
    side_b: Side,
    *,
    categories: Iterable[CategorySpec],
    benchmarks: Mapping[str, BenchmarkSpec],
    today: dt.date,
    second_opinion: Mapping[str, int] | None = None,
) -> Comparison:
    """Compare two models in one lane; the order of the two does not matter.

    `fit` and both standings must carry the same weights (reweigh all three for a reader's).
    `benchmarks` maps slug to spec; results on others are left out. `today` decides which prices
    are current. `second_opinion` maps slug to rank, see `second_opinion.py`. Raises SamePair
    when both sides are one model.
    """
    canonical(side_a.model.slug, side_b.model.slug)
    sides = (side_a, side_b) if side_a.model.slug < side_b.model.slug else (side_b, side_a)
    categories = tuple(sorted(categories, key=lambda c: (c.position, c.slug)))
    lines = benchmark_lines(sides, fit.lane, benchmarks, categories, fit.offset.applied)
    standings = sides[0].standing, sides[1].standing
    comparable = comparable_standings(standings, lines)
    shared = shared_line(fit, comparable, lines)
    overall = overall_line(fit, standings, shared)
    category_lines = _category_lines(fit, sides, comparable, categories, lines, overall.basis)
    return Comparison(
        lane=fit.lane,
        methodology=fit.methodology,
        fit=fit,
        sides=sides,
        overall=overall,
        shared=shared,
        categories=category_lines,
        tally=tally_of(category_lines),
        benchmarks=lines,
        operational=operational_lines(sides, today, METHOD.price_mix, _image_tests(lines)),
        offers=tuple(side.once(("offers", today), partial(offers, side, today, METHOD.price_mix)) for side in sides),
        today=today,
        price_mix=METHOD.price_mix,
        opinions=tuple(_opinion(standing, second_opinion or {}) for standing in standings),
        newest_fact=_newest_fact(sides, today),
    )


def word_for(p: float) -> str:
    """The word that a probability of the leader (from 0.5 up) allows: clear, likely or even."""
    return CLEAR if p >= METHOD.clear else LIKELY if p >= METHOD.likely else EVEN


# ------------------------------------------------------------------ shared benchmarks


def comparable_standings(standings: Standings, lines: Iterable[BenchmarkLine]) -> Standings:
    """Both standings without the results that must not be compared with the other model's."""
    unequal = {line.benchmark.slug for line in lines if line.clash}
    return tuple(_without(standing, unequal) for standing in standings)


def _without(standing: ModelStanding | None, slugs: set[str]) -> ModelStanding | None:
    if standing is None or not any(cell.benchmark in slugs for cell in standing.cells):
        return standing
    return replace(standing, cells=tuple(cell for cell in standing.cells if cell.benchmark not in slugs))


def shared_line(fit: LaneFit, standings: Standings, lines: Iterable[BenchmarkLine]) -> SharedLine:
    """Count the shared benchmarks and, from three on, compare the two on them alone.

    `standings` must come from `comparable_standings`.
    """
    slugs, either, touched, tests = [], 0, set(), []
    for line in lines:
        if line.shared:
            slugs.append(line.benchmark.slug)
            touched.add(line.benchmark.category)
            tests.append(line.benchmark)
        either += any(cell is not None for cell in line.counting)
    bare = SharedLine(tuple(slugs), either, len(touched), count_sources(tests), None, None, "", "", None, "", None)
    if len(slugs) < METHOD.shared_benchmarks or None in standings:
        return bare
    result = pairing.shared(fit, *standings)
    if result is None:
        return bare
    text = display.overall_score(abs(result.delta))
    ahead = None if float(text) == 0 else (0 if result.delta > 0 else 1)
    return replace(
        bare,
        delta=result.delta,
        margin=result.margin,
        delta_text=text,
        margin_text=display.margin(result.margin),
        p_leader=result.p_leader,
        p_text=pairing.probability_text(result.p_leader),
        ahead=ahead,
    )


# ------------------------------------------------------------------ overall


def basis_of(standings: Standings, shared: SharedLine) -> str:
    """The best evidence a pair has."""
    if not shared.benchmarks or None in standings:
        return NONE
    if all(standing.overall is not None for standing in standings):
        if all(standing.ranked for standing in standings):
            return RANKED
        if all(standing.families >= METHOD.estimate_families for standing in standings):
            return ESTIMATE
    return SHARED if shared.delta is not None else NONE


def overall_line(fit: LaneFit, standings: Standings, shared: SharedLine) -> Overall:
    """Decide basis and outcome of a pair and give the numbers behind both."""
    basis = basis_of(standings, shared)
    scores = tuple(_overall_text(standing) for standing in standings)
    unmeasured = _unmeasured(fit, standings, shared, basis)
    if basis == NONE:
        outcome = TOO_LITTLE if shared.benchmarks else NOTHING_SHARED
        said = unmeasured if shared.benchmarks else ()
        return Overall(basis, outcome, scores, None, None, None, "", None, "", None, "", False, said)
    if unmeasured:
        told = tuple(
            score if basis == SHARED or _has_own(standing, unmeasured) else None
            for score, standing in zip(scores, standings, strict=True)
        )
        return Overall(basis, TOO_LITTLE, told, None, None, None, "", None, "", None, "", False, unmeasured)
    if basis == SHARED:
        gap, margin, p, ahead = abs(shared.delta), shared.margin, shared.p_leader, shared.ahead
        gap_text = shared.delta_text
    else:
        result = pairing.pair(fit, *standings)
        gap, margin, p = abs(result.gap), result.margin, result.p_leader
        ahead = _printed_leader(*scores)
        gap_text = str(display.printed_gap(scores[0].score, scores[1].score))
    word = word_for(p) if ahead is not None else EVEN
    may_be_clear = basis == RANKED and len(shared.benchmarks) >= METHOD.shared_benchmarks
    capped = word == CLEAR and not may_be_clear
    word = LIKELY if capped else word
    outcome = TOO_CLOSE if word == EVEN else word
    if basis != SHARED and word != EVEN and _contradicts(shared, ahead):
        outcome = MIXED
    return Overall(
        basis=basis,
        outcome=outcome,
        scores=scores,
        ahead=ahead,
        leader=ahead if outcome in (CLEAR, LIKELY) else None,
        gap=gap,
        gap_text=gap_text,
        margin=margin,
        margin_text=display.margin(margin),
        p_leader=p,
        p_text=pairing.probability_text(p),
        capped=capped and outcome == LIKELY,
    )


def _unmeasured(fit: LaneFit, standings: Standings, shared: SharedLine, basis: str) -> tuple[str, ...]:
    """The one or two categories that hold more than half of the weight, where levels would be carried over.

    A weighting that is about them cannot be answered with results from elsewhere. Empty where no
    two categories hold more than half, or where both models are measured in one that does.
    """
    heavy, held = [], 0.0
    weights = {category.slug: _weight(fit, category.slug) for category in fit.categories}
    for slug in sorted(weights, key=lambda slug: (-weights[slug], slug)):
        if held > 0.5:
            break
        heavy.append(slug)
        held += weights[slug]
    if held <= 0.5 or len(heavy) > 2:
        return ()
    if basis in (SHARED, NONE):
        measured = {fit.by_benchmark[slug].category for slug in shared.benchmarks if slug in fit.by_benchmark}
    else:
        measured = {slug for slug in heavy if all(_has_own(standing, (slug,)) for standing in standings)}
    return () if measured & set(heavy) else tuple(heavy)


def _has_own(standing: ModelStanding, slugs: Iterable[str]) -> bool:
    """Whether a model has results of its own in one of the categories."""
    return any(slug in standing.categories and not standing.categories[slug].carried for slug in slugs)


def _contradicts(shared: SharedLine, ahead: int) -> bool:
    """Whether the shared benchmarks favour the other model with at least a likely lead."""
    return shared.ahead == 1 - ahead and word_for(shared.p_leader) != EVEN


def _overall_text(standing: ModelStanding | None) -> ScoreText | None:
    if standing is None or standing.overall is None or standing.families < METHOD.estimate_families:
        return None
    return score_text(standing.overall, standing.low, standing.high)


@lru_cache(maxsize=20_000)
def score_text(score: float, low: float, high: float) -> ScoreText:
    """Print a score with its interval."""
    return ScoreText(
        score=score,
        low=low,
        high=high,
        text=display.overall_score(score),
        low_text=display.overall_score(low),
        high_text=display.overall_score(high),
        margin_text=display.margin((high - low) / 2),
    )


def _printed_leader(a: ScoreText, b: ScoreText) -> int | None:
    """The side whose printed score is higher; nobody leads by less than can be printed."""
    if a.text == b.text:
        return None
    return 0 if a.score > b.score else 1


# ------------------------------------------------------------------ categories


@dataclass(frozen=True)
class _CategoryEvidence:
    """What is known about one category of a pair before anything is decided."""

    results: tuple[int, int]
    scores: tuple[ScoreText | None, ScoreText | None]
    shared: tuple[BenchmarkLine, ...]


def _image_tests(lines: Iterable[BenchmarkLine]) -> frozenset[str]:
    """The benchmarks of the table that show pictures."""
    return frozenset(line.benchmark.slug for line in lines if line.benchmark.category == IMAGE_TESTS)


def _category_lines(
    fit: LaneFit,
    sides: tuple[Side, Side],
    comparable: Standings,
    categories: Iterable[CategorySpec],
    lines: tuple[BenchmarkLine, ...],
    basis: str,
) -> tuple[CategoryLine, ...]:
    counted = _counted_by_category(lines)
    answer = []
    both = [line for line in lines if line.shared]
    for category in categories:
        shared = tuple([line for line in both if line.benchmark.category == category.slug])
        results = counted.get(category.slug, (0, 0))
        weight = _weight(fit, category.slug)
        if not any(results) and weight == 0:
            continue
        scores = tuple(_category_text(side.standing, category.slug) for side in sides)
        known = _CategoryEvidence(results, scores, shared)
        answer.append(_category_line(fit, sides, comparable, category, known, basis, weight))
    return tuple(answer)


def _counted_by_category(lines: Iterable[BenchmarkLine]) -> dict[str, tuple[int, int]]:
    counted: dict[str, list[int]] = {}
    for line in lines:
        for side, cell in enumerate(line.counting):
            if cell is not None:
                counted.setdefault(line.benchmark.category, [0, 0])[side] += 1
    return {slug: (a, b) for slug, (a, b) in counted.items()}


def _weight(fit: LaneFit, slug: str) -> float:
    """A category's share of the weight; before anything is fitted, of all editable weights."""
    category = fit.by_category.get(slug)
    if category is None:
        return 0.0
    if fit.course_par is not None:
        return category.share
    total = sum(c.weight for c in fit.categories)
    return category.weight / total if total > 0 else 0.0


def _category_text(standing: ModelStanding | None, slug: str) -> ScoreText | None:
    own = standing.categories.get(slug) if standing is not None else None
    if own is None or own.carried or standing.overall is None:
        return None
    half = METHOD.z_clear * own.se
    return score_text(own.score, own.score - half, own.score + half)


def _category_line(
    fit: LaneFit,
    sides: tuple[Side, Side],
    comparable: Standings,
    category: CategorySpec,
    known: _CategoryEvidence,
    basis: str,
    weight: float,
) -> CategoryLine:
    by_shared = basis == SHARED
    scores = (None, None) if by_shared else known.scores
    head = (category.slug, category.name, weight, display.weight_share(weight), scores, known.results)
    tail = (by_shared, tuple(line.benchmark.slug for line in known.shared), separator_of(known.shared))
    reason = _why_not_compared(sides, known, basis)
    if reason:
        return CategoryLine(*head, None, "", None, "", None, "", None, None, False, *tail, reason)
    if by_shared:
        gap, margin, p, ahead, gap_text = _shared_in_category(fit, comparable, category.slug, known.shared)
    else:
        result = pairing.category_pair(sides[0].standing, sides[1].standing, category.slug)
        gap, margin, p, ahead = abs(result.gap), result.margin, result.p_leader, _printed_leader(*scores)
        gap_text = str(display.printed_gap(scores[0].score, scores[1].score))
    word = word_for(p) if ahead is not None else EVEN
    capped = word == CLEAR and bool(known.shared) and basis != RANKED
    if word != EVEN and not known.shared:
        word = LEANING
    elif capped:
        word = LIKELY
    found = (gap, gap_text, margin, display.margin(margin), p, pairing.probability_text(p))
    return CategoryLine(*head, *found, None if word == EVEN else ahead, word, capped, *tail, reason)


def _why_not_compared(sides: tuple[Side, Side], known: _CategoryEvidence, basis: str) -> str:
    without = [side.model.name for side, results in zip(sides, known.results, strict=True) if not results]
    if len(without) == 2:
        return "neither has a result"
    if without:
        return f"{without[0]} has no result"
    if basis == NONE:
        return "too little is shared to compare"
    if basis == SHARED:
        return "" if known.shared else "no benchmark is shared"
    return "" if None not in known.scores else "too few models have taken these tests"


def _shared_in_category(
    fit: LaneFit, standings: Standings, slug: str, shared: tuple[BenchmarkLine, ...]
) -> tuple[float, float, float, int | None, str]:
    """Compare two models on a category's shared benchmarks only: the plain mean of the leads."""
    slugs = {line.benchmark.slug for line in shared}
    alone = tuple(
        replace(standing, cells=tuple(cell for cell in standing.cells if cell.benchmark in slugs))
        for standing in standings
    )
    result = pairing.shared(_only(fit, slug), *alone)
    text = display.overall_score(abs(result.delta))
    ahead = None if float(text) == 0 else (0 if result.delta > 0 else 1)
    return abs(result.delta), result.margin, result.p_leader, ahead, text


def _only(fit: LaneFit, slug: str) -> LaneFit:
    """The fit with all the weight on one category."""
    if slug not in fit.alone:
        fit.alone[slug] = reweigh(fit, {slug: 1.0})
    return fit.alone[slug]


def separator_of(shared: Iterable[BenchmarkLine]) -> BenchmarkLine | None:
    """The shared benchmark that separates two models most, if any may be named and none tells their setups apart."""
    named = (line for line in shared if line.fair and is_named(line))
    return max(named, key=by_weight_of_word, default=None)


def is_named(line: BenchmarkLine) -> bool:
    """Whether the rule for single benchmarks names the better of two reports."""
    return line.call.word != NONE


def by_weight_of_word(line: BenchmarkLine) -> tuple:
    """Order named differences: clear ones first, then by points, never by how sure they are."""
    return line.call.word == CLEAR, abs(line.call.points), line.benchmark.slug


def tally_of(lines: Iterable[CategoryLine]) -> Tally:
    """Count category leads; a category that cannot be compared is no tie."""
    leads, even, not_comparable = [0, 0], 0, 0
    for line in lines:
        if line.strength is None:
            not_comparable += 1
        elif line.leader is None:
            even += 1
        else:
            leads[line.leader] += 1
    return Tally((leads[0], leads[1]), even, not_comparable)


# ------------------------------------------------------------------ the rest


def _opinion(standing: ModelStanding | None, ranks: Mapping[str, int]) -> Opinion | None:
    if standing is None or standing.rank is None or standing.model not in ranks:
        return None
    return Opinion(ranks[standing.model], standing.rank)


def _newest_fact(sides: tuple[Side, Side], today: dt.date) -> dt.date | None:
    newest = (side.once(("newest fact", today), partial(_newest_of, side, today)) for side in sides)
    return max((day for day in newest if day is not None), default=None)


def _newest_of(side: Side, today: dt.date) -> dt.date | None:
    dates = [day for row in side.results for day in (row.measured_on, row.read_on)]
    dates += [day for price in side.prices for day in (price.valid_from, price.observed_on)]
    dates += [speed.measured_on for speed in side.speeds]
    return max((day for day in dates if day is not None and day <= today), default=None)
