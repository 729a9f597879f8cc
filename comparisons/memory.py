"""What this process remembers of the catalogue under its current standings.

Standings, results and prices are read once a process and revision, not once a request: every change of
public data is followed by new snapshots (`standing_store.recompute`), so what was read under one set of
snapshots holds as long as they are current. `current()` asks for the current snapshots, one query, and
hands out the memory that belongs to them; everything else is read the first time it is asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property
from threading import Lock
from uuid import UUID

from comparisons import benches, standing_store
from comparisons.boards import store as board_store
from comparisons.boards.store import BoardEntry
from comparisons.core.operations import quoted_price
from comparisons.core.records import Side
from comparisons.core.standing import Reason
from comparisons.models import StandingSnapshot
from comparisons.standing_store import LaneContext, NoStandings, PlacedModel
from models_catalog import run_shelf, snapshots
from models_catalog.core.specs import ModelSpec, PriceSpec, ResultRow
from models_catalog.snapshots import Operations

Board = tuple[tuple[BoardEntry, ...], dict[str, tuple[Reason, ...]]]

MOST_QUOTES = 8  # days and mixes
MOST_MODELS = 2_000  # models whose results and standings one process keeps


class Memory:
    """What was read under one set of current snapshots; `snapshots` gives their ids by lane."""

    def __init__(self, current: Mapping[str, UUID]):
        self.snapshots = dict(current)
        self._results: dict[str, tuple[ResultRow, ...]] = {}
        self._placed: dict[tuple[str, str], PlacedModel] = {}
        self._asked: set[tuple[str, str]] = set()
        self._sides: dict[tuple[str, str], Side] = {}
        self._quotes: dict[tuple[dt.date, tuple[int, int]], dict[str, PriceSpec]] = {}
        self._boards: dict[str, Board] = {}

    def context(self, lane: str) -> LaneContext:
        """What all pages of a lane share. Raises NoStandings."""
        if lane not in self.snapshots:
            raise NoStandings(lane)
        return standing_store.lane_context(self.snapshots[lane])

    def placed(self, lanes: Iterable[str], slugs: Iterable[str]) -> dict[str, dict[str, PlacedModel]]:
        """Published models with their standings, by lane and slug; unknown slugs are left out. At most one query."""
        wanted = [(lane, slug) for lane in lanes for slug in slugs]
        if missing := [pair for pair in wanted if pair not in self._asked]:
            self._make_room()
            lanes_asked = {lane for lane, _ in missing}
            unknown = any(
                not standing_store.lane_context.knows(pk) for pk in map(self.snapshots.get, lanes_asked) if pk
            )
            read = standing_store.placed_in_lanes(lanes_asked, {slug for _, slug in missing}, contexts=unknown)
            for lane, models in read.items():
                self._placed.update({(lane, slug): model for slug, model in models.items()})
            self._asked.update(pair for pair in missing if pair in self._placed)
        found: dict[str, dict[str, PlacedModel]] = {}
        for lane, slug in wanted:
            if (lane, slug) in self._placed:
                found.setdefault(lane, {})[slug] = self._placed[lane, slug]
        return found

    def sides(self, lane: str, slugs: Iterable[str]) -> dict[str, Side]:
        """Models ready to be compared in a lane, by slug; unknown ones are left out.

        At most three queries, and one more for each model whose answers are known question by question.
        """
        placed = self.placed((lane,), slugs).get(lane, {})
        for slug, model in placed.items():
            if (lane, slug) not in self._sides:
                results = self.results((slug,))
                answers = run_shelf.answers_behind(results)
                self._sides[lane, slug] = benches.seated({slug: model}, results, self.operations, answers)[slug]
        return {slug: self._sides[lane, slug] for slug in placed}

    def results(self, slugs: Iterable[str]) -> dict[str, tuple[ResultRow, ...]]:
        """Published and withdrawn results of some models, by slug. At most one query."""
        wanted = tuple(slugs)
        if missing := [slug for slug in wanted if slug not in self._results]:
            self._make_room()
            self._results.update(snapshots.public_results(missing))
        return {slug: self._results[slug] for slug in wanted}

    @cached_property
    def operations(self) -> Operations:
        """Prices and speeds of all published models. One query the first time."""
        return snapshots.operations()

    def quotes(self, day: dt.date, mix: tuple[int, int]) -> dict[str, PriceSpec]:
        """The price that speaks for each model on a day, for a mix of tokens, by slug; worked out once."""
        if (day, mix) not in self._quotes:
            if len(self._quotes) >= MOST_QUOTES:
                self._quotes.clear()
            found = {slug: quoted_price(prices, day, mix) for slug, prices in self.operations.prices.items()}
            self._quotes[day, mix] = {slug: price for slug, price in found.items() if price is not None}
        return self._quotes[day, mix]

    def entries(self, lane: str) -> tuple[BoardEntry, ...]:
        """Every published model of a lane's board with its category scores, by slug. One query the first time."""
        return self._board(lane)[0]

    def reasons(self, lane: str, slugs: Iterable[str]) -> dict[str, tuple[Reason, ...]]:
        """Why models have no rank, by slug; those without a counting result are left out. As `entries`."""
        found = self._board(lane)[1]
        return {slug: found[slug] for slug in slugs if slug in found}

    def _board(self, lane: str) -> Board:
        if lane not in self._boards:
            self._boards[lane] = board_store.board_with_reasons(lane)
        return self._boards[lane]

    def model(self, lane: str, slug: str) -> ModelSpec | None:
        """A published model's own facts, None for a slug that names none."""
        found = self.placed((lane,), (slug,)).get(lane, {}).get(slug)
        return found.model if found else None

    def _make_room(self) -> None:
        if len(self._results) > MOST_MODELS or len(self._placed) > 3 * MOST_MODELS:
            self._results, self._placed, self._asked, self._sides = {}, {}, set(), {}


_kept: Memory | None = None
_lock = Lock()


def current() -> Memory:
    """The memory of the current snapshots. One query."""
    global _kept
    now = dict(StandingSnapshot.objects.filter(current=True).values_list("lane", "pk"))
    with _lock:
        if _kept is None or not now or _kept.snapshots != now:
            _kept = Memory(now)
        return _kept
