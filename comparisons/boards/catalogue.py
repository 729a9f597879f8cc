"""The catalogue of models: facts first, standings beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from comparisons.boards import filter_form, rows
from comparisons.boards.board import PAGE_SIZE
from comparisons.boards.filters import BoardFilters
from comparisons.boards.store import BoardEntry
from comparisons.core.boards import Place
from comparisons.core.method import METHOD
from comparisons.core.model_values import REASONING_WORDS
from comparisons.memory import current
from comparisons.pages.base import LANE_LABELS, PageMeta, absolute, shortened
from models_catalog.core import display
from models_catalog.core.specs import PriceSpec

PATH = "/models/"


@dataclass(frozen=True)
class ModelLine(rows.BoardLine):
    """A model in the catalogue: its board line, and the facts the catalogue shows."""

    @property
    def standing_text(self) -> str:
        """Its rank range, or why there is none, in a few words."""
        if self.place is not None:
            return f"rank {self.range_text}"
        return "not ranked" if self.entry.overall is not None else "no score"

    @property
    def weights_text(self) -> str:
        """Open, closed or not published."""
        return {True: "open", False: "closed", None: display.NOT_PUBLISHED}[self.entry.model.open_weights]

    @property
    def reasoning_text(self) -> str:
        """Whether it reasons before it answers."""
        return REASONING_WORDS.get(self.entry.model.reasoning, display.NOT_PUBLISHED)

    @property
    def status_text(self) -> str:
        """Where it is in its life."""
        return self.entry.model.status


def model_line(entry: BoardEntry, price: PriceSpec | None, ranked: int) -> ModelLine:
    """One model as the catalogue prints it; `ranked` is how many models have a rank."""
    place = Place(entry.rank, entry.best, entry.worst, ranked) if entry.ranked else None
    return ModelLine(entry, place, entry.overall, entry.se, entry.results, None, (), price)


@dataclass(frozen=True)
class ModelsPage:
    """A page of the catalogue; `matching` models fit the filters, `total` are published."""

    filters: BoardFilters
    lines: tuple[ModelLine, ...]
    matching: int
    total: int
    lane: str
    fields: tuple[dict, ...]
    prices: Mapping[str, PriceSpec]
    meta: PageMeta
    path: str = PATH

    @property
    def basis(self) -> str:
        """How many models are listed and in which lane they stand."""
        if not self.total:
            return "No model has been entered yet."
        counted = display.counted(self.total, "model")
        shown = f"{display.count(self.matching)} of {counted}" if self.filters.narrowing else counted
        return f"{shown}. Scores are those of the {LANE_LABELS[self.lane].lower()} lane."

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter form has to keep in the address."""
        return filter_form.kept(self.filters, "lane", "sort")

    @property
    def caption(self) -> str:
        """Name of the table."""
        first = (self.filters.page - 1) * PAGE_SIZE + 1
        return f"Models {rows.range_text(first, first + len(self.lines) - 1)} of {display.count(self.matching)}"

    @property
    def pager(self) -> tuple[dict, ...]:
        """Links to the pages of the list."""
        return filter_form.pager(self.filters, self.path, self.matching, PAGE_SIZE)


def load_models(filters: BoardFilters, *, today: dt.date) -> ModelsPage:
    """The catalogue under some filters. Two queries: models with standings, prices."""
    lane = filters.lane_in_force
    memory = current()
    entries = memory.entries(lane)
    prices = memory.quotes(today, METHOD.price_mix)
    found = [entry for entry in entries if filters.admits(entry, prices.get(entry.model.slug))]
    found.sort(key=lambda entry: (entry.model.name.casefold(), entry.model.slug))
    if filters.sort_column:
        found = filters.sorted(found, prices)
    filters = replace(filters, page=max(1, min(filters.page, -(-len(found) // PAGE_SIZE))))
    shown = found[(filters.page - 1) * PAGE_SIZE : filters.page * PAGE_SIZE]
    ranked = sum(entry.ranked for entry in entries)
    return ModelsPage(
        filters=filters,
        lines=tuple(model_line(entry, prices.get(entry.model.slug), ranked) for entry in shown),
        matching=len(found),
        total=len(entries),
        lane=lane,
        fields=tuple(filter_form.fields(filters, entries, name=True)),
        prices=prices,
        meta=_meta(filters, len(entries)),
    )


def _meta(filters: BoardFilters, total: int) -> PageMeta:
    own_view = any(value for name, value in filters.parameters().items() if name != "page")
    page = {"page": str(filters.page)} if filters.page > 1 and not own_view else {}
    counted = display.counted(total, "language model")
    return PageMeta(
        title=f"{counted}: context, price, licence, standing" if total else "Language models",
        description=shortened(
            f"{counted} with release date, context window, price, licence and overall score; "
            "filter by lab, open weights, reasoning, price and context."
        ),
        canonical=absolute(BoardFilters().href(PATH, **page)),
        robots="noindex" if own_view else None,
    )
