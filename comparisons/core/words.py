"""The words of claims: tables keyed by kind and strength, filled with a claim's own numbers.

A template may name only what its claim carries: {F} the favoured model and {O} the other,
{A} and {B} the two in order, {X} the one model a claim is about, {H} and {L} the one with the
higher and the lower score; {F_score} and so on their numbers; {gap} and so on numbers of the
pair; {scope} what the claim is about. {n:test|tests} prints a count with its noun. Because a
word is looked up by strength, "too close" cannot stand beside a clear lead.
"""

from __future__ import annotations

from collections.abc import Mapping

from comparisons.core.records import CLEAR, EVEN, LEANING, LIKELY

HEADLINES: Mapping[tuple[str, str | None], str | Mapping[str, str]] = {
    ("overall_lead", CLEAR): "{F} is clearly ahead",
    ("overall_lead", LIKELY): "{F} is likely ahead",
    ("overall_even", EVEN): "Too close to call",
    ("overall_mixed", None): "Mixed evidence, so no leader",
    ("too_little", None): {"too_little": "Too little in common to call", "cannot_tell": "Cannot tell"},
    ("nothing_shared", None): "No benchmark in common to compare",
}

# The first sentence of a verdict names it: each begins with its headline.
_STAND = "{call} of {O}: {F_score} to {O_score}, {p} sure{common}."
_ON_SHARED = "{call} of {O}: by {gap} points on {tests}, {p} sure"
_SWING = "The shared result that favours {F} most is {scope}, {F_value} to {O_value} ({behind})."
_PAIRED_LEAD = (
    "On the {items:question|questions} of {scope} that both answered, {F} beat {O} on {F_wins} and lost on {O_wins} "
    "({ties:tie|ties}): {apart} points ± {apart_margin}"
)
_DIFFERENCE = "On {scope} {F} has {F_value} and {O} {O_value} ({behind})."

_APART = "On {scope} {F} has {F_value} ({F_setup}) and {O} {O_value} ({O_setup}), different setups ({behind})."

