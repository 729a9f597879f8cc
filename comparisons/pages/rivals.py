"""Who stands near a model, and what could replace it: found by use, never at random.

“Similar strength” means too close to call: the order of the two overall scores is not
even likely, by the very comparison the pair page makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from comparisons.boards.rows import mixed_price
from comparisons.boards.store import BoardEntry
from comparisons.core import pairing
from comparisons.core.boards import reach_of_too_close
from comparisons.core.method import METHOD
from comparisons.core.pairs import join
from comparisons.core.standing import LaneFit, ModelStanding
from models_catalog.core import display
from models_catalog.core.specs import ModelSpec, PriceSpec

NEAREST = 6
ALTERNATIVES = 3


@dataclass(frozen=True)
class Rival:
    """A model near another one: gap (positive where it is ahead) and margin in points, and P of the order."""

    model: ModelSpec
    pair_href: str
    gap: float
    margin: float
    p_leader: float
    score: float
    ranked: bool

    @property
    def too_close(self) -> bool:
        """Whether nobody can be called stronger."""
        return self.p_leader < METHOD.likely

    @property
    def href(self) -> str:
        """Path of the rival's page."""
        return f"/models/{self.model.slug}/"

    @property
    def score_text(self) -> str:
        """Its overall score."""
        return display.overall_score(self.score)

    @property
    def gap_text(self) -> str:
        """The gap with its sign, seen from the model of the page."""
        return display.signed(self.gap)

    @property
    def margin_text(self) -> str:
        """The margin of the gap."""
        return f"± {display.margin(self.margin)}"

    @property
    def sure_text(self) -> str:
        """How sure the order is."""
        return display.probability(self.p_leader)


def candidates(own: BoardEntry, entries: Iterable[BoardEntry]) -> tuple[str, ...]:
    """Slugs of the models that may be too close to call against `own`, and of its nearest neighbours."""
    if own.overall is None:
        return ()
    others = [
        entry
        for entry in entries
        if entry.overall is not None and entry.model.slug != own.model.slug and (entry.ranked or not own.ranked)
    ]
    near = sorted(others, key=lambda entry: (abs(entry.overall - own.overall), entry.model.slug))[: 2 * NEAREST]
    close = [e for e in others if abs(e.overall - own.overall) <= reach_of_too_close(own.se, e.se)]
    return tuple(dict.fromkeys(entry.model.slug for entry in (*near, *close)))


def rivals(
    fit: LaneFit, own: ModelStanding, others: Mapping[str, ModelStanding], models: Mapping[str, ModelSpec]
) -> tuple[Rival, ...]:
    """Compare a model with each of `others` that shares a benchmark with it, nearest first."""
    found = []
    for slug, standing in others.items():
        pair = pairing.pair(fit, own, standing)
        if pair is None or not pairing.shared_cells(fit, own, standing):
            continue
        found.append(
            Rival(
                model=models[slug],
                pair_href=f"/compare/{join(own.model, slug)}/",
                gap=-pair.gap,
                margin=pair.margin,
                p_leader=pair.p_leader,
                score=standing.overall,
                ranked=standing.ranked,
            )
        )
    return tuple(sorted(found, key=lambda rival: (abs(rival.gap), rival.model.slug)))


@dataclass(frozen=True)
class Alternative:
    """A model of similar strength with one advantage, said in `why`."""

    rival: Rival
    why: str


@dataclass(frozen=True)
class Alternatives:
    """Models of similar strength: cheaper ones, open ones, ones with a longer context."""

    cheaper: tuple[Alternative, ...]
    open: tuple[Alternative, ...]
    longer: tuple[Alternative, ...]

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return bool(self.cheaper or self.open or self.longer)


def alternatives(
    model: ModelSpec, price: PriceSpec | None, near: Iterable[Rival], prices: Mapping[str, PriceSpec]
) -> Alternatives:
    """Choose among the models that are too close to call, the greatest advantage first.

    Cheaper means the blended price, and both prices known; a longer context, both windows
    known; a difference too small to notice is none.
    """
    level = [rival for rival in near if rival.too_close]
    own_price, window = mixed_price(price), model.context_window
    cheaper, longer = [], []
    for rival in level:
        other = mixed_price(prices.get(rival.model.slug))
        if (
            own_price is not None
            and other is not None
            and other * METHOD.noticeable_ratio <= own_price
            and other < own_price
        ):
            cheaper.append((other, rival, _cheaper_words(other, own_price)))
        theirs = rival.model.context_window
        if window and theirs and Decimal(theirs) >= window * METHOD.noticeable_ratio:
            longer.append((-theirs, rival, f"{display.tokens(theirs)} tokens against {display.tokens(window)}"))
    unlocked = [rival for rival in level if rival.model.open_weights] if model.open_weights is False else []
    return Alternatives(
        cheaper=_first(cheaper),
        open=tuple(Alternative(rival, rival.model.licence or "open weights") for rival in unlocked[:ALTERNATIVES]),
        longer=_first(longer),
    )


def _first(found: list[tuple]) -> tuple[Alternative, ...]:
    ordered = sorted(found, key=lambda item: (item[0], item[1].model.slug))
    return tuple(Alternative(rival, why) for _, rival, why in ordered[:ALTERNATIVES])


def _cheaper_words(other: Decimal, own: Decimal) -> str:
    words = f"{display.money(other)} against {display.money(own)}"
    return words if other == 0 else f"{words}, {display.saving(other, own)} less"
