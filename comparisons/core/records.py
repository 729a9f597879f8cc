"""What a comparison consists of: frozen records that every output reads.

`compare.py` fills a `Comparison`, `claims.py` derives `Claim`s from it, `verdict.py`
words them. Everything printed is here as text already; nothing downstream rounds,
subtracts or decides. The two models stand in alphabetical order of their slugs, so all
of it is a function of the unordered pair.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from comparisons.core.paired import Answers, Paired
from comparisons.core.setups import DIFFERENT, comparable_settings
from comparisons.core.standing import LaneFit, ModelStanding
from models_catalog.core.specs import BenchmarkSpec, ModelSpec, PriceSpec, ResultRow, SpeedSpec

T = TypeVar("T")

# Strength of an ordering, by the probability behind it; "leaning" where no test is shared.
CLEAR, LIKELY, LEANING, EVEN = "clear", "likely", "leaning", "even"

# The best evidence a pair has.
RANKED, ESTIMATE, SHARED, NONE = "ranked", "estimate", "shared", "none"

# Outcome of a pair.
TOO_CLOSE, MIXED, TOO_LITTLE, NOTHING_SHARED = "too_close", "mixed", "too_little", "nothing_shared"
OUTCOMES = (CLEAR, LIKELY, TOO_CLOSE, MIXED, TOO_LITTLE, NOTHING_SHARED)


@dataclass(frozen=True)
class Side:
    """One of the two models with all that is known of it.

    `standing` is None where the model has no counting result in the lane. `results` holds
    every public row (published and withdrawn, never generated ones), `answers` those known question
    by question, by the id of their result. `once` keeps what follows
    from this side alone, its standing aside, so that a model that meets many others is looked at once.
    """

    model: ModelSpec
    standing: ModelStanding | None
    results: tuple[ResultRow, ...]
    prices: tuple[PriceSpec, ...] = ()
    speeds: tuple[SpeedSpec, ...] = ()
    answers: Mapping[int, Answers] = field(default_factory=dict)
    _kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def standing_as(self, standing: ModelStanding | None) -> Side:
        """The same model with another standing; what is kept of it follows from everything else and stays."""
        other = Side(self.model, standing, self.results, self.prices, self.speeds, self.answers)
        object.__setattr__(other, "_kept", self._kept)
        return other

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives for this side, worked out the first time it is asked for under `key`."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


@dataclass(frozen=True)
class ResultCell:
    """A reported score as the page shows it; `why_not` is empty where the row counts."""

    row: ResultRow
    text: str
    counts: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What the rule for single benchmarks says about two reports (`single_benchmark.py`).

    `word` is clear, likely or none; `favours` a side where the word names one. `p` is the
    probability that the order holds, `margin` the difference in the benchmark's unit from which on
    it would be clear (None where nothing may be subtracted). `items` counts the questions, None
    where unknown; `counted` tells whether their number decides. `points` is the first side's lead
    on our scale, the lane's offset taken off.
    """

    word: str
    favours: int | None
    p: float
    margin: float | None
    items: int | None
    points: float = 0.0
    counted: bool = False


@dataclass(frozen=True)
class BenchmarkLine:
    """One benchmark that either model has.

    `cells` holds per side the row shown first: of two that may be subtracted the pair whose
    setups are most alike, else the counting one, else the best placed; `others` the remaining
    rows; `counting` the rows that scores rest on. `difference` is a minus b of the first rows in
    the benchmark's unit, None where nothing may be subtracted (then `reason` says why);
    `points` the same in points, the scale that compares differences across benchmarks;
    `favours` the side whose value is better, None if equal or not comparable. `setups` says how
    alike the first rows are, None where nothing is subtracted; `setup_words` name evaluator,
    harness and effort of both where these differ. `counting_favours` is the side that the
    counting rows favour, where that is the other one.
    """

    benchmark: BenchmarkSpec
    cells: tuple[ResultCell | None, ResultCell | None]
    others: tuple[tuple[ResultCell, ...], tuple[ResultCell, ...]]
    shared: bool  # weighted, comparable and counting on both sides
    comparable: bool
    reason: str
    difference: Decimal | None
    difference_text: str
    points: float | None
    favours: int | None
    call: Call
    call_text: str = ""  # what stands behind the difference: "± 10.5, 30 questions: likely"
    counting: tuple[ResultCell | None, ResultCell | None] = (None, None)
    setups: str | None = None
    setup_words: tuple[str, str] = ("", "")
    counting_favours: int | None = None
    paired: Paired | None = None  # the two results question by question, where both are known so

    @property
    def clash(self) -> bool:
        """Whether the counting rows of both follow settings that must not be compared."""
        a, b = self.counting
        return a is not None and b is not None and not comparable_settings(a.row, b.row)

    @property
    def fair(self) -> bool:
        """Whether the difference may stand as a proof: nothing is known to differ but the models."""
        return self.setups != DIFFERENT


