"""The rule for single benchmarks against a second implementation of its text, and its laws.

`second` below follows the published rule sentence by sentence and shares no line with the product.
"""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comparisons.core.laws import check
from comparisons.core.method import METHOD
from comparisons.core.points import to_points
from comparisons.core.single_benchmark import Reading, call, probability, reading, sampling_error, worded
from comparisons.tests.catalogues import benchmark, reports_world, result
from comparisons.tests.other_method import method_in_use

AIME = benchmark("aime", "math", items=30)
LARGE = benchmark("mmlu-pro", "knowledge", items=12032)
ERRORS = benchmark("errors", direction="lower", floor=100.0, best=0.0)
RATING = benchmark("rating", unit="rating", floor=1.0, best=10.0, maximum=10.0)
ARENA = benchmark("arena", kind="elo", unit="elo", floor=None, best=None, anchor=1300.0, maximum=None)
HORIZON = benchmark("horizon", kind="doubling", unit="minutes", floor=None, best=None, anchor=30.0, maximum=None)
SCALES = (AIME, LARGE, ERRORS, RATING, ARENA, HORIZON)
WORDS = ("none", "likely", "clear")


# ------------------------------------------------------------------ the rule once more, from its text


def second(scale, a: Reading, b: Reading, offset: float) -> tuple[float, float, str]:
    """z, P and the word; from the published text, with the figures written out."""
    # d = points A - points B; if exactly one row is self-reported, take the lane's offset from it first
    points = [float(to_points(scale, r.score)) for r in (a, b)]
    d0 = points[0] - points[1]
    if a.self_reported != b.self_reported:
        points[0 if a.self_reported else 1] -= offset
    d = points[0] - points[1]
    # if that turns the sign, name nothing
    if np.sign(d) != np.sign(d0) or d == 0:
        return 0.0, 0.5, "none"
    # tau = 3.0 on percent and doubling scales, 1.5 on Elo
    tau = {"percent": 3.0, "doubling": 3.0, "elo": 1.5}[scale.kind]
    z1 = abs(d) / (1.41 * tau)
    z2 = abs(a.score - b.score) / np.sqrt(_s(scale, a) ** 2 + _s(scale, b) ** 2)
    z = (z1**-2 + z2**-2) ** -0.5
    word = "clear" if z >= 1.6448536269514722 else "likely" if z >= 0.8416212335729143 else "none"
    return z, min(_normal(z), _student(z * math.sqrt(5 / 3)), 0.99), word


def _s(scale, r: Reading) -> float:
    if scale.kind == "elo":  # half of the 95 % interval / 1.96, else 347 / sqrt(votes), else 10 Elo
        return r.stderr if r.stderr else 347 * r.votes**-0.5 if r.votes else 10.0
    if scale.kind == "doubling":  # the published interval, else 35 % of the value
        return r.stderr if r.stderr else 0.35 * r.score
    if r.stderr:  # percent s = SE / sqrt(2); an error of nil is no statement
        return r.stderr * 0.5**0.5
    top, n, k = scale.maximum, r.items or 200, r.attempts or 1
    p = (n * (r.score / top) + 1) / (n + 2)
    return top * np.sqrt(p * (1 - p) / n * (1 + 1 / k) / 4)


def _normal(z: float) -> float:
    return (1 + math.erf(z / math.sqrt(2))) / 2


def _student(t: float) -> float:
    """Below `t` with 5 degrees of freedom, by adding up the density."""
    x = np.linspace(0, t, 20001)
    density = math.gamma(3) / (math.sqrt(5 * math.pi) * math.gamma(2.5)) * (1 + x**2 / 5) ** -3
    return 0.5 + float(np.trapezoid(density, x))


scales = st.sampled_from(SCALES)


def readings(scale) -> st.SearchStrategy[Reading]:
    if scale.kind == "elo":
        scores = st.floats(1000, 1600)
    elif scale.kind == "doubling":
        scores = st.floats(1, 900)
    else:
        scores = st.floats(min(scale.floor, scale.best), max(scale.floor, scale.best))
    return st.builds(
        Reading,
        score=scores.map(lambda score: round(score, 2)),
        self_reported=st.booleans(),
        items=st.sampled_from((None, 30, 198, 1319, 12032)),
        attempts=st.sampled_from((None, 1, 4, 64)),
        stderr=st.sampled_from((None, 0.0, 0.4, 2.0)),
        votes=st.sampled_from((None, 900, 40_000)) if scale.kind == "elo" else st.none(),
    )


@st.composite
def pairs_of_reports(draw):
    scale = draw(scales)
    return scale, draw(readings(scale)), draw(readings(scale)), draw(st.sampled_from((0.0, 0.0, 2.5, 6.0)))


