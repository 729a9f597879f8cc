"""Break each rule by hand and see that a law catches it.

Every mutant is a small, plausible mistake in the code that compares, claims or words. It is
applied to fixed worlds and must produce at least one contradiction; without a mutant the same
worlds have none. A mutant that survives is a hole in the laws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import pytest

from comparisons.core import (
    benchmark_lines,
    claims,
    claims_operations,
    compare,
    flips,
    item_call,
    operations,
    paired,
    sentences,
    single_benchmark,
    verdict,
    words,
)
from comparisons.core.laws import Contradiction, check
from comparisons.core.method import METHOD
from comparisons.core.records import CLEAR, EVEN, LIKELY
from comparisons.tests.catalogues import (
    World,
    answers_world,
    generated_world,
    grown_world,
    mixed_world,
    reference_world,
    reports_world,
)
from models_catalog.core import display

MUTANTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {}


@cache
def worlds() -> tuple[World, ...]:
    return (
        reference_world(),
        mixed_world(),
        mixed_world(shared=0),
        *(reports_world(seed) for seed in range(4)),
        *(generated_world(seed, 4, 7, 0.8, 5.0) for seed in range(4)),
        grown_world(),
        answers_world(),
        generated_world(5, 12, 26, 0.5, 0.1, "provisional"),
        generated_world(10, 10, 10, 0.6, 0.1, "provisional"),
        generated_world(8, 12, 30, 0.45, 25.0),
        generated_world(9, 12, 24, 0.9, 0.1, "independent"),
    )


def contradictions() -> Iterator[Contradiction]:
    """Contradictions in all worlds, one by one."""
    for some_world in worlds():
        for a, b in some_world.pairs():
            comparison = some_world.compare(a, b)
            yield from check(comparison, verdict.verdict(comparison))


def mutant(function: Callable) -> Callable:
    MUTANTS[function.__name__] = function
    return function


def patch_reading(patch, **unknown) -> None:
    """Lose some of what a row says about its own certainty."""
    genuine = single_benchmark.reading
    patch.setattr(benchmark_lines, "reading", lambda spec, row: replace(genuine(spec, row), **unknown))


def with_quantiles(**quantiles) -> SimpleNamespace:
    """The method with other limits of its words, for one module."""
    known = {name: getattr(METHOD, name) for name in (*METHOD.__slots__, "z_likely", "z_clear")}
    return SimpleNamespace(**(known | quantiles))


def swapped(favours):
    return None if favours is None else 1 - favours


# ------------------------------------------------------------------ question by question


def patch_pairing(patch, **changes) -> None:
    """Bend the paired comparison of two results."""
    genuine = benchmark_lines.paired_of

    def bent(*arguments):
        found = genuine(*arguments)
        return found and replace(found, **{name: change(found) for name, change in changes.items()})

    patch.setattr(benchmark_lines, "paired_of", bent)


@mutant
def wins_and_losses_are_swapped(patch):
    patch_pairing(patch, wins=lambda found: found.losses, losses=lambda found: found.wins)


@mutant
def ties_are_counted_as_wins(patch):
    patch_pairing(patch, wins=lambda found: found.wins + found.ties, ties=lambda found: 0)


@mutant
def the_paired_difference_has_no_sign(patch):
    patch_pairing(patch, difference=lambda found: abs(found.difference) + 1)


@mutant
def clusters_are_forgotten(patch):
    genuine = paired.compared
    patch.setattr(paired, "compared", lambda a, b, clusters=None, **options: genuine(a, b, None, **options))


@mutant
def the_error_is_not_divided_by_the_questions(patch):
    patch_pairing(patch, stderr=lambda found: found.stderr * found.items**0.5)


@mutant
def degrees_of_freedom_are_those_of_many_questions(patch):
    patch_pairing(patch, freedom=lambda found: 10**6)


@mutant
def the_paired_error_is_not_heard(patch):
    patch.setattr(benchmark_lines, "heard_error", lambda found: None)


@mutant
def the_exact_test_is_not_heard(patch):
    patch.setattr(item_call, "FEW", 0)


@mutant
def other_versions_of_a_task_are_paired(patch):
    genuine = benchmark_lines.paired_of

    def lenient(benchmark, cells, answers):
        alike = tuple({number: replace(sheet, task=("any",)) for number, sheet in known.items()} for known in answers)
        return genuine(benchmark, cells, alike)

    patch.setattr(benchmark_lines, "paired_of", lenient)


@mutant
def a_part_of_the_questions_is_paired(patch):
    patch.setattr(benchmark_lines, "all", lambda found: bool(list(found)) or True, raising=False)


@mutant
def answers_of_another_result_are_paired(patch):
    patch.setattr(benchmark_lines, "SAME_SCORE", 100.0)


@mutant
def a_paired_lead_is_always_clear(patch):
    genuine = claims._paired_claim

    def sure(*arguments):
        claim = genuine(*arguments)
        return replace(claim, strength=CLEAR) if claim.strength == LIKELY else claim

    patch.setattr(claims, "_paired_claim", sure)


@mutant
def a_paired_claim_favours_the_other(patch):
    genuine = claims._paired_claim

    def turned(comparison, line, shelf):
        claim = genuine(comparison, line, shelf)
        other = {comparison.slugs[0]: comparison.slugs[1], comparison.slugs[1]: comparison.slugs[0], None: None}
        return replace(claim, favours=other[claim.favours])

    patch.setattr(claims, "_paired_claim", turned)


@mutant
def paired_claims_are_left_out(patch):
    patch.setattr(claims, "paired_claims", lambda comparison, shelf: ())


# ------------------------------------------------------------------ comparing


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


# ------------------------------------------------------------------ operational facts


@mutant
def a_ratio_is_taken_with_a_free_price(patch):
    genuine = operations._line

    def careless(*args, **options):
        line = genuine(*args, **options)
        free = line.favours is not None and line.ratio is None and "advantage" in options
        return replace(line, ratio=float("inf"), ratio_text="Infinity times") if free else line

    patch.setattr(operations, "_line", careless)


@mutant
def free_is_taken_for_unknown(patch):
    genuine = operations._price_value
    patch.setattr(operations, "_price_value", lambda quote, amount: genuine(quote, amount or None))


@mutant
def an_unknown_price_is_taken_for_free(patch):
    genuine = operations._price_value
    patch.setattr(operations, "_price_value", lambda quote, amount: genuine(quote, amount or operations.Decimal(0)))


@mutant
def a_price_of_last_year_is_compared(patch):
    patch.setattr(operations, "is_current", lambda price, today: price.valid_to is not None)


@mutant
def a_placeholder_speed_is_a_measurement(patch):
    genuine = operations.quoted_speed
    patch.setattr(
        operations, "quoted_speed", lambda speeds, today: genuine([replace(s, suspect="") for s in speeds], today)
    )


@mutant
def the_older_knowledge_is_better(patch):
    genuine = operations._knowledge_cutoff

    def backwards(models, values):
        line = genuine(models, values)
        return replace(line, favours=swapped(line.favours))

    patch.setattr(operations, "_knowledge_cutoff", backwards)


# ------------------------------------------------------------------ claims


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


# ------------------------------------------------------------------ flips


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


# ------------------------------------------------------------------ words


@mutant
def a_swing_names_the_loser(patch):
    text = "The shared result that favours {O} most is {scope}."
    patch.setitem(words.SENTENCES, ("biggest_swing", CLEAR), text)


@mutant
def the_headline_names_the_loser(patch):
    patch.setitem(words.HEADLINES, ("overall_lead", CLEAR), "{O} is clearly ahead")


@mutant
def a_likely_lead_is_called_clear(patch):
    patch.setitem(words.LEADS, LIKELY, words.LEADS[CLEAR])


@mutant
def a_clear_lead_is_called_too_close(patch):
    patch.setitem(words.SENTENCES, ("category_lead", CLEAR), "{Scope} is too close to call: {F_score} to {O_score}.")


@mutant
def an_even_category_is_called_clear(patch):
    genuine = verdict.even_sentence

    def bold(comparison, ledger):
        sentence = genuine(comparison, ledger)
        return replace(sentence, text=sentence.text.replace("too close to call", "clearly decided"))

    patch.setattr(verdict, "even_sentence", bold)


@mutant
def a_sentence_prints_a_number_of_its_own(patch):
    patch.setitem(words.SENTENCES, ("shared", LIKELY), "On 99 shared benchmarks {F} is ahead by {gap}.")


# ------------------------------------------------------------------


def test_without_a_mutant_the_worlds_contradict_nothing():
    assert list(contradictions()) == []


@pytest.mark.slow
@pytest.mark.no_database
@pytest.mark.parametrize("name", MUTANTS)
def test_a_law_catches_the_mutant(name, monkeypatch):
    MUTANTS[name](monkeypatch)
    assert next(contradictions(), None) is not None


def test_there_are_enough_mutants():
    assert len(MUTANTS) >= 20
