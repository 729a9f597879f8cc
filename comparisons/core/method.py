"""The published constants of the method, in one place.

Every number that is a choice or a prior of the method stands here with its unit and its
meaning: the arithmetic computes with them, and rules, charts, pages and help texts print them
(`method_words.py`). Whatever follows from a constant is worked out when it is asked for, never
when a module is loaded, so that nothing can keep an older value. Changing a constant or a
formula is a new method: raise `METHODOLOGY` with it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

METHODOLOGY = "2"
# The day on which the level of the anchor models is read off; see `comparisons.core.scale`.
SCALE_REFERENCE = dt.date(2026, 1, 1)

# percent -> points: 50 % is 50, each +10 about doubles the odds of a right answer, straight lines between
PERCENT_KNOTS = (0.0, 3.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 95.0, 97.0, 100.0)
POINT_KNOTS = (0.0, 0.0, 8.0, 18.0, 30.0, 38.0, 44.0, 50.0, 56.0, 62.0, 70.0, 82.0, 92.0, 100.0, 100.0)

HIGH, GOOD, MODERATE, LOW = "high", "good", "moderate", "low"


class Constant(NamedTuple):
    """One constant as the methodology page prints it."""

    name: str
    value: float
    unit: str
    meaning: str


@lru_cache(maxsize=8)
def _quantile(probability: float) -> float:
    """The standard normal quantile: how many standard errors a probability asks for."""
    return NormalDist().inv_cdf(probability)


def _constant(value: float, unit: str, meaning: str) -> float:
    return field(default=value, metadata={"unit": unit, "meaning": meaning})


@dataclass(frozen=True, slots=True)
class Method:
    """All constants of the method; `METHOD` is the one instance in use."""

    step: float = _constant(10.0, "points", "what one doubling of the odds, or of an open scale, is worth")
    middle: float = _constant(50.0, "points", "50 % right, or a result equal to a scale's anchor")
    elo_step: float = _constant(60.0, "Elo", "rating difference that is worth one step")
    models_per_benchmark: int = _constant(4, "models", "a benchmark gets a par from this many models on")
    kappa: float = _constant(2.0, "votes", "votes at a model's own overall lead behind every category")
    spread_prior: float = _constant(10.0, "models", "imaginary models with spread 1 behind every spread")
    spread_min: float = _constant(0.5, "", "least spread a benchmark is believed to have")
    spread_max: float = _constant(2.0, "", "largest spread a benchmark is believed to have")
    spread_rounds: int = _constant(12, "rounds", "fixed number of rounds in which spreads are found")
    sigma_prior: float = _constant(9.0, "points", "scatter of one result, until the data speak")
    omega_prior: float = _constant(4.5, "points", "SD of a speciality in one category, until the data speak")
    omega_min: float = _constant(1.0, "points", "least SD of a speciality that is believed")
    variance_prior: float = _constant(50.0, "degrees of freedom", "weight of the two priors above")
    scatter_prior: float = _constant(5.0, "results", "weight of the common scatter in that of a single benchmark")
    scatter_min: float = _constant(3.0, "points", "no benchmark is believed to scatter less than this")
    scatter_votes: float = _constant(2.0, "votes", "other votes a model needs to tell how far a benchmark strays")
    maker_sd: float = _constant(4.0, "points", "SD between makers of how much self-reporting flatters")
    lead_reach: float = _constant(15.0, "points", "a lead counts at most this far from the model's median lead")
    lead_reach_results: int = _constant(3, "results", "results a model needs before its leads are held to that")
    anchor_models: int = _constant(12, "models", "well-tested models that fix the level of the scale, at least")
    offset_models: int = _constant(30, "models", "models with both kinds of rows before an offset is applied")
    offset_z: float = _constant(2.0, "standard errors", "the estimate must exceed this many to be applied")
    offset_grain: float = _constant(0.5, "points", "the applied offset is rounded down to this")
    offset_max: float = _constant(10.0, "points", "largest offset ever applied")
    grade_high: float = _constant(2.5, "points", "largest standard error of the grade high")
    grade_good: float = _constant(3.25, "points", "largest standard error of the grade good")
    grade_moderate: float = _constant(4.25, "points", "largest standard error of the grade moderate and of a rank")
    rank_families: int = _constant(6, "families", "test families a rank needs")
    rank_independent_families: int = _constant(
        2, "families", "test families with a result its maker did not report, for a rank"
    )
    rank_categories: int = _constant(3, "categories", "categories with own results a rank needs")
    rank_coverage: float = _constant(0.5, "share", "weight those categories must hold for a rank")
    rank_family_share: float = _constant(0.5, "share", "most of a ranked score that one family may carry")
    category_votes: float = _constant(2.0, "votes", "own votes a place on a category's board needs")
    rank_tie: float = _constant(0.05, "points", "overall scores equal after rounding to this share a rank")
    clear: float = _constant(0.95, "probability", "from here on a lead is clear")
    likely: float = _constant(0.80, "probability", "from here on a lead is likely; below, too close to call")
    shared_benchmarks: int = _constant(
        3, "benchmarks", "shared benchmarks a clear lead needs, and a comparison on those alone"
    )
    estimate_families: int = _constant(3, "families", "test families an overall score needs to be compared")
    least_variance: float = _constant(
        1e-9, "points squared", "no difference of two scores is believed to be surer than this"
    )
    saturated_models: int = _constant(8, "models", "models needed to call a benchmark saturated")
    saturated_quantile: float = _constant(0.85, "quantile", "the model whose result decides about saturation")
    saturated_percent: float = _constant(95.0, "percent", "a result from here on means saturated")
    report_scatter: float = _constant(
        3.0, "points", "scatter of one report on a percent or doubling scale, the number of questions apart"
    )
    report_scatter_elo: float = _constant(1.5, "points", "scatter of one report on an Elo scale, its votes apart")
    report_pair: float = _constant(1.41, "times", "scatter of the difference of two reports over that of one")
    setup_scatter: float = _constant(
        1.5, "times", "how much farther two reports scatter when evaluator, harness or effort differ"
    )
    items_unknown: int = _constant(200, "questions", "what a test without a known number of questions is taken to have")
    attempts_unknown: int = _constant(
        1, "attempts", "attempts a figure is taken to be the mean of, unless it says more"
    )
    elo_error: float = _constant(10.0, "Elo", "standard error of a rating without interval and votes")
    elo_error_one_vote: float = _constant(347.0, "Elo", "standard error of a rating times the root of its votes")
    doubling_error: float = _constant(0.35, "share", "standard error of a value on a doubling scale without interval")
    tail_freedom: int = _constant(
        5, "degrees of freedom", "of the t distribution that bounds a single test's probability"
    )
    most_sure: float = _constant(0.99, "probability", "the most that is ever printed")
    noticeable: float = _constant(0.05, "share", "prices, speeds and limits closer than this count as level")
    noticeable_tokens: float = _constant(0.20, "share", "limits of tokens closer than this count as level")
    noticeable_days: int = _constant(80, "days", "knowledge cutoffs closer than this count as level")
    conceivable: float = _constant(
        20.0,
        "points",
        "a score further than this from a model's level on a test is no answer to what would turn a call",
    )
    price_in: int = _constant(3, "parts", "input tokens in a blended price")
    price_out: int = _constant(1, "parts", "output tokens in a blended price")
    mostly_own: float = _constant(0.5, "share", "results reported by its maker from which on it is said of a model")
    opinion_places: int = _constant(10, "places", "a rank by another method that is further off is mentioned")

    @property
    def z_clear(self) -> float:
        """Standard errors at which a lead is clear; also the half-width of intervals.

        One quantile serves intervals, rank ranges and the word "clear", so they cannot disagree.
        """
        return _quantile(self.clear)

    @property
    def z_likely(self) -> float:
        """Standard errors at which a lead is likely."""
        return _quantile(self.likely)

    @property
    def rare_difference(self) -> float:
        """How far two reports of one result rarely lie apart, in points, however many the questions."""
        return self.z_clear * self.report_pair * self.report_scatter

    @property
    def interval(self) -> float:
        """The share of cases an interval of `z_clear` standard errors either way covers."""
        return 2 * self.clear - 1

    @property
    def noticeable_ratio(self) -> Decimal:
        """Larger over smaller of two prices, speeds or limits from which on they differ."""
        return 1 + Decimal(repr(self.noticeable))

    @property
    def noticeable_tokens_ratio(self) -> Decimal:
        """Larger over smaller of two limits of tokens from which on they differ."""
        return 1 + Decimal(repr(self.noticeable_tokens))

    @property
    def price_mix(self) -> tuple[int, int]:
        """Input to output tokens of every blended price that a reader does not mix anew."""
        return self.price_in, self.price_out

    def grade(self, se: float) -> str:
        """Return the evidence grade of an overall score with standard error `se`."""
        for word, limit in (
            (HIGH, self.grade_high),
            (GOOD, self.grade_good),
            (MODERATE, self.grade_moderate),
        ):
            if se <= limit:
                return word
        return LOW


METHOD = Method()


def constants() -> tuple[Constant, ...]:
    """List every constant with unit and meaning, in reading order."""
    return tuple(
        Constant(item.name, getattr(METHOD, item.name), item.metadata["unit"], item.metadata["meaning"])
        for item in fields(METHOD)
    )