@given(pairs_of_reports())
def test_a_second_implementation_of_the_text_agrees(drawn):
    scale, a, b, offset = drawn
    found = call(scale, a, b, offset=offset)
    z, p, word = second(scale, a, b, offset)
    assert min(abs(z - METHOD.z_likely), abs(z - METHOD.z_clear)) < 1e-9 or found.word == word
    assert found.p == pytest.approx(p, abs=1e-6)
    if z > 1e-6:
        assert found.margin == pytest.approx(1.6448536269514722 * abs(a.score - b.score) / z, rel=1e-6)


# ------------------------------------------------------------------ laws


@given(pairs_of_reports())
def test_the_order_of_the_two_does_not_matter(drawn):
    scale, a, b, offset = drawn
    one, other = call(scale, a, b, offset=offset), call(scale, b, a, offset=offset)
    swapped = None if other.favours is None else 1 - other.favours
    assert (one.word, one.favours, one.p, one.items) == (other.word, swapped, other.p, other.items)
    assert one.margin == pytest.approx(other.margin)


@given(pairs_of_reports())
def test_an_error_of_nil_is_no_certainty(drawn):
    """Tools write 0 for a single question, and where all were right or all were wrong."""
    scale, a, b, offset = drawn
    without = call(scale, replace(a, stderr=None), replace(b, stderr=None), offset=offset)
    assert call(scale, replace(a, stderr=0.0), replace(b, stderr=0.0), offset=offset) == without


@given(pairs_of_reports(), st.floats(0, 1))
def test_a_better_score_never_weakens_a_call(drawn, part):
    scale, a, b, offset = drawn
    before = call(scale, a, b, offset=offset)
    assume(before.favours == 0)
    top = {"elo": 1800.0, "doubling": 2000.0}.get(scale.kind, scale.best)
    assume(scale.kind != "percent" or abs(top - a.score) > 1e-9)
    after = call(scale, replace(a, score=a.score + part * (top - a.score)), b, offset=offset)
    assert after.favours == 0
    assert WORDS.index(after.word) >= WORDS.index(before.word)


def test_a_better_score_never_weakens_a_call_on_a_grid():
    """Every step of a percent scale, for small and large tests, one and many attempts."""
    for n in (10, 30, 198, 1000, 12032):
        for k in (1, 64):
            for low in range(0, 100, 7):
                b = Reading(float(low), items=n, attempts=k)
                words = [
                    WORDS.index(call(AIME, Reading(float(high), items=n, attempts=k), b).word)
                    for high in range(low, 101)
                ]
                assert words == sorted(words), (n, k, low)


@given(pairs_of_reports())
def test_more_questions_never_weaken_a_call(drawn):
    scale, a, b, offset = drawn
    few = call(scale, replace(a, items=30), replace(b, items=30), offset=offset)
    many = call(scale, replace(a, items=3000), replace(b, items=3000), offset=offset)
    assert WORDS.index(many.word) >= WORDS.index(few.word)


@given(pairs_of_reports())
def test_a_difference_is_clear_exactly_from_its_margin_on(drawn):
    scale, a, b, offset = drawn
    found = call(scale, a, b, offset=offset)
    assert found.margin > 0
    assert found.favours is None or found.word != "none"
    if found.word == "clear":
        assert abs(a.score - b.score) >= found.margin * (1 - 1e-9)
    if found.word == "likely":
        assert abs(a.score - b.score) < found.margin * (1 + 1e-9)
    assert (found.p >= METHOD.clear) == (found.word == "clear") or abs(found.p - METHOD.clear) < 1e-9


@given(st.floats(0, 50), st.floats(0, 50))
def test_a_probability_rises_with_z_and_ends_at_99_percent(one, other):
    low, high = sorted((one, other))
    assert 0.5 <= probability(low) <= probability(high) <= 0.99


# ------------------------------------------------------------------ worked examples


def test_the_worked_example_of_thirty_questions():
    found = call(AIME, Reading(94.6, items=30), Reading(87.0, items=30))
    assert (found.word, found.favours, found.items) == ("likely", 0, 30)
    assert found.p == pytest.approx(0.88, abs=0.005)
    assert METHOD.z_clear * 7.6 / found.margin == pytest.approx(1.19, abs=0.006)
    assert worded(found, AIME) == "± 10.5, 30 questions: likely"


def test_sixty_four_attempts_make_the_worked_example_surer():
    found = call(AIME, Reading(94.6, items=30, attempts=64), Reading(87.0, items=30, attempts=64))
    assert (found.word, round(found.p, 2)) == ("likely", 0.94)


def test_the_same_difference_on_twelve_thousand_questions_is_clear():
    assert call(LARGE, Reading(94.6, items=12032), Reading(87.0, items=12032)).word == "clear"


def test_an_offset_that_turns_the_order_names_nobody():
    maker, other = Reading(81.0, self_reported=True, items=12032), Reading(78.0, items=12032)
    assert call(LARGE, maker, other).word == "likely" or call(LARGE, maker, other).word == "none"
    turned = call(LARGE, replace(maker, score=90.0), other, offset=15.0)
    assert (turned.word, turned.favours, turned.p) == ("none", None, 0.5)
    assert turned.margin > 0
    both = call(LARGE, replace(maker, score=90.0), replace(other, self_reported=True), offset=15.0)
    assert both.word == "clear"


