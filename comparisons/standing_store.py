"""Keeps the standings: recomputes them from the catalogue and hands them out.

`recompute_pending` is called once after a commit that changed public data (see `receivers`) and by
the caretaker for commits whose process died; `recompute` by `manage.py recompute_standings`. Readers get standings of the
current snapshots; what a snapshot shares between models is remembered per process,
which is safe because a snapshot never changes.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Max
from django.db.models.functions import TruncDate
from django.utils import timezone

from comparisons.core.method import METHOD
from comparisons.core.operations import blended, quoted_price
from comparisons.core.related import Candidate, neighbours
from comparisons.core.scoring import AUTO, LaneFit, LaneStandings, ModelStanding, standings
from comparisons.core.second_opinion import second_opinion
from comparisons.models import DatasetRevision, Standing, StandingSnapshot
from comparisons.signals import standings_recomputed
from models_catalog import snapshots
from models_catalog.core.specs import LANES, BenchmarkSpec, CategorySpec, ModelSpec
from models_catalog.models import LanguageModel, PendingChange

RECOMPUTE_LOCK = 0x45564E42  # any number, the same in every process: PostgreSQL's advisory lock of `recompute`
KEPT_DAYS = 400  # how long the last snapshot of a day is kept for rank history


class NoStandings(Exception):
    """The standings were never computed in this database."""


@dataclass(frozen=True)
class LaneContext:
    """What all pages of one snapshot share."""

    snapshot: UUID
    revision: int
    lane: str
    computed_at: dt.datetime
    fit: LaneFit
    categories: tuple[CategorySpec, ...]
    benchmarks: dict[str, BenchmarkSpec]
    names: dict[str, str]  # every published model's name
    neighbours: dict[str, dict[str, str]]  # model -> reason -> model, see core.related
    second_opinion: dict[str, int]  # rank by another method, the latent index, of the ranked models
    ranked: int  # models with a rank
    scored: int  # models with a counting result


@dataclass(frozen=True)
class PlacedModel:
    """A model and its standing in one lane; the standing is None without a counting result."""

    model: ModelSpec
    standing: ModelStanding | None
    snapshot: UUID


def recompute(reason: str = "", *, estimate_offset: bool = True) -> DatasetRevision:
    """Compute and store the standings of every lane as a new dataset revision.

    With `estimate_offset` False the self-report offset of the current snapshot stays, so
    that one save in the newsroom does not move every model by half a point; imports and
    the nightly command estimate it afresh. Processes that recompute at once take turns.
    """
    with transaction.atomic():
        _take_turns()
        pending = list(PendingChange.objects.values_list("pk", flat=True))  # before the data: none is missed
        current = {
            row.lane: row for row in StandingSnapshot.objects.select_for_update().filter(current=True).order_by("lane")
        }
        catalogue = snapshots.load_catalogue()
        prices = _blended_prices()
        ids = dict(LanguageModel.objects.published().values_list("slug", "pk"))
        revision = DatasetRevision.objects.create(reason=reason[:300])
        StandingSnapshot.objects.filter(current=True).update(current=False)
        for lane in LANES:
            computed = standings(
                catalogue.categories,
                catalogue.benchmarks,
                catalogue.results,
                lane,
                offset=_offset(current.get(lane), estimate_offset),
                reference_offset=_offset(None, estimate=True),
            )
            _store(revision, computed, catalogue, ids, prices)
        _forget_old(revision)
        PendingChange.objects.filter(pk__in=pending).delete()
        transaction.on_commit(lambda: standings_recomputed.send(sender=DatasetRevision, revision=revision))
    return revision


def recompute_pending() -> DatasetRevision | None:
    """Take up every committed change that the standings do not hold yet, in one revision.

    Returns None when there is none: another process did it meanwhile. A change of one row keeps the
    self-report offset, an import estimates it afresh.
    """
    with transaction.atomic():
        _take_turns()
        pending = list(PendingChange.objects.all())
        if not pending:
            return None
        reasons = dict.fromkeys(change.reason for change in pending if change.reason)
        return recompute("; ".join(reasons), estimate_offset=any(change.bulk for change in pending))


def _take_turns() -> None:
    """Wait for whoever recomputes now, until the end of the transaction; SQLite lets in one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RECOMPUTE_LOCK])


