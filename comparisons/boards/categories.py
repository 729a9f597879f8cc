"""A category's own board: places by its scores alone, and the benchmarks they rest on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.conf import settings

from comparisons import standing_store
from comparisons.boards import board, rows
from comparisons.boards.board import Board
from comparisons.boards.filters import BoardFilters
from comparisons.boards.leaderboard import LeaderboardPage, finding, twins
from comparisons.pages.base import Near, PageMeta, UnknownPage, absolute, shortened
from models_catalog import directory
from models_catalog.core import display


@dataclass(frozen=True)
class BenchmarkLink:
    """A benchmark of the category: how many models it measures in this lane, and whether it counts."""

    slug: str
    name: str
    note: str

    @property
    def href(self) -> str:
        """Path of the benchmark's page."""
        return f"/benchmarks/{self.slug}/"

    @property
    def text(self) -> str:
        """What the link says."""
        return self.name


@dataclass(frozen=True)
class CategoryPage(LeaderboardPage):
    """The board of one category with its description and benchmarks."""

    description: str
    benchmarks: tuple[BenchmarkLink, ...]
    weight_text: str
    colour: str

    @property
    def crumbs(self) -> list[dict]:
        """Where the page hangs."""
        return [{"text": "Leaderboard", "href": "/leaderboard/"}]

    @property
    def benchmarks_lead(self) -> str:
        """How many benchmarks of the category count."""
        counting = sum(link.note.startswith("counts") for link in self.benchmarks)
        return f"{display.count(counting)} of {display.counted(len(self.benchmarks), 'benchmark')} count in this lane."


def load_category(slug: str, filters: BoardFilters, *, today: dt.date, whole: bool = False) -> CategoryPage:
    """The board of a category. At most five queries. Raises UnknownPage where there is no such category."""
    path = f"/categories/{slug}/"
    filters = replace(filters, category=slug, fixed=("category",))
    try:
        found = board.load_board(filters, path=path, today=today, whole=whole)
    except standing_store.NoStandings as error:
        raise UnknownPage("category", slug) from error
    if found.category is None:
        raise UnknownPage("category", slug)
    name = found.category.name
    fit = found.fit.by_category.get(slug)
    return CategoryPage(
        path=path,
        title=name,
        basis=_basis(found),
        board=found,
        meta=_meta(found),
        description=directory.category_descriptions().get(slug, ""),
        benchmarks=_benchmarks(found),
        colour=found.category.colour,
        weight_text=display.weight_share(fit.share) if fit is not None else rows.DASH,
    )


def _basis(found: Board) -> str:
    name = display.in_sentence(found.category.name)
    if not found.places:
        return f"No model has the rank and the {rows.votes_needed()} own votes in {name} that a place here needs."
    return (
        f"{display.counted(found.places, 'model')} with a rank and at least {rows.votes_needed()} own votes in {name}. "
        "Places are ranges: inside a range the order is open."
    )


def _benchmarks(found: Board) -> tuple[BenchmarkLink, ...]:
    context = found.context
    listed = []
    for spec in context.benchmarks.values():
        if spec.category != found.category.slug:
            continue
        fit = context.fit.by_benchmark.get(spec.slug)
        models = fit.models if fit is not None else 0
        listed.append((not (fit and fit.fitted), -models, spec, benchmark_note(spec, fit)))
    listed.sort(key=lambda item: (item[0], item[1], item[2].name.casefold(), item[2].slug))
    return tuple(BenchmarkLink(spec.slug, spec.name, note) for _, _, spec, note in listed)


def benchmark_note(spec, fit) -> str:
    """Whether a benchmark counts in a lane, in a few words."""
    if not spec.weighted:
        return f"shown only: {spec.display_reason or 'not scored'}"
    models = fit.models if fit is not None else 0
    if fit is not None and fit.fitted:
        return f"counts, {display.counted(models, 'model')}"
    return f"too few models: {display.count(models)}"


def near_categories() -> tuple[Near, ...]:
    """All categories, for an address that names none of them. One query, two the first time."""
    try:
        context = standing_store.current_context(settings.DEFAULT_LANE)
    except standing_store.NoStandings:
        return ()
    return tuple(Near(category.slug, category.name) for category in context.categories)


def _meta(found: Board) -> PageMeta:
    filters = found.filters
    own_view = any(value for name, value in filters.parameters().items() if name != "page")
    path = f"/categories/{found.category.slug}/"
    return PageMeta(
        title=f"{found.category.name}: {display.counted(found.places, 'language model')} ranked",
        description=shortened(finding(found)),
        canonical=absolute(path),
        robots="noindex" if own_view else None,
        alternates=twins(found, f"/categories/{found.category.slug}"),
    )
