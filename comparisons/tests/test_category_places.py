"""Places on a category's board follow the one tie rule."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comparisons.core.boards import Place, category_places, field_median, on_category_board
from comparisons.core.method import METHOD
from comparisons.core.pairing import probability

LINES = st.lists(st.tuples(st.floats(0, 100), st.floats(0.5, 8)), min_size=1, max_size=25)


@given(LINES)
def test_range_holds_the_rank_and_counts_the_clearly_better_and_worse(lines):
    scores, errors = [score for score, _ in lines], [error for _, error in lines]
    for own, place in enumerate(category_places(scores, errors)):
        clearly = [
            (scores[own] - scores[other]) / (errors[own] ** 2 + errors[other] ** 2) ** 0.5
            for other in range(len(lines))
        ]
        ahead = sum(probability(-z) >= METHOD.clear + 1e-12 for z in clearly)
        behind = sum(probability(z) >= METHOD.clear + 1e-12 for z in clearly)
        assert place.of == len(lines)
        assert 1 <= place.best <= place.worst <= place.of
        assert place.best - 1 >= ahead
        assert place.of - place.worst >= behind


@given(LINES, st.randoms())
def test_order_of_the_input_changes_nothing(lines, random):
    places = dict(zip(enumerate(lines), category_places(*zip(*lines, strict=True)), strict=True))
    shuffled = list(enumerate(lines))
    random.shuffle(shuffled)
    again = category_places([line[0] for _, line in shuffled], [line[1] for _, line in shuffled])
    assert dict(zip(shuffled, again, strict=True)) == places


@given(LINES)
def test_higher_score_never_has_the_worse_rank(lines):
    places = category_places(*zip(*lines, strict=True))
    for (one, _), first in zip(lines, places, strict=True):
        for (other, _), second in zip(lines, places, strict=True):
            if one > other:
                assert first.rank <= second.rank


def test_scores_that_print_alike_share_a_rank():
    assert [place.rank for place in category_places([50.01, 50.0, 49.0], [1, 1, 1])] == [1, 1, 3]


def test_one_model_is_certain_of_its_place():
    assert category_places([50], [3]) == (Place(1, 1, 1, 1),)
    assert category_places([], []) == ()


def test_board_needs_a_rank_and_two_votes():
    assert on_category_board(True, 2.0)
    assert on_category_board(True, 2 - 1e-12)
    assert not on_category_board(True, 1.5)
    assert not on_category_board(False, 9)


def test_median_of_nothing_is_none_and_never_zero():
    assert field_median([]) is None
    assert field_median([0]) == 0
