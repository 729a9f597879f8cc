"""Laws of three to six models side by side: no sentence says more than the pairs' own verdicts.

Sentences are read back from their text, with a grammar of their own, and every pair that a clause names is held
against the claims of that pair's verdict. Nothing is taken from `several.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from comparisons.core.laws_case import Contradiction
from comparisons.core.records import Claim, Comparison, Verdict
from comparisons.core.several_words import Line, SeveralVerdict

_M = r"(⟨\d+⟩(?:(?:, | and )⟨\d+⟩)*)"
_WHOM = r"(⟨\d+⟩(?:(?:, | and )⟨\d+⟩)*|all others(?: with results)?)"
_WHO = r"(⟨\d+⟩(?:(?:, | and )⟨\d+⟩)*|both|all)"
_LEAD = re.compile(
    rf"{_WHO} (?:is|are|are each) (clearly|likely) ahead of {_WHOM}(?:, and (clearly|likely) ahead of {_WHOM})?"
)
_FIRST = re.compile(rf"{_M} leads (clearly), ahead of {_WHOM}")
_LEANS = re.compile(rf"scores lean to {_M} over {_WHOM}, on no shared test")
_NONE = re.compile(rf"{_M} ha(?:s|ve) no result")
_UNDECIDED = {
    "even": re.compile(rf"{_M} (?:is|are) too close to call(?: with {_M})?"),
    "mixed": re.compile(rf"the evidence on {_M} is mixed(?: against {_M})?"),
    "too_little": re.compile(rf"(?:{_M}|it) ha(?:s|ve) too little in common(?: with {_M})?(?: to call)?"),
    "nothing_shared": re.compile(rf"(?:{_M}|it) shares? no benchmark(?: with {_M})?"),
    "cannot_tell": re.compile(
        rf"(?:{_M}|it) (?:is|are) (?:not )?measured together(?: with {_M})? where most of the weight lies"
    ),
    "category_missing": re.compile(rf"(?:{_M}|it) cannot be compared(?: with {_M})?"),
}
_APART = re.compile(rf"Cannot tell yet(?: for {_M})?: ")
_OVERALL = ("overall_lead", "overall_even", "overall_mixed", "too_little", "nothing_shared")
_IN_CATEGORY = ("category_lead", "category_even", "category_missing")
_CAPS = ("overall_capped_estimate", "overall_capped_shared", "shared_only_capped")

Said = tuple[str, str, str]  # word, slug it favours (or the first), the other slug


def check_several(pairs: Sequence[tuple[Comparison, Verdict]], told: SeveralVerdict) -> list[Contradiction]:
    """Every contradiction between the words about several models and the verdicts of their pairs."""
    reader = _Reader(pairs)
    found = [problem for line in (*told.sentences, *told.categories) for problem in _line(reader, line)]
    return found + list(_all_are_told(reader, told)) + list(_caps_are_told(pairs, told))


class _Reader:
    """Reads clauses back: which word is said of which two models."""

    def __init__(self, pairs: Sequence[tuple[Comparison, Verdict]]):
        self.claims: dict[tuple[str, str], tuple[Claim, ...]] = {c.slugs: verdict.claims for c, verdict in pairs}
        self.results = {c.slugs: {line.slug: line.results for line in c.categories} for c, _ in pairs}
        self.categories = {line.slug: line.name for c, _ in pairs for line in c.categories}
        names = {slug: name for c, _ in pairs for slug, name in c.names.items()}
        self.slugs = sorted(names)
        self._places = sorted(enumerate(names[slug] for slug in self.slugs), key=lambda item: -len(item[1]))

    def _models(self, text: str) -> tuple[str, ...]:
        return tuple(self.slugs[int(place)] for place in re.findall(r"⟨(\d+)⟩", text or ""))

    def without(self, scope: str) -> set[str]:
        """The models without a result in a category that any has."""
        lacking = set()
        for pair, by_category in self.results.items():
            counts = by_category.get(scope, (0, 0))
            lacking |= {slug for slug, count in zip(pair, counts, strict=True) if not count}
        return lacking

    def read(self, line: Line) -> list[Said]:
        """What a line says of which pairs. Raises ValueError for a clause that no rule can read."""
        text = line.text.removesuffix(".")
        if line.scope:
            text = text.removeprefix(f"{self.categories[line.scope]}: ")
        for place, name in self._places:
            text = text.replace(name, f"⟨{place}⟩")
        apart = _APART.match(text)
        subject = self._models(apart[1]) if apart else ()
        clauses = re.split(r"; |, and (?=it )", text[apart.end() if apart else 0 :])
        said: list[Said] = []
        begun: tuple[str, ...] = ()
        for clause in clauses:
            begun = begun or self._models(clause)
            said += self._clause(clause[:1].lower() + clause[1:], line.scope, begun, subject)
        return said

    def _clause(self, clause: str, scope: str, begun: tuple[str, ...], subject: tuple[str, ...]) -> Iterable[Said]:
        if _NONE.fullmatch(clause):
            return [("no_result", slug, "") for slug in self._models(clause)]
        for rule in (_LEAD, _FIRST, _LEANS):
            match = rule.fullmatch(clause)
            if match:
                return self._leads(rule, match.groups(), scope, begun)
        for word, rule in _UNDECIDED.items():
            match = rule.fullmatch(clause)
            if match:
                heads, others = self._models(match[1]) or subject, self._models(match[2])
                pairs = [(a, b) for a in heads for b in others] if others else combinations(heads, 2)
                return [(word, a, b) for a, b in pairs]
        raise ValueError(f"no rule reads “{clause}”")

    def _leads(self, rule: re.Pattern, parts: Sequence[str | None], scope: str, begun: tuple[str, ...]) -> list[Said]:
        heads = begun if parts[0] in ("both", "all") else self._models(parts[0])
        if parts[0] in ("both", "all") and (parts[0] == "both") != (len(begun) == 2):
            raise ValueError(f"“{parts[0]}” stands for {len(begun)} models")
        if rule is _LEANS:
            groups = [("leaning", parts[1])]
        else:
            strength = {"clearly": "clear", "likely": "likely"}
            groups = [(strength[w], whom) for w, whom in zip(parts[1::2], parts[2::2], strict=True) if w]
        said = [(word, a, b) for word, whom in groups for a in heads for b in self._whom(whom, heads, scope)]
        everyone = {s for s in self.slugs if not scope or s not in self.without(scope)}
        if rule is _FIRST and ({other for _, _, other in said} | set(heads) != everyone or len(heads) != 1):
            raise ValueError("“leads clearly” is said although not all others are named")
        return said

    def _whom(self, text: str, heads: tuple[str, ...], scope: str) -> tuple[str, ...]:
        if not text.startswith("all others"):
            return self._models(text)
        without = self.without(scope) if scope else set()
        if bool(without) != text.endswith("with results"):
            raise ValueError(f"“{text}” although {len(without)} have no result")
        return tuple(slug for slug in self.slugs if slug not in heads and slug not in without)


def _line(reader: _Reader, line: Line) -> Iterator[Contradiction]:
    place = line.scope or "side by side"
    try:
        said = reader.read(line)
    except ValueError as problem:
        yield Contradiction(30, place, f"{problem}: “{line.text}”")
        return
    for word, one, other in said:
        if word == "no_result":
            if one not in reader.without(line.scope):
                yield Contradiction(30, place, f"says {one} has no result, which it has")
        elif not _is_claimed(reader, word, one, other, line.scope):
            yield Contradiction(30, place, f"says {word} of {one} and {other}, their own page does not")


def _is_claimed(reader: _Reader, word: str, one: str, other: str, scope: str) -> bool:
    """Whether the pair's own ledger has the claim that a clause makes of it."""
    kinds = _IN_CATEGORY if scope else _OVERALL
    pair = (one, other) if one < other else (other, one)
    for claim in reader.claims[pair]:
        if claim.kind not in kinds or (scope and claim.scope != scope):
            continue
        if claim.kind in ("overall_lead", "category_lead"):
            return (claim.strength, claim.favours) == (word, one)
        if claim.rule == "cannot_tell":
            return word == "cannot_tell"
        return word == {"overall_even": "even", "category_even": "even", "overall_mixed": "mixed"}.get(
            claim.kind, claim.kind
        )
    return False


