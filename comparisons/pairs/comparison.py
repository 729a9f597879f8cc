"""The pair page: one frozen object that HTML, JSON, Markdown, card and feeds read.

`load_comparison_page` needs one query, whatever the size of the catalogue: which snapshots
are current. What they stand for is read once a process (see `comparisons.memory`): standings
with their models, results, prices with speeds, and the fit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.conf import settings

from comparisons import benches, standing_store
from comparisons.core import history, pairs
from comparisons.core.bench import Bench
from comparisons.core.records import NONE, Comparison, ScoreText, Side, Verdict
from comparisons.core.related import WORDS, related_pairs
from comparisons.core.standing import LaneFit, ModelStanding
from comparisons.core.verdict import verdict as derive_verdict
from comparisons.core.weights import WeightError, parse_weights
from comparisons.memory import Memory, current
from comparisons.pages import as_of, lookup
from comparisons.pages.base import LANE_NOTES, address
from comparisons.pairs.costs import Workload, work_out
from models_catalog import run_shelf, snapshots
from models_catalog.core import specs

# A page opens in the default lane, or in the first of these in which the two can be compared.
WEAKER_LANES = (specs.PROVISIONAL,)


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
    today: dt.date  # the day the page is about
    as_of: as_of.AsOf | None = None  # where that is an earlier day than today
    on_error: str = ""

    @property
    def on(self) -> str | None:
        """The earlier day the page is about as its address says it, None for today's page."""
        return self.as_of.day.isoformat() if self.as_of else None

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
    tokens_cached: str = "",
    tokens_a_request: str = "",
    on: str = "",
) -> ComparisonPage:
    """The page of a pair address such as “a-vs-b”, in whichever order its slugs stand.

    `on` is an earlier day as the address gives it: the page is then as it stood on that day.

    Raises `pairs.NotAPair` or `pairs.SamePair` for an address that is no pair, `UnknownModel`
    or `MovedModel` for a slug that names no published model.
    """
    one, other = pairs.canonical(*pairs.split(pair))
    lanes = (lane,) if lane else (settings.DEFAULT_LANE, *WEAKER_LANES)
    memory = current()
    placed = memory.placed(lanes, (one, other))
    found = placed.get(lanes[0], {})
    if not {one, other} <= found.keys():
        lookup.raise_unknown((one, other))
    known = _Known(memory, memory.results((one, other)), memory.operations, today)
    day, on_error = as_of.asked_day(on, today)
    then = known if day is None else known.on(day, placed[lanes[0]])

    def build(chosen: str, known: _Known = then) -> tuple[Comparison, standing_store.LaneContext, str]:
        return _compare_in_lane(placed[chosen], (one, other), known, weights, chosen)

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
    verdict, pair_slug = derive_verdict(comparison), pairs.join(one, other)
    since = None
    if day is not None:
        # Set against today's comparison in the same lane, with the same weights: lanes are never mixed.
        now, *_ = build(comparison.lane, known)
        bare = address(f"/compare/{pair_slug}/", lane=lane, w="" if weights_error else weights.strip())
        since = _since(comparison, verdict.headline, now, context, bare)
    return ComparisonPage(
        pair_slug=pair_slug,
        comparison=comparison,
        verdict=verdict,
        context=context,
        lane_asked=lane,
        lane_reason=lane_reason,
        weights_text="" if weights_error else weights.strip(),
        weights_error=weights_error,
        workload=work_out(comparison.sides, then.day, (tokens_in, tokens_out, tokens_cached, tokens_a_request)),
        related=_related(comparison, context),
        today=then.day,
        as_of=since,
        on_error=on_error,
    )


