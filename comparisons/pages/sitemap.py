"""What search engines may visit: pages, models, benchmarks, and pairs with something to say.

A pair is listed when its page has at least `pairs.SHARED_WORTH_LISTING` shared benchmarks.
Half a million pairs are decided without loading one of them: each model becomes a row of a
0/1 matrix over benchmarks, and a product of that matrix counts what pairs share. Only the
row of one model is ever multiplied at once, so the whole list never exists in memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from django.conf import settings
from django.db.models import F
from django.urls import Resolver404, resolve

from comparisons.core import pairs
from comparisons.core.method import METHOD, METHODOLOGY
from comparisons.core.standing import Cell
from comparisons.core.versions import VERSIONS
from comparisons.models import Standing, StandingSnapshot
from comparisons.pages.base import absolute
from comparisons.pairs.comparison import WEAKER_LANES
from models_catalog.models import Benchmark, Category, LanguageModel, Offering

MOST_ADDRESSES = 50_000  # a sitemap file holds no more (sitemaps.org)
STATIC_PATHS = (
    "/",
    "/compare/",
    "/leaderboard/",
    "/models/",
    "/benchmarks/",
    "/prices/",
    "/changes/",
    "/methodology/",
    *(version.href for version in VERSIONS if version.number != METHODOLOGY),
    "/data/",
    "/about/",
    "/api/",
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@dataclass(frozen=True, eq=False)
class LaneEvidence:
    """Who has which benchmark in one lane: `has` is models × benchmarks of 0 and 1.

    `estimable` says which models may be compared by their overall scores.
    """

    has: np.ndarray
    estimable: np.ndarray

    def shared_with_later(self, row: int) -> np.ndarray:
        """How many benchmarks the model in `row` shares with each model after it."""
        return self.has[row + 1 :] @ self.has[row]


class PairIndex:
    """All pairs of the models `slugs` (in order) and which of them are worth listing.

    `lanes` are the lane a pair page opens in and, if there is one, the lane it falls back to.
    """

    def __init__(self, slugs: tuple[str, ...], lanes: tuple[LaneEvidence, ...]):
        self.slugs, self.lanes = slugs, lanes
        counts = [int(self._listed(row).sum()) for row in range(len(slugs))]
        self._before = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])

    def __len__(self) -> int:
        """How many pairs are listed."""
        return int(self._before[-1])

    @property
    def parts(self) -> int:
        """How many sitemap files the pairs fill."""
        return -(-len(self) // MOST_ADDRESSES)

    def part(self, number: int, size: int = MOST_ADDRESSES) -> Iterator[str]:
        """The pair slugs of one file, from 1, one after the other. Nothing is kept."""
        start, stop = (number - 1) * size, number * size
        row = max(0, int(np.searchsorted(self._before, start, side="right")) - 1)
        for place in range(row, len(self.slugs)):
            first = int(self._before[place])
            if first >= stop:
                return
            others = np.flatnonzero(self._listed(place))[max(0, start - first) : stop - first]
            one = self.slugs[place]
            yield from (pairs.join(one, self.slugs[place + 1 + int(other)]) for other in others)

    def _listed(self, row: int) -> np.ndarray:
        """Which of the models after `row` have a page with it that is worth listing."""
        main = self.lanes[0]
        shared = main.shared_with_later(row)
        listed = pairs.worth_listing(shared)
        stays = main.estimable[row] & main.estimable[row + 1 :] & (shared > 0)
        for weaker in self.lanes[1:]:
            listed = listed | (~stays & pairs.worth_listing(weaker.shared_with_later(row)))
        return listed


@dataclass(frozen=True)
class SitemapState:
    """The snapshots a sitemap is made of, and when they were computed."""

    snapshots: tuple[int, ...]
    revision: int
    modified: dt.date | None


def sitemap_state() -> SitemapState:
    """The current snapshots of the lanes a pair page may open in. One query; empty before the first recompute."""
    lanes = lanes_a_pair_opens_in()
    rows = StandingSnapshot.objects.filter(current=True, lane__in=lanes).values_list(
        "lane", "pk", "revision_id", "computed_at"
    )
    found = {lane: (pk, revision, computed) for lane, pk, revision, computed in rows}
    in_order = [found[lane] for lane in lanes if lane in found]
    if not in_order:
        return SitemapState((), 0, None)
    return SitemapState(tuple(pk for pk, *_ in in_order), in_order[0][1], in_order[0][2].date())


@lru_cache(maxsize=1)
def pair_index(snapshots: tuple[int, ...]) -> PairIndex:
    """The pairs of these snapshots. One query the first time a process asks, streamed from the database."""
    columns = Standing.objects.filter(snapshot__in=snapshots, model__published=True, detail__isnull=False)
    rows = (
        columns.annotate(families=F("detail__families"), cells=F("detail__cells"))
        .order_by("model__slug")
        .values_list("model__slug", "snapshot_id", "overall", "ranked", "families", "cells")
    )
    names: dict[str, int] = {}
    places: dict[str, int] = {}
    seen: dict[int, tuple[list[tuple[int, list[int]]], set[int]]] = {pk: ([], set()) for pk in snapshots}
    for slug, snapshot, overall, ranked, families, cells in rows.iterator(chunk_size=100):
        model = names.setdefault(slug, len(names))
        holdings, estimable = seen[snapshot]
        standard = (cell for cell in (Cell(*values) for values in cells) if cell.standard)
        holdings.append((model, [places.setdefault(cell.benchmark, len(places)) for cell in standard]))
        if ranked or (overall is not None and families >= METHOD.estimate_families):
            estimable.add(model)
    lanes = tuple(_evidence(*seen[pk], len(names), len(places)) for pk in snapshots)
    return PairIndex(tuple(names), lanes)


def _evidence(
    holdings: Iterable[tuple[int, list[int]]], estimable: set[int], models: int, benchmarks: int
) -> LaneEvidence:
    has = np.zeros((models, benchmarks), dtype=np.float32)
    for model, held in holdings:
        has[model, held] = 1
    flags = np.zeros(models, dtype=bool)
    flags[list(estimable)] = True
    return LaneEvidence(has, flags)


def lanes_a_pair_opens_in() -> tuple[str, ...]:
    """The lane a pair page opens in first, then those it falls back to."""
    return tuple(dict.fromkeys((settings.DEFAULT_LANE, *WEAKER_LANES)))


# ------------------------------------------------------------------ files


def index_file(state: SitemapState) -> Iterator[str]:
    """The sitemap index: one entry a file."""
    parts = pair_index(state.snapshots).parts if state.snapshots else 0
    paths = ["/sitemap-pages.xml", "/sitemap-models.xml", "/sitemap-benchmarks.xml"]
    paths += [f"/sitemap-pairs-{number}.xml" for number in range(1, parts + 1)]
    return _file("sitemapindex", "sitemap", paths, state.modified)


def pages_file(state: SitemapState) -> Iterator[str]:
    """Pages that are no model, benchmark or pair. Three queries."""
    categories = Category.objects.order_by("position", "slug").values_list("slug", flat=True)
    labs = LanguageModel.objects.published().order_by("lab__slug").values_list("lab__slug", flat=True).distinct()
    offers = Offering.objects.filter(model__published=True).order_by("provider__slug")
    providers = offers.values_list("provider__slug", flat=True).distinct()
    paths = chain(
        STATIC_PATHS,
        (f"/categories/{slug}/" for slug in categories),
        (f"/labs/{slug}/" for slug in labs),
        (f"/providers/{slug}/" for slug in providers),
    )
    return _file("urlset", "url", filter(_answered, paths), state.modified)


def models_file(state: SitemapState) -> Iterator[str]:
    """Every published model. One query."""
    slugs = LanguageModel.objects.published().order_by("slug").values_list("slug", flat=True)
    return _file("urlset", "url", (f"/models/{slug}/" for slug in slugs[:MOST_ADDRESSES]), state.modified)


def benchmarks_file(state: SitemapState) -> Iterator[str]:
    """Every benchmark. One query."""
    slugs = Benchmark.objects.order_by("slug").values_list("slug", flat=True)
    return _file("urlset", "url", (f"/benchmarks/{slug}/" for slug in slugs[:MOST_ADDRESSES]), state.modified)


def pairs_file(state: SitemapState, part: int) -> Iterator[str] | None:
    """One file of pairs, from 1; None where there is no such file."""
    index = pair_index(state.snapshots) if state.snapshots else None
    if index is None or not 1 <= part <= index.parts:
        return None
    return _file("urlset", "url", (f"/compare/{slug}/" for slug in index.part(part)), state.modified)


def _file(root: str, entry: str, paths: Iterable[str], modified: dt.date | None) -> Iterator[str]:
    """A sitemap as pieces of text. Slugs need no escaping: they are ASCII letters, digits and hyphens."""
    stamp = f"<lastmod>{modified.isoformat()}</lastmod>" if modified else ""
    yield f"{_HEAD}<{root} {_NAMESPACE}>\n"
    lines: list[str] = []
    for path in paths:
        lines.append(f"<{entry}><loc>{absolute(path)}</loc>{stamp}</{entry}>\n")
        if len(lines) == 500:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines) + f"</{root}>\n"


def _answered(path: str) -> bool:
    """Tell whether this installation has a view for the path."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
