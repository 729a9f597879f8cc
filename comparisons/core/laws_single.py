"""Law 7: what is said of single benchmarks, worked out from the rows once more.

The rule of `single_benchmark.py` is stated here a second time and in another shape, by variances,
so that a slip in either shows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from comparisons.core import laws_paired, single_benchmark
from comparisons.core.laws_case import Case, Contradiction, settings_agree
from comparisons.core.method import METHOD
from comparisons.core.points import has_scale, to_points
from comparisons.core.records import CLEAR, LIKELY, NONE, BenchmarkLine
from models_catalog.core import display
from models_catalog.core.specs import NOT_COMPARABLE, BenchmarkSpec, ResultRow

_TINY = 1e-9
_WORDS = (NONE, LIKELY, CLEAR)
_PROBABILITIES = ("p", "shared_p", "proof_p")


class Judged(NamedTuple):
    """The rule's answer for one benchmark: lead of the first side in points, and squared z."""

    points: float
    z2: float
    word: str
    side: int | None


def single_benchmarks_follow_the_rule(case: Case) -> Iterator[Contradiction]:
    """Every line's word, and with it every claim, is the rule's; a better score never weakens it."""
    for line in case.comparison.benchmarks:
        slug, rows = line.benchmark.slug, case.compared.get(line.benchmark.slug, (None, None))
        if None in rows and (line.call.word, line.call.favours, line.call.margin) == (NONE, None, None):
            continue  # nothing is subtracted and nothing said
        judged = judge(case, line.benchmark, rows, apart=line.setups == "different")
        if (line.call.word, line.call.favours) != (judged.word, judged.side):
            yield Contradiction(
                7, slug, f"is called {line.call.word} for {line.call.favours}, the rule says {judged.word} for "
                f"{judged.side}"
            )  # fmt: skip
        elif line.call.margin is not None:
            yield from _margin(case, line, judged)
        if judged.word != NONE:
            yield from _better_never_weakens(case, line, rows, judged)
    named = {line.benchmark.slug: line for line in case.comparison.benchmarks if line.shared and line.call.word != NONE}
    leads = {claim.scope: claim for claim in case.by_kind["benchmark_lead"]}
    for slug in named.keys() ^ leads.keys():
        yield Contradiction(7, slug, "is named against the rule, or not named by it")
    for claim in (*case.by_kind["benchmark_lead"], *case.by_kind["biggest_swing"]):
        line = case.comparison.by_benchmark.get(claim.scope)
        if line is None or claim.scope not in named:
            yield Contradiction(7, claim.id, "names a difference that the rule does not name")
        elif claim.strength != line.call.word or claim.favours != case.slugs[line.call.favours]:
            yield Contradiction(4, claim.id, f"is {claim.strength} for {claim.favours}, its line {line.call.word}")


def judge(
    case: Case, spec: BenchmarkSpec, rows: tuple[ResultRow | None, ResultRow | None], *, apart: bool = False
) -> Judged:
    """Apply the rule to the rows of both models that are compared; `apart` where their setups differ."""
    nothing = Judged(0.0, 0.0, NONE, None)
    if None in rows or spec.direction == NOT_COMPARABLE or not has_scale(spec) or not settings_agree(*rows):
        return nothing
    ours, theirs = (float(value) for value in to_points(spec, [float(row.score) for row in rows]))
    flattery = [case.comparison.fit.offset.applied if row.self_reported else 0.0 for row in rows]
    lead = (ours - flattery[0]) - (theirs - flattery[1])
    raw = float(rows[0].score - rows[1].score)
    if lead * (ours - theirs) <= 0 or raw == 0:
        return Judged(lead, 0.0, NONE, None)
    tau = METHOD.report_scatter_elo if spec.kind == "elo" else METHOD.report_scatter
    straying = (METHOD.report_pair * tau * (METHOD.setup_scatter if apart else 1) / lead) ** 2
    found = laws_paired.recount(case, spec.slug, rows)
    sampling = sum(variance(spec, row) for row in rows) / raw**2 if found is None else laws_paired.sampling(found, raw)
    z2 = 1 / (straying + sampling)
    word = CLEAR if z2 >= METHOD.z_clear**2 else LIKELY if z2 >= METHOD.z_likely**2 else NONE
    printed = [display.benchmark_figure(row.score, spec.unit) for row in rows]
    side = case.better_side(spec.slug, *printed)
    if word == NONE or side != (0 if lead > 0 else 1):
        return Judged(lead, z2, NONE, None)
    return Judged(lead, z2, word, side)


def variance(spec: BenchmarkSpec, row: ResultRow) -> float:
    """How far one score may be off by the sample of its questions or votes, squared, in its unit."""
    error = float(row.stderr) if row.stderr else None  # an error of nil is no statement
    if spec.kind == "elo":
        if error is None:
            votes = re.search(r"([\d,]+) votes", row.method)
            votes = row.items_run or (float(votes.group(1).replace(",", "")) if votes else 0)
            return METHOD.elo_error_one_vote**2 / votes if votes else METHOD.elo_error**2
        return error**2
    if spec.kind == "doubling":
        return (METHOD.doubling_error * float(row.score)) ** 2 if error is None else error**2
    if error is not None:
        return error**2 / 2
    asked = row.items_run or spec.items or METHOD.items_unknown
    tries = row.attempts or spec.attempts or METHOD.attempts_unknown
    top = spec.maximum or (100 if spec.unit == "percent" else max(abs(spec.floor), abs(spec.best)))
    right = min(max(float(row.score) / top, 0), 1) * asked + 1
    wrong = asked + 2 - right
    return top**2 * right * wrong / (asked + 2) ** 2 / asked * (tries + 1) / (4 * tries)


