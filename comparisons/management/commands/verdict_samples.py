"""manage.py verdict_samples: twenty varied verdicts as one document, to be read aloud."""

from __future__ import annotations

import itertools
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from comparisons import standing_store
from comparisons.benches import load_bench
from comparisons.core.records import OUTCOMES
from comparisons.pairs.comparison import ComparisonPage, load_comparison_page
from models_catalog.core.specs import LANES

WANTED = 20
SCANNED = 4000
INTRODUCTION = (
    "# Verdict samples\n\n"
    "Written by `python manage.py verdict_samples --output docs/verdict_samples.md` from the starter data: one pair "
    "for each kind of outcome, basis and peculiarity that the data hold, in a fixed order. Read them aloud after a "
    "change of wording. What a test world alone can show (mixed evidence, a catalogue of four models) is covered by "
    "the tests.\n"
)


class Command(BaseCommand):
    help = "Prints varied verdicts of this database, or writes them to a file."

    def add_arguments(self, parser):
        parser.add_argument("--output", type=Path, metavar="FILE", help="Write here instead of printing.")
        parser.add_argument("--number", type=int, default=WANTED, metavar="N")

    def handle(self, *, output, number, **options):
        try:
            chosen = choose(number)
        except standing_store.NoStandings as error:
            raise CommandError("There are no standings yet. Run: manage.py recompute_standings") from error
        text = INTRODUCTION + "".join(sample_text(label, page) for label, page in chosen)
        if output is None:
            self.stdout.write(text)
            return
        output.write_text(text, encoding="utf-8")
        self.stdout.write(f"Wrote {len(chosen)} verdicts to {output}.")


def choose(number: int) -> list[tuple[str, ComparisonPage]]:
    """Up to `number` pages, the first of each kind found in a fixed walk over the pairs of every lane."""
    found: dict[str, ComparisonPage] = {}
    today = timezone.now().date()
    for lane in (settings.DEFAULT_LANE, *LANES):
        bench = load_bench(lane, today=today)
        for one, other in spread_out(list(bench.pairs())):
            comparison = bench.pair(one, other)
            for kind in kinds(comparison):
                if kind not in found:
                    found[kind] = load_comparison_page(f"{one}-vs-{other}", today=today, lane=lane)
                    break
            if len(found) >= number:
                return sorted(found.items())
    return sorted(found.items())


def spread_out(pairs: list) -> itertools.islice:
    """Pairs from all over the list, at most SCANNED, so that samples do not all show the first model."""
    step = max(1, len(pairs) // 97)
    return itertools.islice((pair for start in range(step) for pair in pairs[start::step]), SCANNED)


def kinds(comparison) -> list[str]:
    """What a pair is a sample of: outcome on basis first, then peculiarities."""
    overall, (a, b) = comparison.overall, comparison.sides
    base = f"{OUTCOMES.index(overall.outcome) + 1} {overall.outcome} on basis {overall.basis}"
    found = [base + (", capped" if overall.capped else "")]
    prices = comparison.by_attribute.get("price_input")
    if prices and any(value is not None and value.value == 0 for value in prices.values):
        found.append(f"{base}, with a free model")
    if a.model.family and (a.model.lab, a.model.family) == (b.model.lab, b.model.family):
        found.append(f"{base}, siblings")
    if any(line.benchmark.direction == "lower" and line.difference is not None for line in comparison.benchmarks):
        found.append(f"{base}, a lower-is-better test")
    if comparison.tally.comparable and not any(comparison.tally.leads):
        found.append(f"{base}, every category too close")
    if comparison.tally.leads[0] and comparison.tally.leads[1]:
        found.append(f"{base}, both lead somewhere")
    return found


def sample_text(label: str, page: ComparisonPage) -> str:
    """One sample in Markdown."""
    verdict = page.verdict
    lines = [f"\n## {' vs '.join(page.names)}\n", f"*{label[2:]}; {page.lane} lane*\n", f"**{verdict.headline}.**"]
    lines += [f"\n{paragraph}" for paragraph in verdict.paragraphs]
    for name, reasons in zip(page.names, verdict.choose_if, strict=True):
        clauses = "; ".join(claim.text for claim in reasons)
        lines.append(f"\nChoose {name} if: {clauses}." if reasons[0].reasons else f"\n{clauses}.")
    if verdict.flips:
        lines.append("\n" + " ".join(claim.text for claim in verdict.flips))
    return "\n".join(lines) + "\n"
