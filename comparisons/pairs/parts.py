"""What a pair page consists of, part by part: what `layout` builds and templates and twins print.

Sides are “a” and “b”, None where no side is meant. Positions are percentages of a drawing's width.
Texts are ready to print; an empty text means that there is nothing to say.
"""

from __future__ import annotations

from dataclasses import dataclass

from comparisons.core.geometry import Tick

# ------------------------------------------------------------------ the top


@dataclass(frozen=True, slots=True)
class Head:
    """A model in the title; `state` says “retired” or another state that a reader must not miss."""

    side: str
    name: str
    href: str
    state: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the fact block: one attribute of both models."""

    label: str
    values: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Band:
    """An interval on an axis; `open` for an estimate without a rank."""

    x: float
    width: float
    dot: float
    open: bool


@dataclass(frozen=True, slots=True)
class DuelSide:
    """A model's score with its interval; without one `reason` says why, and `band` is None."""

    side: str
    name: str
    href: str
    score_text: str
    interval_text: str
    notes: tuple[str, ...]
    band: Band | None
    absent_text: str
    reason: str
    title: str


@dataclass(frozen=True, slots=True)
class Par:
    """Where an average tracked model stands on the axis."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis both intervals stand on."""

    ticks: tuple[Tick, ...]
    par: Par | None
    key: str


@dataclass(frozen=True, slots=True)
class GapChart:
    """The gap with its margin against zero; the first model's side is left."""

    x: float
    width: float
    dot: float
    zero: float
    side: str | None
    title: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the ruler of certainty."""

    x: float
    width: float
    form: str
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Ruler:
    """The ruler of certainty; `pin` is None where nothing was worked out."""

    pin: float | None
    title: str
    zones: tuple[Zone, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of the score header: value, unit, and a sentence about it."""

    value: str
    unit: str
    note: str

    @property
    def text(self) -> str:
        """Value and unit; empty where there is no figure."""
        return f"{self.value} {self.unit}" if self.unit else ""


@dataclass(frozen=True, slots=True)
class Pip:
    """The outcome of one category as a shape."""

    side: str | None
    form: str
    text: str


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """The score header: the answer, and how much, how sure and in how many categories."""

    call: str
    leader: str | None
    leader_name: str
    sure_word: str
    why: str
    caveat: str
    sides: tuple[DuelSide, DuelSide]
    axis: Axis | None
    gap: Measure
    gap_chart: GapChart | None
    sure: Measure
    ruler: Ruler
    tally: Measure
    pips: tuple[Pip, ...]


