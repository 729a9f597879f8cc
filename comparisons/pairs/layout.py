"""The pair page laid out for its template: every component gets exactly what its macro prints.

Nothing is decided here. Words come from the verdict, numbers and their texts from the
comparison, positions from geometry; this module only puts them where the page shows them.
"""

from __future__ import annotations

from functools import cached_property

from django.conf import settings

from comparisons.core.records import (
    EVEN,
    BenchmarkLine,
    ResultCell,
)
from comparisons.core.weights import PRESETS
from comparisons.pages.as_of import FIRST_DAY
from comparisons.pages.base import absolute, address, lane_links, side_letter
from comparisons.pages.breakdown import breakdown
from comparisons.pages.score_chart import score_chart, score_line
from comparisons.pairs import charts
from comparisons.pairs.claim_entries import ClaimEntries, measured_text, settings_text, source_text
from comparisons.pairs.comparison import ComparisonPage
from comparisons.pairs.embedding import embed_code
from comparisons.pairs.score_card import ScoreCard
from models_catalog.core import display, specs


class PairLayout:
    """Properties named after the parts of the page, top to bottom."""

    def __init__(self, page: ComparisonPage):
        self.page = page
        self.comparison = page.comparison
        self.verdict = page.verdict
        self.entries = ClaimEntries(page)
        self.bars = charts.difference_bars(page.comparison)
        self.lines = page.comparison.by_benchmark

    # --- 1. title ------------------------------------------------------------------

    @property
    def heads(self) -> list[dict]:
        """Both models for the title."""
        return [
            {"name": side.model.name, "href": f"/models/{side.model.slug}/", "side": side_letter(number)}
            for number, side in enumerate(self.comparison.sides)
        ]

    @property
    def basis(self) -> str:
        """“n of m benchmarks shared, in k of 8 categories”, the first fact of the page."""
        shared, total = self.comparison.shared, len(self.page.context.categories)
        if not shared.of:
            return "Neither model has a counting result in this lane."
        return (
            f"{len(shared.benchmarks)} of {display.counted(shared.of, 'benchmark')} shared, "
            f"in {shared.categories} of {total} categories."
        )

    @property
    def head_notes(self) -> list[dict]:
        """Lane and date, below the basis."""
        notes = [{"text": f"Lane: {self.page.lane}, {self.page.lane_note}", "href": "/methodology/#lanes"}]
        newest = self.comparison.newest_fact
        if newest:
            notes.append({"text": f"Last updated {display.date(newest)}", "iso": newest.isoformat()})
        return notes

    @property
    def lanes(self) -> list[dict]:
        """The lane switch."""
        return lane_links(self.page.path, self.page.lane, w=self.page.weights_text, on=self.page.on)

    # --- 2. score header -------------------------------------------------------------

    @property
    def card(self) -> dict:
        """The score header."""
        return ScoreCard(self.page).card

    # --- 3. verdict, 4. flips ----------------------------------------------------------

    @property
    def sentences(self) -> list[dict]:
        """The verdict, sentence by sentence, each with the claims it renders."""
        return [self.entries.of(sentence.text, sentence.claims) for sentence in self.verdict.sentences]

    @property
    def choose(self) -> list[dict]:
        """“Choose X if”, for both."""
        return [
            {
                "side": side_letter(side),
                "name": self.page.names[side],
                "reasons": [self.entries.of(claim.text, (claim,)) for claim in self.verdict.choose_if[side]],
                "empty": "Nothing we track speaks for it.",
            }
            for side in (0, 1)
        ]

    @property
    def flips(self) -> list[dict]:
        """What would turn or settle the call."""
        return [self.entries.of(claim.text, (claim,)) for claim in self.verdict.flips]

    # --- 5. shapes -----------------------------------------------------------------------

    @property
    def radar(self) -> dict | None:
        """The category radar."""
        return charts.category_radar(self.comparison)

    @property
    def head_to_head(self) -> dict:
        """The category bars."""
        return charts.head_to_head(self.comparison)

    # --- 6. categories ---------------------------------------------------------------------

    @property
    def categories(self) -> list[dict]:
        """One row a category."""
        names = self.page.names
        rows = []
        for line in self.comparison.categories:
            led = line.leader if line.strength not in (EVEN, None) else None
            ahead = charts.ahead_in(line) if line.gap is not None else None
            separator = ""
            if line.separator is not None and line.separator.favours is not None:
                separator = f"{line.separator.benchmark.name}, for {names[line.separator.favours]}"
            rows.append(
                {
                    "slug": line.slug,
                    "name": line.name,
                    "href": f"/categories/{line.slug}/",
                    "weight": line.weight_text,
                    "scores": [
                        {"text": score.text, "err": f"± {score.margin_text}"} if score else None
                        for score in line.scores
                    ],
                    "lead": side_letter(led),
                    "gap": line.gap_text if line.gap is not None else "",
                    "gap_margin": f"± {line.margin_text}" if line.gap is not None else "",
                    "ahead": side_letter(ahead),
                    "ahead_name": names[ahead] if ahead is not None else "",
                    "word": charts.strength_word(line.strength),
                    "word_side": side_letter(led),
                    "word_name": names[led] if led is not None else None,
                    "shared": display.counted(len(line.shared), "shared", "shared") if line.shared else "none shared",
                    "separator": separator,
                    "separator_href": f"#r-{line.separator.benchmark.slug}" if separator else "",
                    "separator_side": side_letter(line.separator.favours) if separator else None,
                }
            )
        return rows

    # --- 7. operations -----------------------------------------------------------------------

    @property
    def operations(self) -> list[dict]:
        """One row an operational attribute."""
        names = self.page.names
        return [
            {
                "label": line.label,
                "unit": line.unit,
                "values": [
                    {
                        "text": value.text if value else line.missing_text,
                        "missing": value is None,
                        "href": value.source_url if value else "",
                        "as_of": display.date(value.as_of) if value and value.as_of else "",
                    }
                    for value in line.values
                ],
                "lead": side_letter(line.favours),
                "ratio": line.ratio_text,
                "who": names[line.favours] if line.favours is not None else "",
            }
            for line in self.comparison.operational
        ]

    # --- 8. every benchmark --------------------------------------------------------------------

    @property
    def benchmark_groups(self) -> list[dict]:
        """Benchmarks by category in page order, shared ones first; those that never count last."""
        names = {category.slug: category.name for category in self.page.context.categories}
        groups: dict[str | None, list[BenchmarkLine]] = {slug: [] for slug in names}
        groups[None] = []
        for line in self.comparison.benchmarks:
            counts = line.benchmark.weighted
            groups[line.benchmark.category if counts and line.benchmark.category in names else None].append(line)
        found = []
        for slug, lines in groups.items():
            if not lines:
                continue
            shared = sum(line.shared for line in lines)
            found.append(
                {
                    "name": names.get(slug, "Shown, never counted"),
                    "sub": f"{shared} of {len(lines)} shared" if slug else "display only",
                    "rows": [self._deep_row(line) for line in lines],
                }
            )
        return found

    def _deep_row(self, line: BenchmarkLine) -> dict:
        benchmark = line.benchmark
        notes = []
        if benchmark.direction == specs.LOWER:
            notes.append("lower is better")
        if not benchmark.weighted:
            notes.append(f"display only: {benchmark.display_reason or 'not counted'}")
        return {
            "slug": benchmark.slug,
            "name": benchmark.name,
            "href": f"/benchmarks/{benchmark.slug}/",
            "unit": display.UNIT_NAME.get(benchmark.unit, benchmark.unit),
            "note": ", ".join(notes),
            "cells": [
                {
                    "first": self._deep_cell(line.cells[side]) if line.cells[side] else None,
                    "others": [self._deep_cell(cell) for cell in line.others[side]],
                    "cue": display.counted(len(line.others[side]), "more result"),
                }
                for side in (0, 1)
            ],
            "lead": side_letter(line.favours),
            "difference": self.bars[benchmark.slug],
        }

    def _deep_cell(self, cell: ResultCell) -> dict:
        row = cell.row
        return {
            "id": row.id,
            "text": display.benchmark_score(row.score, self._unit(row.benchmark), with_unit=False),
            "kind": row.source_kind,
            "settings": settings_text(cell),
            "source": source_text(row.source_url),
            "href": row.source_url,
            "date": measured_text(cell),
            "withdrawn": row.withdrawn_reason if row.state == specs.WITHDRAWN else "",
            "why_not": "" if cell.counts or row.state == specs.WITHDRAWN else cell.why_not,
        }

    def _unit(self, benchmark: str) -> str:
        return self.lines[benchmark].benchmark.unit

    # --- 9. questions, 10. the rest ----------------------------------------------------------------

    @property
    def faq(self) -> list[dict]:
        """Questions with answers made of claims."""
        return [
            {"id": f"question-{number}", "question": answer.question, "answer": answer.answer}
            for number, answer in enumerate(self.verdict.faq, start=1)
        ]

    @property
    def price_changes(self) -> list[dict]:
        """Dated prices of both makers' own offers, newest first, each with what it was before."""
        entries = []
        for side in self.comparison.sides:
            own = [price for price in side.prices if price.first_party and price.valid_from is not None]
            own.sort(key=lambda price: price.valid_from)
            for before, price in zip([None, *own], own, strict=False):
                entries.append(
                    {
                        "iso": price.valid_from.isoformat(),
                        "date": display.date(price.valid_from),
                        "kind": None,
                        "text": f"{side.model.name}: {_rates(price)} at {price.provider_name}",
                        "href": price.source_url or None,
                        "detail": f"before: {_rates(before)}" if before else None,
                    }
                )
        return sorted(entries, key=lambda entry: entry["iso"], reverse=True)

    @cached_property
    def score_chart(self) -> dict | None:
        """How both overall scores came about; None while neither ever changed."""
        last, fit, benchmarks = self.page.today, self.comparison.fit, self.page.context.benchmarks
        lines = [
            score_line(number, side.model.name, side.results, fit, benchmarks, last)
            for number, side in enumerate(self.comparison.sides)
        ]
        return score_chart(lines, last, display.date(last) if self.page.as_of else "today")

    @property
    def related(self) -> list[dict]:
        """Other comparisons worth opening."""
        return [{"href": entry.path, "text": entry.text, "note": entry.reason} for entry in self.page.related]

    @property
    def take_away(self) -> dict:
        """How to embed and to cite the page."""
        first, second = self.page.names
        cite = (
            f"{settings.SITE_NAME}, “{first} vs {second}”, {self.page.lane} lane, dataset revision "
            f"{self.page.context.revision}, method version {self.comparison.methodology}, "
            f"{display.date(self.page.today)}. {absolute(address(self.page.path, on=self.page.on))}"
        )
        return {"embed": embed_code(self.page), "cite": cite, "card": f"{self.page.path}card.png"}

    @property
    def breakdowns(self) -> list[dict]:
        """The pencil sum of each model that has an overall score."""
        comparison, context = self.comparison, self.page.context
        found = []
        for side in comparison.sides:
            if side.standing is None:
                continue
            rows = {row.id: row for row in side.results}
            sums = breakdown(side.model, side.standing, comparison.fit, context.categories, context.benchmarks, rows)
            if sums:
                found.append(sums)
        return found

    @property
    def flip_title(self) -> str:
        """What the section about changes is called: there is nothing to flip without a leader."""
        return "What would flip this" if self.comparison.overall.leader is not None else "What would settle this"

    @property
    def flip_lead(self) -> str:
        """One sentence that says what the entries below are."""
        if self.comparison.overall.leader is not None:
            numbers = "the numbers of that day" if self.page.as_of else "today’s numbers"
            return f"The smallest changes that would turn the order, worked out with {numbers}."
        return "Nobody is named, so nothing can be turned. These are the changes that would name a leader."

    @property
    def deep_lead(self) -> str:
        """What the long table holds."""
        shared, total = len(self.comparison.shared.benchmarks), len(self.comparison.benchmarks)
        return (
            f"{display.counted(total, 'benchmark')} with a result of either, {shared} shared and counting. "
            "Bars share one scale of points; the figures beside them stay in the benchmark’s own unit."
        )

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters that the workload form keeps."""
        pairs = (("lane", self.page.lane_asked), ("w", self.page.weights_text), ("on", self.page.on))
        return [(name, value) for name, value in pairs if value]

    @property
    def kept_for_days(self) -> list[tuple[str, str]]:
        """Parameters that the form for another day keeps."""
        return [(name, value) for name, value in self.kept if name != "on"]

    @property
    def first_day(self) -> str:
        """The earliest day there is to show."""
        return FIRST_DAY.isoformat()

    @property
    def weights_form(self) -> dict:
        """The form for the reader's own category weights, filled with those in use."""
        shares = {category.slug: category for category in self.comparison.fit.categories}
        return {
            "action": self.page.path,
            "cue": "use your own category weights",
            "label": "Your own category weights",
            "submit": "Weigh it my way",
            "note": "Any positive numbers; 0 leaves a category out. The address keeps them, we do not.",
            "reset": {
                "href": address(self.page.path, lane=self.page.lane_asked, on=self.page.on),
                "text": "Back to the site’s weights",
            }
            if self.page.weights_text
            else None,
            "keep": [(name, value) for name, value in self.kept if name != "w"],
            "open": bool(self.page.weights_text or self.page.weights_error),
            "presets": [
                {
                    "href": address(self.page.path, w=name, lane=self.page.lane_asked, on=self.page.on),
                    "text": name,
                }
                for name in PRESETS
            ],
            "entries": [
                {
                    "id": f"weight-{category.slug}",
                    "name": f"w-{category.slug}",
                    "label": category.name,
                    "value": display.plain(shares[category.slug].weight),
                }
                for category in self.page.context.categories
                if category.slug in shares
            ],
        }

    @property
    def contents(self) -> list[dict]:
        """What is on this page."""
        entries = [("since", "What changed since")] if self.page.as_of else []
        entries += [("verdict", "Verdict"), ("flip", self.flip_title), ("shape", "Shape and differences")]
        entries += [("categories", "Category breakdown"), ("operations", "Price, speed, limits")]
        entries += [("benchmarks", "Every benchmark"), ("why", "Why these scores")]
        if self.verdict.faq:
            entries.append(("questions", "Questions"))
        if self.score_chart:
            entries.append(("score-history", "Score history"))
        if self.price_changes:
            entries.append(("history", "Price history"))
        if self.page.related:
            entries.append(("related", "Related"))
        entries.append(("take", "Cite" if self.page.as_of else "Embed and cite"))
        return [{"id": anchor, "text": text} for anchor, text in entries]


def _rates(price: specs.PriceSpec) -> str:
    return f"{display.money(price.input)} in, {display.money(price.output)} out"