# (kind, strength) -> template, or rule -> template where the rule decides about the words
SENTENCES: Mapping[tuple[str, str | None], str | Mapping[str, str]] = {
    ("overall_lead", CLEAR): _STAND,
    ("overall_lead", LIKELY): {
        "overall_likely": _STAND,
        "overall_capped_estimate": _STAND,
        "overall_capped_shared": _STAND,
        "shared_only_likely": f"{_ON_SHARED}.",
        "shared_only_capped": f"{_ON_SHARED}; on shared tests alone we never say more.",
    },
    ("overall_even", EVEN): {
        "overall_even": "{call}: {A} {A_score}, {B} {B_score}, with a margin of {margin} on the gap{common}.",
        "overall_level": "{call}: {A} and {B} both stand at {A_score}, with a margin of {margin} between them{common}.",
        "shared_only_even": "{call}: {A} and {B} are {gap} points apart on {tests}, with a margin of {margin}.",
    },
    ("overall_mixed", None): "{call}: {H} stands higher overall, {H_score} to {L_score}, but {tests} favour {L} by "
    "{shared_gap} points.",
    ("too_little", None): {
        "too_little": "{call}: {A} and {B} share {in_common}.",
        "cannot_tell": "{call}: {unmeasured} {hold} {held} of the weight, and {absent} there.",
    },
    (
        "nothing_shared",
        None,
    ): "{call}: none of the {A_results:counting result|counting results} of {A} can be set beside "
    "one of the {B_results} of {B}.",
    ("shared", LIKELY): "On shared benchmarks alone {F} is ahead by {gap} points.",
    ("shared", EVEN): "The shared benchmarks alone name nobody: {gap} points apart.",
    ("shared_too_few", None): "They share {shared:benchmark|benchmarks}, too few for a check on those alone.",
    ("category_lead", CLEAR): "{F} is clearly ahead in {scope}, {F_score} to {O_score}.",
    ("category_lead", LIKELY): {
        "category_likely": "{F} is likely ahead in {scope}, {F_score} to {O_score}.",
        "category_shared_only": "{F} is likely ahead in {scope}, by {gap} points on {tests_there}.",
    },
    ("category_lead", LEANING): "{Scope} leans to {F}, {F_score} to {O_score}, on no shared test.",
    ("category_even", EVEN): {
        "category_even": "{Scope} is too close to call: {A} {A_score}, {B} {B_score}, with a margin of {margin}.",
        "category_shared_only": "{Scope} is too close to call: {gap} points apart on {tests_there}, with a "
        "margin of {margin}.",
    },
    ("category_missing", None): "{Scope} is not compared: {reason}.",
    ("category_tally", None): "Category leads: {A} {A_leads}, {B} {B_leads}; {even} too close, {not_comparable} not "
    "compared.",
    ("sharpest_category", CLEAR): "The category that favours {F} most is {scope}, {F_score} to {O_score}.",
    ("sharpest_category", LIKELY): {
        "by_score": "The category that favours {F} most is {scope}, {F_score} to {O_score}.",
        "by_gap": "The category that favours {F} most is {scope}, by {gap} points.",
    },
    ("sharpest_category", LEANING): "The category that favours {F} most is {scope}, {F_score} to {O_score}.",
    ("published_interval", None): {
        "intervals_disjoint": "On {scope} the {confidence} intervals of the published ratings, {A} {A_low} to {A_high} and {B} "
        "{B_low} to {B_high}, do not overlap.",
        "intervals_overlap": "On {scope} the {confidence} intervals of the published ratings, {A} {A_low} to {A_high} and "
        "{B} {B_low} to {B_high}, overlap.",
    },
    ("makers_figures", None): {
        "makers_figures": "On {scope} {A_lab} reports {A_value} for {A} and {B_lab} {B_value} for {B}, too near to name one.",
        "makers_figures_named": "On {scope} {A_lab} reports {A_value} for {A} and {B_lab} {B_value} for {B} ({behind}).",
    },
    ("biggest_swing", CLEAR): _SWING,
    ("biggest_swing", LIKELY): _SWING,
    ("benchmark_lead", CLEAR): {
        "benchmark_clear": _DIFFERENCE,
        "benchmark_clear_apart": _APART,
    },
    ("benchmark_lead", LIKELY): {
        "benchmark_likely": _DIFFERENCE,
        "benchmark_likely_apart": _APART,
    },
    ("paired", CLEAR): f"{_PAIRED_LEAD}, clear.",
    ("paired", LIKELY): f"{_PAIRED_LEAD}, likely.",
    ("paired", EVEN): "On the {items:question|questions} of {scope} that both answered, {A} beat {B} on {A_wins} and "
    "lost on {B_wins} ({ties:tie|ties}): {apart} points apart ± {apart_margin}, too close to call.",
    ("flip_weight", None): {
        "flip_weight": "If {scope} counted {needed} instead of {now}, {F} would draw level.",
        "names_by_weight": "If {scope} counted {needed} instead of {now}, {F} would be named, {limit} sure.",
    },
    ("flip_shift", None): "Moving {moved} of the weight to {scope} from {sources} would draw {F} level.",
    ("flip_none", None): {
        "flip_none": "No weighting turns it: {F} is level or ahead in every category.",
        "flip_none_measured": "{O} is ahead in no category that both are measured in, so no weighting of these turns "
        "it.",
    },
    ("hinge", None): "Without the {result} of {X} on {scope} the order turns.",
    ("needed", None): {
        "needed": "{X} has no result on {scope}; {reach} there would draw it level.",
        "names_by_result": "{X} has no result on {scope}; {reach} there would name {F}, {limit} sure.",
        "would_settle": "A result of {X} on {scope}, which {models:tracked model has|tracked models have}, would tell "
        "most.",
        "nothing_missing": "Neither lacks a benchmark the other has; only more results on other tests can tell.",
    },
    ("pick", CLEAR): "Take {F}{unless}.",
    ("pick", LIKELY): "Take {F}, which is likely ahead{unless}.",
    ("not_ranked", None): "{X} is tracked but not ranked: {conditions}.",
    ("family_note", None): "Both belong to the {family} family of {lab}.",
}

