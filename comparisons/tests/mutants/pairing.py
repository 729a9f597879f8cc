"""Mutants of question by question."""

from __future__ import annotations

from dataclasses import replace

from comparisons.core import (
    benchmark_lines,
    claims,
    item_call,
    paired,
)
from comparisons.core.records import CLEAR, LIKELY
from comparisons.tests.mutants import mutant


def patch_pairing(patch, **changes) -> None:
    """Bend the paired comparison of two results."""
    genuine = benchmark_lines.paired_of

    def bent(*arguments):
        found = genuine(*arguments)
        return found and replace(found, **{name: change(found) for name, change in changes.items()})

    patch.setattr(benchmark_lines, "paired_of", bent)


@mutant
def wins_and_losses_are_swapped(patch):
    patch_pairing(patch, wins=lambda found: found.losses, losses=lambda found: found.wins)


@mutant
def ties_are_counted_as_wins(patch):
    patch_pairing(patch, wins=lambda found: found.wins + found.ties, ties=lambda found: 0)


@mutant
def the_paired_difference_has_no_sign(patch):
    patch_pairing(patch, difference=lambda found: abs(found.difference) + 1)


@mutant
def clusters_are_forgotten(patch):
    genuine = paired.compared
    patch.setattr(paired, "compared", lambda a, b, clusters=None, **options: genuine(a, b, None, **options))


@mutant
def the_error_is_not_divided_by_the_questions(patch):
    patch_pairing(patch, stderr=lambda found: found.stderr * found.items**0.5)


@mutant
def degrees_of_freedom_are_those_of_many_questions(patch):
    patch_pairing(patch, freedom=lambda found: 10**6)


@mutant
def the_paired_error_is_not_heard(patch):
    patch.setattr(benchmark_lines, "heard_error", lambda found: None)


@mutant
def the_exact_test_is_not_heard(patch):
    patch.setattr(item_call, "FEW", 0)


@mutant
def other_versions_of_a_task_are_paired(patch):
    genuine = benchmark_lines.paired_of

    def lenient(benchmark, cells, answers):
        alike = tuple({number: replace(sheet, task=("any",)) for number, sheet in known.items()} for known in answers)
        return genuine(benchmark, cells, alike)

    patch.setattr(benchmark_lines, "paired_of", lenient)


@mutant
def a_part_of_the_questions_is_paired(patch):
    patch.setattr(benchmark_lines, "all", lambda found: bool(list(found)) or True, raising=False)


@mutant
def answers_of_another_result_are_paired(patch):
    patch.setattr(benchmark_lines, "SAME_SCORE", 100.0)


@mutant
def a_paired_lead_is_always_clear(patch):
    genuine = claims._paired_claim

    def sure(*arguments):
        claim = genuine(*arguments)
        return replace(claim, strength=CLEAR) if claim.strength == LIKELY else claim

    patch.setattr(claims, "_paired_claim", sure)


@mutant
def a_paired_claim_favours_the_other(patch):
    genuine = claims._paired_claim

    def turned(comparison, line, shelf):
        claim = genuine(comparison, line, shelf)
        other = {comparison.slugs[0]: comparison.slugs[1], comparison.slugs[1]: comparison.slugs[0], None: None}
        return replace(claim, favours=other[claim.favours])

    patch.setattr(claims, "_paired_claim", turned)


@mutant
def paired_claims_are_left_out(patch):
    patch.setattr(claims, "paired_claims", lambda comparison, shelf: ())
