"""Sentences laid out: each with its numbers, its rule, and links to the rows of the page it rests on.

A result stands once on the page, in the table of benchmarks; a sentence only points to it. The whole
ledger, result by result, is in the JSON and Markdown twins.
"""

from __future__ import annotations

from comparisons.core.records import Claim, Evidence
from comparisons.core.rules import rule_text
from comparisons.pairs.comparison import ComparisonPage
from comparisons.pairs.number_labels import label_of
from comparisons.pairs.parts import ClaimEntry, ClaimNumber, ProofLink, Rule
from models_catalog.core import display

MOST_LINKS = 8  # rows named one by one; what rests on more points to groups of them


class ClaimEntries:
    """Makes the entries of one page."""

    def __init__(self, page: ComparisonPage):
        self.page = page
        self.comparison = page.comparison
        self.names = {side.model.slug: side.model.name for side in page.comparison.sides}
        self.category_names = {category.slug: category.name for category in page.context.categories}

    def of(self, text: str, claims: tuple[Claim, ...]) -> ClaimEntry:
        """One printed text with the numbers, rows and rule of the claims behind it."""
        first = claims[0]
        return ClaimEntry(
            id=first.id.replace(":", "-"),
            text=text,
            numbers=self._numbers(claims),
            proof=self._proof([item for claim in claims for item in claim.evidence]),
            rule=Rule(first.rule, f"/methodology/#{first.rule}", rule_text(first.rule)),
        )

    def _numbers(self, claims: tuple[Claim, ...]) -> tuple[ClaimNumber, ...]:
        """The numbers of the claims by label; with several claims each label names what it is about."""
        found: dict[str, list[str]] = {}
        for claim in claims:
            prefix = f"{self._scope_name(claim)}: " if len(claims) > 1 and claim.scope else ""
            for number in claim.numbers:
                label = label_of(number, self.category_names)
                if label is None:
                    continue
                name = self.names.get(number.of)
                note = f" ({number.note})" if number.note else ""
                found.setdefault(prefix + label, []).append(
                    f"{name} {number.text}{note}" if name else number.text + note
                )
        return tuple(ClaimNumber(label, ", ".join(parts)) for label, parts in found.items())

    def _scope_name(self, claim: Claim) -> str:
        if claim.scope in self.comparison.by_category:
            return self.comparison.by_category[claim.scope].name
        if claim.scope in self.comparison.by_benchmark:
            return self.comparison.by_benchmark[claim.scope].benchmark.name
        if claim.scope in self.comparison.by_attribute:
            return self.comparison.by_attribute[claim.scope].label
        return claim.scope or ""

    def _proof(self, evidence: list[Evidence]) -> tuple[ProofLink, ...]:
        """The rows of the page behind a sentence: one by one, or by category where they are many."""
        attributes = dict.fromkeys(item.attribute for item in evidence if item.attribute is not None)
        links = [ProofLink(f"#op-{slug}", self.comparison.by_attribute[slug].label) for slug in attributes]
        benchmarks = dict.fromkeys(item.benchmark for item in evidence if item.benchmark is not None)
        lines = [self.comparison.by_benchmark[slug] for slug in benchmarks if slug in self.comparison.by_benchmark]
        if len(lines) <= MOST_LINKS:
            return (*links, *(ProofLink(f"#r-{line.benchmark.slug}", line.benchmark.name) for line in lines))
        counts: dict[str, int] = {}
        for line in lines:
            counts[line.benchmark.category] = counts.get(line.benchmark.category, 0) + 1
        groups = [
            ProofLink(f"#g-{slug}", f"{self.category_names[slug]}, {display.counted(count, 'benchmark')}")
            for slug, count in counts.items()
            if slug in self.category_names
        ]
        return (*links, *groups)
