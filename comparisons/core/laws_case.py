"""What every law looks at: a comparison, its verdict, and plain views of the raw records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property, partial
from typing import NamedTuple

from comparisons.core.counting import counting_key, is_scored, refusal
from comparisons.core.points import to_points
from comparisons.core.records import Claim, Comparison, Verdict
from models_catalog.core.specs import DRAFT, GENERATED, LOWER, BenchmarkSpec, ResultRow


class Contradiction(NamedTuple):
    """A law broken: its number, the claim (or part of the verdict) and what is wrong."""

    law: int
    claim: str
    what: str

    def __str__(self) -> str:
        return f"law {self.law}, {self.claim}: {self.what}"


class Case:
    """One pair under examination, with everything re-derived from its rows."""

    def __init__(self, comparison: Comparison, verdict: Verdict):
        self.comparison = comparison
        self.verdict = verdict
        self.slugs = comparison.slugs
        self.by_kind: dict[str, list[Claim]] = defaultdict(list)
        for claim in verdict.claims:
            self.by_kind[claim.kind].append(claim)
        self.statements: tuple | None = None  # filled by laws_words, for its laws only

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the two models and their labs, the longest first."""
        models = [side.model for side in self.comparison.sides]
        return tuple(sorted({name for model in models for name in (model.name, model.lab_name)}, key=len, reverse=True))

    @cached_property
    def rows(self) -> dict[int, ResultRow]:
        """Every public row of the two models by id."""
        return {row.id: row for side in self.comparison.sides for row in side.results}

    @cached_property
    def benchmarks(self) -> dict[str, BenchmarkSpec]:
        """Specs of the benchmarks on the page."""
        return {line.benchmark.slug: line.benchmark for line in self.comparison.benchmarks}

    @cached_property
    def counting(self) -> tuple[dict[str, ResultRow], dict[str, ResultRow]]:
        """Per side the row that counts in the lane, by benchmark; display-only ones too."""
        lane = self.comparison.lane
        ours, theirs = (
            side.once(("counting rows, for the laws", lane), partial(_counting, side.results, lane))
            for side in self.comparison.sides
        )
        return (
            {slug: row for slug, row in ours.items() if slug in self.benchmarks},
            {slug: row for slug, row in theirs.items() if slug in self.benchmarks},
        )

    @cached_property
    def scored(self) -> set[str]:
        """Benchmarks that may count: scored, and in a category this lane weighs."""
        known = self.comparison.fit.by_category
        return {slug for slug, spec in self.benchmarks.items() if is_scored(spec) and spec.category in known}

    @cached_property
    def shared(self) -> set[str]:
        """Scored benchmarks with a comparable counting result of both."""
        ours, theirs = self.counting
        return {slug for slug in self.scored & ours.keys() & theirs.keys() if settings_agree(ours[slug], theirs[slug])}

    @cached_property
    def compared(self) -> dict[str, tuple[ResultRow, ResultRow]]:
        """The two rows subtracted on each benchmark; that they are the right ones is a law of its own."""
        return {
            line.benchmark.slug: (line.cells[0].row, line.cells[1].row)
            for line in self.comparison.benchmarks
            if line.difference is not None
        }

    @cached_property
    def points_apart(self) -> dict[str, float]:
        """Points of the first model minus points of the second on shared benchmarks, from the rows subtracted."""
        answer = {}
        for slug in self.shared:
            a, b = (float(row.score) for row in self.compared[slug])
            points = to_points(self.benchmarks[slug], (a, b))
            answer[slug] = float(points[0] - points[1])
        return answer

    def better_side(self, slug: str, a: float, b: float) -> int | None:
        """Which raw score is better on a benchmark, by its direction; None when equal."""
        if a == b:
            return None
        return int((a > b) == (self.benchmarks[slug].direction == LOWER))

    def results_in(self, category: str) -> tuple[int, int]:
        """How many counting scored results each side has in a category."""
        ours, theirs = self._counted
        return ours[category], theirs[category]

    @cached_property
    def _counted(self) -> tuple[Counter[str], Counter[str]]:
        ours, theirs = (
            Counter([self.benchmarks[slug].category for slug in side if slug in self.scored]) for side in self.counting
        )
        return ours, theirs


def _counting(rows: Iterable[ResultRow], lane: str) -> dict[str, ResultRow]:
    """The row that counts in a lane, by benchmark."""
    best: dict[str, ResultRow] = {}
    for row in rows:
        if row.source_kind == GENERATED or row.state == DRAFT or refusal(row, lane) is not None:
            continue
        held = best.get(row.benchmark)
        if held is None or counting_key(row) < counting_key(held):
            best[row.benchmark] = row
    return best


def settings_agree(a: ResultRow, b: ResultRow) -> bool:
    """Whether two rows were run in comparable settings."""
    if a.standard or b.standard:
        return a.standard == b.standard
    return (a.variant, a.method) == (b.variant, b.method)
