"""What may be said of three to six models at once: nothing that their pairs do not say.

`calls` reads the call of every pair, overall or in a category; `sayings` puts calls of one word together, the
models that nobody is named ahead of first; `several_words.py` words them. A `Saying` stands for the pairs it
names and for no other: order is never carried from two pairs to a third. The order of the models is irrelevant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from comparisons.core.pairs import canonical
from comparisons.core.records import (
    CLEAR,
    EVEN,
    LEANING,
    LIKELY,
    MIXED,
    NOTHING_SHARED,
    TOO_CLOSE,
    TOO_LITTLE,
    Comparison,
)

# Calls of a pair that name nobody, beside MIXED, TOO_LITTLE and NOTHING_SHARED.
UNMEASURED = "unmeasured"  # most of the weight lies where one of the two has no result
NOT_COMPARED = "not_compared"  # in a category: both have results, and nothing to compare them by
NO_RESULT = "no_result"  # in a category: one of the two has none
LEADS = (CLEAR, LIKELY, LEANING)
UNTOLD = (TOO_LITTLE, NOTHING_SHARED, UNMEASURED, NOT_COMPARED, NO_RESULT)

Pair = tuple[str, str]


@dataclass(frozen=True)
class Call:
    """The call of one pair: a word, and the slug it names where it names one."""

    word: str
    leader: str | None = None


@dataclass(frozen=True)
class Saying:
    """One call of several pairs.

    Where `word` is a lead, every one of `heads` leads every one of `others`. Else, with `others`, it is the call
    of each head with each other; without, of any two of `heads`. `apart` tells that it is said of one model that
    cannot be told from any other.
    """

    word: str
    heads: tuple[str, ...]
    others: tuple[str, ...] = ()
    apart: bool = False

    @property
    def pairs(self) -> frozenset[Pair]:
        """The pairs it speaks of."""
        if self.others:
            return frozenset(canonical(one, other) for one in self.heads for other in self.others)
        return frozenset(canonical(*pair) for pair in combinations(self.heads, 2))


Calls = Mapping[Pair, Call]


def calls(pairs: Iterable[Comparison]) -> dict[Pair, Call]:
    """The overall call of every pair."""
    return {comparison.slugs: _overall(comparison) for comparison in pairs}


def _overall(comparison: Comparison) -> Call:
    overall = comparison.overall
    if overall.leader is not None:
        return Call(overall.outcome, comparison.slugs[overall.leader])
    if overall.outcome == TOO_LITTLE and overall.unmeasured:
        return Call(UNMEASURED)
    return Call(EVEN if overall.outcome == TOO_CLOSE else overall.outcome)


def category_calls(pairs: Iterable[Comparison], category: str) -> dict[Pair, Call]:
    """The call of every pair in one category."""
    return {comparison.slugs: _in_category(comparison, category) for comparison in pairs}


def _in_category(comparison: Comparison, category: str) -> Call:
    line = comparison.by_category.get(category)
    if line is None or 0 in line.results:
        return Call(NO_RESULT)
    if line.strength is None:
        return Call(NOT_COMPARED)
    return Call(line.strength, None if line.leader is None else comparison.slugs[line.leader])


# ------------------------------------------------------------------ calls put together


def sayings(found: Calls) -> list[list[Saying]]:
    """The calls of all pairs, put together: a group a step down, at last the models that cannot be told at all."""
    slugs = sorted({slug for pair in found for slug in pair})
    lost = [slug for slug in slugs if all(call.word in UNTOLD for pair, call in found.items() if slug in pair)]
    groups, rest = [], [slug for slug in slugs if slug not in lost]
    while len(rest) > 1:
        top = [slug for slug in rest if not any(_leads(found, other, slug) for other in rest)] or rest
        rest = [slug for slug in rest if slug not in top]
        groups.append(_step(found, top, rest))
    groups += [list(_alone(found, slug, slugs)) for slug in lost]
    return [group for group in groups if group]


def _leads(found: Calls, one: str, other: str) -> bool:
    return one != other and found[canonical(one, other)].leader == one


def _step(found: Calls, top: list[str], rest: list[str]) -> list[Saying]:
    """What is said of the models of one step: among themselves, and against those below."""
    undecided = [
        canonical(one, other)
        for one in top
        for other in (*top, *rest)
        if one != other and (other in rest or one < other) and found[canonical(one, other)].leader is None
    ]
    level = {found[pair].word for pair in combinations(top, 2)} if len(top) > 1 else set()
    first = [Saying(word, tuple(top)) for word in level if len(level) == 1 and word not in LEADS]
    said = first[0].pairs if first else frozenset()
    rest_of_it = [pair for pair in undecided if pair not in said]
    return [
        *first,
        *_lead_sayings(found, top, rest),
        *(
            saying
            for word in (EVEN, MIXED, *UNTOLD)
            for saying in gathered(word, {pair for pair in rest_of_it if found[pair].word == word}, top)
        ),
    ]


def _lead_sayings(found: Calls, top: list[str], rest: list[str]) -> Iterator[Saying]:
    """Who of the step leads whom, by word; leads within a step only where its models lead in a circle."""
    for word in LEADS:
        groups: dict[tuple[str, ...], list[str]] = {}
        for other in sorted((*top, *rest)):
            heads = tuple(one for one in top if _leads(found, one, other) and found[canonical(one, other)].word == word)
            if heads:
                groups.setdefault(heads, []).append(other)
        for heads in sorted(groups, key=lambda heads: (-len(heads), heads)):
            yield Saying(word, heads, tuple(groups[heads]))


def gathered(word: str, pairs: set[Pair], top: Sequence[str] = ()) -> Iterator[Saying]:
    """Calls of one word in as few sayings as can be: any two of some models, or one model with others."""
    while pairs:
        best = min(_candidates(word, pairs), key=lambda s: (-len(s.pairs), bool(s.others), -_held(s, top), s.heads))
        yield best
        pairs = pairs - best.pairs


def _candidates(word: str, pairs: set[Pair]) -> Iterator[Saying]:
    slugs = sorted({slug for pair in pairs for slug in pair})
    for size in range(2, len(slugs) + 1):
        for some in combinations(slugs, size):
            if all(pair in pairs for pair in combinations(some, 2)):
                yield Saying(word, some)
    for slug in slugs:
        others = tuple(other for other in slugs if other != slug and canonical(slug, other) in pairs)
        if len(others) > 1:
            yield Saying(word, (slug,), others)


def _held(saying: Saying, top: Sequence[str]) -> int:
    return sum(slug in top for slug in saying.heads)


def _alone(found: Calls, slug: str, slugs: list[str]) -> Iterator[Saying]:
    """Why one model cannot be told from any other, by reason."""
    for word in UNTOLD:
        others = tuple(other for other in slugs if other != slug and found[canonical(slug, other)].word == word)
        if others:
            yield Saying(word, (slug,), others, apart=True)
