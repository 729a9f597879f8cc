"""Markdown: the helpers every twin uses, and the twin of the pair page.

A twin prints the texts of its page and adds none of its own beyond headings. Whatever comes
from the catalogue is escaped, so that a name cannot become a link, a heading or a table cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from comparisons.core.method_words import words
from comparisons.pages.as_of import AsOf
from comparisons.pages.base import absolute
from comparisons.pairs.comparison import ComparisonPage
from comparisons.pairs.layout import PairLayout
from comparisons.pairs.parts import BenchmarkCell, ResultLine
from models_catalog.core import display

CONTENT_TYPE = "text/markdown; charset=utf-8"

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_SPACE = re.compile(r"\s+")
_PLAIN_ADDRESS = re.compile(r"https?://[^\s<>()\\\"]+")


def escape(text: object) -> str:
    """`text` on one line, with every character that Markdown reads as a sign made plain."""
    return _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", str(text)).strip())


def link(text: str, href: str) -> str:
    """A link with an escaped text; the text alone where `href` is no plain http address."""
    return f"[{escape(text)}]({href})" if _PLAIN_ADDRESS.fullmatch(href) else escape(text)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()) -> str:
    """A table of cells that are already escaped; the columns in `numbers` are set right."""
    right = set(numbers)
    lines = [list(heads), ["---:" if column in right else "---" for column in range(len(heads))]]
    lines += [list(row) for row in rows]
    return "\n".join("| " + " | ".join(cell or " " for cell in line) + " |" for line in lines)


def document(parts: Iterable[str]) -> str:
    """Blocks joined by empty lines; empty blocks are left out."""
    return "\n\n".join(part for part in parts if part) + "\n"


def bullets(items: Iterable[str]) -> str:
    """A list of texts that are already escaped."""
    return "\n".join(f"- {item}" for item in items)


def since_blocks(as_of: AsOf | None) -> list[str]:
    """What a page of an earlier day says about that day and what came after; nothing on a page of today."""
    if as_of is None:
        return []
    heads = ["What", *map(escape, as_of.heads)]
    changed = [[escape(text) for text in (change.what, change.then, change.now)] for change in as_of.changes]
    return [
        f"**{escape(as_of.title)}.** " + " ".join(map(escape, as_of.notes)),
        f"## {escape(as_of.since_title)}",
        table(heads, changed) if changed else "",
        escape(as_of.left_out),
        escape(as_of.came_text),
        bullets(escape(arrival.text) for arrival in as_of.arrivals),
    ]


# ------------------------------------------------------------------ the pair page


def comparison_markdown(page: ComparisonPage) -> str:
    """The twin `/compare/A-vs-B.md`: every fact of the pair page in its order, without the charts."""
    layout = PairLayout(page)
    return document(
        [
            *_head(page, layout),
            *since_blocks(page.as_of),
            *_verdict(page, layout),
            *_overall(page, layout),
            *_categories(page, layout),
            *_operations(page, layout),
            *_benchmarks(page, layout),
            *_questions(layout),
            *_links(page),
        ]
    )


def _head(page: ComparisonPage, layout: PairLayout) -> list[str]:
    card = layout.card
    sure = f" ({card.sure_word})" if card.sure_word else ""
    notes = [note.text for note in layout.head_notes]
    if page.weights_text:
        notes.append(f"Weights: {page.weights_text}")
    return [
        "# " + " vs ".join(escape(name) for name in page.names),
        f"**{escape(card.call)}**{sure}",
        escape(layout.basis),
        escape(card.caveat or ""),
        bullets(escape(note) for note in notes),
    ]


def _verdict(page: ComparisonPage, layout: PairLayout) -> list[str]:
    parts = ["## Quick verdict", *(escape(paragraph) for paragraph in page.verdict.paragraphs)]
    for choice in layout.choose:
        parts.append(f"### Choose {escape(choice.name)} if" if choice.reasons else f"### {escape(choice.empty)}")
        parts.append(bullets(escape(reason.text) for reason in choice.reasons))
    flips = bullets(escape(flip.text) for flip in layout.flips)
    if flips:
        parts += [f"## {layout.flip_title}", layout.flip_lead, flips]
    return parts


def _overall(page: ComparisonPage, layout: PairLayout) -> list[str]:
    card = layout.card
    rows = []
    for side, score in zip(card.sides, page.comparison.overall.scores, strict=True):
        interval = f"{score.low_text} to {score.high_text}" if score else ""
        rows.append(
            [
                link(side.name, absolute(side.href)),
                escape(side.score_text or side.absent_text),
                interval,
                escape(", ".join(side.notes) if score else side.reason),
            ]
        )
    facts = [
        ("By how much", f"{card.gap.value} {card.gap.unit}", card.gap.note),
        ("How sure", f"{card.sure.value} {card.sure.unit}", card.sure.note),
    ]
    return [
        "## Overall",
        table(["Model", "Score", f"{words()['interval']} interval", "Evidence"], rows, numbers=(1,)),
        bullets(
            [
                *(f"{label}: {escape(value)}. {escape(note)}" for label, value, note in facts),
                escape(card.tally.note),
            ]
        ),
    ]


def _categories(page: ComparisonPage, layout: PairLayout) -> list[str]:
    rows = []
    for row in layout.categories:
        scores = [f"{score.text} {score.margin}" if score else display.NOT_MEASURED for score in row.scores]
        gap = f"{row.gap} {row.gap_margin}" if row.gap else ""
        for_whom = f" for {row.ahead_name}" if gap and row.ahead_name else ""
        word = f"{row.word}, {row.word_name}" if row.word_name else row.word
        cells = [row.name, row.weight, *scores, gap + for_whom, word, row.shared, row.separator]
        rows.append([escape(cell) for cell in cells])
    heads = ["Category", "Weight", *_names(page), "Difference", "Outcome", "Benchmarks", "Separates them most"]
    return ["## Categories", table(heads, rows, numbers=(1, 2, 3))]


def _operations(page: ComparisonPage, layout: PairLayout) -> list[str]:
    rows = []
    for row in layout.operations:
        values = []
        for value in row.values:
            text = link(value.text, value.href)
            values.append(f"{text}, {escape(value.as_of)}" if value.as_of else text)
        better = f"{row.who}: {row.ratio}" if row.who and row.ratio else row.who
        rows.append([escape(row.label), escape(row.unit), *values, escape(better)])
    return ["## Price, speed and limits", table(["Attribute", "Unit", *_names(page), "Better"], rows, numbers=(2, 3))]


def _benchmarks(page: ComparisonPage, layout: PairLayout) -> list[str]:
    parts = ["## Every benchmark"]
    for group in layout.benchmark_groups:
        rows = [
            [
                link(row.name, absolute(row.href)) + (f" ({escape(row.note)})" if row.note else ""),
                escape(row.unit),
                *(_results(cell) for cell in row.cells),
                escape("; ".join(part for part in (row.says, row.apart, row.opposed) if part)),
            ]
            for row in group.rows
        ]
        parts += [
            f"### {escape(group.name)}: {escape(group.sub)}",
            table(["Benchmark", "Unit", *_names(page), "Difference"], rows),
        ]
    return parts


def _results(cell: BenchmarkCell) -> str:
    """Every result of one model on one benchmark, the one that speaks for it first."""
    return "; ".join(map(_result, cell.all)) or display.NOT_MEASURED


def _result(line: ResultLine) -> str:
    about = ", ".join(escape(part) for part in (line.kind, line.settings, line.date, line.about) if part)
    read = f", {escape(line.read)}" if line.read else ""
    return f"{escape(line.text)} ({about}, {link(line.source, line.href)}{read})"


def _questions(layout: PairLayout) -> list[str]:
    if not layout.faq:
        return []
    parts = ["## Questions and answers"]
    for entry in layout.faq:
        parts += [f"### {escape(entry.question)}", escape(entry.answer)]
    return parts


def _links(page: ComparisonPage) -> list[str]:
    entries = [
        ("This comparison as a page", page.path),
        ("As JSON, with the rows behind every sentence", f"/compare/{page.pair_slug}.json"),
        ("How scores and words are made", "/methodology/"),
    ]
    return ["## More", bullets(link(text, absolute(path)) for text, path in entries)]


def _names(page: ComparisonPage) -> list[str]:
    return [escape(name) for name in page.names]
