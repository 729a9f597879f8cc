"""Work that only the standings show: outliers, benchmarks that say little, models nearly ranked.

Registered with the newsroom's front page (`newsroom.queues`) when the app is
ready. All queues read the default lane's current snapshot.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from comparisons import standing_store
from comparisons.boards.lacking import lacking
from comparisons.core.scoring import LaneFit, ModelStanding
from comparisons.core.standing import TOO_FEW_MODELS
from models_catalog.core import display
from newsroom.queues import Queue, QueueItem, list_url
from newsroom.standing_impact import lead_elsewhere

UNUSUAL = 4  # scatters between a result and the model's overall lead (scoring method, section 5)
DISAGREEING = 2  # a benchmark's scatter as a multiple of the usual one
MOST_ITEMS = 40
BENCHMARK, RESULT, MODEL = (f"models_catalog.view_{table}" for table in ("benchmark", "result", "languagemodel"))


def standing_queues(today: dt.date) -> list[Queue]:
    """The queues of the default lane, none before the first standings. Three or four queries."""
    lane = settings.DEFAULT_LANE
    try:
        context = standing_store.current_context(lane)
    except standing_store.NoStandings:
        return []
    names = {slug: benchmark.name for slug, benchmark in context.benchmarks.items()}
    placed = standing_store.placed_models(lane)
    standings = [entry.standing for entry in placed.values() if entry.standing is not None]
    titles = {slug: entry.model.name for slug, entry in placed.items()}
    return [
        _outliers(standings, context.fit, titles, names),
        *_benchmark_queues(context.fit, names),
        _nearly_ranked(standings, titles),
    ]


def _outliers(standings: Iterable[ModelStanding], fit: LaneFit, titles: dict, names: dict) -> Queue:
    found = []
    for standing in standings:
        for cell in standing.cells:
            benchmark = fit.by_benchmark.get(cell.benchmark)
            usual = lead_elsewhere(standing, fit, benchmark.family) if cell.lead is not None else None
            if usual is None:
                continue
            times = (cell.full_lead - usual) / benchmark.scatter
            if abs(times) > UNUSUAL:
                found.append((abs(times), standing.model, cell, "above" if times > 0 else "below"))
    found.sort(key=lambda item: (-item[0], item[1], item[2].benchmark))
    items = tuple(
        QueueItem(
            f"{titles[model]} on {names[cell.benchmark]}",
            reverse("admin:models_catalog_result_change", args=[cell.result]),
            f"{display.rounded(times, 1)} times the usual scatter {side} its other results",
        )
        for times, model, cell, side in found[:MOST_ITEMS]
    )
    return Queue(
        "outliers",
        "Suspicious outliers",
        len(found),
        "Results far from what the model's other results say.",
        "Check unit, setting and source",
        "",
        RESULT,
        items,
    )


def _benchmark_queues(fit: LaneFit, names: dict) -> list[Queue]:
    weighted = [benchmark for benchmark in fit.benchmarks if benchmark.weight > 0]
    saturated = [b.slug for b in weighted if b.saturated]
    disagreeing = [b.slug for b in weighted if b.fitted and b.scatter > DISAGREEING * fit.sigma]
    thin = [b.slug for b in weighted if b.unfitted == TOO_FEW_MODELS]
    return [
        _benchmarks("saturated", "Saturated benchmarks", saturated, "Nearly everyone is at the top."),
        _benchmarks("disagreeing", "Disagreeing benchmarks", disagreeing, "They scatter twice as much as usual."),
        _benchmarks(
            "thin",
            "Benchmarks too thin to count",
            thin,
            "Fewer models than it takes to know what is usual.",
            "Add results of other models, or make it display-only",
        ),
    ]


def _benchmarks(
    slug: str, title: str, slugs: list[str], meaning: str, action: str = "Consider display-only: weight 0 with a reason"
) -> Queue:
    return Queue(slug, title, len(slugs), meaning, action, list_url("benchmark", slug__in=",".join(slugs)), BENCHMARK)


def _nearly_ranked(standings: Iterable[ModelStanding], titles: dict) -> Queue:
    """Models that miss one condition of a rank, those with most results first."""
    near = [standing for standing in standings if not standing.ranked and len(standing.reasons) == 1]
    near.sort(key=lambda standing: (-standing.results, standing.model))
    items = tuple(
        QueueItem(
            titles[standing.model],
            f"{reverse('admin:models_catalog_scoresheet_new_grid')}?model={standing.model}",
            display.listed(lacking(standing.reasons)),
        )
        for standing in near[:MOST_ITEMS]
    )
    return Queue(
        "nearly-ranked",
        "Models nearly eligible for a rank",
        len(near),
        "They miss one condition.",
        "Find the missing results",
        "",
        MODEL,
        items,
    )
