"""The front door of scoring: reported results in, standings with their uncertainty out.

    observe    rows -> each model's counting results, in points
    standings  rows -> the fit of a lane and every model's standing
    reweigh    a fit under other category weights
    stand      one model's standing from a fit and its own results
    rank       ranks and rank ranges for a set of standings

`standings` itself is fit + stand + rank, so a standing recomputed later from a stored fit, for
a reader's weights or an earlier date, follows the same arithmetic to the last bit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from comparisons.core import evidence
from comparisons.core.counting import counting_rows, is_scored, known_rows
from comparisons.core.lane import AUTO, Observations, fit_lane, reweigh
from comparisons.core.method import METHOD, METHODOLOGY, SCALE_REFERENCE
from comparisons.core.points import to_points
from comparisons.core.scale import anchors_among, link_of, with_link
from comparisons.core.standing import (
    FEW_CATEGORIES,
    FEW_FAMILIES,
    FEW_INDEPENDENT,
    LITTLE_WEIGHT,
    NO_COMMON_SCALE,
    ONE_FAMILY,
    WIDE_MARGIN,
    BenchmarkFit,
    CategoryFit,
    CategoryStanding,
    Cell,
    LaneFit,
    LaneStandings,
    ModelStanding,
    Observation,
    Reason,
    ScaleLink,
    board,
)
from models_catalog.core.specs import BenchmarkSpec, CategorySpec, ResultRow

__all__ = [
    "AUTO",
    "METHODOLOGY",
    "BenchmarkFit",
    "CategoryFit",
    "CategoryStanding",
    "Cell",
    "LaneFit",
    "LaneStandings",
    "ModelStanding",
    "Observation",
    "Reason",
    "board",
    "fit_lane",
    "in_points",
    "observe",
    "overalls",
    "rank",
    "reweigh",
    "stand",
    "stand_all",
    "standings",
]

_ROUNDING = 1e-9  # weights that add up to a limit may miss it by this


def standings(
    categories: Iterable[CategorySpec],
    benchmarks: Iterable[BenchmarkSpec],
    rows: Iterable[ResultRow],
    lane: str,
    *,
    offset: float | str = AUTO,
    reference_offset: float | str | None = None,
) -> LaneStandings:
    """Score every model that has a counting result in the lane.

    `offset` is what to subtract from self-reported results, in points; "auto" applies the
    published rule to the estimate, which is part of the answer either way; `reference_offset`
    is that of the day the scale was fixed on, where it is another. The order of the
    arguments' items is irrelevant. Results on benchmarks that are not in `benchmarks`, or
    not scored, take no part. Raises ValueError for an unknown lane or offset.
    """
    categories, rows = tuple(categories), tuple(rows)
    named = {category.slug for category in categories}
    scored = tuple(benchmark for benchmark in benchmarks if benchmark.category in named)
    seen = observe(scored, rows, lane)
    fit = fit_lane(categories, scored, seen, lane, offset=offset)
    then = known_rows(rows, SCALE_REFERENCE)
    link = _scale_link(categories, scored, then, fit, seen, offset if reference_offset is None else reference_offset)
    fit = with_link(fit, link)
    return LaneStandings(fit, tuple(rank(stand_all(fit, seen), fit)))


def _scale_link(
    categories: Sequence[CategorySpec],
    benchmarks: Sequence[BenchmarkSpec],
    then: Sequence[ResultRow],
    fit: LaneFit,
    seen: Observations,
    offset: float | str,
) -> ScaleLink:
    """The scale link of a fit that has none yet; `then` are the results known on the reference day."""
    known = observe(benchmarks, then, fit.lane)
    if len(known) < METHOD.anchor_models:
        return link_of(SCALE_REFERENCE, {}, {})
    before = fit_lane(categories, benchmarks, known, fit.lane, offset=offset)
    anchors = anchors_among(stand_all(before, known))
    now = overalls(fit, {slug: seen[slug] for slug in anchors if slug in seen})
    return link_of(SCALE_REFERENCE, anchors, {slug: found and found[0] for slug, found in now.items()})


def observe(
    benchmarks: Iterable[BenchmarkSpec], rows: Iterable[ResultRow], lane: str
) -> dict[str, tuple[Observation, ...]]:
    """Choose every model's counting results on the scored benchmarks, ordered by slug."""
    scored = {benchmark.slug: benchmark for benchmark in benchmarks if is_scored(benchmark)}
    chosen = [row for (_, slug), row in counting_rows(rows, lane).items() if slug in scored]
    by_model: dict[str, list[Observation]] = defaultdict(list)
    for row, observation in in_points(scored, chosen):
        by_model[row.model].append(observation)
    return {model: tuple(by_model[model]) for model in sorted(by_model)}


