"""The one place where two models are put against each other.

Page, side by side, impact preview, change log and proof all ask a `Bench`, so that the same two
models under the same standings are compared with the same arguments everywhere.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from comparisons.core.compare import compare
from comparisons.core.records import Comparison, Side
from comparisons.core.scoring import reweigh, stand_all
from comparisons.core.standing import LaneFit, ModelStanding
from models_catalog.core.specs import BenchmarkSpec, CategorySpec


class Context(Protocol):
    """What all pairs of one lane are compared on; `standing_store.LaneContext` is one."""

    @property
    def fit(self) -> LaneFit:
        """The lane's pars, spreads, offset and weights."""

    @property
    def categories(self) -> tuple[CategorySpec, ...]:
        """The categories in reading order."""

    @property
    def benchmarks(self) -> Mapping[str, BenchmarkSpec]:
        """Benchmarks by slug; results on others are left out."""

    @property
    def second_opinion(self) -> Mapping[str, int]:
        """Ranks by another method, see `second_opinion.py`."""


@dataclass(frozen=True)
class Grounds:
    """A `Context` of its parts, for standings that are not stored."""

    fit: LaneFit
    categories: tuple[CategorySpec, ...]
    benchmarks: Mapping[str, BenchmarkSpec]
    second_opinion: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Bench:
    """Models of one lane, by slug, ready to be compared as known on `today`.

    The standings of `sides` must follow from the fit of `context`.
    """

    context: Context
    sides: Mapping[str, Side]
    today: dt.date

    def pair(self, one: str, other: str) -> Comparison:
        """Compare two models by slug, in whichever order.

        Raises `pairs.SamePair` when both are one, KeyError for a slug that is not on the bench.
        """
        return compare(
            self.context.fit,
            self.sides[one],
            self.sides[other],
            categories=self.context.categories,
            benchmarks=self.context.benchmarks,
            today=self.today,
            second_opinion=self.context.second_opinion,
        )

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every unordered pair, in the order of the sides."""
        return itertools.combinations(self.sides, 2)

    def reweighed(self, weights: Mapping[str, float]) -> Bench:
        """The same models under a reader's weights. Raises ValueError like `scoring.reweigh`."""
        fit = reweigh(self.context.fit, weights)
        held = {slug: side.standing.cells for slug, side in self.sides.items() if side.standing is not None}
        standings = {standing.model: standing for standing in stand_all(fit, held)}
        grounds = Grounds(fit, self.context.categories, self.context.benchmarks, self.context.second_opinion)
        return replace(self, context=grounds).standing_as({slug: standings.get(slug) for slug in self.sides})

    def standing_as(self, standings: Mapping[str, ModelStanding | None]) -> Bench:
        """The same models with other standings under the same fit; every model must have an entry."""
        return replace(self, sides={slug: side.standing_as(standings[slug]) for slug, side in self.sides.items()})