# ------------------------------------------------------------------ sentences


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule that allowed a sentence."""

    code: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class ClaimNumber:
    """The numbers of one kind behind a sentence, each with whose it is."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ProofLink:
    """A row of this page that a sentence rests on, or a group of rows."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class ClaimEntry:
    """A printed sentence that opens to its numbers, its rule and the rows it rests on."""

    id: str
    text: str
    numbers: tuple[ClaimNumber, ...]
    proof: tuple[ProofLink, ...]
    rule: Rule


@dataclass(frozen=True, slots=True)
class Choice:
    """“Choose NAME if” with its reasons; `empty` is the title where there are none."""

    side: str
    name: str
    reasons: tuple[ClaimEntry, ...]
    empty: str


# ------------------------------------------------------------------ tables


@dataclass(frozen=True, slots=True)
class CategoryScore:
    """A score with its margin, as texts."""

    text: str
    margin: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A difference from the common zero line in the middle, on the side of the model it favours.

    `lo` and `hi` are the ends of the 90 % margin, None where there is none. The label stands at `text_x`.
    """

    x: float
    width: float
    side: str | None
    text: str
    text_x: float
    anchor: str
    lo: float | None = None
    hi: float | None = None


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category: both scores, the gap with its margin, the word, and what separates the two most."""

    slug: str
    name: str
    href: str
    weight: str
    scores: tuple[CategoryScore | None, CategoryScore | None]
    lead: str | None
    gap: str
    gap_margin: str
    ahead: str | None
    ahead_name: str
    word: str
    word_side: str | None
    word_name: str
    shared: str
    separator: str
    separator_href: str
    separator_side: str | None
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """A model's value of an operational attribute; `missing` where the text says that there is none."""

    text: str
    missing: bool
    href: str
    as_of: str


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """An operational attribute of both models."""

    slug: str
    label: str
    unit: str
    values: tuple[AttributeValue, AttributeValue]
    lead: str | None
    ratio: str
    who: str


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One result with where it comes from; `why_not` says why it does not count."""

    id: int
    text: str
    kind: str
    settings: str
    source: str
    read: str
    href: str
    date: str
    withdrawn: str
    why_not: str

    @property
    def about(self) -> str:
        """What else there is to say: withdrawn and why, or why it does not count."""
        if self.withdrawn:
            return f"withdrawn: {self.withdrawn}"
        return f"does not count: {self.why_not}" if self.why_not else ""


@dataclass(frozen=True, slots=True)
class ResultGroup:
    """Results of one model on one benchmark that share source, date, and why they do not count."""

    lines: tuple[ResultLine, ...]

    @property
    def shared(self) -> ResultLine:
        """Any of them, for what they share."""
        return self.lines[0]


@dataclass(frozen=True, slots=True)
class BenchmarkCell:
    """A model's results on a benchmark: the one that speaks for it, None without any, and the others.

    `key` names it among all cells of all pages, None where it must not be kept.
    """

    first: ResultLine | None
    others: tuple[ResultLine, ...]
    more: str
    groups: tuple[ResultGroup, ...]
    key: tuple | None = None

    @property
    def all(self) -> tuple[ResultLine, ...]:
        """Every result, the one that speaks first."""
        return (self.first, *self.others) if self.first else self.others


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """A benchmark that either model has; `says` tells the difference in words, `bar` draws it.

    `behind` is what a named difference rests on: “± 10.5, 30 questions: likely”; `apart` says
    whose setups the two subtracted results come from where these differ, `opposed` that the
    results that count favour the other model; all are empty otherwise.
    """

    slug: str
    name: str
    href: str
    unit: str
    note: str
    cells: tuple[BenchmarkCell, BenchmarkCell]
    lead: str | None
    bar: Bar | None
    says: str
    shared: bool
    behind: str = ""
    apart: str = ""
    opposed: str = ""


@dataclass(frozen=True, slots=True)
class BenchmarkGroup:
    """Benchmarks of one category."""

    slug: str
    name: str
    sub: str
    rows: tuple[BenchmarkRow, ...]


@dataclass(frozen=True, slots=True)
class SumLine:
    """A score as the sum it is, in one line, with the address of the sum row by row."""

    id: str
    title: str
    score: str
    text: str
    href: str


# ------------------------------------------------------------------ drawings


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring of the radar."""

    points: str
    outer: bool


@dataclass(frozen=True, slots=True)
class RingLabel:
    """A value on a spoke of the radar."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Path:
    """An outline or line of one model."""

    side: str
    points: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of one model."""

    side: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class SpokeLabel:
    """The name of a category beside its spoke, with both scores below."""

    x: float
    y: float
    sub_y: float
    anchor: str
    text: str
    sub: str


@dataclass(frozen=True, slots=True)
class Radar:
    """The category scores of both models as outlines; the table of categories says the same in figures."""

    width: float
    height: float
    title: str
    desc: str
    cx: float
    cy: float
    rings: tuple[Ring, ...]
    ticks: tuple[RingLabel, ...]
    spokes: tuple[object, ...]
    areas: tuple[Path, ...]
    lines: tuple[Path, ...]
    dots: tuple[Dot, ...]
    labels: tuple[SpokeLabel, ...]
    caption: str


# ------------------------------------------------------------------ the end


@dataclass(frozen=True, slots=True)
class TakeAway:
    """How to embed and to cite the page."""

    embed: str
    cite: str
    card: str
    feed: str
    keeps: tuple[tuple[str, str], ...]  # fields of the form that keeps the page for citing
