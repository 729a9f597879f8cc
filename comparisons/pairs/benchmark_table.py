"""“Every benchmark”: the one place of a pair page where results stand, each with its settings and source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from comparisons.core import words
from comparisons.core.records import BenchmarkLine, Comparison, ResultCell
from comparisons.core.result_words import read_text, settings_text, source_text
from comparisons.keeping import Kept
from comparisons.pages.base import side_letter
from comparisons.pairs.charts import DifferenceBars
from comparisons.pairs.parts import BenchmarkCell, BenchmarkGroup, BenchmarkRow, ResultGroup, ResultLine
from models_catalog.core import display, specs

_cells: Kept[BenchmarkCell] = Kept(40_000)
UNCOUNTED = "uncounted"  # anchor of the group of benchmarks that never count


def benchmark_groups(
    comparison: Comparison, categories: Mapping[str, str], snapshot: UUID | None
) -> tuple[BenchmarkGroup, ...]:
    """Benchmarks by category in page order, shared ones first; those that never count last.

    `categories` gives the names of the categories by slug, in page order. Under a `snapshot` what a model
    has on a benchmark is laid out once a process, since it stands on many pages; None for an earlier day.
    """
    groups: dict[str | None, list[BenchmarkLine]] = {slug: [] for slug in categories}
    groups[None] = []
    for line in comparison.benchmarks:
        counts = line.benchmark.weighted and line.benchmark.category in categories
        groups[line.benchmark.category if counts else None].append(line)
    bars, names = DifferenceBars(comparison), (comparison.sides[0].model.name, comparison.sides[1].model.name)

    def cell_of(line: BenchmarkLine, side: int) -> BenchmarkCell:
        first = line.cells[side]
        if snapshot is None or first is None:
            return _cell(line, side, None)
        key = (snapshot, comparison.slugs[side], line.benchmark.slug, first.row.id)
        return _cells.get(key, lambda: _cell(line, side, key))

    return tuple(
        BenchmarkGroup(
            slug=slug or UNCOUNTED,
            name=categories[slug] if slug else "Shown, never counted",
            sub=f"{sum(line.shared for line in lines)} of {len(lines)} shared" if slug else "display only",
            rows=tuple(_row(line, bars, names, (cell_of(line, 0), cell_of(line, 1))) for line in lines),
        )
        for slug, lines in groups.items()
        if lines
    )


def _row(
    line: BenchmarkLine, bars: DifferenceBars, names: tuple[str, str], cells: tuple[BenchmarkCell, BenchmarkCell]
) -> BenchmarkRow:
    benchmark = line.benchmark
    notes = []
    if benchmark.direction == specs.LOWER:
        notes.append("lower is better")
    if not benchmark.weighted:
        notes.append(f"display only: {benchmark.display_reason or 'not counted'}")
    bar, says = bars.of(line)
    return BenchmarkRow(
        slug=benchmark.slug,
        name=benchmark.name,
        href=f"/benchmarks/{benchmark.slug}/",
        unit=display.UNIT_NAME.get(benchmark.unit, benchmark.unit),
        note=", ".join(notes),
        cells=cells,
        lead=side_letter(line.call.favours),
        bar=bar,
        says=says,
        behind=line.call_text if line.call.favours is not None else "",
        shared=line.shared,
        apart=_apart(line),
        opposed=_opposed(line, names),
    )


def _apart(line: BenchmarkLine) -> str:
    """Whose setups two results come from, where these differ in something known."""
    return "" if line.fair else f"{words.DIFFERENT_SETUPS}: {line.setup_words[0]} against {line.setup_words[1]}"


def _opposed(line: BenchmarkLine, names: tuple[str, str]) -> str:
    """That the results which count favour the other model than the most alike ones do."""
    if line.counting_favours is None:
        return ""
    a, b = (cell.text for cell in line.counting)
    return words.COUNTING_OPPOSED.format(name=names[line.counting_favours], a=a, b=b)


def _cell(line: BenchmarkLine, side: int, key: tuple | None) -> BenchmarkCell:
    first, others = line.cells[side], line.others[side]
    unit = line.benchmark.unit
    listed = tuple(_result(cell, unit) for cell in others)
    return BenchmarkCell(
        first=_result(first, unit) if first else None,
        others=listed,
        more=display.counted(len(others), "more result") if others else "",
        groups=_grouped(listed),
        key=key,
    )


def _grouped(lines: Iterable[ResultLine]) -> tuple[ResultGroup, ...]:
    """Lines that share source, date and reason, together; groups in the order of their first line."""
    groups: dict[tuple, list[ResultLine]] = {}
    for line in lines:
        groups.setdefault((line.href, line.read, line.date, line.about), []).append(line)
    return tuple(ResultGroup(tuple(group)) for group in groups.values())


def _result(cell: ResultCell, unit: str) -> ResultLine:
    row = cell.row
    withdrawn = row.state == specs.WITHDRAWN
    return ResultLine(
        id=row.id,
        text=display.benchmark_score(row.score, unit, with_unit=False),
        kind=row.source_kind,
        settings=settings_text(row),
        source=source_text(row.source_url),
        read=read_text(row.read_at),
        href=row.source_url,
        date=measured_text(cell),
        withdrawn=row.withdrawn_reason if withdrawn else "",
        why_not="" if cell.counts or withdrawn else cell.why_not,
    )


def measured_text(cell: ResultCell) -> str:
    """The date of a row, with what it is the date of."""
    return display.dated(cell.row.measured_on, cell.row.date_kind)
