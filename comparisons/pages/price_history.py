"""What a model costs where, and how that changed: offers and the price history chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from comparisons.boards.rows import DASH
from comparisons.core import geometry, plots
from comparisons.core.history import known_prices
from comparisons.core.method import METHOD
from comparisons.core.operations import blended, current_prices, quoted_price
from comparisons.core.result_words import host, read_text
from models_catalog.core import display
from models_catalog.core.specs import PriceSpec

HEIGHT = 160
HEADROOM = 12  # px above the highest value and below the lowest


@dataclass(frozen=True)
class OfferLine:
    """A provider's current price, or one of an earlier period; all texts without the sign."""

    provider: str
    provider_name: str
    first_party: bool
    quoted: bool
    input_text: str
    output_text: str
    cached_text: str
    blended_text: str
    since_text: str
    source_text: str
    source_url: str
    read_text: str = ""
    note_text: str = ""

    @property
    def href(self) -> str:
        """Path of the provider's page."""
        return f"/providers/{self.provider}/"

    @property
    def note(self) -> str:
        """What is special about the offer."""
        words = ["its maker" if self.first_party else "", "quoted on this site" if self.quoted else ""]
        return ", ".join(filter(None, words))


def figure(value: Decimal | None) -> str:
    """A price for a column whose head names the unit; a dash where none is published."""
    return DASH if value is None else display.money_figure(value)


def since(price: PriceSpec) -> str:
    """From when a price is known."""
    if price.valid_from is not None:
        return f"since {display.date(price.valid_from)}"
    return f"seen on {display.date(price.observed_on)}" if price.observed_on else "undated"


def offer_line(price: PriceSpec, quoted: PriceSpec | None) -> OfferLine:
    """One offer as its table prints it."""
    return OfferLine(
        provider=price.provider,
        provider_name=price.provider_name,
        first_party=price.first_party,
        quoted=price is quoted,
        input_text=figure(price.input),
        output_text=figure(price.output),
        cached_text=figure(price.cache_read),
        blended_text=figure(blended(price, METHOD.price_mix)),
        since_text=since(price),
        source_text=host(price.source_url),
        source_url=price.source_url,
        read_text=read_text(price.read_at),
        note_text=price.note.rstrip("."),
    )


def offer_lines(prices: Iterable[PriceSpec], today: dt.date) -> tuple[OfferLine, ...]:
    """Every provider's current price, the maker's own first, then the cheapest."""
    prices = tuple(prices)
    quoted = quoted_price(prices, today, METHOD.price_mix)

    def order(price: PriceSpec) -> tuple:
        mixed = blended(price, METHOD.price_mix)
        return price is not quoted, mixed is None, mixed or Decimal(0), price.provider

    return tuple(offer_line(price, quoted) for price in sorted(current_prices(prices, today), key=order))


def dated_periods(prices: Iterable[PriceSpec], today: dt.date) -> tuple[PriceSpec, ...]:
    """The dated periods of the offer that speaks for a model, oldest first."""
    prices = known_prices(prices, today)  # of a retired model too: what it cost is history
    quoted = quoted_price(prices, today, METHOD.price_mix)
    if quoted is None:
        return ()
    own = [p for p in prices if p.provider == quoted.provider and p.valid_from is not None and p.valid_from <= today]
    return tuple(sorted(own, key=lambda price: price.valid_from))


def history_chart(name: str, prices: Iterable[PriceSpec], today: dt.date, last_text: str = "today") -> dict | None:
    """Steps of input and output price over time with an equal table; None with fewer than two periods.

    `last_text` names the day the chart ends with.
    """
    periods = dated_periods(prices, today)
    if len(periods) < 2:
        return None
    known = [value for price in periods for value in (price.input, price.output) if value is not None]
    scale = geometry.scale_around([0.0, *(float(value) for value in known)], most_ticks=4, least_span=0.01)
    start, end = periods[0].valid_from.toordinal(), today.toordinal()

    def x(day: dt.date) -> float:
        return geometry.place(day.toordinal(), start, end)

    def y(value: Decimal) -> float:
        return plots.down(scale.place(float(value)), HEIGHT, HEADROOM)

    provider = periods[0].provider_name
    return {
        "height": HEIGHT,
        "title": f"Price of {name} at {provider}",
        "desc": "; ".join(_period_words(price) for price in periods),
        "y_ticks": [{"y": plots.down(tick.x, HEIGHT, HEADROOM), "text": tick.text} for tick in scale.ticks],
        "x_ticks": [{"x": 0.0, "text": display.month(periods[0].valid_from)}, {"x": 100.0, "text": last_text}],
        "lines": [
            {"side": None, "points": points}
            for points in (_steps(periods, today, x, y, "input"), _steps(periods, today, x, y, "output"))
            if points
        ],
        "dots": [
            {
                "side": None,
                "x": x(price.valid_from),
                "y": y(value),
                "title": f"{word}: {display.money(value)}, {since(price)}",
            }
            for price in periods
            for word, value in (("Input", price.input), ("Output", price.output))
            if value is not None
        ],
        "caption": f"USD per 1M tokens at {provider}; the upper line is output, the lower one input.",
        "table": {
            "label": f"Price periods at {provider}",
            "heads": [
                {"text": text, "num": bool(text != "From"), "side": None} for text in ("From", "Input", "Output")
            ],
            "rows": [
                {
                    "label": display.date(price.valid_from),
                    "href": price.source_url or None,
                    "cells": [figure(price.input), figure(price.output)],
                }
                for price in reversed(periods)
            ],
        },
    }


def _steps(periods, today: dt.date, x, y, which: str) -> str:
    """A step line: a price holds until the next one begins, or until it ended."""
    points = []
    for number, price in enumerate(periods):
        value = getattr(price, which)
        if value is None:
            continue
        following = periods[number + 1].valid_from if number + 1 < len(periods) else today
        end = min(price.valid_to or following, following, today)
        points += [f"{x(price.valid_from):g},{y(value):g}", f"{x(end):g},{y(value):g}"]
    return " ".join(points)


def _period_words(price: PriceSpec) -> str:
    return f"{since(price)} {display.money(price.input)} in, {display.money(price.output)} out"