@dataclass(frozen=True)
class _Known:
    """What is known of two models on `day`; `derived` tells that their standings follow from these rows only."""

    memory: Memory
    results: Mapping[str, tuple[specs.ResultRow, ...]]
    operations: snapshots.Operations
    day: dt.date
    derived: bool = False

    def seated(self, lane: str, placed: Mapping[str, standing_store.PlacedModel]) -> dict[str, Side]:
        """Both models with what is known of them; today's are kept by the process."""
        if self.derived:
            return benches.seated(placed, self.results, self.operations, run_shelf.answers_behind(self.results))
        return self.memory.sides(lane, placed)

    def on(self, day: dt.date, placed: Mapping[str, standing_store.PlacedModel]) -> _Known:
        """What was known on an earlier day: nothing of a model that was not released yet."""
        out = [slug for slug in self.results if history.released_by(placed[slug].model, day)]
        found = self.operations
        return _Known(
            memory=self.memory,
            results={slug: history.known_rows(rows, day) if slug in out else () for slug, rows in self.results.items()},
            operations=snapshots.Operations(
                {slug: history.known_prices(found.prices.get(slug, ()), day) for slug in out},
                {slug: history.known_speeds(found.speeds.get(slug, ()), day) for slug in out},
            ),
            day=day,
            derived=True,
        )

    def standings(self, fit: LaneFit, context: standing_store.LaneContext) -> dict[str, ModelStanding | None]:
        """Both standings under a fit, worked out from the results known; without ranks, which need the whole field."""
        rows = [row for found in self.results.values() for row in found]
        derived = history.standings_on(fit, rows, context.benchmarks.values(), self.day)
        bare = {slug: replace(standing, rank=None, best=None, worst=None) for slug, standing in derived.items()}
        return {slug: bare.get(slug) for slug in self.results}


def _compare_in_lane(
    placed: Mapping[str, standing_store.PlacedModel],
    slugs: tuple[str, str],
    known: _Known,
    weights: str,
    lane: str,
) -> tuple[Comparison, standing_store.LaneContext, str]:
    context = standing_store.lane_context(placed[slugs[0]].snapshot)
    bench = Bench(context, known.seated(lane, placed), known.day)
    error = ""
    if weights.strip():
        try:
            bench = bench.reweighed(parse_weights(weights, context.categories))
        except (WeightError, ValueError) as problem:
            error = str(problem)
    if known.derived:
        bench = bench.standing_as(known.standings(bench.context.fit, context))
    return bench.pair(*slugs), context, error


def _since(
    then: Comparison, headline: str, now: Comparison, context: standing_store.LaneContext, today_href: str
) -> as_of.AsOf:
    """What a day's page says about itself and about what came after it."""
    day, today = then.today, now.today
    changes = [
        as_of.Change(f"Overall score of {side.model.name}", _score_words(before), _score_words(after))
        for side, before, after in zip(then.sides, then.overall.scores, now.overall.scores, strict=True)
    ]
    changes += as_of.differing("Verdict", headline, derive_verdict(now).headline)
    changes += as_of.differing(
        "Benchmarks shared", *(f"{len(c.shared.benchmarks)} of {c.shared.of}" for c in (then, now))
    )
    for side in now.sides:
        changes += as_of.price_change(side.model.name, side.prices, day, today)
    came, arrivals = as_of.arrivals(
        [(side.model, side.standing, side.results) for side in now.sides],
        context.benchmarks,
        day,
        lambda row: f"{today_href}#r-{row.benchmark}",
    )
    later = [side.model for side in now.sides if not history.released_by(side.model, day)]
    rows = [row for side in then.sides for row in side.results]
    said = as_of.notes(rows, later, day, ranks=False)
    return as_of.AsOf(day, today, today_href, said, tuple(changes), came, arrivals)


def _score_words(score: ScoreText | None) -> str:
    return f"{score.text} ± {score.margin_text}" if score else as_of.NO_SCORE


def _lane_reason(strict: Comparison, weak: Comparison) -> str:
    return (
        f"In the {strict.lane} lane the two share {len(strict.shared.benchmarks) or 'no'} "
        f"benchmark{'' if len(strict.shared.benchmarks) == 1 else 's'}, so this page counts in the {weak.lane} lane."
    )


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
