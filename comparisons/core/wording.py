"""The words of claims: tables keyed by kind and strength, filled with a claim's own numbers.

A template may name only what its claim carries: {F} the favoured model and {O} the other,
{A} and {B} the two in order, {X} the one model a claim is about, {H} and {L} the one with the
higher and the lower score; {F_score} and so on their numbers; {gap} and so on numbers of the
pair; {scope} what the claim is about. {n:test|tests} prints a count with its noun. Because a
word is looked up by strength, "too close" cannot stand beside a clear lead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from comparisons.core.records import CLEAR, EVEN, LEANING, LIKELY, Claim, Comparison, Number
from models_catalog.core import display
from models_catalog.core.specs import LOWER

HEADLINES = {
    ("overall_lead", CLEAR): "{F} is clearly ahead",
    ("overall_lead", LIKELY): "{F} is likely ahead",
    ("overall_even", EVEN): "Too close to call",
    ("overall_mixed", None): "Mixed evidence, so no leader",
    ("too_little", None): "Too little in common to call",
    ("nothing_shared", None): "No benchmark in common",
}

_STAND = (
    "{F} stands at {F_score} and {O} at {O_score}: a lead of {gap} with a {confidence} margin of {margin}, "
    "{p} sure. They share {shared} of {of} benchmarks."
)
_ON_SHARED = (
    "On the {shared} of {of} benchmarks they share, {F} is ahead by {gap} points, with a {confidence} margin of "
    "{margin}: {p} sure."
)
_SWING = "The shared result that favours {F} most is {scope}, {F_value} to {O_value}."
_DIFFERENCE = "On {scope} {F} has {F_value} and {O} {O_value}."

# (kind, strength) -> template, or rule -> template where the rule decides about the words
SENTENCES: Mapping[tuple[str, str | None], str | Mapping[str, str]] = {
    ("overall_lead", CLEAR): _STAND,
    ("overall_lead", LIKELY): {
        "overall_likely": _STAND,
        "overall_capped_estimate": f"{_STAND} It would be called clear if both were ranked.",
        "overall_capped_shared": f"{_STAND} With so few in common we say no more than likely.",
        "shared_only_likely": _ON_SHARED,
        "shared_only_capped": f"{_ON_SHARED} Without a common scale for the two, likely is the strongest word.",
    },
    ("overall_even", EVEN): {
        "overall_even": "{A} stands at {A_score} and {B} at {B_score}, a gap of {gap} with a {confidence} margin of "
        "{margin}. They share {shared} of {of} benchmarks.",
        "overall_level": "Both stand at {A_score}; the {confidence} margin between them is {margin}. They share "
        "{shared} of {of} benchmarks.",
        "shared_only_even": "On the {shared} of {of} benchmarks they share, {A} and {B} are {gap} points apart, with a "
        "{confidence} margin of {margin}.",
    },
    ("overall_mixed", None): "{H} stands higher overall, {H_score} to {L_score}, {p} sure; the {shared} of {of} "
    "benchmarks they share favour {L} by {shared_gap} points, {shared_p} sure.",
    ("too_little", None): "{A} and {B} share {shared} of {of} benchmarks, too few to compare them as a whole.",
    ("nothing_shared", None): "No benchmark has a counting result of both: {A} has {A_results:result|results}, {B} has "
    "{B_results}, all on different tests.",
    ("shared", LIKELY): "On shared benchmarks alone {F} is ahead by {gap}, with a margin of {margin}.",
    ("shared", EVEN): "The shared benchmarks alone name nobody: {gap} apart, with a margin of {margin}.",
    ("shared_too_few", None): "They share {shared:benchmark|benchmarks}, too few for a check on those alone.",
    ("category_lead", CLEAR): "{F} is clearly ahead in {scope}, {F_score} to {O_score}.",
    ("category_lead", LIKELY): {
        "category_likely": "{F} is likely ahead in {scope}, {F_score} to {O_score}.",
        "category_shared_only": "{F} is likely ahead in {scope}, by {gap} points on the {shared:test|tests} they share "
        "there.",
    },
    ("category_lead", LEANING): "{Scope} leans to {F}, {F_score} to {O_score}, on no shared test.",
    ("category_even", EVEN): {
        "category_even": "{Scope} is too close to call: {A} {A_score}, {B} {B_score}, with a margin of {margin}.",
        "category_shared_only": "{Scope} is too close to call: {gap} points apart on the {shared:test|tests} they "
        "share there, with a margin of {margin}.",
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
    ("biggest_swing", CLEAR): _SWING,
    ("biggest_swing", LIKELY): _SWING,
    ("benchmark_lead", CLEAR): _DIFFERENCE,
    ("benchmark_lead", LIKELY): _DIFFERENCE,
    ("flip_weight", None): {
        "flip_weight": "If {scope} counted {needed} instead of {now}, {F} would draw level.",
        "names_by_weight": "If {scope} counted {needed} instead of {now}, {F} would be named, {limit} sure.",
    },
    ("flip_shift", None): "Moving {moved} of the weight to {scope} from {sources} would draw {F} level.",
    ("flip_none", None): {
        "flip_none": "No weighting turns it: {F} is level or ahead in every category.",
        "flip_none_measured": "{O} is ahead in no category in which both have a score of their own, so no weighting of these turns "
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
    "self_reported": "{X_self_reported} of the {X_results:result|results} of {X} {are} its maker’s own or of unchecked "
    "origin.",
    "one_family": "The {X_vouched} results of {X} that others measured all belong to one test.",
    "carried": "{X} has no results in {X_categories:category|categories}, {X_weight} of the weight; its usual level "
    "stands in.",
    "second_opinion": "Another method ranks {X} {X_theirs} where we rank it {X_ours}.",
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
FREE_SENTENCE = "{F} is free {F_at}; {O} costs {O_value} {O_at}, per {per}{blend}."
FREE_REASON = "you want to pay nothing: free {F_at} against {O_value} {O_at}, per {per}{blend}"
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
    ("biggest_swing", CLEAR): "your work is like {scope}: {F_value} against {O_value}",
    ("biggest_swing", LIKELY): "your work is like {scope}: {F_value} against {O_value}",
}
NO_REASON = "nothing we track speaks for it"

# Sentences that several claims share, by strength
LEADS = {
    CLEAR: "{F} is clearly ahead {areas}.",
    LIKELY: "{F} is likely ahead {areas}.",
    LEANING: "On no shared test, the scores lean to {F} {areas}.",
}
LEADS_SHARED_ONLY = "On the tests both have there, {F} is likely ahead {areas}{also}."
NOT_RANKED_ONE = "{name} is not ranked: {causes}."
NOT_RANKED_BOTH = "Neither is ranked: {causes}."
SELF_REPORTED = "{parts} are {whose} own or of unchecked origin."
MAKERS = {1: "its maker’s", 2: "their makers’"}
BOTH_SWINGS = "The shared result that favours {one}; that for {other}."
SHORT_LEADS = {CLEAR: "clearly ahead in", LIKELY: "likely ahead in", LEANING: "leaning ahead in"}
SHORT_OVERALL = {CLEAR: "clearly ahead", LIKELY: "likely ahead"}
PROOF = "{proof_name} favours it, {F_proof} to {O_proof}."
OPERATION_QUESTIONS = {
    "Which is cheaper?": "price_blended",
    "Which takes more context?": "context_window",
    "Which is faster?": "output_speed",
    "Can I run either of them myself?": "open_weights",
    "Which has newer knowledge?": "knowledge_cutoff",
}


class Figure(str):
    """A printed number; `{n:test|tests}` puts its noun behind it, singular for one."""

    value: float

    def __new__(cls, number: Number):
        """Take text and value from a claim's number."""
        figure = super().__new__(cls, number.text)
        figure.value = number.value
        return figure

    def __format__(self, nouns: str) -> str:
        """Print the figure, with the noun that fits where two are given."""
        if not nouns:
            return str(self)
        singular, plural = nouns.split("|")
        return f"{self} {singular if self.value == 1 else plural}"


