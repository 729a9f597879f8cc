"""What the open API answers, as schemas: field names are those of the JSON twins."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from ninja import Schema
from pydantic import Field

Lane = Literal["verified", "provisional", "independent"]
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
PAIR = r"^[a-z0-9]+(-[a-z0-9]+)*-vs-[a-z0-9]+(-[a-z0-9]+)*$"


class Problem(Schema):
    """An error after RFC 9457; `detail` is a sentence for people."""

    type: str
    title: str
    status: int
    detail: str
    near: list[str] = Field(default=[], description="Addresses that may be the ones meant.")


class Listed(Schema):
    """What every list says about itself."""

    revision: int = Field(description="Number of the dataset revision.")
    next: str | None = Field(description="Cursor of the next page, null at the end.")


class Model(Schema):
    """A language model as the catalogue knows it; null is “not published”. Token counts are whole tokens."""

    slug: str
    name: str
    lab: str
    lab_name: str
    family: str
    release_date: dt.date | None
    release_precision: str = Field(description="day, month or year: how much of the date is known.")
    knowledge_cutoff: dt.date | None
    knowledge_cutoff_precision: str
    context_window: int | None
    max_output_tokens: int | None
    reasoning: str = Field(description="no, optional, always or unknown.")
    open_weights: bool | None
    licence: str
    total_parameters: int | None
    active_parameters: int | None
    input_modalities: list[str]
    output_modalities: list[str]
    status: str
    weights_url: str
    source_url: str
    read_at: str = Field(description="Where these facts were really read, if not at the source address itself.")
    read_on: dt.date | None


class Standing(Schema):
    """Where a model stands in a lane; the numbers are null for a model outside the common scale."""

    score: float | None
    low: float | None = Field(description="Lower end of the interval; the methodology page says how wide it is.")
    high: float | None = Field(description="Upper end of the interval.")
    text: str = Field(description="The score as every page prints it.")
    grade: str | None
    ranked: bool
    rank: int | None
    rank_best: int | None
    rank_worst: int | None
    results: int = Field(description="Counting results on the common scale.")
    categories: dict[str, float] = Field(description="Category slug to score, own results only.")


class ModelDetail(Model):
    """A model with its standings, by lane."""

    revision: int
    standings: dict[str, Standing]


class ModelList(Listed):
    """A page of models."""

    items: list[Model]


class Benchmark(Schema):
    """A test and how its scores become points."""

    slug: str
    name: str
    category: str | None
    family: str
    unit: str
    direction: str = Field(description="higher, lower or not_comparable: which end is better.")
    kind: str
    floor: float | None = Field(description="A guesser’s score.")
    best: float | None = Field(description="The best attainable score.")
    anchor: float | None
    maximum: float | None
    weight: float = Field(description="Vote inside its category; 0 is display only.")
    display_reason: str
    version: str
    description: str
    source_url: str
    items: int | None = Field(description="Scored items of one full run; null is not known.")
    attempts: int | None = Field(description="A result is usually the mean over so many attempts at each item.")
    items_source: str
    retired_on: dt.date | None
    superseded_by: str = Field(description="Slug of the benchmark that took its place, or empty.")


class BenchmarkList(Listed):
    """A page of benchmarks."""

    items: list[Benchmark]


class Result(Schema):
    """One reported score in the benchmark’s own unit."""

    id: int
    model: str
    benchmark: str
    score: float
    variant: str
    method: str
    standard: bool = Field(description="Whether the benchmark’s own protocol was followed.")
    effort: int = Field(description="Reasoning effort as an order: 5 none, 12 not said, 50 highest.")
    evaluator: str = Field(
        description="Who ran it: a maker’s slug, or the name of a board or body; empty is not known."
    )
    harness: str = Field(description="Software, agent or board it ran in; empty is not said.")
    attempts: int | None = Field(description="k of a mean over k attempts at each item.")
    items_run: int | None = Field(description="Items of a run on a part of the benchmark.")
    stderr: float | None = Field(description="Published standard error, in the benchmark’s unit.")
    source_kind: str = Field(description="independent, provider-reported or unknown.")
    source_tier: int
    source_url: str
    measured_on: dt.date | None = Field(description="Null unless the source says when it was run.")
    date: dt.date | None = Field(description="The date the source gives; date_kind says of what.")
    date_kind: str = Field(description="What the date is of: evaluated, published, recorded, or empty: not said.")
    read_at: str = Field(description="Where the figure was really read, if not at the source address itself.")
    read_on: dt.date | None
    retrieved_on: dt.date | None = Field(description="The same as read_on, for readers of its former name.")
    dataset: str
    state: str = Field(description="published or withdrawn.")
    withdrawn_reason: str
    note: str


class ResultList(Listed):
    """A page of results."""

    items: list[Result]


class BenchmarkDetail(Benchmark):
    """A benchmark with every public result."""

    revision: int
    results: list[Result]


class PriceTerm(Schema):
    """A price under conditions, in USD per the unit named."""

    item: str = Field(description="What is charged for: input, output, cache write, audio input, web search …")
    amount: float
    mode: str = Field(description="batch, flex, priority, fast or empty.")
    above: int | None = Field(description="Holds for requests whose input has more tokens than this.")
    lasts: int | None = Field(description="Minutes that a cache entry is kept.")
    hours: str = Field(description="UTC hours in which it holds, such as 16:30-00:30.")
    per: str = Field(description="1M tokens, request, image …")


class Price(Schema):
    """What one provider asks for one model over one period, USD per 1M tokens; 0 is free, null not published."""

    model: str
    provider: str
    provider_name: str
    first_party: bool
    input: float | None
    output: float | None
    cache_read: float | None
    cache_write: float | None
    valid_from: dt.date | None
    valid_to: dt.date | None = Field(description="The first day on which it no longer holds.")
    observed_on: dt.date | None
    source_url: str
    read_at: str = Field(description="Where it was really read, if not at the source address itself.")
    note: str
    terms: list[PriceTerm] = Field(description="Prices under conditions: batch, long inputs, audio …")


class PriceList(Listed):
    """A page of prices."""

    items: list[Price]


class LeaderboardLine(Schema):
    """A ranked model. Between `rank_best` and `rank_worst` the order is open."""

    model: str
    name: str
    lab: str
    rank: int
    rank_best: int
    rank_worst: int
    score: float
    low: float
    high: float
    text: str
    margin_text: str
    grade: str
    results: int
    price_text: str = Field(description="Input / output, USD per 1M tokens.")
    categories: dict[str, float]


class Leaderboard(Listed):
    """A page of the leaderboard."""

    lane: str
    category: str | None
    basis: str = Field(description="How many models are ranked, as a sentence.")
    ranked: int
    items: list[LeaderboardLine]


class Change(Schema):
    """An entry of the public change log; slugs are those of the time it was written."""

    id: int
    at: dt.datetime
    kind: str
    text: str = Field(description="The entry in words, as on /changes/.")
    detail: str
    model: str
    other: str
    benchmark: str
    provider: str
    old_text: str
    new_text: str
    reason: str
    source_url: str
    url: str


class ChangeList(Listed):
    """A page of the change log."""

    items: list[Change]


class Comparison(Schema):
    """The twin of a pair page; see docs/addresses.md for every key."""

    schema_name: str = Field(alias="schema")
    methodology: str
    revision: int
    as_of: dt.date
    lane: str
    models: list[dict]
    overall: dict
    shared: dict
    categories: list[dict]
    tally: dict
    benchmarks: list[dict]
    operational: list[dict]
    claims: list[dict]
    verdict: dict
    faq: list[dict]
    related: list[dict]
    links: dict
