"""Two reports on one benchmark: which difference may be named, and how sure the order is.

Two things scatter. A report strays from what the same model would be reported to have elsewhere,
however many questions there are (`tau`, in points); and a score is a sample of answers, so that
thirty questions tell less than twelve thousand. Both must be passed:

    d  = points A - points B; if exactly one row is self-reported, the lane's offset is taken from
         its points first; if that turns the sign, nothing is named
    s  = M sqrt( p (1 - p) / n * (1 + 1/k) / 4 ),  p = (n share + 1) / (n + 2)
         the sampling error of a score on a scale up to M (100 on percent scales) over n questions,
         each tried k times; `share` is score / M
    z1 = |d| / (1.41 tau),  z2 = |A - B| / sqrt(sA^2 + sB^2) in the benchmark's unit
    1 / z^2 = 1 / z1^2 + 1 / z2^2

The order is likely from `METHOD.z_likely` and clear from `METHOD.z_clear` on. tau is 3.0 on percent
and doubling scales and 1.5 on Elo scales; an unknown n is 200, an unknown k is 1. (1 + 1/k) / 4 is
the part of the binomial variance that is left when both models took the same questions: results on
items correlate by .54 to .66, and reruns carry .36 to .60 of the variance. A published error takes
the place of s: SE / sqrt(2) on percent scales (the same questions again), the SE itself on others. An
Elo rating without one has 347 / sqrt(votes), else 10 Elo; a value on a doubling scale 35 % of itself.

`p` is the probability that the order holds: the smaller of what a normal distribution and a t
distribution with 5 degrees of freedom, scaled to unit variance, give z (the first decides up to about
1.9, the second beyond, where reports stray more often than a normal distribution allows), and never
more than 99 %. `margin` is the difference, in the benchmark's unit, from which on it would be clear.

Measured on 164 second reports and on sibling tests; a better score never weakens a call.
Two doors stand open: `paired_error`, the standard error of the difference where both models' results
are known item by item (SD(xA - xB) / sqrt(n)), replaces sqrt(sA^2 + sB^2); and `strayed` widens tau
where the two reports come from different setups.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from comparisons.core import student
from comparisons.core.method import METHOD
from comparisons.core.points import DOUBLING, ELO, has_scale, raw_from_points, to_points
from comparisons.core.records import CLEAR, LIKELY, NONE, Call
from models_catalog.core import display
from models_catalog.core.specs import BenchmarkSpec, ResultRow

NO_CALL = Call(NONE, None, 0.5, None, None)
_VOTES = re.compile(r"(\d[\d,]*) votes")
_STEP = 0.5  # points either way, for the slope of a scale where two scores are level


@dataclass(frozen=True, slots=True)
class Reading:
    """One report on a benchmark, in its unit; None is not known.

    `items` counts the questions asked, `attempts` how often each was tried, `stderr` is the
    published standard error, `votes` those behind an Elo rating. Tools write an error of 0 for one
    question and for all right or all wrong; no report is that sure, so 0 counts as not published.
    """

    score: float
    self_reported: bool = False
    items: int | None = None
    attempts: int | None = None
    stderr: float | None = None
    votes: int | None = None


def reading(benchmark: BenchmarkSpec, row: ResultRow) -> Reading:
    """What a row says about its own certainty, and what is usual on its benchmark where it is silent."""
    return Reading(
        score=float(row.score),
        self_reported=row.self_reported,
        items=row.items_run or benchmark.items,
        attempts=row.attempts or benchmark.attempts,
        stderr=float(row.stderr) if row.stderr else None,
        votes=_votes(row) if benchmark.kind == ELO else None,
    )


def _votes(row: ResultRow) -> int | None:
    """The votes behind a rating: the comparisons run, or what its method says in words."""
    said = _VOTES.search(row.method)
    return row.items_run or (int(said[1].replace(",", "")) if said else None)


def call(
    benchmark: BenchmarkSpec,
    a: Reading,
    b: Reading,
    *,
    offset: float = 0.0,
    paired_error: float | None = None,
    strayed: float = 1.0,
) -> Call:
    """Decide about two comparable reports on one benchmark; swapping them only swaps `favours`.

    `offset` is the lane's, in points, `paired_error` in the benchmark's unit, `strayed` a factor
    of tau from 1 up. A benchmark without a scale names nobody.
    """
    items = _known_items(benchmark, a, b)
    if not has_scale(benchmark):
        return Call(NONE, None, 0.5, None, items)
    before = float(to_points(benchmark, a.score) - to_points(benchmark, b.score))
    apart = before
    if a.self_reported != b.self_reported:
        apart -= offset if a.self_reported else -offset
    raw = abs(a.score - b.score)
    scatter = (
        METHOD.report_pair * strayed * (METHOD.report_scatter_elo if benchmark.kind == ELO else METHOD.report_scatter)
    )
    error = _joint_error(benchmark, a, b) if paired_error is None else paired_error
    z = 0.0 if before * apart <= 0 else joined(abs(apart) / scatter, raw / error if error else math.inf)
    word = word_of(z)
    return Call(
        word=word,
        favours=None if word == NONE else int(apart < 0),
        p=probability(z),
        margin=METHOD.z_clear * (raw / z if z else math.hypot(scatter * _raw_per_point(benchmark, a, b), error)),
        items=items,
        points=apart,
        counted=benchmark.kind not in (ELO, DOUBLING) and paired_error is None and not (a.stderr and b.stderr),
    )


def word_of(z: float) -> str:
    """The word that an order so many standard errors from a tie allows: clear, likely or none."""
    return CLEAR if z >= METHOD.z_clear else LIKELY if z >= METHOD.z_likely else NONE


def joined(z1: float, z2: float) -> float:
    """One z for two errors that both must be passed; none where a difference is nil."""
    return 0.0 if 0.0 in (z1, z2) else 1 / math.sqrt(1 / z1**2 + 1 / z2**2)


def _known_items(benchmark: BenchmarkSpec, a: Reading, b: Reading) -> int | None:
    """The questions behind the thinner of two reports; a rating has votes, not questions."""
    if benchmark.kind == ELO:
        return None
    return min((reading.items for reading in (a, b) if reading.items is not None), default=None)


def _raw_per_point(benchmark: BenchmarkSpec, a: Reading, b: Reading) -> float:
    """What one point is worth in the benchmark's unit, where the two scores stand."""
    middle = float(to_points(benchmark, (a.score + b.score) / 2))
    low, high = max(0.0, middle - _STEP), min(100.0, middle + _STEP)
    return abs(float(raw_from_points(benchmark, high) - raw_from_points(benchmark, low))) / (high - low)