def in_points(
    benchmarks: Mapping[str, BenchmarkSpec], rows: Iterable[ResultRow]
) -> Iterator[tuple[ResultRow, Observation]]:
    """Turn chosen rows on scored benchmarks into observations, ordered by benchmark slug."""
    by_benchmark: dict[str, list[ResultRow]] = defaultdict(list)
    for row in rows:
        by_benchmark[row.benchmark].append(row)
    for slug in sorted(by_benchmark):
        chosen = by_benchmark[slug]
        scores = [float(row.score) for row in chosen]
        points = to_points(benchmarks[slug], np.array(scores)).tolist()
        for row, raw, value in zip(chosen, scores, points, strict=True):
            yield row, Observation(slug, row.id, raw, value, row.self_reported, row.standard)


def stand(
    fit: LaneFit,
    model: str,
    observations: Sequence[Observation | Cell],
    weights: Mapping[str, float] | None = None,
) -> ModelStanding:
    """Place one model by a fit and its own counting results, without a rank number.

    `observations` come from `observe` or are the cells of an earlier standing. With `weights`
    the fit is reweighed first; reweigh it yourself when several models are to be placed.
    """
    return stand_all(fit if weights is None else reweigh(fit, weights), {model: observations})[0]


def stand_all(fit: LaneFit, seen: Observations) -> list[ModelStanding]:
    """Place many models at once, ordered by slug; each gets exactly what `stand` would give it."""
    models = sorted(seen)
    held = [sorted(seen[model], key=lambda cell: cell.benchmark) for model in models]
    votes, scores = _score_all(fit, held)
    return _to_records(fit, models, held, votes, scores)


def overalls(fit: LaneFit, seen: Observations) -> dict[str, tuple[float, float] | None]:
    """Overall score and its standard error only, by model: those of `stand_all` without the rest of a standing."""
    models = sorted(seen)
    _, scores = _score_all(fit, [sorted(seen[model], key=lambda cell: cell.benchmark) for model in models])
    placed = (scores.category_results.sum(1) > 0).tolist()
    figures = zip(models, placed, scores.overall.tolist(), scores.se.tolist(), strict=True)
    return {
        model: (overall, se) if scored and fit.course_par is not None else None
        for model, scored, overall, se in figures
    }


def _score_all(fit: LaneFit, held: Sequence[Sequence[Observation | Cell]]) -> tuple[evidence.Votes, evidence.Scores]:
    """Work out every figure of many models; `held` are the results of each, by benchmark slug."""
    columns = fit.columns
    entries = [
        (row, columns.position[cell.benchmark], cell.points, cell.self_reported)
        for row, cells in enumerate(held)
        for cell in cells
        if cell.benchmark in columns.position
    ]
    row, place, points, self_reported = zip(*entries, strict=True) if entries else ((), (), (), ())
    flags = np.array(self_reported, bool)
    cells = evidence.CellArrays(
        models=len(held),
        model=np.array(row, int),
        benchmark=np.array(place, int),
        points=np.array(points, float) - fit.offset.applied * flags,
        self_reported=flags,
    )
    votes = evidence.cast_votes(
        cells,
        par=columns.par,
        spread=columns.spread,
        weight=columns.weight,
        category=columns.category,
        family=columns.family,
    )
    return votes, evidence.score(cells, votes, columns, fit.omega)


def _to_records(
    fit: LaneFit,
    models: list[str],
    held: list[list[Observation | Cell]],
    votes: evidence.Votes,
    scores: evidence.Scores,
) -> list[ModelStanding]:
    """Turn arrays into one standing per model; unfitted cells stay, without a lead."""
    figures = (votes.counted.tolist(), votes.vote.tolist(), scores.share.tolist(), votes.lead.tolist())
    lines = zip(*figures, strict=True)
    per_model = {name: getattr(scores, name).tolist() for name in evidence.Scores.__slots__ if name != "share"}
    answer = []
    for row, model in enumerate(models):
        cells = []
        for seen in held[row]:
            benchmark = fit.by_benchmark.get(seen.benchmark)
            fitted = benchmark is not None and benchmark.fitted
            par, spread = (benchmark.par, benchmark.spread) if fitted else (None, None)
            lead, vote, share, full = next(lines) if fitted else (None, None, None, None)
            offset = fit.offset.applied if seen.self_reported else 0.0
            cells.append(
                Cell(
                    seen.benchmark,
                    seen.result,
                    seen.score,
                    seen.points,
                    offset,
                    par,
                    spread,
                    lead,
                    vote,
                    share,
                    seen.self_reported,
                    seen.standard,
                    held_from=None if full == lead else full,
                )
            )
        answer.append(_standing(fit, model, tuple(cells), {k: v[row] for k, v in per_model.items()}))
    return answer


