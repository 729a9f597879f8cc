"""What an import would do, as plain data that is stored and shown: counts, refusals, warnings, impact."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.db.models import Q
from django.urls import reverse

from importers.report import CREATED, UNCHANGED, UPDATED, ImportReport
from models_catalog.core import display
from models_catalog.core.specs import WITHDRAWN
from models_catalog.models import Benchmark, LanguageModel, UnknownName
from newsroom.core.price_warnings import PRICES, price_warnings
from newsroom.core.sheet import CHANGE, CREATE, CellFacts, Decision, SheetSource
from newsroom.core.sheet_warnings import cell_warnings, unusual
from newsroom.impact import Impact, Proposal, expectations_of, impact_of
from newsroom.import_rules import ImportLine
from newsroom.plans import recorded, results_by_pair, typical_scores

# what a new row says besides its name
TOLD_WHEN_NEW = {
    "prices": (*PRICES, "valid_from", "valid_to"),
    "speeds": ("output_tokens_per_second", "time_to_first_token", "measured_on"),
}
MOST_LINES, MOST_PROBLEMS = 300, 200  # kept and shown; the rest is counted


def build_preview(report: ImportReport, lines: Sequence[ImportLine]) -> dict[str, Any]:
    """The preview of a dry run that wrote `lines`. A fixed number of queries, after the rollback."""
    lines = [with_price_warnings(line) for line in with_warnings(lines)]
    warned = [line for line in lines if line.warnings]
    plain = [line for line in lines if not line.warnings]
    preview = {
        "summary": summary(report),
        "tables": [
            {"name": table.replace("_", " "), **{outcome: counts[outcome] for outcome in (CREATED, UPDATED, UNCHANGED)}}
            for table, counts in report.tables.items()
            if any(counts.values())
        ],
        "changes": report.total(CREATED) + report.total(UPDATED),
        "rejected": report.rejected,
        "problems": [
            {"place": _place(each), "column": each.column, "reason": each.reason}
            for each in report.problems[:MOST_PROBLEMS]
        ],
        "problems_left": max(0, len(report.problems) - MOST_PROBLEMS),
        "notes": report.notes,
        "unknown": unknown_names(report),
        "lines": [_line(line) for line in (*warned, *plain)[:MOST_LINES]],
        "lines_left": max(0, len(lines) - MOST_LINES),
        "warned": len(warned),
        "impact": plain_impact(impact_of(Proposal(tuple(proposed_rows(lines))))),
    }
    # PostgreSQL keeps no NUL character in JSON.
    return json.loads(json.dumps(preview).replace("\\u0000", "\\ufffd"))


def summary(report: ImportReport) -> str:
    """Counts in one sentence."""
    parts = [
        f"{display.count(report.total(CREATED))} new",
        f"{display.count(report.total(UPDATED))} changed",
        f"{display.count(report.total(UNCHANGED))} as they are",
    ]
    if report.rejected:
        parts.append(f"{display.count(report.rejected)} refused")
    return ", ".join(parts)


def _place(problem) -> str:
    return problem.file if problem.line is None else f"{problem.file}, line {problem.line}"


def _line(line: ImportLine) -> dict[str, Any]:
    """A line ready to print; of a result the score with its unit, of others every changed field."""
    return {
        "key": line.key,
        "place": line.place,
        "table": line.table.replace("_", " "),
        "name": line.name,
        "action": line.action,
        "fields": [
            [name, *(_shown(line, name, text) for text in values)]
            for name, *values in line.fields
            if line.action == CHANGE or name == "score" or name in TOLD_WHEN_NEW.get(line.table, ())
        ],
        "warnings": list(line.warnings),
    }


def _shown(line: ImportLine, name: str, text: str) -> str:
    """A field's text for people: a score with its unit."""
    if name == "score" and line.unit and text:
        return display.benchmark_score(Decimal(text), line.unit)
    return text


# --- unknown names ------------------------------------------------------------------------


