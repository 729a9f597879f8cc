"""The words everyone speaks: plain records of what the catalogue knows.

Tables (`models_catalog.models`) are turned into these records in one place,
`models_catalog.snapshots`; scoring, comparisons, verdicts and mails read records
and never a database row. `None` always means "not known" or "not measured".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from models_catalog.core.price_terms import PriceTerm

HIGHER, LOWER, NOT_COMPARABLE = "higher", "lower", "not_comparable"

INDEPENDENT, PROVIDER_REPORTED, UNKNOWN, GENERATED = (
    "independent",
    "provider-reported",
    "unknown",
    "generated",
)
EVALUATED, DATE_PUBLISHED, RECORDED = "evaluated", "published", "recorded"  # what a result's date may mean
DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"

# Source tiers, best first: whose word a result is (docs/method.md, "Which row counts").
TIER_BOARD, TIER_INDEPENDENT, TIER_PAPER, TIER_MAKER, TIER_AGGREGATOR, TIER_UNKNOWN = range(6)
SELF_REPORTED_FROM = TIER_MAKER  # tiers from here on are treated as reported by the maker

RETIRED = "retired"  # a model's status

DEFAULT_EFFORT = 12  # a row that names no reasoning effort

# lane -> which published rows take part
PROVISIONAL, VERIFIED, INDEPENDENT_LANE = "provisional", "verified", "independent"
LANES = (VERIFIED, PROVISIONAL, INDEPENDENT_LANE)

WHOLE_NAME = 8  # characters up to which a category's name fits a narrow column


def is_part(items_run: int | None, items: int | None) -> bool:
    """Whether a run left out items of its benchmark; unknown counts as a full run."""
    return items_run is not None and items is not None and items_run < items


def returns_to_itself(slug: str, follows: Mapping[str, str]) -> bool:
    """Whether the line of successors of `slug` comes back to it; `follows`: benchmark → its successor or ""."""
    passed = set()
    successor = follows.get(slug, "")
    while successor and successor not in passed:
        if successor == slug:
            return True
        passed.add(successor)
        successor = follows.get(successor, "")
    return False


@dataclass(frozen=True, slots=True)
class CategorySpec:
    """A category of ability; `weight` is its editable share (any positive scale).

    `short` is its name in a narrow column where an editor gave one, `colour` that of its mark as
    “#1f7a8c”, empty without one.
    """

    slug: str
    name: str
    position: int
    weight: float
    short: str = ""
    colour: str = ""

    @property
    def short_name(self) -> str:
        """The name for a narrow column: the editor's, the name where it fits, else its beginning."""
        if self.short or len(self.name) <= WHOLE_NAME:
            return self.short or self.name
        return self.name.split()[0][:6]