def sentence(claim: Claim, comparison: Comparison) -> str:
    """Word one claim as a sentence of its own (a reason to choose: as a clause)."""
    if claim.kind == "choose_if":
        return _reason(claim, comparison)
    facts = facts_of(claim, comparison)
    if claim.kind == "caveat":
        return CAVEATS[claim.rule].format_map(facts)
    if claim.kind.startswith("ops_"):
        return _operation(claim, facts)
    return _template(SENTENCES, claim, claim.kind).format_map(facts)


def headline(claim: Claim, comparison: Comparison) -> str:
    """The few words above a verdict, from its overall claim."""
    return HEADLINES[claim.kind, claim.strength].format_map(facts_of(claim, comparison))


def _template(table: Mapping, claim: Claim, kind: str) -> str:
    entry = table[kind, claim.strength]
    if isinstance(entry, str):
        return entry
    if claim.rule in entry:
        return entry[claim.rule]
    return entry["by_score" if any(n.label == "score" for n in claim.numbers) else "by_gap"]


def _reason(claim: Claim, comparison: Comparison) -> str:
    if not claim.reasons:
        return NO_REASON
    kind = claim.reasons[0].partition(":")[0]
    facts = facts_of(claim, comparison)
    if kind == "ops_lead":
        template = FREE_REASON if facts.get("F_value") == display.FREE else OPERATIONS[claim.scope][2]
        return template.format_map(facts)
    return _template(REASONS, claim, kind).format_map(facts)


