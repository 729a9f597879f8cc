"""From a claim to its words: the tables of `words.py`, filled with what the claim carries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from comparisons.core import words
from comparisons.core.records import Claim, Comparison, Number
from comparisons.core.sources import boards, few
from models_catalog.core import display
from models_catalog.core.specs import LOWER, ModelSpec

LEVEL = "0.0"
_OF_BENCHMARKS = (
    *("benchmark_lead", "biggest_swing", "paired", "hinge", "needed"),
    *("published_interval", "makers_figures"),
)


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
    if claim.kind == "ops_unknown":
        name = capital(words.OPERATIONS[claim.scope][0])
        return words.OPERATION_UNKNOWN.format(Name=name, unknown=_unknown(claim, comparison))
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
        template = words.FREE_REASON if facts["F_value"] == display.FREE else words.OPERATIONS[claim.scope][2]
        return template.format_map(facts)
    return _template(words.REASONS, claim, kind).format_map(facts)


def _operation(claim: Claim, facts: Facts) -> str:
    if claim.kind == "ops_even":
        return _no_difference(claim, facts).format_map(facts)
    template = words.FREE_SENTENCE if facts["F_value"] == display.FREE else words.OPERATIONS[claim.scope][1]
    return template.format_map(facts)


def _no_difference(claim: Claim, facts: Facts) -> str:
    if facts["A_value"] != facts["B_value"]:
        return words.OPERATION_EVEN
    special = words.OPERATION_SAME.get(claim.scope, {})
    return special.get(str(facts["A_value"]), words.OPERATION_SAME["usual"])


# ------------------------------------------------------------------ what templates may name


class Facts(dict):
    """Everything a template about one claim may name; a fact is worked out when it is first asked for.

    {F}, {O}, {A}, {B}, {H}, {L} and {X} are names, {F_value} and so on numbers of a model, {gap} and
    so on numbers of the pair or, where it has none so called, of the one model a claim is about.
    """

    __slots__ = ("claim", "comparison", "roles")

    def __init__(self, claim: Claim, comparison: Comparison):
        super().__init__()
        self.claim = claim
        self.comparison = comparison
        self.roles = _roles(claim, comparison)

    def __missing__(self, name: str) -> str:
        """Work out a fact. Raises KeyError where the claim has none of that name."""
        found = self._found(name)
        if found is None:
            raise KeyError(name)
        self[name] = found
        return found

    def _found(self, name: str) -> str | None:
        if name in self.roles:
            return self.comparison.names[self.roles[name]]
        if name in _NAMED:
            return _NAMED[name](self)
        role, parted, label = name.partition("_")
        if parted and role in self.roles:
            return self._of(role, label)
        return self._figure(name)

    def _of(self, role: str, label: str) -> str | None:
        """A number of a model, or {F_at}: where it was taken."""
        slug, found = self.roles[role], None
        for number in self.claim.numbers:
            if number.of == slug and label in (number.label, "at"):
                found = number
        if found is None:
            return None
        if label == "at":
            return f"at {found.note}" if found.note else ""
        return _said_once(self.claim, found) if role == "F" and label in ("value", "proof") else Figure(found)

    def _figure(self, label: str) -> str | None:
        """A number of the pair, else the first so called of the one model."""
        about, found = self.roles.get("X"), None
        for number in self.claim.numbers:
            if number.label == label and (number.of is None or (found is None and number.of == about)):
                found = number
        return None if found is None else Figure(found)

    def _behind(self) -> str | None:
        line = self.comparison.by_benchmark.get(self.claim.scope)
        return line.call_text if line is not None and _is_about_a_benchmark(self.claim) else None

    def _proof_name(self) -> str | None:
        notes = [number.note for number in self.claim.numbers if number.label == "proof"]
        return notes[-1] if notes else None

    def _proof_behind(self) -> str | None:
        if not _carries(self.claim, "proof"):
            return None
        return self.comparison.by_category[self.claim.scope].separator.call_text


_NAMED: Mapping[str, Callable[[Facts], str | None]] = {
    "scope": lambda facts: _scope_name(facts.claim, facts.comparison),
    "Scope": lambda facts: capital(facts["scope"]),
    "behind": Facts._behind,
    "proof_name": Facts._proof_name,
    "proof_behind": Facts._proof_behind,
}


def facts_of(claim: Claim, comparison: Comparison) -> Facts:
    """Everything a template about this claim may name."""
    facts = Facts(claim, comparison)
    if (claim.kind, claim.strength) in words.HEADLINES:
        _add_call(facts, claim, comparison)
    _add_phrases(facts, claim, comparison)
    return facts


def _carries(claim: Claim, label: str) -> bool:
    return any(number.label == label for number in claim.numbers)


def _said_once(claim: Claim, found: Number) -> str:
    """Two scores in one unit: “1,360 to 1,310 Elo”; percentages keep their sign."""
    units = {number.unit for number in claim.numbers if number.label == found.label}
    suffix = display.UNIT_SUFFIX.get(found.unit, "")
    once = len(units) == 1 and found.unit != "percent" and suffix
    return found.text.removesuffix(suffix) if once else Figure(found)


def _roles(claim: Claim, comparison: Comparison) -> dict[str, str]:
    one, other = comparison.slugs
    roles = {"A": one, "B": other}
    if claim.favours is not None:
        roles["F"], roles["O"] = claim.favours, other if claim.favours == one else one
    scores, about = {}, set()
    for number in claim.numbers:
        if number.of is not None:
            about.add(number.of)
        if number.label == "score":
            scores[number.of] = number.value
    if len(scores) == 2:
        roles["H"], roles["L"] = (one, other) if scores[one] >= scores[other] else (other, one)
    if claim.scope in (one, other):
        roles["X"] = claim.scope
    elif len(about) == 1:
        roles["X"] = about.pop()
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
    return claim.kind in _OF_BENCHMARKS or (claim.kind == "choose_if" and claim.reasons[0].startswith("biggest_swing"))


def _add_call(facts: Facts, claim: Claim, comparison: Comparison) -> None:
    """Add what first sentences need: the verdict's few words, and how much is shared."""
    facts["call"] = _template(words.HEADLINES, claim, claim.kind).format_map(facts)
    labels = {number.label for number in claim.numbers}
    if "shared" not in labels:
        return
    shared, of, sources = (int(claim.number(label).value) for label in ("shared", "of", "sources"))
    facts["in_common"] = of_all(shared, of, "benchmark")
    one_vote = boards(shared, sources)
    facts["tests"] = f"the {facts['in_common'].removeprefix('all ').removeprefix('the ')} they share{one_vote}"
    facts["common"] = f"; they share {facts['in_common']}{one_vote}"
    if claim.kind == "overall_lead":
        if "shared_gap" in labels:
            against = f"favour {facts['O']} by {facts['shared_gap']} points"
            level = claim.number("shared_gap").text == LEVEL
            facts["common"] = f", though {facts['tests']} {'are level' if level else against}"
        elif few(sources):
            facts["common"] = f", with only {facts['in_common']} shared{one_vote}"
    facts["in_common"] += one_vote
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


