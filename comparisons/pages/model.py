"""A model's own page: facts, standing, strengths and gaps, every result, price, rivals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from comparisons import standing_store
from comparisons.boards import rows
from comparisons.boards import store as board_store
from comparisons.boards.lacking import lacking
from comparisons.boards.store import BoardEntry
from comparisons.core import history
from comparisons.core.method import METHOD
from comparisons.core.method_words import words
from comparisons.core.operations import quoted_price, quoted_speed
from comparisons.core.pairs import join
from comparisons.core.standing import ModelStanding
from comparisons.core.words import GRADES
from comparisons.memory import current
from comparisons.pages import as_of, lookup, price_history, rivals
from comparisons.pages.base import LANE_LABELS, LANE_NOTES, PageMeta, absolute, address, lane_links, shortened
from comparisons.pages.breakdown import breakdown
from comparisons.pages.field_chart import field_strip
from comparisons.pages.ledger import LedgerRow, ledger
from comparisons.pages.model_parts import CategoryLine, category_lines, fact, model_facts
from comparisons.pages.model_seen import seen_on, seen_today, since
from comparisons.pages.parts import Link
from comparisons.pages.score_chart import score_chart, score_line
from models_catalog.core import display
from models_catalog.core.specs import ModelSpec, PriceSpec, ResultRow, SpeedSpec

RELATED = 6  # related comparisons at most, as far as close ones fill them up


@dataclass(frozen=True)
class ModelPage:
    """Everything any output says about one model in one lane.

    `standing` is None without a counting result; `entry` always stands for the model.
    """

    model: ModelSpec
    entry: BoardEntry
    standing: ModelStanding | None
    context: standing_store.LaneContext
    lane_asked: str | None
    categories: tuple[CategoryLine, ...]
    results: tuple[LedgerRow, ...]
    prices: tuple[PriceSpec, ...]
    speeds: tuple[SpeedSpec, ...]
    near: tuple[rivals.Rival, ...]
    alternatives: rivals.Alternatives
    field: tuple[BoardEntry, ...]
    today: dt.date  # the day the page is about
    as_of: as_of.AsOf | None = None  # where that is an earlier day than today
    on_error: str = ""

    @property
    def on(self) -> str | None:
        """The earlier day the page is about as its address says it, None for today's page."""
        return self.as_of.day.isoformat() if self.as_of else None

    @property
    def path(self) -> str:
        """Path of the page."""
        return f"/models/{self.model.slug}/"

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def crumbs(self) -> list[dict]:
        """Where the page hangs."""
        return [
            {"text": "Models", "href": "/models/"},
            {"text": self.model.lab_name, "href": f"/labs/{self.model.lab}/"},
        ]

    @cached_property
    def basis(self) -> str:
        """The finding in one or two sentences."""
        if self.standing is None or self.entry.overall is None:
            return f"Tracked, without a score in the {self.lane_label.lower()} lane: {display.listed(self.lacks)}."
        score = rows.plus_minus(self.entry.overall, self.entry.se)
        behind = f"{self.entry.grade} evidence from {display.counted(self.entry.results, 'result')}"
        if not self.entry.ranked:
            return f"Tracked, not ranked: an estimate of {score} overall, {behind}."
        return (
            f"Rank {rows.range_text(self.entry.best, self.entry.worst)} of {display.count(self.context.ranked)} "
            f"with an overall score of {score}, {behind}."
        )

    @property
    def notes(self) -> list[dict]:
        """Lane, status and date under the title."""
        notes = [{"text": f"Lane: {self.lane_label.lower()}", "href": "/methodology/#lanes", "iso": None}]
        if self.model.status != "available":
            notes.append({"text": f"Status: {self.model.status}", "href": None, "iso": None})
        if self.newest:
            notes.append(
                {"text": f"Last updated {display.date(self.newest)}", "iso": self.newest.isoformat(), "href": None}
            )
        return notes

    @property
    def newest(self) -> dt.date | None:
        """The newest dated fact on the page that is not in the future."""
        days = [day for row in self.results for day in (row.row.measured_on, row.row.read_on)]
        days += [day for price in self.prices for day in (price.valid_from, price.observed_on)]
        days += [self.model.release_date]
        return max((day for day in days if day and day <= self.today), default=None)

    @property
    def lane_label(self) -> str:
        """The lane's name."""
        return LANE_LABELS[self.context.lane]

    @property
    def lane_note(self) -> str:
        """What the lane means."""
        return f"{self.lane_label}: {LANE_NOTES[self.context.lane]}."

    @property
    def lanes(self) -> tuple[Link, ...]:
        """The lane switch."""
        return lane_links(self.path, self.context.lane, on=self.on)

    @property
    def kept_for_days(self) -> list[tuple[str, str]]:
        """Parameters that the form for another day keeps."""
        return [("lane", self.lane_asked)] if self.lane_asked else []

    @property
    def first_day(self) -> str:
        """The earliest day there is to show."""
        return as_of.FIRST_DAY.isoformat()

    @property
    def lacks(self) -> tuple[str, ...]:
        """What the model lacks for a rank; empty for a ranked one."""
        if self.entry.ranked:
            return ()
        return lacking(self.standing.reasons if self.standing is not None else None)

    # --- standing ---------------------------------------------------------------

    @property
    def standing_facts(self) -> list[dict]:
        """The standing in figures."""
        entry, standing = self.entry, self.standing
        if standing is None or entry.overall is None:
            return []
        found = [
            fact("Overall score", display.overall_score(entry.overall), sub=None if entry.ranked else "an estimate"),
            fact(
                f"{words()['interval']} interval",
                f"{display.overall_score(entry.low)} to {display.overall_score(entry.high)}",
            ),
        ]
        if entry.ranked:
            span = rows.range_text(entry.best, entry.worst)
            found.append(fact("Rank range", f"{span} of {display.count(self.context.ranked)}"))
        own = sum(not cell.self_reported for cell in standing.cells if cell.share is not None)
        return [
            *found,
            fact("Evidence", GRADES[entry.grade], sub=f"standard error {display.factor(entry.se)} points"),
            fact("Counting results", display.count(entry.results), sub=f"{display.count(own)} not by its maker"),
            fact("Test families", display.count(standing.families)),
        ]

    @cached_property
    def field_strip(self) -> dict | None:
        """Every ranked model as a dot on one scale, with this model's interval above; None without a score."""
        if self.entry.overall is None:
            return None
        return field_strip(self.entry, self.field)

    @cached_property
    def breakdown(self) -> dict | None:
        """The pencil sum, None without an overall score."""
        if self.standing is None:
            return None
        by_id = {line.row.id: line.row for line in self.results}
        context = self.context
        return breakdown(self.model, self.standing, context.fit, context.categories, context.benchmarks, by_id)

    @property
    def strengths(self) -> tuple[str, ...]:
        """Categories clearly above the field's median."""
        return tuple(line.name for line in self.categories if line.compared == "above")

    @property
    def gaps(self) -> tuple[str, ...]:
        """Categories clearly below the field's median."""
        return tuple(line.name for line in self.categories if line.compared == "below")

    @property
    def has_shape(self) -> bool:
        """Whether the model has a score in any category."""
        return any(line.score is not None for line in self.categories)

    @property
    def shape_words(self) -> str:
        """Strengths and gaps in one or two sentences."""
        if not self.has_shape:
            return "No category has a score of this model in this lane, so there is nothing to set against the field."
        sentences = []
        if len(self.strengths) == len(self.categories) > 1:
            sentences.append("Above the median of the ranked models in every category.")
        elif self.strengths:
            sentences.append(f"Above the median of the ranked models in {_names(self.strengths)}.")
        if self.gaps:
            sentences.append(
                f"Below it in {_names(self.gaps)}." if self.strengths else f"Below the median in {_names(self.gaps)}."
            )
        missing = [line.name for line in self.categories if line.score is None]
        if not sentences and any(line.compared for line in self.categories):
            sentences.append("No category differs from the median of the ranked models by more than its margin.")
        if missing:
            sentences.append(f"Not measured in {_names(missing)}.")
        return " ".join(sentences)

    # --- results ------------------------------------------------------------------

    @property
    def result_groups(self) -> list[dict]:
        """The ledger by category in page order; what never counts comes last."""
        names = {category.slug: category.name for category in self.context.categories}
        groups: dict[str | None, list[LedgerRow]] = {slug: [] for slug in names} | {None: []}
        for line in self.results:
            weighted = line.benchmark.weighted and line.benchmark.category in names
            groups[line.benchmark.category if weighted else None].append(line)
        return [
            {
                "name": names.get(slug, "Shown, never counted"),
                "sub": f"{display.count(sum(line.counts for line in lines))} of {display.count(len(lines))} count",
                "rows": lines,
            }
            for slug, lines in groups.items()
            if lines
        ]

    @property
    def results_lead(self) -> str:
        """What the ledger holds."""
        counting = sum(line.counts for line in self.results)
        return (
            f"{display.counted(len(self.results), 'reported result')}, {display.count(counting)} of them counting in "
            "this lane. Where a row does not count, the reason stands with it."
        )

    # --- price, speed, facts ----------------------------------------------------------

    @cached_property
    def offers(self) -> tuple[price_history.OfferLine, ...]:
        """Current offers, the quoted one first."""
        return price_history.offer_lines(self.prices, self.today)

    @cached_property
    def price_chart(self) -> dict | None:
        """Price history of the quoted offer, None before it ever changed."""
        return price_history.history_chart(self.name, self.prices, self.today, self._last_text)

    @cached_property
    def score_chart(self) -> dict | None:
        """How the overall score came about, None while it never changed."""
        reported = [line.row for line in self.results]
        line = score_line(None, self.name, reported, self.context.fit, self.context.benchmarks, self.today)
        return score_chart([line], self.today, self._last_text)

    @property
    def _last_text(self) -> str:
        """What the charts call the day they end with."""
        return display.date(self.today) if self.as_of else "today"

    @property
    def facts(self) -> list[dict]:
        """Facts with their source; unknown ones say so."""
        return model_facts(self.model, quoted_speed(self.speeds, self.today))

    # --- neighbours ---------------------------------------------------------------------

    @property
    def nearest(self) -> tuple[rivals.Rival, ...]:
        """The models whose overall score is closest, best first."""
        return tuple(sorted(self.near[: rivals.NEAREST], key=lambda rival: -rival.score))

    @property
    def alternative_groups(self) -> list[dict]:
        """Alternatives of similar strength, by what they offer more of."""
        found = self.alternatives
        groups = (("Cheaper", found.cheaper), ("Open weights", found.open), ("Longer context", found.longer))
        return [
            {
                "title": title,
                "links": [{"href": a.rival.pair_href, "text": a.rival.model.name, "note": a.why} for a in alternatives],
            }
            for title, alternatives in groups
            if alternatives
        ]

    @property
    def related(self) -> list[dict]:
        """Comparisons chosen by use: nearest rival, sibling, similar price, open alternative, other close ones."""
        links: dict[str, dict] = {}

        def add(slug: str, name: str, note: str) -> None:
            href = f"/compare/{join(self.model.slug, slug)}/"
            links.setdefault(href, {"href": href, "text": f"{self.name} vs {name}", "note": note})

        for reason, slug in self.context.neighbours.get(self.model.slug, {}).items():
            if slug in self.context.names:
                add(slug, self.context.names[slug], reason)
        for rival in self.near:
            if rival.too_close and len(links) < RELATED:
                add(rival.model.slug, rival.model.name, "too close to call")
        return list(links.values())

    @property
    def contents(self) -> list[dict]:
        """What is on this page."""
        entries = [("since", "What changed since")] if self.as_of else []
        entries += [("standing", "Standing"), ("shape", "Strengths and gaps"), ("results", "Every result")]
        entries += [("price", "Price"), ("facts", "Facts")]
        if self.near:
            entries.append(("rivals", "Rivals and alternatives"))
        return [{"id": anchor, "text": text} for anchor, text in entries]

    @property
    def meta(self) -> PageMeta:
        """Head of the page."""
        title = f"{self.name} by {self.model.lab_name}"
        if self.entry.ranked:
            title += (
                f": rank {rows.range_text(self.entry.best, self.entry.worst)} of {display.count(self.context.ranked)}"
            )
        if self.as_of:
            title += f" (as of {display.date(self.as_of.day)})"
        query = {"lane": self.lane_asked, "on": self.on}
        return PageMeta(
            title=title,
            description=shortened(f"{self.name}: {self.basis}"),
            canonical=absolute(self.path),
            robots="noindex" if self.lane_asked or self.as_of else None,
            type="article",
            alternates=tuple(
                {"type": mime, "href": address(f"/models/{self.model.slug}.{suffix}", **query), "title": title}
                for suffix, mime, title in (
                    ("json", "application/json", "This model as JSON"),
                    ("md", "text/markdown", "This model as Markdown"),
                )
            ),
        )


