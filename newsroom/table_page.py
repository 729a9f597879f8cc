"""The preview of a whole table: its cells as a grid with the state of each, and the sources of single models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models_catalog.models import LanguageModel, Result, ScoreSheet
from newsroom.core.sheet import LEFT_OUT
from newsroom.plans import Plan, PlanLine

EXCEPTION_FIELDS = ("source_kind", "source_url", "source_tier")


@dataclass(frozen=True)
class TableGrid:
    """The pasted table as it stood: heads, and rows of (name, cells); a cell is its plan line or None."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[PlanLine | None, ...]], ...]


@dataclass(frozen=True)
class ModelException:
    """One model of the table and the source that holds for it alone."""

    model: LanguageModel
    pasted: tuple[str, ...]
    given: Mapping[str, Any]


def table_grid(plan: Plan) -> TableGrid:
    """The cells by pasted row and column, those that belong to no column of ours left off."""
    lines = [line for line in plan.lines if line.text and (line.column or line.name)]
    used = {line.column for line in lines if line.decision.action != LEFT_OUT}
    heads = tuple(dict.fromkeys(line.column for line in lines if line.column in used))
    rows: dict[tuple[int, str], dict[str, PlanLine]] = {}
    for line in lines:
        if line.column in used:
            rows.setdefault((line.line, line.name), {})[line.column] = line
    return TableGrid(
        heads, tuple((name, tuple(cells.get(head) for head in heads)) for (_, name), cells in rows.items())
    )


def model_exceptions(sheet: ScoreSheet, plan: Plan) -> list[ModelException]:
    """Every model of the table, as pasted, with its own source where one was given."""
    names: dict[int, dict[str, None]] = {}
    models: dict[int, LanguageModel] = {}
    for line in plan.lines:
        if line.model is not None and line.benchmark is not None:
            models[line.model.pk] = line.model
            names.setdefault(line.model.pk, {})[line.side_of_model] = None
    given = sheet.answers.get("models", {})
    return [ModelException(model, tuple(names[pk]), given.get(str(pk), {})) for pk, model in models.items()]


def read_exceptions(post: Mapping[str, str], known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Sources of single models out of a posted form; what is no kind or tier of ours is passed over."""
    found = {key: dict(value) for key, value in known.items()}
    for key in post.get("models", "").split(","):
        if not (key.isascii() and key.isdigit()):
            continue
        own = {name: post.get(f"model-{key}-{name}", "").strip() for name in EXCEPTION_FIELDS}
        given: dict[str, Any] = {}
        if own["source_kind"] in Result.SourceKind.values:
            given["source_kind"] = own["source_kind"]
        if own["source_url"].startswith(("https://", "http://")) and len(own["source_url"]) <= 500:
            given["source_url"] = own["source_url"]
        if own["source_tier"].isdigit() and int(own["source_tier"]) in Result.Tier.values:
            given["source_tier"] = int(own["source_tier"])
        found[key] = given
    return {key: value for key, value in found.items() if value}
