"""Figures of an arrival that differ from what another source says of the same offer or result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from importers.names import AT_ONCE
from models_catalog.core.disagreement import disagree
from models_catalog.models import Result
from newsroom.core.price_warnings import PRICES
from newsroom.core.sheet import CREATE
from newsroom.import_rules import ImportLine


def conflicts_among(lines: Sequence[ImportLine]) -> list[dict[str, Any]]:
    """(key, name, sentence) of every line in conflict."""
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


def twins_among(lines: Iterable[ImportLine]) -> list[str]:
    """Keys of new results that are recorded already: same model, benchmark, score and page, from another set."""
    new = [line for line in lines if line.result and line.action == CREATE]
    known = {
        (model, benchmark, score, url)
        for (model, benchmark), found in _recorded(new).items()
        for *_, score, url, _ in found
        if url
    }
    rows = [(line.key, line.result) for line in new if line.result]
    return [key for key, row in rows if (row.model, row.benchmark, row.score, row.source_url) in known]


def _recorded(lines: Iterable[ImportLine]) -> dict[tuple[str, str], list[tuple]]:
    """(model, benchmark) → (variant, effort, score, page, data set) of published results. A query per 200 models."""
    models = sorted({line.result.model for line in lines if line.result})
    names = ("model__slug", "benchmark__slug", "variant", "effort", "score", "source_url", "dataset")
    found: dict[tuple[str, str], list[tuple]] = {}
    for start in range(0, len(models), AT_ONCE):
        rows = Result.objects.filter(model__slug__in=models[start : start + AT_ONCE], state=Result.State.PUBLISHED)
        for model, benchmark, *rest in rows.values_list(*names):
            found.setdefault((model, benchmark), []).append(tuple(rest))
    return found


def _of_results(lines: list[ImportLine]) -> Iterable[dict[str, Any]]:
    """Results of the same model, benchmark and setup that another data set published with another score."""
    recorded = _recorded(lines)
    for line in lines:
        row = line.result
        for variant, effort, score, _, dataset in recorded.get((row.model, row.benchmark), ()) if row else ():
            same = dataset != row.dataset and (variant, effort) == (row.variant, row.effort)
            if same and disagree(score, row.score):
                told = f"{row.score.normalize():f} here, {score.normalize():f} from {dataset or 'the newsroom'}."
                yield {"key": line.key, "name": line.name, "text": told}
                break
