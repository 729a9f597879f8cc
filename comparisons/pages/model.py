"""A model's own page: facts, standing, strengths and gaps, every result, price, rivals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from comparisons import board_store, standing_store
from comparisons.board_store import BoardEntry
from comparisons.core.boards import field_median
from comparisons.core.geometry import bar_from_zero
from comparisons.core.method import Z_CLEAR
from comparisons.core.operations import REASONING_WORDS, modality, quoted_price, quoted_speed
from comparisons.core.pairs import join
from comparisons.core.standing import ModelStanding
from comparisons.pages import lookup, price_history, rivals, rows
from comparisons.pages.base import LANE_LABELS, LANE_NOTES, PageMeta, absolute, address, lane_links, shortened
from comparisons.pages.breakdown import breakdown
from comparisons.pages.field_chart import field_strip
from comparisons.pages.lacking import lacking
from comparisons.pages.ledger import LedgerRow, ledger
from models_catalog import snapshots
from models_catalog.core import display
from models_catalog.core.specs import ModelSpec, PriceSpec, ResultRow, SpeedSpec

FEWEST_FOR_MEDIAN = 3  # models with own results in a category before its median says anything


@dataclass(frozen=True)
class CategoryLine:
    """A category as this model has it: its score, and how far that is from the field's median.

    `score` is None without own results. `compared` is above, below or about the median; None
    where one of the two is missing. A difference inside the 90 % margin is “about”.
    """

    slug: str
    name: str
    weight_text: str
    score: float | None
    se: float | None
    results: int
    median: float | None
    reach: float
    compared: str | None

    @property
    def href(self) -> str:
        """Path of the category's board."""
        return f"/categories/{self.slug}/"

    @property
    def score_text(self) -> str:
        """The score, or that nothing was measured."""
        return display.overall_score(self.score)

    @property
    def margin_text(self) -> str:
        """Its 90 % margin."""
        return "" if self.se is None else f"± {display.margin(Z_CLEAR * self.se)}"

    @property
    def results_text(self) -> str:
        """Own results behind the score."""
        return display.counted(self.results, "result")

    @property
    def median_text(self) -> str:
        """The field's median, or a dash."""
        return rows.DASH if self.median is None else display.overall_score(self.median)

    @property
    def difference(self) -> dict:
        """The bar from the median, for its component."""
        if self.score is None:
            return {"x": None, "says": display.NOT_MEASURED}
        if self.median is None:
            return {"x": None, "says": "too few models to compare with"}
        gap = self.score - self.median
        bar = bar_from_zero(gap, self.reach)
        right = gap >= 0
        return {
            "x": bar.x,
            "width": bar.width,
            "side": None if self.compared == "about" else "plain",
            "text": display.signed(gap),
            "text_x": 49 if right else 51,
            "anchor": "end" if right else "start",
            "says": f"{display.signed(gap)} against the median, {self.compared} it",
        }


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
    siblings: tuple[ModelSpec, ...]
    field: tuple[BoardEntry, ...]
    today: dt.date

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
            notes.append({"text": f"Last updated {display.date(self.newest)}", "iso": self.newest.isoformat(), "href": None})
        return notes

    @property
    def newest(self) -> dt.date | None:
        """The newest dated fact on the page that is not in the future."""
        days = [day for row in self.results for day in (row.row.measured_on, row.row.retrieved_on)]
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
    def lanes(self) -> list[dict]:
        """The lane switch."""
        return lane_links(self.path, self.context.lane)

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
            _fact("Overall score", display.overall_score(entry.overall), sub=None if entry.ranked else "an estimate"),
            _fact("90 % interval", f"{display.overall_score(entry.low)} to {display.overall_score(entry.high)}"),
        ]
        if entry.ranked:
            span = rows.range_text(entry.best, entry.worst)
            found.append(_fact("Rank range", f"{span} of {display.count(self.context.ranked)}"))
        own = sum(not cell.self_reported for cell in standing.cells if cell.share is not None)
        return [
            *found,
            _fact("Evidence", rows.GRADE_WORDS[entry.grade], sub=f"standard error {display.factor(entry.se)} points"),
            _fact("Counting results", display.count(entry.results), sub=f"{display.count(own)} not by its maker"),
            _fact("Test families", display.count(standing.families)),
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
    def shape_words(self) -> str:
        """Strengths and gaps in one or two sentences."""
        sentences = []
        if len(self.strengths) == len(self.categories) > 1:
            sentences.append("Above the median of the ranked models in every category.")
        elif self.strengths:
            sentences.append(f"Above the median of the ranked models in {_names(self.strengths)}.")
        if self.gaps:
            sentences.append(f"Below it in {_names(self.gaps)}." if self.strengths else f"Below the median in {_names(self.gaps)}.")
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
        return price_history.history_chart(self.name, self.prices, self.today)

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
                "links": [
                    {"href": a.rival.pair_href, "text": a.rival.model.name, "note": a.why} for a in alternatives
                ],
            }
            for title, alternatives in groups
            if alternatives
        ]

    @property
    def related(self) -> list[dict]:
        """Comparisons worth a look: siblings of the family, then the nearest rivals."""
        links: dict[str, dict] = {}
        for sibling in self.siblings:
            href = f"/compare/{join(self.model.slug, sibling.slug)}/"
            links[href] = {"href": href, "text": f"{self.name} vs {sibling.name}", "note": "same family"}
        for rival in self.near[:4]:
            note = "too close to call" if rival.too_close else f"{rival.gap_text} {rival.margin_text}"
            links.setdefault(
                rival.pair_href,
                {"href": rival.pair_href, "text": f"{self.name} vs {rival.model.name}", "note": note},
            )
        return list(links.values())

    @property
    def contents(self) -> list[dict]:
        """What is on this page."""
        entries = [("standing", "Standing"), ("shape", "Strengths and gaps"), ("results", "Every result")]
        entries += [("price", "Price"), ("facts", "Facts")]
        if self.near:
            entries.append(("rivals", "Rivals and alternatives"))
        return [{"id": anchor, "text": text} for anchor, text in entries]

    @property
    def meta(self) -> PageMeta:
        """Head of the page."""
        title = f"{self.name} by {self.model.lab_name}"
        if self.entry.ranked:
            title += f": rank {rows.range_text(self.entry.best, self.entry.worst)} of {display.count(self.context.ranked)}"
        query = {"lane": self.lane_asked}
        return PageMeta(
            title=title,
            description=shortened(f"{self.name}: {self.basis}"),
            canonical=absolute(self.path),
            robots="noindex" if self.lane_asked else None,
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
    return display.listed(rows.in_sentence(name) for name in names)


def _fact(label: str, text: str, sub: str | None = None, href: str | None = None) -> dict:
    return {"label": label, "text": text, "sub": sub, "href": href}


def model_facts(model: ModelSpec, speed: SpeedSpec | None) -> list[dict]:
    """Facts of a model for the facts component: what is unknown reads “not published”."""
    source = model.source_url or None

    def known(value, text: str) -> tuple[str, str | None]:
        return (text, source) if value else (display.NOT_PUBLISHED, None)

    rates = []
    if speed is not None and speed.output_tokens_per_second is not None:
        rates.append(display.speed(speed.output_tokens_per_second))
    if speed is not None and speed.time_to_first_token is not None:
        rates.append(f"{display.seconds(speed.time_to_first_token)} to the first token")
    at = f"at {speed.provider_name}" if rates else None
    weights = {True: "open", False: "closed", None: display.NOT_PUBLISHED}[model.open_weights]
    lines = [
        ("Lab", (model.lab_name, f"/labs/{model.lab}/"), None),
        ("Released", known(model.release_date, display.date(model.release_date, model.release_precision)), None),
        ("Status", (model.status, None), None),
        (
            "Knowledge cutoff",
            known(model.knowledge_cutoff, display.date(model.knowledge_cutoff, model.knowledge_cutoff_precision)),
            None,
        ),
        ("Context window", known(model.context_window, f"{display.tokens(model.context_window)} tokens"), None),
        ("Maximum output", known(model.max_output_tokens, f"{display.tokens(model.max_output_tokens)} tokens"), None),
        ("Takes", known(model.input_modalities, ", ".join(map(modality, model.input_modalities))), None),
        ("Gives", known(model.output_modalities, ", ".join(map(modality, model.output_modalities))), None),
        ("Reasoning", (REASONING_WORDS.get(model.reasoning, display.NOT_PUBLISHED), None), None),
        ("Weights", (weights, model.weights_url or None), None),
        ("Licence", (model.licence or display.NOT_PUBLISHED, None), None),
        ("Parameters", known(model.total_parameters, display.parameters(model.total_parameters)), _active(model)),
        ("Speed", (", ".join(rates) or display.NOT_MEASURED, (speed.source_url or None) if rates else None), at),
    ]
    return [_fact(label, text, sub, href) for label, (text, href), sub in lines]


def _active(model: ModelSpec) -> str | None:
    if not model.active_parameters or model.active_parameters == model.total_parameters:
        return None
    return f"{display.parameters(model.active_parameters)} active per token"


# ------------------------------------------------------------------ loading


def load_model(slug: str, *, today: dt.date, lane: str | None = None) -> ModelPage:
    """The page of a model. At most six queries: all models with their outcome, standings of the near ones,
    this one's results, prices and speeds, and once per process and snapshot the fit.

    Raises UnknownModel or MovedModel for a slug that names no published model.
    """
    asked, lane = lane, lane or settings.DEFAULT_LANE
    entries = board_store.board_entries(lane)
    entry = next((entry for entry in entries if entry.model.slug == slug), None)
    if entry is None:
        lookup.raise_unknown((slug,))
    context = board_store.context_of(entries, lane)
    wanted = rivals.candidates(entry, entries)
    placed = standing_store.placed_models(lane, (slug, *wanted))
    results = snapshots.public_results((slug,))[slug]
    operations = snapshots.operations((slug, *wanted))
    standing = placed[slug].standing if slug in placed else None
    standings = {s: placed[s].standing for s in wanted if s in placed and placed[s].standing is not None}
    models = {entry.model.slug: entry.model for entry in entries}
    near = rivals.rivals(context.fit, standing, standings, models) if standing is not None else ()
    quotes = rows.quotes(operations.prices, today)
    prices = operations.prices.get(slug, ())
    return ModelPage(
        model=entry.model,
        entry=entry,
        standing=standing,
        context=context,
        lane_asked=asked,
        categories=_category_lines(entry, standing, entries, context),
        results=_results(results, standing, context),
        prices=prices,
        speeds=operations.speeds.get(slug, ()),
        near=near,
        alternatives=rivals.alternatives(entry.model, quoted_price(prices, today, rows.PRICE_MIX), near, quotes),
        siblings=_siblings(entry.model, models),
        field=entries,
        today=today,
    )


def _category_lines(
    entry: BoardEntry,
    standing: ModelStanding | None,
    entries: tuple[BoardEntry, ...],
    context: standing_store.LaneContext,
) -> tuple[CategoryLine, ...]:
    medians = {c.slug: _median(c.slug, entries) for c in context.categories}
    own = standing.categories if standing is not None else {}
    reach = max(
        (abs(own[s].score - m) for s, m in medians.items() if s in entry.scores and s in own and m is not None),
        default=1.0,
    )
    lines = []
    for category in context.categories:
        mine = own.get(category.slug)
        if mine is not None and mine.carried:
            mine = None
        median = medians[category.slug]
        fit = context.fit.by_category.get(category.slug)
        lines.append(
            CategoryLine(
                slug=category.slug,
                name=category.name,
                weight_text=display.weight_share(fit.share) if fit is not None else rows.DASH,
                score=mine.score if mine else None,
                se=mine.se if mine else None,
                results=mine.results if mine else 0,
                median=median,
                reach=max(reach, 1.0) * 1.4,
                compared=_compared(mine, median),
            )
        )
    return tuple(lines)


def _median(category: str, entries: tuple[BoardEntry, ...]) -> float | None:
    found = [entry.scores[category] for entry in entries if entry.ranked and category in entry.scores]
    return field_median(found) if len(found) >= FEWEST_FOR_MEDIAN else None


def _compared(mine, median: float | None) -> str | None:
    if mine is None or median is None:
        return None
    if abs(mine.score - median) < Z_CLEAR * mine.se:
        return "about"
    return "above" if mine.score > median else "below"


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
        sorted(judged, key=lambda line: (line.benchmark.name.casefold(), line.benchmark.slug, not line.counts, line.row.uid))
    )


def _siblings(model: ModelSpec, models: Mapping[str, ModelSpec]) -> tuple[ModelSpec, ...]:
    """Up to three models of the same family and lab, the newest first."""
    found = [
        other
        for other in models.values()
        if model.family and other.family == model.family and other.lab == model.lab and other.slug != model.slug
    ]
    found.sort(key=lambda other: (other.release_date or dt.date.min, other.slug), reverse=True)
    return tuple(found[:3])
