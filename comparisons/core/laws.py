"""The laws every verdict must obey, checked from the records up, not from its own claims.

`check` re-derives what a verdict says from rows, standings and prices and reports every
contradiction. It is run over all pairs by a command and over generated catalogues by tests.
The numbers are those of docs/method.md, "Laws"; swapping (2) needs the verdict of the
swapped pair and is checked by `check_mirrored`, reader weights (15) by running `check` on a
reweighed comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from comparisons.core import (
    laws_alike,
    laws_evidence,
    laws_flips,
    laws_numbers,
    laws_paired,
    laws_single,
    laws_truth,
    laws_unranked,
    laws_words,
)
from comparisons.core.laws_case import Case, Contradiction
from comparisons.core.records import Comparison, Verdict

__all__ = ["LAWS", "Contradiction", "check", "check_mirrored"]

LAWS: dict[str, Callable[[Case], Iterator[Contradiction]]] = {
    "better number": laws_numbers.favoured_model_has_the_better_number,
    "numbers are printed as everywhere": laws_numbers.numbers_are_printed_as_everywhere,
    "numbers in texts": laws_words.every_number_in_a_text_is_its_claims,
    "words follow probability": laws_words.words_follow_the_probability,
    "outcome": laws_evidence.outcome_follows_from_the_evidence,
    "leader leads somewhere": laws_evidence.leader_leads_somewhere_or_it_is_said,
    "proof": laws_numbers.proof_points_the_same_way,
    "single benchmarks": laws_single.single_benchmarks_follow_the_rule,
    "swings": laws_single.swings_are_the_strongest_and_say_what_they_rest_on,
    "question by question": laws_paired.answers_are_counted_as_they_are,
    "99 percent": laws_single.nothing_is_surer_than_can_be,
    "nothing subtracted that must not be": laws_evidence.only_comparable_results_are_subtracted,
    "missing is missing": laws_evidence.missing_is_missing,
    "tally": laws_evidence.tally_counts_the_leads,
    "all reasons": laws_words.every_reason_is_listed_and_no_other,
    "direction": laws_numbers.direction_decides_who_is_better,
    "prices": laws_numbers.prices_are_current_and_ratios_finite,
    "flips": laws_flips.flips_flip,
    "identical records": laws_evidence.identical_records_favour_nobody,
    "one value, one text": laws_numbers.one_quantity_has_one_text,
    "like with like": laws_alike.most_alike_results_are_compared,
    "different setups": laws_alike.different_setups_prove_nothing,
    "counting rows": laws_alike.disagreement_with_counting_rows_is_said,
    "scores are shown": laws_truth.a_ranked_model_shows_its_score,
    "notes": laws_truth.notes_on_results_are_passed_on,
    "every category": laws_truth.every_category_means_every_one,
    "carried levels": laws_truth.carried_levels_decide_no_weighting,
    "cannot tell": laws_truth.cannot_tell_only_where_it_is_so,
    "first sentence": laws_truth.first_sentence_says_how_little_carries_it,
    "no promise": laws_truth.no_promise_of_another_word,
    "limits": laws_truth.a_limit_reads_as_it_is,
    "choices can be had": laws_truth.what_cannot_be_had_is_no_choice,
    "one measure of doubt": laws_truth.one_measure_of_doubt_at_a_time,
    "few words": laws_truth.words_are_few_and_begin_with_the_verdict,
    "published by others": laws_unranked.what_others_published_names_nobody,
    "conceivable scores": laws_truth.needed_scores_are_conceivable,
}


def check(comparison: Comparison, verdict: Verdict) -> list[Contradiction]:
    """Every contradiction between a verdict and the records it was made from; none is the rule."""
    case = Case(comparison, verdict)
    return [found for law in LAWS.values() for found in law(case)]


def check_mirrored(verdict: Verdict, mirrored: Verdict) -> list[Contradiction]:
    """Law 2: the verdict of the swapped pair is the same set of claims and the same words."""
    if verdict == mirrored:
        return []
    ours, theirs = set(verdict.claims), set(mirrored.claims)
    differing = sorted({claim.id for claim in ours ^ theirs}) or ["words"]
    return [Contradiction(2, name, "differs when the two models are swapped") for name in differing]