@dataclass(frozen=True, slots=True)
class BenchmarkSpec:
    """A test and how its raw scores become points (scoring.md, normalisation).

    `floor` is a guesser's score, `best` the best attainable one (`best < floor` for
    lower-is-better); `anchor` serves the `elo` and `doubling` kinds. `weight` 0 means
    display only, with the reason in `display_reason`.
    """

    slug: str
    name: str
    category: str | None
    family: str
    unit: str
    direction: str
    kind: str  # "percent", "elo", "doubling" or "other" (never scored)
    floor: float | None
    best: float | None
    anchor: float | None
    maximum: float | None
    weight: float
    display_reason: str = ""
    version: str = ""
    description: str = ""
    source_url: str = ""
    items: int | None = None  # scored items of a full run
    attempts: int | None = None  # a result is usually the mean over so many attempts at each item
    items_source: str = ""
    retired_on: dt.date | None = None
    superseded_by: str = ""  # slug of the benchmark that took its place

    @property
    def weighted(self) -> bool:
        """Whether results on this benchmark may count towards scores."""
        return self.weight > 0 and self.category is not None and self.kind != "other"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One reported score of one model on one benchmark, in the benchmark's own unit.

    `uid` orders ties and must be stable across databases: the dataset's row id where
    there is one, else the primary key as text. `id` addresses the row on this site.

    `source_url` says whose figure it is, `read_at` where it was really read. `evaluator` is
    who ran it (a maker's slug, the name of a board or body), `harness` the software, agent
    or board it ran in. `attempts` is the k of a mean over k attempts at each item;
    `items_run` tells of a run on a part of the items, which is never `standard`; `stderr`
    is the published standard error in the benchmark's unit.
    """

    id: int
    uid: str
    model: str
    benchmark: str
    score: Decimal
    variant: str = ""
    method: str = ""
    standard: bool = True
    effort: int = DEFAULT_EFFORT
    source_kind: str = UNKNOWN
    source_tier: int = TIER_UNKNOWN
    source_url: str = ""
    measured_on: dt.date | None = None
    date_kind: str = ""  # what `measured_on` is the day of: evaluated, published, recorded, or not said
    read_on: dt.date | None = None
    dataset: str = ""
    state: str = PUBLISHED
    note: str = ""
    withdrawn_reason: str = ""
    read_at: str = ""
    evaluator: str = ""
    harness: str = ""
    attempts: int | None = None
    items_run: int | None = None
    stderr: Decimal | None = None

    @property
    def self_reported(self) -> bool:
        """Whether the row is the maker's own word or of unknown origin (tiers 3 to 5)."""
        return self.source_tier >= SELF_REPORTED_FROM

    @property
    def evaluated_on(self) -> dt.date | None:
        """The day it was measured, where the source says that: a date of publication is none."""
        return self.measured_on if self.date_kind == EVALUATED else None


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A language model as the catalogue knows it. Token counts are whole tokens."""

    slug: str
    name: str
    lab: str
    lab_name: str
    family: str = ""
    release_date: dt.date | None = None
    release_precision: str = "day"
    knowledge_cutoff: dt.date | None = None
    knowledge_cutoff_precision: str = "day"
    context_window: int | None = None
    max_output_tokens: int | None = None
    reasoning: str = "unknown"  # no, optional, always, unknown
    open_weights: bool | None = None
    licence: str = ""
    total_parameters: int | None = None
    active_parameters: int | None = None
    input_modalities: tuple[str, ...] = ()
    output_modalities: tuple[str, ...] = ()
    status: str = "available"
    weights_url: str = ""
    source_url: str = ""
    read_at: str = ""
    read_on: dt.date | None = None

    def out_by(self, day: dt.date) -> bool:
        """Whether it was released by a day; without a release date it is taken to have been."""
        return self.release_date is None or self.release_date <= day

    @property
    def retired(self) -> bool:
        """Whether it can no longer be had."""
        return self.status == RETIRED


@dataclass(frozen=True, slots=True)
class PriceSpec:
    """What one provider charges for one model over one period, USD per 1M tokens.

    The period is [valid_from, valid_to): the end day is not part of it. `terms` are the
    prices under conditions (batch, long inputs, audio …). `offered` is False where the model is
    retired: then the last price ended on a day nobody recorded, and none is current.
    """

    model: str
    provider: str
    provider_name: str
    first_party: bool
    input: Decimal | None
    output: Decimal | None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    observed_on: dt.date | None = None
    source_url: str = ""
    terms: tuple[PriceTerm, ...] = ()
    read_at: str = ""
    note: str = ""
    offered: bool = True


@dataclass(frozen=True, slots=True)
class SpeedSpec:
    """A speed measurement: output tokens per second and seconds to the first token.

    Of several `runs` they are the medians, `speed_range` and `first_token_range` the least and the most.
    `suspect` holds the reason why the figures are no measurement, or is empty.
    """

    model: str
    provider: str
    provider_name: str
    first_party: bool
    output_tokens_per_second: Decimal | None
    time_to_first_token: Decimal | None
    measured_on: dt.date | None = None
    source_url: str = ""
    suspect: str = ""
    runs: int | None = None
    prompt_tokens: int | None = None
    region: str = ""
    speed_range: tuple[Decimal | None, Decimal | None] = (None, None)
    first_token_range: tuple[Decimal | None, Decimal | None] = (None, None)
