"""What scoring hands out: the fit of a lane and the standing of a model, as plain records.

All records are frozen, hold full precision (rounding is for display) and survive
`from_dict(to_dict())`, also through JSON, without loss. `None` means "not determined".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from comparisons.core.offset import OffsetFit

if TYPE_CHECKING:
    import numpy as np

TOO_FEW_MODELS, OTHER_COMPONENT = "too_few_models", "other_component"

# Why a model is tracked, not ranked
NO_COMMON_SCALE = "no_common_scale"  # no result in the main component: found and limit count results
FEW_FAMILIES = "few_families"
FEW_INDEPENDENT = "few_independent_families"
FEW_CATEGORIES = "few_categories"
LITTLE_WEIGHT = "little_weight_covered"  # share of the weight in categories with own results
WIDE_MARGIN = "wide_margin"  # standard error in points
ONE_FAMILY = "one_family_dominates"  # largest share one family carries


class Observation(NamedTuple):
    """A model's counting result on one benchmark: all that scoring keeps of a row.

    `result` is the row's id, `score` its raw score in the benchmark's unit, `points` the same
    on the scale from 0 to 100, before any self-report offset.
    """

    benchmark: str
    result: int
    score: float
    points: float
    self_reported: bool
    standard: bool


class Cell(NamedTuple):
    """One line of a model's breakdown: `lead = (points - offset - par) / spread`.

    `vote` is its weight inside the category, `share` its part of the overall score (shares
    of a model sum to 1). Where the benchmark is not fitted, par, spread, lead, vote and share
    are None. A lead far from the model's other leads is held back: `lead` is then what counts,
    and `held_from` what the formula gives (None where they are the same).
    """

    benchmark: str
    result: int
    score: float
    points: float
    offset: float
    par: float | None
    spread: float | None
    lead: float | None
    vote: float | None
    share: float | None
    self_reported: bool
    standard: bool
    held_from: float | None = None

    @property
    def full_lead(self) -> float | None:
        """The lead as the formula gives it, held back or not."""
        return self.lead if self.held_from is None else self.held_from


class CategoryStanding(NamedTuple):
    """A model's score in a category: `score = par + lead`, standard error `se` (points).

    `votes` and `results` are its own in this category; `share` is the part of its overall
    score that rests on them. Without any, the score is `carried` over from its overall lead.
    """

    score: float
    se: float
    par: float
    lead: float
    votes: float
    results: int
    share: float
    carried: bool


class Reason(NamedTuple):
    """Why a model is not ranked: the code, the figure found, and the limit it missed."""

    code: str
    found: float
    limit: float


class BenchmarkFit(NamedTuple):
    """What the lane knows about a benchmark with counting results.

    `weight` is its editable vote, `models` how many have a counting result. `par`, `spread`
    and `scatter` are None unless `fitted`; `unfitted` then says why: TOO_FEW_MODELS or
    OTHER_COMPONENT.
    """

    slug: str
    category: str
    family: str
    weight: float
    models: int
    fitted: bool
    unfitted: str
    par: float | None
    spread: float | None
    scatter: float | None
    saturated: bool


class CategoryFit(NamedTuple):
    """A category in the lane: its editable `weight`, that weight as a `share` of those
    categories that have fitted benchmarks (0 where it has none), and its `par` (None there),
    the scale link included."""

    slug: str
    weight: float
    share: float
    par: float | None


class ScaleLink(NamedTuple):
    """The constant that keeps printed scores comparable over time; see `comparisons.core.scale`.

    `value` (points) is part of every category's par and so of the course par. It was chosen so
    that the `anchors`, models well tested on the day `reference` (ISO), stand on average where
    they stood on it, at `level`. Without enough anchors the value is 0 and `level` None.
    """

    value: float
    reference: str
    anchors: tuple[str, ...]
    level: float | None


NO_LINK = ScaleLink(0.0, "", (), None)


@dataclass(frozen=True)
class Columns:
    """The fitted benchmarks of a lane as arrays, for arithmetic; derived from a `LaneFit`."""

    slugs: tuple[str, ...]
    position: dict[str, int]
    par: np.ndarray
    spread: np.ndarray
    scatter: np.ndarray
    weight: np.ndarray
    par_variance: np.ndarray  # of the par itself: scatter squared over models
    category: np.ndarray  # position in LaneFit.categories
    family: np.ndarray  # number of the family
    category_share: np.ndarray
    category_par: np.ndarray  # 0 where the category has no par


@dataclass(frozen=True)
class LaneFit:
    """Everything about a lane that does not depend on one model.

    `benchmarks` are ordered by slug, `categories` by their position on the site. `models` is
    the number of models on the common scale. `course_par` is the overall score of a model with
    no lead anywhere; None when no weighted category has a par.
    """

    lane: str
    methodology: str
    sigma: float
    omega: float
    offset: OffsetFit
    course_par: float | None
    models: int
    benchmarks: tuple[BenchmarkFit, ...]
    categories: tuple[CategoryFit, ...]
    link: ScaleLink = NO_LINK

    @cached_property
    def by_benchmark(self) -> dict[str, BenchmarkFit]:
        """Map slug to benchmark."""
        return {benchmark.slug: benchmark for benchmark in self.benchmarks}

    @cached_property
    def by_category(self) -> dict[str, CategoryFit]:
        """Map slug to category."""
        return {category.slug: category for category in self.categories}

    @cached_property
    def alone(self) -> dict[str, LaneFit]:
        """The same fit with all the weight on one category, by its slug; filled by who needs one."""
        return {}

    @cached_property
    def columns(self) -> Columns:
        """Lay the fitted benchmarks out as arrays, once."""
        import numpy as np  # here, so that processes that only read records stay small

        fitted = [benchmark for benchmark in self.benchmarks if benchmark.fitted]
        places = {category.slug: place for place, category in enumerate(self.categories)}
        families = {name: place for place, name in enumerate(sorted({b.family for b in fitted}))}
        scatter = np.array([b.scatter for b in fitted], float)
        return Columns(
            slugs=tuple(b.slug for b in fitted),
            position={b.slug: place for place, b in enumerate(fitted)},
            par=np.array([b.par for b in fitted], float),
            spread=np.array([b.spread for b in fitted], float),
            scatter=scatter,
            weight=np.array([b.weight for b in fitted], float),
            par_variance=scatter**2 / np.array([b.models for b in fitted], float),
            category=np.array([places[b.category] for b in fitted], int),
            family=np.array([families[b.family] for b in fitted], int),
            category_share=np.array([c.share for c in self.categories], float),
            category_par=np.array([c.par or 0.0 for c in self.categories], float),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for storing; `from_dict` restores an equal fit."""
        return {
            "lane": self.lane,
            "methodology": self.methodology,
            "sigma": self.sigma,
            "omega": self.omega,
            "offset": self.offset._asdict(),
            "course_par": self.course_par,
            "models": self.models,
            "benchmarks": [benchmark._asdict() for benchmark in self.benchmarks],
            "categories": [category._asdict() for category in self.categories],
            "link": self.link._asdict(),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> LaneFit:
        """Restore what `to_dict` gave, in any version of the method; raises KeyError or TypeError for anything else."""
        link = data.get("link")
        return cls(
            lane=data["lane"],
            methodology=data["methodology"],
            sigma=data["sigma"],
            omega=data["omega"],
            offset=OffsetFit(**data["offset"]),
            course_par=data["course_par"],
            models=data["models"],
            benchmarks=tuple(BenchmarkFit(**item) for item in data["benchmarks"]),
            categories=tuple(CategoryFit(**item) for item in data["categories"]),
            link=ScaleLink(**{**link, "anchors": tuple(link["anchors"])}) if link else NO_LINK,
        )


@dataclass(frozen=True)
class ModelStanding:
    """Where one model stands in a lane.

    `overall`, its standard error `se`, the ends `low` and `high` of its interval and the
    evidence `grade` are None for a model outside the common scale. `own` is the variance
    without the noise of the pars, which two models partly share. `results`, `families` and
    `independent_families` (with a result its maker did not report) count fitted benchmarks
    only; `cells` hold every counting result, by benchmark slug. `categories` hold every
    category that has a par. A model without a rank has `reasons`; with one, `best` and `worst`
    bound the rank.
    """

    model: str
    overall: float | None
    se: float | None
    own: float | None
    low: float | None
    high: float | None
    grade: str | None
    ranked: bool
    reasons: tuple[Reason, ...]
    results: int
    families: int
    independent_families: int
    cells: tuple[Cell, ...]
    categories: dict[str, CategoryStanding] = field(hash=False)
    rank: int | None = None
    best: int | None = None
    worst: int | None = None

    @cached_property
    def by_benchmark(self) -> dict[str, Cell]:
        """Map benchmark slug to this model's cell."""
        return {cell.benchmark: cell for cell in self.cells}

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for storing; cells and reasons are lists in the order of their fields."""
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        data["reasons"] = [list(reason) for reason in self.reasons]
        data["cells"] = [list(cell) for cell in self.cells]
        data["categories"] = {slug: standing._asdict() for slug, standing in self.categories.items()}
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> ModelStanding:
        """Restore what `to_dict` gave; raises KeyError or TypeError for anything else."""
        restored = {
            "reasons": tuple(Reason(*item) for item in data["reasons"]),
            "cells": tuple(Cell(*item) for item in data["cells"]),
            "categories": {slug: CategoryStanding(**item) for slug, item in data["categories"].items()},
        }
        return cls(**{**data, **restored})


@dataclass(frozen=True)
class LaneStandings:
    """A lane's fit and the standing of every model with a counting result, by slug."""

    fit: LaneFit
    models: tuple[ModelStanding, ...]

    @cached_property
    def by_model(self) -> dict[str, ModelStanding]:
        """Map model slug to standing."""
        return {standing.model: standing for standing in self.models}

    @cached_property
    def board(self) -> tuple[ModelStanding, ...]:
        """List the ranked models by rank, models of one rank by slug."""
        return board(self.models)


def board(standings: Iterable[ModelStanding]) -> tuple[ModelStanding, ...]:
    """Order the ranked ones among `standings` by rank, then slug."""
    return tuple(sorted((s for s in standings if s.ranked), key=lambda s: (s.rank, s.model)))
