"""Likely duplicates across sources, as work for editors (`newsroom.core.duplicates`)."""

from __future__ import annotations

from collections import defaultdict

from django.urls import reverse
from django.utils.http import urlencode

from models_catalog.models import LanguageModel, ModelAlias
from newsroom.core.duplicates import Known, likely_duplicates
from newsroom.queues import Queue, QueueItem

MOST_ITEMS = 40


def known_models() -> list[Known]:
    """Every model, drafts too, with its names. Two queries."""
    aliases: dict[int, list[str]] = defaultdict(list)
    for pk, name in ModelAlias.objects.values_list("model_id", "source_id"):
        aliases[pk].append(name)
    rows = LanguageModel.objects.order_by("pk").values_list("pk", "name", "slug", "lab__slug", "release_date")
    return [Known(*row, aliases=tuple(aliases[row[0]])) for row in rows]


def duplicate_queue() -> Queue:
    """One queue, a line for each pair. Two queries."""
    pairs = likely_duplicates(known_models())
    merge = reverse("admin:models_catalog_modelmerge_add")
    items = tuple(
        QueueItem(
            f"{pair.one.name} ({pair.one.slug}) and {pair.other.name} ({pair.other.slug})",
            f"{merge}?{urlencode({'kept': pair.one.slug, 'other': pair.other.slug})}",
            pair.reason,
        )
        for pair in pairs[:MOST_ITEMS]
    )
    return Queue(
        "duplicates",
        "Models that may be one",
        len(pairs),
        "Two sources may have brought in the same model under two names.",
        "Look at what merging the two would move",
        merge,
        "models_catalog.view_modelmerge",
        items,
    )