def test_level_scores_name_nobody_and_have_a_margin():
    found = call(AIME, Reading(50.0, items=30), Reading(50.0, items=30))
    assert (found.word, found.favours, found.p) == ("none", None, 0.5)
    assert 0 < found.margin < 50


def test_lower_is_better_favours_the_lower_score():
    assert call(ERRORS, Reading(5.0), Reading(30.0)).favours == 0


def test_a_scale_up_to_ten_scatters_by_tenths():
    tenth = benchmark("tenth", items=80)
    assert sampling_error(RATING, Reading(7.0, items=80)) == pytest.approx(
        sampling_error(tenth, Reading(70.0, items=80)) / 10
    )


@pytest.mark.parametrize(
    ("scale", "report", "error"),
    [
        (ARENA, Reading(1300.0, stderr=4.0, votes=100), 4.0),
        (ARENA, Reading(1300.0, votes=347**2), 1.0),
        (ARENA, Reading(1300.0), 10.0),
        (HORIZON, Reading(60.0), 21.0),
        (HORIZON, Reading(60.0, stderr=9.0), 9.0),
        (AIME, Reading(50.0, items=30, stderr=2.0), math.sqrt(2)),
        (AIME, Reading(50.0), 100 * math.sqrt(0.25 / 200 / 2)),
        (AIME, Reading(-3.0, items=30), sampling_error(AIME, Reading(0.0, items=30))),
    ],
)
def test_how_far_one_score_may_be_off(scale, report, error):
    assert sampling_error(scale, report) == pytest.approx(error)


def test_a_row_says_how_sure_it_is_and_its_benchmark_where_it_is_silent():
    science = benchmark("science", items=198, attempts=4)
    plain = reading(science, result("a", "science", "50"))
    assert (plain.items, plain.attempts, plain.stderr, plain.votes) == (198, 4, None, None)
    told = reading(science, result("a", "science", "50", attempts=16, items_run=60, stderr=Decimal("1.5")))
    assert (told.items, told.attempts, told.stderr) == (60, 16, 1.5)
    assert reading(ARENA, result("a", "arena", "1300", method="Style control; 4,657 votes")).votes == 4657


def test_item_level_results_take_the_place_of_both_sampling_errors():
    a, b = Reading(60.0, items=500), Reading(55.0, items=500)
    assert call(AIME, a, b, paired_error=0.8).p > call(AIME, a, b).p
    assert call(AIME, a, b, paired_error=0.0).word == call(AIME, a, b, paired_error=1e-12).word


def test_reports_from_two_setups_scatter_more():
    a, b = Reading(60.0, items=12032), Reading(53.0, items=12032)
    assert call(LARGE, a, b, strayed=2.0).p < call(LARGE, a, b).p


def test_a_benchmark_without_a_scale_names_nobody():
    cost = benchmark("cost", kind="other", unit="usd", floor=None, best=None, maximum=None, weight=0.0)
    found = call(cost, Reading(1.0), Reading(900.0))
    assert (found.word, found.favours, found.p, found.margin) == ("none", None, 0.5, None)
    assert worded(found, cost) == ""


def test_other_constants_of_the_method_decide_otherwise():
    a, b = Reading(94.6, items=30), Reading(87.0, items=30)
    with method_in_use(likely=0.9):
        assert call(AIME, a, b).word == "none"
    with method_in_use(clear=0.85):
        assert call(AIME, a, b).word == "clear"
    with method_in_use(items_unknown=20):
        assert call(AIME, Reading(94.6), Reading(87.0)).word == "likely"


def test_the_worlds_of_the_mutants_hold_every_case():
    """Turned signs, both words, known and unknown numbers of questions: else their mutants could not die."""
    seen, turned = set(), 0
    for seed in range(4):
        made = reports_world(seed)
        assert made.board.fit.offset.applied == 4.0
        for pair in made.pairs():
            for line in made.compare(*pair).benchmarks:
                seen.add((line.benchmark.slug, line.call.word))
                turned += line.points is not None and line.points * line.call.points < 0
    assert {word for _, word in seen} == set(WORDS)
    assert {slug for slug, word in seen if word != "none"} >= {
        "aime",
        "knowledge",
        "untold",
        "measured",
        "part",
        "arena",
    }
    assert turned > 0


def test_a_law_notices_a_run_on_a_part_that_passes_for_the_standard_setting():
    """The catalogue stores such runs as not standard; the law does not take its word for it."""
    genuine = reports_world()
    rows = tuple(replace(row, standard=True) if row.items_run else row for row in genuine.rows)
    lax = replace(genuine, rows=rows)
    found = [item for pair in lax.pairs() for item in check(lax.compare(*pair), lax.verdict(*pair))]
    assert {item.claim for item in found if "part of the questions" in item.what} == {"part"}
