"""The pair page laid out, part by part, top to bottom.

Nothing is decided here. Words come from the verdict, numbers and their texts from the
comparison, positions from geometry; this module only puts them where the page shows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from comparisons.boards.weights_form import SITE_WEIGHTS, WeightsForm, weight_fields
from comparisons.core.records import EVEN, AttributeLine, CategoryLine, Value
from comparisons.core.sources import boards
from comparisons.core.weights import ready_made
from comparisons.pages.as_of import FIRST_DAY
from comparisons.pages.base import absolute, address, lane_links, side_letter
from comparisons.pages.breakdown import breakdown, weighted_sum
from comparisons.pages.parts import Event, Link, Note, Question, Section
from comparisons.pages.score_chart import score_chart, score_line
from comparisons.pairs import charts
from comparisons.pairs.benchmark_table import benchmark_groups
from comparisons.pairs.claim_entries import ClaimEntries
from comparisons.pairs.comparison import ComparisonPage
from comparisons.pairs.embedding import embed_code
from comparisons.pairs.parts import (
    AttributeRow,
    AttributeValue,
    Bar,
    BenchmarkGroup,
    CategoryRow,
    CategoryScore,
    Choice,
    ClaimEntry,
    Fact,
    Head,
    Radar,
    ScoreCard,
    SumLine,
    TakeAway,
)
from comparisons.pairs.score_card import score_card
from models_catalog.core import display, specs

USUAL_STATE = "available"
# The attributes of the fact block, each with the name it has there.
FACTS = {
    "price_input": "Input price",
    "price_output": "Output price",
    "context_window": "Context",
    "output_speed": "Speed",
    "release_date": "Released",
    "status": "Status",
}


def _whose(value: Value) -> str:
    """Whose value it is and since when: “OpenAI, since 11 June 2025”; a free offer has limits nobody recorded."""
    said = value.note or (display.date(value.as_of) if value.as_of else "")
    return f"{said}; limits not recorded" if value.text == display.FREE else said


PAIRED_TITLE = "Question by question"


@dataclass(frozen=True, slots=True)
class PairedLine:
    """Two results on one benchmark question by question: the sentence, and the test in a footnote."""

    text: str
    test: str


class PairLayout:
    """Properties named after the parts of the page, top to bottom; each is worked out once."""

    def __init__(self, page: ComparisonPage):
        self.page = page
        self.comparison = page.comparison
        self.verdict = page.verdict
        self.entries = ClaimEntries(page)

    # --- 1. title ------------------------------------------------------------------

    @cached_property
    def heads(self) -> tuple[Head, Head]:
        """Both models for the title."""
        first, second = (
            Head(
                "ab"[number],
                side.model.name,
                f"/models/{side.model.slug}/",
                side.model.status if side.model.status != USUAL_STATE else "",
            )
            for number, side in enumerate(self.comparison.sides)
        )
        return first, second

    @cached_property
    def basis(self) -> str:
        """“n of m benchmarks shared, in k of 8 categories” (or in all 8), the first fact of the page."""
        shared, total = self.comparison.shared, len(self.page.context.categories)
        if not shared.of:
            return "Neither model has a counting result in this lane."
        return (
            f"{display.part(len(shared.benchmarks), shared.of).capitalize()} "
            f"{'benchmark' if shared.of == 1 else 'benchmarks'} shared"
            f"{boards(len(shared.benchmarks), shared.families)}, "
            f"in {display.part(shared.categories, total)} {'category' if total == 1 else 'categories'}.{self.noted}"
        )

    @cached_property
    def noted(self) -> str:
        """How many of the counting results carry a note, for those who see no more than the head of the page."""
        noted = sum(
            int(claim.number("noted", claim.scope).value) for claim in self.verdict.claims if claim.rule == "noted"
        )
        carry = "carries" if noted == 1 else "carry"
        return f" {display.counted(noted, 'result')} behind it {carry} a note." if noted else ""

    @cached_property
    def head_notes(self) -> tuple[Note, ...]:
        """Lane and date, below the basis."""
        lane = Note(f"Lane: {self.page.lane}, {self.page.lane_note}", href="/methodology/#lanes")
        newest = self.comparison.newest_fact
        return (lane, Note(f"Last updated {display.date(newest)}", iso=newest.isoformat())) if newest else (lane,)

    @cached_property
    def lanes(self) -> tuple[Link, ...]:
        """The lane switch."""
        return lane_links(self.page.path, self.page.lane, w=self.page.weights_text, on=self.page.on)

    # --- 2. score header and facts ---------------------------------------------------

    @cached_property
    def card(self) -> ScoreCard:
        """The score header."""
        return score_card(self.page)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """The block of facts at the top: what a reader asks first beside the score."""
        lines = self.comparison.by_attribute
        return tuple(Fact(label, _fact_texts(lines[attribute])) for attribute, label in FACTS.items())

    # --- 3. verdict, 4. flips ----------------------------------------------------------

    @cached_property
    def lead(self) -> ClaimEntry:
        """The sentence under the call, which opens like every other."""
        first = self.verdict.sentences[0]
        return self.entries.of(first.text, first.claims)

    @cached_property
    def sentences(self) -> tuple[ClaimEntry, ...]:
        """The rest of the verdict, sentence by sentence, each with the claims it renders."""
        return tuple(self.entries.of(sentence.text, sentence.claims) for sentence in self.verdict.sentences[1:])

    @cached_property
    def choose(self) -> tuple[Choice, ...]:
        """“Choose X if”, for both."""
        return tuple(
            Choice(
                "ab"[side],
                self.page.names[side],
                tuple(self.entries.of(claim.text, (claim,)) for claim in claims if claim.reasons),
                " ".join(claim.text for claim in claims if not claim.reasons),
            )
            for side, claims in enumerate(self.verdict.choose_if)
        )

    @cached_property
    def flips(self) -> tuple[ClaimEntry, ...]:
        """What would turn or settle the call."""
        return tuple(self.entries.of(claim.text, (claim,)) for claim in self.verdict.flips)

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

    # --- 5. categories -----------------------------------------------------------------------

    @cached_property
    def radar(self) -> Radar | None:
        """The category radar."""
        return charts.category_radar(self.comparison)

    @cached_property
    def categories(self) -> tuple[CategoryRow, ...]:
        """One row a category."""
        bars = charts.category_bars(self.comparison)
        return tuple(self._category(line, bars.get(line.slug)) for line in self.comparison.categories)

    def _category(self, line: CategoryLine, bar: Bar | None) -> CategoryRow:
        names = self.page.names
        led = line.leader if line.strength not in (EVEN, None) else None
        ahead = charts.ahead_in(line) if line.gap is not None else None
        apart = line.separator if line.separator is not None and line.separator.favours is not None else None
        return CategoryRow(
            slug=line.slug,
            name=line.name,
            href=f"/categories/{line.slug}/",
            weight=line.weight_text,
            scores=(_category_score(line, 0), _category_score(line, 1)),
            lead=side_letter(led),
            gap=line.gap_text if line.gap is not None else "",
            gap_margin=f"± {line.margin_text}" if line.gap is not None else "",
            ahead=side_letter(ahead),
            ahead_name=names[ahead] if ahead is not None else "",
            word=charts.strength_word(line.strength),
            word_side=side_letter(led),
            word_name=names[led] if led is not None else "",
            shared=display.counted(len(line.shared), "shared", "shared") if line.shared else "none shared",
            separator=f"{apart.benchmark.name}, for {names[apart.favours]}" if apart else "",
            separator_href=f"#r-{apart.benchmark.slug}" if apart else "",
            separator_side=side_letter(apart.favours) if apart else None,
            bar=bar,
        )

    # --- 6. operations -----------------------------------------------------------------------

    @cached_property
    def operations(self) -> tuple[AttributeRow, ...]:
        """One row an operational attribute."""
        return tuple(self._operation(line) for line in self.comparison.operational)

    @property
    def differing(self) -> tuple[AttributeRow, ...]:
        """Attributes in which the two differ."""
        return tuple(row for row in self.operations if row.values[0].text != row.values[1].text)

    @property
    def alike(self) -> tuple[AttributeRow, ...]:
        """Attributes that are the same for both, or not known of either."""
        return tuple(row for row in self.operations if row.values[0].text == row.values[1].text)

    def _operation(self, line: AttributeLine) -> AttributeRow:
        first, second = (
            AttributeValue(
                text=value.text if value else line.missing_text,
                missing=value is None,
                href=value.source_url if value else "",
                as_of=_whose(value) if value else "",
            )
            for value in line.values
        )
        return AttributeRow(
            slug=line.attribute,
            label=line.label,
            unit=line.unit,
            values=(first, second),
            lead=side_letter(line.favours),
            ratio=line.ratio_text,
            who=self.page.names[line.favours] if line.favours is not None else "",
        )

    # --- 7. every benchmark --------------------------------------------------------------------

    @cached_property
    def benchmark_groups(self) -> tuple[BenchmarkGroup, ...]:
        """Benchmarks by category in page order, shared ones first; those that never count last."""
        names = {category.slug: category.name for category in self.page.context.categories}
        return benchmark_groups(self.comparison, names, None if self.page.as_of else self.page.context.snapshot)

    @cached_property
    def paired(self) -> tuple[PairedLine, ...]:
        """The benchmarks that are known question by question: a sentence and its test each."""
        return tuple(
            PairedLine(claim.text, f"p {claim.number('paired_p').text}, {claim.number('paired_p').note}")
            for claim in self.verdict.claims
            if claim.kind == "paired"
        )

    @cached_property
    def shared_groups(self) -> tuple[BenchmarkGroup, ...]:
        """The benchmarks both have a counting result on, by category."""
        return _only(self.benchmark_groups, shared=True)

    @cached_property
    def other_groups(self) -> tuple[BenchmarkGroup, ...]:
        """The benchmarks only one of them has, or that do not count, by category."""
        return _only(self.benchmark_groups, shared=False)

    @property
    def anchored(self) -> frozenset[str]:
        """Categories whose anchor stands in the table of shared benchmarks."""
        return frozenset(group.slug for group in self.shared_groups)

    @property
    def others_cue(self) -> str:
        """What the closed table below the shared benchmarks holds."""
        count = sum(len(group.rows) for group in self.other_groups)
        return (
            f"{display.counted(count, 'more benchmark')} that only one of them has, or that cannot be set side by side"
        )

    @property
    def deep_lead(self) -> str:
        """What the long table holds."""
        shared, total = len(self.comparison.shared.benchmarks), len(self.comparison.benchmarks)
        return (
            f"{display.counted(total, 'benchmark')} with a result of either, {shared} shared and counting. "
            "A figure opens to its settings, its source and further results. "
            "Bars share one scale of points; the figures beside them stay in the benchmark’s own unit."
        )

    @cached_property
    def breakdowns(self) -> list[dict]:
        """The sum row by row of each model with a score: here only under the reader's own weights."""
        if not self.page.weights_text:
            return []
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

    @cached_property
    def sums(self) -> tuple[SumLine, ...]:
        """The score of each model as a sum of categories; row by row it stands on the model's own page."""
        found = []
        for side in self.comparison.sides:
            if side.standing is None or side.standing.overall is None:
                continue
            slug = side.model.slug
            anchor = f"#why-{slug}"
            own = address(f"/models/{slug}/", lane=self.page.lane_asked, on=self.page.on) + anchor
            score = display.overall_score(side.standing.overall)
            text = weighted_sum(side.standing, self.comparison.fit)
            href = anchor if self.page.weights_text else own
            found.append(SumLine(slug, f"Why is {side.model.name} at {score}?", score, text, href))
        return tuple(found)

    # --- 8. questions, history, 9. the rest ----------------------------------------------------------

    @cached_property
    def faq(self) -> tuple[Question, ...]:
        """Questions with answers made of claims."""
        return tuple(
            Question(f"question-{number}", answer.question, answer.answer)
            for number, answer in enumerate(self.verdict.faq, start=1)
        )

    @cached_property
    def price_changes(self) -> tuple[Event, ...]:
        """Dated prices of both makers' own offers, newest first, each with what it was before."""
        events = []
        for side in self.comparison.sides:
            own = [price for price in side.prices if price.first_party and price.valid_from is not None]
            own.sort(key=lambda price: price.valid_from)
            for before, price in zip([None, *own], own, strict=False):
                events.append(
                    Event(
                        iso=price.valid_from.isoformat(),
                        date=display.date(price.valid_from),
                        text=f"{side.model.name}: {_rates(price)} at {price.provider_name}",
                        href=price.source_url,
                        detail=f"before: {_rates(before)}" if before else "",
                    )
                )
        return tuple(sorted(events, key=lambda event: event.iso, reverse=True))

    @cached_property
    def score_chart(self) -> dict | None:
        """How both overall scores came about; None while neither ever changed."""
        last, context = self.page.today, self.page.context
        # Under own weights, or for an earlier day, a history is this page's alone.
        plain = not (self.page.weights_text or self.page.as_of)
        lines = [
            score_line(
                number,
                side.model.name,
                side.results,
                self.comparison.fit,
                context.benchmarks,
                last,
                key=(context.snapshot, side.model.slug, last) if plain else None,
            )
            for number, side in enumerate(self.comparison.sides)
        ]
        return score_chart(lines, last, display.date(last) if self.page.as_of else "today")

    @property
    def related(self) -> tuple[Link, ...]:
        """Other comparisons worth opening."""
        return tuple(Link(entry.path, entry.text, entry.reason) for entry in self.page.related)

    @cached_property
    def take_away(self) -> TakeAway:
        """How to embed and to cite the page."""
        first, second = self.page.names
        cite = (
            f"{settings.SITE_NAME}, “{first} vs {second}”, {self.page.lane} lane, dataset revision "
            f"{self.page.context.revision}, method version {self.comparison.methodology}, "
            f"{display.date(self.page.today)}. {absolute(address(self.page.path, on=self.page.on))}"
        )
        keeps = (("lane", self.page.lane_asked),) if self.page.lane_asked else ()
        path = self.page.path
        return TakeAway(embed_code(self.page), cite, f"{path}card.png", f"{path}feed.atom", keeps)

    # --- forms ------------------------------------------------------------------------------------

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
    def weights_form(self) -> WeightsForm:
        """The form for the reader's own category weights, filled with those in use."""
        in_force, categories = self.comparison.fit.by_category, self.page.context.categories
        kept = {"lane": self.page.lane_asked, "on": self.page.on}
        return WeightsForm(
            action=self.page.path,
            submit="Weigh it my way",
            reset=Link(address(self.page.path, **kept), SITE_WEIGHTS) if self.page.weights_text else None,
            keep=tuple((name, value) for name, value in self.kept if name != "w"),
            open=bool(self.page.weights_text or self.page.weights_error),
            presets=tuple(Link(address(self.page.path, w=name, **kept), name) for name in ready_made(categories)),
            entries=weight_fields(categories, in_force),
            key=None if self.page.weights_text else self.page.context.snapshot,
        )

    @property
    def contents(self) -> tuple[Section, ...]:
        """What is on this page."""
        entries = [("since", "What changed since")] if self.page.as_of else []
        entries += [("verdict", "Verdict"), ("flip", self.flip_title), ("categories", "Categories")]
        entries += [("operations", "Price, speed, limits")]
        entries += [("items", PAIRED_TITLE)] if self.paired else []
        entries += [("benchmarks", "Every benchmark")]
        entries += [("why", "Why these scores")]
        if self.faq:
            entries.append(("questions", "Questions"))
        if self.score_chart or self.price_changes:
            entries.append(("history", "History"))
        if self.page.related:
            entries.append(("related", "Related"))
        entries.append(("take", "Cite" if self.page.as_of else "Cite, follow, embed"))
        return tuple(Section(anchor, text) for anchor, text in entries)


def _fact_texts(line: AttributeLine) -> tuple[str, str]:
    first, second = (value.text if value else line.missing_text for value in line.values)
    return first, second


def _category_score(line: CategoryLine, side: int) -> CategoryScore | None:
    score = line.scores[side]
    return CategoryScore(score.text, f"± {score.margin_text}") if score else None


def _only(groups: tuple[BenchmarkGroup, ...], *, shared: bool) -> tuple[BenchmarkGroup, ...]:
    found = []
    for group in groups:
        rows = tuple(row for row in group.rows if row.shared == shared)
        if rows:
            found.append(BenchmarkGroup(group.slug, group.name, group.sub, rows))
    return tuple(found)


def _rates(price: specs.PriceSpec) -> str:
    return f"{display.money(price.input)} in, {display.money(price.output)} out"
