"""A pair in one glance: what the social card and the embed show of a comparison page.

Texts are those of the page; positions come from the same charts, so a summary cannot say
anything the page does not.
"""

from __future__ import annotations

from dataclasses import dataclass

from comparisons.core.records import CLEAR, LIKELY, MIXED, NOTHING_SHARED, TOO_CLOSE, TOO_LITTLE
from comparisons.pairs.comparison import ComparisonPage
from comparisons.pairs.layout import PairLayout
from comparisons.pairs.parts import Axis, Band, GapChart, ScoreCard

# The word of each outcome, as in the tags of the pair page.
OUTCOME_WORDS = {
    CLEAR: "clear",
    LIKELY: "likely",
    TOO_CLOSE: "too close",
    MIXED: "mixed",
    TOO_LITTLE: "too little evidence",
    NOTHING_SHARED: "nothing shared",
}


@dataclass(frozen=True)
class SummarySide:
    """One model: `side` is “a” or “b”; `band` is None without a score."""

    side: str
    slug: str
    name: str
    score_text: str
    interval_text: str
    absent_text: str
    band: Band | None
    title: str


@dataclass(frozen=True)
class PairSummary:
    """The pair page in a few lines.

    `leader` is “a”, “b” or None. `gap_text` and `sure_text` are empty where there is no common
    measure. `axis` is None when neither model has a score on the common scale; `gap_chart`
    then still holds the gap on shared benchmarks, where there is one.
    """

    path: str
    sides: tuple[SummarySide, SummarySide]
    headline: str
    why: str
    outcome: str
    outcome_word: str
    leader: str | None
    basis: str
    gap_text: str
    sure_text: str
    axis: Axis | None
    gap_chart: GapChart | None

    @property
    def names(self) -> tuple[str, str]:
        """Both models' names."""
        return self.sides[0].name, self.sides[1].name

    @property
    def spoken(self) -> str:
        """The whole summary as one text, for those who cannot see the picture."""
        scores = [
            f"{s.name} {s.score_text or s.absent_text}{s.interval_text and f' ({s.interval_text})'}" for s in self.sides
        ]
        return f"{self.headline}. {'; '.join(scores)}. {self.basis}"


def pair_summary(page: ComparisonPage) -> PairSummary:
    """The summary of a comparison page."""
    layout = PairLayout(page)
    card, overall = layout.card, page.comparison.overall
    return PairSummary(
        path=page.path,
        sides=tuple(_side(page, card, number) for number in (0, 1)),
        headline=card.call,
        why=card.why,
        outcome=overall.outcome,
        outcome_word=OUTCOME_WORDS[overall.outcome],
        leader=card.leader,
        basis=layout.basis,
        gap_text=card.gap.text,
        sure_text=card.sure.text,
        axis=card.axis,
        gap_chart=card.gap_chart,
    )


def _side(page: ComparisonPage, card: ScoreCard, number: int) -> SummarySide:
    side = card.sides[number]
    return SummarySide(
        side=side.side,
        slug=page.comparison.slugs[number],
        name=side.name,
        score_text=side.score_text,
        interval_text=side.interval_text,
        absent_text=side.absent_text,
        band=side.band,
        title=side.title,
    )
