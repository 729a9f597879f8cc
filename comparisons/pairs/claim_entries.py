"""Claims laid out for their macro: a sentence with the numbers, results and rule behind it."""

from __future__ import annotations

from urllib.parse import urlsplit

from comparisons.core.records import Claim, Evidence, ResultCell
from comparisons.core.rules import rule_text
from comparisons.pages.base import side_letter
from comparisons.pairs.comparison import ComparisonPage
from comparisons.pairs.number_labels import label_of
from models_catalog.core import display


class ClaimEntries:
    """Makes the entries of one page; a result that many claims rest on is laid out once."""

    def __init__(self, page: ComparisonPage):
        self.page = page
        self.comparison = page.comparison
        self.lines = page.comparison.by_benchmark
        self.category_names = {category.slug: category.name for category in page.context.categories}
        self.cells = {
            cell.row.id: cell
            for line in page.comparison.benchmarks
            for cell in (*line.cells, *line.others[0], *line.others[1])
            if cell is not None
        }
        self._evidence: dict[int, dict] = {}

    def of(self, text: str, claims: tuple[Claim, ...]) -> dict:
        """One printed text with the numbers, rows and rule of the claims behind it."""
        names = {side.model.slug: (side_letter(i), side.model.name) for i, side in enumerate(self.comparison.sides)}
        numbers: dict[str, list[dict]] = {}
        rows: dict[str, dict] = {}
        for claim in claims:
            prefix = f"{self._scope_name(claim)}: " if len(claims) > 1 and claim.scope else ""
            for number in claim.numbers:
                label = label_of(number, self.category_names)
                if label is None:
                    continue
                side, name = names.get(number.of, (None, None))
                note = f" ({number.note})" if number.note else ""
                numbers.setdefault(prefix + label, []).append(
                    {"text": f"{number.text}{note}", "side": side, "name": name}
                )
            for item in claim.evidence:
                self._place(rows, item)
        first = claims[0]
        return {
            "id": first.id.replace(":", "-"),
            "text": text,
            "numbers": [{"label": label, "parts": parts} for label, parts in numbers.items()],
            "rows": list(rows.values()),
            "names": self.page.names,
            "rule": {"code": first.rule, "href": f"/methodology/#{first.rule}", "text": rule_text(first.rule)},
        }

    def _scope_name(self, claim: Claim) -> str:
        if claim.scope in self.comparison.by_category:
            return self.comparison.by_category[claim.scope].name
        if claim.scope in self.lines:
            return self.lines[claim.scope].benchmark.name
        if claim.scope in self.comparison.by_attribute:
            return self.comparison.by_attribute[claim.scope].label
        return claim.scope or ""

    def _place(self, rows: dict[str, dict], item: Evidence) -> None:
        """Put a result or value into the evidence row of its benchmark or attribute."""
        side = self.comparison.side_of(item.model)
        if item.attribute is not None:
            label, href = self.comparison.by_attribute[item.attribute].label, "#operations"
            cell = self._value_cell(item)
        elif item.result in self.cells:
            line = self.lines[item.benchmark]
            label, href = line.benchmark.name, f"#r-{line.benchmark.slug}"
            cell = self._evidence_cell(item.result)
        else:
            return
        row = rows.setdefault(href + label, {"label": label, "href": href, "cells": [[], []]})
        if cell not in row["cells"][side]:
            row["cells"][side].append(cell)

    @staticmethod
    def _value_cell(item: Evidence) -> dict:
        return {
            "value": item.text,
            "kind": None,
            "settings": "",
            "source": source_text(item.source_url),
            "href": item.source_url or None,
            "date": display.date(item.as_of) if item.as_of else "date not known",
            "note": None,
        }

    def _evidence_cell(self, result: int) -> dict:
        """One result as evidence; made once, since many claims rest on it."""
        if result not in self._evidence:
            cell = self.cells[result]
            self._evidence[result] = {
                "value": cell.text,
                "kind": cell.row.source_kind,
                "settings": settings_text(cell),
                "source": source_text(cell.row.source_url),
                "href": cell.row.source_url or None,
                "date": measured_text(cell),
                "note": None if cell.counts else f"does not count: {cell.why_not}",
            }
        return self._evidence[result]


def settings_text(cell: ResultCell) -> str:
    """Variant, method and an editor's note of a row as one short text."""
    parts = [cell.row.variant, cell.row.method]
    if not cell.row.standard:
        parts.append("not the standard setting")
    parts.append(cell.row.note.rstrip("."))
    return ", ".join(part for part in dict.fromkeys(parts) if part) or "settings not said"


def source_text(url: str) -> str:
    """The host a source stands on, or that there is none."""
    return urlsplit(url).hostname.removeprefix("www.") if url and urlsplit(url).hostname else "no source given"


def measured_text(cell: ResultCell) -> str:
    """The date of a row, with what it is the date of."""
    return display.dated(cell.row.measured_on, cell.row.date_kind)