CAVEATS = {
    "low_grade": "The {X_score} of {X} rests on little evidence: ± {X_margin}.",
    "self_reported": "{Share} of {X} {are} its maker’s own or of unchecked origin.",
    "noted": "{Share} of {X} {carry} a note: “{note}”.",
    "one_family": "The {X_vouched} results of {X} that others measured are all boards of one test.",
    "carried": "{X} has no results in {X_categories:category|categories}, {X_weight} of the weight; its usual level "
    "stands in.",
    "second_opinion": "Another method ranks {X} {theirs_place}; here it is {ours_place}.",
    "no_category_lead": "No single category is called for {X}: its lead adds up from {source}.",
    "retired": "{X} is {status}.",
}

NOT_RANKED = {
    "no_common_scale": "none of its results is on the common scale",
    "few_families": "{found:test family|test families} on the common scale, a rank needs {limit}",
    "few_independent_families": "{found:test family|test families} with a result its maker did not report, a rank "
    "needs {limit}",
    "few_categories": "results in {found:category|categories}, a rank needs {limit}",
    "little_weight_covered": "its categories hold {found} of the weight, a rank needs {limit}",
    "wide_margin": "its standard error is {found} points, a rank allows {limit}",
    "one_family_dominates": "one test family carries {found} of its score, a rank allows {limit}",
}

NOT_RANKED_SHORT = {
    "no_common_scale": "no result on the common scale",
    "few_families": "too few kinds of tests",
    "few_independent_families": "too few results by others than the maker",
    "few_categories": "too few categories",
    "little_weight_covered": "too little of the weight covered",
    "wide_margin": "too wide a margin",
    "one_family_dominates": "one test carries most of the score",
}

# attribute -> (name in a sentence, sentence of a lead, reason to choose, short form for a pick)
OPERATIONS = {
    "price_blended": (
        "blended price",
        "{F} costs {advantage}: {F_value} {F_at} against {O_value} {O_at}, per {per} blended at {mix}.",
        "you want to pay less: {F_value} {F_at} against {O_value} {O_at}, per {per} blended at {mix}",
        "price",
    ),
    "price_input": (
        "input price",
        "Input to {F} costs {advantage}: {F_value} {F_at} against {O_value} {O_at}, per {per}.",
        "you want cheaper input: {F_value} {F_at} against {O_value} {O_at}, per {per}",
        "input price",
    ),
    "price_output": (
        "output price",
        "Output of {F} costs {advantage}: {F_value} {F_at} against {O_value} {O_at}, per {per}.",
        "you want cheaper output: {F_value} {F_at} against {O_value} {O_at}, per {per}",
        "output price",
    ),
    "price_cached": (
        "cached input price",
        "Cached input to {F} costs {advantage}: {F_value} {F_at} against {O_value} {O_at}, per {per}.",
        "you want cheaper cached input: {F_value} {F_at} against {O_value} {O_at}, per {per}",
        "cached input price",
    ),
    "context_window": (
        "context window",
        "The context window of {F} is {advantage}: {F_value} tokens against {O_value}.",
        "you need long context: {F_value} tokens against {O_value}",
        "context",
    ),
    "max_output_tokens": (
        "maximum output",
        "{F} may answer {advantage}: up to {F_value} tokens against {O_value}.",
        "you need long answers: up to {F_value} tokens against {O_value}",
        "long answers",
    ),
    "output_speed": (
        "output speed",
        "{F} writes {advantage}: {F_value} {F_at} against {O_value} {O_at}.",
        "you need speed: {F_value} {F_at} against {O_value} {O_at}",
        "speed",
    ),
    "time_to_first_token": (
        "time to first token",
        "{F} starts to answer sooner: {F_value} {F_at} against {O_value} {O_at}, {advantage}.",
        "you need a quick first word: {F_value} {F_at} against {O_value} {O_at}",
        "first token",
    ),
    "open_weights": (
        "open weights",
        "The weights of {F} are open; those of {O} are not.",
        "you want to run it yourself: its weights are open, those of {O} are not",
        "open weights",
    ),
    "knowledge_cutoff": (
        "knowledge cutoff",
        "{F} has the newer knowledge cutoff: {F_value} against {O_value}.",
        "you want newer knowledge: {F_value} against {O_value}",
        "newer knowledge",
    ),
    "input_modalities": (
        "input",
        "{F} takes {F_value}; {O} takes {O_value}.",
        "you send more than {O} takes: {F_value} against {O_value}",
        "kinds of input",
    ),
    "output_modalities": (
        "output",
        "{F} gives {F_value}; {O} gives {O_value}.",
        "you want more than {O} gives: {F_value} against {O_value}",
        "kinds of output",
    ),
}
FREE_SENTENCE = (
    "{F} is listed as free {F_at}, within limits that are not recorded; {O} costs {O_value} {O_at}, per {per}{blend}."
)
FREE_REASON = (
    "you want to pay nothing: listed as free {F_at}, within limits that are not recorded, against {O_value} {O_at}, "
    "per {per}{blend}"
)
OPERATION_EVEN = "They hardly differ in {name}: {A_value} and {B_value}."
OPERATION_SAME = {
    "open_weights": {"yes": "The weights of both are open.", "no": "The weights of neither are open."},
    "usual": "Both have the same {name}: {A_value}.",
}
OPERATION_UNKNOWN = "{Name} is not compared: {unknown}."