def _offset(previous: StandingSnapshot | None, estimate: bool) -> float | str:
    if settings.SELF_REPORT_OFFSET == "0":
        return 0.0
    if estimate or previous is None:
        return AUTO
    return previous.fit["fit"]["offset"]["applied"]


def _store(
    revision: DatasetRevision,
    computed: LaneStandings,
    catalogue: snapshots.Catalogue,
    ids: dict[str, int],
    prices: dict[str, Decimal],
) -> None:
    by_model = {slug: standing for slug, standing in computed.by_model.items() if slug in ids}
    snapshot = StandingSnapshot.objects.create(
        revision=revision,
        lane=computed.fit.lane,
        methodology=computed.fit.methodology,
        current=True,
        fit={
            "fit": computed.fit.to_dict(),
            "categories": [asdict(category) for category in catalogue.categories],
            "benchmarks": [_stored_benchmark(benchmark) for benchmark in catalogue.benchmarks],
            "names": {model.slug: model.name for model in catalogue.models},
            "neighbours": neighbours(
                _candidate(model, by_model.get(model.slug), prices.get(model.slug)) for model in catalogue.models
            ),
            "second_opinion": second_opinion(
                computed, {benchmark.slug: benchmark for benchmark in catalogue.benchmarks}
            ),
            "ranked": sum(standing.ranked for standing in by_model.values()),
            "scored": len(by_model),
        },
    )
    Standing.objects.bulk_create(
        [_row(snapshot, pk, by_model.get(slug)) for slug, pk in sorted(ids.items())], batch_size=500
    )


def _candidate(model: ModelSpec, standing: ModelStanding | None, price: Decimal | None) -> Candidate:
    tests = frozenset(standing.by_benchmark) if standing else frozenset()
    return Candidate(model, _overall_of(standing), price, tests)


def _overall_of(standing: ModelStanding | None) -> float | None:
    return None if standing is None else standing.overall


def _blended_prices() -> dict[str, Decimal]:
    """The blended price of each model that has one today. One query."""
    today = timezone.now().date()
    found = {}
    for slug, prices in snapshots.operations().prices.items():
        quote = quoted_price(prices, today, METHOD.price_mix)
        amount = None if quote is None else blended(quote, METHOD.price_mix)
        if amount is not None:
            found[slug] = amount
    return found


def _row(snapshot: StandingSnapshot, model: int, standing: ModelStanding | None) -> Standing:
    if standing is None:
        return Standing(snapshot=snapshot, model_id=model)
    return Standing(
        snapshot=snapshot,
        model_id=model,
        overall=standing.overall,
        se=standing.se,
        grade=standing.grade or "",
        ranked=standing.ranked,
        rank=standing.rank,
        rank_best=standing.best,
        rank_worst=standing.worst,
        results=standing.results,
        categories={slug: line.score for slug, line in standing.categories.items() if not line.carried},
        detail=standing.to_dict(),
    )


def _forget_old(revision: DatasetRevision) -> None:
    """Drop details of earlier snapshots, and all but the last earlier snapshot of each day and lane."""
    earlier = StandingSnapshot.objects.filter(revision__lt=revision)
    Standing.objects.filter(snapshot__in=earlier, detail__isnull=False).update(detail=None)
    day = TruncDate("computed_at")
    last_of_day = earlier.annotate(day=day).values("day").annotate(last=Max("revision")).values_list("last", flat=True)
    oldest = timezone.now() - dt.timedelta(days=KEPT_DAYS)
    earlier.exclude(revision__in=list(last_of_day)).delete()
    earlier.filter(computed_at__lt=oldest).delete()


def _stored_benchmark(benchmark: BenchmarkSpec) -> dict[str, Any]:
    """A benchmark as JSON keeps it; `_read_benchmark` is the way back."""
    retired = benchmark.retired_on
    return {**asdict(benchmark), "retired_on": retired.isoformat() if retired else None}


