"""The pair page: one frozen object that HTML, JSON, Markdown, card and feeds read.

`load_comparison_page` needs at most four queries, whatever the size of the catalogue:
standings with their models, results, prices with speeds, and (once per process and
snapshot) the fit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from comparisons import standing_store
from comparisons.core import pairs, workload
from comparisons.core.compare import PRICE_MIX, compare
from comparisons.core.operations import quoted_price
from comparisons.core.records import NONE, Comparison, Side, Verdict
from comparisons.core.related import WORDS, related_pairs
from comparisons.core.scoring import reweigh, stand
from comparisons.core.verdict import verdict as derive_verdict
from comparisons.core.weights import WeightError, parse_weights
from comparisons.pages import lookup
from comparisons.pages.base import LANE_NOTES
from models_catalog import snapshots
from models_catalog.core import display, specs

# A page opens in the default lane, or in the first of these in which the two can be compared.
WEAKER_LANES = (specs.PROVISIONAL,)


@dataclass(frozen=True)
class Workload:
    """A typed workload and what it costs at each model, as texts."""

    tokens_in: str = ""
    tokens_out: str = ""
    error: str = ""
    costs: tuple[str, str] | None = None


@dataclass(frozen=True)
class RelatedPair:
    """Another comparison worth opening, and why."""

    path: str
    text: str
    reason: str


@dataclass(frozen=True)
class ComparisonPage:
    """Everything any output says about one pair."""

    pair_slug: str
    comparison: Comparison
    verdict: Verdict
    context: standing_store.LaneContext
    lane_asked: str | None
    lane_reason: str  # why the page is not in the default lane, or empty
    weights_text: str  # the reader's own weights as given, or empty
    weights_error: str
    workload: Workload
    related: tuple[RelatedPair, ...]
    today: dt.date

    @property
    def names(self) -> tuple[str, str]:
        """Both models' names."""
        first, second = self.comparison.sides
        return first.model.name, second.model.name

    @property
    def path(self) -> str:
        """Path of the HTML page without parameters."""
        return f"/compare/{self.pair_slug}/"

    def get_absolute_url(self) -> str:
        """Where the page lives."""
        return self.path

    @property
    def lane(self) -> str:
        """The lane the page counts in."""
        return self.comparison.lane

    @property
    def lane_note(self) -> str:
        """What the lane means, in words."""
        return LANE_NOTES[self.lane]


def load_comparison_page(
    pair: str,
    *,
    today: dt.date,
    lane: str | None = None,
    weights: str = "",
    tokens_in: str = "",
    tokens_out: str = "",
) -> ComparisonPage:
    """The page of a pair address such as “a-vs-b”, in whichever order its slugs stand.

    Raises `pairs.NotAPair` or `pairs.SamePair` for an address that is no pair, `UnknownModel`
    or `MovedModel` for a slug that names no published model.
    """
    one, other = pairs.canonical(*pairs.split(pair))
    lanes = (lane,) if lane else (settings.DEFAULT_LANE, *WEAKER_LANES)
    placed = standing_store.placed_in_lanes(lanes, (one, other))
    found = placed.get(lanes[0], {})
    if not {one, other} <= found.keys():
        lookup.raise_unknown((one, other))
    results = snapshots.public_results((one, other))
    operations = snapshots.operations((one, other))

    def build(chosen: str) -> tuple[Comparison, standing_store.LaneContext, str]:
        return _compare_in_lane(placed[chosen], (one, other), results, operations, today, weights)

    comparison, context, weights_error = build(lanes[0])
    lane_reason = ""
    for weaker in lanes[1:]:
        if comparison.overall.basis != NONE or weaker == comparison.lane or weaker not in placed:
            continue
        other_comparison, other_context, other_error = build(weaker)
        if other_comparison.overall.basis != NONE or (
            len(other_comparison.shared.benchmarks) > len(comparison.shared.benchmarks)
        ):
            lane_reason = _lane_reason(comparison, other_comparison)
            comparison, context, weights_error = other_comparison, other_context, other_error
    return ComparisonPage(
        pair_slug=pairs.join(one, other),
        comparison=comparison,
        verdict=derive_verdict(comparison),
        context=context,
        lane_asked=lane,
        lane_reason=lane_reason,
        weights_text="" if weights_error else weights.strip(),
        weights_error=weights_error,
        workload=_workload(comparison, today, tokens_in, tokens_out),
        related=_related(comparison, context),
        today=today,
    )


def _compare_in_lane(
    placed: Mapping[str, standing_store.PlacedModel],
    slugs: tuple[str, str],
    results: Mapping[str, tuple[specs.ResultRow, ...]],
    operations: snapshots.Operations,
    today: dt.date,
    weights: str,
) -> tuple[Comparison, standing_store.LaneContext, str]:
    context = standing_store.lane_context(placed[slugs[0]].snapshot)
    fit, standings = context.fit, {slug: placed[slug].standing for slug in slugs}
    error = ""
    if weights.strip():
        try:
            wanted = parse_weights(weights, context.categories)
            fit = reweigh(fit, wanted)
            standings = {slug: standing and stand(fit, slug, standing.cells) for slug, standing in standings.items()}
        except (WeightError, ValueError) as problem:
            error = str(problem)
            fit = context.fit
            standings = {slug: placed[slug].standing for slug in slugs}
    sides = [
        Side(
            model=placed[slug].model,
            standing=standings[slug],
            results=results[slug],
            prices=operations.prices.get(slug, ()),
            speeds=operations.speeds.get(slug, ()),
        )
        for slug in slugs
    ]
    compared = compare(
        fit,
        *sides,
        categories=context.categories,
        benchmarks=context.benchmarks,
        today=today,
        price_mix=PRICE_MIX,
        second_opinion=context.second_opinion,
    )
    return compared, context, error


def _lane_reason(strict: Comparison, weak: Comparison) -> str:
    return (
        f"In the {strict.lane} lane the two share {len(strict.shared.benchmarks) or 'no'} "
        f"benchmark{'' if len(strict.shared.benchmarks) == 1 else 's'}, so this page counts in the {weak.lane} lane."
    )


def _workload(comparison: Comparison, today: dt.date, tokens_in: str, tokens_out: str) -> Workload:
    if not tokens_in.strip() and not tokens_out.strip():
        return Workload()
    try:
        amounts = [workload.parse_tokens(text) if text.strip() else 0 for text in (tokens_in, tokens_out)]
    except workload.WorkloadError as error:
        return Workload(tokens_in[:40], tokens_out[:40], error=str(error))
    costs = tuple(_cost_text(side, today, amounts) for side in comparison.sides)
    return Workload(tokens_in.strip(), tokens_out.strip(), costs=costs)


def _cost_text(side: Side, today: dt.date, amounts: list[int]) -> str:
    price = quoted_price(side.prices, today, PRICE_MIX)
    amount = None if price is None else workload.cost(price, *amounts)
    return display.money(amount) if amount is None else f"{display.money(amount)} at {price.provider_name}"


def _related(comparison: Comparison, context: standing_store.LaneContext) -> tuple[RelatedPair, ...]:
    found = []
    for own, other, reason in related_pairs(comparison.slugs, context.neighbours):
        first, second = pairs.canonical(own, other)
        found.append(
            RelatedPair(
                path=f"/compare/{pairs.join(first, second)}/",
                text=f"{context.names[first]} vs {context.names[second]}",
                reason=f"{WORDS[reason]} {context.names[own]}",
            )
        )
    return tuple(found)
