"""What every format reader hands over: typed records that know where they were read.

A reader turns text into a `Batch` without touching a database. A record names its model,
lab, benchmark or provider by the name the source uses; `importers.apply` resolves the
names. A field that stays `ABSENT` is one the source has no place for: a new row takes the
table's default and a stored value is left alone. `None` and "" mean "not known".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, NamedTuple


class _Absent:
    """The type of `ABSENT`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Any = _Absent()

# A source that says only that a model reasons, not whether it can be switched off.
CAN_REASON = "can"


class PartialDate(NamedTuple):
    """A date of which only the month or year may be known; `precision` is day, month or year."""

    date: dt.date
    precision: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: a file, a line (1 is the first), and its field → column names."""

    file: str
    line: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def column(self, name: str) -> str:
        """The name the file uses for the record's field `name`."""
        return self.columns.get(name, name)

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row, or with `line` None a file, is refused. `reason` is a sentence with the remedy."""

    file: str
    line: int | None
    column: str
    reason: str

    @classmethod
    def at(cls, place: Place, field_name: str, reason: str) -> Problem:
        """A problem of one field of the record at `place`; "" when it is of the whole row."""
        return cls(place.file, place.line, place.column(field_name) if field_name else "", reason)

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{where}, column {self.column}: {self.reason}" if self.column else f"{where}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row of a source. `given()` lists what the source says about it."""

    place: Place

    def given(self) -> Iterator[tuple[str, Any]]:
        """(field, value) of every field the source has a place for, without the place itself."""
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name != "place" and value is not ABSENT:
                yield each.name, value


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRecord(Record):
    """A category of ability and its share of the overall score."""

    slug: str
    name: str
    position: int = ABSENT
    weight: Decimal = ABSENT
    description: str = ABSENT
    short_name: str = ABSENT
    colour: str = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationRecord(Record):
    """`is_lab` and `is_provider`: None or ABSENT lets the models and prices of the batch decide."""

    slug: str
    name: str
    country: str = ABSENT
    website: str = ABSENT
    founded_on: dt.date | None = ABSENT
    is_lab: bool | None = ABSENT
    is_provider: bool | None = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRecord(Record):
    """A model the source declares. `reasoning` may be `CAN_REASON`; parameters are counts."""

    slug: str
    name: str
    lab: str
    family: str = ABSENT
    release_date: PartialDate | None = ABSENT
    knowledge_cutoff: PartialDate | None = ABSENT
    context_window: int | None = ABSENT
    max_output_tokens: int | None = ABSENT
    reasoning: str = ABSENT
    open_weights: bool | None = ABSENT
    licence: str = ABSENT
    total_parameters: int | None = ABSENT
    active_parameters: int | None = ABSENT
    input_modalities: str = ABSENT
    output_modalities: str = ABSENT
    status: str = ABSENT
    announced_on: dt.date | None = ABSENT
    deprecated_on: dt.date | None = ABSENT
    retired_on: dt.date | None = ABSENT
    weights_url: str = ABSENT
    source_url: str = ABSENT
    read_at: str = ABSENT
    read_on: dt.date | None = ABSENT
    published: bool = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectRecord(Record):
    """A slug that names no model of its own: an earlier one of `model`, or, if `gone`, of a model
    that is no longer kept, with `model` as the one to look at instead."""

    old_slug: str
    model: str = ""
    gone: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasRecord(Record):
    """A name a source uses for a model; dataset "" means every source."""

    source_id: str
    model: str
    dataset: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkRecord(Record):
    """`kind`, `floor`, `best`, `maximum`, `weight` may be None: apply then fills them from the unit."""

    slug: str
    name: str
    category: str = ABSENT
    family: str = ABSENT
    unit: str = ABSENT
    direction: str = ABSENT
    maximum: float | None = ABSENT
    kind: str = ABSENT
    floor: float | None = ABSENT
    best: float | None = ABSENT
    anchor: float | None = ABSENT
    weight: float | None = ABSENT
    display_reason: str = ABSENT
    version: str = ABSENT
    description: str = ABSENT
    source_url: str = ABSENT
    licence: str = ABSENT
    items: int | None = ABSENT
    attempts: int | None = ABSENT
    items_source: str = ABSENT
    retired_on: dt.date | None = ABSENT
    superseded_by: str = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkAliasRecord(Record):
    """A name a source uses for a benchmark; dataset "" means every source."""

    source_id: str
    benchmark: str
    dataset: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRecord(Record):
    """One reported score, and its standard error, in the benchmark's own unit."""

    model: str
    benchmark: str
    score: Decimal
    dataset: str = ""
    row_id: str = ""
    variant: str = ABSENT
    method: str = ABSENT
    standard: bool = ABSENT
    effort: int = ABSENT
    source_kind: str = ABSENT
    source_tier: int = ABSENT
    source_url: str = ABSENT
    measured_on: dt.date | None = ABSENT
    measured_on_kind: str = ABSENT
    evaluator: str = ABSENT
    harness: str = ABSENT
    attempts: int | None = ABSENT
    items_run: int | None = ABSENT
    stderr: Decimal | None = ABSENT
    read_at: str = ABSENT
    read_on: dt.date | None = ABSENT
    state: str = ABSENT
    withdrawn_reason: str = ABSENT
    note: str = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingRecord(Record):
    """That a provider serves a model. `first_party` unknown: the provider is the model's lab."""

    model: str
    provider: str
    dataset: str = ""
    first_party: bool | None = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRecord(OfferingRecord):
    """USD per 1M tokens over [valid_from, valid_to); without both it is what was seen on `observed_on`.

    `terms` is the canonical text of `models_catalog.core.price_terms`.
    """

    input: Decimal | None = ABSENT
    output: Decimal | None = ABSENT
    cache_read: Decimal | None = ABSENT
    cache_write: Decimal | None = ABSENT
    terms: str = ABSENT
    valid_from: dt.date | None = None
    valid_from_basis: str = ABSENT
    valid_to: dt.date | None = None
    observed_on: dt.date | None = ABSENT
    source_url: str = ABSENT
    read_at: str = ABSENT
    note: str = ABSENT

    @property
    def is_observation(self) -> bool:
        """Whether the source says only that the price was seen, not since when or until when."""
        return self.valid_from is None and self.valid_to is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedRecord(OfferingRecord):
    """Output tokens per second and seconds to the first token; of several runs the medians, least and most."""

    output_tokens_per_second: Decimal | None = ABSENT
    time_to_first_token: Decimal | None = ABSENT
    speed_low: Decimal | None = ABSENT
    speed_high: Decimal | None = ABSENT
    first_token_low: Decimal | None = ABSENT
    first_token_high: Decimal | None = ABSENT
    runs: int | None = ABSENT
    warm_ups: int | None = ABSENT
    prompt_tokens: int | None = ABSENT
    output_tokens: int | None = ABSENT
    token_basis: str = ABSENT
    region: str = ""
    method: str = ABSENT
    source_kind: str = ABSENT
    measured_on: dt.date | None = None
    source_url: str = ABSENT
    suspect: str = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord(Record):
    """One run of an evaluation tool. `settings` is plain data as JSON has it."""

    tool: str
    run_key: str
    task: str
    model_name: str
    tool_version: str = ""
    task_version: str = ""
    model: str | None = None
    benchmark: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    variant: str = ""
    evaluator: str = ""
    measured_on: dt.date | None = None
    measured_on_note: str = ""
    source_url: str = ""
    file_name: str = ""
    file_hash: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSetRecord(Record):
    """One question of a set of questions, at its position (0 is the first)."""

    item_set: str
    position: int
    item: str
    group: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigureRecord(Record):
    """One figure of a run, with its item scores as `item_codes` writes them, "" for none.

    The result that stands for it is named by its dataset and row id, "" for none.
    """

    tool: str
    run_key: str
    metric: str
    score: float
    unit: str
    filter: str = ""
    reducer: str = ""
    stderr: float | None = None
    stderr_of_items: float | None = None
    items: int | None = None
    items_in_set: int | None = None
    attempts: int | None = None
    partial: bool | None = None
    reason: str = ""
    standard: bool = False
    settings_key: str = ""
    result_dataset: str = ""
    result_row_id: str = ""
    item_set: str = ""
    item_attempts: int | None = 1
    item_scores: str = ""