def _standing(fit: LaneFit, model: str, cells: tuple[Cell, ...], figures: Mapping[str, Any]) -> ModelStanding:
    results = sum(figures["category_results"])
    placed = results > 0 and fit.course_par is not None
    overall, se = (figures["overall"], figures["se"]) if placed else (None, None)
    reasons = _reasons(figures) if results else (Reason(NO_COMMON_SCALE, 0, 1),)
    return ModelStanding(
        model=model,
        overall=overall,
        se=se,
        own=figures["own"] if placed else None,
        low=overall - METHOD.z_clear * se if placed else None,
        high=overall + METHOD.z_clear * se if placed else None,
        grade=METHOD.grade(se) if placed else None,
        ranked=placed and not reasons,
        reasons=reasons,
        results=results,
        families=figures["families"],
        independent_families=figures["independent_families"],
        cells=cells,
        categories=_categories(fit, figures) if results else {},
    )


def _categories(fit: LaneFit, figures: Mapping[str, Any]) -> dict[str, CategoryStanding]:
    return {
        category.slug: CategoryStanding(
            score=category.par + figures["category_lead"][place],
            se=figures["category_se"][place],
            par=category.par,
            lead=figures["category_lead"][place],
            votes=figures["category_votes"][place],
            results=figures["category_results"][place],
            share=figures["category_share"][place],
            carried=figures["category_results"][place] == 0,
        )
        for place, category in enumerate(fit.categories)
        if category.par is not None
    }


def _reasons(figures: Mapping[str, Any]) -> tuple[Reason, ...]:
    """List every condition of a rank that a model misses."""
    categories = sum(results > 0 for results in figures["category_results"])
    least = (
        Reason(FEW_FAMILIES, figures["families"], METHOD.rank_families),
        Reason(FEW_INDEPENDENT, figures["independent_families"], METHOD.rank_independent_families),
        Reason(FEW_CATEGORIES, categories, METHOD.rank_categories),
        Reason(LITTLE_WEIGHT, figures["covered"], METHOD.rank_coverage),
    )
    most = (
        Reason(WIDE_MARGIN, figures["se"], METHOD.grade_moderate),
        Reason(ONE_FAMILY, figures["largest_family"], METHOD.rank_family_share),
    )
    short = [reason for reason in least if reason.found < reason.limit - _ROUNDING]
    return tuple(short + [reason for reason in most if reason.found > reason.limit + _ROUNDING])


def rank(models: Iterable[ModelStanding], fit: LaneFit) -> list[ModelStanding]:
    """Give the eligible models their rank and rank range; the others lose theirs.

    `models` must come from `fit` (same weights). Overall scores that are equal after rounding
    to `METHOD.rank_tie` share a rank. `best` is one more than the models clearly ahead, `worst`
    counts all but those clearly behind. The order of the input is kept.
    """
    models = list(models)
    eligible = [standing for standing in models if standing.ranked]
    overall = np.array([standing.overall for standing in eligible], float)
    ahead = _clearly_ahead(eligible, overall, fit)
    best = 1 + ahead.sum(0)
    worst = len(eligible) - ahead.sum(1)
    steps = np.round(overall / METHOD.rank_tie)
    ranks = 1 + len(steps) - np.searchsorted(np.sort(steps), steps, side="right")
    places = iter(zip(ranks.tolist(), best.tolist(), worst.tolist(), strict=True))
    answer = []
    for standing in models:
        place, first, last = next(places) if standing.ranked else (None, None, None)
        answer.append(replace(standing, rank=place, best=first, worst=last))
    return answer


def _clearly_ahead(models: Sequence[ModelStanding], overall: np.ndarray, fit: LaneFit) -> np.ndarray:
    """Mask, rows over columns, the pairs whose overall order is clear; see `pairing.pair`."""
    columns = fit.columns
    share = np.zeros((len(models), len(columns.slugs)))
    for row, standing in enumerate(models):
        for cell in standing.cells:
            if cell.share is not None:
                share[row, columns.position[cell.benchmark]] = cell.share
    noisy = share * columns.par_variance
    common = noisy @ share.T
    alone = np.array([standing.own for standing in models], float) + np.diag(common)
    variance = np.maximum(alone[:, None] + alone - 2 * common, METHOD.least_variance)
    return (overall[:, None] - overall) >= METHOD.z_clear * np.sqrt(variance)