def _all_are_told(reader: _Reader, told: SeveralVerdict) -> Iterator[Contradiction]:
    """The verdict keeps back no pair of the set."""
    try:
        said = {frozenset((one, other)) for line in told.sentences for _, one, other in reader.read(line)}
    except ValueError:
        return  # reported already
    for pair in reader.claims:
        if frozenset(pair) not in said:
            yield Contradiction(30, "side by side", f"says nothing of {pair[0]} and {pair[1]}")


def _caps_are_told(pairs: Iterable[tuple[Comparison, Verdict]], told: SeveralVerdict) -> Iterator[Contradiction]:
    """A word that is held down has a footnote that says so, with a lead that few or no tests carry; others have none."""
    for comparison, verdict in pairs:
        head = next(claim for claim in verdict.claims if claim.kind in _OVERALL)
        texts = [note.text for note in told.notes if note.letter in told.letters(comparison.slugs)]
        if any(text.startswith("Likely is the most") for text in texts) != (head.rule in _CAPS):
            yield Contradiction(30, "footnotes", f"{comparison.slugs}: rule {head.rule}, footnotes {texts}")
        little = ", with only " in head.text or ", though " in head.text
        if head.kind == "overall_lead" and little and not texts:
            yield Contradiction(30, "footnotes", f"{comparison.slugs}: keep back how little carries the lead")
