"""Every benchmark that either of two models has, side by side, with what may be subtracted.

Only two results in the same lane, on the same benchmark and in comparable settings are
subtracted; everything else is shown with the reason why it is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import product

from comparisons.core.counting import WHY_NOT, counting_key, is_scored, refusal, why_not
from comparisons.core.item_call import heard_error
from comparisons.core.method import METHOD
from comparisons.core.paired import Answers, NotPaired, Paired, pair_answers
from comparisons.core.points import has_scale, to_points
from comparisons.core.records import NONE, BenchmarkLine, Call, ResultCell, Side
from comparisons.core.setups import (
    DIFFERENT,
    agreement,
    comparable_settings,
    differences,
    most_alike,
    setup_of,
)
from comparisons.core.single_benchmark import NO_CALL, call, reading, worded
from models_catalog.core import display
from models_catalog.core.specs import (
    DRAFT,
    GENERATED,
    HIGHER,
    LOWER,
    NOT_COMPARABLE,
    PUBLISHED,
    WITHDRAWN,
    BenchmarkSpec,
    CategorySpec,
    ModelSpec,
    ResultRow,
)

AnswersOfBoth = tuple[Mapping[int, Answers], Mapping[int, Answers]]  # by the id of their result
SAME_SCORE = 0.01  # percent; a result has at most six decimals


def benchmark_lines(
    sides: tuple[Side, Side],
    lane: str,
    benchmarks: Mapping[str, BenchmarkSpec],
    categories: Iterable[CategorySpec],
    offset: float = 0.0,
) -> tuple[BenchmarkLine, ...]:
    """Line up the results of two models: shared benchmarks first, then by category and name.

    `offset` is what the lane takes off self-reported results, in points.
    """
    position = {category.slug: place for place, category in enumerate(categories)}
    rows = tuple(side.once("rows by benchmark", partial(_by_benchmark, side)) for side in sides)
    models = sides[0].model, sides[1].model
    answers = sides[0].answers, sides[1].answers
    both = rows[0].keys() & rows[1].keys()
    lines = [
        _line(benchmarks[slug], sides, lane, models, position, offset, answers) for slug in both if slug in benchmarks
    ]
    for place in (0, 1):
        key = ("lines alone", place, lane, tuple(position), id(benchmarks))
        _, alone = sides[place].once(key, partial(_lines_alone, sides[place], place, lane, benchmarks, position))
        lines += [line for slug, line in alone if slug not in both]

    def order(line: BenchmarkLine) -> tuple:
        both = line.cells[0] is not None and line.cells[1] is not None
        home = position.get(line.benchmark.category, len(position))
        return not line.shared, not both, home, line.benchmark.name, line.benchmark.slug

    return tuple(sorted(lines, key=order))


def _lines_alone(
    side: Side, place: int, lane: str, benchmarks: Mapping[str, BenchmarkSpec], position: Mapping[str, int]
) -> tuple[Mapping[str, BenchmarkSpec], list[tuple[str, BenchmarkLine]]]:
    """The lines of a model beside one that has none of its benchmarks; the other's name is in none of them.

    `benchmarks` come back with them: kept beside what was made of them, they cannot be mistaken for others.
    """
    found = []
    for slug in side.once("rows by benchmark", partial(_by_benchmark, side)):
        if slug in benchmarks:
            benchmark = benchmarks[slug]
            scored = is_scored(benchmark) and benchmark.category in position
            cells = side.once(("cells", slug, lane, scored), partial(_cells, benchmark, side, lane, scored))
            found.append((slug, _line_alone(benchmark, cells, place, side.model.name)))
    return benchmarks, found


def _line_alone(benchmark: BenchmarkSpec, cells: tuple[ResultCell, ...], place: int, name: str) -> BenchmarkLine:
    def placed(mine, missing):
        return (mine, missing) if place == 0 else (missing, mine)

    return BenchmarkLine(
        benchmark=benchmark,
        cells=placed(cells[0], None),
        others=placed(cells[1:], ()),
        counting=placed(next((cell for cell in cells if cell.counts), None), None),
        shared=False,
        comparable=False,
        reason=f"only {name} has a result",
        difference=None,
        difference_text="",
        points=None,
        favours=None,
        call=NO_CALL,
        call_text=worded(NO_CALL, benchmark),
    )


def _by_benchmark(side: Side) -> dict[str, list[ResultRow]]:
    found: dict[str, list[ResultRow]] = defaultdict(list)
    for row in side.results:
        if row.source_kind != GENERATED and row.state != DRAFT:
            found[row.benchmark].append(row)
    return found


def _line(
    benchmark: BenchmarkSpec,
    sides: tuple[Side, Side],
    lane: str,
    models: tuple[ModelSpec, ModelSpec],
    position: Mapping[str, int],
    offset: float,
    answers: AnswersOfBoth,
) -> BenchmarkLine:
    scored = is_scored(benchmark) and benchmark.category in position
    columns = tuple(
        side.once(("cells", benchmark.slug, lane, scored), partial(_cells, benchmark, side, lane, scored))
        for side in sides
    )
    counting = tuple(next((cell for cell in cells if cell.counts), None) for cells in columns)
    first = _alike(benchmark, columns, lane, models, answers) or tuple(cells[0] if cells else None for cells in columns)
    reason = _incomparable(benchmark, first, lane, (models[0].name, models[1].name))
    difference, points, favours = (None, None, None) if reason else _difference(benchmark, first)
    setups = None if reason else tuple(setup_of(c.row, m) for c, m in zip(first, models, strict=True))
    alike = agreement(*setups) if setups else None
    paired = None if reason else paired_of(benchmark, first, answers)
    found = NO_CALL if reason else _call(benchmark, first, favours, offset, paired, apart=alike == DIFFERENT)
    by_counting = None if None in counting else _difference(benchmark, counting)[2]
    clash = None not in counting and not comparable_settings(counting[0].row, counting[1].row)
    return BenchmarkLine(
        benchmark=benchmark,
        cells=first,
        others=tuple(
            tuple(cell for cell in cells if cell is not shown) for cells, shown in zip(columns, first, strict=True)
        ),
        counting=counting,
        setups=alike,
        setup_words=tuple(s.words for s in setups) if setups and differences(*setups) else ("", ""),
        counting_favours=by_counting if None not in (by_counting, favours) and by_counting != favours else None,
        shared=scored and None not in counting and not clash,
        comparable=not reason,
        reason=reason,
        difference=difference,
        difference_text="" if difference is None else display.score_difference(difference, benchmark.unit),
        points=points,
        favours=favours,
        call=found,
        call_text=worded(found, benchmark),
        paired=paired,
    )


def _alike(
    benchmark: BenchmarkSpec,
    columns: tuple[tuple[ResultCell, ...], tuple[ResultCell, ...]],
    lane: str,
    models: tuple[ModelSpec, ModelSpec],
    answers: AnswersOfBoth,
) -> tuple[ResultCell, ResultCell] | None:
    """The two results of the lane whose setups are most alike, None where no two may be subtracted.

    Standard results that are known by the same questions are more alike than any others.
    """
    if benchmark.direction == NOT_COMPARABLE:
        return None
    able = tuple([cell for cell in cells if refusal(cell.row, lane) is None] for cells in columns)
    if answers[0] and answers[1]:
        standard = tuple([cell for cell in cells if cell.row.standard] for cells in able)
        for pair in product(*standard):
            if paired_of(benchmark, pair, answers) is not None:
                return pair
    chosen = most_alike(tuple([cell.row for cell in cells] for cells in able), models)
    if chosen is None:
        return None
    return tuple(next(c for c in cells if c.row is row) for cells, row in zip(able, chosen, strict=True))


def _cells(benchmark: BenchmarkSpec, side: Side, lane: str, scored: bool) -> tuple[ResultCell, ...]:
    """Order one model's rows: the one that counts, then published ones, then withdrawn ones."""
    found = side.once("rows by benchmark", partial(_by_benchmark, side)).get(benchmark.slug, ())
    rows = sorted(found, key=lambda row: (refusal(row, lane) is not None, row.state != PUBLISHED, counting_key(row)))
    counting = rows[0] if rows and refusal(rows[0], lane) is None else None
    return tuple(_cell(benchmark, row, lane, counting, scored) for row in rows)


