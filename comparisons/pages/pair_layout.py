"""The pair page laid out for its template: every component gets exactly what its macro prints.

Nothing is decided here. Words come from the verdict, numbers and their texts from the
comparison, positions from geometry; this module only puts them where the page shows them.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from comparisons.core.records import (
    CLEAR,
    EVEN,
    LIKELY,
    BenchmarkLine,
    Claim,
    Evidence,
    ResultCell,
)
from comparisons.core.rules import RULES
from comparisons.core.weights import PRESETS
from comparisons.pages import charts
from comparisons.pages.base import absolute, address, lane_links, side_letter
from comparisons.pages.breakdown import breakdown
from comparisons.pages.comparison import ComparisonPage
from comparisons.pages.embedding import embed_code
from models_catalog.core import display, specs

GRADE_WORDS = {"high": "high evidence", "good": "good evidence", "moderate": "moderate evidence", "low": "low evidence"}


class PairLayout:
    """Properties named after the parts of the page, top to bottom."""

    def __init__(self, page: ComparisonPage):
        self.page = page
        self.comparison = page.comparison
        self.verdict = page.verdict
        self.bars = charts.difference_bars(page.comparison)
        self.lines = {line.benchmark.slug: line for line in page.comparison.benchmarks}
        self.cells = {
            cell.row.id: cell
            for line in page.comparison.benchmarks
            for cell in (*line.cells, *line.others[0], *line.others[1])
            if cell is not None
        }

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
        return lane_links(self.page.path, self.page.lane, w=self.page.weights_text)

    # --- 2. score header -------------------------------------------------------------

    @property
    def card(self) -> dict:
        """The score header."""
        overall, verdict = self.comparison.overall, self.verdict
        names = self.page.names
        scale, axis = charts.interval_axis(self.comparison)
        return {
            "id": "call",
            "call": verdict.headline,
            "leader": side_letter(overall.leader),
            "sure_word": overall.outcome if overall.outcome in (CLEAR, LIKELY) else None,
            "leader_name": names[overall.leader] if overall.leader is not None else None,
            "why": verdict.why,
            "caveat": self._caveat,
            "picks": [
                {"side": side_letter(side), "name": names[side], "text": text}
                for side, text in enumerate(verdict.picks)
                if text
            ],
            "sides": [self._duel_side(side, scale) for side in (0, 1)],
            "axis": axis,
            "gap": {
                "value": overall.gap_text or "–",
                "unit": f"± {overall.margin_text} points" if overall.margin_text else "",
                "note": self._gap_note,
                "chart": charts.gap_chart(self.comparison),
            },
            "sure": {
                "value": overall.p_text or "–",
                "unit": f"for {names[overall.ahead]}" if overall.p_text and overall.ahead is not None else "",
                "note": "We name a leader from 80 % on.",
                **charts.ruler(self.comparison),
            },
            "tally": self._tally,
        }

    @property
    def _caveat(self) -> str | None:
        notes = [claim.text for claim in self.verdict.claims if claim.kind == "not_ranked" and claim.text]
        return " ".join(dict.fromkeys([self.page.lane_reason, *notes])).strip() or None

    @property
    def _gap_note(self) -> str:
        overall = self.comparison.overall
        if overall.gap is None:
            return "No common measure to take a gap on."
        on = "" if overall.basis in ("ranked", "estimate") else "Measured on shared benchmarks only. "
        if overall.leader is not None and overall.margin is not None and abs(overall.gap) >= overall.margin:
            return f"{on}The margin stays clear of zero."
        if overall.leader is not None:
            return f"{on}The margin reaches across zero, less than one time in five."
        return f"{on}The margin covers zero: either could be the stronger."

    @property
    def _tally(self) -> dict:
        tally, names = self.comparison.tally, self.page.names
        rest = []
        if tally.even:
            rest.append(f"{tally.even} too close")
        if tally.not_comparable:
            rest.append(f"{tally.not_comparable} not comparable")
        pips = []
        order = {0: 0, 1: 1}
        lines = sorted(
            self.comparison.categories,
            key=lambda line: order.get(line.leader, 2 if line.strength == EVEN else 3) if line.strength else 3,
        )
        for line in lines:
            word = charts.strength_word(line.strength)
            led = line.leader if line.strength not in (EVEN, None) else None
            pips.append(
                {
                    "side": side_letter(led),
                    "form": "none" if line.strength is None else "close" if line.strength == EVEN else line.strength,
                    "text": f"{line.name}: {word}" + (f", {names[led]}" if led is not None else ""),
                }
            )
        return {
            "value": f"{tally.leads[0]} : {tally.leads[1]}",
            "unit": ", ".join(rest),
            "note": self._tally_note,
            "pips": pips,
        }

    @property
    def _tally_note(self) -> str:
        found = next((claim.text for claim in self.verdict.claims if claim.kind == "category_tally"), "")
        return found or "No category has results of both."

    def _duel_side(self, number: int, scale) -> dict:
        side, score = self.comparison.sides[number], self.comparison.overall.scores[number]
        standing, name = side.standing, side.model.name
        notes = []
        if standing is not None and standing.results:
            grade = GRADE_WORDS.get(standing.grade or "", "")
            notes.append(", ".join(filter(None, [grade, display.counted(standing.results, "result")])))
        if standing is not None and standing.rank is not None:
            span = (
                f"rank {standing.best}"
                if standing.best == standing.worst
                else f"rank {standing.best} to {standing.worst}"
            )
            notes.append(f"{span} of {self.page.context.ranked}")
        elif standing is not None and not (self.page.weights_text and standing.ranked):
            notes.append("tracked, not ranked")
        base = {
            "side": side_letter(number),
            "name": name,
            "href": f"/models/{side.model.slug}/",
            "note_lines": notes,
            "band": None,
            "score_text": None,
            "absent_text": "no score",
            "reason": "No counting result in this lane."
            if standing is None
            else "Its results share too few benchmarks with other models for a common scale.",
            "title": "",
        }
        if score is None or scale is None:
            return base
        interval = charts.geometry.band(scale, score.low, score.score, score.high)
        return {
            **base,
            "score_text": score.text,
            "band": {
                "x": interval.x,
                "width": interval.width,
                "dot": interval.dot,
                "open": standing is None or not standing.ranked,
            },
            "title": f"{name}: {score.text}, 90 % interval {score.low_text} to {score.high_text}",
        }

    # --- 3. verdict, 4. flips ----------------------------------------------------------

    def claim_entry(self, claim: Claim) -> dict:
        """A claim as the claim macro shows it: sentence, numbers, rows, rule."""
        return self._entry(claim.text, (claim,))

    def _entry(self, text: str, claims: tuple[Claim, ...]) -> dict:
        """One printed text with the numbers, rows and rule of the claims behind it."""
        names = {side.model.slug: (side_letter(i), side.model.name) for i, side in enumerate(self.comparison.sides)}
        numbers, rows = [], {}
        for claim in claims:
            prefix = f"{self._scope_name(claim)}: " if len(claims) > 1 and claim.scope else ""
            for number in claim.numbers:
                side, name = names.get(number.of, (None, None))
                label = f"{prefix}{number.label}"
                note = f" ({number.note})" if number.note else ""
                numbers.append({"label": label, "text": f"{number.text}{note}", "side": side, "name": name})
            for item in claim.evidence:
                row = self._evidence_row(item, names)
                if row:
                    rows.setdefault((item.result, item.attribute, item.model), row)
        first = claims[0]
        return {
            "id": first.id.replace(":", "-"),
            "text": text,
            "numbers": numbers,
            "rows": list(rows.values()),
            "rule": {"code": first.rule, "href": f"/methodology/#{first.rule}", "text": RULES[first.rule]},
        }

    def _scope_name(self, claim: Claim) -> str:
        if claim.scope in self.comparison.by_category:
            return self.comparison.by_category[claim.scope].name
        if claim.scope in self.lines:
            return self.lines[claim.scope].benchmark.name
        if claim.scope in self.comparison.by_attribute:
            return self.comparison.by_attribute[claim.scope].label
        return claim.scope or ""

    def _evidence_row(self, item: Evidence, names: dict) -> dict | None:
        side, name = names[item.model]
        common = {"side": side, "name": name, "source_href": item.source_url or None, "note": None}
        if item.attribute is not None:
            return {
                **common,
                "benchmark": self.comparison.by_attribute[item.attribute].label,
                "benchmark_href": "#operations",
                "value": item.text,
                "settings": "",
                "source_kind": item.source_kind,
                "source_text": source_text(item.source_url),
                "date": display.date(item.as_of) if item.as_of else "date not known",
            }
        cell = self.cells.get(item.result)
        if cell is None:
            return None
        line = self.lines[item.benchmark]
        return {
            **common,
            "benchmark": line.benchmark.name,
            "benchmark_href": f"#r-{line.benchmark.slug}",
            "value": cell.text,
            "settings": settings_text(cell),
            "source_kind": cell.row.source_kind,
            "source_text": source_text(cell.row.source_url),
            "date": measured_text(cell),
            "note": None if cell.counts else f"does not count: {cell.why_not}",
        }

    @property
    def sentences(self) -> list[dict]:
        """The verdict, sentence by sentence, each with the claims it renders."""
        return [self._entry(sentence.text, sentence.claims) for sentence in self.verdict.sentences]

    @property
    def choose(self) -> list[dict]:
        """“Choose X if”, for both."""
        return [
            {
                "side": side_letter(side),
                "name": self.page.names[side],
                "reasons": [self.claim_entry(claim) for claim in self.verdict.choose_if[side]],
                "empty": "Nothing we track speaks for it.",
            }
            for side in (0, 1)
        ]

    @property
    def flips(self) -> list[dict]:
        """What would turn or settle the call."""
        return [self.claim_entry(claim) for claim in self.verdict.flips]

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
            f"{display.date(self.page.today)}. {absolute(self.page.path)}"
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
            return "The smallest changes that would turn the order, worked out with today’s numbers."
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
        pairs = (("lane", self.page.lane_asked), ("w", self.page.weights_text))
        return [(name, value) for name, value in pairs if value]

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
            "reset": {"href": self.page.path, "text": "Back to the site’s weights"} if self.page.weights_text else None,
            "keep": [("lane", self.page.lane_asked)] if self.page.lane_asked else [],
            "open": bool(self.page.weights_text or self.page.weights_error),
            "presets": [
                {"href": address(self.page.path, w=name, lane=self.page.lane_asked), "text": name} for name in PRESETS
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
        entries = [("verdict", "Verdict"), ("flip", self.flip_title), ("shape", "Shape and differences")]
        entries += [("categories", "Category breakdown"), ("operations", "Price, speed, limits")]
        entries += [("benchmarks", "Every benchmark"), ("why", "Why these scores")]
        if self.verdict.faq:
            entries.append(("questions", "Questions"))
        if self.price_changes:
            entries.append(("history", "Price history"))
        if self.page.related:
            entries.append(("related", "Related"))
        entries.append(("take", "Embed and cite"))
        return [{"id": anchor, "text": text} for anchor, text in entries]


def _rates(price: specs.PriceSpec) -> str:
    return f"{display.money(price.input)} in, {display.money(price.output)} out"


def settings_text(cell: ResultCell) -> str:
    """Variant and method of a row as one short text."""
    parts = [cell.row.variant, cell.row.method]
    if not cell.row.standard:
        parts.append("not the standard setting")
    return ", ".join(part for part in dict.fromkeys(parts) if part) or "settings not said"


def source_text(url: str) -> str:
    """The host a source stands on, or that there is none."""
    return urlsplit(url).hostname.removeprefix("www.") if url and urlsplit(url).hostname else "no source given"


def measured_text(cell: ResultCell) -> str:
    """When a row was measured."""
    return display.date(cell.row.measured_on) if cell.row.measured_on else "date not known"