REASONS: Mapping[tuple[str, str | None], str | Mapping[str, str]] = {
    ("overall_lead", CLEAR): "overall strength decides: clearly ahead, {F_score} to {O_score}",
    ("overall_lead", LIKELY): {
        "by_score": "overall strength decides: likely ahead, {F_score} to {O_score}",
        "by_gap": "overall strength decides: likely ahead on the tests both have, by {gap} points",
    },
    ("category_lead", CLEAR): "{scope} decides: clearly ahead, {F_score} to {O_score}",
    ("category_lead", LIKELY): {
        "by_score": "{scope} decides: likely ahead, {F_score} to {O_score}",
        "by_gap": "{scope} decides: likely ahead on the tests both have there, by {gap} points",
    },
    ("category_lead", LEANING): "{scope} decides: it leans this way, {F_score} to {O_score}, on no shared test",
    ("biggest_swing", CLEAR): "your work is like {scope}: {F_value} against {O_value} ({behind})",
    ("biggest_swing", LIKELY): "your work is like {scope}: {F_value} against {O_value} ({behind})",
}
NO_REASON = {
    "choose_if_none": "Nothing we track speaks for {X}",
    "choose_if_absent": "{X} was not released yet",
}

GRADES = {"high": "High", "good": "Good", "moderate": "Moderate", "low": "Low"}  # how much evidence a score has

# Sentences that several claims share, by strength
LEADS = {
    CLEAR: "{F} is clearly ahead {areas}.",
    LIKELY: "{F} is likely ahead {areas}.",
    LEANING: "Without a shared test, scores lean to {F} {areas}.",
}
NOTED = "Notes stand with {parts}."
BEGIN_WITH_NAME = (CLEAR, LIKELY)  # strengths whose sentence begins with the model
SAME_MODEL = "It"  # stands for a name that began the sentence before
EVERYWHERE = "in every category, most in {largest}"
LEADS_SHARED_ONLY = "On the tests both have there, {F} is likely ahead {areas}{also}."
NOT_RANKED_ONE = "{name} is not ranked: {causes}."
NOT_RANKED_BOTH = "Neither is ranked: {causes}."
NO_MORE_THAN_LIKELY = "{text}, so likely is the most we say."
SELF_REPORTED = "{parts} are {whose} own or of unchecked origin."
MAKERS = {1: "its maker’s", 2: "their makers’"}
BOTH_SWINGS = "The shared result that favours {one}; for {other}."
SHORT_LEADS = {CLEAR: "clearly ahead in", LIKELY: "likely ahead in", LEANING: "leaning ahead in"}
SHORT_OVERALL = {CLEAR: "clearly ahead", LIKELY: "likely ahead"}
PROOF = "{proof_name} favours it, {F_proof} to {O_proof} ({proof_behind})."
DIFFERENT_SETUPS = "different setups"
COUNTING_OPPOSED = "the results that count favour {name}: {a} against {b}"
OPERATION_QUESTIONS = {
    "Which is cheaper?": "price_blended",
    "Which takes more context?": "context_window",
    "Which is faster?": "output_speed",
    "Can I run either of them myself?": "open_weights",
    "Which has newer knowledge?": "knowledge_cutoff",
}