def _operation(claim: Claim, facts: Mapping[str, str]) -> str:
    if claim.kind == "ops_unknown":
        return OPERATION_UNKNOWN.format_map(facts)
    if claim.kind == "ops_even":
        return _no_difference(claim, facts).format_map(facts)
    template = FREE_SENTENCE if facts["F_value"] == display.FREE else OPERATIONS[claim.scope][1]
    return template.format_map(facts)


def _no_difference(claim: Claim, facts: Mapping[str, str]) -> str:
    if facts["A_value"] != facts["B_value"]:
        return OPERATION_EVEN
    special = OPERATION_SAME.get(claim.scope, {})
    return special.get(str(facts["A_value"]), OPERATION_SAME["usual"])


# ------------------------------------------------------------------ what templates may name


def facts_of(claim: Claim, comparison: Comparison) -> dict[str, str]:
    """Everything a template about this claim may name."""
    facts: dict[str, str] = {}
    roles = _roles(claim, comparison)
    names = {side.model.slug: side.model.name for side in comparison.sides}
    for role, slug in roles.items():
        facts[role] = names[slug]
    for number in claim.numbers:
        figure, label = Figure(number), number.label
        if number.of is None:
            facts[label] = figure
            continue
        for role, slug in roles.items():
            if slug == number.of:
                facts[f"{role}_{label}"] = figure
                facts[f"{role}_at"] = f"at {number.note}" if number.note else ""
                if label == "proof":
                    facts["proof_name"] = number.note
                if role == "X":
                    facts.setdefault(label, figure)
    for label in ("value", "proof"):
        _say_unit_once(facts, claim, label)
    facts["scope"] = _scope_name(claim, comparison)
    facts["Scope"] = capital(facts["scope"])
    _add_phrases(facts, claim, comparison)
    return facts


def _say_unit_once(facts: dict[str, str], claim: Claim, label: str) -> None:
    """Two scores in one unit: “1,360 to 1,310 Elo”; percentages keep their sign."""
    units = {number.unit for number in claim.numbers if number.label == label}
    suffix = display.UNIT_SUFFIX.get(next(iter(units), ""), "")
    first = f"F_{label}"
    if len(units) == 1 and units != {"percent"} and suffix and first in facts:
        facts[first] = facts[first].removesuffix(suffix)


def _roles(claim: Claim, comparison: Comparison) -> dict[str, str]:
    one, other = comparison.slugs
    roles = {"A": one, "B": other}
    if claim.favours is not None:
        roles["F"], roles["O"] = claim.favours, other if claim.favours == one else one
    scores = {number.of: number.value for number in claim.numbers if number.label == "score"}
    if len(scores) == 2:
        roles["H"], roles["L"] = (one, other) if scores[one] >= scores[other] else (other, one)
    about = {number.of for number in claim.numbers if number.of is not None}
    if claim.scope in roles.values():
        roles["X"] = claim.scope
    elif len(about) == 1:
        roles["X"] = next(iter(about))
    return roles