def _read_benchmark(item: dict[str, Any]) -> BenchmarkSpec:
    retired = item.get("retired_on")
    return BenchmarkSpec(**{**item, "retired_on": dt.date.fromisoformat(retired) if retired else None})


class _Contexts:
    """The contexts this process has read, those asked for last; safe to keep, since a snapshot never changes."""

    MOST = 24

    def __init__(self):
        self._kept: OrderedDict[UUID, LaneContext] = OrderedDict()

    def __call__(self, snapshot: UUID) -> LaneContext:
        """What all pages of a snapshot share. One query the first time a process asks."""
        found = self._kept.get(snapshot)
        return found if found is not None else self.keep(StandingSnapshot.objects.get(pk=snapshot))

    def keep(self, row: StandingSnapshot) -> LaneContext:
        """The context of a row that was read already."""
        if row.pk not in self._kept:
            self._kept[row.pk] = _context(row)
        self._kept.move_to_end(row.pk)
        while len(self._kept) > self.MOST:
            self._kept.popitem(last=False)
        return self._kept[row.pk]

    def knows(self, snapshot: UUID) -> bool:
        """Whether the process has it."""
        return snapshot in self._kept

    def cache_clear(self) -> None:
        """Forget everything."""
        self._kept.clear()


lane_context = _Contexts()


def _context(row: StandingSnapshot) -> LaneContext:
    stored = row.fit
    return LaneContext(
        snapshot=row.pk,
        revision=row.revision_id,
        lane=row.lane,
        computed_at=row.computed_at,
        fit=LaneFit.from_dict(stored["fit"]),
        categories=tuple(CategorySpec(**item) for item in stored["categories"]),
        benchmarks={item["slug"]: _read_benchmark(item) for item in stored["benchmarks"]},
        names=stored["names"],
        neighbours=stored["neighbours"],
        second_opinion=stored["second_opinion"],
        ranked=stored["ranked"],
        scored=stored["scored"],
    )


def current_context(lane: str) -> LaneContext:
    """The context of a lane's current snapshot. One query, two the first time. Raises NoStandings."""
    pk = StandingSnapshot.objects.filter(current=True, lane=lane).values_list("pk", flat=True).first()
    if pk is None:
        raise NoStandings(lane)
    return lane_context(pk)


def current_revision() -> int:
    """Number of the newest dataset revision, 0 before the first one. One query."""
    return DatasetRevision.objects.aggregate(newest=Max("number"))["newest"] or 0


def placed_models(lane: str, slugs: Iterable[str] | None = None) -> dict[str, PlacedModel]:
    """Published models, with their standings in a lane, by slug. One query.

    Without `slugs` every published model comes, for boards.
    """
    return placed_in_lanes((lane,), slugs).get(lane, {})


def placed_in_lanes(
    lanes: Iterable[str], slugs: Iterable[str] | None = None, *, contexts: bool = False
) -> dict[str, dict[str, PlacedModel]]:
    """Like `placed_models` for several lanes at once: lane, then slug. One query.

    With `contexts` the snapshots come along, so that `lane_context` needs no query of its own.
    """
    joined = ("model__lab", "snapshot") if contexts else ("model__lab",)
    rows = (
        Standing.objects.filter(snapshot__current=True, snapshot__lane__in=tuple(lanes), model__published=True)
        .select_related(*joined)
        .annotate(lane=F("snapshot__lane"))
    )
    if slugs is not None:
        rows = rows.filter(model__slug__in=tuple(slugs))
    found: dict[str, dict[str, PlacedModel]] = {}
    for row in rows:
        standing = ModelStanding.from_dict(row.detail) if row.detail else None
        placed = PlacedModel(snapshots.model_spec(row.model), standing, row.snapshot_id)
        if contexts:
            lane_context.keep(row.snapshot)
        found.setdefault(row.lane, {})[row.model.slug] = placed
    return found
