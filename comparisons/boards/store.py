"""What boards read: many models at once, light enough for a thousand on one page.

`standing_store` restores whole standings; a board needs their outcome only. Whatever a page
shows of a single model (its cells, the reasons for having no rank) is asked for separately,
for the models on the page alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, F, OuterRef, Subquery

from comparisons import standing_store
from comparisons.core.history import released_by, standings_on
from comparisons.core.method import METHOD
from comparisons.core.scoring import LaneFit, ModelStanding, rank, stand_all
from comparisons.core.standing import Reason
from comparisons.models import Standing
from models_catalog.core.specs import ModelSpec, ResultRow
from models_catalog.models import Result

_MODEL_FIELDS = (
    "slug",
    "name",
    "lab__slug",
    "lab__name",
    "family",
    "release_date",
    "release_date_precision",
    "knowledge_cutoff",
    "knowledge_cutoff_precision",
    "context_window",
    "max_output_tokens",
    "reasoning",
    "open_weights",
    "licence",
    "total_parameters",
    "active_parameters",
    "input_modalities",
    "output_modalities",
    "status",
    "weights_url",
    "source_url",
)
_STANDING_FIELDS = ("overall", "se", "grade", "ranked", "rank", "rank_best", "rank_worst", "results", "categories")
_SPLIT = (_MODEL_FIELDS.index("input_modalities"), _MODEL_FIELDS.index("output_modalities"))


_NO_STANDING = {
    **dict.fromkeys(("overall", "se", "rank", "best", "worst")),
    "grade": "",
    "ranked": False,
    "results": 0,
    "scores": {},
    "places": {},
}


@dataclass(frozen=True, slots=True)
class CategoryPlace:
    """A model's score in one category with its standard error, own votes and own results."""

    score: float
    se: float
    votes: float
    results: int


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """A published model and the outcome of its standing in one lane.

    `overall` and all that belongs to it are None for a model outside the common scale.
    `scores` holds its own category scores by slug, categories without own results left out;
    `places` the same with margins, where a board asked for them. `results` counts those on
    the common scale, `noted` its published results that carry an editor's note.
    """

    model: ModelSpec
    overall: float | None
    se: float | None
    grade: str
    ranked: bool
    rank: int | None
    best: int | None
    worst: int | None
    results: int
    scores: dict[str, float]
    places: dict[str, CategoryPlace]
    snapshot: UUID
    noted: int = 0

    @property
    def low(self) -> float | None:
        """Lower end of the interval."""
        return None if self.overall is None else self.overall - METHOD.z_clear * self.se

    @property
    def high(self) -> float | None:
        """Upper end of the interval."""
        return None if self.overall is None else self.overall + METHOD.z_clear * self.se


def board_entries(lane: str, *, places: bool = False, only: dict | None = None) -> tuple[BoardEntry, ...]:
    """Every published model in a lane's current snapshot, by slug. One query.

    With `places` each entry also carries its category scores with their margins. `only` is a
    filter on the model, such as {"lab__slug": "openai"}. Empty before the first recompute.
    """
    rows = Standing.objects.filter(snapshot__current=True, snapshot__lane=lane, model__published=True)
    if only:
        rows = rows.filter(**{f"model__{name}": value for name, value in only.items()})
    rows, columns = _with_notes(rows), _columns()
    if places:
        rows = rows.annotate(places=F("detail__categories"))
        columns.append("places")
    return tuple(_entry(values, places) for values in rows.order_by("model__slug").values_list(*columns))


def board_with_reasons(lane: str) -> tuple[tuple[BoardEntry, ...], dict[str, tuple[Reason, ...]]]:
    """Every published model with its category scores, by slug, and why models have no rank. One query."""
    rows = Standing.objects.filter(snapshot__current=True, snapshot__lane=lane, model__published=True)
    rows = rows.annotate(reasons=F("detail__reasons"), places=F("detail__categories")).order_by("model__slug")
    entries, reasons = [], {}
    for why, *values in _with_notes(rows).values_list("reasons", *_columns(), "places"):
        entry = _entry(tuple(values), with_places=True)
        entries.append(entry)
        if why is not None:
            reasons[entry.model.slug] = tuple(Reason(*item) for item in why)
    return tuple(entries), reasons


def _columns() -> list[str]:
    """What `_entry` reads, in its order."""
    return [f"model__{name}" for name in _MODEL_FIELDS] + [*_STANDING_FIELDS, "snapshot_id", "noted"]


