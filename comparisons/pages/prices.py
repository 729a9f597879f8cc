"""Score against price: the front, blended prices at the reader's mix, the cost of a typed workload."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from urllib.parse import urlencode

from django.conf import settings

from comparisons.boards import rows
from comparisons.boards.catalogue import ModelLine, model_line
from comparisons.boards.filter_form import pager
from comparisons.boards.store import BoardEntry
from comparisons.core import workload
from comparisons.core.geometry import pareto_front
from comparisons.core.method import METHOD
from comparisons.core.operations import blended
from comparisons.memory import current
from comparisons.pages import price_chart
from comparisons.pages.base import LANE_LABELS, PageMeta, absolute
from comparisons.pages.parts import Link
from comparisons.pages.price_history import figure, since
from models_catalog.core import display
from models_catalog.core.specs import PriceSpec

PATH = "/prices/"
PAGE_SIZE = 50
CHANGES_SHOWN = 20
LARGEST_PART = 1000  # of a mix
LOG, LINEAR = "log", "linear"
BY_PRICE, BY_SCORE, BY_COST, BY_NAME = "price", "score", "cost", "name"
ORDERS = (BY_PRICE, BY_SCORE, BY_COST, BY_NAME)


@dataclass(frozen=True)
class PriceQuestion:
    """What the reader asks: mix, scale, order, workload; `errors` by field where a text was unusable."""

    mix: tuple[int, int] = field(default_factory=lambda: METHOD.price_mix)
    scale: str = LOG
    sort: str = BY_SCORE
    tokens: tuple[int, int] | None = None
    request: int | None = None  # input tokens of one request: above an offer's tier it costs the tier's price
    page: int = 1
    lane: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def mix_text(self) -> str:
        """The mix as its field shows it."""
        return f"{self.mix[0]}:{self.mix[1]}"

    def href(self, **changes: str) -> str:
        """The address of this page with some parameters changed."""
        said = {
            "lane": "" if self.lane in ("", settings.DEFAULT_LANE) else self.lane,
            "mix": "" if self.mix == METHOD.price_mix else self.mix_text,
            "scale": "" if self.scale == LOG else self.scale,
            "sort": "" if self.sort == BY_SCORE else self.sort,
            "in": self.typed.get("in", ""),
            "out": self.typed.get("out", ""),
            "request": self.typed.get("request", ""),
            **changes,
        }
        query = urlencode({name: value for name, value in said.items() if value})
        return f"{PATH}?{query}" if query else PATH


def read_question(query: Mapping[str, str], lane: str | None, page: int = 1) -> PriceQuestion:
    """Read the question out of an address; what cannot be read is left out and said."""
    errors: dict[str, tuple[str, ...]] = {}
    mix, tokens = METHOD.price_mix, None
    try:
        mix = parse_mix(query["mix"]) if query.get("mix", "").strip() else mix
    except ValueError as error:
        errors["mix"] = (str(error),)
    texts = [query.get(name, "").strip()[:40] for name in ("in", "out", "request")]
    amounts = []
    for name, text in zip(("in", "out", "request"), texts, strict=True):
        try:
            amounts.append(workload.parse_tokens(text) if text else 0)
        except workload.WorkloadError as error:
            errors[name] = (str(error),)
    if any(texts[:2]) and not errors.keys() & {"in", "out", "request"}:
        tokens = (amounts[0], amounts[1])
    sort = query.get("sort", BY_SCORE)
    return PriceQuestion(
        mix=mix,
        scale=LINEAR if query.get("scale") == LINEAR else LOG,
        sort=sort if sort in ORDERS and (sort != BY_COST or tokens) else BY_SCORE,
        tokens=tokens,
        request=amounts[2] if tokens and texts[2] else None,
        page=page,
        lane=lane or "",
        typed={"mix": query.get("mix", "")[:20], "in": texts[0], "out": texts[1], "request": texts[2]},
        errors=errors,
    )


def parse_mix(text: str) -> tuple[int, int]:
    """Parts of input to output tokens from “3:1”. Raises ValueError with a sentence."""
    parts = text.strip().split(":")
    if len(parts) == 2 and all(part.strip().isascii() and part.strip().isdigit() for part in parts):
        one, other = (int(part.strip()[:6]) for part in parts)
        if one + other > 0 and max(one, other) <= LARGEST_PART:
            return one, other
    raise ValueError(f"“{text.strip()[:20]}” is no mix. Write parts of input to output, such as 3:1 or 1:4.")


@dataclass(frozen=True)
class PriceLine:
    """A priced model: its quote, blended at the mix, and the cost of the workload."""

    line: ModelLine
    price: PriceSpec
    mixed: Decimal | None
    cost: Decimal | None
    on_front: bool
    tier_text: str = ""  # which of the offer's prices the workload is counted at, where not the plain ones

    @property
    def input_text(self) -> str:
        """Input price."""
        return figure(self.price.input)

    @property
    def output_text(self) -> str:
        """Output price."""
        return figure(self.price.output)

    @property
    def cached_text(self) -> str:
        """Cached input price."""
        return figure(self.price.cache_read)

    @property
    def mixed_text(self) -> str:
        """Blended price at the mix."""
        return figure(self.mixed)

    @property
    def cost_text(self) -> str:
        """What the typed workload costs."""
        return rows.DASH if self.cost is None else display.money(self.cost)

    @property
    def provider_href(self) -> str:
        """Whose price it is."""
        return f"/providers/{self.price.provider}/"

    @property
    def since_text(self) -> str:
        """Since when the price is known."""
        return since(self.price)


@dataclass(frozen=True)
class PricesPage:
    """The price page. `lines` is one page of `matching` priced models."""

    question: PriceQuestion
    lines: tuple[PriceLine, ...]
    matching: int
    unpriced: int
    chart: dict | None
    front: tuple[PriceLine, ...]
    changes: tuple[dict, ...]
    lane: str
    meta: PageMeta

    @property
    def basis(self) -> str:
        """How many models have a price, and what the front says."""
        if not self.matching:
            return "No current price is recorded yet."
        known = (
            f"{display.counted(self.matching, 'model')} with a current price, {display.count(self.unpriced)} without."
        )
        if not self.front:
            return known
        return (
            f"{known} {display.counted(len(self.front), 'ranked model')} on the front: no cheaper paid one has a higher "
            f"score in the {LANE_LABELS[self.lane].lower()} lane."
        )

    @property
    def mix_words(self) -> str:
        """The mix in words."""
        return f"{self.question.mix[0]} input to {self.question.mix[1]} output"

    @property
    def scales(self) -> tuple[Link, ...]:
        """The switch between a logarithmic and a linear price axis."""
        return tuple(
            Link(self.question.href(scale="" if scale == LOG else scale), label, current=self.question.scale == scale)
            for scale, label in ((LOG, "Logarithmic"), (LINEAR, "Linear"))
        )

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form keeps in the address."""
        pairs = (("lane", self.question.lane), ("scale", "" if self.question.scale == LOG else LINEAR))
        return [(name, value) for name, value in pairs if value]

    def sort_href(self, order: str) -> str:
        """The address in another order."""
        return self.question.href(sort="" if order == BY_SCORE else order)

    def sort_state(self, order: str) -> str | None:
        """How the table is sorted by a column, None where by another one."""
        if self.question.sort != order:
            return None
        return "descending" if order == BY_SCORE else "ascending"

    @property
    def pager(self) -> tuple[dict, ...]:
        """Links to the pages of the table."""
        filters = _Paged(self.question)
        return pager(filters, PATH, self.matching, PAGE_SIZE)


