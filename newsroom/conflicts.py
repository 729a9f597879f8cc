"""Figures of an arrival that differ from what another source says of the same offer or result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from importers.names import AT_ONCE
from models_catalog.models import Result
from newsroom.core.disagreement import disagree
from newsroom.core.price_warnings import PRICES
from newsroom.core.sheet import CREATE
from newsroom.import_rules import ImportLine


def conflicts_among(lines: Sequence[ImportLine]) -> list[dict[str, Any]]:
    """(key, name, sentence) of every line in conflict. One query for some hundred results."""
    return [*_of_prices(lines), *_of_results([line for line in lines if line.result and line.action == CREATE])]


def _of_prices(lines: Iterable[ImportLine]) -> Iterable[dict[str, Any]]:
    for line in lines:
        if line.rival is None:
            continue
        for name, old, new in line.fields:
            if name in PRICES and old and new and disagree(Decimal(old), Decimal(new)):
                words = f"{name.replace('_', ' ')}: {new} here, {old} from {line.rival}, USD per 1M tokens."
                yield {"key": line.key, "name": line.name, "text": words}
                break


def _of_results(lines: list[ImportLine]) -> Iterable[dict[str, Any]]:
    """Results of the same model, benchmark and setup that another data set published with another score."""
    models = sorted({line.result.model for line in lines if line.result})
    others: dict[tuple, list[tuple[Decimal, str]]] = {}
    for start in range(0, len(models), AT_ONCE):
        found = Result.objects.filter(model__slug__in=models[start : start + AT_ONCE], state=Result.State.PUBLISHED)
        names = ("model__slug", "benchmark__slug", "variant", "effort", "score", "dataset")
        for model, benchmark, variant, effort, score, dataset in found.values_list(*names):
            others.setdefault((model, benchmark, variant, effort), []).append((score, dataset))
    for line in lines:
        row = line.result
        for score, dataset in others.get((row.model, row.benchmark, row.variant, row.effort), ()) if row else ():
            if dataset != row.dataset and disagree(score, row.score):
                told = f"{row.score.normalize():f} here, {score.normalize():f} from {dataset or 'the newsroom'}."
                yield {"key": line.key, "name": line.name, "text": told}
                break