@dataclass(frozen=True)
class ScoreText:
    """A score of ours with its interval, numbers and texts."""

    score: float
    low: float
    high: float
    text: str
    low_text: str
    high_text: str
    margin_text: str


@dataclass(frozen=True)
class CategoryLine:
    """One category that either model has results in, or that carries weight.

    `scores` are None on a side without own results on the common scale. `gap` (never
    negative) and `margin` are in points. `leader` is a side or None; `strength` clear,
    likely, leaning, even, or None when the category is not compared.
    """

    slug: str
    name: str
    weight: float
    weight_text: str
    scores: tuple[ScoreText | None, ScoreText | None]
    results: tuple[int, int]  # counting results of each side in the category
    gap: float | None
    gap_text: str
    margin: float | None
    margin_text: str
    p_leader: float | None
    p_text: str
    leader: int | None
    strength: str | None
    capped: bool  # the basis, not the evidence, keeps the word from being "clear"
    by_shared: bool  # gap and margin come from the shared benchmarks alone, not from two scores
    shared: tuple[str, ...]  # slugs of shared benchmarks
    separator: BenchmarkLine | None  # the shared benchmark that separates them most
    reason: str  # why it is not compared; empty where it is


@dataclass(frozen=True)
class Value:
    """One side's value of an attribute; `value` None never occurs (the Value is None then).

    `provider` names whose price or speed it is; `note` says the rest a reader may ask: "OpenAI,
    since 11 June 2025".
    """

    value: object
    text: str
    source_url: str = ""
    as_of: dt.date | None = None
    provider: str = ""
    note: str = ""


@dataclass(frozen=True)
class AttributeLine:
    """An operational fact of both models; `better` is higher, lower or None (no ordering).

    `missing_text` is what a side without a value shows. `ratio` is larger over smaller, only
    where both are above zero and `favours` names a side; `ratio_text` says by how much the
    better one is better ("2.4 times as long", "33 % less").
    """

    attribute: str
    label: str
    unit: str
    better: str | None
    values: tuple[Value | None, Value | None]
    missing_text: str
    favours: int | None
    ratio: float | None
    ratio_text: str


@dataclass(frozen=True)
class Offer:
    """What one provider asks for one model today, and how fast it was measured there.

    All texts are ready to print. `quoted` marks the offer that speaks for the model in the
    price comparison.
    """

    provider: str
    provider_name: str
    first_party: bool
    quoted: bool
    input_text: str
    output_text: str
    cached_text: str
    blended_text: str
    since_text: str
    source_url: str


@dataclass(frozen=True)
class Tally:
    """Category leads: per side, even ones, and those that cannot be compared."""

    leads: tuple[int, int]
    even: int
    not_comparable: int

    @property
    def comparable(self) -> int:
        """How many categories both models have results in."""
        return sum(self.leads) + self.even


@dataclass(frozen=True)
class Overall:
    """How the pair stands: basis, outcome and the numbers behind both.

    `scores` are the overall scores in the lane (None without one). `gap`, `margin`
    and `p_leader` come from the basis: overall scores for ranked and estimate, the
    shared-only comparison for shared, None for none. `leader` is named only by clear and
    likely outcomes. `capped` is true where the basis, not the evidence, keeps the word
    from being stronger.
    """

    basis: str
    outcome: str
    scores: tuple[ScoreText | None, ScoreText | None]
    ahead: int | None  # side with the better number, even when too close to call
    leader: int | None
    gap: float | None
    gap_text: str
    margin: float | None
    margin_text: str
    p_leader: float | None
    p_text: str
    capped: bool
    unmeasured: tuple[str, ...] = ()  # categories that decide the weighting without results of both


@dataclass(frozen=True)
class SharedLine:
    """The comparison on shared benchmarks only; numbers are None below one shared benchmark.

    `families` counts the test families of the benchmarks: boards of one vote are one source (`sources.py`).
    """

    benchmarks: tuple[str, ...]
    of: int
    categories: int
    families: int
    delta: float | None  # a minus b, in points
    margin: float | None
    delta_text: str
    margin_text: str
    p_leader: float | None
    p_text: str
    ahead: int | None


@dataclass(frozen=True)
class Opinion:
    """Where another method puts a model: its rank among the same ranked models, and ours."""

    rank: int
    ours: int


