"""What publishing an editor's proposal would change for readers: ranks, verdicts, categories.

The newsroom asks through `newsroom.impact`, which knows no standings; `connect`
registers both answers there. Everything is computed twice on the published results, without
and with the proposal, under the self-report offset of the current snapshot, and stored nowhere.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from django.conf import settings
from django.utils import timezone

from comparisons import standing_store
from comparisons.core import changes, pairs
from comparisons.core.bench import Bench, Grounds
from comparisons.core.points import has_scale, raw_from_points, to_points
from comparisons.core.records import Side
from comparisons.core.scoring import AUTO, LaneFit, LaneStandings, ModelStanding, standings
from comparisons.models import CuratedPair
from models_catalog import snapshots
from models_catalog.core import display
from models_catalog.core.specs import ResultRow
from newsroom.core.sheet_warnings import Expectation
from newsroom.impact import Impact, Proposal, RankMove, VerdictChange

NEIGHBOURS = 4  # ranks above and below a touched model whose pair with it is compared
MOST_PAIRS = 120
LEAST_VOTES = 2  # other votes a model needs before its results predict anything
Pair = tuple[str, str]


# --- impact -----------------------------------------------------------------------------


def impact(proposal: Proposal) -> Impact:
    """Ranks that move, verdicts that change and categories gained in the default lane. Six queries."""
    lane = settings.DEFAULT_LANE
    catalogue = snapshots.load_catalogue()
    known = {model.slug for model in catalogue.models}
    rows = tuple(row for row in proposal.rows if row.model in known)
    proposed = with_proposal(catalogue.results, rows)
    offset = _current_offset(lane)
    before, after = (
        standings(catalogue.categories, catalogue.benchmarks, results, lane, offset=offset)
        for results in (catalogue.results, proposed)
    )
    touched = {row.model for row in rows}
    names = {model.slug: model.name for model in catalogue.models}
    checked = _pairs_to_check(before, after, touched, known)
    verdicts = _verdict_changes(catalogue, (before, catalogue.results), (after, proposed), checked)
    return Impact(
        lane=lane,
        ranks=tuple(_rank_moves(before, after, touched, names)),
        verdicts=tuple(verdicts),
        categories=tuple(_categories_gained(catalogue, before, after, touched, names)),
        pairs_checked=len(checked),
    )


def with_proposal(results: Iterable[ResultRow], proposed: Iterable[ResultRow]) -> tuple[ResultRow, ...]:
    """The published results as they would be: rows with a known id replaced, the others added."""
    replaced = {row.id: row for row in proposed if row.id}
    stored = tuple(replaced.pop(row.id, row) for row in results)
    # New rows get ids of their own below zero: ids tell results apart.
    new = (replace(row, id=-number) for number, row in enumerate((row for row in proposed if not row.id), start=1))
    return (*stored, *replaced.values(), *new)


def _current_offset(lane: str) -> float | str:
    """The self-report offset readers see now, so that the preview does not estimate another one."""
    try:
        return standing_store.current_context(lane).fit.offset.applied
    except standing_store.NoStandings:
        return AUTO


def _rank_moves(before: LaneStandings, after: LaneStandings, touched: set[str], names: Mapping[str, str]):
    """Moves of printed ranks: the sheet's own models first, then by how far."""
    slugs = sorted(before.by_model.keys() | after.by_model.keys())
    moves = []
    for slug in slugs:
        old, new = (standing.by_model.get(slug) for standing in (before, after))
        ranks = (old.rank if old else None), (new.rank if new else None)
        if ranks[0] != ranks[1] and slug in names:
            distance = abs(ranks[0] - ranks[1]) if None not in ranks else len(slugs)
            moves.append((slug not in touched, -distance, names[slug], RankMove(names[slug], *ranks)))
    return [move for *_, move in sorted(moves, key=lambda item: item[:3])]


def _categories_gained(catalogue, before: LaneStandings, after: LaneStandings, touched: set[str], names):
    titles = {category.slug: category.name for category in catalogue.categories}
    for slug in sorted(touched):
        old, new = (_own_categories(standing.by_model.get(slug)) for standing in (before, after))
        if gained := [titles[category] for category in titles if category in new - old]:
            yield f"{names[slug]} gains results that count in {display.listed(gained)}."


def _own_categories(standing: ModelStanding | None) -> set[str]:
    return {slug for slug, line in standing.categories.items() if not line.carried} if standing else set()


