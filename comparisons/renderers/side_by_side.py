"""Three to six models as JSON and as Markdown: the sentences, footnotes and figures of their page."""

from __future__ import annotations

from comparisons.core.pairs import join
from comparisons.core.several_words import Line
from comparisons.pages.base import absolute
from comparisons.pairs.json_twin import model_facts, overall_side, plain
from comparisons.pairs.side_by_side import JSON_PATH, MARKDOWN_PATH, OUTCOME_WORDS, SideBySidePage
from comparisons.renderers.markdown import bullets, document, escape, link, table

SCHEMA = "evenbench.side-by-side/1"
NOT_MEASURED = "–"


def side_by_side_document(page: SideBySidePage) -> dict:
    """The page as plain data."""
    overall = {}
    for comparison in page.pairs.values():
        for number, slug in enumerate(comparison.slugs):
            overall[slug] = overall_side(comparison, number)
    slugs = [model.slug for model in page.models]
    return {
        "schema": SCHEMA,
        "methodology": page.context.fit.methodology,
        "as_of": plain(page.today),
        "lane": page.context.lane,
        "models": [model_facts(side) for side in page.sides],
        "overall": {slug: overall[slug] for slug in slugs},
        "verdict": {
            "headline": page.verdict.headline,
            "sentences": [_line(line) for line in page.verdict.sentences],
            "categories": [{"category": line.scope, **_line(line)} for line in page.verdict.categories],
            "notes": {note.letter: note.text for note in page.verdict.notes},
        },
        "pairs": [_pair(page, pair) for pair in sorted(page.pairs)],
        "result_notes": list(page.notes),
        "workload": page.workload.costs
        and {
            "in": page.workload.tokens_in,
            "out": page.workload.tokens_out,
            "cached": page.workload.cached or None,
            "request": page.workload.request or None,
            "costs": dict(zip(slugs, page.workload.costs, strict=True)),
        },
        "links": {
            "html": absolute(page.path),
            "json": absolute(f"{JSON_PATH}?{page.query}"),
            "md": absolute(f"{MARKDOWN_PATH}?{page.query}"),
        },
    }


def _line(line: Line) -> dict:
    return {"text": line.text, "pairs": [join(*pair) for pair in sorted(line.pairs)], "notes": list(line.notes)}


def _pair(page: SideBySidePage, pair: tuple[str, str]) -> dict:
    overall = page.pairs[pair].overall
    return {
        "pair": join(*pair),
        "outcome": overall.outcome,
        "leader": None if overall.leader is None else pair[overall.leader],
        "gap": overall.gap,
        "margin": overall.margin,
        "p_leader": overall.p_leader,
        "capped": overall.capped,
        "notes": list(page.verdict.letters(pair)),
        "html": absolute(f"/compare/{join(*pair)}/"),
    }


# ------------------------------------------------------------------ Markdown


def side_by_side_markdown(page: SideBySidePage) -> str:
    """The page without its chart."""
    return document(
        [
            "# " + escape(page.title),
            escape(page.basis),
            escape(page.lane_note),
            "## Verdict",
            *(_said(line) for line in page.verdict.sentences),
            bullets(_said(line) for line in page.verdict.categories),
            "\n".join(f"{note.letter}. {escape(note.text)}" for note in page.verdict.notes),
            *_tables(page),
            *_cost(page),
            "## More",
            bullets([link("This comparison as a page", absolute(page.path))]),
        ]
    )


def _said(line: Line) -> str:
    notes = f" ({', '.join(line.notes)})" if line.notes else ""
    return f"{escape(line.text)}{notes}"


def _tables(page: SideBySidePage) -> list[str]:
    names = [escape(model.name) for model in page.models]
    columns = range(1, len(names) + 1)
    scores = [[escape(row["name"]), row["score"], row["margin"], escape(row["rank"])] for row in page.intervals["rows"]]
    categories = [
        [escape(row["name"]), *(f"{c['text']} {c['err']}" if c else NOT_MEASURED for c in row["cells"])]
        for row in page.categories
    ]
    facts = [
        [escape(row["label"]), escape(row["unit"]), *(escape(text) for text in row["cells"])] for row in page.facts
    ]
    return [
        "## Overall",
        table(["Model", "Score", "Margin", "Rank range"], scores, numbers=(1, 2)),
        "## Who is ahead of whom",
        bullets(_call(page, pair) for pair in sorted(page.pairs)),
        *(["## Categories", table(["Category", *names], categories, numbers=columns)] if categories else []),
        "## Price, speed and limits",
        table(["Attribute", "Unit", *names], facts),
        *_benchmarks(page, names),
    ]


def _call(page: SideBySidePage, pair: tuple[str, str]) -> str:
    comparison, letters = page.pairs[pair], page.verdict.letters(pair)
    overall = comparison.overall
    named = "" if overall.leader is None else f", {comparison.names[pair[overall.leader]]}"
    text = link(" vs ".join(comparison.names.values()), absolute(f"/compare/{join(*pair)}/"))
    return f"{text}: {OUTCOME_WORDS[overall.outcome]}{escape(named)}" + (f" ({', '.join(letters)})" if letters else "")


def _benchmarks(page: SideBySidePage, names: list[str]) -> list[str]:
    rows = [
        [link(row["name"], absolute(row["href"])), escape(row["unit"]), *(_result(cell) for cell in row["cells"])]
        for row in page.benchmarks
    ]
    if not rows:
        return []
    notes = [f"{place}. {escape(note)}." for place, note in enumerate(page.notes, 1)]
    return ["## Benchmarks", table(["Benchmark", "Unit", *names], rows), "\n".join(notes)]


def _result(cell: dict | None) -> str:
    if cell is None:
        return NOT_MEASURED
    note = f", note {cell['note']}" if cell["note"] else ""
    return f"{escape(cell['text'])} ({escape(cell['kind'])}{note})"


def _cost(page: SideBySidePage) -> list[str]:
    if not page.costs:
        return []
    return [
        "## What your workload costs",
        bullets(f"{escape(cost['name'])}: {escape(cost['text'])}" for cost in page.costs),
    ]
