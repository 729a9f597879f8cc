"""Benchmarks: what each measures, how far it separates models, and every result on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from comparisons import standing_store
from comparisons.boards import rows
from comparisons.boards.categories import benchmark_note
from comparisons.boards.filter_form import pager
from comparisons.boards.organizations import near_names
from comparisons.boards.store import BoardEntry
from comparisons.core import geometry, plots
from comparisons.core.method import METHOD
from comparisons.core.standing import BenchmarkFit, LaneFit
from comparisons.memory import current
from comparisons.pages.base import (
    LANE_LABELS,
    LANE_NOTES,
    Near,
    PageMeta,
    UnknownPage,
    absolute,
    address,
    lane_links,
    shortened,
)
from comparisons.pages.benchmark_facts import DIRECTIONS, NEITHER, known_facts
from comparisons.pages.ledger import LedgerRow, ledger
from comparisons.pages.parts import Link
from models_catalog import directory, run_shelf, snapshots
from models_catalog.core import display
from models_catalog.core.specs import HIGHER, LOWER, BenchmarkSpec
from models_catalog.run_shelf import RunSpec

PATH = "/benchmarks/"
STRIP_HEIGHT = 112
PAGE_SIZE = 100
MOST_DOTS = 240  # of more results every second, third … by score is drawn


# ------------------------------------------------------------------ the list


@dataclass(frozen=True)
class BenchmarkLine:
    """A benchmark in the list: results and models whatever the lane, and what it does in this one."""

    spec: BenchmarkSpec
    fit: BenchmarkFit | None
    results: int
    models: int

    @property
    def href(self) -> str:
        """Path of its page."""
        return f"/benchmarks/{self.spec.slug}/"

    @property
    def unit_text(self) -> str:
        """Unit, and the direction where it is not the usual one."""
        unit = display.UNIT_NAME.get(self.spec.unit, self.spec.unit)
        return unit if self.spec.direction == HIGHER else f"{unit}, {DIRECTIONS.get(self.spec.direction, NEITHER)}"

    @property
    def results_text(self) -> str:
        """How many results are published."""
        return display.count(self.results)

    @property
    def models_text(self) -> str:
        """How many models have one."""
        return display.counted(self.models, "model")

    @property
    def counts(self) -> bool:
        """Whether it counts in the lane."""
        return self.fit is not None and self.fit.fitted

    @property
    def state_text(self) -> str:
        """Whether it counts."""
        return benchmark_note(self.spec, self.fit)

    @property
    def par_text(self) -> str:
        """What an average tracked model gets, in points; a dash where there is no scale."""
        return display.overall_score(self.fit.par) if self.fit is not None and self.fit.fitted else rows.DASH

    @property
    def saturated(self) -> bool:
        """Whether the best models reach its ceiling."""
        return self.fit is not None and self.fit.saturated


@dataclass(frozen=True)
class BenchmarksPage:
    """All benchmarks by category, those that measure most models first."""

    groups: tuple[dict, ...]
    total: int
    counting: int
    lane: str
    meta: PageMeta

    @property
    def contents(self) -> list[dict]:
        """The categories on this page."""
        return [{"id": group["id"], "text": group["name"]} for group in self.groups]

    @property
    def basis(self) -> str:
        """How many there are and how many count."""
        if not self.total:
            return "No benchmark has been entered yet."
        return (
            f"{display.counted(self.total, 'benchmark')}, {display.count(self.counting)} of them count in the "
            f"{LANE_LABELS[self.lane].lower()} lane. A benchmark counts from {METHOD.models_per_benchmark} models on."
        )


def load_benchmarks() -> BenchmarksPage:
    """The list of benchmarks. Two queries, three the first time: the fit, and result counts."""
    lane = settings.DEFAULT_LANE
    meta = PageMeta(
        title="Benchmarks: what each measures and whether it counts",
        description="Every benchmark with its category, unit, number of models measured, par and whether it counts.",
        canonical=absolute(PATH),
    )
    try:
        context = standing_store.current_context(lane)
    except standing_store.NoStandings:
        return BenchmarksPage((), 0, 0, lane, meta)
    counted = directory.result_counts()
    lines = [
        BenchmarkLine(spec, context.fit.by_benchmark.get(slug), *counted.get(slug, (0, 0)))
        for slug, spec in context.benchmarks.items()
    ]
    lines.sort(key=lambda line: (-(line.fit.models if line.fit else 0), -line.models, line.spec.name.casefold()))
    groups = []
    for slug, name in [*((c.slug, c.name) for c in context.categories), (None, "In no category")]:
        own = tuple(line for line in lines if line.spec.category == slug)
        if own:
            counting = tuple(line for line in own if line.counts)
            rest = tuple(line for line in own if not line.counts)
            groups.append(
                {
                    "id": slug or "none",
                    "name": name,
                    "lead": f"{display.count(len(counting))} of {display.count(len(own))} count",
                    "lines": counting,
                    "rest": rest,
                    "cue": f"{display.count(len(rest))} that {'does' if len(rest) == 1 else 'do'} not count",
                }
            )
    fitted = sum(benchmark.fitted for benchmark in context.fit.benchmarks)
    return BenchmarksPage(tuple(groups), len(lines), fitted, lane, meta)


# ------------------------------------------------------------------ one benchmark


@dataclass(frozen=True)
class BenchmarkPage:
    """One benchmark in one lane with every public result on it.

    `lines` are the results that speak for their model, best first, then the others; `entries` map
    a model's slug to its board entry.
    """

    spec: BenchmarkSpec
    fit: BenchmarkFit | None
    lane_fit: LaneFit
    context: standing_store.LaneContext
    lane_asked: str | None
    category_name: str
    licence: str
    lines: tuple[LedgerRow, ...]
    entries: Mapping[str, BoardEntry]
    page: int
    today: dt.date
    runs: tuple[RunSpec, ...] = ()

    @property
    def shown(self) -> tuple[LedgerRow, ...]:
        """The lines of this page of the table; twins have them all."""
        return self.lines[(self.page - 1) * PAGE_SIZE : self.page * PAGE_SIZE]

    @property
    def pager(self) -> tuple[dict, ...]:
        """Links to the pages of the table."""
        return pager(self, self.path, len(self.lines), PAGE_SIZE)

    def href(self, path: str, page: str = "") -> str:
        """The address of another page of the table."""
        return address(path, lane=self.lane_asked, page=page)

    @property
    def path(self) -> str:
        """Path of the page."""
        return f"/benchmarks/{self.spec.slug}/"

    @property
    def name(self) -> str:
        """The benchmark's name."""
        return self.spec.name

    @property
    def crumbs(self) -> list[dict]:
        """Where the page hangs."""
        found = [{"text": "Benchmarks", "href": PATH}]
        if self.category_name:
            found.append({"text": self.category_name, "href": f"/categories/{self.spec.category}/"})
        return found

    @property
    def lanes(self) -> tuple[Link, ...]:
        """The lane switch."""
        return lane_links(self.path, self.context.lane)

    @property
    def lane_note(self) -> str:
        """What the lane means."""
        return f"{LANE_LABELS[self.context.lane]}: {LANE_NOTES[self.context.lane]}."

    @property
    def run_links(self) -> tuple[Link, ...]:
        """The runs behind results here, each with its page: “lm-eval 0.4.13, 5-shot, 2026-11-29”."""
        return tuple(
            Link(run.href, run.model_name, ", ".join(part for part in _run_words(run) if part)) for run in self.runs
        )

    @cached_property
    def leading(self) -> tuple[LedgerRow, ...]:
        """One result a model: what counts in the lane, or would if the benchmark did, best first."""
        return tuple(line for line in self.lines if line.chosen)

    @cached_property
    def basis(self) -> str:
        """The finding in one or two sentences."""
        if not self.lines:
            return "No result on this benchmark is recorded yet."
        models = len({line.row.model for line in self.lines})
        known = f"{display.counted(len(self.lines), 'result')} of {display.counted(models, 'model')}."
        if not self.leading or self.spec.direction not in DIRECTIONS:
            return known
        best = self.leading[0]
        value = display.benchmark_score(best.row.score, self.spec.unit)
        level = [line for line in self.leading if line.row.score == best.row.score]
        if len(level) > 1:
            return f"{known} The best result in this lane, {value}, is shared by {display.count(len(level))} models."
        return f"{known} The best result in this lane is {value}, by {self.model_name(best.row.model)}."

    @property
    def notes(self) -> list[dict]:
        """State and date under the title."""
        notes = [{"text": benchmark_note(self.spec, self.fit).capitalize(), "href": "/methodology/", "iso": None}]
        days = [
            line.row.measured_on for line in self.lines if line.row.measured_on and line.row.measured_on <= self.today
        ]
        if days:
            notes.append(
                {"text": f"Newest result {display.date(max(days))}", "iso": max(days).isoformat(), "href": None}
            )
        return notes

    def model_name(self, slug: str) -> str:
        """The name of a model with a result here."""
        return self.entries[slug].model.name if slug in self.entries else slug

    def model_maker(self, slug: str) -> str:
        """The lab of a model with a result here."""
        return self.entries[slug].model.lab_name if slug in self.entries else ""

    @property
    def facts(self) -> list[dict]:
        """What is known of the benchmark itself."""
        return known_facts(self.spec, self.category_name, self.licence)

    @property
    def scale_facts(self) -> list[dict]:
        """What the lane makes of it: par, spread, scatter, saturation."""
        fit = self.fit
        if fit is None or not fit.fitted:
            return []
        entries = [
            ("Models that count", display.count(fit.models), None),
            ("Par", display.overall_score(fit.par), "points of an average tracked model"),
            ("Spread", display.factor(fit.spread), "1 pulls models apart as most benchmarks do"),
            ("Scatter", display.factor(fit.scatter), "points by which one result strays"),
            (
                "Saturated",
                "yes" if fit.saturated else "no",
                f"yes once {display.weight_share(1 - METHOD.saturated_quantile)} of {METHOD.saturated_models} or more "
                f"models reach {display.benchmark_score(METHOD.saturated_percent, 'percent')}",
            ),
        ]
        return [{"label": label, "text": text, "sub": sub, "href": None} for label, text, sub in entries]

    @cached_property
    def strip(self) -> dict | None:
        """Every model's result as a dot, with chance, median and ceiling; None below two results."""
        if len(self.leading) < 2:
            return None
        return spread_strip(self)

    @property
    def unit_text(self) -> str:
        """The unit of every result here."""
        return display.UNIT_NAME.get(self.spec.unit, self.spec.unit)

    @property
    def results_lead(self) -> str:
        """What the table holds."""
        rest = len(self.lines) - len(self.leading)
        lead = f"{display.counted(len(self.leading), 'model')} with a result in this lane, best first."
        if not rest:
            return lead
        return f"{lead} Below them {display.counted(rest, 'further row')}, each with the reason why another one speaks."

    @property
    def meta(self) -> PageMeta:
        """Head of the page."""
        query = {"lane": self.lane_asked}
        return PageMeta(
            title=f"{self.name}: {display.counted(len(self.leading), 'model')} measured, with settings and sources",
            description=shortened(f"{self.name}: {self.basis}"),
            canonical=absolute(self.path),
            robots="noindex" if self.lane_asked else None,
            alternates=tuple(
                {"type": mime, "href": address(f"/benchmarks/{self.spec.slug}.{suffix}", **query), "title": title}
                for suffix, mime, title in (
                    ("json", "application/json", "This benchmark as JSON"),
                    ("md", "text/markdown", "This benchmark as Markdown"),
                )
            ),
        )


