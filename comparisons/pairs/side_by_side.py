"""Three to six models side by side: scores, facts, shared results, and who is ahead of whom.

Each pair is compared by the same `compare` as on its own page, so the words agree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from django.conf import settings

from comparisons import benches, standing_store
from comparisons.boards import rows
from comparisons.core.counting import counting_rows
from comparisons.core.method import METHOD
from comparisons.core.method_words import said
from comparisons.core.model_values import REASONING_WORDS, modality
from comparisons.core.operations import blended, quoted_price, quoted_speed
from comparisons.core.pairs import canonical, join
from comparisons.core.records import CLEAR, LIKELY, Comparison, Side
from comparisons.core.several_words import Line, SeveralVerdict, several_verdict
from comparisons.core.sources import boards, count_sources
from comparisons.pages import lookup
from comparisons.pages.base import LANE_LABELS, LANE_NOTES, PageMeta, absolute, address, shortened
from comparisons.pages.parts import Link
from comparisons.pages.price_history import figure
from comparisons.pairs import picker
from comparisons.pairs.costs import Workload, work_out
from models_catalog.core import display
from models_catalog.core.specs import ModelSpec

OUTCOME_WORDS = {
    "clear": "clear",
    "likely": "likely",
    "too_close": "too close",
    "mixed": "mixed",
    "too_little": "too little evidence",
    "nothing_shared": "nothing shared",
}
JSON_PATH, MARKDOWN_PATH = "/compare.json", "/compare.md"
FEWEST = 2  # models with a result before a benchmark is shown


@dataclass(frozen=True)
class PairCell:
    """The outcome of one pair: a word, whom it names, and the link to the pair's page."""

    href: str
    word: str
    leader: str  # name, empty where nobody is named
    text: str
    notes: tuple[str, ...] = ()  # letters of its footnotes


