"""The results in LLM Stats: fractions of a maximum that have to become figures in the benchmark's unit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from importers.records import Batch, ResultRecord
from importers.source_benchmarks import DeclaredBenchmark
from importers.source_fields import Fields, converted, fields_of, fitted
from importers.source_files import Document
from importers.source_names import RowIds, slug_of
from models_catalog.core.setting_words import effort_in, is_standard

DATASET = "llm-stats"


@dataclass(frozen=True, slots=True)
class Scale:
    """What a fraction is multiplied by, and whether figures above 1 are already in the benchmark's unit."""

    factor: int
    above_one: str  # what figures above 1 are, for the note


PERCENT = Scale(100, "percent")
# Benchmarks whose unit is not percent. The figures of CFEval were never divided by anything.
SCALES = {"codeforces": Scale(3000, "ratings"), "cfeval": Scale(1, "ratings")}
UNUSABLE = {"fleurs": "it mixes word error rates with accuracies"}
# Above this share SimpleQA was answered with a search engine, which the tree does not say.
SEARCHED = {"simpleqa": Decimal(90)}
FRACTION_MAXIMA = (None, Decimal(1), Decimal(100))


class Scores:
    """Collects the results of a tree."""

    def __init__(self, batch: Batch):
        self.batch = batch
        self.row_ids = RowIds(DATASET)
        self._maximum: dict[str, Decimal | None] = {}
        self._unusable: Counter[str] = Counter()

    def learn_scale(self, file: str, document: Document) -> None:
        """Note the maximum that a benchmark's own file states."""
        found = fields_of(self.batch, file, document.data)
        if found is not None:
            name = found.text("benchmark_id") or file.rpartition("/")[2].removesuffix(".json")
            self._maximum[name] = found.number("max_score")
            scale = self._scale(name)
            if scale is not None and slug_of(name) not in UNUSABLE:
                self.batch.benchmarks.append(_declared(found, name, scale))

    def take(self, file: str, model: str, rows: list[Fields]) -> None:
        """Add the results of one model's file."""
        scores = {id(row): row.number("score", required=True) for row in rows}
        above = [row for row in rows if (scores[id(row)] or 0) > 1 and self._scale(_benchmark(row)) == PERCENT]
        below = [row for row in rows if 0 < (scores[id(row)] or 0) < 1 and self._scale(_benchmark(row)) == PERCENT]
        mostly_percent = len(above) > len(below)
        if above:
            lines = ", ".join(str(row.line) for row in above[:5]) + (" …" if len(above) > 5 else "")
            self.batch.notes.append(
                f"{file}: scores above 1 were read as percent, not as fractions: {len(above)} (line {lines})."
            )
        seen: set[tuple] = set()
        for row in rows:
            score = scores[id(row)]
            if score is None:
                continue
            if mostly_percent and row in below:
                row.refuse(
                    "score",
                    f"Most scores of the file are percent; {score} may be {score} % or {score * 100} %. "
                    "Write fractions throughout.",
                )
                continue
            self._take_row(row, model, score, seen)

    def _scale(self, benchmark: str) -> Scale | None:
        """How the benchmark's fractions convert; None when that is not known."""
        known = SCALES.get(slug_of(benchmark))
        if known is not None:
            return known
        return PERCENT if self._maximum.get(benchmark) in FRACTION_MAXIMA else None

    def _take_row(self, row: Fields, model: str, score: Decimal, seen: set[tuple]) -> None:
        benchmark = row.text(_benchmark_key(row), required=True)
        method = row.text("analysis_method")
        link_key = "self_reported_source_link" if "self_reported_source_link" in row.data else "source_link"
        link = row.link(link_key)
        by_maker = row.yes_no("is_self_reported")
        date_key, date_means = _date_key(row)
        measured_on = row.day(date_key)
        own_model = row.text("model_id") or model
        scale = self._scale(benchmark)
        if scale is None:
            reason = f"Its maximum is {self._maximum[benchmark]}; how fractions of that convert is not known."
            row.refuse("score", reason)
        elif score < 0 or (scale == PERCENT and score > 100):
            row.refuse("score", f"{score} is neither a fraction of 1 nor a percentage. Correct it.")
        if row.refused:
            return
        if slug_of(benchmark) in UNUSABLE:
            self._unusable[slug_of(benchmark)] += 1
            self.batch.skip(row.file, row.line, f"{benchmark}: {UNUSABLE[slug_of(benchmark)]}.")
            return
        in_unit = score if score > 1 or scale.factor == 1 else converted(score * scale.factor)
        key = (own_model, benchmark, in_unit, method)
        if key in seen:
            self.batch.notes.append(f"{row.file}, line {row.line}: the same result stands above; passed over.")
            self.batch.skip(row.file, row.line, "The same result stands above.")
            return
        seen.add(key)
        searched = in_unit > SEARCHED.get(slug_of(benchmark), Decimal("Infinity"))
        reported = bool(by_maker and link)
        self.batch.results.append(
            ResultRecord(
                place=row.place(
                    model="model_id",
                    benchmark=_benchmark_key(row),
                    score="score",
                    method="analysis_method",
                    source_url=link_key,
                    measured_on=date_key,
                ),
                model=own_model,
                benchmark=benchmark,
                score=in_unit,
                dataset=DATASET,
                row_id=fitted(self.row_ids.next(f"{own_model}#{benchmark}"), 200),
                method=fitted(method, 300),
                standard=is_standard(method) and not searched,
                effort=effort_in(method),
                source_kind="provider-reported" if reported else "unknown",
                source_tier=3 if reported else 5,
                source_url=link,
                measured_on=measured_on,
                measured_on_kind=date_means if measured_on else "",
                note="May have been answered with a search engine." if searched else "",
            )
        )

    def tell(self) -> None:
        """Note what was passed over in the whole tree."""
        for benchmark, count in sorted(self._unusable.items()):
            self.batch.notes.append(f"{benchmark}: passed over {count} results, because {UNUSABLE[benchmark]}.")


def _declared(found: Fields, name: str, scale: Scale) -> DeclaredBenchmark:
    """A benchmark as the tree describes it. Whether less is better the tree does not say."""
    percent = scale == PERCENT
    return DeclaredBenchmark(
        place=found.place(name="name"),
        slug=slug_of(name),
        name=fitted(found.text("name") or name, 120),
        source_id=name,
        dataset=DATASET,
        unit="percent" if percent else "rating",
        maximum=100.0 if percent else None,
    )


def _benchmark_key(row: Fields) -> str:
    return "benchmark_id" if "benchmark_id" in row.data else "dataset_name"


def _benchmark(row: Fields) -> str:
    """The benchmark's name, without complaint; `_take_row` complains."""
    name = row.data.get(_benchmark_key(row))
    return name.strip() if isinstance(name, str) else ""


def _date_key(row: Fields) -> tuple[str, str]:
    """(key of the date, what it means). `created_at` is when a database row was made, and says nothing."""
    return ("date_recorded", "recorded") if "date_recorded" in row.data else ("verification_date", "evaluated")
