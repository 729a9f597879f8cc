"""Mutants of comparing two models."""

from __future__ import annotations

from dataclasses import replace

from comparisons.core import (
    benchmark_lines,
    compare,
    operations,
)
from comparisons.core.method import METHOD
from comparisons.core.records import CLEAR, EVEN, LIKELY
from comparisons.tests.mutants import mutant, swapped
from models_catalog.core import display


@mutant
def lower_is_better_is_taken_for_higher(patch):
    patch.setattr(benchmark_lines, "LOWER", "upside down")


@mutant
def cheaper_is_taken_for_worse(patch):
    patch.setattr(operations, "LOWER", operations.HIGHER)


@mutant
def a_difference_below_five_percent_is_a_lead(patch):
    patch.setattr(operations, "METHOD", replace(METHOD, noticeable=0.0))


@mutant
def results_in_other_settings_are_subtracted(patch):
    def only_missing(benchmark, cells, lane, names):
        return "no result" if None in cells else ""

    patch.setattr(benchmark_lines, "_incomparable", only_missing)


@mutant
def withdrawn_results_are_compared(patch):
    genuine = benchmark_lines.refusal

    def lenient(row, lane):
        found = genuine(row, lane)
        return None if found == "withdrawn" else found

    patch.setattr(benchmark_lines, "refusal", lenient)
    patch.setattr(benchmark_lines, "WITHDRAWN", "never")


@mutant
def a_score_carried_over_is_shown_as_measured(patch):
    genuine = compare._category_text

    def lenient(standing, slug):
        if standing is None or slug not in standing.categories:
            return genuine(standing, slug)
        measured = {**standing.categories, slug: standing.categories[slug]._replace(carried=False)}
        return genuine(replace(standing, categories=measured), slug)

    patch.setattr(compare, "_category_text", lenient)


@mutant
def a_missing_category_has_a_score_of_zero(patch):
    genuine = compare._category_text

    def never_missing(standing, slug):
        return genuine(standing, slug) or compare.score_text(0.0, 0.0, 0.0)

    patch.setattr(compare, "_category_text", never_missing)


@mutant
def sixty_percent_is_likely(patch):
    patch.setattr(compare, "word_for", lambda p: CLEAR if p >= 0.95 else LIKELY if p >= 0.6 else EVEN)


@mutant
def ninety_percent_is_clear(patch):
    patch.setattr(compare, "word_for", lambda p: CLEAR if p >= 0.9 else LIKELY if p >= 0.8 else EVEN)


@mutant
def ninety_percent_is_still_too_close(patch):
    patch.setattr(compare, "word_for", lambda p: CLEAR if p >= 0.95 else LIKELY if p >= 0.9 else EVEN)


@mutant
def one_shared_benchmark_is_enough_for_clear(patch):
    patch.setattr(compare, "METHOD", replace(METHOD, shared_benchmarks=1))


@mutant
def an_unranked_model_counts_as_ranked(patch):
    patch.setattr(compare, "ESTIMATE", compare.RANKED)


@mutant
def nothing_shared_is_compared_all_the_same(patch):
    genuine = compare.basis_of
    pretended = ("pretended",)
    patch.setattr(
        compare,
        "basis_of",
        lambda pair, shared: genuine(pair, shared if shared.benchmarks else replace(shared, benchmarks=pretended)),
    )


@mutant
def a_contradiction_of_the_shared_tests_is_ignored(patch):
    patch.setattr(compare, "_contradicts", lambda shared, ahead: False)


@mutant
def the_model_behind_is_named(patch):
    genuine = compare._printed_leader
    patch.setattr(compare, "_printed_leader", lambda a, b: swapped(genuine(a, b)))


@mutant
def no_shared_test_makes_no_difference_to_the_word(patch):
    patch.setattr(compare, "LEANING", LIKELY)


@mutant
def a_category_that_cannot_be_compared_is_a_tie(patch):
    genuine = compare.tally_of

    def generous(lines):
        tally = genuine(lines)
        return replace(tally, even=tally.even + tally.not_comparable, not_comparable=0)

    patch.setattr(compare, "tally_of", generous)


@mutant
def a_gap_is_taken_before_rounding(patch):
    patch.setattr(display, "printed_gap", lambda a, b: display.rounded(abs(a - b), 1))


@mutant
def a_probability_is_rounded_up(patch):
    patch.setattr(display, "probability", lambda p, limits=(): f"{min(99, int(100 * p) + 1)} %")


@mutant
def every_test_counts_as_shared_by_either(patch):
    genuine = compare.shared_line

    def generous(fit, pair, lines):
        return replace(genuine(fit, pair, lines), of=len(tuple(lines)))

    patch.setattr(compare, "shared_line", generous)
