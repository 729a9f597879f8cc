"""What keeps a model from a rank, or a catalogue from having ranks, in words."""

from __future__ import annotations

from collections.abc import Iterable

from comparisons.core import rank_reasons
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
_CLAUSES = {
    NO_COMMON_SCALE: "no result on a benchmark that connects it with the other models",
    FEW_FAMILIES: "{found} of {limit} test families",
    FEW_INDEPENDENT: "{found} of {limit} test families measured by others than its maker",
    FEW_CATEGORIES: "results in {found} of {limit} categories",
    LITTLE_WEIGHT: "results for {found} of the weight, {limit} needed",
    WIDE_MARGIN: "standard error {found} points, at most {limit} allowed",
    ONE_FAMILY: "one test family carries {found} of the score, at most {limit} allowed",
}


def lacking(reasons: Iterable[Reason] | None) -> tuple[str, ...]:
    """Every condition of a rank that is missed, as short clauses; None stands for no counting result."""
    if reasons is None:
        return (NO_RESULT,)
    return tuple(_clause(reason) for reason in reasons)


def _clause(reason: Reason) -> str:
    if reason.code not in _CLAUSES:
        raise ValueError(f"There are no words for the reason {reason.code!r}.")
    found, limit = rank_reasons.figures(reason)
    return _CLAUSES[reason.code].format(found=found, limit=limit)


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
