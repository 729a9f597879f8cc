"""From a claim to its words: the tables of `words.py`, filled with what the claim carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from comparisons.core import words
from comparisons.core.method import METHOD
from comparisons.core.records import Claim, Comparison, Number
from models_catalog.core import display
from models_catalog.core.specs import LOWER, ModelSpec

LEVEL = "0.0"


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
        return words.CAVEATS[claim.rule].format_map(facts)
    if claim.kind.startswith("ops_"):
        return _operation(claim, facts)
    return _template(words.SENTENCES, claim, claim.kind).format_map(facts)


def headline(claim: Claim, comparison: Comparison) -> str:
    """The few words above a verdict, from its overall claim."""
    return facts_of(claim, comparison)["call"]


def _template(table: Mapping, claim: Claim, kind: str) -> str:
    entry = table[kind, claim.strength]
    if isinstance(entry, str):
        return entry
    if claim.rule in entry:
        return entry[claim.rule]
    return entry["by_score" if any(n.label == "score" for n in claim.numbers) else "by_gap"]


def _reason(claim: Claim, comparison: Comparison) -> str:
    if not claim.reasons:
        return words.NO_REASON[claim.rule].format_map(facts_of(claim, comparison))
    kind = claim.reasons[0].partition(":")[0]
    facts = facts_of(claim, comparison)
    if kind == "ops_lead":
        template = words.FREE_REASON if facts.get("F_value") == display.FREE else words.OPERATIONS[claim.scope][2]
        return template.format_map(facts)
    return _template(words.REASONS, claim, kind).format_map(facts)


def _operation(claim: Claim, facts: Mapping[str, str]) -> str:
    if claim.kind == "ops_unknown":
        return words.OPERATION_UNKNOWN.format_map(facts)
    if claim.kind == "ops_even":
        return _no_difference(claim, facts).format_map(facts)
    template = words.FREE_SENTENCE if facts["F_value"] == display.FREE else words.OPERATIONS[claim.scope][1]
    return template.format_map(facts)


def _no_difference(claim: Claim, facts: Mapping[str, str]) -> str:
    if facts["A_value"] != facts["B_value"]:
        return words.OPERATION_EVEN
    special = words.OPERATION_SAME.get(claim.scope, {})
    return special.get(str(facts["A_value"]), words.OPERATION_SAME["usual"])


# ------------------------------------------------------------------ what templates may name


def facts_of(claim: Claim, comparison: Comparison) -> dict[str, str]:
    """Everything a template about this claim may name."""
    facts: dict[str, str] = {}
    roles = _roles(claim, comparison)
    names = comparison.names
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
    if claim.scope in comparison.by_benchmark and _is_about_a_benchmark(claim):
        facts["behind"] = comparison.by_benchmark[claim.scope].call_text
    if "proof_name" in facts:
        facts["proof_behind"] = comparison.by_category[claim.scope].separator.call_text
    if (claim.kind, claim.strength) in words.HEADLINES:
        _add_call(facts, claim, comparison)
    _add_phrases(facts, claim, comparison)
    return facts


def _say_unit_once(facts: dict[str, str], claim: Claim, label: str) -> None:
    """Two scores in one unit: “1,360 to 1,310 Elo”; percentages keep their sign."""
    first = f"F_{label}"
    if first not in facts:
        return
    units = {number.unit for number in claim.numbers if number.label == label}
    suffix = display.UNIT_SUFFIX.get(next(iter(units), ""), "")
    if len(units) == 1 and units != {"percent"} and suffix:
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
    if scope in words.OPERATIONS:
        return words.OPERATIONS[scope][0]
    if scope in comparison.by_benchmark and _is_about_a_benchmark(claim):
        return comparison.by_benchmark[scope].benchmark.name
    if scope in comparison.by_category:
        return display.in_sentence(comparison.by_category[scope].name)
    return scope


def _is_about_a_benchmark(claim: Claim) -> bool:
    return claim.kind in ("benchmark_lead", "biggest_swing", "paired", "hinge", "needed") or (
        claim.kind == "choose_if" and claim.reasons[0].startswith("biggest_swing")
    )


def _add_call(facts: dict[str, str], claim: Claim, comparison: Comparison) -> None:
    """Add what first sentences need: the verdict's few words, and how much is shared."""
    facts["call"] = _template(words.HEADLINES, claim, claim.kind).format_map(facts)
    labels = {number.label for number in claim.numbers}
    if "shared" not in labels:
        return
    shared, of, sources = (int(claim.number(label).value) for label in ("shared", "of", "sources"))
    facts["in_common"] = of_all(shared, of, "benchmark")
    facts["tests"] = f"the {facts['in_common'].removeprefix('all ').removeprefix('the ')} they share"
    if sources == 1 < shared:
        facts["tests"] += " (boards of one test)"
    facts["common"] = f"; they share {facts['in_common']}"
    if claim.kind == "overall_lead":
        if shared < METHOD.shared_benchmarks:
            facts["common"] = f", with only {facts['in_common']} shared"
        elif "shared_gap" in labels:
            against = f"favour {facts['O']} by {facts['shared_gap']} points"
            level = claim.number("shared_gap").text == LEVEL
            facts["common"] = f", though {facts['tests']} {'are level' if level else against}"
    if claim.rule == "cannot_tell":
        names = [display.in_sentence(comparison.by_category[slug].name) for slug in comparison.overall.unmeasured]
        facts["unmeasured"] = capital(listed(names))
        facts["hold"] = "holds" if len(names) == 1 else "hold"
        facts["absent"] = _absent(comparison)


