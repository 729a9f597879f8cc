"""What publishing a sheet would do to ranks and verdicts: the words of the answer, and whom to ask.

The arithmetic is in `standing_impact`; forms and previews need only these records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models_catalog.core.specs import ResultRow
from newsroom.core.sheet_warnings import Expectation


@dataclass(frozen=True)
class Proposal:
    """Results as they would be: `rows` are new (id 0) or replace the stored row of the same id."""

    rows: tuple[ResultRow, ...]


@dataclass(frozen=True)
class RankMove:
    """A model whose printed rank would change; None means “tracked, not ranked”."""

    model: str
    before: int | None
    after: int | None

    @property
    def text(self) -> str:
        """The move in words."""
        words = [f"rank {rank}" if rank else "not ranked" for rank in (self.before, self.after)]
        return f"{self.model}: {words[0]} → {words[1]}"


@dataclass(frozen=True)
class VerdictChange:
    """A pair of models whose verdict would read differently."""

    pair: str
    before: str
    after: str


@dataclass(frozen=True)
class Impact:
    """What readers would see differently in one lane."""

    lane: str
    ranks: tuple[RankMove, ...] = ()
    verdicts: tuple[VerdictChange, ...] = ()
    categories: tuple[str, ...] = field(default=())  # sentences: “Acme 1 gains results in coding”
    pairs_checked: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing readers see would change in words or ranks."""
        return not (self.ranks or self.verdicts or self.categories)


def impact_of(proposal: Proposal) -> Impact | None:
    """What publishing `proposal` would change, or None where it proposes nothing."""
    from newsroom import standing_impact  # the arithmetic is loaded only where it is asked for

    return standing_impact.impact(proposal) if proposal.rows else None


def expectations_of(rows: Sequence[ResultRow]) -> Mapping[tuple[str, str], Expectation]:
    """What the models' other results predict, by model and benchmark slug."""
    from newsroom import standing_impact

    return standing_impact.expectations(rows) if rows else {}
