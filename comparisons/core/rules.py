"""The conditions that allow claims, by the short code each claim carries.

The methodology page prints this list; a claim links to `/methodology/#CODE`. The sentences are
templates over the constants of the method (`method_words.py`): `rule_text` fills them.
"""

from __future__ import annotations

from comparisons.core.method_words import said

RULES = {
    "overall_clear": "Both models are ranked, the order of their overall scores is at least {clear} sure, "
    "and they share at least {shared_benchmarks} benchmarks.",
    "overall_likely": "The order of the overall scores is {likely_number} to {clear} sure.",
    "overall_capped_estimate": "The order is at least {clear} sure, but a model without a rank never makes more than a "
    "likely lead.",
    "overall_capped_shared": "The order is at least {clear} sure, but fewer than {shared_benchmarks} shared benchmarks never make more than "
    "a likely lead.",
    "overall_even": "The order of the overall scores is less than {likely} sure, so nobody is named.",
    "overall_level": "Both overall scores are the same as printed, so nobody is named.",
    "overall_mixed": "The overall scores favour one model and the shared benchmarks the other, each by at least {likely}.",
    "shared_only_likely": "One of the two, or both, lack an overall score to set beside the other’s, which takes results "
    "in {estimate_families} test families on the common scale; on at least {shared_benchmarks} shared benchmarks alone the "
    "order is at least {likely} sure. On shared benchmarks alone nothing is called clear.",
    "shared_only_capped": "On the shared benchmarks alone the order is at least {clear} sure, but on these alone nothing "
    "is called clear.",
    "shared_only_even": "One of the two, or both, lack an overall score to set beside the other’s; on their shared "
    "benchmarks alone the order is less than {likely} sure.",
    "too_little": "Fewer than {shared_benchmarks} shared benchmarks, and not both have an overall score: single results "
    "are shown and nothing is called.",
    "cannot_tell": "One or two categories hold more than half of the weight, and in none of them do both models have "
    "results: a level carried over from other categories never decides such a weighting.",
    "nothing_shared": "No benchmark has counting results of both models in comparable settings, so nothing is called.",
    "not_ranked": "A rank needs enough test families, categories and independent results; this model misses one.",
    "shared": "The same weights on the shared benchmarks only, where pars cancel.",
    "shared_too_few": "A comparison on shared benchmarks alone needs at least {shared_benchmarks} of them.",
    "category_clear": "Both models have results in the category, share a benchmark there, and the order of their "
    "category scores is at least {clear} sure.",
    "category_likely": "Both models have results in the category and the order of their category scores is {likely_number} to "
    "{clear} sure, or surer while a model is not ranked.",
    "category_leaning": "The order of the category scores is at least {likely} sure, but no benchmark of the category is "
    "shared.",
    "category_even": "The order of the category scores is less than {likely} sure.",
    "category_shared_only": "Not both have an overall score; the category's shared benchmarks alone are compared.",
    "category_missing": "A model without a result in a category is not compared there.",
    "category_tally": "Leads are counted, whatever their strength; categories that cannot be compared are no ties.",
    "sharpest_category": "The largest category lead of a model that leads in at least two.",
    "benchmark_clear": "Two reports on one benchmark differ by at least their margin ({interval}), which "
    "takes in how far reports stray and how many questions were asked: the order is at least {clear} sure.",
    "benchmark_likely": "Two reports on one benchmark differ by less than their margin ({interval}), which takes "
    "in how far reports stray and how many questions were asked; the order is still at least {likely} sure.",
    "benchmark_clear_apart": "The two reports differ in evaluator, harness or effort, so reports are taken to stray "
    "{setup_scatter} times as far; even so the order is at least {clear} sure.",
    "benchmark_likely_apart": "The two reports differ in evaluator, harness or effort, so reports are taken to stray "
    "{setup_scatter} times as far; even so the order is at least {likely} sure.",
    "paired": "Both results are known question by question, under one task and its version. The scatter of the "
    "differences takes the place of the two sampling errors in the rule for one benchmark; where questions belong "
    "together they count together, and with few of them the t distribution and the exact test are heard.",
    "biggest_swing": "Of the shared benchmarks whose difference may be named, the one most in favour of a model, results "
    "from different setups left out: a clear one where there is one, then the one with most points on our scale.",
    "flip_weight": "One category's weight grows, the others keep their proportions, until the scores are level.",
    "flip_shift": "The least weight that has to move, from the leader's best categories to the other's best, until the "
    "overall scores are level.",
    "flip_none": "Both models are measured in every category and the one behind is ahead in none, so no weights can turn "
    "the order.",
    "flip_none_measured": "The model behind is ahead in no category in which both have a score of their own, so no weights on these "
    "can turn the order.",
    "names_by_weight": "One category's weight grows, the others keep their proportions, until the order is {likely} sure; "
    "scores and margins are recomputed.",
    "hinge": "Without this one result, and with everything else as published, the order turns.",
    "needed": "A result on a benchmark the model lacks, with everything else as published, that draws the overall "
    "scores level.",
    "names_by_result": "A result on a benchmark the model lacks, with everything else as published, that makes the "
    "order {likely} sure.",
    "intervals_disjoint": "Neither model is ranked and too little is shared, but one board rates both: the {interval} intervals "
    "of the published errors do not overlap. This is no order overall.",
    "intervals_overlap": "Neither model is ranked and too little is shared, but one board rates both: the {interval} "
    "intervals of the published errors overlap.",
    "makers_figures": "Neither model is ranked and too little is shared; both makers published a figure on one benchmark, "
    "and the rule for single benchmarks names neither.",
    "makers_figures_named": "Neither model is ranked and too little is shared; both makers published a figure on one "
    "benchmark, and the rule for single benchmarks names the better. This is no order overall.",
    "would_settle": "Of the benchmarks only one of the two has, the one that most tracked models have.",
    "nothing_missing": "Neither model lacks a benchmark that the other has.",
    "ops_lead": "Both values are known and differ by at least {noticeable} (limits of tokens by {noticeable_tokens}, cutoffs "
    "by {noticeable_days} days), or one contains the other and more.",
    "ops_even": "Both values are known and differ by less than that, or have no better end.",
    "ops_unknown": "A value is not published or not measured, or a model cannot be had, so nothing is compared.",
    "low_grade": "The standard error of the overall score is above {grade_moderate} points.",
    "self_reported": "At least {mostly_own} of a model's counting results were reported by its maker, copied by an aggregator, or "
    "have no known origin.",
    "noted": "An editor’s note stands with a counting result, such as a doubt about it.",
    "one_family": "All results of a model that its maker did not report come from one test family.",
    "carried": "In categories without results a model's usual level is carried over into its overall score.",
    "second_opinion": "Another method, a latent index, ranks the model more than {opinion_places} places elsewhere.",
    "no_category_lead": "The overall leader leads in no category in which both have results.",
    "retired": "The model is deprecated or retired.",
    "same_family": "Both models belong to one family of one lab.",
    "choose_if": "Every category lead of a model is listed, every operational advantage unless it can no longer be had, "
    "and nothing else.",
    "choose_if_none": "No category lead and no operational advantage speaks for the model.",
    "choose_if_absent": "The model was not released by the day of the page.",
    "pick": "Follows from the overall lead; the exceptions are the reasons to choose the other.",
}


def rule_text(code: str) -> str:
    """The sentence of a rule with the constants in use. Raises KeyError for a code there is none of."""
    return said(RULES[code])


def rule_texts() -> dict[str, str]:
    """Every rule by code, in the order of the methodology page."""
    return {code: rule_text(code) for code in RULES}