def _add_phrases(facts: Facts, claim: Claim, comparison: Comparison) -> None:
    """Add the phrases that a few kinds of claims need beside their numbers."""
    kind, rule = claim.kind, claim.rule
    if kind == "category_missing":
        reason = comparison.by_category[claim.scope].reason
        facts["reason"] = f"{reason} there" if reason.endswith("result") else reason
    elif kind == "flip_shift":
        sources = [n.label.partition(":")[2] for n in claim.numbers if n.label.startswith("from:")]
        facts["sources"] = display.listed(display.in_sentence(comparison.by_category[slug].name) for slug in sources)
    elif kind == "needed" and _carries(claim, "needed"):
        most = (claim.better == LOWER) != (claim.favours != _lacking(claim))
        facts["reach"] = f"{facts['needed']} or {'less' if most else 'more'}"
    elif rule.endswith("_apart"):
        line = comparison.by_benchmark[claim.scope]
        favoured = comparison.side_of(claim.favours)
        facts["F_setup"], facts["O_setup"] = line.setup_words[favoured], line.setup_words[1 - favoured]
    elif kind == "makers_figures":
        facts["A_lab"], facts["B_lab"] = (side.model.lab_name for side in comparison.sides)
    elif kind == "pick":
        facts["unless"] = ", unless a reason for the other matters more to you" if len(claim.reasons) > 1 else ""
    elif kind == "not_ranked":
        facts["conditions"] = _conditions(claim)
    elif kind == "family_note":
        model = comparison.sides[0].model
        facts["family"], facts["lab"] = model.family, model.lab_name
    elif kind.startswith("ops_") or claim.scope in words.OPERATIONS:
        facts["name"], facts["Name"] = facts["scope"], facts["Scope"]
        facts["blend"] = f" blended at {facts['mix']}" if _carries(claim, "mix") else ""
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
    elif claim.scope is not None and _carries(claim, "shared"):
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
