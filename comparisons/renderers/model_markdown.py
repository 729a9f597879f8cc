"""`/models/SLUG.md`: a model's page as Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from comparisons.pages.base import absolute
from comparisons.pages.ledger import LedgerRow
from comparisons.pages.model import ModelPage
from comparisons.renderers.markdown import bullets, document, escape, link, since_blocks, table


def model_markdown(page: ModelPage) -> str:
    """Standing, categories, every result, prices and facts, in the order of the page."""
    parts = [f"# {escape(page.name)}", escape(page.basis), escape(page.lane_note)]
    parts += since_blocks(page.as_of)
    if page.lacks:
        parts += ["## What it lacks for a rank", bullets(map(escape, page.lacks))]
    parts += ["## Strengths and gaps", escape(page.shape_words), _categories(page)]
    if page.results:
        parts += ["## Every result", escape(page.results_lead)]
        for group in page.result_groups:
            parts += [f"### {escape(group['name'])}", results_table(group["rows"], lambda line: line.benchmark.name)]
    if page.offers:
        parts += ["## Price, USD per 1M tokens", _offers(page)]
    parts += ["## Facts", bullets(escape(f"{fact['label']}: {fact['text']}") for fact in page.facts)]
    if page.nearest:
        rivals = (
            f"{link(rival.model.name, absolute(rival.pair_href))}: {rival.score_text}, gap {rival.gap_text} "
            f"{rival.margin_text}, {rival.sure_text} sure of the order"
            for rival in page.nearest
        )
        parts += ["## Nearest rivals", bullets(rivals)]
    parts.append(f"Source: {link(page.name, absolute(page.path))}")
    return document(parts)


def _categories(page: ModelPage) -> str:
    lines = (
        [
            escape(line.name),
            line.weight_text,
            escape(f"{line.score_text} {line.margin_text}".strip()),
            line.median_text,
            line.compared or "–",
        ]
        for line in page.categories
    )
    return table(["Category", "Weight", "Score", "Median of ranked models", "Against the median"], lines, (1, 2, 3))


def _offers(page: ModelPage) -> str:
    lines = (
        [
            escape(offer.provider_name),
            offer.input_text,
            offer.output_text,
            offer.cached_text,
            offer.blended_text,
            escape(offer.since_text),
        ]
        for offer in page.offers
    )
    return table(["Provider", "Input", "Output", "Cached input", "Blended 3:1", "Known"], lines, (1, 2, 3, 4))


def _source(line: LedgerRow) -> str:
    """Whose figure it is, and where it was read."""
    whose = link(line.source_text, line.row.source_url) if line.row.source_url else escape(line.source_text)
    return f"{whose}, {escape(line.read_text)}" if line.read_text else whose


def results_table(lines: Iterable[LedgerRow], name_of) -> str:
    """Results with source and whether they count; `name_of` gives the first column."""
    rows = (
        [
            escape(name_of(line)),
            escape(f"{line.value_text} {line.unit_text}" + (" (withdrawn)" if line.withdrawn else "")),
            escape(line.row.source_kind),
            escape(line.settings_text),
            _source(line),
            escape(line.date_text),
            escape((line.share_text or "yes") if line.counts else f"no: {line.why_not}"),
        ]
        for line in lines
    )
    return table(["Of", "Result", "Measured by", "Settings", "Source", "Date", "Counts"], rows, (1,))
