"""Break the clip of counted leads and the scale link by hand, and see that the second arithmetic notices.

Scores are no words, so no law of verdicts looks at them; what guards them is the independent
implementation in `second_arithmetic.py`. Each mutant must make it disagree somewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from comparisons.core import evidence, scoring
from comparisons.core.method import METHOD
from comparisons.core.standing import NO_LINK
from comparisons.tests.test_scale import grown_world
from comparisons.tests.test_second_arithmetic import assert_agree
from comparisons.tests.worlds import CATEGORIES, World, make_world

MUTANTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {}


@cache
def far_world() -> World:
    """Results far from their model's others, and models with only two that are far apart."""
    world = make_world(5, 20, 16, fill=0.7, kind="elo")
    rows = [row if number % 9 else replace(row, score=row.score + 240) for number, row in enumerate(world.rows)]
    few = sorted({row.model for row in rows})[:4]
    kept = {model: [row for row in rows if row.model == model][:2] for model in few}
    pairs = [
        row if not place else replace(row, score=row.score + 400)
        for found in kept.values()
        for place, row in enumerate(found)
    ]
    return replace(world, rows=(*(row for row in rows if row.model not in few), *pairs))


@cache
def later_world() -> World:
    """Old models on harder tests; three of them were tested too little to be anchors."""
    world = grown_world()
    few = sorted({row.model for row in world.rows if not row.model.startswith("new")})[:3]
    thin = [row for model in few for row in [row for row in world.rows if row.model == model][:3]]
    return replace(world, rows=(*(row for row in world.rows if row.model not in few), *thin))


def agree() -> None:
    """Both implementations on both worlds; AssertionError where they differ."""
    far, later = far_world(), later_world()
    assert_agree(CATEGORIES, far.benchmarks, far.rows, "provisional")
    assert_agree(CATEGORIES, later.benchmarks, later.rows, "provisional")


def mutant(function: Callable) -> Callable:
    MUTANTS[function.__name__] = function
    return function


def patch_clip(patch, clip: Callable[[np.ndarray], np.ndarray]) -> None:
    """Another clip of one model's leads."""

    def held_back(model, lead, models):
        counted = lead.copy()
        for number in range(models):
            mine = model == number
            if mine.any():
                counted[mine] = clip(lead[mine])
        return counted

    patch.setattr(evidence, "_held_back", held_back)


def around(leads: np.ndarray, middle: float, least: int = 3, reach: float = 15.0) -> np.ndarray:
    return np.clip(leads, middle - reach, middle + reach) if len(leads) >= least else leads


# ------------------------------------------------------------------ the clip of a counted lead


@mutant
def no_lead_is_clipped(patch):
    patch_clip(patch, lambda leads: leads)


@mutant
def leads_are_clipped_around_their_mean(patch):
    patch_clip(patch, lambda leads: around(leads, leads.mean()))


@mutant
def leads_are_clipped_around_the_lower_of_two_middle_ones(patch):
    patch_clip(patch, lambda leads: around(leads, np.sort(leads)[(len(leads) - 1) // 2]))


@mutant
def two_results_are_enough_to_clip(patch):
    patch_clip(patch, lambda leads: around(leads, float(np.median(leads)), least=2))


@mutant
def the_reach_is_a_point_too_wide(patch):
    patch_clip(patch, lambda leads: around(leads, float(np.median(leads)), reach=16.0))


@mutant
def only_good_luck_is_clipped(patch):
    patch_clip(patch, lambda leads: np.minimum(leads, around(leads, float(np.median(leads)))))


@mutant
def a_far_lead_is_left_out_instead_of_clipped(patch):
    def without(leads):
        held = around(leads, float(np.median(leads)))
        return np.where(held == leads, leads, float(np.median(leads)))

    patch_clip(patch, without)


# ------------------------------------------------------------------ the scale link


@mutant
def there_is_no_link(patch):
    patch.setattr(scoring, "with_link", lambda fit, link: replace(fit, link=NO_LINK))


@mutant
def the_link_points_the_other_way(patch):
    genuine = scoring.link_of

    def backwards(day, then, now):
        link = genuine(day, then, now)
        return link._replace(value=-link.value)

    patch.setattr(scoring, "link_of", backwards)


@mutant
def the_link_is_told_and_not_applied(patch):
    patch.setattr(scoring, "with_link", lambda fit, link: replace(fit, link=link))


@mutant
def the_link_is_applied_to_one_category_only(patch):
    genuine = scoring.with_link

    def partly(fit, link):
        linked = genuine(fit, link)
        return replace(linked, categories=(linked.categories[0], *fit.categories[1:]))

    patch.setattr(scoring, "with_link", partly)


@mutant
def the_link_is_read_off_one_anchor(patch):
    genuine = scoring.link_of

    def alone(day, then, now):
        link = genuine(day, then, now)
        if link.level is None:
            return link
        first = link.anchors[0]
        return link._replace(value=then[first] - now[first])

    patch.setattr(scoring, "link_of", alone)


@mutant
def weakly_tested_models_are_anchors_too(patch):
    patch.setattr(
        scoring,
        "anchors_among",
        lambda standings: {found.model: found.overall for found in standings if found.overall is not None},
    )


# ------------------------------------------------------------------ killed, one and all


def test_without_a_mutant_both_agree_and_both_rules_have_something_to_do():
    far, later = far_world(), later_world()
    board = assert_agree(CATEGORIES, far.benchmarks, far.rows, "provisional")
    assert sum(cell.held_from is not None for standing in board.models for cell in standing.cells) > 3
    board = assert_agree(CATEGORIES, later.benchmarks, later.rows, "provisional")
    assert len(board.fit.link.anchors) >= METHOD.anchor_models
    assert abs(board.fit.link.value) > 1


def test_the_worlds_agree_with_the_clip_written_plainly(monkeypatch):
    patch_clip(monkeypatch, lambda leads: around(leads, float(np.median(leads))))
    agree()


@pytest.mark.parametrize("name", MUTANTS)
def test_the_second_arithmetic_notices_the_mutant(name, monkeypatch):
    MUTANTS[name](monkeypatch)
    with pytest.raises(AssertionError):
        agree()
