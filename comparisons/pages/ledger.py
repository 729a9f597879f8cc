"""Reported results in a table: the value, who measured it where and when, and whether it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comparisons.core import result_words
from comparisons.core.counting import WHY_NOT, counting_rows, is_scored, why_not
from models_catalog.core import display
from models_catalog.core.specs import WITHDRAWN, BenchmarkSpec, ResultRow

NOT_FITTED = "too few models have a result on this benchmark for a scale"


@dataclass(frozen=True)
class LedgerRow:
    """One reported result. `why_not` is empty where the row counts in the lane.

    `chosen` marks the row that speaks for its model on the benchmark, also where the benchmark
    itself does not count.
    """

    row: ResultRow
    benchmark: BenchmarkSpec
    counts: bool
    why_not: str
    chosen: bool
    share_text: str = ""

    @property
    def value_text(self) -> str:
        """The score without its unit."""
        return display.benchmark_score(self.row.score, self.benchmark.unit, with_unit=False)

    @property
    def unit_text(self) -> str:
        """The unit of the score."""
        return display.UNIT_NAME.get(self.benchmark.unit, self.benchmark.unit)

    @property
    def withdrawn(self) -> bool:
        """Whether the number was withdrawn; it stays visible with its reason."""
        return self.row.state == WITHDRAWN

    @property
    def settings_text(self) -> str:
        """Variant and method, whether the setting is the benchmark's own, and an editor's note."""
        return result_words.settings_text(self.row)

    @property
    def source_text(self) -> str:
        """The host of the source."""
        return result_words.source_text(self.row.source_url)

    @property
    def read_text(self) -> str:
        """Where the figure was read, if that is known."""
        return result_words.read_text(self.row.read_at)

    @property
    def date_text(self) -> str:
        """Its date, with what it is the date of: a day of publication is none of measuring."""
        return display.dated(self.row.measured_on, self.row.date_kind)

    @property
    def report_href(self) -> str:
        """Where a reader says that the number is wrong."""
        return f"/report/{self.row.id}/"


def ledger(
    rows: Iterable[ResultRow],
    benchmarks: Mapping[str, BenchmarkSpec],
    lane: str,
    shares: Mapping[int, str] | None = None,
    unfitted: Iterable[str] = (),
) -> tuple[LedgerRow, ...]:
    """Judge every row in a lane. `shares` gives what a row carries of its model's score, by row id.

    `unfitted` names the benchmarks whose results count for nothing until more models have one.
    Rows on benchmarks that are not in `benchmarks` are left out. The order is kept.
    """
    rows, unfitted = tuple(rows), frozenset(unfitted)
    counting = counting_rows(rows, lane)
    found = []
    for row in rows:
        benchmark = benchmarks.get(row.benchmark)
        if benchmark is None:
            continue
        code = why_not(row, lane, counting.get((row.model, row.benchmark)), benchmark)
        words = _words(code, row, benchmark)
        if code is None and row.benchmark in unfitted:
            words = NOT_FITTED
        chosen = counting.get((row.model, row.benchmark)) is row
        found.append(LedgerRow(row, benchmark, not words, words, chosen, (shares or {}).get(row.id, "")))
    return tuple(found)


def _words(code: str | None, row: ResultRow, benchmark: BenchmarkSpec) -> str:
    if code is None:
        return "" if is_scored(benchmark) else WHY_NOT["display_only"]
    if code == "withdrawn" and row.withdrawn_reason:
        return f"withdrawn: {row.withdrawn_reason}"
    if code == "display_only" and benchmark.display_reason:
        return f"shown, not scored: {benchmark.display_reason}"
    return WHY_NOT[code]
