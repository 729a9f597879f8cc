"""What keeps a model from a rank, or a catalogue from having ranks, in words."""

from __future__ import annotations

from collections.abc import Iterable

from comparisons.core.method import METHOD
from comparisons.core.standing import (
    FEW_CATEGORIES,
    FEW_FAMILIES,
    FEW_INDEPENDENT,
    LITTLE_WEIGHT,
    NO_COMMON_SCALE,
    ONE_FAMILY,
    WIDE_MARGIN,
    LaneFit,
    Reason,
)
from models_catalog.core import display

NO_RESULT = "no result that counts in this lane"


def lacking(reasons: Iterable[Reason] | None) -> tuple[str, ...]:
    """Every condition of a rank that is missed, as short clauses; None stands for no counting result."""
    if reasons is None:
        return (NO_RESULT,)
    return tuple(_clause(reason) for reason in reasons)


def _clause(reason: Reason) -> str:
    found, limit = reason.found, reason.limit
    if reason.code == NO_COMMON_SCALE:
        return "no result on a benchmark that connects it with the other models"
    if reason.code == FEW_FAMILIES:
        return f"{_whole(found)} of {_whole(limit)} test families"
    if reason.code == FEW_INDEPENDENT:
        return f"{_whole(found)} of {_whole(limit)} test families measured by others than its maker"
    if reason.code == FEW_CATEGORIES:
        return f"results in {_whole(found)} of {_whole(limit)} categories"
    if reason.code == LITTLE_WEIGHT:
        return f"results for {display.weight_share(found)} of the weight, {display.weight_share(limit)} needed"
    if reason.code == WIDE_MARGIN:
        return f"standard error {display.factor(found)} points, at most {display.factor(limit)} allowed"
    if reason.code == ONE_FAMILY:
        return f"one test family carries {display.weight_share(found)} of the score, at most " + (
            f"{display.weight_share(limit)} allowed"
        )
    raise ValueError(f"There are no words for the reason {reason.code!r}.")


def _whole(value: float) -> str:
    return display.count(int(value))


def conditions() -> tuple[str, ...]:
    """The conditions of a rank, for a page that has to explain why there is none."""
    return (
        f"results on {METHOD.rank_families} test families, {METHOD.rank_independent_families} of them "
        "measured by others than the model’s maker",
        f"in {METHOD.rank_categories} categories that hold {display.weight_share(METHOD.rank_coverage)} of the weight",
        f"a standard error of at most {display.factor(METHOD.grade_moderate)} points",
    )


def young_catalogue(fit: LaneFit, models: int) -> str:
    """Why a lane ranks nobody yet: how far its benchmarks are from being comparable."""
    fitted = sum(benchmark.fitted for benchmark in fit.benchmarks)
    if not fit.benchmarks:
        return f"The catalogue knows {display.counted(models, 'model')} and no result that counts in this lane."
    return (
        f"{display.count(fitted)} of {display.counted(len(fit.benchmarks), 'benchmark')} with results "
        f"{'has' if fitted == 1 else 'have'} the {METHOD.models_per_benchmark} models it takes to know what is usual. "
        "Pairs that share benchmarks can be compared already."
    )
