"""The facts of a benchmark for its page: what it measures in, how large it is, which version it is."""

from __future__ import annotations

from models_catalog.core import display
from models_catalog.core.sources import place_words
from models_catalog.core.specs import HIGHER, LOWER, BenchmarkSpec

DIRECTIONS = {HIGHER: "higher is better", LOWER: "lower is better"}
NEITHER = "neither end is better"

Fact = tuple[str, str, str | None, str | None]  # label, text, address, small print


def known_facts(spec: BenchmarkSpec, category_name: str, licence: str) -> list[dict]:
    """What is known of the benchmark itself, ready for the facts component."""
    unit = display.UNIT_NAME.get(spec.unit, spec.unit)
    listed: list[Fact] = [
        ("Category", category_name or "none", None, None),
        ("Unit", f"{unit}, {DIRECTIONS.get(spec.direction, NEITHER)}", None, None),
        *_scale(spec),
        _size(spec),
        *_attempts(spec),
        ("Version", spec.version or "not stated", None, None),
        *_succession(spec),
        ("Licence", licence or display.NOT_PUBLISHED, None, None),
        (
            "Source",
            "the benchmark’s own page" if spec.source_url else display.NOT_PUBLISHED,
            spec.source_url or None,
            None,
        ),
    ]
    return [{"label": label, "text": text, "href": href, "sub": sub} for label, text, href, sub in listed]


def _scale(spec: BenchmarkSpec) -> list[Fact]:
    def end(value: float | None) -> str:
        return display.NOT_PUBLISHED if value is None else display.benchmark_score(value, spec.unit)

    found: list[Fact] = []
    if spec.kind == "percent":
        found += [("A guesser gets", end(spec.floor), None, None), ("Best attainable", end(spec.best), None, None)]
    elif spec.anchor is not None:
        found.append(("Worth 50 points", end(spec.anchor), None, None))
    if spec.family != spec.slug:
        found.append(("Test family", f"{spec.family}: boards of one family share one vote", None, None))
    return found


def _size(spec: BenchmarkSpec) -> Fact:
    if spec.items is None:
        return "Scored items", "not known", None, None
    read = f"read in {place_words(spec.items_source)}" if spec.items_source else None
    return "Scored items", display.count(spec.items), None, read


def _attempts(spec: BenchmarkSpec) -> list[Fact]:
    if spec.attempts is None:
        return []
    return [("Usual attempts", f"mean of {spec.attempts}" if spec.attempts > 1 else "one", None, None)]


def _succession(spec: BenchmarkSpec) -> list[Fact]:
    found: list[Fact] = []
    if spec.retired_on is not None:
        found.append(("Retired", display.date(spec.retired_on), None, None))
    if spec.superseded_by:
        found.append(("Followed by", spec.superseded_by, f"/benchmarks/{spec.superseded_by}/", None))
    return found