@dataclass(frozen=True)
class SideBySidePage:
    """Several models in columns, in the order the reader named them."""

    sides: tuple[Side, ...]
    pairs: dict[tuple[str, str], Comparison]
    context: standing_store.LaneContext
    lane_asked: str | None
    today: dt.date
    workload: Workload

    @cached_property
    def verdict(self) -> SeveralVerdict:
        """What the pairs say of all of them, in sentences."""
        return several_verdict(self.pairs.values())

    @property
    def query(self) -> str:
        """Models and lane as the address says them, without the workload."""
        asked = [("m", model.slug) for model in self.models]
        return urlencode([*asked, *([("lane", self.lane_asked)] if self.lane_asked else [])])

    @property
    def path(self) -> str:
        """Where the page lives."""
        return f"{picker.PATH}?{self.query}"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters that the workload form keeps."""
        return parse_qsl(self.query)

    @property
    def costs(self) -> list[dict]:
        """What the typed workload costs at each model."""
        told = self.workload.costs or ()
        return [{"name": model.name, "text": text} for model, text in zip(self.models, told, strict=False)]

    @property
    def sentences(self) -> list[dict]:
        """The verdict, sentence by sentence."""
        return [_line_facts(line) for line in self.verdict.sentences]

    @property
    def category_lines(self) -> list[dict]:
        """A line per category."""
        return [_line_facts(line) for line in self.verdict.categories]

    @property
    def models(self) -> tuple[ModelSpec, ...]:
        """The models of the columns."""
        return tuple(side.model for side in self.sides)

    @property
    def title(self) -> str:
        """Names of the models."""
        return display.listed(model.name for model in self.models)

    @property
    def basis(self) -> str:
        """How many benchmarks all of them share."""
        of_all = [row["slug"] for row in self.benchmarks if len(row["cells"]) == row["have"]]
        sources = count_sources(self.context.benchmarks[slug] for slug in of_all)
        return (
            f"All {len(self.sides)} have a counting result on {display.counted(len(of_all), 'benchmark')}"
            f"{boards(len(of_all), sources)}, at least {FEWEST} of them on {display.count(len(self.benchmarks))}."
        )

    @property
    def heads(self) -> list[dict]:
        """Column heads."""
        return [{"name": m.name, "href": f"/models/{m.slug}/", "lab": m.lab_name} for m in self.models]

    @property
    def lanes(self) -> tuple[Link, ...]:
        """The lane switch."""
        path = picker.picker_address([model.slug for model in self.models])
        return tuple(
            Link(
                path if lane == settings.DEFAULT_LANE else f"{path}&{address('', lane=lane)[1:]}",
                label,
                current=lane == self.context.lane,
            )
            for lane, label in LANE_LABELS.items()
        )

    @property
    def lane_note(self) -> str:
        """What the lane means."""
        return f"{LANE_LABELS[self.context.lane]}: {LANE_NOTES[self.context.lane]}."

    # --- scores -------------------------------------------------------------------

    @cached_property
    def intervals(self) -> dict:
        """Overall scores as bands on one axis: {axis, rows}."""
        scored = [s for s in self.sides if s.standing is not None and s.standing.overall is not None]
        scale, axis = rows.interval_scale([(s.standing.low, s.standing.high) for s in scored])
        lines = []
        for side in self.sides:
            standing = side.standing
            overall, se = (standing.overall, standing.se) if standing is not None else (None, None)
            ranked = standing is not None and standing.ranked
            lines.append(
                {
                    "name": side.model.name,
                    "href": f"/models/{side.model.slug}/",
                    "lab": side.model.lab_name,
                    "score": rows.DASH if overall is None else display.overall_score(overall),
                    "margin": "" if se is None else f"± {display.margin(METHOD.z_clear * se)}",
                    "interval": rows.interval(scale, side.model.name, overall, se, estimate=not ranked),
                    "rank": f"{rows.range_text(standing.best, standing.worst)} of {display.count(self.context.ranked)}"
                    if ranked
                    else "not ranked",
                    "results": display.counted(standing.results if standing else 0, "result"),
                }
            )
        return {"axis": axis, "rows": lines}

    @property
    def categories(self) -> list[dict]:
        """Category scores with their margins, one row a category that any of them has."""
        found = []
        for category in self.context.categories:
            cells = []
            for side in self.sides:
                line = side.standing.categories.get(category.slug) if side.standing is not None else None
                if line is None or line.carried:
                    cells.append(None)
                else:
                    cells.append(
                        {
                            "text": display.overall_score(line.score),
                            "err": f"± {display.margin(METHOD.z_clear * line.se)}",
                        }
                    )
            if any(cells):
                href = f"/categories/{category.slug}/"
                found.append({"slug": category.slug, "name": category.name, "href": href, "cells": cells})
        return found

    @cached_property
    def matrix(self) -> list[dict]:
        """Who is ahead of whom: one row a model, one cell a model of the columns, None on the diagonal."""
        names = {model.slug: model.name for model in self.models}
        found = []
        for model in self.models:
            cells = []
            for other in self.models:
                if other.slug == model.slug:
                    cells.append(None)
                    continue
                comparison = self.pairs[canonical(model.slug, other.slug)]
                cells.append(_pair_cell(comparison, names, self.verdict.letters(comparison.slugs)))
            found.append({"name": model.name, "href": f"/models/{model.slug}/", "cells": cells})
        return found

    # --- facts ------------------------------------------------------------------------

    @property
    def facts(self) -> list[dict]:
        """Operational facts, one row each; unknown ones say so."""
        quotes = [quoted_price(side.prices, self.today, METHOD.price_mix) for side in self.sides]
        speeds = [quoted_speed(side.speeds, self.today) for side in self.sides]
        mixed = [None if quote is None else blended(quote, METHOD.price_mix) for quote in quotes]
        words = {True: "open", False: "closed", None: display.NOT_PUBLISHED}
        lines = [
            ("Input price", "USD per 1M tokens", [figure(q.input) if q else display.NOT_PUBLISHED for q in quotes]),
            ("Output price", "USD per 1M tokens", [figure(q.output) if q else display.NOT_PUBLISHED for q in quotes]),
            (
                "Blended price",
                said("{price_mix}"),
                [figure(m) if q else display.NOT_PUBLISHED for m, q in zip(mixed, quotes, strict=True)],
            ),
            ("Output speed", "", [display.speed(s.output_tokens_per_second if s else None) for s in speeds]),
            ("Context window", "tokens", [display.tokens(m.context_window) for m in self.models]),
            ("Maximum output", "tokens", [display.tokens(m.max_output_tokens) for m in self.models]),
            ("Takes", "", [", ".join(map(modality, m.input_modalities)) or display.NOT_PUBLISHED for m in self.models]),
            ("Reasoning", "", [REASONING_WORDS.get(m.reasoning, display.NOT_PUBLISHED) for m in self.models]),
            ("Weights", "", [words[m.open_weights] for m in self.models]),
            ("Licence", "", [m.licence or display.NOT_PUBLISHED for m in self.models]),
            (
                "Knowledge cutoff",
                "",
                [display.date(m.knowledge_cutoff, m.knowledge_cutoff_precision) for m in self.models],
            ),
            ("Released", "", [display.date(m.release_date, m.release_precision) for m in self.models]),
            ("Status", "", [m.status for m in self.models]),
        ]
        return [{"label": label, "unit": unit, "cells": cells} for label, unit, cells in lines]

    @cached_property
    def benchmarks(self) -> list[dict]:
        """Results that count or are shown, one row a benchmark that at least two have; shared by most first."""
        chosen = [
            {slug: row for (_, slug), row in counting_rows(side.results, self.context.lane).items()}
            for side in self.sides
        ]
        found = []
        for slug, spec in self.context.benchmarks.items():
            results = [rows_.get(slug) for rows_ in chosen]
            have = sum(result is not None for result in results)
            if have < FEWEST:
                continue
            cells = [
                None
                if result is None
                else {
                    "text": display.benchmark_score(result.score, spec.unit, with_unit=False),
                    "kind": result.source_kind,
                    "href": f"/models/{result.model}/#r-{result.id}",
                    "note": self._number_of_note(result.note),
                }
                for result in results
            ]
            note = "" if spec.weighted else "shown only"
            found.append(
                {
                    "slug": slug,
                    "name": spec.name,
                    "href": f"/benchmarks/{slug}/",
                    "unit": ", ".join(filter(None, (display.UNIT_NAME.get(spec.unit, spec.unit), note))),
                    "cells": cells,
                    "have": have,
                    "weighted": spec.weighted,
                }
            )
        found.sort(key=lambda row: (-row["have"], not row["weighted"], row["name"].casefold()))
        return found

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """The different notes on results of the table, in the order of their numbers."""
        rows_of_all = (row for side in self.sides for row in counting_rows(side.results, self.context.lane).values())
        return tuple(dict.fromkeys(row.note.rstrip(".") for row in rows_of_all if row.note))

    def _number_of_note(self, note: str) -> str:
        return str(self.notes.index(note.rstrip(".")) + 1) if note else ""

    @property
    def picker(self) -> dict:
        """The picker, filled with these models and one free field."""
        slots = [picker.Slot(number, model.name) for number, model in enumerate(self.models)]
        if len(slots) < picker.MOST:
            slots.append(picker.Slot(len(slots), ""))
        return picker.picker_form(slots, hint="Leave two to get a page with a verdict.")

    @property
    def meta(self) -> PageMeta:
        """Head of the page: never indexed, there are too many combinations."""
        return PageMeta(
            title=f"{self.title} side by side",
            description=shortened(self.verdict.headline),
            canonical=absolute(picker.PATH),
            robots="noindex",
            alternates=(
                {
                    "type": "application/json",
                    "href": f"{JSON_PATH}?{self.query}",
                    "title": "This comparison as JSON",
                },
                {
                    "type": "text/markdown",
                    "href": f"{MARKDOWN_PATH}?{self.query}",
                    "title": "This comparison as Markdown",
                },
            ),
        )


def _pair_cell(comparison: Comparison, names: dict[str, str], notes: tuple[str, ...]) -> PairCell:
    overall = comparison.overall
    leader = names[comparison.slugs[overall.leader]] if overall.leader is not None else ""
    word = OUTCOME_WORDS[overall.outcome]
    if overall.outcome in (CLEAR, LIKELY):
        text = f"{overall.gap_text} ± {overall.margin_text}"
    else:
        text = f"{overall.p_text}" if overall.p_text else ""
    return PairCell(f"/compare/{join(*comparison.slugs)}/", word, leader, text, notes)


def _line_facts(line: Line) -> dict:
    name, _, rest = line.text.partition(": ") if line.scope else ("", "", line.text)
    return {"text": line.text, "name": name, "rest": rest, "notes": line.notes, "scope": line.scope}


def load_side_by_side(
    slugs: Sequence[str],
    *,
    today: dt.date,
    lane: str | None = None,
    typed: tuple[str, str, str, str] = ("", "", "", ""),
) -> SideBySidePage:
    """Three to six models side by side. Three queries and once per process the fit.

    `typed` is a workload: tokens in, out, of these cached, and in with one request.

    Raises UnknownModel or MovedModel for a slug that names no published model with standings.
    """
    asked, lane = lane, lane or settings.DEFAULT_LANE
    try:
        bench = benches.load_bench(lane, today=today, slugs=slugs)
    except standing_store.NoStandings:
        lookup.raise_unknown(slugs)
    if not set(slugs) <= bench.sides.keys():
        lookup.raise_unknown(slugs)
    pairs = {pair: bench.pair(*pair) for pair in (canonical(*pair) for pair in bench.pairs())}
    sides = tuple(bench.sides[slug] for slug in slugs)
    return SideBySidePage(sides, pairs, bench.context, asked, today, work_out(sides, today, typed))
