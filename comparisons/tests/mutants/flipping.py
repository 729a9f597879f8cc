"""Mutants of what would turn a verdict."""

from __future__ import annotations

from comparisons.core import (
    flips,
)
from comparisons.tests.mutants import mutant
from models_catalog.core import display


@mutant
def half_the_weight_is_said_to_flip(patch):
    genuine = flips.level_weight
    patch.setattr(flips, "level_weight", lambda gaps, slug: genuine(gaps, slug) / 2)


@mutant
def a_flip_is_rounded_to_the_nearest(patch):
    patch.setattr(display, "share_to_reach", lambda value: display.rounded(value - 0.0005, 3))


@mutant
def half_the_shift_is_said_to_flip(patch):
    genuine = flips.least_shift

    def short(gaps, goal):
        moved, sources = genuine(gaps, goal)
        return moved / 2, sources

    patch.setattr(flips, "least_shift", short)


@mutant
def no_weighting_is_ever_said_to_flip(patch):
    patch.setattr(flips, "_EXACT", 1e9)


@mutant
def any_result_is_a_hinge(patch):
    genuine = flips._gaps_without
    patch.setattr(flips, "_gaps_without", lambda *args: [(slug, -abs(gap)) for slug, gap in genuine(*args)])


@mutant
def a_lower_score_is_said_to_suffice(patch):
    genuine = flips._score_for

    def modest(test, points, **options):
        score = genuine(test, points, **options)
        return None if score is None else round(score * 0.8, 1)

    patch.setattr(flips, "_score_for", modest)


@mutant
def a_weight_is_said_to_name_a_leader_unchecked(patch):
    patch.setattr(flips, "_naming_share", lambda comparison, side, line: round(line.weight + 0.001, 3))
