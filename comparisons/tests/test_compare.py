"""Basis, outcome, categories, shared benchmarks and operational facts, by example."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from comparisons.core.compare import word_for
from comparisons.core.pairs import SamePair
from comparisons.core.second_opinion import second_opinion
from comparisons.tests.catalogues import (
    TODAY,
    benchmark,
    category,
    generated_world,
    grown_world,
    mixed_world,
    model,
    price,
    reference_world,
    result,
    speed,
    world,
)
from comparisons.tests.other_method import method_in_use

MATH = (category("math"),)


def two(*rows, tests=("one", "two", "three"), lane="verified", **facts):
    """A young catalogue of the models `a` and `b`."""
    specs = [test if not isinstance(test, str) else benchmark(test) for test in tests]
    described = [model("a", **facts.pop("a", {})), model("b", **facts.pop("b", {}))]
    return world(MATH, specs, rows, models=described, lane=lane, **facts)


def both(test, a, b, **overrides):
    return result("a", test, a, **overrides), result("b", test, b, **overrides)


# ------------------------------------------------------------------ basis and outcome


def test_words_change_exactly_at_eighty_and_ninety_five_percent():
    assert [word_for(p) for p in (0.5, 0.7999, 0.8, 0.9499, 0.95, 1.0)] == [
        "even",
        "even",
        "likely",
        "likely",
        "clear",
        "clear",
    ]


def test_three_shared_tests_of_two_models_already_name_a_likely_leader():
    young = two(*both("one", 90, 40), *both("two", 88, 42), *both("three", 91, 39))
    overall = young.compare("a", "b").overall
    assert (overall.basis, overall.outcome, overall.leader, overall.capped) == ("shared", "likely", 0, True)


def test_two_shared_tests_are_too_little_and_name_nobody():
    young = two(*both("one", 90, 40), *both("two", 88, 42), result("a", "three", 99))
    comparison = young.compare("a", "b")
    assert (comparison.overall.basis, comparison.overall.outcome) == ("none", "too_little")
    assert comparison.overall.leader is comparison.overall.gap is None
    assert (len(comparison.shared.benchmarks), comparison.shared.of) == (2, 3)


def test_nothing_shared_names_nobody_even_between_ranked_models():
    comparison = mixed_world(shared=0).compare("all-round", "shared-star")
    assert all(side.standing.ranked for side in comparison.sides)
    assert (comparison.overall.basis, comparison.overall.outcome) == ("none", "nothing_shared")
    assert all(line.strength is None for line in comparison.categories)


def test_shared_tests_against_the_overall_order_make_mixed_evidence():
    overall = mixed_world().compare("all-round", "shared-star").overall
    assert (overall.basis, overall.outcome, overall.ahead, overall.leader) == ("ranked", "mixed", 0, None)


def test_one_shared_test_caps_a_clear_lead_at_likely():
    overall = mixed_world(shared=1).compare("all-round", "shared-star").overall
    assert (overall.basis, overall.outcome, overall.capped) == ("ranked", "likely", True)


def test_a_model_without_results_is_compared_with_nobody():
    young = two(result("a", "one", 50))
    comparison = young.compare("a", "b")
    assert comparison.sides[1].standing is None
    assert comparison.overall.outcome == "nothing_shared"


def test_a_model_is_not_compared_with_itself():
    with pytest.raises(SamePair):
        two(result("a", "one", 50)).compare("a", "a")


# ------------------------------------------------------------------ what may be subtracted


def test_lower_is_better_by_direction():
    errors = benchmark("errors", direction="lower", floor=100.0, best=0.0)
    line = two(*both("errors", 10, 30), tests=[errors]).compare("a", "b").by_benchmark["errors"]
    assert (line.favours, line.difference, line.points > 0) == (0, Decimal(-20), True)


def test_a_scale_without_a_better_end_favours_nobody():
    size = benchmark("size", None, direction="not_comparable", kind="other", weight=0.0)
    line = two(*both("size", 10, 30), tests=[size]).compare("a", "b").by_benchmark["size"]
    assert (line.comparable, line.favours, line.difference) == (False, None, None)
    assert line.reason == "neither end of this scale is better"


def test_a_withdrawn_result_stays_visible_with_its_reason_and_is_not_compared():
    gone = result("b", "one", 90, state="withdrawn", withdrawn_reason="a wrong harness")
    line = two(result("a", "one", 50), gone).compare("a", "b").by_benchmark["one"]
    assert line.cells[1].why_not == "withdrawn: a wrong harness"
    assert (line.comparable, line.shared, line.difference) == (False, False, None)
    assert line.reason == "the result of B was withdrawn"


def test_generated_and_draft_results_are_not_shown_at_all():
    rows = [result("a", "one", 50, source_kind="generated"), result("b", "one", 60, state="draft")]
    assert two(*rows).compare("a", "b").benchmarks == ()


def test_a_result_without_source_is_shown_but_not_compared_in_the_verified_lane():
    rows = (result("a", "one", 50), result("b", "one", 60, source_url=""))
    line = two(*rows).compare("a", "b").by_benchmark["one"]
    assert not line.cells[1].counts
    assert "no source is given" in line.reason
    assert two(*rows, lane="provisional").compare("a", "b").by_benchmark["one"].shared


def test_different_settings_are_not_subtracted():
    rows = (result("a", "one", 50), result("b", "one", 60, standard=False, variant="best of 8"))
    comparison = two(*rows, lane="provisional").compare("a", "b")
    assert "different settings" in comparison.by_benchmark["one"].reason
    assert comparison.shared.benchmarks == ()


def test_two_odd_settings_are_compared_only_if_they_are_the_same():
    odd = {"standard": False, "variant": "best of 8"}
    same = two(*both("one", 50, 60, **odd), lane="provisional").compare("a", "b")
    assert same.shared.benchmarks == ("one",)
    rows = (result("a", "one", 50, **odd), result("b", "one", 60, standard=False, variant="best of 64"))
    assert two(*rows, lane="provisional").compare("a", "b").shared.benchmarks == ()


def test_a_display_only_test_is_compared_but_never_counted():
    shown = benchmark("cost", None, weight=0.0, kind="other", direction="lower", display_reason="not an ability")
    comparison = two(*both("cost", 2, 3), tests=[shown]).compare("a", "b")
    line = comparison.by_benchmark["cost"]
    assert (line.comparable, line.shared, line.favours) == (True, False, 0)
    assert line.cells[0].why_not == "shown, not scored: not an ability"
    assert (comparison.shared.of, len(comparison.shared.benchmarks)) == (0, 0)


def test_results_that_print_alike_favour_nobody():
    line = two(*both("one", "50.001", "50.002")).compare("a", "b").by_benchmark["one"]
    assert (line.favours, line.difference) == (None, 0)


# ------------------------------------------------------------------ categories


def test_a_category_that_one_side_lacks_is_not_compared_and_no_tie():
    comparison = reference_world().compare("gemma-4-12b", "gpt-4-1-mini")
    coding = comparison.by_category["coding"]
    assert (coding.strength, coding.leader, coding.gap) == (None, None, None)
    assert comparison.by_category["math"].reason == "Gemma 4 12B has no result"
    assert comparison.tally.even == 0
    assert comparison.tally.comparable == 0


def test_without_a_common_scale_a_category_rests_on_its_shared_tests_alone():
    comparison = reference_world().compare("nemotron-ultra-253b", "gpt-4-1-mini")
    knowledge = comparison.by_category["knowledge"]
    assert knowledge.shared == ("gpqa", "mmlu")
    assert knowledge.scores == (None, None)
    assert (knowledge.leader, knowledge.strength) == (0, "likely")


def test_a_category_without_a_shared_test_only_leans():
    strengths = {
        line.strength
        for seed in range(6)
        for some_world in (generated_world(seed, 12, 26, 0.45, 0.1),)
        for a, b in some_world.pairs()
        for line in some_world.compare(a, b).categories
        if line.strength is not None and not line.shared
    }
    assert strengths == {"leaning", "even"}


def test_the_separator_is_the_shared_test_furthest_apart():
    comparison = reference_world().compare("nemotron-ultra-253b", "gpt-4-1-mini")
    assert comparison.by_category["knowledge"].separator.benchmark.slug == "mmlu"
    assert comparison.by_category["math"].separator.favours == 1


# ------------------------------------------------------------------ operational facts


def prices(*items, **options):
    return two(result("a", "one", 50), prices=items).compare("a", "b", **options).by_attribute


def test_free_is_better_than_any_price_and_has_no_ratio():
    line = prices(price("a", "0", "0"), price("b", "1", "1"))["price_blended"]
    assert (line.favours, line.ratio, line.ratio_text) == (0, None, "")
    assert (line.values[0].text, line.values[1].text) == ("free", "$1.00")


def test_two_free_models_are_no_tie_breaker():
    line = prices(price("a", "0", "0"), price("b", "0", "0"))["price_blended"]
    assert (line.favours, line.ratio) == (None, None)


def test_an_unknown_price_is_compared_with_nothing():
    line = prices(price("a", "1", None), price("b", "2", "2"))["price_output"]
    assert (line.values[0], line.favours) == (None, None)
    assert line.missing_text == "not published"


def test_prices_closer_than_five_percent_favour_nobody():
    assert prices(price("a", "1.00", "1"), price("b", "1.04", "1"))["price_input"].favours is None
    assert prices(price("a", "1.00", "1"), price("b", "1.05", "1"))["price_input"].favours == 0


def test_the_makers_own_price_speaks_even_where_another_is_cheaper():
    cloud = {"provider": "cloud", "provider_name": "Cloud", "first_party": False}
    lines = prices(price("a", "4", "4"), price("a", "1", "1", **cloud), price("b", "2", "2", **cloud))
    assert [value.provider for value in lines["price_input"].values] == ["The Maker", "Cloud"]
    assert lines["price_input"].favours == 1


def test_without_a_makers_price_the_cheapest_named_provider_speaks():
    dear = {"provider": "dear", "provider_name": "Dear", "first_party": False}
    cheap = {"provider": "cheap", "provider_name": "Cheap", "first_party": False}
    value = prices(price("a", "2", "2", **dear), price("a", "1", "1", **cheap))["price_blended"].values[0]
    assert (value.provider, value.text) == ("Cheap", "$1.00")


def test_a_period_ends_before_its_last_day():
    first = price("a", "3", "3", valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2026, 6, 1))
    second = price("a", "2", "2", valid_from=dt.date(2026, 6, 1))
    for day, text in ((dt.date(2026, 5, 31), "$3.00"), (dt.date(2026, 6, 1), "$2.00")):
        assert prices(first, second, today=day)["price_input"].values[0].text == text
    assert prices(first, second, today=dt.date(2025, 12, 31))["price_input"].values[0] is None


def test_an_undated_price_holds_from_the_day_it_was_seen():
    seen = price("a", "3", "3", valid_from=None, observed_on=dt.date(2026, 5, 5))
    assert "seen on 5 May 2026" in prices(seen)["price_input"].values[0].note
    assert prices(seen, today=dt.date(2026, 5, 4))["price_input"].values[0] is None


def test_the_mix_of_a_blended_price_is_stated():
    with method_in_use(price_in=1):
        lines = prices(price("a", "1", "5"))
    assert (lines["price_blended"].label, lines["price_blended"].values[0].text) == (
        "Blended price, 1 input to 1 output",
        "$3.00",
    )


def test_a_suspect_speed_is_set_aside_and_said_so():
    placeholder = speed("a", "1000", suspect="round placeholder")
    lines = two(result("a", "one", 50), speeds=[placeholder, speed("b", "80")]).compare("a", "b").by_attribute
    assert (lines["output_speed"].values[0], lines["output_speed"].favours) == (None, None)
    assert lines["output_speed"].missing_text == "not measured (a figure set aside)"


def test_a_shorter_wait_is_better():
    speeds = [speed("a", "80", "0.4"), speed("b", "80", "0.8")]
    line = two(result("a", "one", 50), speeds=speeds).compare("a", "b").by_attribute["time_to_first_token"]
    assert (line.favours, line.ratio_text) == (0, "50 % less")


def test_more_kinds_of_input_are_better_only_if_none_is_lost():
    rich = {"input_modalities": ("text", "pdf", "image")}
    lines = two(result("a", "one", 50), a=rich, b={"input_modalities": ("text",)}).compare("a", "b").by_attribute
    assert (lines["input_modalities"].favours, lines["input_modalities"].values[0].text) == (0, "text, image, PDF")
    other = two(result("a", "one", 50), a=rich, b={"input_modalities": ("text", "audio")}).compare("a", "b")
    assert other.by_attribute["input_modalities"].favours is None


def test_dates_are_compared_only_as_far_as_both_are_known():
    year = {"knowledge_cutoff": dt.date(2024, 1, 1), "knowledge_cutoff_precision": "year"}
    april = {"knowledge_cutoff": dt.date(2024, 4, 1), "knowledge_cutoff_precision": "month"}
    later = {"knowledge_cutoff": dt.date(2025, 4, 1), "knowledge_cutoff_precision": "month"}
    rows = result("a", "one", 50)
    assert two(rows, a=year, b=april).compare("a", "b").by_attribute["knowledge_cutoff"].favours is None
    assert two(rows, a=year, b=later).compare("a", "b").by_attribute["knowledge_cutoff"].favours == 1


# ------------------------------------------------------------------ the rest


def test_the_newest_fact_is_not_of_the_future():
    rows = [
        result("a", "one", 5, measured_on=dt.date(2026, 3, 1)),
        result("b", "one", 6, measured_on=dt.date(2027, 1, 1)),
    ]
    assert two(*rows).compare("a", "b", today=TODAY).newest_fact == dt.date(2026, 3, 1)


def test_the_second_opinion_ranks_the_ranked_models_and_no_others():
    grown = grown_world()
    ranks = second_opinion(grown.board, grown.benchmarks)
    ranked = {standing.model for standing in grown.board.models if standing.ranked}
    assert set(ranks) == ranked
    assert sorted(ranks.values()) == list(range(1, len(ranked) + 1))
    best = min(ranks, key=ranks.get)
    assert grown.board.by_model[best].rank <= 3


def test_a_young_catalogue_has_no_second_opinion():
    young = two(*both("one", 90, 40))
    assert second_opinion(young.board, young.benchmarks) == {}
