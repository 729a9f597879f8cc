"""Question by question: the arithmetic against scipy and statsmodels, its laws, and its coverage of a known truth."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from comparisons.core import paired, student
from comparisons.core.paired import Item, NotPaired, compared, pair

CLOSE = 1e-9
BINARY = st.sampled_from([0.0, 1.0])
SHARES = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])


def lists(scores, least=2, most=40):
    return st.lists(st.tuples(scores, scores, st.sampled_from(["", "a", "b", "c", "d"])), min_size=least, max_size=most)


# --- against independent implementations -----------------------------------------------------


@pytest.mark.parametrize("freedom", [1, 2, 4, 9, 29, 199, 200, 201, 12031, 10**6])
def test_t_distribution_agrees_with_scipy(freedom):
    for share in (0.05, 0.5, 0.6, 0.9, 0.95, 0.975, 0.9995):
        ours, theirs = student.quantile(share, freedom), stats.t.ppf(share, freedom)
        assert ours == pytest.approx(theirs, abs=CLOSE, rel=CLOSE)
    for t in (-math.inf, -3, 0, 0.1, 1, 2.5, 40, math.inf):
        assert student.tail(t, freedom) == pytest.approx(stats.t.sf(t, freedom), abs=CLOSE)


@settings(max_examples=60)
@given(lists(SHARES))
def test_mean_error_and_margin_agree_with_a_paired_t_interval(rows):
    a, b = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    ours = compared(list(a), list(b))
    assert ours.difference == pytest.approx(100 * (a - b).mean(), abs=CLOSE)
    assert ours.stderr == pytest.approx(100 * stats.sem(a - b), abs=CLOSE)
    assume(ours.stderr > 0)
    low, high = stats.ttest_rel(a, b).confidence_interval(0.90)
    assert ours.difference - ours.margin == pytest.approx(100 * low, abs=CLOSE)
    assert ours.difference + ours.margin == pytest.approx(100 * high, abs=CLOSE)


@pytest.mark.slow  # statsmodels takes seconds to import
@settings(max_examples=60, deadline=None)
@given(lists(SHARES))
def test_clustered_error_agrees_with_a_regression_on_a_constant(rows):
    clusters = [row[2] or f"own {number}" for number, row in enumerate(rows)]
    assume(len(set(clusters)) > 1 and any(row[2] for row in rows))
    d = np.array([row[0] - row[1] for row in rows])
    codes = np.unique(clusters, return_inverse=True)[1]
    import statsmodels.api as sm

    fit = sm.OLS(d, np.ones(len(d))).fit(cov_type="cluster", cov_kwds={"groups": codes, "use_correction": True})
    ours = compared([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])
    assert ours.stderr == pytest.approx(100 * fit.bse[0], abs=1e-7 if ours.stderr < 1e-6 else CLOSE)
    assert (ours.clusters, ours.freedom) == (len(set(clusters)), len(set(clusters)) - 1)


@settings(max_examples=80)
@given(st.integers(0, 400), st.integers(0, 400))
def test_mcnemar_agrees_with_a_binomial_test(wins, losses):
    assume(wins + losses)
    theirs = stats.binomtest(wins, wins + losses, 0.5).pvalue
    assert paired.mcnemar(wins, losses) == pytest.approx(theirs, abs=CLOSE)


@pytest.mark.slow  # statsmodels takes seconds to import
@settings(max_examples=80, deadline=None)
@given(st.integers(0, 400), st.integers(0, 400))
def test_mcnemar_agrees_with_statsmodels(wins, losses):
    from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar

    theirs = their_mcnemar([[5, wins], [losses, 5]], exact=True).pvalue
    assert paired.mcnemar(wins, losses) == pytest.approx(min(theirs, 1.0), abs=CLOSE)


@settings(max_examples=15, deadline=None)
@given(st.lists(SHARES, min_size=3, max_size=8), st.data())
def test_sign_flips_agree_with_scipys_exact_permutation_test(first, data):
    second = data.draw(st.lists(SHARES, min_size=len(first), max_size=len(first)))
    theirs = stats.permutation_test(
        (first, second), lambda a, b: np.mean(a) - np.mean(b), permutation_type="samples", n_resamples=np.inf
    )
    differences = [a - b for a, b in zip(first, second, strict=True)]
    assert paired.sign_flips(differences) == pytest.approx(theirs.pvalue, abs=CLOSE)


def test_many_sign_flips_are_close_to_drawn_ones():
    rng = np.random.default_rng(7)
    d = rng.choice([-1, -0.5, 0, 0.5, 1], size=300, p=[0.1, 0.1, 0.5, 0.15, 0.15])
    drawn = np.abs((rng.choice([-1, 1], size=(20_000, 300)) * d).sum(axis=1)) >= abs(d.sum()) - 1e-9
    assert paired.sign_flips(list(d)) == pytest.approx(drawn.mean(), abs=0.01)


# --- laws ----------------------------------------------------------------------------------------


@given(lists(SHARES, least=1))
def test_turning_the_sides_mirrors_everything(rows):
    a, b, clusters = ([row[at] for row in rows] for at in range(3))
    there, back = compared(a, b, clusters), compared(b, a, clusters)
    assert _equal(there.turned(), back)
    assert there.wins + there.losses + there.ties == there.items == len(rows)


def _equal(one, other):
    for name in one.__dataclass_fields__:
        ours, theirs = getattr(one, name), getattr(other, name)
        assert ours == (pytest.approx(theirs, abs=CLOSE) if isinstance(ours, float) else theirs), name
    return True


@given(lists(BINARY, least=2), st.randoms())
def test_the_order_of_questions_says_nothing(rows, random):
    names = [str(number) for number in range(len(rows))]
    first = {name: Item(row[0], row[2]) for name, row in zip(names, rows, strict=True)}
    second = {name: Item(row[1], row[2]) for name, row in zip(names, rows, strict=True)}
    random.shuffle(names)
    assert _equal(pair(first, second), pair({n: first[n] for n in names}, {n: second[n] for n in names}))


@given(lists(BINARY, least=3))
def test_a_question_won_never_weakens_the_leader(rows):
    a, b = [row[0] for row in rows], [row[1] for row in rows]
    before = compared(a, b)
    assume(before.losses and before.wins > before.losses)
    at = next(number for number, row in enumerate(rows) if row[0] < row[1])
    after = compared([*a[:at], 1.0, *a[at + 1 :]], b)
    assert after.difference > before.difference
    assert after.p <= before.p + CLOSE
    assert after.z >= before.z - CLOSE


def test_equal_answers_show_nothing_and_one_question_has_no_margin():
    same = compared([1.0, 0.0, 1.0], [1.0, 0.0, 1.0])
    assert (same.difference, same.stderr, same.margin, same.p, same.z) == (0, 0, 0, 1, 0)
    one = compared([1.0], [0.0])
    assert (one.difference, one.stderr, one.margin, one.p, one.z) == (100, None, None, 1, 0)
    always = compared([1.0] * 5, [0.0] * 5)
    assert (always.stderr, always.z, always.p) == (0, math.inf, 2 * 0.5**5)


def test_only_questions_both_answered_count_and_only_when_they_are_the_same():
    first = {"1": Item(1, digest="aa"), "2": Item(1, digest="bb"), "3": Item(1)}
    second = {"1": Item(0, digest="aa"), "2": Item(0, digest="zz"), "4": Item(0)}
    result = pair(first, second)
    assert (result.items, result.wins, result.left_out) == (1, 1, 1)
    with pytest.raises(NotPaired, match="no question in common"):
        pair({"1": Item(1)}, {"2": Item(1)})
    with pytest.raises(NotPaired, match="not the same questions"):
        pair({"1": Item(1, digest="a")}, {"1": Item(1, digest="b")})


def test_clusters_widen_the_margin_of_answers_that_go_together():
    a = [1.0] * 10 + [0.0] * 10 + [1.0] * 10
    b = [0.0] * 10 + [1.0] * 10 + [1.0] * 10
    clusters = ["x"] * 10 + ["y"] * 10 + ["z"] * 10
    assert compared(a, b, clusters).margin > 3 * compared(a, b).margin


def test_a_thousand_times_more_of_the_same_is_surer():
    few, many = compared([1, 1, 0, 1], [0, 1, 1, 0]), compared([1, 1, 0, 1] * 50, [0, 1, 1, 0] * 50)
    assert few.difference == many.difference
    assert many.margin < few.margin / 5
    assert many.p < few.p


# --- coverage of a known truth ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "shared", "gap"), [(60, 0.6, 0.05), (198, 0.6, 0.06), (198, 0.0, 0.0), (1000, 0.8, 0.02)]
)
def test_the_margin_covers_a_known_truth_nine_times_in_ten(items, shared, gap):
    """Answers of two models correlated over items: the truth is the gap of their chances of being right."""
    rng = np.random.default_rng(20261129)
    rounds = 3000
    ease = rng.normal(size=(rounds, items))
    cut_a, cut_b = stats.norm.ppf(0.62 + gap), stats.norm.ppf(0.62)
    own = math.sqrt(1 - shared)
    a, b = (
        (math.sqrt(shared) * ease + own * rng.normal(size=(rounds, items)) < cut).astype(float)
        for cut in (cut_a, cut_b)
    )
    difference = a - b
    mean = difference.mean(axis=1)
    error = difference.std(axis=1, ddof=1) / math.sqrt(items)
    margin = student.quantile(0.95, items - 1) * error
    one = compared(list(a[0]), list(b[0]))
    assert one.margin == pytest.approx(100 * margin[0], abs=CLOSE)
    covered = (np.abs(mean - gap) <= margin).mean()
    assert 0.88 <= covered <= 0.92


@pytest.mark.slow
def test_the_clustered_margin_covers_where_the_plain_one_does_not():
    rng = np.random.default_rng(29)
    rounds, clusters, each = 800, 60, 5
    names = [f"c{number}" for number in range(clusters) for _ in range(each)]
    covered = {True: 0, False: 0}
    for _ in range(rounds):
        common = np.repeat(rng.normal(scale=0.9, size=clusters), each)
        a = (common + rng.normal(size=clusters * each) < 0.4).astype(float)
        b = (rng.normal(size=clusters * each) < 0.0).astype(float)
        truth = 100 * (stats.norm.cdf(0.4 / math.sqrt(1 + 0.81)) - 0.5)
        for clustered in (True, False):
            result = compared(list(a), list(b), names if clustered else None)
            covered[clustered] += abs(result.difference - truth) <= result.margin
    assert 0.88 <= covered[True] / rounds <= 0.92
    assert covered[False] / rounds < 0.86
