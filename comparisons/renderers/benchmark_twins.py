"""`/benchmarks/SLUG.json` and `.md`: a benchmark's page as data and as Markdown."""

from __future__ import annotations

import dataclasses

from comparisons.pages.base import absolute
from comparisons.pages.benchmarks import BenchmarkPage
from comparisons.pairs.json_twin import plain
from comparisons.renderers.markdown import bullets, document, escape, link
from comparisons.renderers.model_json import result_facts
from comparisons.renderers.model_markdown import results_table
from comparisons.renderers.structured_data import breadcrumbs, dataset, script_text

SCHEMA = "evenbench.benchmark/1"


def benchmark_document(page: BenchmarkPage) -> dict:
    """What it measures, its scale in this lane, and every public result."""
    spec = plain(dataclasses.asdict(page.spec))
    return {
        "schema": SCHEMA,
        "methodology": page.context.fit.methodology,
        "revision": page.context.revision,
        "as_of": page.today.isoformat(),
        "lane": page.context.lane,
        "summary": page.basis,
        "benchmark": {**spec, "licence": page.licence or None},
        "scale": page.fit._asdict() if page.fit is not None else None,
        "results": [{**result_facts(line), "speaks_for_its_model": line.chosen} for line in page.lines],
        "links": {"html": absolute(page.path)},
    }


def benchmark_markdown(page: BenchmarkPage) -> str:
    """The page in Markdown."""
    facts = (escape(f"{fact['label']}: {fact['text']}") for fact in (*page.facts, *page.scale_facts))
    return document(
        [
            f"# {escape(page.name)}",
            escape(page.basis),
            escape(page.spec.description),
            bullets(facts),
            "## Every result",
            escape(page.results_lead),
            results_table(page.lines, lambda line: page.model_name(line.row.model)) if page.lines else "",
            f"Source: {link(page.name, absolute(page.path))}",
        ]
    )


def benchmark_json_ld(page: BenchmarkPage) -> tuple:
    """Dataset and breadcrumbs for search engines."""
    trail = [("Benchmarks", "/benchmarks/"), (page.name, page.path)]
    described = dataset(
        name=f"{page.name}: results of language models",
        description=" ".join(filter(None, (page.spec.description, page.basis))),
        path=page.path,
        downloads=[
            ("application/json", f"/benchmarks/{page.spec.slug}.json"),
            ("text/markdown", f"/benchmarks/{page.spec.slug}.md"),
        ],
        based_on=[page.spec.source_url] if page.spec.source_url else [],
    )
    return script_text(described), script_text(breadcrumbs(trail))
