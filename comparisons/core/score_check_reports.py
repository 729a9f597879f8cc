"""How well reports predict reports: makers' rows the rows of others, a single test its second report.

Part of `score_check`: what intervals and words promise, held against what was measured again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from comparisons.core.counting import counting_key, counting_rows, is_scored, refusal
from comparisons.core.method import METHOD
from comparisons.core.pairing import pair
from comparisons.core.points import ELO
from comparisons.core.score_check import BandLine, Field, bands
from comparisons.core.scoring import stand_all
from comparisons.core.single_benchmark import call, reading
from models_catalog.core.specs import BenchmarkSpec, ResultRow

_MONTHS = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
LEAST_EACH = 3  # results of either kind that a model needs to be asked

# What is said of two rows on one test: the probability of their order, and the better row (0, 1 or None).
Judge = Callable[[BenchmarkSpec, ResultRow, ResultRow, float], tuple[float, int | None]]


def site_judge(spec: BenchmarkSpec, a: ResultRow, b: ResultRow, offset: float) -> tuple[float, int | None]:
    """What this site says: the call of a single benchmark."""
    found = call(spec, reading(spec, a), reading(spec, b), offset=offset)
    return found.p, found.favours


@dataclass(frozen=True)
class Cover:
    """How many models' scores from their makers' rows alone lie within the margin of that from others' rows."""

    models: int
    inside: int
    stated: float

    @property
    def share(self) -> float:
        """The share that does."""
        return self.inside / self.models


def makers_cover(field: Field) -> Cover | None:
    """Score each model twice, by its maker's rows and by all others, under the pars of the whole lane.

    None where no model has enough of both.
    """
    halves = {}
    for model, cells in field.seen.items():
        fitted = [cell for cell in cells if cell.benchmark in field.fit.columns.position]
        parts = tuple([cell for cell in fitted if cell.self_reported is own] for own in (True, False))
        if min(map(len, parts)) >= LEAST_EACH:
            halves[model, True], halves[model, False] = parts
    placed = {found.model: found for found in stand_all(field.fit, halves)}
    gaps = [pair(field.fit, placed[model, True], placed[model, False]) for model, own in halves if own]
    if not gaps or None in gaps:
        return None
    return Cover(len(gaps), sum(abs(found.gap) <= found.margin for found in gaps), METHOD.interval)


def second_reports(field: Field, judge: Judge = site_judge) -> tuple[BandLine, ...]:
    """Call the order of two models on a test by the rows that count; ask a second report of either.

    A second report comes from another source and could itself count; the very same figure is taken
    for a copy. Where only one of the two models has one, the other's counting row stands again.
    """
    return bands(_on_second_reports(field, judge))


def _on_second_reports(field: Field, judge: Judge) -> Iterator[tuple[float, bool]]:
    counting = counting_rows(field.rows, field.lane)
    second: dict[tuple[str, str], ResultRow] = {}
    for row in sorted(field.rows, key=counting_key):
        place = (row.model, row.benchmark)
        first = counting.get(place)
        if first is None or refusal(row, field.lane) is not None or place in second:
            continue
        if row.standard == first.standard and row.source_url != first.source_url and row.score != first.score:
            second[place] = row
    for slug, models in _by_test(field, counting).items():
        spec = field.benchmarks[slug]
        for a, b in combinations(models, 2):
            again = second.get((a, slug)), second.get((b, slug))
            if again == (None, None):
                continue
            rows = counting[a, slug], counting[b, slug]
            yield from _asked(field, judge, (spec, *rows), (spec, again[0] or rows[0], again[1] or rows[1]))


def sibling_tests(field: Field, judge: Judge = site_judge) -> tuple[BandLine, ...]:
    """Call the order of two models on a test; ask another test of the same family and category.

    Boards of ratings are left out: they are the same votes cut in several ways.
    """
    return bands(_on_siblings(field, judge, lambda one, other: True))


def other_editions(field: Field, judge: Judge = site_judge) -> tuple[BandLine, ...]:
    """The same of siblings that are editions of one test: named alike but for numbers, such as years."""
    return bands(_on_siblings(field, judge, lambda one, other: edition_of(one) == edition_of(other)))


def edition_of(slug: str) -> str:
    """What the editions of one test have in common: its slug without the parts that hold a number."""
    return "-".join(part for part in slug.split("-") if part.isalpha() and part not in _MONTHS)


def _on_siblings(field: Field, judge: Judge, are_siblings: Callable[[str, str], bool]) -> Iterator[tuple[float, bool]]:
    counting = counting_rows(field.rows, field.lane)
    by_test = _by_test(field, counting)
    shelf = defaultdict(list)
    for slug in by_test:
        spec = field.benchmarks[slug]
        if spec.kind != ELO:
            shelf[spec.family, spec.category].append(slug)
    for tests in shelf.values():
        for one in tests:
            for other in tests:
                if one == other or not are_siblings(one, other):
                    continue
                both = sorted(set(by_test[one]) & set(by_test[other]))
                for a, b in combinations(both, 2):
                    called = field.benchmarks[one], counting[a, one], counting[b, one]
                    yield from _asked(
                        field, judge, called, (field.benchmarks[other], counting[a, other], counting[b, other])
                    )


def _by_test(field: Field, counting: dict) -> dict[str, list[str]]:
    found = defaultdict(list)
    for model, slug in sorted(counting):
        if slug in field.benchmarks and is_scored(field.benchmarks[slug]):
            found[slug].append(model)
    return found


def _asked(field: Field, judge: Judge, called: tuple, asked: tuple) -> Iterator[tuple[float, bool]]:
    """One call and whether it held; nothing where nobody is favoured or the second time is a tie."""
    p, favours = judge(*called, field.fit.offset.applied)
    spec, a, b = asked
    if favours is None or a.score == b.score:
        return
    better = int((a.score < b.score) == (spec.direction == "higher"))
    yield p, better == favours
