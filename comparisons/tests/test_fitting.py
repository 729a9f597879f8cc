"""The linear algebra under the standings, on matrices small enough to reason about."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparisons.core import fitting
from comparisons.core.method import METHOD


@st.composite
def holes(draw, models=(3, 10), benchmarks=(2, 8)):
    """Draw a connected pattern of seen cells: the first benchmark is seen by everyone."""
    shape = draw(st.integers(*models)), draw(st.integers(*benchmarks))
    random = np.random.default_rng(draw(st.integers(0, 2**31)))
    seen = random.random(shape) < 0.5
    seen[:, 0] = True
    seen[0, :] = True
    return seen, random


@given(holes())
def test_an_additive_table_is_recovered_exactly_whatever_is_missing(case):
    seen, random = case
    par, level = random.normal(50, 10, seen.shape[1]), random.normal(0, 10, seen.shape[0])
    values = np.where(seen, par + level[:, None], np.nan)
    found_par, found_level = fitting.additive_fit(values, seen.astype(float))
    shift = (seen * level[:, None]).sum() / seen.sum()
    assert found_par == pytest.approx(par + shift)
    assert found_level == pytest.approx(level - shift, abs=1e-9)


@given(holes())
def test_what_is_left_over_has_no_benchmark_and_no_model_in_it(case):
    seen, random = case
    weights = seen * random.uniform(0.5, 2, seen.shape[1])
    values = np.where(seen, random.normal(50, 10, seen.shape), np.nan)
    par, level = fitting.additive_fit(values, weights)
    left = np.where(seen, values - par - level[:, None], 0.0) * weights
    assert left.sum(0) == pytest.approx(0, abs=1e-8)
    assert left.sum(1) == pytest.approx(0, abs=1e-8)


@given(holes())
def test_parallel_benchmarks_all_have_spread_1(case):
    seen, random = case
    values = random.normal(50, 10, seen.shape[1]) + random.normal(0, 10, seen.shape[0])[:, None]
    assert fitting.spreads(np.where(seen, values, np.nan), seen) == pytest.approx(1)


def test_a_benchmark_that_pulls_models_apart_has_the_larger_spread():
    level = np.linspace(-20, 20, 30)
    points = 50 + level[:, None] * np.array([0.6, 1.0, 1.4])
    spread = fitting.spreads(points, np.ones((30, 3), bool))
    assert spread[0] < spread[1] < spread[2]
    assert np.log(spread).mean() == pytest.approx(0)


def test_equal_models_give_no_spread_to_learn_from():
    assert fitting.spreads(np.full((5, 3), 40.0), np.ones((5, 3), bool)).tolist() == [1, 1, 1]


def test_the_largest_component_counts_models_and_the_first_one_wins_a_draw():
    seen = np.zeros((6, 5), bool)
    seen[0, 0] = seen[0, 1] = seen[0, 2] = True  # one model, three benchmarks
    seen[1:3, 3] = True
    seen[3:5, 4] = True
    models, benchmarks = fitting.main_component(seen)
    assert models.tolist() == [False, True, True, False, False, False]
    assert benchmarks.tolist() == [False, False, False, True, False]


def test_no_results_have_no_component():
    models, benchmarks = fitting.main_component(np.zeros((2, 3), bool))
    assert not models.any()
    assert not benchmarks.any()


def _flattered(models: int, premium: float, noise: float = 0.0, seed: int = 3):
    random = np.random.default_rng(seed)
    points = 50 + random.normal(0, 10, (models, 1)) + random.normal(0, 5, (1, 8))
    self_reported = random.random((models, 8)) < 0.5
    points = points + premium * self_reported + random.normal(0, noise, (models, 8))
    return points, self_reported, np.ones((models, 8), bool), np.ones(8)


def test_a_constant_premium_of_self_reports_is_found():
    offset = fitting.self_report_offset(*_flattered(12, 4.0))
    assert offset.estimate == pytest.approx(4.0)
    assert offset.models == 12
    assert offset.applied == 0.0  # too few models to act on it


@pytest.mark.parametrize(("premium", "applied"), [(3.3, 3.0), (3.7, 3.5), (25.0, 10.0), (-4.0, 0.0), (0.0, 0.0)])
def test_the_offset_is_rounded_down_capped_and_never_negative(premium, applied):
    assert fitting.self_report_offset(*_flattered(40, premium, noise=0.05)).applied == applied


def test_an_unclear_premium_is_not_applied():
    offset = fitting.self_report_offset(*_flattered(40, 2.0, noise=12.0, seed=2))
    assert METHOD.offset_grain < offset.estimate < METHOD.offset_z * offset.se
    assert offset.applied == 0.0


def test_a_given_offset_is_applied_as_it_is_and_the_estimate_still_told():
    offset = fitting.self_report_offset(*_flattered(40, 5.2, noise=0.05), given=0.0)
    assert offset.applied == 0.0
    assert offset.estimate == pytest.approx(5.2, abs=0.1)


def test_without_both_kinds_of_rows_there_is_no_estimate():
    points, self_reported, seen, spread = _flattered(40, 4.0)
    none = fitting.self_report_offset(points, np.zeros_like(self_reported), seen, spread)
    assert none == fitting.OffsetFit(0.0, None, None, 0)


def test_the_typical_scatters_are_learnt_from_many_models():
    random = np.random.default_rng(11)
    category = np.repeat(np.arange(4), 5)
    speciality = random.normal(0, 5, (400, 4))
    lead = random.normal(0, 10, (400, 1)) + speciality[:, category] + random.normal(0, 7, (400, 20))
    sigma, omega = fitting.typical_scatter(lead, np.ones(lead.shape, bool), category, np.arange(20))
    assert sigma == pytest.approx(7, abs=0.3)
    assert omega == pytest.approx(5, abs=0.4)


def test_families_across_categories_teach_nothing_about_scatter():
    lead = np.random.default_rng(1).normal(0, 30, (50, 4))
    scatters = fitting.typical_scatter(lead, np.ones(lead.shape, bool), np.arange(4), np.zeros(4, int))
    assert scatters == (METHOD.sigma_prior, METHOD.omega_prior)
