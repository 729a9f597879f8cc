"""A model among the others, today and on an earlier day, and what changed between the two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from comparisons import standing_store
from comparisons.boards import rows
from comparisons.boards import store as board_store
from comparisons.boards.store import BoardEntry
from comparisons.core import history
from comparisons.core.standing import ModelStanding
from comparisons.core.words import GRADES
from comparisons.memory import Memory
from comparisons.pages import as_of, rivals
from comparisons.pages.base import address
from models_catalog.core import display
from models_catalog.core.specs import PriceSpec, ResultRow


@dataclass(frozen=True)
class Seen:
    """A model among the others on the day of its page.

    `standings` holds those of the model and of the `wanted` ones near it. On an earlier day
    `every_result` are all results of the model and `now` its standing of today.
    """

    entry: BoardEntry
    field: tuple[BoardEntry, ...]
    context: standing_store.LaneContext
    wanted: tuple[str, ...]
    standings: Mapping[str, ModelStanding]
    results: tuple[ResultRow, ...]
    every_result: tuple[ResultRow, ...] = ()
    now: ModelStanding | None = None


def seen_today(
    entry: BoardEntry, entries: tuple[BoardEntry, ...], context: standing_store.LaneContext, memory: Memory
) -> Seen:
    """The model as it stands."""
    slug, wanted = entry.model.slug, rivals.candidates(entry, entries)
    placed = memory.placed((context.lane,), (slug, *wanted))[context.lane]
    standings = {found: model.standing for found, model in placed.items() if model.standing is not None}
    return Seen(entry, entries, context, wanted, standings, memory.results((slug,))[slug])


def seen_on(
    day: dt.date,
    entry: BoardEntry,
    entries: tuple[BoardEntry, ...],
    context: standing_store.LaneContext,
    memory: Memory,
) -> Seen:
    """The model as it stood on an earlier day, among the models of that day."""
    slug = entry.model.slug
    results = memory.results([entry.model.slug for entry in entries])
    every = (row for found in results.values() for row in found)
    then = board_store.board_on(entries, context, context.fit, every, day)
    own = next((found for found in then.entries if found.model.slug == slug), board_store.entry_of(entry, None))
    placed = memory.placed((context.lane,), (slug,)).get(context.lane, {})
    return Seen(
        entry=own,
        field=then.entries,
        context=then.context,
        wanted=rivals.candidates(own, then.entries),
        standings=then.standings,
        results=history.known_rows(results[slug], day) if history.released_by(entry.model, day) else (),
        every_result=results[slug],
        now=placed[slug].standing if slug in placed else None,
    )


def since(
    day: dt.date,
    today: dt.date,
    lane_asked: str | None,
    now: BoardEntry,
    context: standing_store.LaneContext,
    seen: Seen,
    prices: tuple[PriceSpec, ...],
) -> as_of.AsOf:
    """What a day's page says about itself and about what came after it."""
    model, then = now.model, seen.entry
    today_href = address(f"/models/{model.slug}/", lane=lane_asked)
    changes = [
        as_of.Change("Overall score", _score_words(then), _score_words(now)),
        as_of.Change("Rank", _rank_words(then, seen.context), _rank_words(now, context)),
        *as_of.differing("Evidence", *(GRADES.get(entry.grade, "none") for entry in (then, now))),
        *as_of.differing("Counting results", *(display.count(entry.results) for entry in (then, now))),
        *as_of.price_change(model.name, prices, day, today),
    ]
    came, arrivals = as_of.arrivals(
        [(model, seen.now, seen.every_result)], context.benchmarks, day, lambda row: f"{today_href}#r-{row.id}"
    )
    later = [] if history.released_by(model, day) else [model]
    notes = as_of.notes(seen.results, later, day)
    return as_of.AsOf(day, today, today_href, notes, tuple(changes), came, arrivals)


def _score_words(entry: BoardEntry) -> str:
    return as_of.NO_SCORE if entry.overall is None else rows.plus_minus(entry.overall, entry.se)


def _rank_words(entry: BoardEntry, context: standing_store.LaneContext) -> str:
    if not entry.ranked:
        return "not ranked"
    return f"{rows.range_text(entry.best, entry.worst)} of {display.count(context.ranked)}"