def _absent(comparison: Comparison) -> str:
    """Who has no result in the categories that a weighting is about."""
    lines = [comparison.by_category[slug] for slug in comparison.overall.unmeasured]
    without = [
        side.model.name
        for number, side in enumerate(comparison.sides)
        if not any(line.results[number] for line in lines)
    ]
    if len(without) == 1:
        return f"{without[0]} has no result"
    return "neither has a result" if without else "nothing both have can be compared"


def of_all(part: int, whole: int, noun: str) -> str:
    """How many of how many: “3 of 10 results”, “all 10 results”, “both results”, “the only result”."""
    if part < whole:
        return f"{display.count(part)} of {display.counted(whole, noun)}"
    if whole == 1:
        return f"the only {noun}"
    return f"both {noun}s" if whole == 2 else f"all {display.count(whole)} {noun}s"


def _add_phrases(facts: dict[str, str], claim: Claim, comparison: Comparison) -> None:
    """Add the phrases that a few kinds of claims need beside their numbers."""
    kind, rule = claim.kind, claim.rule
    if kind == "category_missing":
        reason = comparison.by_category[claim.scope].reason
        facts["reason"] = f"{reason} there" if reason.endswith("result") else reason
    elif kind == "flip_shift":
        sources = [n.label.partition(":")[2] for n in claim.numbers if n.label.startswith("from:")]
        facts["sources"] = display.listed(display.in_sentence(comparison.by_category[slug].name) for slug in sources)
    elif kind == "needed" and "needed" in facts:
        most = (claim.better == LOWER) != (claim.favours != _lacking(claim))
        facts["reach"] = f"{facts['needed']} or {'less' if most else 'more'}"
    elif rule.endswith("_apart"):
        line = comparison.by_benchmark[claim.scope]
        favoured = comparison.side_of(claim.favours)
        facts["F_setup"], facts["O_setup"] = line.setup_words[favoured], line.setup_words[1 - favoured]
    elif kind == "pick":
        facts["unless"] = ", unless a reason for the other matters more to you" if len(claim.reasons) > 1 else ""
    elif kind == "not_ranked":
        facts["conditions"] = _conditions(claim)
    elif kind == "family_note":
        model = comparison.sides[0].model
        facts["family"], facts["lab"] = model.family, model.lab_name
    elif kind.startswith("ops_") or claim.scope in words.OPERATIONS:
        facts["name"], facts["Name"] = facts["scope"], facts["Scope"]
        facts["blend"] = f" blended at {facts['mix']}" if "mix" in facts else ""
        facts["unknown"] = _unknown(claim, comparison)
    elif rule == "no_category_lead":
        facts["source"] = "several small differences" if claim.number("comparable").value else "different categories"
    elif rule in ("self_reported", "noted"):
        part, whole = (int(claim.number(label, claim.scope).value) for label in (rule, "results"))
        facts["Share"] = capital(of_all(part, whole, "result") if part == whole else _some_of(part, whole))
        facts["are"], facts["carry"] = ("is", "carries") if part == 1 else ("are", "carry")
        facts["note"] = claim.number(rule, claim.scope).note
    elif rule == "second_opinion":
        for label in ("theirs", "ours"):
            facts[f"{label}_place"] = display.ordinal(int(claim.number(label, claim.scope).value))
    elif "shared" in facts and claim.scope is not None:
        facts["tests_there"] = (
            "the one test they share there"
            if claim.number("shared").value == 1
            else f"the {facts['shared']} tests they share there"
        )
    elif rule == "retired":
        facts["status"] = comparison.sides[comparison.side_of(claim.scope)].model.status


def _some_of(part: int, whole: int) -> str:
    return f"{display.count(part)} of the {display.counted(whole, 'result')}"


def _lacking(claim: Claim) -> str | None:
    return next(number.of for number in claim.numbers if number.label == "needed")


def _unknown(claim: Claim, comparison: Comparison) -> str:
    """Why an attribute is not compared: of whom it is not known, or who cannot be had."""
    known = {number.of for number in claim.numbers if number.label == "value"}
    missing = [side.model for side in comparison.sides if side.model.slug not in known]
    gone = {model.slug: _why_not_had(model, claim, comparison) for model in missing}
    clauses = [why for why in gone.values() if why]
    names = [model.name for model in missing if not gone[model.slug]]
    if names:
        measured = claim.scope in ("output_speed", "time_to_first_token")
        verb = display.NOT_MEASURED if measured else display.NOT_PUBLISHED
        clauses.append(f"{verb} for {'either' if len(names) == 2 else names[0]}")
    return "; ".join(clauses)


def _why_not_had(model: ModelSpec, claim: Claim, comparison: Comparison) -> str:
    """Why a model has no value of its own on the day of the page, or nothing."""
    if not model.out_by(comparison.today):
        return f"{model.name} was not released yet"
    return f"{model.name} is retired" if model.retired and claim.scope.startswith("price_") else ""


def _conditions(claim: Claim) -> str:
    """The conditions of a rank that a model misses; the first two, the rest are in the numbers."""
    found = [number for number in claim.numbers if number.label.endswith(":found")]
    clauses = []
    for number in found[:2]:
        code = number.label.partition(":")[0]
        limit = claim.number(f"{code}:limit", number.of)
        clauses.append(words.NOT_RANKED[code].format(found=Figure(number), limit=Figure(limit)))
    return "; ".join(clauses)


def listed(names: Iterable[str]) -> str:
    """Words as a list in a sentence."""
    return display.listed(names)


def capital(text: str) -> str:
    """The text with its first letter large, as a sentence begins; a name keeps its own way."""
    return text[:1].upper() + text[1:]
