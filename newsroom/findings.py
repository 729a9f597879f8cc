"""Querysets behind the work queues and the filters of the lists they lead to."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from comparisons.core.method import METHOD
from models_catalog.models import Benchmark, LanguageModel, Price, Result, SpeedMeasurement

PRICE_STALE = dt.timedelta(days=90)
SPEED_STALE = dt.timedelta(days=180)


def without_source(rows: QuerySet[Result] | None = None) -> QuerySet[Result]:
    """Published results that name no address."""
    return (Result.objects.published() if rows is None else rows).filter(source_url="")


def conflicting_pairs() -> QuerySet:
    """(model, benchmark) with published percentages under the benchmark's own protocol that lie far apart."""
    return (
        _comparable()
        .values("model", "benchmark")
        .annotate(apart=Max("score") - Min("score"))
        .filter(apart__gte=METHOD.rare_difference)
        .order_by("-apart")
    )


def conflicting(rows: QuerySet[Result]) -> QuerySet[Result]:
    """Those of `rows` that another comparable result of the same model and benchmark contradicts."""
    same = _comparable().filter(model=OuterRef("model"), benchmark=OuterRef("benchmark"))
    lower = same.filter(score__lte=OuterRef("score") - METHOD.rare_difference)
    higher = same.filter(score__gte=OuterRef("score") + METHOD.rare_difference)
    return rows.filter(state=Result.State.PUBLISHED, standard=True, benchmark__unit=Benchmark.Unit.PERCENT).filter(
        Exists(lower) | Exists(higher)
    )


def _comparable() -> QuerySet[Result]:
    return Result.objects.published().filter(standard=True, benchmark__unit=Benchmark.Unit.PERCENT)


def stale_prices(today: dt.date, rows: QuerySet[Price] | None = None) -> QuerySet[Price]:
    """Prices that hold today but were not seen for three months, or never with a date."""
    rows = Price.objects.all() if rows is None else rows
    return rows.on(today).exclude(observed_on__gte=today - PRICE_STALE)


def stale_speeds(today: dt.date, rows: QuerySet[SpeedMeasurement] | None = None) -> QuerySet[SpeedMeasurement]:
    """Trusted speed measurements older than half a year, or without a date."""
    rows = SpeedMeasurement.objects.all() if rows is None else rows
    return rows.filter(suspect="").exclude(measured_on__gte=today - SPEED_STALE)


def offered_though_gone(today: dt.date, rows: QuerySet[Price] | None = None) -> QuerySet[Price]:
    """Prices that hold today for models that are deprecated or retired."""
    gone = [LanguageModel.Status.DEPRECATED, LanguageModel.Status.RETIRED]
    rows = Price.objects.all() if rows is None else rows
    return rows.on(today).filter(offering__model__status__in=gone)