def _with_notes(rows):
    """Standings with the number of their model's published results that carry an editor's note."""
    noted = Result.objects.published().filter(model=OuterRef("model")).exclude(note="").order_by().values("model")
    return rows.annotate(noted=Subquery(noted.annotate(rows=Count("pk")).values("rows")))


def _entry(values: tuple, with_places: bool) -> BoardEntry:
    facts = list(values[: len(_MODEL_FIELDS)])
    for column in _SPLIT:
        facts[column] = tuple(facts[column].split())
    standing = values[len(_MODEL_FIELDS) : len(_MODEL_FIELDS) + len(_STANDING_FIELDS)]
    places = _places(values[-1] or {}) if with_places else {}
    snapshot, noted = values[len(_MODEL_FIELDS) + len(_STANDING_FIELDS) :][:2]
    return BoardEntry(ModelSpec(*facts), *standing, places, snapshot, noted or 0)


def _places(stored: dict) -> dict[str, CategoryPlace]:
    return {
        slug: CategoryPlace(line["score"], line["se"], line["votes"], line["results"])
        for slug, line in stored.items()
        if not line["carried"]
    }


def entry_of(entry: BoardEntry, standing: ModelStanding | None) -> BoardEntry:
    """The entry of the same model with another standing, such as one under a reader's weights; None empties it."""
    if standing is None:
        return replace(entry, **_NO_STANDING)
    own = {slug: line for slug, line in standing.categories.items() if not line.carried}
    return replace(
        entry,
        overall=standing.overall,
        se=standing.se,
        grade=standing.grade or "",
        ranked=standing.ranked,
        rank=standing.rank,
        best=standing.best,
        worst=standing.worst,
        results=standing.results,
        scores={slug: line.score for slug, line in own.items()},
        places={slug: CategoryPlace(line.score, line.se, line.votes, line.results) for slug, line in own.items()},
    )


@lru_cache(maxsize=4)
def standings_of(snapshot: UUID) -> dict[str, ModelStanding]:
    """All standings of a current snapshot, by model slug. One query the first time a process asks."""
    rows = Standing.objects.filter(snapshot=snapshot, detail__isnull=False).values_list("model__slug", "detail")
    return {slug: ModelStanding.from_dict(detail) for slug, detail in rows}


def reweighed(entries: Iterable[BoardEntry], fit: LaneFit) -> tuple[tuple[BoardEntry, ...], dict[str, ModelStanding]]:
    """Score and rank a whole board anew under a reweighed fit: entries, and the new standings by slug.

    One query the first time a process asks for the snapshot. Ranks come out as on the site's
    own board, through the same functions.
    """
    entries = tuple(entries)
    if not entries:
        return (), {}
    known = standings_of(entries[0].snapshot)
    published = {entry.model.slug for entry in entries}
    cells = {slug: standing.cells for slug, standing in known.items() if slug in published}
    placed = {standing.model: standing for standing in rank(stand_all(fit, cells), fit)}
    return tuple(entry_of(entry, placed.get(entry.model.slug)) for entry in entries), placed


@dataclass(frozen=True)
class BoardOfDay:
    """A lane as it stood on a day: its entries, all standings by slug, and a context that counts them.

    Models released later are in neither.
    """

    entries: tuple[BoardEntry, ...]
    standings: dict[str, ModelStanding]
    context: standing_store.LaneContext


def board_on(
    entries: Iterable[BoardEntry],
    context: standing_store.LaneContext,
    fit: LaneFit,
    rows: Iterable[ResultRow],
    day: dt.date,
) -> BoardOfDay:
    """Score and rank a lane's board from the results known by a day, under `fit`: today's, or a reweighed one."""
    out = {entry.model.slug: entry for entry in entries if released_by(entry.model, day)}
    known = (row for row in rows if row.model in out)
    placed = standings_on(fit, known, context.benchmarks.values(), day)
    counted = replace(context, ranked=sum(s.ranked for s in placed.values()), scored=len(placed))
    return BoardOfDay(tuple(entry_of(entry, placed.get(slug)) for slug, entry in out.items()), placed, counted)


def context_of(entries: tuple[BoardEntry, ...], lane: str) -> standing_store.LaneContext:
    """The context the entries were computed in, without a query once a process knows the snapshot.

    Raises NoStandings when there are no entries and never was a snapshot.
    """
    if entries:
        return standing_store.lane_context(entries[0].snapshot)
    return standing_store.current_context(lane)
