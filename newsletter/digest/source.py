"""Gathers the public changes of a period for the digest, and knows which pages exist."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.conf import settings
from django.urls import Resolver404, resolve

from comparisons.boards.store import board_entries
from comparisons.changes.page import public_changes
from comparisons.core.changes import ChangeFacts
from models_catalog.core.specs import ModelSpec
from models_catalog.models import Benchmark, Category, LanguageModel, ModelSlugRedirect
from newsletter.core.digest_news import Weight

SMALL = 20_000_000_000  # parameters
_MODEL = re.compile(r"^/models/([^/]+)/$")
_PAIR = re.compile(r"^/compare/(.+)-vs-(.+)/$")
_BENCHMARK = re.compile(r"^/benchmarks/([^/]+)/$")
_CATEGORY = re.compile(r"^/categories/([^/]+)/$")


def changes_between(start: dt.datetime, end: dt.datetime) -> tuple[ChangeFacts, ...]:
    """Public changes that happened in [start, end), oldest first. One query, so one state of the log."""
    rows = public_changes().filter(at__gte=start, at__lt=end).order_by("at", "id")
    return tuple(row.facts for row in rows)


def weights_of(models: set[str]) -> dict[str, Weight]:
    """What readers may look for in `models`: rank, the best rank of the lab, release. One query."""
    if not models - {""}:
        return {}
    entries = board_entries(settings.DEFAULT_LANE)
    best: dict[str, int] = {}
    for entry in entries:
        if entry.rank is not None:
            lab = entry.model.lab
            best[lab] = min(entry.rank, best.get(lab, entry.rank))
    return {
        entry.model.slug: Weight(
            entry.rank, None if _is_small(entry.model) else best.get(entry.model.lab), entry.model.release_date
        )
        for entry in entries
        if entry.model.slug in models
    }


def _is_small(model: ModelSpec) -> bool:
    return model.total_parameters is not None and model.total_parameters < SMALL


def live_paths(paths: Iterable[str]) -> set[str]:
    """Those of the paths behind which this site has a page now. At most four queries.

    A path without a known pattern is live when a view answers its address.
    """
    wanted = {path for path in paths if path}
    models = {slug for path in wanted for slug in _models_in(path)}
    known_models = set(LanguageModel.objects.published().filter(slug__in=models).values_list("slug", flat=True))
    moved = ModelSlugRedirect.objects.filter(old_slug__in=models - known_models, model__published=True)
    known_models |= set(moved.values_list("old_slug", flat=True)) if models - known_models else set()
    known = {
        _BENCHMARK: _existing(Benchmark, _BENCHMARK, wanted),
        _CATEGORY: _existing(Category, _CATEGORY, wanted),
    }
    live = set()
    for path in wanted:
        bare = path.partition("?")[0].partition("#")[0]
        named = next((match[1] in slugs for pattern, slugs in known.items() if (match := pattern.match(bare))), True)
        if named and set(_models_in(bare)) <= known_models and _has_view(bare):
            live.add(path)
    return live


def _models_in(path: str) -> list[str]:
    match = _MODEL.match(path) or _PAIR.match(path)
    return list(match.groups()) if match else []


def _existing(table, pattern: re.Pattern, paths: set[str]) -> set[str]:
    slugs = {match[1] for path in paths if (match := pattern.match(path))}
    return set(table.objects.filter(slug__in=slugs).values_list("slug", flat=True)) if slugs else set()


def _has_view(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
