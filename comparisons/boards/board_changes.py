"""What changed on a board since an earlier day: places and scores, prices, how much came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from comparisons.core.boards import Place
from comparisons.core.history import known_rows
from comparisons.core.scoring import observe
from comparisons.core.standing import LaneFit
from comparisons.pages.as_of import NO_SCORE, Change, price_change
from comparisons.standing_store import LaneContext
from models_catalog.core import display
from models_catalog.core.specs import PriceSpec, ResultRow

MOST_MOVES = 12  # models named; the board of today has the rest
MOST_PRICES = 12

Standings = Mapping[str, tuple[Place | None, float | None]]  # slug → place and score on the board


def moves(then: Standings, now: Standings, names: Mapping[str, str]) -> tuple[Change, ...]:
    """Who leads, then every model whose place or score changed, today's first places first."""
    found = []
    if (was := _top(then)) != (leads := _top(now)):
        found.append(Change("First place", _names(was, names), _names(leads, names)))
    placed = [slug for slug in now if now[slug][0] or then.get(slug, (None, None))[0]]
    placed.sort(key=lambda slug: (now[slug][0] is None, now[slug][0].rank if now[slug][0] else 0, slug))
    changed = [Change(names[slug], _words(then.get(slug)), _words(now[slug])) for slug in placed]
    return (*found, *(change for change in changed if change.then != change.now))


def price_changes(
    offers: Mapping[str, Sequence[PriceSpec]], names: Mapping[str, str], day: dt.date, today: dt.date
) -> tuple[Change, ...]:
    """Every quoted price that is not what it was, of the models shown."""
    return tuple(change for slug, own in offers.items() for change in price_change(names[slug], own, day, today))


def shortened(moved: Sequence[Change], prices: Sequence[Change]) -> tuple[tuple[Change, ...], str]:
    """As many changes as a page lists, and how many it leaves out."""
    places, costs = len(moved) - MOST_MOVES, len(prices) - MOST_PRICES
    more = [display.counted(places, "more place or score", "more places or scores")] if places > 0 else []
    more += [display.counted(costs, "more price")] if costs > 0 else []
    changed = f"{display.listed(more)} changed as well." if more else ""
    return (*moved[:MOST_MOVES], *prices[:MOST_PRICES]), changed


def counts(then: Standings, now: Standings) -> tuple[str, ...]:
    """How many models came since, as a sentence."""
    later = len(now.keys() - then.keys())
    if not later:
        return ()
    was, it_is = ("was", "is") if later == 1 else ("were", "are")
    return (f"{display.counted(later, 'model')} {was} released after that day and {it_is} not on this board.",)


def came_since(results: Mapping[str, Sequence[ResultRow]], context: LaneContext, fit: LaneFit, day: dt.date) -> int:
    """How many results that count today were not known on the day."""
    scored = [benchmark for benchmark in context.benchmarks.values() if benchmark.category in fit.by_category]
    every = [row for rows in results.values() for row in rows]
    known = {row.id for row in known_rows(every, day)}
    fitted = fit.columns.position
    counting = observe(scored, every, fit.lane).values()
    return sum(cell.result not in known and cell.benchmark in fitted for cells in counting for cell in cells)


def _top(standings: Standings) -> tuple[str, ...]:
    return tuple(sorted(slug for slug, (place, _) in standings.items() if place is not None and place.rank == 1))


def _names(slugs: Sequence[str], names: Mapping[str, str]) -> str:
    return display.listed(names[slug] for slug in slugs) or "nobody"


def _words(standing: tuple[Place | None, float | None] | None) -> str:
    """Place and score of a model on a board in words; None for a model that was not out yet."""
    if standing is None:
        return "not released"
    place, score = standing
    if score is None:
        return NO_SCORE
    rank = "not ranked" if place is None else f"rank {display.count(place.rank)}"
    return f"{rank}, {display.overall_score(score)}"
