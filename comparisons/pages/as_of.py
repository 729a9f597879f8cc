"""A page as it stood on an earlier day (`?on=2026-03-01`), and what changed since.

The page of a day is the page of today with less known: the same functions derive scores, words
and prices from the results and periods known by that day, under today's pars and weights. This
module reads the address, and says what a reader should know about the day and what came after.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from comparisons.core.history import known_rows, known_since
from comparisons.core.method import METHOD
from comparisons.core.operations import quoted_price
from comparisons.core.standing import ModelStanding
from models_catalog.core import display
from models_catalog.core.specs import BenchmarkSpec, ModelSpec, PriceSpec, ResultRow

FIRST_DAY = dt.date(2017, 1, 1)  # no model of this kind is older
WEIGHTIEST = 3  # results that came since, named one by one
NO_SCORE = "no score"
NO_PRICE = "no price known"
_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Change:
    """One quantity of the page on the day and today, as texts; `then` and `now` may be equal."""

    what: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A result that counts today and was not known on the day, as a sentence with its row's address."""

    text: str
    result: int
    href: str


@dataclass(frozen=True)
class AsOf:
    """What a page says about the day it shows.

    `notes` are sentences about what the day's page rests on; `changes` come in the order of the
    page; `came` counts today's counting results that were not known yet, and `arrivals` names the
    weightiest of them. `left_out` says, where there are more changes than are listed, how many.
    """

    day: dt.date
    today: dt.date
    today_href: str
    notes: tuple[str, ...]
    changes: tuple[Change, ...]
    came: int
    arrivals: tuple[Arrival, ...] = ()
    left_out: str = ""

    @property
    def title(self) -> str:
        """What the page is."""
        return f"As it stood on {display.date(self.day)}"

    @property
    def since_title(self) -> str:
        """Head of the section about what came later."""
        return f"What changed since {display.date(self.day)}"

    @property
    def heads(self) -> tuple[str, str]:
        """Heads of the two columns: the day and today."""
        return display.date(self.day), f"Today, {display.date(self.today)}"

    @property
    def came_text(self) -> str:
        """How many counting results came since."""
        if not self.came:
            return "No result that counts today came since."
        came = f"{display.counted(self.came, 'result')} that count{'s' if self.came == 1 else ''} today came since"
        return f"{came}; these weigh most:" if len(self.arrivals) < self.came and self.arrivals else f"{came}."


# ------------------------------------------------------------------ the address


def asked_day(text: str, today: dt.date) -> tuple[dt.date | None, str]:
    """Read `on=`: the day, or None with a sentence that says what is wrong; None and nothing for no text."""
    text = text.strip()
    if not text:
        return None, ""
    try:
        day = dt.date.fromisoformat(text) if _FORM.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        return None, f"“{text[:20]}” is no date. Write it as year, month and day, such as {today.isoformat()}."
    if day > today:
        return None, f"{display.date(day)} lies in the future. The latest day there is to show is today."
    if day < FIRST_DAY:
        return None, f"{display.date(day)} is too early. The first day there is to show is {display.date(FIRST_DAY)}."
    return day, ""


# ------------------------------------------------------------------ what the day's page rests on


def notes(
    rows: Iterable[ResultRow], models: Iterable[ModelSpec], day: dt.date, *, ranks: bool = True
) -> tuple[str, ...]:
    """Sentences about a day's page: what is of the day, what is of today, and which rows carry no date.

    `rows` are those known on the day; `models` those of the page that were not released yet. With
    `ranks` False the page says where the ranks of the day are.
    """
    said = [
        "Only results and prices known by that day are used, under today’s pars, weights and method. Limits, licence "
        "and status are those of today, and a result withdrawn since stays withdrawn."
    ]
    said += [
        f"{model.name} was released on {display.date(model.release_date, model.release_precision)}, after that day: "
        "nothing about it is counted here."
        if model.release_precision == "day"
        else f"{model.name} was released later ({display.date(model.release_date, model.release_precision)}): "
        "nothing about it is counted here."
        for model in models
    ]
    undated = sum(known_since(row) is None for row in rows)
    if undated:
        carry = "carries" if undated == 1 else "carry"
        counted = "is" if undated == 1 else "are"
        said.append(f"{display.counted(undated, 'result')} {carry} no date and {counted} taken as known then.")
    if not ranks:
        said.append("Ranks need the whole field; the leaderboard of that day has them.")
    return tuple(said)


# ------------------------------------------------------------------ what changed since


def price_text(prices: Iterable[PriceSpec], day: dt.date) -> str:
    """The price that speaks for a model on a day, in USD per 1M tokens."""
    price = quoted_price(prices, day, METHOD.price_mix)
    if price is None:
        return NO_PRICE
    return f"{display.money(price.input)} in, {display.money(price.output)} out at {price.provider_name}"


def price_change(name: str, prices: Sequence[PriceSpec], day: dt.date, today: dt.date) -> tuple[Change, ...]:
    """The change of a model's quoted price between two days, if there is one."""
    return differing(f"Price of {name}", price_text(prices, day), price_text(prices, today))


def differing(what: str, then: str, now: str) -> tuple[Change, ...]:
    """The change between two texts, if there is one."""
    return (Change(what, then, now),) if then != now else ()


def arrivals(
    sides: Iterable[tuple[ModelSpec, ModelStanding | None, Sequence[ResultRow]]],
    benchmarks: Mapping[str, BenchmarkSpec],
    day: dt.date,
    href: Callable[[ResultRow], str],
) -> tuple[int, tuple[Arrival, ...]]:
    """How many of today's counting results were not known on the day, and the weightiest of them.

    `sides` give each model with its standing of today and all its results; `href` where a page
    shows a row. Weights are shares of today's overall score, as its own page prints them.
    """
    came = []
    for model, standing, rows in sides:
        known, by_id = {row.id for row in known_rows(rows, day)}, {row.id: row for row in rows}
        counted = [cell for cell in standing.cells if cell.share is not None] if standing is not None else []
        printed = display.shares_adding_up([100 * cell.share for cell in counted])
        for cell, share in zip(counted, printed, strict=True):
            row = by_id.get(cell.result)
            if row is not None and row.id not in known:
                came.append((-cell.share, model.slug, row.benchmark, _arrival(model, row, benchmarks, share, href)))
    came.sort(key=itemgetter(0, 1, 2))
    return len(came), tuple(arrival for *_, arrival in came[:WEIGHTIEST])


def _arrival(
    model: ModelSpec, row: ResultRow, benchmarks: Mapping[str, BenchmarkSpec], share, href: Callable[[ResultRow], str]
) -> Arrival:
    benchmark = benchmarks[row.benchmark]
    score = display.benchmark_score(row.score, benchmark.unit)
    when = (
        display.dated(row.measured_on, row.date_kind)
        if row.measured_on
        else f"first seen {display.date(known_since(row))}"
    )
    text = f"{model.name} on {benchmark.name}: {score}, {share} % of its score, {when}"
    return Arrival(text, row.id, href(row))
