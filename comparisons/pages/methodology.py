"""`/methodology/`: the method as it runs today, written from the live data.

Every figure on the page (weights, pars, spreads, scatters, offset, constants) is read from
the fit that all other pages use; the worked example is the sum of a real model.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.conf import settings

from comparisons import standing_store
from comparisons.boards import store as board_store
from comparisons.core.counting import WHY_NOT
from comparisons.core.method import METHOD, METHODOLOGY, PERCENT_KNOTS, POINT_KNOTS, constants
from comparisons.core.rules import rule_texts
from comparisons.core.standing import TOO_FEW_MODELS, ScaleLink
from comparisons.core.versions import VERSIONS, Version
from comparisons.memory import Memory, current
from comparisons.pages.base import LANE_LABELS, LANE_NOTES, PageMeta, absolute, lane_links
from comparisons.pages.breakdown import breakdown
from comparisons.pages.by_hand import ByHand, by_hand
from comparisons.pages.score_check import Section, score_check
from models_catalog.core import display
from models_catalog.core.specs import BenchmarkSpec


@dataclass(frozen=True)
class MethodologyPage:
    """The method with its live figures; every value is text."""

    lane: str
    lanes: list[dict]
    lane_notes: list[dict]
    methodology: str
    revision: int
    computed: str
    models: int
    ranked: int
    scored: int
    categories: list[dict]
    benchmarks: list[dict]
    unfitted: list[dict]
    display_only: list[dict]
    offset: dict
    sigma: str
    omega: str
    course_par: str
    link: dict
    constants: list[dict]
    knots: list[dict]
    rules: list[dict]
    reasons: list[str]
    example: dict | None
    example_model: dict | None
    by_hand: ByHand | None
    choices: list[dict]
    versions: list[dict]
    check: tuple[Section, ...]

    @property
    def meta(self) -> PageMeta:
        """Head of the page."""
        return PageMeta(
            title="How scores and verdicts are made",
            description=(
                f"Points above par, honest margins, and words that follow from them. Method version {self.methodology}, "
                f"with the par and spread of {len(self.benchmarks)} benchmarks and a worked example."
            ),
            canonical=absolute("/methodology/"),
        )


@dataclass(frozen=True)
class EarlierMethod:
    """A version of the method that is no longer in force."""

    version: Version
    following: Version

    @property
    def term(self) -> str:
        """When it was in force."""
        return f"In force from {display.date(self.version.since)} to {display.date(self.following.since)}"

    @property
    def meta(self) -> PageMeta:
        """Head of the page."""
        return PageMeta(
            title=f"Method version {self.version.number}",
            description=f"How scores and verdicts were made. {self.term}; how it differed, and why it was replaced.",
            canonical=absolute(self.version.href),
        )


def earlier_method(number: str) -> EarlierMethod | None:
    """The page of an earlier version; None for the one in force and for those there never were."""
    for entry, following in pairwise(VERSIONS):
        if entry.number == number:
            return EarlierMethod(entry, following)
    return None


def load_methodology_page(lane: str | None = None, model: str = "") -> MethodologyPage:
    """The page in a lane (the default one unless asked otherwise).

    One query; once per process and snapshot the standings, the fit and the example model with its results.
    Raises `standing_store.NoStandings` before the first computation.
    """
    memory = current()
    context = memory.context(lane or settings.DEFAULT_LANE)
    fit = context.fit
    names = {category.slug: category.name for category in context.categories}
    shares = [100 * category.share for category in fit.categories]
    printed = display.shares_adding_up(shares) if any(shares) else [Decimal(0)] * len(shares)
    example = _example(context, memory, model)
    fitted = [line for line in fit.benchmarks if line.fitted]
    return MethodologyPage(
        lane=context.lane,
        lanes=lane_links("/methodology/", context.lane),
        lane_notes=[{"name": LANE_LABELS[name], "text": text} for name, text in LANE_NOTES.items()],
        methodology=fit.methodology,
        revision=context.revision,
        computed=display.date(context.computed_at.date()),
        models=fit.models,
        ranked=context.ranked,
        scored=context.scored,
        categories=[
            {
                "name": names[category.slug],
                "href": f"/categories/{category.slug}/",
                "weight": display.plain(category.weight),
                "share": f"{share} %" if category.share else "–",
                "par": display.overall_score(category.par) if category.par is not None else "not enough models yet",
                "benchmarks": display.count(
                    sum(line.fitted and line.category == category.slug for line in fit.benchmarks)
                ),
            }
            for category, share in zip(fit.categories, printed, strict=True)
        ],
        benchmarks=[_fitted(line, context.benchmarks[line.slug], names) for line in fitted],
        unfitted=[
            {
                "name": context.benchmarks[line.slug].name,
                "href": f"/benchmarks/{line.slug}/",
                "models": display.counted(line.models, "model"),
                "why": (
                    f"fewer than {METHOD.models_per_benchmark} models have a counting result"
                    if line.unfitted == TOO_FEW_MODELS
                    else "no model links it to the other benchmarks"
                ),
            }
            for line in fit.benchmarks
            if not line.fitted
        ],
        display_only=[
            {
                "name": benchmark.name,
                "href": f"/benchmarks/{benchmark.slug}/",
                "why": benchmark.display_reason or "no scale",
            }
            for benchmark in sorted(context.benchmarks.values(), key=lambda item: item.name.lower())
            if not benchmark.weighted
        ],
        offset=_offset(fit.offset),
        sigma=display.overall_score(fit.sigma),
        omega=display.overall_score(fit.omega),
        course_par=display.overall_score(fit.course_par) if fit.course_par is not None else "not worked out yet",
        link=_link(fit.link),
        constants=[
            {
                "name": constant.name.replace("_", " "),
                "value": display.constant(constant.value),
                "unit": constant.unit,
                "meaning": constant.meaning,
            }
            for constant in constants()
        ],
        knots=[
            {"percent": display.constant(percent), "points": display.constant(points)}
            for percent, points in zip(PERCENT_KNOTS, POINT_KNOTS, strict=True)
        ],
        rules=[{"code": code, "text": text} for code, text in rule_texts().items()],
        reasons=sorted(set(WHY_NOT.values())),
        example=example.summed if example else None,
        example_model={"name": example.name, "href": example.href} if example else None,
        by_hand=example.by_hand if example else None,
        choices=example.choices if example else [],
        versions=[
            {
                "version": entry.number,
                "date": entry.since.isoformat(),
                "text": entry.text,
                "href": entry.href if entry.number != METHODOLOGY else None,
            }
            for entry in reversed(VERSIONS)
        ],
        check=score_check(),
    )


def _fitted(line, benchmark: BenchmarkSpec, names: dict[str, str]) -> dict:
    scale = {
        "percent": lambda: f"{display.constant(benchmark.floor)} to {display.constant(benchmark.best)}",
        "elo": lambda: f"Elo, {display.constant(benchmark.anchor)} is 50",
        "doubling": lambda: f"doubling, {display.constant(benchmark.anchor)} is 50",
    }[benchmark.kind]()
    return {
        "name": benchmark.name,
        "href": f"/benchmarks/{benchmark.slug}/",
        "category": names.get(benchmark.category, benchmark.category),
        "family": benchmark.family,
        "scale": scale,
        "unit": display.UNIT_NAME.get(benchmark.unit, benchmark.unit),
        "models": display.count(line.models),
        "weight": display.constant(line.weight),
        "par": display.overall_score(line.par),
        "spread": display.factor(line.spread),
        "scatter": display.overall_score(line.scatter),
        "saturated": line.saturated,
    }


def _offset(offset) -> dict:
    """The self-report offset with its evidence."""
    known = offset.estimate is not None and offset.se is not None
    return {
        "applied": display.overall_score(offset.applied),
        "estimate": f"{display.overall_score(offset.estimate)} ± {display.overall_score(offset.se)}" if known else None,
        "models": display.counted(offset.models, "model"),
        "none": offset.applied == 0,
    }


def _link(link: ScaleLink) -> dict:
    """The scale link with what it rests on."""
    return {
        "value": display.signed(link.value),
        "fixed": link.level is not None,
        "day": display.date(dt.date.fromisoformat(link.reference)) if link.reference else "",
        "level": "" if link.level is None else display.overall_score(link.level),
        "models": display.counted(len(link.anchors), "model"),
    }


@dataclass(frozen=True)
class _Example:
    """The model whose sum is shown, and every other one that has a sum."""

    name: str
    href: str
    summed: dict | None
    by_hand: ByHand | None
    choices: list[dict]


def _example(context: standing_store.LaneContext, memory: Memory, asked: str) -> _Example | None:
    """The sum behind the model asked for, else behind one that is neither the best nor the thinnest.

    That is the ranked model with the median number of results.
    """
    models = {entry.model.slug: entry.model for entry in memory.entries(context.lane)}
    standings = board_store.standings_of(context.snapshot)
    scored = [slug for slug, found in standings.items() if found.overall is not None and slug in models]
    if not scored:
        return None
    usual = [slug for slug in scored if standings[slug].ranked] or scored
    ordered = sorted(usual, key=lambda slug: (standings[slug].results, slug))
    chosen = asked if asked in scored else ordered[len(ordered) // 2]
    model, standing = models[chosen], standings[chosen]
    rows = {row.id: row for row in memory.results((chosen,))[chosen]}
    named = sorted(scored, key=lambda slug: (models[slug].name.casefold(), slug))
    return _Example(
        name=model.name,
        href=f"/models/{chosen}/",
        summed=breakdown(model, standing, context.fit, context.categories, context.benchmarks, rows),
        by_hand=by_hand(model, standing, context.fit, context.categories, context.benchmarks),
        choices=[{"value": slug, "label": models[slug].name, "selected": slug == chosen} for slug in named],
    )
