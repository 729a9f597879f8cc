"""Like with like: which two results of two models are set beside each other, and how alike they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comparisons.core.benchmark_lines import benchmark_lines
from comparisons.core.setups import DIFFERENT, MAKER, NOT_KNOWN, SAME, agreement, differences, most_alike, setup_of
from comparisons.tests.catalogues import benchmark, category, model, result
from comparisons.tests.catalogues import world as world_of
from models_catalog.core import setting_words
from models_catalog.core.specs import PROVIDER_REPORTED, TIER_BOARD, TIER_INDEPENDENT, TIER_MAKER

NORTH, SOUTH = model("north-1", lab="north"), model("south-1", lab="south")
MODELS = (NORTH, SOUTH)


def made(slug: str, score: float, **overrides):
    """A figure of the model's own maker."""
    return result(slug, "swe", score, source_tier=TIER_MAKER, source_kind=PROVIDER_REPORTED, **overrides)


def ran(slug: str, score: float, body: str = "Epoch AI", **overrides):
    """A figure of an independent body."""
    return result(slug, "swe", score, **{"source_tier": TIER_INDEPENDENT, "evaluator": body, **overrides})


def chosen(ours, theirs):
    a, b = most_alike((ours, theirs), MODELS)
    return float(a.score), float(b.score)


def agree(a, b):
    return agreement(setup_of(a, NORTH), setup_of(b, SOUTH))


def test_makers_figures_are_set_beside_makers_figures():
    assert chosen([ran("north-1", 67.8), made("north-1", 67.8)], [made("south-1", 69.1)]) == (67.8, 69.1)
    assert chosen([made("north-1", 67.8)], [ran("south-1", 43.7), made("south-1", 69.1)]) == (67.8, 69.1)


def test_figures_of_one_body_are_set_beside_each_other():
    ours = [ran("north-1", 50, "Body"), ran("north-1", 55, "Epoch AI")]
    assert chosen(ours, [ran("south-1", 60, "Epoch AI"), made("south-1", 70)]) == (55, 60)


def test_the_same_effort_is_preferred_to_more_effort():
    ours = [ran("north-1", 60, effort=40), ran("north-1", 50, effort=25)]
    assert chosen(ours, [ran("south-1", 55, effort=25)]) == (50, 55)
    assert chosen(ours, [ran("south-1", 55, effort=74)]) == (60, 55)


def test_the_same_harness_is_preferred():
    ours = [ran("north-1", 60, harness="agent"), ran("north-1", 50, harness="plain")]
    assert chosen(ours, [ran("south-1", 55, harness="plain")]) == (50, 55)


def test_of_equally_alike_pairs_the_one_that_counts_is_taken():
    assert chosen([ran("north-1", 60), ran("north-1", 50)], [ran("south-1", 55), ran("south-1", 45)]) == (60, 55)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (made("north-1", 1), made("south-1", 2), SAME),
        (made("north-1", 1), ran("south-1", 2), DIFFERENT),
        (ran("north-1", 1), ran("south-1", 2), SAME),
        (ran("north-1", 1), ran("south-1", 2, "HELM"), DIFFERENT),
        (ran("north-1", 1, "south"), ran("south-1", 2, "south"), DIFFERENT),  # its rival's maker against its own
        (ran("north-1", 1, effort=40), ran("south-1", 2, effort=5), DIFFERENT),
        (ran("north-1", 1, effort=40), ran("south-1", 2), NOT_KNOWN),
        (ran("north-1", 1, harness="a"), ran("south-1", 2, harness="b"), DIFFERENT),
        (ran("north-1", 1, harness="a"), ran("south-1", 2), NOT_KNOWN),
        (ran("north-1", 1, ""), ran("south-1", 2, ""), SAME),  # one site
        (ran("north-1", 1, ""), ran("south-1", 2, "HELM"), NOT_KNOWN),
        (ran("north-1", 1, "", source_tier=TIER_BOARD), ran("south-1", 2, "", source_tier=TIER_BOARD), SAME),
    ],
)
def test_setups_agree_differ_or_are_not_known(ours, theirs, expected):
    assert agree(ours, theirs) == expected
    assert agreement(setup_of(theirs, SOUTH), setup_of(ours, NORTH)) == expected


def test_a_model_that_does_not_reason_cannot_be_given_more_effort():
    plain = replace(NORTH, reasoning="no")
    a, b = setup_of(ran("north-1", 1), plain), setup_of(ran("south-1", 2, effort=40), SOUTH)
    assert agreement(a, b) == SAME
    assert differences(a, b) == ()


def test_settings_that_are_not_standard_are_compared_with_their_like_only():
    ours = [ran("north-1", 60, standard=False, variant="best of 8")]
    assert most_alike((ours, [ran("south-1", 50)]), MODELS) is None
    assert chosen(ours, [ran("south-1", 50, standard=False, variant="best of 8")]) == (60, 50)


def swe_world(*rows):
    return world_of([category("coding")], [benchmark("swe", "coding")], rows, models=MODELS)


def line_of(*rows):
    some = swe_world(*rows)
    return benchmark_lines((some.side("north-1"), some.side("south-1")), "verified", some.benchmarks, some.categories)[
        0
    ]


def test_a_line_says_when_the_counting_results_favour_the_other_model():
    line = line_of(ran("north-1", 67.8), made("north-1", 67.8), ran("south-1", 43.7, "HELM"), made("south-1", 69.1))
    assert (line.setups, line.favours, line.counting_favours) == (SAME, 1, 0)
    assert [float(cell.row.score) for cell in line.cells] == [67.8, 69.1]
    assert [float(cell.row.score) for cell in line.counting] == [67.8, 43.7]


def test_setups_that_differ_are_named_and_no_proof():
    line = line_of(ran("north-1", 67.8), made("south-1", 43.7, effort=40))
    assert line.setups == DIFFERENT
    assert not line.fair
    assert line.setup_words == ("Epoch AI, effort not said", f"{MAKER}, high effort")
    verdict = swe_world(ran("north-1", 67.8), made("south-1", 43.7, effort=40)).verdict("north-1", "south-1")
    kinds = {claim.kind for claim in verdict.claims}
    assert "biggest_swing" not in kinds
    assert "different setups" in " ".join(verdict.paragraphs)


@pytest.mark.parametrize(
    ("words", "standard"),
    [
        ("477 of 500 tasks", False),
        ("a fixed subset, 477 out of 500 tasks", False),
        ("500 of 500 tasks", True),
        ("all 500 tasks", True),
        ("12 of the 30 problems", False),
    ],
)
def test_a_run_on_a_part_of_the_tasks_is_not_the_standard_setting(words, standard):
    assert setting_words.is_standard(words) == standard
