"""Work queues on the newsroom's front page: what waits, how much of it, and the next step.

Those that only the standings can name are in `standing_queues`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.http import urlencode

from comparisons.core.method import METHOD
from models_catalog.core import display
from models_catalog.models import Benchmark, Import, PriceConflict, Report, Result, ScoreSheet, UnknownName
from newsroom import findings


@dataclass(frozen=True)
class QueueItem:
    """One thing to do, where a queue lists them itself."""

    text: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Queue:
    """A pile of work: `count` things, reached at `url`, with `action` as the next step.

    `permission` is what a member of staff needs to see it. A queue whose `items` are filled
    shows them on the front page.
    """

    slug: str
    title: str
    count: int
    meaning: str
    action: str
    url: str
    permission: str
    items: tuple[QueueItem, ...] = field(default=())


def queues_for(user, today: dt.date) -> list[Queue]:
    """The queues that `user` may work on, urgent ones first; empty ones come last."""
    from newsroom.contradiction_queue import contradiction_queue
    from newsroom.duplicate_queue import duplicate_queue
    from newsroom.standing_queues import standing_queues  # brings the arithmetic along

    found = [*catalogue_queues(today), duplicate_queue(), contradiction_queue(), *standing_queues(today)]
    allowed = [queue for queue in found if user.has_perm(queue.permission)]
    return sorted(allowed, key=lambda queue: queue.count == 0)


def list_url(table: str, **query: str) -> str:
    """Address of a table's list in the newsroom under some filters."""
    address = reverse(f"admin:models_catalog_{table}_changelist")
    return f"{address}?{urlencode(query)}" if query else address


def catalogue_queues(today: dt.date) -> list[Queue]:
    """The queues that the catalogue itself knows. One query each."""
    return [
        Queue(
            "sheets",
            "Score sheets to publish",
            ScoreSheet.objects.filter(state=ScoreSheet.State.WAITING).count(),
            "Sheets that an editor has saved: drafts, and corrections of public values.",
            "Check the impact and publish",
            list_url("scoresheet", state__exact="waiting"),
            "models_catalog.view_scoresheet",
        ),
        Queue(
            "drafts",
            "Draft results",
            Result.objects.filter(state=Result.State.DRAFT).count(),
            "Scores that readers do not see yet.",
            "Check the source and publish",
            list_url("result", state__exact="draft"),
            "models_catalog.view_result",
        ),
        Queue(
            "reports",
            "Readers' reports",
            Report.objects.filter(state=Report.State.OPEN).count(),
            "A reader says that a number is wrong.",
            "Look at the source, then correct or answer",
            list_url("report", state__exact="open"),
            "models_catalog.change_report",
        ),
        Queue(
            "names",
            "Unknown names",
            UnknownName.objects.filter(state=UnknownName.State.OPEN).count(),
            "Names that an import or a pasted table met and nobody could resolve.",
            "Map each, or ignore it",
            list_url("unknownname", state__exact="open"),
            "models_catalog.change_unknownname",
        ),
        Queue(
            "arrivals",
            "Arrivals from live sources",
            Import.objects.filter(state=Import.State.READY).exclude(source="").count(),
            "What `sync` brought: new, changed, vanished or in conflict with another source.",
            "Take one on, read its impact, write it or discard it",
            list_url("import", state__exact="ready"),
            "models_catalog.add_import",
        ),
        Queue(
            "unclassified",
            "Benchmarks to classify",
            Benchmark.objects.filter(display_reason=Benchmark.DisplayReason.UNCLASSIFIED).count(),
            "An import made them: readers see their results, and nothing counts.",
            "Give category and scale, or map the name to a benchmark we have",
            list_url("benchmark", display_reason__exact="unclassified"),
            "models_catalog.change_benchmark",
        ),
        Queue(
            "conflicts",
            "Conflicting results",
            findings.conflicting_pairs().count(),
            f"Reports of one model on one benchmark that lie {display.margin(METHOD.rare_difference)} points or more apart.",
            "Compare settings; mark the odd one as not standard or withdraw it",
            list_url("result", conflict="yes"),
            "models_catalog.view_result",
        ),
        Queue(
            "no-source",
            "Results without a source",
            findings.without_source().count(),
            "They count in the provisional lane only.",
            "Find who published the figure first",
            list_url("result", source="no", state__exact="published"),
            "models_catalog.view_result",
        ),
        Queue(
            "disputed-prices",
            "Prices on which sources disagree",
            PriceConflict.objects.filter(state=PriceConflict.State.OPEN).count(),
            "An import read another price than the one in force, from another source and more than 1 % away.",
            "Look at the provider's page; correct the price, or settle that ours is right",
            list_url("priceconflict", state__exact="open"),
            "models_catalog.change_priceconflict",
        ),
        Queue(
            "stale-prices",
            "Stale prices",
            findings.stale_prices(today).count(),
            f"In force, but not seen for {findings.PRICE_STALE.days} days.",
            "Look at the provider's page; set “observed on” or end the price",
            list_url("price", period="stale"),
            "models_catalog.change_price",
        ),
        Queue(
            "gone",
            "Prices of deprecated models",
            findings.offered_though_gone(today).count(),
            "The model is deprecated or retired, yet a price is still in force.",
            "End the price on the day the offer ended",
            list_url("price", period="gone"),
            "models_catalog.change_price",
        ),
        Queue(
            "stale-speeds",
            "Stale speeds",
            findings.stale_speeds(today).count(),
            f"No date, or older than {findings.SPEED_STALE.days} days.",
            "Measure again, or mark as suspect",
            list_url("speedmeasurement", age="stale"),
            "models_catalog.change_speedmeasurement",
        ),
    ]