def _cell(benchmark: BenchmarkSpec, row: ResultRow, lane: str, counting: ResultRow | None, scored: bool) -> ResultCell:
    code = why_not(row, lane, counting, benchmark)
    if code is None and not scored:
        code = "display_only"
    words = WHY_NOT[code] if code else ""
    if code == "withdrawn" and row.withdrawn_reason:
        words = f"withdrawn: {row.withdrawn_reason}"
    if code == "display_only" and benchmark.display_reason:
        words = f"shown, not scored: {benchmark.display_reason}"
    return ResultCell(row, display.benchmark_score(row.score, benchmark.unit), code is None, words)


def _incomparable(
    benchmark: BenchmarkSpec,
    cells: tuple[ResultCell | None, ResultCell | None],
    lane: str,
    names: tuple[str, str],
) -> str:
    """Say why two results may not be subtracted, or nothing when they may."""
    for side in (0, 1):
        if cells[side] is None:
            return f"only {names[1 - side]} has a result"
    if benchmark.direction == NOT_COMPARABLE:
        return "neither end of this scale is better"
    for cell, name in zip(cells, names, strict=True):
        if cell.row.state == WITHDRAWN:
            return f"the result of {name} was withdrawn"
        code = refusal(cell.row, lane)
        if code is not None:
            return f"the result of {name} does not count in this lane: {WHY_NOT[code]}"
    a, b = cells[0].row, cells[1].row
    if a.standard != b.standard:
        return f"different settings: only the result of {names[0 if a.standard else 1]} follows the standard one"
    if not comparable_settings(a, b):
        return "different settings, neither the standard one"
    return ""


