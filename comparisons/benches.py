"""Sets models of the database on a `Bench`, where any two of them can be compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from comparisons import standing_store
from comparisons.core.bench import Bench
from comparisons.core.paired import Answers
from comparisons.core.records import Side
from models_catalog import run_shelf, snapshots
from models_catalog.core.specs import ResultRow

Results = Mapping[str, tuple[ResultRow, ...]]
NO_ANSWERS: dict = {}


def load_bench(lane: str, *, today: dt.date, slugs: Iterable[str] | None = None) -> Bench:
    """Published models under a lane's current standings; without `slugs` all of them.

    Three queries, one more where answers are known question by question, and once per process and snapshot the fit. Slugs that name no published
    model are left out. Raises `standing_store.NoStandings` when nothing was ever computed.
    """
    placed = standing_store.placed_models(lane, slugs)
    chosen = tuple(sorted(placed))
    context = (
        standing_store.lane_context(placed[chosen[0]].snapshot) if chosen else standing_store.current_context(lane)
    )
    operations = snapshots.operations(None if slugs is None else chosen)
    results = snapshots.public_results(chosen)
    return Bench(context, seated(placed, results, operations, run_shelf.answers_behind(results)), today)


def seated(
    placed: Mapping[str, standing_store.PlacedModel],
    results: Results,
    operations: snapshots.Operations,
    answers: Mapping[str, Mapping[int, Answers]] = NO_ANSWERS,
) -> dict[str, Side]:
    """Each model with its standing and with everything known of it."""
    return {
        slug: Side(
            model=model.model,
            standing=model.standing,
            results=results.get(slug, ()),
            prices=operations.prices.get(slug, ()),
            speeds=operations.speeds.get(slug, ()),
            answers=answers.get(slug, NO_ANSWERS),
        )
        for slug, model in placed.items()
    }
