"""Charts show what the numbers say: order kept, nothing outside, gaps open."""

from hypothesis import given
from hypothesis import strategies as st

from comparisons.core import geometry

values = st.floats(-500, 500, allow_nan=False)


@given(st.lists(values, min_size=1, max_size=8))
def test_a_scale_holds_its_values_and_keeps_their_order(found):
    scale = geometry.scale_around(found)
    assert scale.low <= min(found) + 1e-9
    assert max(found) - 1e-9 <= scale.high
    places = [scale.place(value) for value in sorted(found)]
    assert places == sorted(places)
    assert all(0 <= place <= 100 for place in places)
    assert 2 <= len(scale.ticks) <= 8


@given(values, st.floats(0.1, 500))
def test_a_bar_points_to_the_side_of_its_sign(value, reach):
    bar = geometry.bar_from_zero(value, reach)
    if value > 0:
        assert bar.x == 50
        assert bar.width > 0
    elif value < 0:
        assert bar.x + bar.width == 50
    else:
        assert bar.width == 0
    assert bar.x >= 0
    assert bar.x + bar.width <= 100.01


def test_a_missing_category_leaves_the_radar_open():
    drawn = geometry.radar([[50, 60, 70, 55], [50, None, 70, 55]], low=20, high=80)
    full, gapped = drawn.outlines
    assert full.closed
    assert len(full.dots) == 4
    assert not gapped.closed
    assert len(gapped.dots) == 3
    assert len(gapped.paths) == 1
    assert [spoke.open for spoke in drawn.spokes] == [False, True, False, False]


def test_lonely_categories_are_dots_without_a_line():
    drawn = geometry.radar([[50, None, 70, None]], low=20, high=80)
    assert drawn.outlines[0].paths == ()
    assert len(drawn.outlines[0].dots) == 2


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), max_size=12))
def test_nobody_beats_a_model_on_the_front_and_everyone_else_is_beaten(points):
    front = geometry.pareto_front(points)
    for i, (x, y) in enumerate(points):
        beaten = any((other_x <= x and other_y >= y) and (other_x < x or other_y > y) for other_x, other_y in points)
        if i in front:
            assert not beaten
        else:
            assert beaten or any(points[j] == (x, y) for j in front)
    assert [points[i][0] for i in front] == sorted(points[i][0] for i in front)


def test_radar_limits_are_round_and_hold_everything():
    assert geometry.radar_limits([]) == (0.0, 90.0)
    low, high = geometry.radar_limits([38.9, 66.4])
    assert low <= 38.9
    assert high >= 66.4
    assert (high - low) % 30 == 0
