"""Laws of pairs that nothing can order: what is told of them comes from the rows and names nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import NormalDist

from comparisons.core.laws_case import Case, Contradiction
from comparisons.core.method import METHOD
from comparisons.core.records import Claim
from models_catalog.core.specs import PROVIDER_REPORTED

KINDS = ("published_interval", "makers_figures")
_RANKING = re.compile(r"\b(?:ahead|leads?|better|stronger|wins|behind|first|best)\b")


def what_others_published_names_nobody(case: Case) -> Iterator[Contradiction]:
    """Intervals and makers' figures stand only where neither is ranked and nothing is called, and rank nobody."""
    for claim in (claim for kind in KINDS for claim in case.by_kind[kind]):
        if any(side.standing and side.standing.ranked for side in case.comparison.sides):
            yield Contradiction(35, claim.id, "speaks of a ranked model")
        if case.comparison.overall.leader is not None or claim.favours is not None:
            yield Contradiction(35, claim.id, "names a model")
        plain = claim.text
        for name in (*case.names, case.benchmarks[claim.scope].name):
            plain = plain.replace(name, " ")
        if _RANKING.search(plain):
            yield Contradiction(35, claim.id, f"ranks: “{claim.text}”")
        yield from _interval(case, claim) if claim.kind == KINDS[0] else _figures(case, claim)


def _interval(case: Case, claim: Claim) -> Iterator[Contradiction]:
    """The ends follow from score and published error; whether they meet, from the ends as printed."""
    half = NormalDist().inv_cdf(METHOD.clear)
    ends = []
    for slug, row in zip(case.slugs, case.compared[claim.scope], strict=True):
        low, high = (claim.number(label, slug) for label in ("low", "high"))
        ends.append((low.value, high.value))
        for number, sign in ((low, -1), (high, 1)):
            wanted = float(row.score) + sign * half * float(row.stderr or 0)
            if not row.stderr or abs(number.value - wanted) > 0.5 + 1e-9 or number.text != f"{number.value:,}":
                yield Contradiction(35, claim.id, f"prints {number.text}, the row gives {wanted:.1f}")
    meet = ends[0][0] <= ends[1][1] and ends[1][0] <= ends[0][1]
    if meet == ("do not overlap" in claim.text):
        yield Contradiction(35, claim.id, f"{ends} {'meet' if meet else 'do not meet'}: “{claim.text}”")


def _figures(case: Case, claim: Claim) -> Iterator[Contradiction]:
    """Each figure stands under the name of the maker that published it."""
    for side, row in zip(case.comparison.sides, case.compared[claim.scope], strict=True):
        if row.source_kind != PROVIDER_REPORTED:
            yield Contradiction(35, claim.id, f"calls result {row.id} its maker's, which it is not")
        text = claim.number("value", side.model.slug).text
        if side.model.lab_name not in claim.text or f"for {side.model.name}" not in claim.text:
            yield Contradiction(35, claim.id, f"gives {text} of {side.model.slug} without its maker")