def spread_strip(page: BenchmarkPage) -> dict:
    """The strip of results for its component."""
    spec = page.spec
    step = -(-len(page.leading) // MOST_DOTS)
    lines = page.leading[::step]
    values = [float(line.row.score) for line in lines]
    marks = [
        (value, word)
        for value, word in ((spec.floor, "chance"), (spec.best, "ceiling"))
        if spec.kind == "percent" and value is not None
    ]
    scale = geometry.scale_around([*values, *(value for value, _ in marks)])
    middle = plots.quantile([float(line.row.score) for line in page.leading], 0.5)
    marks.append((middle, f"median {display.benchmark_score(middle, spec.unit)}"))
    places = [scale.place(value) for value in values]
    heights = plots.stacked(places, apart=1.2, base=STRIP_HEIGHT - 8, step=9, top=26)
    return {
        "height": STRIP_HEIGHT,
        "title": f"{spec.name}: every model’s result",
        "caption": "One dot a model; the table below has the figures."
        if step == 1
        else f"One dot for every {display.ordinal(step)} model; the table below has all figures.",
        "desc": f"{display.counted(len(page.leading), 'result')}, median {display.benchmark_score(middle, spec.unit)}",
        "x_ticks": [{"x": tick.x, "text": tick.text} for tick in scale.ticks],
        "lines": [
            {"x": scale.place(value), "text": word, "anchor": _anchor(scale.place(value))} for value, word in marks
        ],
        "points": [
            {
                "x": place,
                "y": height,
                "href": f"/models/{line.row.model}/",
                "title": f"{page.model_name(line.row.model)}: {display.benchmark_score(line.row.score, spec.unit)}",
                "side": None,
                "quiet": True,
            }
            for line, place, height in zip(lines, places, heights, strict=True)
        ],
    }


def _anchor(x: float) -> str:
    return "start" if x <= 3 else "end" if x >= 97 else "middle"


def load_benchmark(slug: str, *, today: dt.date, lane: str | None = None, page: int = 1) -> BenchmarkPage:
    """The page of a benchmark. At most five queries: results, models with their outcome, licence, and the
    lane's context (two the first time). Raises UnknownPage for a slug that names none."""
    asked, lane = lane, lane or settings.DEFAULT_LANE
    memory = current()
    try:
        context = memory.context(lane)
    except standing_store.NoStandings as error:
        raise UnknownPage("benchmark", slug) from error
    spec = context.benchmarks.get(slug)
    if spec is None:
        raise UnknownPage("benchmark", slug)
    entries = {entry.model.slug: entry for entry in memory.entries(lane)}
    fit = context.fit.by_benchmark.get(slug)
    names = {category.slug: category.name for category in context.categories}
    results = snapshots.benchmark_results(slug)
    unfitted = () if fit is not None and fit.fitted else (slug,)
    lines = _ordered(ledger(results, context.benchmarks, lane, unfitted=unfitted), spec, entries)
    return BenchmarkPage(
        spec=spec,
        fit=fit,
        lane_fit=context.fit,
        context=context,
        lane_asked=asked,
        category_name=names.get(spec.category, ""),
        licence=directory.benchmark_licence(slug),
        lines=lines,
        entries=entries,
        page=max(1, min(page, -(-len(lines) // PAGE_SIZE))),
        today=today,
        runs=run_shelf.runs_behind(slug, results),
    )


def _run_words(run: RunSpec) -> tuple[str, ...]:
    figure = run.figures[0]
    items = f"{display.counted(figure.items, 'question')}" if figure.items else ""
    day = display.date(run.measured_on) if run.measured_on else ""
    return f"{run.tool} {run.tool_version}".strip(), run.variant, items, day


def _ordered(
    judged: Iterable[LedgerRow], spec: BenchmarkSpec, entries: Mapping[str, BoardEntry]
) -> tuple[LedgerRow, ...]:
    """Rows that speak for their model first, best first; equal ones and the rest by the model's name."""
    sign = 1 if spec.direction == LOWER else -1

    def order(line: LedgerRow) -> tuple:
        slug = line.row.model
        name = entries[slug].model.name.casefold() if slug in entries else slug
        return (not line.chosen, line.withdrawn, sign * line.row.score if line.chosen else 0, name, slug, line.row.uid)

    return tuple(sorted(judged, key=order))


def near_benchmarks(slug: str) -> tuple[Near, ...]:
    """Benchmarks closest to what was asked for. One query, two the first time."""
    try:
        context = standing_store.current_context(settings.DEFAULT_LANE)
    except standing_store.NoStandings:
        return ()
    return near_names(slug, (Near(spec.slug, spec.name) for spec in context.benchmarks.values()))