@dataclass(frozen=True)
class _Paged:
    """The question as the pager asks it."""

    question: PriceQuestion

    @property
    def page(self) -> int:
        return self.question.page

    def href(self, _path: str, page: str) -> str:
        return self.question.href(page=page)


def load_prices(question: PriceQuestion, *, today: dt.date) -> PricesPage:
    """The price page. Two queries: models with standings, all prices."""
    lane = question.lane or settings.DEFAULT_LANE
    memory = current()
    entries, operations = memory.entries(lane), memory.operations
    quotes = memory.quotes(today, question.mix)
    ranked = [e for e in entries if e.ranked and _mixed(quotes, e, question.mix) is not None]
    paid = [e for e in ranked if _mixed(quotes, e, question.mix) > 0]  # no price to rank by is lower than free
    points = [(float(_mixed(quotes, e, question.mix)), e.overall) for e in paid]
    front = [paid[index] for index in pareto_front(points)]
    on_front = {entry.model.slug for entry in front}
    number = sum(entry.ranked for entry in entries)

    def priced(entry: BoardEntry) -> PriceLine:
        price = quotes[entry.model.slug]
        cost = workload.cost(price, *question.tokens, request=question.request) if question.tokens else None
        tier = workload.tier_label(price, question.request) if cost is not None else ""
        mixed = blended(price, question.mix)
        return PriceLine(model_line(entry, price, number), price, mixed, cost, entry.model.slug in on_front, tier)

    listed = sorted((priced(e) for e in entries if e.model.slug in quotes), key=_order(question.sort))
    pages = max(1, -(-len(listed) // PAGE_SIZE))
    page = min(question.page, pages)
    asked = replace(question, page=page)
    return PricesPage(
        question=asked,
        lines=tuple(listed[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        matching=len(listed),
        unpriced=len(entries) - len(listed),
        chart=price_chart.price_scatter(
            [(e, _mixed(quotes, e, question.mix)) for e in ranked], on_front, logarithmic=question.scale == LOG
        ),
        front=tuple(priced(entry) for entry in front),
        changes=_changes(operations.prices, {e.model.slug: e for e in entries}, today),
        lane=lane,
        meta=_meta(asked),
    )


def _mixed(quotes: Mapping[str, PriceSpec], entry: BoardEntry, mix: tuple[int, int]) -> Decimal | None:
    price = quotes.get(entry.model.slug)
    return None if price is None else blended(price, mix)


def _order(sort: str):
    """Sort key of the table; models without the value come last, by score estimates after ranked models."""

    def key(line: PriceLine) -> tuple:
        name = (line.line.name.casefold(), line.line.entry.model.slug)
        entry = line.line.entry
        value = {
            BY_PRICE: line.mixed,
            BY_COST: line.cost,
            BY_SCORE: None if entry.overall is None else (not entry.ranked, -entry.overall),
            BY_NAME: 0,
        }[sort]
        return (value is None, value or 0, *name)

    return key


def _changes(
    prices: Mapping[str, tuple[PriceSpec, ...]], entries: Mapping[str, BoardEntry], today: dt.date
) -> tuple[dict, ...]:
    """The latest changes of a provider's price for a model, newest first, for the timeline component."""
    found = []
    for slug, periods in prices.items():
        if slug not in entries:
            continue
        by_provider: dict[str, list[PriceSpec]] = {}
        for price in periods:
            if price.valid_from is not None and price.valid_from <= today:
                by_provider.setdefault(price.provider, []).append(price)
        for own in by_provider.values():
            own.sort(key=lambda price: price.valid_from)
            for before, after in pairwise(own):
                if (before.input, before.output) != (after.input, after.output):
                    found.append((after.valid_from, slug, before, after))
    found.sort(key=lambda item: (-item[0].toordinal(), item[1], item[2].provider))
    return tuple(_entry(entries[slug], before, after) for _, slug, before, after in found[:CHANGES_SHOWN])


def _entry(entry: BoardEntry, before: PriceSpec, after: PriceSpec) -> dict:
    return {
        "iso": after.valid_from.isoformat(),
        "date": display.date(after.valid_from),
        "kind": None,
        "text": f"{entry.model.name} at {after.provider_name}",
        "href": f"/models/{entry.model.slug}/#price",
        "detail": (
            f"input {display.money(before.input)} → {display.money(after.input)}, "
            f"output {display.money(before.output)} → {display.money(after.output)}"
        ),
    }


def _meta(question: PriceQuestion) -> PageMeta:
    own_view = any(value for value in question.typed.values()) or question.href() != PATH or question.page > 1
    return PageMeta(
        title="Prices: score against price, blended, with history",
        description="Which language models no cheaper one beats, blended prices at your own mix of input and output, "
        "and what your workload costs.",
        canonical=absolute(PATH),
        robots="noindex" if own_view else None,
    )
