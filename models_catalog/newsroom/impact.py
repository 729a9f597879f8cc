"""What publishing a sheet would do to ranks and verdicts, told by whoever computes them.

The catalogue knows no standings. The app that does registers two functions here when it
is ready; without them a preview simply has no impact section and no outlier warnings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from models_catalog.core.sheet_warnings import Expectation
from models_catalog.core.specs import ResultRow


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


ImpactFunction = Callable[[Proposal], Impact]
# (model slug, benchmark slug) → expectation, for those of the rows that can be predicted
ExpectationFunction = Callable[[Sequence[ResultRow]], Mapping[tuple[str, str], Expectation]]

_registered: dict[str, Callable] = {}


def register_impact(function: ImpactFunction) -> None:
    """Let `function` tell what a proposal would change for readers. Called when an app is ready."""
    _registered["impact"] = function


def register_expectation(function: ExpectationFunction) -> None:
    """Let `function` predict scores, for the outlier warning. Called when an app is ready."""
    _registered["expectation"] = function


def impact_of(proposal: Proposal) -> Impact | None:
    """What publishing `proposal` would change, or None where nobody can tell."""
    function = _registered.get("impact")
    return function(proposal) if function and proposal.rows else None


def expectations_of(rows: Sequence[ResultRow]) -> Mapping[tuple[str, str], Expectation]:
    """What the models' other results predict, by model and benchmark slug."""
    function = _registered.get("expectation")
    return function(rows) if function and rows else {}
