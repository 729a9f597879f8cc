"""One board: models with places, models without, filtered, sorted and cut into pages.

The leaderboard, category boards and lab boards are this board with different filters; their
twins are the same board uncut.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from comparisons import standing_store
from comparisons.boards import board_changes, rows
from comparisons.boards import store as board_store
from comparisons.boards.filter_form import pager
from comparisons.boards.filters import TRACKED, BoardFilters
from comparisons.boards.lacking import lacking
from comparisons.boards.store import BoardEntry
from comparisons.core import history
from comparisons.core.boards import Place, category_places, on_category_board
from comparisons.core.geometry import Scale
from comparisons.core.method import METHOD
from comparisons.core.scoring import reweigh
from comparisons.core.standing import LaneFit, ModelStanding
from comparisons.core.weights import WeightError, parse_weights
from comparisons.keeping import Kept
from comparisons.memory import Memory, current
from comparisons.pages import as_of
from comparisons.pages.base import LANE_LABELS, LANE_NOTES
from models_catalog.core import display
from models_catalog.core.specs import CategorySpec, PriceSpec, ResultRow

_lines: Kept[rows.BoardLine] = Kept(20_000)
PAGE_SIZE = 50
TRACKED_SHOWN = 10  # models without a rank below a board; the rest has pages of its own


@dataclass(frozen=True)
class Board:
    """A board as asked for.

    `lines` are the models with a place (or, with `show=tracked`, those without) on this page
    of `matching` in all; `tracked` the first of `tracked_matching` models without a place.
    `field` holds every published model of the lane by slug, whatever the filters; `fit` and
    all scores follow the reader's own weights where there are some.
    """

    filters: BoardFilters
    path: str
    context: standing_store.LaneContext
    fit: LaneFit
    category: CategorySpec | None
    lines: tuple[rows.BoardLine, ...]
    matching: int
    tracked: tuple[rows.BoardLine, ...]
    tracked_matching: int
    places: int  # models with a place on this board, before any filter
    columns: tuple[rows.Column, ...]
    axis: dict | None
    tracked_axis: dict | None
    field: Mapping[str, BoardEntry]
    weights_error: str
    category_error: str
    today: dt.date  # the day the board is about
    as_of: as_of.AsOf | None = None  # where that is an earlier day than today
    on_error: str = ""

    @property
    def shows_tracked(self) -> bool:
        """Whether the main table lists the models without a place."""
        return self.filters.show == TRACKED

    @property
    def scored(self) -> int:
        """Models with a counting result in the lane."""
        return self.context.scored

    @property
    def lane_label(self) -> str:
        """The lane's name."""
        return LANE_LABELS[self.context.lane]

    @property
    def lane_note(self) -> str:
        """What the lane means, as a sentence."""
        return f"{self.lane_label}: {LANE_NOTES[self.context.lane]}."

    @property
    def first(self) -> int:
        """Number of the first line on this page, from 1."""
        return (self.filters.page - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        """Number of the last line on this page."""
        return self.first + len(self.lines) - 1

    @property
    def span_text(self) -> str:
        """“51 to 72 of 72”."""
        if not self.lines:
            return "none"
        return f"{rows.range_text(self.first, self.last)} of {display.count(self.matching)}"

    @property
    def pager(self) -> tuple[dict, ...]:
        """Links to the pages of this table; empty where one page holds it all."""
        return pager(self.filters, self.path, self.matching, PAGE_SIZE)


@dataclass(frozen=True)
class _Field:
    """The lane as the board sees it: entries, fit, and new standings under own weights or on an earlier day.

    On an earlier day `now` holds the entries of today and `results` all results by model.
    """

    entries: tuple[BoardEntry, ...]
    context: standing_store.LaneContext
    fit: LaneFit
    derived: Mapping[str, ModelStanding] | None
    weights_error: str
    memory: Memory
    now: tuple[BoardEntry, ...] = ()
    results: Mapping[str, tuple[ResultRow, ...]] = field(default_factory=dict)

    @cached_property
    def by_slug(self) -> dict[str, BoardEntry]:
        """Entries by model slug."""
        return {entry.model.slug: entry for entry in self.entries}


def load_board(
    filters: BoardFilters,
    *,
    path: str,
    today: dt.date,
    whole: bool = False,
    most: int = PAGE_SIZE,
    below: int = TRACKED_SHOWN,
) -> Board:
    """Build the board of some filters; with `whole` uncut, for twins.

    A page holds `most` lines, and `below` of the models without a place.

    One query; once per process and snapshot four more: models with their standings, prices, missing
    conditions, and the fit (under own weights the standings, too; on an earlier day all results).
    Raises NoStandings before the first recompute.
    """
    day, on_error = as_of.asked_day(filters.on, today)
    seen = _field(filters, day)
    category = next((c for c in seen.context.categories if c.slug == filters.category), None)
    category_error = ""
    if filters.category and category is None:
        category_error = f"There is no category “{filters.category[:40]}”. The board below ranks by the overall score."
    filters = replace(
        filters,
        category=category.slug if category else "",
        own_weights="" if seen.weights_error else filters.own_weights,
        on=day.isoformat() if day else "",
    )
    places = _places(seen.entries, category)
    cut = _cut(filters, seen, places, day or today, whole=whole, most=most, below=below)
    shown = (*cut.shown, *cut.unplaced)
    plain = seen.derived is None and day is None
    key = (seen.context.snapshot, filters.category, today) if plain else None
    lacks = _missing(shown, places, seen, category)
    writer = _Writer(places, cut.prices, lacks, category, seen.context.categories, key)
    lines, axis = writer.lines(cut.shown)
    tracked, tracked_axis = writer.lines(cut.unplaced)
    filters = replace(filters, page=cut.page)
    return Board(
        filters=filters,
        path=path,
        context=seen.context,
        fit=seen.fit,
        category=category,
        lines=lines,
        matching=cut.matching,
        tracked=tracked,
        tracked_matching=cut.tracked_matching,
        places=len(places),
        columns=rows.columns(seen.context.categories, filters.category, lambda slug: _ranked_by(filters, path, slug)),
        axis=axis,
        tracked_axis=tracked_axis,
        field=seen.by_slug,
        weights_error=seen.weights_error,
        category_error=category_error,
        today=day or today,
        as_of=_since(seen, places, cut, category, day, today, filters.href(path, on="")) if day else None,
        on_error=on_error,
    )


def _since(
    seen: _Field,
    places: Mapping[str, Place],
    cut: _Cut,
    category: CategorySpec | None,
    day: dt.date,
    today: dt.date,
    today_href: str,
) -> as_of.AsOf:
    """What a day's board says about itself and about what came after it."""
    then = {e.model.slug: (places.get(e.model.slug), _board_score(e, category)[0]) for e in seen.entries}
    now_places = _places(seen.now, category)
    now = {e.model.slug: (now_places.get(e.model.slug), _board_score(e, category)[0]) for e in seen.now}
    names = {entry.model.slug: entry.model.name for entry in seen.now}
    shown = {entry.model.slug: cut.offers.get(entry.model.slug, ()) for entry in cut.shown}
    changes, left_out = board_changes.shortened(
        board_changes.moves(then, now, names), board_changes.price_changes(shown, names, day, today)
    )
    known = history.known_rows((row for slug in then for row in seen.results.get(slug, ())), day)
    said = as_of.notes(known, (), day)
    return as_of.AsOf(
        day,
        today,
        today_href,
        (*said, *board_changes.counts(then, now)),
        changes,
        board_changes.came_since(seen.results, seen.context, seen.fit, day),
        left_out=left_out,
    )


@dataclass(frozen=True)
class _Cut:
    """What of a board is shown: the main table's entries, those without a place below it, their prices."""

    shown: tuple[BoardEntry, ...]
    unplaced: tuple[BoardEntry, ...]
    matching: int
    tracked_matching: int
    prices: Mapping[str, PriceSpec]
    offers: Mapping[str, tuple[PriceSpec, ...]]  # every price period of the models whose prices were asked for
    page: int


def _cut(
    filters: BoardFilters,
    seen: _Field,
    places: Mapping[str, Place],
    today: dt.date,
    *,
    whole: bool,
    most: int,
    below: int,
) -> _Cut:
    """Filter, sort and cut into pages."""
    offers, prices = seen.memory.operations.prices, seen.memory.quotes(today, METHOD.price_mix)
    arranged = _arranged(filters, seen.entries, places, prices)
    placed = [entry for entry in arranged if entry.model.slug in places]
    tracked = [entry for entry in arranged if entry.model.slug not in places]
    main, rest = (tracked, []) if filters.show == TRACKED else (placed, tracked)
    page = max(1, min(filters.page, -(-len(main) // most)))
    shown = main if whole else main[(page - 1) * most : page * most]
    unplaced = rest if whole else rest[:below]
    return _Cut(tuple(shown), tuple(unplaced), len(main), len(tracked), prices, offers, page)


@dataclass(frozen=True)
class _Writer:
    """Turns entries into lines that share one interval axis.

    `key` names the board among all of the process, so that its lines are made once; None under own weights and
    on an earlier day.
    """

    places: Mapping[str, Place]
    prices: Mapping[str, PriceSpec]
    missing: Mapping[str, tuple[str, ...]]
    category: CategorySpec | None
    categories: tuple[CategorySpec, ...]
    key: tuple | None

    def lines(self, entries: Sequence[BoardEntry]) -> tuple[tuple[rows.BoardLine, ...], dict | None]:
        """The lines of a table and the head of their interval column."""
        scale, axis = rows.interval_scale(_bounds(entries, self.category))
        return tuple(self._line(entry, scale) for entry in entries), axis

    def _line(self, entry: BoardEntry, scale: Scale | None) -> rows.BoardLine:
        if self.key is None:
            return self._made(entry, scale, None)
        ends = (scale.low, scale.high) if scale else None
        key = (*self.key, entry.model.slug, ends, entry.model.slug in self.places)
        return _lines.get(key, lambda: self._made(entry, scale, key))

    def _made(self, entry: BoardEntry, scale: Scale | None, key: Hashable) -> rows.BoardLine:
        slug = entry.model.slug
        score, se, results = _board_score(entry, self.category)
        place = self.places.get(slug)
        return rows.BoardLine(
            entry=entry,
            place=place,
            score=score,
            se=se,
            results=results,
            interval=rows.interval(scale, entry.model.name, score, se, estimate=place is None),
            cells=rows.category_cells(entry, self.categories),
            price=self.prices.get(slug),
            lacks=self.missing.get(slug, ()),
            scaled=scale is not None,
            key=key,
        )


def _ranked_by(filters: BoardFilters, path: str, category: str) -> str:
    """The same board by another category: a parameter, or the category's own page."""
    if "category" in filters.fixed:
        return filters.href(f"/categories/{category}/", sort="", show="")
    return filters.href(path, category=category, sort="", show="")


def _field(filters: BoardFilters, day: dt.date | None) -> _Field:
    lane = filters.lane_in_force
    memory = current()
    entries = memory.entries(lane)
    context = board_store.context_of(entries, lane)
    fit, standings, weights_error = context.fit, None, ""
    if filters.own_weights.strip():
        try:
            fit = reweigh(context.fit, parse_weights(filters.own_weights, context.categories))
            entries, standings = board_store.reweighed(entries, fit)
        except (WeightError, ValueError) as problem:
            weights_error = str(problem)
    if day is None:
        return _Field(entries, context, fit, standings, weights_error, memory)
    results = memory.results([entry.model.slug for entry in entries])
    every = (row for rows_of_model in results.values() for row in rows_of_model)
    then = board_store.board_on(entries, context, fit, every, day)
    return _Field(then.entries, then.context, fit, then.standings, weights_error, memory, entries, results)


def _places(entries: tuple[BoardEntry, ...], category: CategorySpec | None) -> dict[str, Place]:
    """Places on the board by slug: the stored overall ranks, or ranks in a category."""
    if category is None:
        ranked = [entry for entry in entries if entry.ranked]
        return {e.model.slug: Place(e.rank, e.best, e.worst, len(ranked)) for e in ranked}
    standing = {e.model.slug: e.places[category.slug] for e in entries if category.slug in e.places}
    able = [
        e.model.slug
        for e in entries
        if e.model.slug in standing and on_category_board(e.ranked, standing[e.model.slug].votes)
    ]
    found = category_places([standing[slug].score for slug in able], [standing[slug].se for slug in able])
    return dict(zip(able, found, strict=True))


def _board_score(entry: BoardEntry, category: CategorySpec | None) -> tuple[float | None, float | None, int]:
    if category is None:
        return entry.overall, entry.se, entry.results
    place = entry.places.get(category.slug)
    return (None, None, 0) if place is None else (place.score, place.se, place.results)


def _arranged(
    filters: BoardFilters, entries: Sequence[BoardEntry], places: Mapping[str, Place], prices: Mapping[str, PriceSpec]
) -> list[BoardEntry]:
    """Filter and order: by place, and without places the newest first."""
    admitted = [entry for entry in entries if filters.admits(entry, prices.get(entry.model.slug))]

    def own_order(entry: BoardEntry) -> tuple:
        place = places.get(entry.model.slug)
        released = entry.model.release_date
        age = 0 if place or released is None else -released.toordinal()
        return (place.rank if place else 0, age, -entry.results, entry.model.name.casefold(), entry.model.slug)

    admitted.sort(key=own_order)
    return filters.sorted(admitted, prices) if filters.sort_column else admitted


def _bounds(entries: Sequence[BoardEntry], category: CategorySpec | None) -> list[tuple[float, float]]:
    found = (_board_score(entry, category) for entry in entries)
    half = METHOD.z_clear
    return [(score - half * se, score + half * se) for score, se, _ in found if score is not None]


def _missing(
    entries: Sequence[BoardEntry],
    places: Mapping[str, Place],
    seen: _Field,
    category: CategorySpec | None,
) -> dict[str, tuple[str, ...]]:
    """What each model without a place lacks, in words."""
    slugs = [entry.model.slug for entry in entries if entry.model.slug not in places]
    if not slugs:
        return {}
    if seen.derived is None:
        reasons = seen.memory.reasons(seen.context.lane, slugs)
    else:
        reasons = {slug: seen.derived[slug].reasons for slug in slugs if slug in seen.derived}
    found = {slug: lacking(reasons.get(slug)) for slug in slugs}
    if category is not None:
        for slug in slugs:
            found[slug] = _category_lack(seen.by_slug[slug], category, found[slug])
    return found


def _category_lack(entry: BoardEntry, category: CategorySpec, for_a_rank: tuple[str, ...]) -> tuple[str, ...]:
    """What keeps a model off a category's board: own votes there, and whatever it lacks for a rank."""
    place, name = entry.places.get(category.slug), display.in_sentence(category.name)
    lacks = [] if entry.ranked else list(for_a_rank)
    if place is None:
        # It may have results on benchmarks too few models took: these give no vote either.
        lacks.insert(0, f"no result on a benchmark with a par in {name}")
    elif not on_category_board(True, place.votes):
        lacks.insert(0, f"{_votes(place.votes)} of {rows.votes_needed()} own votes in {name}")
    return tuple(lacks)


def _votes(votes: float) -> str:
    """Own votes as printed beside the votes needed, which they miss."""
    return display.constant(float(display.beside(votes, [METHOD.category_votes], places=1)))
