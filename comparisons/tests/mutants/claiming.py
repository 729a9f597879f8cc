"""Mutants of claims, and the calls they rest on."""

from __future__ import annotations

from dataclasses import replace

from comparisons.core import (
    benchmark_lines,
    claims,
    claims_operations,
    compare,
    sentences,
    single_benchmark,
    verdict,
)
from comparisons.core.method import METHOD
from comparisons.core.records import LIKELY
from comparisons.tests.mutants import mutant, patch_reading, swapped, with_quantiles
from models_catalog.core import display


@mutant
def a_category_lead_favours_the_other(patch):
    genuine = claims._category_claim

    def confused(comparison, line, shelf):
        return genuine(comparison, replace(line, leader=swapped(line.leader)), shelf)

    patch.setattr(claims, "_category_claim", confused)


@mutant
def proof_is_cited_whomever_it_favours(patch):
    def uncritical(comparison, line):
        if line.leader is None or line.separator is None:
            return ()
        return claims.value_numbers(comparison, line.separator, label="proof", note=line.separator.benchmark.name)

    patch.setattr(claims, "_separator_numbers", uncritical)


@mutant
def any_difference_of_a_test_is_named(patch):
    genuine = single_benchmark.call

    def generous(*args, **options):
        found = genuine(*args, **options)
        return replace(found, word=LIKELY, favours=int(found.points < 0)) if found.word == "none" else found

    patch.setattr(benchmark_lines, "call", generous)


@mutant
def every_named_difference_of_a_test_is_clear(patch):
    patch.setattr(single_benchmark, "METHOD", with_quantiles(z_clear=METHOD.z_likely))


@mutant
def a_difference_of_a_test_is_named_from_half_a_standard_error_on(patch):
    patch.setattr(single_benchmark, "METHOD", with_quantiles(z_likely=0.5))


@mutant
def every_test_has_two_hundred_questions(patch):
    patch_reading(patch, items=None)


@mutant
def the_number_of_attempts_is_forgotten(patch):
    patch_reading(patch, attempts=None)


@mutant
def a_run_on_a_part_has_all_the_questions(patch):
    genuine = single_benchmark.reading
    patch.setattr(
        benchmark_lines, "reading", lambda spec, row: replace(genuine(spec, row), items=spec.items or row.items_run)
    )


@mutant
def a_published_error_is_forgotten(patch):
    patch_reading(patch, stderr=None)


@mutant
def a_published_error_is_taken_for_a_share(patch):
    genuine = single_benchmark.reading

    def in_the_wrong_unit(spec, row):
        found = genuine(spec, row)
        return replace(found, stderr=found.stderr and found.stderr / 100)

    patch.setattr(benchmark_lines, "reading", in_the_wrong_unit)


@mutant
def the_votes_behind_a_rating_are_forgotten(patch):
    patch_reading(patch, votes=None)


@mutant
def the_offset_of_the_lane_is_forgotten(patch):
    genuine = benchmark_lines.call
    patch.setattr(benchmark_lines, "call", lambda *args, offset, **options: genuine(*args, **options))


@mutant
def the_offset_is_given_instead_of_taken(patch):
    genuine = benchmark_lines.call
    patch.setattr(benchmark_lines, "call", lambda *args, offset, **options: genuine(*args, offset=-offset, **options))


@mutant
def a_difference_whose_sign_the_offset_turns_is_named(patch):
    genuine = single_benchmark.call

    def headstrong(spec, a, b, *, offset, **options):
        found = genuine(spec, a, b, offset=offset, **options)
        before = genuine(spec, a, b, **options)
        turned = found.points * before.points < 0
        return replace(before, word=LIKELY, favours=int(before.points < 0)) if turned else found

    patch.setattr(benchmark_lines, "call", headstrong)


@mutant
def only_the_questions_scatter(patch):
    patch.setattr(single_benchmark, "METHOD", replace(METHOD, report_scatter=1e-9, report_scatter_elo=1e-9))


@mutant
def only_the_reports_stray(patch):
    patch.setattr(single_benchmark, "_joint_error", lambda *readings: 0.0)


@mutant
def ratings_stray_like_percentages(patch):
    patch.setattr(single_benchmark, "METHOD", replace(METHOD, report_scatter_elo=METHOD.report_scatter))


@mutant
def the_surest_difference_favours_most(patch):
    patch.setattr(claims, "by_weight_of_word", lambda line: (line.call.p, -abs(line.call.points)))


@mutant
def the_surest_difference_separates_most(patch):
    patch.setattr(compare, "by_weight_of_word", lambda line: (line.call.p, -abs(line.call.points)))


@mutant
def the_margin_of_a_difference_is_its_standard_error(patch):
    genuine = single_benchmark.call

    def narrow(*args, **options):
        found = genuine(*args, **options)
        return replace(found, margin=found.margin and found.margin / METHOD.z_clear)

    patch.setattr(benchmark_lines, "call", narrow)


@mutant
def the_questions_of_a_test_are_not_told(patch):
    patch.setattr(
        benchmark_lines, "worded", lambda found, spec: f"± {display.score_margin(found.margin or 0, spec.unit)}"
    )


@mutant
def a_probability_reaches_a_hundred_percent(patch):
    patch.setattr(single_benchmark, "METHOD", replace(METHOD, most_sure=1.0))


@mutant
def the_smallest_difference_is_the_swing(patch):
    patch.setattr(claims, "max", min, raising=False)


@mutant
def an_operational_lead_favours_the_other(patch):
    genuine = claims_operations._operation_claim

    def confused(comparison, line):
        return genuine(comparison, replace(line, favours=swapped(line.favours)))

    patch.setattr(claims_operations, "_operation_claim", confused)


@mutant
def the_last_reason_is_dropped(patch):
    genuine = claims_operations._reasons_for
    patch.setattr(claims_operations, "_reasons_for", lambda *given: genuine(*given)[:-1] or genuine(*given))


@mutant
def reasons_for_the_other_are_listed_too(patch):
    genuine = claims_operations._reasons_for

    def generous(comparison, side, ledger):
        mine = tuple(replace(c, favours=side.model.slug) if c.favours else c for c in ledger)
        return genuine(comparison, side, mine)

    patch.setattr(claims_operations, "_reasons_for", generous)


@mutant
def a_lead_that_no_category_shows_is_not_explained(patch):
    genuine = sentences.caveat_sentences
    hidden = "no_category_lead"
    patch.setattr(
        verdict,
        "caveat_sentences",
        lambda comparison, ledger: [s for s in genuine(comparison, ledger) if s.claims[0].rule != hidden],
    )