def _scope_name(claim: Claim, comparison: Comparison) -> str:
    scope = claim.scope
    if scope is None:
        return ""
    if scope in OPERATIONS:
        return OPERATIONS[scope][0]
    if scope in comparison.by_benchmark and _is_about_a_benchmark(claim):
        return comparison.by_benchmark[scope].benchmark.name
    if scope in comparison.by_category:
        return in_prose(comparison.by_category[scope].name)
    return scope


def _is_about_a_benchmark(claim: Claim) -> bool:
    return claim.kind in ("benchmark_lead", "biggest_swing", "hinge", "needed") or (
        claim.kind == "choose_if" and claim.reasons[0].startswith("biggest_swing")
    )


def _add_phrases(facts: dict[str, str], claim: Claim, comparison: Comparison) -> None:
    """Add the phrases that a few kinds of claims need beside their numbers."""
    kind, rule = claim.kind, claim.rule
    if kind == "category_missing":
        reason = comparison.by_category[claim.scope].reason
        facts["reason"] = f"{reason} there" if reason.endswith("result") else reason
    elif kind == "flip_shift":
        sources = [n.label.partition(":")[2] for n in claim.numbers if n.label.startswith("from:")]
        facts["sources"] = display.listed(in_prose(comparison.by_category[slug].name) for slug in sources)
    elif kind == "needed" and "needed" in facts:
        most = (claim.better == LOWER) != (claim.favours != _lacking(claim))
        facts["reach"] = f"{facts['needed']} or {'less' if most else 'more'}"
    elif kind == "pick":
        facts["unless"] = ", unless a reason for the other matters more to you" if len(claim.reasons) > 1 else ""
    elif kind == "not_ranked":
        facts["conditions"] = _conditions(claim)
    elif kind == "family_note":
        model = comparison.sides[0].model
        facts["family"], facts["lab"] = model.family, model.lab_name
    elif kind.startswith("ops_") or claim.scope in OPERATIONS:
        facts["name"], facts["Name"] = facts["scope"], facts["Scope"]
        facts["blend"] = f" blended at {facts['mix']}" if "mix" in facts else ""
        facts["unknown"] = _unknown(claim, comparison)
    elif rule == "no_category_lead":
        facts["source"] = "several small differences" if claim.number("comparable").value else "different categories"
    elif rule == "self_reported":
        facts["are"] = "is" if claim.number("self_reported", claim.scope).value == 1 else "are"
    elif rule == "retired":
        facts["status"] = comparison.sides[comparison.side_of(claim.scope)].model.status


def _lacking(claim: Claim) -> str | None:
    return next(number.of for number in claim.numbers if number.label == "needed")


def _unknown(claim: Claim, comparison: Comparison) -> str:
    known = {number.of for number in claim.numbers if number.label == "value"}
    missing = [side.model.name for side in comparison.sides if side.model.slug not in known]
    measured = claim.scope in ("output_speed", "time_to_first_token")
    verb = display.NOT_MEASURED if measured else display.NOT_PUBLISHED
    return f"{verb} for {'either' if len(missing) == 2 else missing[0] if missing else 'both'}"


def _conditions(claim: Claim) -> str:
    """The conditions of a rank that a model misses; the first two, the rest are in the numbers."""
    found = [number for number in claim.numbers if number.label.endswith(":found")]
    clauses = []
    for number in found[:2]:
        code = number.label.partition(":")[0]
        limit = claim.number(f"{code}:limit", number.of)
        clauses.append(NOT_RANKED[code].format(found=Figure(number), limit=Figure(limit)))
    return "; ".join(clauses)


def listed(words: Iterable[str]) -> str:
    """Words as a list in a sentence."""
    return display.listed(words)


def in_prose(name: str) -> str:
    """A category's name inside a sentence: “Math” is “math”, “QA” stays."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def capital(text: str) -> str:
    """The text with its first letter large, as a sentence begins; a name keeps its own way."""
    return text[:1].upper() + text[1:]
