"""Laws of like with like: a difference is taken between the two results whose setups agree best.

Setups are worked out again here, from the rows: who ran the test, in which harness, and with how
much reasoning effort. Nothing is taken from `setups.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from comparisons.core import laws_paired
from comparisons.core.counting import refusal
from comparisons.core.laws_case import Case, Contradiction, settings_agree
from comparisons.core.records import BenchmarkLine
from models_catalog.core.specs import DRAFT, GENERATED, ResultRow

_GRADES = {"same": 0, "unknown": 1, "different": 2}
_BUCKETS = ((12, 12, ""), (0, 11, "none"), (13, 20, "low"), (21, 34, "medium"), (35, 10_000, "high"))


def setup(case: Case, side: int, row: ResultRow) -> tuple[str, bool, str, str]:
    """Evaluator, whether the source names it, harness and class of effort of a row; empty is not known."""
    model = case.comparison.sides[side].model
    effort = next(name for low, high, name in _BUCKETS if low <= row.effort <= high)
    if effort == "" and model.reasoning == "no":
        effort = "any"
    if row.source_kind == "provider-reported" or row.source_tier == 3 or (row.evaluator and row.evaluator == model.lab):
        return "maker", True, row.harness, effort
    if row.evaluator:
        return row.evaluator, True, row.harness, effort
    if row.source_tier == 0:
        return "board", False, row.harness, effort
    host = (urlsplit(row.source_url).hostname or "") if row.source_kind == "independent" and row.source_url else ""
    return ".".join(host.split(".")[-2:]), False, row.harness, effort


def grade(one: tuple[str, bool, str, str], other: tuple[str, bool, str, str]) -> str:
    """How alike two setups are."""
    (a, a_named, a_in, a_effort), (b, b_named, b_in, b_effort) = one, other
    who = bool(a and b and a != b and (a_named == b_named or "maker" in (a, b)))
    where = bool(a_in and b_in and a_in != b_in)
    how = bool(a_effort and b_effort and "any" not in (a_effort, b_effort) and a_effort != b_effort)
    if who or where or how:
        return "different"
    told = a and a == b and a_in == b_in and (a_effort == b_effort or "any" in (a_effort, b_effort))
    return "same" if told else "unknown"


def _admitted(case: Case, side: int, slug: str) -> list[ResultRow]:
    return [
        row
        for row in case.comparison.sides[side].results
        if row.benchmark == slug
        and row.source_kind != GENERATED
        and row.state != DRAFT
        and refusal(row, case.comparison.lane) is None
    ]


def most_alike_results_are_compared(case: Case) -> Iterator[Contradiction]:
    """Of all pairs of rows that may be subtracted, none is more alike than the one that is."""
    for line in case.comparison.benchmarks:
        if line.difference is None:
            continue
        slug = line.benchmark.slug
        a, b = case.compared[slug]
        taken = grade(setup(case, 0, a), setup(case, 1, b))
        if line.setups != taken:
            yield Contradiction(26, slug, f"calls its setups {line.setups}, the rows say {taken}")
        if a.standard and b.standard and laws_paired.recount(case, slug, (a, b)) is not None:
            continue  # nothing is more alike than answers to the same questions
        for one in _admitted(case, 0, slug):
            for other in _admitted(case, 1, slug):
                if not settings_agree(one, other) or one.standard < a.standard:
                    continue
                found = grade(setup(case, 0, one), setup(case, 1, other))
                if _GRADES[found] < _GRADES[taken] or one.standard > a.standard:
                    yield Contradiction(
                        26, slug, f"compares results {a.id} and {b.id}, {one.id} and {other.id} are nearer"
                    )


def different_setups_prove_nothing(case: Case) -> Iterator[Contradiction]:
    """Results from different setups are no proof, no separator and no swing, and their texts name both setups."""
    lines = case.comparison.by_benchmark
    apart = {
        slug for slug, (a, b) in case.compared.items() if grade(setup(case, 0, a), setup(case, 1, b)) == "different"
    }
    for claim in case.by_kind["biggest_swing"]:
        if claim.scope in apart:
            yield Contradiction(27, claim.id, "rests on results from different setups")
    for claim in case.by_kind["benchmark_lead"]:
        if (claim.scope in apart) != ("different setups" in claim.text):
            yield Contradiction(27, claim.id, "does not tell whether its results come from different setups")
        elif claim.scope in apart and any(said not in claim.text for said in lines[claim.scope].setup_words):
            yield Contradiction(27, claim.id, "does not name both setups")
    for category in case.comparison.categories:
        if category.separator is not None and category.separator.benchmark.slug in apart:
            yield Contradiction(27, category.slug, "is separated by results from different setups")
    names = {lines[slug].benchmark.name for slug in apart}
    for claim in case.by_kind["category_lead"]:
        if any(number.label == "proof" and number.note in names for number in claim.numbers):
            yield Contradiction(27, claim.id, "is proved by results from different setups")


def disagreement_with_counting_rows_is_said(case: Case) -> Iterator[Contradiction]:
    """Where the most alike rows and the counting rows favour different models, the line says so."""
    for line in case.comparison.benchmarks:
        expected = _counting_favours(case, line)
        if line.counting_favours != expected:
            yield Contradiction(28, line.benchmark.slug, f"says that counting rows favour {line.counting_favours}")


def _counting_favours(case: Case, line: BenchmarkLine) -> int | None:
    slug = line.benchmark.slug
    rows = tuple(side.get(slug) for side in case.counting)
    if slug not in case.compared or slug not in case.scored or None in rows or line.favours is None:
        return None
    ahead = case.better_side(slug, *(row.score for row in rows))
    return ahead if ahead not in (None, line.favours) else None
