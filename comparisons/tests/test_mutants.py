"""Break each rule by hand and see that a law catches it.

Every mutant is a small, plausible mistake in the code that compares, claims or words. It is
applied to fixed worlds and must produce at least one contradiction; without a mutant the same
worlds have none. A mutant that survives is a hole in the laws.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from comparisons.core import verdict
from comparisons.core.laws import Contradiction, check
from comparisons.tests.catalogues import (
    World,
    answers_world,
    generated_world,
    grown_world,
    mixed_world,
    reference_world,
    reports_world,
)
from comparisons.tests.mutants import MUTANTS, claiming, comparing, flipping, operational, pairing, wording  # noqa: F401  (each enters its own)


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