@dataclass(frozen=True)
class Comparison:
    """Two models compared in one lane.

    `fit` and the standings carry the weights in force.
    """

    lane: str
    methodology: str
    fit: LaneFit
    sides: tuple[Side, Side]
    overall: Overall
    shared: SharedLine
    categories: tuple[CategoryLine, ...]
    tally: Tally
    benchmarks: tuple[BenchmarkLine, ...]
    operational: tuple[AttributeLine, ...]
    offers: tuple[tuple[Offer, ...], tuple[Offer, ...]]
    today: dt.date  # the day the page speaks of: which prices are current
    price_mix: tuple[int, int]  # input to output tokens behind every blended price
    opinions: tuple[Opinion | None, Opinion | None]
    newest_fact: dt.date | None

    @property
    def slugs(self) -> tuple[str, str]:
        """The two models' slugs, in alphabetical order."""
        return self.sides[0].model.slug, self.sides[1].model.slug

    @cached_property
    def names(self) -> dict[str, str]:
        """Map a model's slug to its name."""
        return {side.model.slug: side.model.name for side in self.sides}

    @cached_property
    def by_benchmark(self) -> dict[str, BenchmarkLine]:
        """Map benchmark slug to its line."""
        return {line.benchmark.slug: line for line in self.benchmarks}

    @cached_property
    def by_category(self) -> dict[str, CategoryLine]:
        """Map category slug to its line."""
        return {line.slug: line for line in self.categories}

    @cached_property
    def by_attribute(self) -> dict[str, AttributeLine]:
        """Map attribute to its line."""
        return {line.attribute: line for line in self.operational}

    def side_of(self, slug: str) -> int:
        """0 or 1 for a model's slug. Raises ValueError for a third model."""
        return [side.model.slug for side in self.sides].index(slug)


@dataclass(frozen=True)
class Number:
    """A number a claim carries: `text` is how every page prints it.

    `of` is the model's slug, or None for numbers of the pair; `note` says whose or which it is
    where that matters (the provider of a price).
    """

    of: str | None  # model slug
    label: str
    value: float
    text: str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class Evidence:
    """What a claim rests on: a result, or an operational value.

    For a result `benchmark` is set; for a value `attribute` is, and `result` is None. `text`
    is the figure as printed.
    """

    result: int | None
    benchmark: str | None
    model: str
    source_url: str
    source_kind: str
    counts: bool
    text: str = ""
    attribute: str | None = None
    as_of: dt.date | None = None


@dataclass(frozen=True)
class Claim:
    """A small fact with its evidence and the rule that allowed it (docs/method.md, "Outcome of a pair").

    `reasons` are the ids of claims this one follows from (a pick from its leads). `text` is
    rendered from the other fields by `wording.py` and by nothing else.
    """

    id: str
    kind: str
    favours: str | None
    scope: str | None
    strength: str | None
    numbers: tuple[Number, ...]
    better: str | None
    evidence: tuple[Evidence, ...]
    rule: str
    text: str = ""
    reasons: tuple[str, ...] = ()

    def saying(self, text: str) -> Claim:
        """The same claim with its words (`dataclasses.replace` takes five times as long)."""
        return Claim(
            self.id,
            self.kind,
            self.favours,
            self.scope,
            self.strength,
            self.numbers,
            self.better,
            self.evidence,
            self.rule,
            text,
            self.reasons,
        )

    def number(self, label: str, of: str | None = None) -> Number:
        """The number of that label (and model). Raises KeyError when there is none."""
        for number in self.numbers:
            if number.label == label and number.of == of:
                return number
        raise KeyError((self.id, label, of))


@dataclass(frozen=True)
class Sentence:
    """One printed sentence and the claims it renders; claims of a kind share a sentence."""

    text: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Answer:
    """A question readers ask, answered by claims."""

    question: str
    answer: str
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """The words about a pair: each sentence is the rendering of the claims named beside it.

    `why` is the first sentence; `paragraphs` are all of `sentences`, joined by theme. A model
    for which nothing speaks has one claim in `choose_if` that says so and favours nobody.
    """

    headline: str  # a few words: "Too close to call"
    why: str  # the sentence under the headline
    paragraphs: tuple[str, ...]
    sentences: tuple[Sentence, ...]  # in reading order
    choose_if: tuple[tuple[Claim, ...], tuple[Claim, ...]]
    flips: tuple[Claim, ...]
    picks: tuple[str, str]  # one line a side for the score header
    faq: tuple[Answer, ...]
    claims: tuple[Claim, ...]  # the whole ledger