def _names(names) -> str:
    return display.listed(display.in_sentence(name) for name in names)


# ------------------------------------------------------------------ loading


def load_model(slug: str, *, today: dt.date, lane: str | None = None, on: str = "") -> ModelPage:
    """The page of a model. At most six queries: all models with their outcome, standings of the near ones,
    this one's results, prices and speeds, and once per process and snapshot the fit. `on` is an earlier day
    as the address gives it: then all models' results, and no standings but this one's of today.

    Raises UnknownModel or MovedModel for a slug that names no published model.
    """
    asked, lane = lane, lane or settings.DEFAULT_LANE
    memory = current()
    entries = memory.entries(lane)
    entry = next((entry for entry in entries if entry.model.slug == slug), None)
    if entry is None:
        lookup.raise_unknown((slug,))
    context = board_store.context_of(entries, lane)
    day, on_error = as_of.asked_day(on, today)
    seen = seen_today(entry, entries, context, memory) if day is None else seen_on(day, entry, entries, context, memory)
    operations = memory.operations
    every_price = operations.prices.get(slug, ())
    standing, about = seen.standings.get(slug), day or today
    models = {entry.model.slug: entry.model for entry in seen.field}
    others = {other: seen.standings[other] for other in seen.wanted if other in seen.standings}
    near = rivals.rivals(seen.context.fit, standing, others, models) if standing is not None else ()
    quotes = rows.quotes({near: operations.prices.get(near, ()) for near in (slug, *seen.wanted)}, about)
    out = day is None or history.released_by(entry.model, day)
    prices = history.known_prices(every_price, about) if day and out else every_price if out else ()
    speeds = operations.speeds.get(slug, ())
    return ModelPage(
        model=entry.model,
        entry=seen.entry,
        standing=standing,
        context=seen.context,
        lane_asked=asked,
        categories=category_lines(seen.entry, standing, seen.field, seen.context),
        results=_results(seen.results, standing, seen.context),
        prices=prices,
        speeds=history.known_speeds(speeds, about) if out else (),
        near=near,
        alternatives=rivals.alternatives(entry.model, quoted_price(prices, about, METHOD.price_mix), near, quotes),
        field=seen.field,
        today=about,
        as_of=since(day, today, asked, entry, context, seen, every_price) if day else None,
        on_error=on_error,
    )


def _results(
    results: tuple[ResultRow, ...], standing: ModelStanding | None, context: standing_store.LaneContext
) -> tuple[LedgerRow, ...]:
    shares: Mapping[int, str] = {}
    if standing is not None:
        counted = [cell for cell in standing.cells if cell.share is not None]
        printed = display.shares_adding_up([100 * cell.share for cell in counted])
        shares = {cell.result: f"{share} %" for cell, share in zip(counted, printed, strict=True)}
    unfitted = [b.slug for b in context.fit.benchmarks if not b.fitted]
    judged = ledger(results, context.benchmarks, context.lane, shares, unfitted)
    return tuple(
        sorted(
            judged,
            key=lambda line: (line.benchmark.name.casefold(), line.benchmark.slug, not line.counts, line.row.uid),
        )
    )
