"""Which row counts, and what is said about the others."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparisons.core.counting import WHY_NOT, counting_key, counting_rows, is_scored, refusal, why_not
from comparisons.tests.worlds import make_benchmark, make_row
from models_catalog.core.specs import (
    DRAFT,
    GENERATED,
    INDEPENDENT_LANE,
    LANES,
    PROVISIONAL,
    PUBLISHED,
    TIER_BOARD,
    TIER_INDEPENDENT,
    TIER_MAKER,
    VERIFIED,
    WITHDRAWN,
)

DAY = dt.date(2026, 1, 1)
BASE = make_row("m", "b", 70, id=5, measured_on=DAY)

ROWS = st.lists(
    st.builds(
        lambda number, **fields: make_row("m", "b", id=number, **fields),
        st.integers(1, 10**6),
        score=st.integers(0, 5),
        standard=st.booleans(),
        effort=st.sampled_from([4, 12, 20]),
        source_tier=st.integers(0, 5),
        source_kind=st.sampled_from(["independent", "provider-reported", GENERATED]),
        source_url=st.sampled_from(["", "https://example.org/"]),
        measured_on=st.none() | st.dates(DAY, dt.date(2026, 1, 4)),
        state=st.sampled_from([PUBLISHED, PUBLISHED, DRAFT, WITHDRAWN]),
    ),
    max_size=8,
    unique_by=lambda row: row.id,
)


def chosen(rows, lane):
    return counting_rows(rows, lane).get(("m", "b"))


@pytest.mark.parametrize(
    ("winner", "part"),
    [
        (replace(BASE, id=6, uid="z", standard=True, source_tier=TIER_MAKER), "setting"),
        (replace(BASE, id=6, uid="z", source_tier=TIER_BOARD, effort=1), "source"),
        (replace(BASE, id=6, uid="z", effort=20, measured_on=None), "effort"),
        (replace(BASE, id=6, uid="z", measured_on=DAY + dt.timedelta(1), score=99), "date"),
        (replace(BASE, id=6, uid="z", score=69), "score"),
        (replace(BASE, id=6, uid="00000001"), "id"),
    ],
)
def test_the_first_part_of_the_key_that_differs_decides_and_is_named(winner, part):
    loser = replace(BASE, standard=part != "setting")
    assert chosen([loser, winner], PROVISIONAL) == winner
    assert why_not(winner, PROVISIONAL, winner) is None
    assert why_not(loser, PROVISIONAL, winner) == f"another_row:{part}"


def test_an_undated_row_is_taken_for_the_oldest():
    undated = replace(BASE, id=6, measured_on=None)
    assert chosen([undated, BASE], VERIFIED) == BASE
    assert chosen([undated], VERIFIED) == undated


@pytest.mark.parametrize(
    ("row", "lane", "code"),
    [
        (replace(BASE, source_kind=GENERATED), PROVISIONAL, "generated"),
        (replace(BASE, state=DRAFT), PROVISIONAL, "draft"),
        (replace(BASE, state=WITHDRAWN), PROVISIONAL, "withdrawn"),
        (replace(BASE, source_url=""), PROVISIONAL, None),
        (replace(BASE, source_url=""), VERIFIED, "no_source"),
        (replace(BASE, source_url=""), INDEPENDENT_LANE, None),
        (replace(BASE, standard=False), PROVISIONAL, None),
        (replace(BASE, standard=False), VERIFIED, "not_standard"),
        (replace(BASE, standard=False), INDEPENDENT_LANE, "not_standard"),
        (replace(BASE, source_tier=TIER_MAKER), VERIFIED, None),
        (replace(BASE, source_tier=TIER_MAKER), INDEPENDENT_LANE, "not_independent"),
    ],
)
def test_each_lane_admits_its_rows_and_says_why_not_the_others(row, lane, code):
    assert refusal(row, lane) == code
    assert why_not(row, lane, None) == code
    assert chosen([row], lane) == (None if code else row)


def test_an_unknown_lane_is_refused_by_name():
    with pytest.raises(ValueError, match="no lane 'fast'; the lanes are"):
        counting_rows([BASE], "fast")


@pytest.mark.parametrize(
    "change",
    [
        {"weight": 0.0},
        {"category": None},
        {"kind": "other"},
        {"direction": "not_comparable"},
        {"floor": None},
    ],
    ids=str,
)
def test_rows_of_a_display_only_benchmark_do_not_count(change):
    benchmark = make_benchmark("b", **change)
    assert not is_scored(benchmark)
    assert why_not(BASE, VERIFIED, BASE, benchmark) == "display_only"
    assert why_not(BASE, VERIFIED, BASE, make_benchmark("b")) is None


@given(ROWS, st.sampled_from(LANES), st.randoms())
def test_the_choice_does_not_depend_on_the_order_of_the_rows(rows, lane, random):
    shuffled = random.sample(rows, len(rows))
    assert chosen(shuffled, lane) == chosen(rows, lane)


@given(ROWS, st.sampled_from(LANES))
def test_rows_that_are_not_admitted_change_nothing(rows, lane):
    admitted = [row for row in rows if refusal(row, lane) is None]
    assert chosen(admitted, lane) == chosen(rows, lane)
    assert (chosen(rows, lane) is None) == (not admitted)


@given(ROWS, st.sampled_from(LANES))
def test_exactly_one_row_counts_and_every_other_has_a_known_reason(rows, lane):
    counting = chosen(rows, lane)
    reasons = [why_not(row, lane, counting) for row in rows]
    assert reasons.count(None) == (0 if counting is None else 1)
    assert {reason for reason in reasons if reason} <= set(WHY_NOT)
    assert all(counting_key(counting) <= counting_key(row) for row in rows if refusal(row, lane) is None)


@given(ROWS)
def test_a_non_standard_row_counts_only_where_nothing_else_exists(rows):
    counting = chosen(rows, PROVISIONAL)
    if counting and not counting.standard:
        assert not any(row.standard for row in rows if refusal(row, PROVISIONAL) is None)


def test_models_and_benchmarks_are_kept_apart():
    rows = [make_row(m, b, 50, id=n) for n, (m, b) in enumerate([("x", "a"), ("x", "b"), ("y", "a")])]
    assert set(counting_rows(rows, VERIFIED)) == {("x", "a"), ("x", "b"), ("y", "a")}
    assert refusal(rows[0], VERIFIED) is None
    assert rows[0].source_tier == TIER_INDEPENDENT
