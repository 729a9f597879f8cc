"""What can be said of two models that neither have ranks nor enough in common: what others published, never an order.

Two kinds of claims, both of which favour nobody: published errors of ratings as intervals that overlap or do not, and
makers' own figures under the makers' names.
"""

from __future__ import annotations

from collections.abc import Iterator

from comparisons.core.claims import EvidenceShelf, call_numbers, value_numbers
from comparisons.core.compare import is_named
from comparisons.core.method import METHOD
from comparisons.core.method_words import words
from comparisons.core.points import ELO
from comparisons.core.records import NONE, BenchmarkLine, Claim, Comparison, Number
from models_catalog.core import display
from models_catalog.core.specs import PROVIDER_REPORTED

MOST = 1  # of each kind


def unranked_claims(comparison: Comparison, shelf: EvidenceShelf) -> tuple[Claim, ...]:
    """Claims of published intervals and makers' figures, where nothing else can be called and neither is ranked."""
    if comparison.overall.basis != NONE or any(s.standing and s.standing.ranked for s in comparison.sides):
        return ()
    lines = [line for line in comparison.benchmarks if line.difference is not None]
    ratings = sorted((line for line in lines if _has_intervals(line)), key=_general_first)
    makers = sorted((line for line in lines if line.fair and _is_makers(line)), key=_general_first)
    return (
        *(claim for line in ratings[:MOST] for claim in _intervals(comparison, line, shelf)),
        *(claim for line in makers[:MOST] for claim in _makers_figures(comparison, line, shelf)),
    )


def _general_first(line: BenchmarkLine) -> tuple:
    """A board of everything stands outside the categories, and comes first."""
    return line.benchmark.category is not None and line.benchmark.category != "", line.benchmark.slug


def _has_intervals(line: BenchmarkLine) -> bool:
    return line.benchmark.kind == ELO and all(cell.row.stderr for cell in line.cells)


def _is_makers(line: BenchmarkLine) -> bool:
    return all(cell.row.source_kind == PROVIDER_REPORTED for cell in line.cells)


def _intervals(comparison: Comparison, line: BenchmarkLine, shelf: EvidenceShelf) -> Iterator[Claim]:
    """The two ratings as intervals of their published errors, as printed."""
    numbers, bounds = [Number(None, "confidence", METHOD.interval, words()["interval"])], []
    for slug, cell in zip(comparison.slugs, line.cells, strict=True):
        half = METHOD.z_clear * float(cell.row.stderr)
        low, high = (round(float(cell.row.score) + sign * half) for sign in (-1, 1))
        bounds.append((low, high))
        numbers += [Number(slug, "low", low, display.count(low)), Number(slug, "high", high, display.count(high))]
    apart = bounds[0][0] > bounds[1][1] or bounds[1][0] > bounds[0][1]
    yield _claim(
        "published_interval", line, tuple(numbers), shelf, "intervals_disjoint" if apart else "intervals_overlap"
    )


def _makers_figures(comparison: Comparison, line: BenchmarkLine, shelf: EvidenceShelf) -> Iterator[Claim]:
    numbers, rule = value_numbers(comparison, line), "makers_figures"
    if is_named(line):
        numbers, rule = (*numbers, *call_numbers(line)), "makers_figures_named"
    yield _claim("makers_figures", line, numbers, shelf, rule)


def _claim(kind: str, line: BenchmarkLine, numbers: tuple[Number, ...], shelf: EvidenceShelf, rule: str) -> Claim:
    slug = line.benchmark.slug
    return Claim(
        f"{kind}:{slug}", kind, None, slug, None, numbers, line.benchmark.direction, shelf.by_benchmark[slug], rule
    )
