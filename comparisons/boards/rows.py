"""Models in a row of a board: what every board, list and home page prints about one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from comparisons.boards.store import BoardEntry
from comparisons.core import geometry
from comparisons.core.boards import Place
from comparisons.core.method import METHOD
from comparisons.core.method_words import words
from comparisons.core.operations import blended, quoted_price
from comparisons.core.words import GRADES
from models_catalog.core import display
from models_catalog.core.specs import CategorySpec, PriceSpec

DASH = "–"


@dataclass(frozen=True)
class Column:
    """A category's column: its whole name, and a short one for the head."""

    slug: str
    name: str
    short: str
    href: str
    current: bool


@dataclass(frozen=True)
class BoardLine:
    """One model on a board: numbers in `entry`, `place` and `price`, texts for print.

    `score` and `se` are those of the board: overall, or of the category it ranks by. `lacks`
    says in words what keeps a model without a place from one. `scaled` tells whether the board
    has an interval column; `key` names the line among all of the process, None where it must not
    be kept.
    """

    entry: BoardEntry
    place: Place | None
    score: float | None
    se: float | None
    results: int
    interval: dict | None
    cells: tuple[str, ...]
    price: PriceSpec | None
    lacks: tuple[str, ...] = ()
    scaled: bool = True
    key: Hashable = None

    @property
    def name(self) -> str:
        """The model's name."""
        return self.entry.model.name

    @property
    def href(self) -> str:
        """Path of the model's page."""
        return f"/models/{self.entry.model.slug}/"

    @property
    def maker(self) -> str:
        """Lab, and that the weights are open where they are."""
        model = self.entry.model
        return f"{model.lab_name}, open weights" if model.open_weights else model.lab_name

    @property
    def place_text(self) -> str:
        """The rank, or a dash."""
        return DASH if self.place is None else display.count(self.place.rank)

    @property
    def range_text(self) -> str:
        """The rank range: “2 to 11”."""
        return "" if self.place is None else range_text(self.place.best, self.place.worst)

    @property
    def score_text(self) -> str:
        """The board's score."""
        return DASH if self.score is None else display.overall_score(self.score)

    @property
    def margin_text(self) -> str:
        """The margin of the board's score, or nothing."""
        return "" if self.se is None else f"± {display.margin(METHOD.z_clear * self.se)}"

    @property
    def grade_text(self) -> str:
        """The evidence grade as a word."""
        return GRADES.get(self.entry.grade, DASH)

    @property
    def results_text(self) -> str:
        """How many results count, and that editors' notes stand with some of the model's results."""
        noted = f"; {display.counted(self.entry.noted, 'note')}" if self.entry.noted else ""
        return display.counted(self.results, "result") + noted

    @property
    def price_text(self) -> str:
        """Input and output price: “1.25 / 10.00”, “free”, or that none is published."""
        return price_pair(self.price)

    @property
    def context_text(self) -> str:
        """The context window, or a dash."""
        window = self.entry.model.context_window
        return display.tokens(window) if window else DASH

    @property
    def released_text(self) -> str:
        """When the model was released."""
        model = self.entry.model
        return display.date(model.release_date, model.release_precision) if model.release_date else DASH

    @property
    def released_iso(self) -> str | None:
        """The release date for machines, as precise as it is known."""
        return iso_date(self.entry.model.release_date, self.entry.model.release_precision)


def plus_minus(score: float, se: float) -> str:
    """A score of ours with its margin."""
    return f"{display.overall_score(score)} ± {display.margin(METHOD.z_clear * se)}"


def iso_date(day: dt.date | None, precision: str) -> str | None:
    """A date for the `datetime` attribute, cut to what is known: 2025-08, 2025."""
    return None if day is None else day.isoformat()[: {"year": 4, "month": 7}.get(precision, 10)]


def range_text(best: int, worst: int) -> str:
    """A rank range in words: “1 to 3”, or one number where the place is certain."""
    return display.count(best) if best == worst else f"{display.count(best)} to {display.count(worst)}"


def price_pair(price: PriceSpec | None) -> str:
    """Input and output price in USD per 1M tokens, without the sign."""
    if price is None:
        return display.NOT_PUBLISHED
    if price.input == 0 and price.output == 0:
        return f"{display.FREE} at {price.provider_name}"
    return " / ".join(DASH if part is None else display.money_figure(part) for part in (price.input, price.output))


def columns(categories: Iterable[CategorySpec], current: str, link) -> tuple[Column, ...]:
    """Columns of all categories; `link` gives the address that ranks by one."""
    return tuple(Column(c.slug, c.name, c.short_name, link(c.slug), c.slug == current) for c in categories)


def mixed_price(price: PriceSpec | None) -> Decimal | None:
    """The blended price of a quote, None where either half is unknown."""
    return None if price is None else blended(price, METHOD.price_mix)


def quotes(prices: dict[str, tuple[PriceSpec, ...]], today: dt.date) -> dict[str, PriceSpec]:
    """The price that speaks for each model today, by slug."""
    found = ((slug, quoted_price(offers, today, METHOD.price_mix)) for slug, offers in prices.items())
    return {slug: price for slug, price in found if price is not None}


def interval_scale(bounds: Sequence[tuple[float, float]]) -> tuple[geometry.Scale | None, dict | None]:
    """The common axis of an interval column, and its head for the template; None without scores.

    Ticks at the very ends stay undrawn: their labels would reach into the next column.
    """
    if not bounds:
        return None, None
    scale = geometry.scale_around([end for pair in bounds for end in pair])
    inner = tuple(tick for tick in scale.ticks if 0 < tick.x < 100)
    return scale, {
        "ticks": inner,
        "label": f"{words()['interval']} interval, scale from {scale.low:g} to {scale.high:g}",
    }


def interval(
    scale: geometry.Scale | None, name: str, score: float | None, se: float | None, *, estimate: bool = False
) -> dict | None:
    """The band of one model on the column's axis, None without a score; an estimate is drawn open."""
    if scale is None or score is None or se is None:
        return None
    half = METHOD.z_clear * se
    band = geometry.band(scale, score - half, score, score + half)
    low, high = display.overall_score(score - half), display.overall_score(score + half)
    return {
        "side": None,
        "x": band.x,
        "width": band.width,
        "dot": band.dot,
        "open": estimate,
        "ticks": tuple(tick.x for tick in scale.ticks if 0 < tick.x < 100),
        "title": (
            f"{name}: {'about ' if estimate else ''}{display.overall_score(score)}, {words()['interval']} interval {low} to {high}"
        ),
    }


def category_cells(entry: BoardEntry, categories: Iterable[CategorySpec]) -> tuple[str, ...]:
    """The model's own category scores in page order, a dash where it has no result."""
    return tuple(display.overall_score(entry.scores[c.slug]) if c.slug in entry.scores else DASH for c in categories)


def votes_needed() -> str:
    """The own votes a place on a category's board needs."""
    return display.plain(METHOD.category_votes)