def unknown_names(report: ImportReport) -> list[dict[str, Any]]:
    """Names nobody knows, each with the address where it is mapped. One query."""
    if not report.unknown_names:
        return []
    asked = Q()
    for kind, dataset, name in report.unknown_names:
        asked |= Q(kind=kind, dataset=dataset[:60], name=name[:200])
    queued = {
        (kind, dataset, name): pk
        for pk, kind, dataset, name in UnknownName.objects.filter(asked).values_list("pk", "kind", "dataset", "name")
    }
    found = []
    for (kind, dataset, name), (place, times) in report.unknown_names.items():
        pk = queued.get((kind, dataset[:60], name[:200]))
        address = reverse("admin:models_catalog_unknownname_change", args=[pk]) if pk else ""
        found.append({"kind": kind, "name": name[:200], "place": str(place), "times": times, "url": address})
    return sorted(found, key=itemgetter("kind", "name"))


# --- warnings -----------------------------------------------------------------------------


def with_warnings(lines: Sequence[ImportLine]) -> list[ImportLine]:
    """The lines with the warnings of a score sheet where they are results. A fixed number of queries."""
    results = [line.result for line in lines if line.result]
    if not results:
        return list(lines)
    models = dict(LanguageModel.objects.filter(slug__in={row.model for row in results}).values_list("slug", "pk"))
    benchmarks = {row.slug: row for row in Benchmark.objects.filter(slug__in={row.benchmark for row in results})}
    stored = results_by_pair(models.values(), [row.pk for row in benchmarks.values()])
    typical = typical_scores([row.pk for row in benchmarks.values()])
    expected = expectations_of([row for row in results if row.model in models and row.benchmark in benchmarks])
    answer = []
    for line in lines:
        row = line.result
        benchmark = benchmarks.get(row.benchmark) if row else None
        if benchmark is not None:
            pair = models.get(row.model), benchmark.pk
            facts = CellFacts(
                unit=benchmark.unit,
                recorded=tuple(recorded(each) for each in stored.get(pair, ())),
                problem=lambda score: None,
                typical=typical.get(benchmark.pk),
            )
            line = line.warned(*_warnings(row, facts, expected.get((row.model, row.benchmark))))
        answer.append(line)
    return answer


def with_price_warnings(line: ImportLine) -> ImportLine:
    """The line with a warning where its prices look like another unit, or jump."""
    if line.table != "prices":
        return line
    old, new = (
        {name: Decimal(texts[place]) for name, *texts in line.fields if name in PRICES and texts[place]}
        for place in (0, 1)
    )
    return line.warned(*price_warnings(new, old))


def _warnings(row, facts: CellFacts, expectation) -> Iterable[str]:
    source = SheetSource(source_url=row.source_url, measured_on=row.measured_on, variant=row.variant, method=row.method)
    target = next((each for each in facts.recorded if each.id == row.id), None)
    decision = Decision(CHANGE if target else CREATE, row.score, target)
    yield from cell_warnings(decision, source, facts)
    if expectation and (sentence := unusual(expectation, facts.unit)):
        yield sentence


# --- impact -------------------------------------------------------------------------------


def proposed_rows(lines: Iterable[ImportLine]):
    """The results that publishing would add or replace, of models and benchmarks that exist. Two queries."""
    rows = [line.result for line in lines if line.result and line.result.state != WITHDRAWN]
    models = set(LanguageModel.objects.filter(slug__in={row.model for row in rows}).values_list("slug", flat=True))
    known = set(Benchmark.objects.filter(slug__in={row.benchmark for row in rows}).values_list("slug", flat=True))
    return [row for row in rows if row.model in models and row.benchmark in known]


def plain_impact(impact: Impact | None) -> dict[str, Any] | None:
    """An impact as the template of score sheets reads it."""
    if impact is None:
        return None
    return {
        "lane": impact.lane,
        "is_empty": impact.is_empty,
        "ranks": [{"text": move.text} for move in impact.ranks],
        "verdicts": [asdict(change) for change in impact.verdicts],
        "categories": list(impact.categories),
        "pairs_checked": impact.pairs_checked,
    }
