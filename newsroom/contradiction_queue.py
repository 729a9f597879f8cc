"""Facts that contradict each other, as work for editors (`models_catalog.core.contradictions`)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from django.urls import reverse

from models_catalog import snapshots
from models_catalog.core.contradictions import IMAGE_TESTS, Contradiction, contradictions
from models_catalog.models import Benchmark, LanguageModel
from newsroom.queues import Queue, QueueItem

MOST_ITEMS = 40


def all_contradictions() -> dict[str, tuple[Contradiction, ...]]:
    """What does not fit together, by slug of the model. Five queries."""
    makers = LanguageModel.objects.published().values_list("slug", "lab__founded_on")
    return _found(dict(makers))


def _found(founded: Mapping[str, dt.date | None]) -> dict[str, tuple[Contradiction, ...]]:
    prices = snapshots.operations().prices
    image_tests = frozenset(Benchmark.objects.filter(category__slug=IMAGE_TESTS).values_list("slug", flat=True))
    results = defaultdict(list)
    for row in snapshots.published_results():
        results[row.model].append(row)
    found = {}
    for model in snapshots.models():
        slug = model.slug
        wrong = contradictions(model, results[slug], prices.get(slug, ()), image_tests, founded.get(slug))
        if wrong:
            found[slug] = wrong
    return found


def contradiction_queue() -> Queue:
    """One queue, a line for each contradiction. Five queries."""
    rows = list(LanguageModel.objects.published().values_list("slug", "pk", "name", "lab__founded_on"))
    found = _found({slug: founded for slug, _, _, founded in rows})
    items = [
        QueueItem(name, reverse("admin:models_catalog_languagemodel_change", args=[pk]), each.text)
        for slug, pk, name, _ in sorted(rows)
        for each in found.get(slug, ())
    ]
    return Queue(
        "contradictions",
        "Facts that contradict each other",
        len(items),
        "They cannot all be true. Until one is corrected, pages compare neither.",
        "Look at the sources and correct the wrong one",
        reverse("admin:models_catalog_languagemodel_changelist"),
        "models_catalog.change_languagemodel",
        tuple(items[:MOST_ITEMS]),
    )