def paired_of(
    benchmark: BenchmarkSpec, cells: tuple[ResultCell | None, ResultCell | None], answers: AnswersOfBoth
) -> Paired | None:
    """Two results question by question, where both are known so and made of the same questions.

    Only where the questions give the two results themselves: a comparison on a part of them says
    nothing about the scores beside it.
    """
    if benchmark.unit != "percent" or benchmark.direction != HIGHER or None in cells:
        return None
    known = [found.get(cell.row.id) for found, cell in zip(answers, cells, strict=True)]
    if None in known or known[0].task != known[1].task:
        return None
    try:
        paired = pair_answers(*known)
    except NotPaired:
        return None
    whole = all(sum(mean is not None for mean in each.means) == paired.items for each in known)
    scores = zip((paired.mean_a, paired.mean_b), cells, strict=True)
    agree = all(abs(mean - float(cell.row.score)) < SAME_SCORE for mean, cell in scores)
    return paired if whole and agree and paired.stderr is not None else None


def _call(
    benchmark: BenchmarkSpec,
    cells: tuple[ResultCell, ResultCell],
    favours: int | None,
    offset: float,
    paired: Paired | None,
    *,
    apart: bool,
) -> Call:
    """The rule's word on two results; scores that read the same, or the other way round, name nobody.

    Reports from setups that are `apart` stray farther from each other; where both are known by
    their questions, these take the place of the two sampling errors.
    """
    strayed = METHOD.setup_scatter if apart else 1.0
    readings = (reading(benchmark, cell.row) for cell in cells)
    error = None if paired is None else heard_error(paired)
    found = call(benchmark, *readings, offset=offset, strayed=strayed, paired_error=error)
    return found if found.favours in (None, favours) else replace(found, word=NONE, favours=None)


def _difference(
    benchmark: BenchmarkSpec, cells: tuple[ResultCell, ResultCell]
) -> tuple[Decimal, float | None, int | None]:
    """Subtract two results as printed; (difference, points, side that is better)."""
    a, b = (cell.row.score for cell in cells)
    difference = display.benchmark_figure(a, benchmark.unit) - display.benchmark_figure(b, benchmark.unit)
    points = None
    if has_scale(benchmark):
        pair = to_points(benchmark, (float(a), float(b)))
        points = float(pair[0] - pair[1])
    if difference == 0:
        return difference, points, None
    ahead_when_positive = 1 if benchmark.direction == LOWER else 0
    return difference, points, ahead_when_positive if difference > 0 else 1 - ahead_when_positive
