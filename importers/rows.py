"""What a record says, as the values of a row: defaults and rules of single tables. No query."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from importers.records import (
    ABSENT,
    CAN_REASON,
    BenchmarkRecord,
    ModelRecord,
    PartialDate,
    Record,
    ResultRecord,
)
from models_catalog.core.evaluators import evaluator_of, harness_in
from models_catalog.core.specs import is_part
from models_catalog.models import Benchmark, DatePrecision, LanguageModel, Result

PERCENT, ELO, OTHER = Benchmark.Kind.PERCENT, Benchmark.Kind.ELO, Benchmark.Kind.OTHER


def plain_values(record: Record, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """The given fields as they are, except those in `without`."""
    return {name: value for name, value in record.given() if name not in without}


def model_values(record: ModelRecord, stored: LanguageModel | None) -> dict[str, Any]:
    """Values of a model's row without its lab."""
    values: dict[str, Any] = {}
    for name, value in record.given():
        if name in ("release_date", "knowledge_cutoff"):
            date, precision = value or PartialDate(None, DatePrecision.DAY)
            values[name], values[f"{name}_precision"] = date, precision
        elif name != "lab":
            values[name] = value
    if stored is not None:
        del values["slug"]  # a row found by an old address keeps its new one
    if values.get("reasoning") == CAN_REASON:
        kinds = LanguageModel.Reasoning
        knows_more = stored is not None and stored.reasoning in (kinds.OPTIONAL, kinds.ALWAYS)
        values["reasoning"] = stored.reasoning if knows_more else kinds.OPTIONAL
    return values


def fill_scale(record: BenchmarkRecord, values: dict[str, Any], merged: dict[str, Any], is_new: bool) -> None:
    """Fill what a short benchmarks.csv leaves open, from the unit and the direction.

    A new benchmark without a kind is a percent scale if its unit is percent, an Elo scale
    if it is Elo with an anchor, and else never scored. A percent scale runs from 0 to its
    maximum (100 for percent), the other way round when lower is better. A new benchmark
    counts if it has a category and a scale.
    """
    row = SimpleNamespace(**merged)
    lower = row.direction == Benchmark.Direction.LOWER
    if is_new:
        if not row.family:
            values["family"] = row.slug
        if record.kind is ABSENT:
            scored_elo = row.unit == "elo" and row.anchor is not None
            row.kind = PERCENT if row.unit == "percent" else ELO if scored_elo else OTHER
            values["kind"] = row.kind
        if record.maximum is ABSENT and row.unit == "percent":
            values["maximum"] = row.maximum = 100.0
        if record.weight is ABSENT:
            values["weight"] = row.weight = 1.0 if row.category and row.kind != OTHER else 0.0
        if record.display_reason is ABSENT and row.weight == 0 and not row.category:
            values["display_reason"] = Benchmark.DisplayReason.NO_CATEGORY
    if row.kind == PERCENT:
        top = row.maximum if row.maximum is not None else (100.0 if row.unit == "percent" else None)
        if row.floor is None:
            values["floor"] = top if lower else 0.0
        if row.best is None:
            values["best"] = 0.0 if lower else top


def _fill_who_and_how(values: dict[str, Any], stored: Result | None, model: LanguageModel) -> None:
    """Fill evaluator and harness from words and address, where the source has no place for them.

    An empty cell of a source that has one says “not known”.
    """

    def known(name: str) -> Any:
        return values[name] if name in values else getattr(stored, name, "")

    if "evaluator" not in values and not known("evaluator"):
        kind = known("source_kind") or Result.SourceKind.UNKNOWN
        values["evaluator"] = evaluator_of(kind, model.lab.slug, known("method"), known("source_url"))
    if "harness" not in values and not known("harness"):
        values["harness"] = harness_in(known("method"), known("variant"))


def result_values(
    record: ResultRecord, stored: Result | None, model: LanguageModel, benchmark: Benchmark
) -> tuple[dict[str, Any], list[str]]:
    """Values of a result's row without model and benchmark, and a note for each thing a rule kept or changed.

    An import may withdraw a stored result. It never publishes one again, nor a draft: that
    is an editor's decision. A run on a part of the items is never the standard setting.
    """
    values = plain_values(record, without=("model", "benchmark"))
    _fill_who_and_how(values, stored, model)
    state = values.get("state", ABSENT)
    notes = []
    items_run = values.get("items_run", stored.items_run if stored is not None else None)
    if is_part(items_run, benchmark.items):
        if record.standard is True:
            notes.append(
                f"{record.place}: {items_run} of {benchmark.items} items were run, which is not the standard setting."
            )
        values["standard"] = False
    if stored is not None and stored.state != Result.State.PUBLISHED and state != stored.state:
        if state not in (ABSENT, Result.State.WITHDRAWN):
            notes.append(
                f"{record.place}: the stored result is {stored.state} and stays so; publish it in the newsroom."
            )
        if state != Result.State.WITHDRAWN:
            values.pop("state", None)
            values.pop("withdrawn_reason", None)
    return values, notes