@dataclass(slots=True)
class Batch:
    """All a reader found.

    `names_are_slugs`: the source speaks our slugs; otherwise only aliases resolve its names.
    `refused_names` holds (list of this batch, slug) of rows the reader itself refused, and
    `unread` the lists whose file it could not read to its end: a row that refers to them is
    refused too, but its name is no news for the queue of unknown names.
    `trusted`: new models of a source with names of its own are published at once, else they are drafts.
    `new_benchmarks`: benchmarks that such a source names and nobody knows are made, shown but never scored.
    """

    names_are_slugs: bool = False
    trusted: bool = False
    new_benchmarks: bool = False
    refused_names: set[tuple[str, str]] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    categories: list[CategoryRecord] = field(default_factory=list)
    organizations: list[OrganizationRecord] = field(default_factory=list)
    models: list[ModelRecord] = field(default_factory=list)
    redirects: list[RedirectRecord] = field(default_factory=list)
    aliases: list[AliasRecord] = field(default_factory=list)
    benchmarks: list[BenchmarkRecord] = field(default_factory=list)
    benchmark_aliases: list[BenchmarkAliasRecord] = field(default_factory=list)
    results: list[ResultRecord] = field(default_factory=list)
    offerings: list[OfferingRecord] = field(default_factory=list)
    prices: list[PriceRecord] = field(default_factory=list)
    speeds: list[SpeedRecord] = field(default_factory=list)
    figures: list[Any] = field(default_factory=list)  # run_records.FigureRecord, settled by run_steps
    runs: list[RunRecord] = field(default_factory=list)
    item_sets: list[ItemSetRecord] = field(default_factory=list)
    run_figures: list[RunFigureRecord] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: list[Problem] = field(default_factory=list)  # passed over on purpose, each with its reason

    def skip(self, file: str, line: int | None, reason: str) -> None:
        """Remember a row, or with `line` None a file, that the reader passes over."""
        self.skipped.append(Problem(file, line, "", reason))


class UnreadableSource(Exception):
    """The path as a whole cannot be imported; the message says why and what to do."""
