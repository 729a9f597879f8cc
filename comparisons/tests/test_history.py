"""Earlier days in pure arithmetic: what was known, and that a history is the same scoring over less."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparisons.core.history import (
    MOST_POINTS,
    history_days,
    known_rows,
    month_ends,
    released_by,
    score_history,
    standings_on,
)
from comparisons.core.scoring import observe, stand, standings
from models_catalog.core.specs import BenchmarkSpec, CategorySpec, ModelSpec, ResultRow

LAST = dt.date(2026, 11, 25)
FIRST = dt.date(2024, 1, 1)
CATEGORIES = (CategorySpec("coding", "Coding", 1, 60.0), CategorySpec("math", "Math", 2, 40.0))
BENCHMARKS = {
    f"bench-{n}": BenchmarkSpec(
        slug=f"bench-{n}",
        name=f"Bench {n}",
        category=("coding", "math")[n % 2],
        family=f"bench-{n}",
        unit="percent",
        direction="higher",
        kind="percent",
        floor=0.0,
        best=100.0,
        anchor=None,
        maximum=100.0,
        weight=1.0,
    )
    for n in range(6)
}
days = st.dates(FIRST, LAST)


def row(number: int, model: int, benchmark: int, score: int, **facts) -> ResultRow:
    return ResultRow(
        id=number,
        uid=f"t:{number}",
        model=f"model-{model}",
        benchmark=f"bench-{benchmark}",
        score=Decimal(score),
        source_tier=1 + number % 3,
        source_url="https://example.org",
        **facts,
    )


@st.composite
def catalogues(draw) -> tuple[ResultRow, ...]:
    """Six models on six benchmarks, some with several results, dated, first seen on a day, or undated."""
    found = []
    for number in range(draw(st.integers(24, 50))):
        dated = draw(st.sampled_from(("measured", "seen", "undated")))
        when = draw(days)
        found.append(
            row(
                number,
                draw(st.integers(0, 5)) if number >= 24 else number % 6,
                draw(st.integers(0, 5)) if number >= 24 else number // 6,
                draw(st.integers(1, 99)),
                measured_on=when if dated == "measured" else None,
                read_on=when if dated == "seen" else None,
                effort=draw(st.sampled_from((4, 12))),
            )
        )
    return tuple(found)


def fit_of(rows):
    return standings(CATEGORIES, BENCHMARKS.values(), rows, "verified").fit


@given(catalogues(), days)
def test_a_point_of_a_history_is_the_standing_from_the_results_known_then(rows, last):
    fit = fit_of(rows)
    own = [r for r in rows if r.model == "model-0"]
    looked_at = history_days(own, last)
    history = score_history(fit, own, BENCHMARKS, "verified", looked_at)
    for point in history:
        seen = observe(BENCHMARKS.values(), known_rows(own, point.day), "verified")["model-0"]
        standing = stand(fit, "model-0", seen)
        assert (point.overall, point.low, point.high) == pytest.approx((standing.overall, standing.low, standing.high))
        assert point.results == standing.results


@given(catalogues(), days)
def test_between_two_points_nothing_that_counts_changed(rows, last):
    fit = fit_of(rows)
    own = [r for r in rows if r.model == "model-0"]
    looked_at = history_days(own, last)
    history = {point.day: point for point in score_history(fit, own, BENCHMARKS, "verified", looked_at)}
    before: tuple = ()
    for day in looked_at:
        seen = observe(BENCHMARKS.values(), known_rows(own, day), "verified").get("model-0", ())
        counting = tuple(c.result for c in seen if fit.by_benchmark[c.benchmark].fitted)
        assert (day in history) == (counting != before)
        before = counting


@given(catalogues())
def test_on_the_last_day_the_board_is_the_board_of_today(rows):
    today = standings(CATEGORIES, BENCHMARKS.values(), rows, "verified")
    assert standings_on(today.fit, rows, BENCHMARKS.values(), LAST) == today.by_model


@given(catalogues(), days, days)
def test_later_days_know_no_less(rows, one, other):
    early, late = sorted((one, other))
    assert set(known_rows(rows, early)) <= set(known_rows(rows, late))


@given(catalogues(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(rows, dice):
    fit, own = fit_of(rows), [r for r in rows if r.model == "model-0"]
    mixed = list(own)
    dice.shuffle(mixed)
    looked_at = history_days(own, LAST)
    assert score_history(fit, own, BENCHMARKS, "verified", looked_at) == score_history(
        fit, mixed, BENCHMARKS, "verified", reversed(looked_at)
    )


def test_a_result_is_known_when_measured_else_when_seen_else_always():
    measured = row(1, 0, 0, 50, measured_on=dt.date(2025, 3, 1), read_on=dt.date(2026, 1, 1))
    seen = row(2, 0, 1, 50, read_on=dt.date(2025, 5, 1))
    undated = row(3, 0, 2, 50)
    every = (measured, seen, undated)
    assert known_rows(every, dt.date(2025, 2, 28)) == (undated,)
    assert known_rows(every, dt.date(2025, 3, 1)) == (measured, undated)
    assert known_rows(every, dt.date(2025, 5, 1)) == every


def test_month_ends_come_before_the_last_day_and_then_that_day():
    assert month_ends(dt.date(2025, 11, 30), dt.date(2026, 2, 28)) == (
        dt.date(2025, 11, 30),
        dt.date(2025, 12, 31),
        dt.date(2026, 1, 31),
        dt.date(2026, 2, 28),
    )
    assert month_ends(LAST, LAST) == (LAST,)


def test_a_model_without_a_release_date_is_taken_to_have_been_out():
    known = ModelSpec("a", "A", "lab", "Lab", release_date=dt.date(2026, 1, 2))
    assert not released_by(known, dt.date(2026, 1, 1))
    assert released_by(known, dt.date(2026, 1, 2))
    assert released_by(replace(known, release_date=None), FIRST)


def test_a_long_history_keeps_its_newest_points():
    rows = [row(100 * m + b, m, b, 40 + m + b) for m in range(1, 6) for b in range(6)]
    own = [
        row(1000 + n, 0, n % 6, 50, measured_on=dt.date(2020 + n // 12, 1 + n % 12, 2)) for n in range(MOST_POINTS + 6)
    ]
    fit = fit_of([*rows, *own])
    history = score_history(fit, own, BENCHMARKS, "verified", history_days(own, LAST))
    assert len(history) == MOST_POINTS
    assert history[-1].day == dt.date(2022, 6, 30)


def test_another_lane_is_refused_and_nothing_gives_no_history():
    fit = fit_of([row(6 * m + b, m, b, 40 + m) for m in range(5) for b in range(6)])
    with pytest.raises(ValueError, match="verified lane"):
        score_history(fit, (), BENCHMARKS, "provisional", (LAST,))
    assert score_history(fit, (), BENCHMARKS, "verified", (LAST,)) == ()