def _margin(case: Case, line: BenchmarkLine, judged: Judged) -> Iterator[Contradiction]:
    """A difference is clear exactly from its margin on, and its probability fits its word."""
    slug, found = line.benchmark.slug, line.call
    if not 0.5 <= found.p <= METHOD.most_sure:
        yield Contradiction(7, slug, f"gives the order a probability of {found.p}")
    if judged.z2 and abs(found.margin**2 * judged.z2 / METHOD.z_clear**2 / _raw(case, slug) ** 2 - 1) > 1e-6:
        yield Contradiction(7, slug, f"has a margin of {found.margin}, which is not the rule's")
    if judged.z2 and (found.p >= METHOD.likely) != (judged.z2 >= METHOD.z_likely**2):
        yield Contradiction(4, slug, f"is {found.p} sure at a z of {math.sqrt(judged.z2):.3f}")
    part = any(row.items_run and line.benchmark.items and row.items_run < line.benchmark.items and row.standard
               for row in case.compared[slug])  # fmt: skip
    if part:
        yield Contradiction(8, slug, "takes a run on a part of the questions for the standard setting")


def _raw(case: Case, slug: str) -> float:
    a, b = case.compared[slug]
    return float(a.score - b.score)


def _better_never_weakens(case: Case, line: BenchmarkLine, rows: tuple, judged: Judged) -> Iterator[Contradiction]:
    """Half of the way to the best score on top, the word for the better model must not become weaker."""
    spec, place = line.benchmark, judged.side
    best = spec.best if spec.kind == "percent" else 2 * float(rows[place].score)
    better = float((rows[place].score + Decimal(repr(float(best)))) / 2)
    readings = [single_benchmark.reading(spec, row) for row in rows]
    readings[place] = replace(readings[place], score=better)
    strayed = METHOD.setup_scatter if line.setups == "different" else 1.0
    answers = laws_paired.recount(case, spec.slug, rows)
    error = None if answers is None else abs(_raw(case, spec.slug)) / max(answers.z, laws_paired.FAINTEST)
    offset = case.comparison.fit.offset.applied
    found = single_benchmark.call(spec, *readings, offset=offset, strayed=strayed, paired_error=error)
    if _WORDS.index(found.word) < _WORDS.index(judged.word) or found.favours != place:
        yield Contradiction(7, spec.slug, f"is called {found.word} where the better score is better still")


def swings_are_the_strongest_and_say_what_they_rest_on(case: Case) -> Iterator[Contradiction]:
    """The difference most in favour of a model is a clear one where there is one, then the one of most points."""
    names = {side.model.slug: side.model.name for side in case.comparison.sides}
    named = [line for line in case.comparison.benchmarks if line.shared and line.call.word != NONE]
    for side, slug in enumerate(case.slugs):
        mine = [line for line in named if line.call.favours == side and line.setups != "different"]
        said = [claim for claim in case.by_kind["biggest_swing"] if claim.favours == slug]
        if len(said) != bool(mine):
            yield Contradiction(7, "biggest_swing", f"{len(said)} are told of {slug}, which has {len(mine)}")
        for claim in said:
            chosen = case.comparison.by_benchmark[claim.scope]
            if any(_strength(line) > _strength(chosen) for line in mine):
                yield Contradiction(7, claim.id, "is not the strongest difference in favour of that model")
    for claim in (*case.by_kind["biggest_swing"], *case.by_kind["benchmark_lead"]):
        found = case.comparison.by_benchmark[claim.scope].call
        if names[claim.favours] not in claim.text:
            yield Contradiction(7, claim.id, "does not say who gains")
        if f"± {claim.number('margin').text}" not in claim.text:
            yield Contradiction(7, claim.id, "does not print its margin")
        questions = "questions unknown" if found.items is None else display.counted(found.items, "question")
        if _decides(case, claim.scope) and questions not in claim.text:
            yield Contradiction(7, claim.id, f"does not say that it rests on {questions}")
    for line in case.comparison.categories:
        inside = [one for one in named if one.benchmark.slug in line.shared and one.setups != "different"]
        if any(line.separator is None or _strength(one) > _strength(line.separator) for one in inside):
            yield Contradiction(6, line.slug, "another shared benchmark separates the two more")


def _strength(line: BenchmarkLine) -> tuple[bool, float]:
    return line.call.word == CLEAR, round(abs(line.call.points), 9)


def _decides(case: Case, slug: str) -> bool:
    """Whether the number of questions decides: on percent scales, where an error is not published for both.

    Where both are known question by question, their differences decide, and the paired claim has the number.
    """
    rows = case.compared[slug]
    if laws_paired.recount(case, slug, rows) is not None:
        return False
    return case.benchmarks[slug].kind == "percent" and not all(row.stderr for row in rows)


def nothing_is_surer_than_can_be(case: Case) -> Iterator[Contradiction]:
    """No probability is printed above 99 %, in numbers or in words."""
    most = 100 * METHOD.most_sure
    for claim in case.verdict.claims:
        for number in claim.numbers:
            if number.label in _PROBABILITIES and float(number.text.removesuffix(" %")) > most + _TINY:
                yield Contradiction(4, claim.id, f"prints a probability of {number.text}")
