"""The words about three to six models: a verdict, a line per category, and footnotes on what limits a word.

A clause renders one `Saying` of `several.py`; its models are named, or stand as “both” and “all” for those that
began the sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase

from comparisons.core import several, wording, words
from comparisons.core.claims import EvidenceShelf, overall_claim
from comparisons.core.records import CLEAR, ESTIMATE, EVEN, LEANING, LIKELY, MIXED, RANKED, Comparison, Side
from comparisons.core.several import NO_RESULT, Pair, Saying
from models_catalog.core import display

Names = Mapping[str, str]
Place = tuple[str, Pair]  # category, or empty for overall, and a pair

# word -> (of any two of some models, of one model with others)
UNDECIDED = {
    EVEN: ("{all} are too close to call", "{one} is too close to call with {others}"),
    MIXED: ("the evidence on {all} is mixed", "the evidence on {one} is mixed against {others}"),
    "too_little": ("{all} have too little in common to call", "{one} has too little in common with {others} to call"),
    "nothing_shared": ("{all} share no benchmark", "{one} shares no benchmark with {others}"),
    "unmeasured": (
        "{all} are not measured together where most of the weight lies",
        "{one} is not measured together with {others} where most of the weight lies",
    ),
    "not_compared": ("{all} cannot be compared", "{one} cannot be compared with {others}"),
}
# word -> why one model cannot be told from others
APART = {
    "too_little": "it has too little in common with {others}",
    "nothing_shared": "it shares no benchmark with {others}",
    "unmeasured": "it is not measured together with {others} where most of the weight lies",
    "not_compared": "it cannot be compared with {others}",
}
LEADS = {CLEAR: "clearly ahead of {others}", LIKELY: "likely ahead of {others}"}
FIRST_OF_ALL = "{one} leads clearly, ahead of {others}"
ALL_OTHERS, ALL_WITH_RESULTS = "all others", "all others with results"
LEANING_TO = "scores lean to {heads} over {others}, on no shared test"
CANNOT_TELL = "Cannot tell yet for {one}: {why}"
NOTHING_TOLD = "Cannot tell yet"
NO_RESULTS = {1: "{names} has no result", 2: "{names} have no result"}
CAPPED_ESTIMATE = "Likely is the most we say of {about}, because {why}"
CAPPED_SHARED = "Likely is the most we say of {about}, because only the tests that both have decide"
CAPPED_FEW = "Likely is the most we say of {about}, because they have only {in_common} in common"


@dataclass(frozen=True)
class Line:
    """A sentence about several models: its text, the pairs it speaks of, and the letters of its footnotes."""

    text: str
    pairs: frozenset[Pair]
    notes: tuple[str, ...] = ()
    scope: str = ""  # the category's slug, empty for the verdict


@dataclass(frozen=True)
class Footnote:
    """What keeps a word from being stronger, or how little carries it, and where."""

    letter: str
    text: str
    places: frozenset[Place]


@dataclass(frozen=True)
class SeveralVerdict:
    """The words about three to six models; no sentence says more than the pairs it names."""

    sentences: tuple[Line, ...]
    categories: tuple[Line, ...]
    notes: tuple[Footnote, ...]

    @property
    def headline(self) -> str:
        """The first sentence."""
        return self.sentences[0].text

    def letters(self, pair: Pair) -> tuple[str, ...]:
        """The footnotes on the overall call of one pair."""
        return tuple(note.letter for note in self.notes if ("", pair) in note.places)


def several_verdict(pairs: Iterable[Comparison]) -> SeveralVerdict:
    """Word all pairs of three to six models, each pair compared once. Equal pairs give equal words, in any order."""
    found = sorted(pairs, key=lambda comparison: comparison.slugs)
    names = {slug: name for comparison in found for slug, name in comparison.names.items()}
    notes = _footnotes(found)
    sentences = sentences_of(several.calls(found), names)
    categories = [
        line
        for slug, name in _categories(found).items()
        if (line := _category_line(several.category_calls(found, slug), names, slug, name)) is not None
    ]
    return SeveralVerdict(
        tuple(_noted(line, notes) for line in sentences),
        tuple(_noted(line, notes) for line in categories),
        notes,
    )


def _categories(found: Iterable[Comparison]) -> dict[str, str]:
    """Every category of any pair in reading order: slug to name."""
    lines = {line.slug: line.name for comparison in found for line in comparison.categories}
    order = {slug: place for comparison in found for place, slug in enumerate(comparison.fit.by_category)}
    return dict(sorted(lines.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


# ------------------------------------------------------------------ sentences


@dataclass(frozen=True)
class _Naming:
    """How models are named: each by its name, and all but the heads of a lead as “all others”."""

    names: Names
    found: several.Calls
    all_others: str = ALL_OTHERS

    def listed(self, slugs: Iterable[str]) -> str:
        return display.listed(self.names[slug] for slug in slugs)

    def led(self, saying: Saying) -> str:
        """The models that are led."""
        everyone = {slug for pair in self.found for slug in pair}
        if len(saying.others) > 2 and {*saying.heads, *saying.others} == everyone:
            return self.all_others
        return self.listed(saying.others)

    def is_first_of_all(self, slug: str) -> bool:
        return all(call == several.Call(CLEAR, slug) for pair, call in self.found.items() if slug in pair)


def sentences_of(found: several.Calls, names: Names) -> list[Line]:
    """The sentences of some overall calls."""
    naming = _Naming(names, found)
    groups = several.sayings(found)
    lines = []
    if all(group[0].apart for group in groups):
        every = _gathered(groups)
        clauses = "; ".join(_clause(saying, naming) for saying in every)
        return [_line(f"{NOTHING_TOLD}: {clauses}", every, names)]
    for group in groups:
        text = _apart(group, naming) if group[0].apart else _clauses(group, naming)
        lines.append(_line(text, group, names))
    return lines


def _line(text: str, group: Iterable[Saying], names: Names, scope: str = "") -> Line:
    """A sentence begins with a capital letter, unless a name begins it."""
    begun = text if text.startswith(tuple(names.values())) else wording.capital(text)
    return Line(f"{begun}.", frozenset().union(*(saying.pairs for saying in group)), scope=scope)


def _gathered(groups: Iterable[Sequence[Saying]]) -> list[Saying]:
    """What is said of models apart, each pair once."""
    by_word: dict[str, set[Pair]] = {}
    for group in groups:
        for saying in group:
            by_word.setdefault(saying.word, set()).update(saying.pairs)
    return [saying for word in several.UNTOLD for saying in several.gathered(word, by_word.get(word, set()))]


def _clauses(group: Sequence[Saying], naming: _Naming) -> str:
    """The clauses of one step; leads of the same models share a verb."""
    clauses, told = [], set()
    begun = () if group[0].others else group[0].heads
    for saying in group:
        if saying in told:
            continue
        if saying.word in LEADS:
            same = [s for s in group if s.heads == saying.heads and s.word in LEADS]
            told.update(same)
            clauses.append(_lead(same, naming, begun if len(clauses) == 1 else ()))
        else:
            clauses.append(_clause(saying, naming))
    return "; ".join(clauses)


def _lead(same: Sequence[Saying], naming: _Naming, begun: tuple[str, ...]) -> str:
    heads = same[0].heads
    if len(heads) == len(same) == 1 and same[0].word == CLEAR and naming.is_first_of_all(heads[0]):
        return FIRST_OF_ALL.format(one=naming.names[heads[0]], others=naming.led(same[0]))
    if len(heads) == 1:
        subject = f"{naming.names[heads[0]]} is"
    elif heads == begun:
        subject = "both are" if len(heads) == 2 else "all are"
    else:
        subject = f"{naming.listed(heads)} are each"
    return f"{subject} {', and '.join(LEADS[saying.word].format(others=naming.led(saying)) for saying in same)}"


def _clause(saying: Saying, naming: _Naming) -> str:
    if saying.word == LEANING:
        return LEANING_TO.format(heads=naming.listed(saying.heads), others=naming.led(saying))
    of_any, of_one = UNDECIDED[saying.word]
    if not saying.others:
        return of_any.format(all=naming.listed(saying.heads))
    return of_one.format(one=naming.names[saying.heads[0]], others=naming.listed(saying.others))


def _apart(group: Sequence[Saying], naming: _Naming) -> str:
    why = ", and ".join(APART[saying.word].format(others=naming.listed(saying.others)) for saying in group)
    return CANNOT_TELL.format(one=naming.names[group[0].heads[0]], why=why)


# ------------------------------------------------------------------ categories


def _category_line(found: several.Calls, names: Names, slug: str, name: str) -> Line | None:
    """One line about a category: who is first, who cannot be compared, who has no result.

    None where fewer than two of the models have results in it.
    """
    without = [
        model for model in sorted(names) if all(call.word == NO_RESULT for pair, call in found.items() if model in pair)
    ]
    held = {pair: call for pair, call in found.items() if not set(pair) & set(without)}
    if not held:
        return None
    naming = _Naming(names, held, ALL_WITH_RESULTS if without else ALL_OTHERS)
    groups = several.sayings(held)
    apart = _gathered(group for group in groups if group[0].apart)
    first = groups[0] if not groups[0][0].apart else []
    clauses = [_clauses(first, naming)] if first else []
    clauses += [_clause(saying, naming) for saying in apart]
    if without:
        clauses.append(NO_RESULTS[min(len(without), 2)].format(names=naming.listed(without)))
    return _line(f"{name}: {'; '.join(clauses)}", [*first, *apart], names, slug)


# ------------------------------------------------------------------ footnotes


def _footnotes(found: Sequence[Comparison]) -> tuple[Footnote, ...]:
    """Where the basis keeps a word down, by reason; then, pair by pair, how little carries a lead."""
    places: dict[str, set[Place]] = {}
    for (basis, unranked), group in _capped(found).items():
        text = _why_capped(basis, unranked, group)
        places.setdefault(text, set()).update(place for comparison in group for place in capped_places(comparison))
    for comparison in found:
        if comparison.overall.leader is not None and not comparison.overall.capped:
            text = _how_little(comparison)
            places.setdefault(text, set()).add(("", comparison.slugs))
    told = sorted((text, held) for text, held in places.items() if text)
    return tuple(
        Footnote(ascii_lowercase[place], f"{text}.", frozenset(held)) for place, (text, held) in enumerate(told)
    )


def capped_places(comparison: Comparison) -> set[Place]:
    """Where the basis, not the evidence, keeps a word of this pair from being stronger."""
    slugs = comparison.slugs
    places = {(line.slug, slugs) for line in comparison.categories if line.capped}
    return places | ({("", slugs)} if comparison.overall.capped else set())


def _capped(found: Sequence[Comparison]) -> dict[tuple[str, tuple[str, ...]], list[Comparison]]:
    """The pairs with a word that is held down, by basis and unranked models; ranked ones each by itself."""
    groups: dict[tuple[str, tuple[str, ...]], list[Comparison]] = {}
    for comparison in found:
        if capped_places(comparison):
            basis = comparison.overall.basis
            unranked = tuple(s.model.slug for s in comparison.sides if s.standing is None or not s.standing.ranked)
            groups.setdefault((basis, comparison.slugs if basis == RANKED else unranked), []).append(comparison)
    return groups


def _why_capped(basis: str, unranked: tuple[str, ...], group: Sequence[Comparison]) -> str:
    about = _about(group)
    if basis == RANKED:
        return CAPPED_FEW.format(about=about, in_common=_overall_facts(group[0])["in_common"])
    if basis != ESTIMATE:
        return CAPPED_SHARED.format(about=about)
    sides = {side.model.slug: side for comparison in group for side in comparison.sides}
    reasons = [(sides[slug].model.name, _first_reason(sides[slug])) for slug in unranked]
    if len(reasons) == 2 and reasons[0][1] == reasons[1][1]:
        why = f"neither is ranked: {reasons[0][1]}"
    else:
        why = display.listed(f"{name} is not ranked ({reason})" for name, reason in reasons)
    return CAPPED_ESTIMATE.format(about=about, why=why)


def _about(group: Sequence[Comparison]) -> str:
    """Pairs by name; one model that all have in common is named once."""
    common = set.intersection(*(set(comparison.slugs) for comparison in group))
    if len(group) == 1 or not common:
        return display.listed(" against ".join(comparison.names.values()) for comparison in group)
    (slug,) = common
    others = [name for comparison in group for other, name in comparison.names.items() if other != slug]
    return f"{group[0].names[slug]} against {display.listed(others)}"


def _first_reason(side: Side) -> str:
    return words.NOT_RANKED_SHORT[side.standing.reasons[0].code]


def _how_little(comparison: Comparison) -> str:
    """That few shared benchmarks carry a lead, or point the other way, in the words of the pair's first sentence."""
    facts = _overall_facts(comparison)
    common = facts.get("common", "")
    return f"{facts['call']} of {facts['O']}{common}" if common.startswith(",") else ""


def _overall_facts(comparison: Comparison) -> dict[str, str]:
    return wording.facts_of(overall_claim(comparison, EvidenceShelf(comparison)), comparison)


def _noted(line: Line, notes: Iterable[Footnote]) -> Line:
    """The line with the letters of the footnotes on its pairs."""
    places = {(line.scope, pair) for pair in line.pairs}
    return replace(line, notes=tuple(note.letter for note in notes if note.places & places))
