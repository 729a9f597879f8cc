"""Raw scores to points: the published table, the open scales, and the way back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparisons.core.method import METHOD, constants
from comparisons.core.points import (
    has_scale,
    percent_from_points,
    percent_of,
    points_from_percent,
    raw_from_points,
    to_points,
)
from comparisons.tests.worlds import make_benchmark, make_elo

PERCENT = make_benchmark("exam")
CHOICE = make_benchmark("four-choices", floor=25.0)
ERRORS = make_benchmark("word-errors", floor=60.0, best=0.0, direction="lower")
RATING = make_elo("arena")
DOLLARS = make_benchmark("shop", kind="doubling", floor=None, best=None, anchor=500.0)
ALL = (PERCENT, CHOICE, ERRORS, RATING, DOLLARS)


@pytest.mark.parametrize(
    ("benchmark", "raw", "points"),
    [
        (PERCENT, 50, 50),
        (PERCENT, 80, 70),
        (PERCENT, 20, 30),
        (PERCENT, 92.5, 87),
        (PERCENT, 97, 100),
        (PERCENT, 3, 0),
        (CHOICE, 25, 0),
        (CHOICE, 62.5, 50),
        (CHOICE, 10, 0),
        (ERRORS, 30, 50),
        (ERRORS, 12, 70),
        (ERRORS, 75, 0),
        (RATING, 1000, 50),
        (RATING, 1060, 60),
        (RATING, 2000, 100),
        (DOLLARS, 500, 50),
        (DOLLARS, 1000, 60),
        (DOLLARS, 125, 30),
        (DOLLARS, 0, 0),
    ],
)
def test_examples_one_can_check_with_a_pencil(benchmark, raw, points):
    assert to_points(benchmark, raw) == pytest.approx(points)


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_larger_percentage_never_earns_fewer_points(low, high):
    low, high = sorted((low, high))
    assert points_from_percent(low) <= points_from_percent(high)


@given(st.floats(0, 100))
def test_the_table_is_symmetric_about_one_half(percent):
    assert points_from_percent(percent) + points_from_percent(100 - percent) == pytest.approx(100)


@given(st.floats(3, 97))
def test_the_table_reads_backwards(percent):
    assert percent_from_points(points_from_percent(percent)) == pytest.approx(percent)


@given(st.sampled_from(ALL), st.floats(1, 99))
def test_the_raw_score_named_for_some_points_earns_them(benchmark, points):
    assert to_points(benchmark, raw_from_points(benchmark, points)) == pytest.approx(points)


@given(st.sampled_from(ALL), st.floats(-1e4, 1e4))
def test_points_stay_between_0_and_100(benchmark, raw):
    assert 0 <= to_points(benchmark, raw) <= 100


@given(st.floats(0, 60), st.floats(0, 60))
def test_fewer_errors_never_earn_fewer_points(few, many):
    few, many = sorted((few, many))
    assert to_points(ERRORS, few) >= to_points(ERRORS, many)


@pytest.mark.parametrize("benchmark", ALL, ids=lambda benchmark: benchmark.slug)
def test_many_scores_at_once_give_what_each_gives_alone(benchmark):
    raw = np.linspace(1, 1500, 400)
    many = to_points(benchmark, raw)
    assert many.shape == raw.shape
    assert many.tolist() == [to_points(benchmark, value) for value in raw.tolist()]
    assert isinstance(to_points(benchmark, 12.5), float)


def test_a_missing_percentage_stays_missing():
    assert np.isnan(points_from_percent([np.nan, 50.0])).tolist() == [True, False]


@pytest.mark.parametrize(
    "benchmark",
    [
        make_benchmark("no-floor", floor=None),
        make_benchmark("no-range", floor=100.0),
        make_elo("no-anchor", anchor=None),
        make_benchmark("zero-anchor", kind="doubling", anchor=0.0),
        make_benchmark("other", kind="other"),
    ],
    ids=lambda benchmark: benchmark.slug,
)
def test_a_benchmark_without_its_scale_is_refused_by_name(benchmark):
    assert not has_scale(benchmark)
    with pytest.raises(ValueError, match=f"{benchmark.slug}: .*needs a"):
        to_points(benchmark, 10)


def test_a_rating_has_no_percentage():
    assert percent_of(CHOICE, 62.5) == 50
    with pytest.raises(ValueError, match="arena: only benchmarks of kind percent"):
        percent_of(RATING, 1000)


def test_every_constant_is_listed_with_its_meaning():
    listed = {constant.name: constant for constant in constants()}
    assert set(listed) == set(METHOD.__slots__)
    assert listed["kappa"].value == METHOD.kappa == 2
    assert all(constant.meaning for constant in listed.values())
    assert METHOD.z_clear == pytest.approx(1.645, abs=2e-4)