def _pairs_to_check(before: LaneStandings, after: LaneStandings, touched: set[str], known: set[str]) -> list[Pair]:
    """Curated pairs, neighbours at the top, and the touched models with their neighbours by rank."""
    curated = (tuple(pair.split(pairs.SEPARATOR)) for pair in CuratedPair.objects.values_list("pair", flat=True))
    found = {pairs.canonical(*pair) for pair in curated if set(pair) <= known}
    for lane in (before, after):
        board = [standing.model for standing in lane.board]
        found |= {pairs.canonical(*pair) for pair in pairwise(board[: changes.WATCHED_RANKS])}
        for place, slug in enumerate(board):
            if slug in touched:
                near = board[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1]
                found |= {pairs.canonical(slug, other) for other in near if other != slug}
    return sorted(pair for pair in found if set(pair) <= known)[:MOST_PAIRS]


def _verdict_changes(catalogue, before, after, checked: Sequence[Pair]) -> list[VerdictChange]:
    slugs = {slug for pair in checked for slug in pair}
    models = {model.slug: model for model in catalogue.models if model.slug in slugs}
    today = timezone.now().date()
    said = [_calls(catalogue, models, lane, results, checked, today) for lane, results in (before, after)]
    return [
        VerdictChange(f"{models[one].name} or {models[other].name}", said[0][one, other], said[1][one, other])
        for one, other in checked
        if said[0][one, other] != said[1][one, other]
    ]


def _calls(
    catalogue, models, lane: LaneStandings, results: Iterable[ResultRow], checked: Sequence[Pair], today: dt.date
) -> dict[Pair, str]:
    """What the verdict of each pair would say, in the words of the change log."""
    by_model: dict[str, list[ResultRow]] = defaultdict(list)
    for row in results:
        if row.model in models:
            by_model[row.model].append(row)
    sides = {slug: Side(model, lane.by_model.get(slug), tuple(by_model[slug])) for slug, model in models.items()}
    benchmarks = {benchmark.slug: benchmark for benchmark in catalogue.benchmarks}
    bench = Bench(Grounds(lane.fit, catalogue.categories, benchmarks), sides, today)
    said = {}
    for pair in checked:
        overall = bench.pair(*pair).overall
        leader = "" if overall.leader is None else models[pair[overall.leader]].name
        said[pair] = changes.outcome_text(overall.outcome, leader)
    return said


# --- outliers ---------------------------------------------------------------------------------


def expectations(rows: Sequence[ResultRow]) -> dict[Pair, Expectation]:
    """What each model's results on other test families predict, by model and benchmark. Two or three queries.

    A result's lead over par is compared with the model's average lead on other families; the
    benchmark's published scatter is the unit. Rows that cannot be predicted are left out.
    """
    lane = settings.DEFAULT_LANE
    try:
        context = standing_store.current_context(lane)
    except standing_store.NoStandings:
        return {}
    placed = standing_store.placed_models(lane, {row.model for row in rows})
    found = {}
    for row in rows:
        model = placed.get(row.model)
        benchmark = context.benchmarks.get(row.benchmark)
        if model is None or model.standing is None or benchmark is None or not has_scale(benchmark):
            continue
        if expectation := expectation_of(row, benchmark, model.standing, context.fit):
            found[row.model, row.benchmark] = expectation
    return found


def expectation_of(row: ResultRow, benchmark, standing: ModelStanding, fit: LaneFit) -> Expectation | None:
    """What `standing` predicts for one row, or None where the benchmark is not fitted or too little is known."""
    fitted = fit.by_benchmark.get(row.benchmark)
    if fitted is None or not fitted.fitted:
        return None
    lead = lead_elsewhere(standing, fit, fitted.family)
    if lead is None:
        return None
    offset = fit.offset.applied if row.self_reported else 0.0
    points = float(to_points(benchmark, float(row.score))) - offset
    predicted = raw_from_points(benchmark, fitted.par + fitted.spread * lead + offset)
    return Expectation(
        predicted=Decimal(repr(round(float(predicted), 6))),
        distance=(points - fitted.par) / fitted.spread - lead,
        scatter=fitted.scatter,
    )


def lead_elsewhere(standing: ModelStanding, fit: LaneFit, family: str) -> float | None:
    """A model's average lead over par on test families other than `family`; None on fewer than two votes."""
    others = [
        cell for cell in standing.cells if cell.lead is not None and fit.by_benchmark[cell.benchmark].family != family
    ]
    votes = sum(cell.vote for cell in others)
    return sum(cell.vote * cell.lead for cell in others) / votes if votes >= LEAST_VOTES else None
