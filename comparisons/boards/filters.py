"""What a reader may ask of a board, and the address that says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.conf import settings

from comparisons.boards.rows import mixed_price
from comparisons.boards.store import BoardEntry
from comparisons.pages.base import address
from models_catalog.core.specs import PriceSpec

NAME, RESULTS, PRICE, CONTEXT, RELEASED = "name", "results", "price", "context", "released"
RANKED, TRACKED = "ranked", "tracked"
OPEN, CLOSED = "open", "closed"

# The direction in which a column is first sorted, and what an entry is sorted by (None goes last).
_LARGEST_FIRST = {RESULTS, CONTEXT, RELEASED}
SORTS = (NAME, RESULTS, PRICE, CONTEXT, RELEASED)


@dataclass(frozen=True)
class BoardFilters:
    """Filters as understood; what could not be understood is in `errors` (field to sentences).

    `typed` keeps the texts of the address, for the form. Empty means "any" everywhere.
    """

    lane: str = ""
    category: str = ""
    lab: str = ""
    q: str = ""  # part of a model's or lab's name
    weights: str = ""  # open, closed
    reasoning: str = ""  # yes, no
    price: Decimal | None = None  # blended, USD per 1M tokens, at most
    context: int | None = None  # tokens, at least
    status: str = ""
    sort: str = ""  # one of SORTS, with "-" before it to turn it round
    show: str = ""  # "tracked" for models without a rank
    page: int = 1
    own_weights: str = ""  # w=, as typed
    on: str = ""  # an earlier day, as typed; only the leaderboard has one
    fixed: tuple[str, ...] = ()  # parameters that the path says already
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def lane_in_force(self) -> str:
        """The lane asked for, or the site's own."""
        return self.lane or settings.DEFAULT_LANE

    @property
    def narrowing(self) -> bool:
        """Whether any filter leaves models out."""
        return bool(
            (self.lab and "lab" not in self.fixed)
            or self.q
            or self.weights
            or self.reasoning
            or self.status
            or self.price is not None
            or self.context is not None
        )

    def parameters(self) -> dict[str, str]:
        """What the address has to say for this very board."""
        said = {
            "lane": "" if self.lane == settings.DEFAULT_LANE else self.lane,
            "category": self.category,
            "lab": self.lab,
            "q": self.q,
            "weights": self.weights,
            "reasoning": self.reasoning,
            "price": self.typed.get("price", "") if self.price is not None else "",
            "context": self.typed.get("context", "") if self.context is not None else "",
            "status": self.status,
            "sort": self.sort,
            "show": self.show,
            "w": self.own_weights,
            "on": self.on,
            "page": str(self.page) if self.page > 1 else "",
        }
        return {name: value for name, value in said.items() if name not in self.fixed}

    def href(self, path: str, **changes: str) -> str:
        """The address of this board with some parameters changed; it starts on its first page again."""
        return address(path, **{**self.parameters(), "page": "", **changes})

    def without_own_weights(self) -> BoardFilters:
        """The same board under the site's own weights."""
        return replace(self, own_weights="")

    def admits(self, entry: BoardEntry, price: PriceSpec | None) -> bool:
        """Whether a model passes. An unknown value never does: it is neither cheap nor large nor open."""
        model = entry.model
        if self.lab and model.lab != self.lab:
            return False
        if self.q and not any(
            self.q.casefold() in text.casefold() for text in (model.name, model.slug, model.lab_name)
        ):
            return False
        if self.weights and model.open_weights is not (self.weights == OPEN):
            return False
        if self.reasoning and model.reasoning not in (("optional", "always") if self.reasoning == "yes" else ("no",)):
            return False
        if self.status and model.status != self.status:
            return False
        if self.context is not None and (model.context_window is None or model.context_window < self.context):
            return False
        if self.price is not None:
            mixed = mixed_price(price)
            return mixed is not None and mixed <= self.price
        return True

    # --- sorting -----------------------------------------------------------------

    @property
    def sort_column(self) -> str:
        """The column sorted by, empty for the board's own order."""
        return self.sort.lstrip("-")

    @property
    def needs_all_prices(self) -> bool:
        """Whether prices decide which models are shown, or in which order."""
        return self.price is not None or self.sort_column == PRICE

    def sort_state(self, column: str) -> str | None:
        """“ascending” or “descending” for the sorted column, else None."""
        if self.sort_column != column:
            return None
        descending = (column in _LARGEST_FIRST) != self.sort.startswith("-")
        return "descending" if descending else "ascending"

    def sort_href(self, path: str, column: str) -> str:
        """The address that sorts by a column; on the sorted one it turns the order round."""
        return self.href(path, sort=f"-{column}" if self.sort == column else column)

    def sorted(self, entries: list[BoardEntry], prices: Mapping[str, PriceSpec]) -> list[BoardEntry]:
        """Entries in the order asked for; models without the value come last either way."""
        key = self._key(prices)
        known = [entry for entry in entries if key(entry) is not None]
        unknown = [entry for entry in entries if key(entry) is None]
        known.sort(key=key, reverse=self.sort_state(self.sort_column) == "descending")
        return known + unknown

    def _key(self, prices: Mapping[str, PriceSpec]) -> Callable:
        return {
            NAME: lambda entry: entry.model.name.casefold(),
            RESULTS: lambda entry: entry.results,
            PRICE: lambda entry: mixed_price(prices.get(entry.model.slug)),
            CONTEXT: lambda entry: entry.model.context_window,
            RELEASED: lambda entry: entry.model.release_date,
        }[self.sort_column]


def statuses() -> tuple[str, ...]:
    """The states a model can be in, in the order of its life."""
    return ("announced", "preview", "available", "deprecated", "retired")
