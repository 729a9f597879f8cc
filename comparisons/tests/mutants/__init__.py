"""Small, plausible mistakes, a module a subject: each must make a law complain (`test_mutants.py`).

A mutant is a function that is given pytest's monkeypatch and carries `@mutant`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest

from comparisons.core import benchmark_lines, single_benchmark
from comparisons.core.method import METHOD

MUTANTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {}


def mutant(function: Callable) -> Callable:
    """Enter a mistake under its name."""
    MUTANTS[function.__name__] = function
    return function


def patch_reading(patch, **unknown) -> None:
    """Lose some of what a row says about its own certainty."""
    genuine = single_benchmark.reading
    patch.setattr(benchmark_lines, "reading", lambda spec, row: replace(genuine(spec, row), **unknown))


def with_quantiles(**quantiles) -> SimpleNamespace:
    """The method with other limits of its words, for one module."""
    known = {name: getattr(METHOD, name) for name in (*METHOD.__slots__, "z_likely", "z_clear")}
    return SimpleNamespace(**(known | quantiles))


def swapped(favours):
    return None if favours is None else 1 - favours
