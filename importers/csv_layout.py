"""The CSV layout: which file holds which record, column by column.

The reader (`csv_folder`) and the exporter (`importers.exporters`) share it, so what
one writes the other reads. A column's header may have synonyms; `ignored` columns belong
to the layout but repeat or explain other figures and are not stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from importers import joined_cells, records
from importers.cells import (
    DATE,
    DIRECTION,
    FLOAT,
    NUMBER_KIND,
    PARTIAL_DATE,
    REASONING,
    SETTINGS,
    TERMS,
    TEXT,
    WHOLE,
    WORD,
    YES_NO,
    Kind,
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, the record's field, how to read a cell, whether a cell must be filled."""

    header: str
    field: str
    kind: Kind = TEXT
    required: bool = False
    synonyms: tuple[str, ...] = ()
    # The empty cell means "as if the column were missing": the table's default.
    empty_is_default: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the layout. `target` names the list of `Batch` its records go to."""

    file: str
    target: str
    record: type[records.Record]
    columns: tuple[Column, ...]
    ignored: frozenset[str] = frozenset()
    longest_cell: int = 131_072  # characters
    # header -> the only spellings taken; anything else is refused, not converted
    fixed: dict[str, frozenset[str]] = field(default_factory=dict)
    # Where columns and fields differ: the cells' values of a row as the record's, and back. The
    # first raises BadCell.
    combine: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    # A name the file had before; read when the file itself is not there.
    former_file: str = ""
    separate: Callable[[dict[str, Any]], dict[str, Any]] | None = None


def required(header: str, name: str | None = None, kind: Kind = TEXT, synonyms: tuple[str, ...] = ()) -> Column:
    return Column(header, name or header, kind, required=True, synonyms=synonyms)


def defaulted(header: str, name: str | None = None, kind: Kind = TEXT) -> Column:
    return Column(header, name or header, kind, empty_is_default=True)


OFFERED = (
    required("model"),
    required("served_by", "provider"),
    Column("first_party", "first_party", YES_NO),
)

TABLES = (
    Table(
        "categories.csv",
        "categories",
        records.CategoryRecord,
        (
            required("slug"),
            required("name"),
            defaulted("position", kind=WHOLE),
            defaulted("weight", kind=NUMBER_KIND),
            Column("description", "description"),
            Column("short_name", "short_name"),
            Column("colour", "colour"),
        ),
    ),
    Table(
        "providers.csv",
        "organizations",
        records.OrganizationRecord,
        (
            required("slug"),
            required("name"),
            Column("country", "country"),
            Column("website", "website"),
            Column("founded_on", "founded_on", DATE),
            Column("is_lab", "is_lab", YES_NO),
            Column("is_provider", "is_provider", YES_NO),
        ),
        ignored=frozenset({"source"}),
    ),
    Table(
        "models.csv",
        "models",
        records.ModelRecord,
        (
            required("slug"),
            required("name"),
            required("provider", "lab", synonyms=("lab",)),
            Column("family", "family"),
            Column("release_date", "release_date", PARTIAL_DATE),
            Column("open_weights", "open_weights", YES_NO),
            Column("licence", "licence", synonyms=("license",)),
            Column("reasoning", "reasoning", REASONING),
            Column("modalities_in", "input_modalities"),
            Column("modalities_out", "output_modalities"),
            Column("context_window", "context_window", WHOLE),
            Column("max_output", "max_output_tokens", WHOLE, synonyms=("max_output_tokens",)),
            Column("knowledge_cutoff", "knowledge_cutoff", PARTIAL_DATE),
            Column("params", "total_parameters", WHOLE),
            Column("active_params", "active_parameters", WHOLE),
            defaulted("status", kind=WORD),
            Column("announced_on", "announced_on", DATE),
            Column("deprecated_on", "deprecated_on", DATE),
            Column("retired_on", "retired_on", DATE),
            Column("weights_url", "weights_url"),
            Column("source_url", "source_url"),
            Column("read_at", "read_at"),
            Column("read_on", "read_on", DATE),
            defaulted("published", kind=YES_NO),
        ),
        ignored=frozenset(
            (
                *("release_date_source", "reasoning_source", "context_source", "sources"),
                *("price_in", "price_out", "price_source", "speed_tps", "ttft_s", "speed_source"),
            )
        ),
    ),
    Table(
        "redirects.csv",
        "redirects",
        records.RedirectRecord,
        (
            required("old_slug", synonyms=("old", "from")),
            Column("model", "model", synonyms=("new_slug", "new", "to")),
            defaulted("gone", kind=YES_NO),
            Column("note", "note"),
        ),
        combine=joined_cells.redirect_values,
        former_file="old_slugs.csv",
    ),
    Table(
        "aliases.csv",
        "aliases",
        records.AliasRecord,
        (Column("dataset", "dataset"), required("source_id"), required("model")),
    ),
    Table(
        "benchmarks.csv",
        "benchmarks",
        records.BenchmarkRecord,
        (
            required("slug"),
            required("name"),
            Column("category", "category"),
            defaulted("unit", kind=WORD),
            Column("max", "maximum", FLOAT, synonyms=("maximum",)),
            Column("better", "direction", DIRECTION, synonyms=("direction",), empty_is_default=True),
            Column("source_url", "source_url"),
            Column("description", "description"),
            defaulted("kind", kind=WORD),
            Column("floor", "floor", FLOAT),
            Column("best", "best", FLOAT),
            Column("anchor", "anchor", FLOAT),
            defaulted("family"),
            defaulted("weight", kind=FLOAT),
            Column("weight_reason", "display_reason", WORD, synonyms=("display_reason",)),
            Column("version", "version"),
            Column("licence", "licence", synonyms=("license",)),
            Column("items", "items", WHOLE),
            Column("attempts", "attempts", WHOLE),
            Column("items_source", "items_source"),
            Column("retired_on", "retired_on", DATE),
            Column("superseded_by", "superseded_by"),
        ),
    ),
    Table(
        "benchmark_aliases.csv",
        "benchmark_aliases",
        records.BenchmarkAliasRecord,
        (Column("dataset", "dataset"), required("source_id"), required("benchmark")),
    ),
    Table(
        "results.csv",
        "results",
        records.ResultRecord,
        (
            Column("row_id", "row_id"),
            required("model"),
            required("benchmark"),
            required("score", kind=NUMBER_KIND),
            Column("variant", "variant"),
            Column("method", "method"),
            defaulted("source_kind", kind=WORD),
            Column("source_url", "source_url"),
            Column("date", "measured_on", DATE, synonyms=("measured_on",)),
            Column("date_kind", "measured_on_kind", WORD),
            Column("dataset", "dataset"),
            defaulted("standard", kind=YES_NO),
            defaulted("effort", kind=WHOLE),
            defaulted("source_tier", kind=WHOLE),
            Column("evaluator", "evaluator"),
            Column("harness", "harness"),
            Column("attempts", "attempts", WHOLE),
            Column("items_run", "items_run", WHOLE),
            Column("stderr", "stderr", NUMBER_KIND),
            Column("read_at", "read_at"),
            Column("read_on", "read_on", DATE, synonyms=("retrieved_on",)),
            defaulted("state", kind=WORD),
            Column("withdrawn_reason", "withdrawn_reason"),
            Column("note", "note"),
        ),
        ignored=frozenset({"score_in_source", "source_id"}),
        combine=joined_cells.result_values,
    ),
    Table("offerings.csv", "offerings", records.OfferingRecord, OFFERED),
    Table(
        "prices.csv",
        "prices",
        records.PriceRecord,
        (
            *OFFERED,
            Column("price_in", "input", NUMBER_KIND),
            Column("price_out", "output", NUMBER_KIND),
            Column("price_cache_read", "cache_read", NUMBER_KIND),
            Column("price_cache_write", "cache_write", NUMBER_KIND),
            Column("price_batch_in", "batch_input", NUMBER_KIND),
            Column("price_batch_out", "batch_output", NUMBER_KIND),
            Column("tier_above_tokens", "tier_above", WHOLE),
            Column("tier_price_in", "tier_input", NUMBER_KIND),
            Column("tier_price_out", "tier_output", NUMBER_KIND),
            Column("price_terms", "terms", TERMS),
            Column("valid_from", "valid_from", DATE),
            Column("valid_from_basis", "valid_from_basis"),
            Column("valid_to", "valid_to", DATE),
            Column("observed_on", "observed_on", DATE),
            Column("source_url", "source_url"),
            Column("read_at", "read_at"),
            Column("note", "note"),
            Column("dataset", "dataset"),
        ),
        combine=joined_cells.price_values,
        separate=joined_cells.price_cells,
        fixed={
            "currency": frozenset({"", "usd"}),
            "per": frozenset({"", "1m tokens", "1m", "million tokens"}),
        },
    ),
    Table(
        "speeds.csv",
        "speeds",
        records.SpeedRecord,
        (
            *OFFERED,
            Column("speed_tps", "output_tokens_per_second", NUMBER_KIND),
            Column("ttft_s", "time_to_first_token", NUMBER_KIND),
            Column("speed_low", "speed_low", NUMBER_KIND),
            Column("speed_high", "speed_high", NUMBER_KIND),
            Column("ttft_low", "first_token_low", NUMBER_KIND),
            Column("ttft_high", "first_token_high", NUMBER_KIND),
            Column("runs", "runs", WHOLE),
            Column("warm_ups", "warm_ups", WHOLE),
            Column("prompt_tokens", "prompt_tokens", WHOLE),
            Column("output_tokens", "output_tokens", WHOLE),
            Column("token_basis", "token_basis", WORD),
            Column("region", "region"),
            Column("method", "method"),
            defaulted("source_kind", kind=WORD),
            Column("measured_on", "measured_on", DATE),
            Column("suspect", "suspect"),
            Column("source_url", "source_url"),
            Column("dataset", "dataset"),
        ),
    ),
    Table(
        "runs.csv",
        "runs",
        records.RunRecord,
        (
            required("tool"),
            required("run_key"),
            required("task"),
            Column("task_version", "task_version"),
            required("model_name"),
            Column("model", "model"),
            Column("benchmark", "benchmark"),
            Column("tool_version", "tool_version"),
            Column("settings", "settings", SETTINGS),
            Column("variant", "variant"),
            Column("evaluator", "evaluator"),
            Column("measured_on", "measured_on", DATE),
            Column("measured_on_note", "measured_on_note"),
            Column("source_url", "source_url"),
            Column("file_name", "file_name"),
            Column("file_hash", "file_hash"),
            Column("note", "note"),
        ),
    ),
    Table(
        "run_items.csv",
        "item_sets",
        records.ItemSetRecord,
        (
            required("item_set"),
            required("position", kind=WHOLE),
            required("item"),
            Column("group", "group"),
            Column("digest", "digest"),
        ),
    ),
    Table(
        "run_figures.csv",
        "run_figures",
        records.RunFigureRecord,
        (
            required("tool"),
            required("run_key"),
            required("metric"),
            Column("filter", "filter"),
            Column("reducer", "reducer"),
            required("score", kind=FLOAT),
            required("unit"),
            Column("stderr", "stderr", FLOAT),
            Column("stderr_of_items", "stderr_of_items", FLOAT),
            Column("items", "items", WHOLE),
            Column("items_in_set", "items_in_set", WHOLE),
            Column("attempts", "attempts", WHOLE),
            Column("partial", "partial", YES_NO),
            Column("reason", "reason"),
            Column("standard", "standard", YES_NO),
            Column("settings_key", "settings_key"),
            Column("result_dataset", "result_dataset"),
            Column("result_row_id", "result_row_id"),
            Column("item_set", "item_set"),
            Column("item_attempts", "item_attempts", WHOLE),
            Column("item_scores", "item_scores"),
        ),
        longest_cell=4_000_000,  # the scores of all questions of a run are one cell
    ),
)

FILES = tuple(table.file for table in TABLES)
FORMER_FILES = tuple(table.former_file for table in TABLES if table.former_file)
