"""The statement of a pair page: every printed word and figure as plain data, ready to be kept (core/citing.py)."""

from __future__ import annotations

from typing import Any

from comparisons.core.citing import FORMAT
from comparisons.core.method_words import words
from comparisons.core.records import Claim
from comparisons.pairs.comparison import ComparisonPage
from comparisons.pairs.json_twin import comparison_document
from comparisons.pairs.layout import PairLayout
from comparisons.pairs.parts import BenchmarkCell, ClaimEntry
from comparisons.renderers.markdown import comparison_markdown
from models_catalog.core import display


def statement_of(page: ComparisonPage) -> dict[str, Any]:
    """Words with their rows, tables, and both twins of a page, as JSON holds them."""
    layout = PairLayout(page)
    card = layout.card
    return {
        "format": FORMAT,
        "names": list(page.names),
        "slugs": [side.model.slug for side in page.comparison.sides],
        "call": card.call,
        "basis": layout.basis,
        "notes": [note.text for note in layout.head_notes],
        "caveat": card.caveat,
        "sentences": [_sentence(page, sentence.text, sentence.claims) for sentence in page.verdict.sentences],
        "choose": [
            {
                "title": f"Choose {choice.name} if" if choice.reasons else choice.empty,
                "reasons": _texts(choice.reasons),
            }
            for choice in layout.choose
        ],
        "flips": {"title": layout.flip_title, "texts": _texts(layout.flips)},
        "tables": [_measures(layout), _scores(page), _categories(layout), _operations(layout), _benchmarks(layout)],
        "document": comparison_document(page),
        "markdown": comparison_markdown(page),
    }


def _texts(entries: tuple[ClaimEntry, ...]) -> list[str]:
    return [entry.text for entry in entries]


def _sentence(page: ComparisonPage, text: str, claims: tuple[Claim, ...]) -> dict:
    """A sentence with its claims, and the rows these rest on: name, figure, source."""
    comparison, rows = page.comparison, {}
    for item in (item for claim in claims for item in claim.evidence):
        line = comparison.by_benchmark.get(item.benchmark) if item.benchmark else None
        label = line.benchmark.name if line else ""
        if item.attribute in comparison.by_attribute:
            label = comparison.by_attribute[item.attribute].label
        if label:
            figure = f": {item.text}" if item.text else ""
            rows[f"{comparison.names.get(item.model, item.model)}, {label}{figure}"] = item.source_url
    return {
        "text": text,
        "claims": [claim.id for claim in claims],
        "rows": [{"text": row, "href": href} for row, href in rows.items()],
    }


def _table(title: str, heads: list[str], rows: list[list]) -> dict:
    return {"title": title, "heads": heads, "rows": rows}


def _measures(layout: PairLayout) -> dict:
    card = layout.card
    figures = [("By how much", card.gap), ("How sure", card.sure)]
    rows = [[label, f"{figure.value} {figure.unit}".strip()] for label, figure in figures]
    return _table("The call", ["Measure", "Figure"], [*rows, ["Categories", card.tally.note]])


def _scores(page: ComparisonPage) -> dict:
    texts = [
        f"{score.text} ({words()['interval']} interval {score.low_text} to {score.high_text})" if score else ""
        for score in page.comparison.overall.scores
    ]
    return _table("Scores", ["Score", *page.names], [["Overall", *(text or "no score" for text in texts)]])


def _categories(layout: PairLayout) -> dict:
    rows = []
    for row in layout.categories:
        scores = [f"{score.text} {score.margin}" if score else display.NOT_MEASURED for score in row.scores]
        gap = f"{row.gap} {row.gap_margin}" + (f" for {row.ahead_name}" if row.ahead_name else "") if row.gap else ""
        rows.append([row.name, *scores, gap, f"{row.word}, {row.word_name}" if row.word_name else row.word])
    return _table("Categories", ["Category", *layout.page.names, "Difference", "Outcome"], rows)


def _operations(layout: PairLayout) -> dict:
    rows = [
        [
            f"{row.label}, {row.unit}" if row.unit else row.label,
            *(
                {"text": f"{value.text} ({value.as_of})" if value.as_of else value.text, "href": value.href}
                for value in row.values
            ),
        ]
        for row in layout.operations
    ]
    return _table("Price, speed, limits", ["Attribute", *layout.page.names], rows)


def _benchmarks(layout: PairLayout) -> dict:
    rows = [
        [
            f"{row.name}, {row.unit}" if row.unit else row.name,
            *(_result(cell) for cell in row.cells),
            "; ".join(part for part in (row.says, row.apart, row.opposed) if part),
        ]
        for group in layout.benchmark_groups
        for row in group.rows
    ]
    return _table("Benchmarks", ["Benchmark", *layout.page.names, "Difference"], rows)


def _result(cell: BenchmarkCell) -> dict:
    """The result that speaks for a model, with who says so and when."""
    line = cell.first
    if line is None:
        return {"text": display.NOT_MEASURED, "href": ""}
    about = ", ".join(part for part in (line.settings, line.source, line.date, line.about) if part)
    return {"text": f"{line.text} ({about})" if about else line.text, "href": line.href}