# ------------------------------------------------------------------ how far one score may be off


def _joint_error(benchmark: BenchmarkSpec, a: Reading, b: Reading) -> float:
    return math.hypot(sampling_error(benchmark, a), sampling_error(benchmark, b))


def sampling_error(benchmark: BenchmarkSpec, reading: Reading) -> float:
    """The standard error of one score as far as a comparison on the same questions feels it, in its unit."""
    if benchmark.kind == ELO:
        return _rating_error(reading)
    if benchmark.kind == DOUBLING:
        return reading.stderr or METHOD.doubling_error * abs(reading.score)
    if reading.stderr:
        return reading.stderr / math.sqrt(2)
    n = reading.items or METHOD.items_unknown
    k = reading.attempts or METHOD.attempts_unknown
    top = highest(benchmark)
    share = min(1.0, max(0.0, reading.score / top))
    p = (n * share + 1) / (n + 2)
    return top * math.sqrt(p * (1 - p) / n * (1 + 1 / k) / 4)


def highest(benchmark: BenchmarkSpec) -> float:
    """The maximum of a percent scale in the benchmark's unit; 100 where none is given."""
    if benchmark.maximum:
        return benchmark.maximum
    return 100.0 if benchmark.unit == "percent" else max(abs(benchmark.floor), abs(benchmark.best))


def _rating_error(reading: Reading) -> float:
    if reading.stderr:
        return reading.stderr
    return METHOD.elo_error_one_vote / math.sqrt(reading.votes) if reading.votes else METHOD.elo_error


# ------------------------------------------------------------------ how sure


def probability(z: float) -> float:
    """The probability that an order holds, z standard errors from a tie; from 0.5 up and never above 99 %."""
    normal = 0.5 * math.erfc(-z / math.sqrt(2))
    freedom = METHOD.tail_freedom
    heavy = 1 - student.tail(z * math.sqrt(freedom / (freedom - 2)), freedom)
    return min(normal, heavy, METHOD.most_sure)


def worded(found: Call, benchmark: BenchmarkSpec) -> str:
    """What stands behind a difference, in a few words: “± 10.5, 30 questions: likely”."""
    if found.margin is None:
        return ""
    parts = [f"± {display.score_margin(found.margin, benchmark.unit)}"]
    if found.counted:
        parts.append("questions unknown" if found.items is None else display.counted(found.items, "question"))
    return f"{', '.join(parts)}: {'too close' if found.word == NONE else found.word}"
