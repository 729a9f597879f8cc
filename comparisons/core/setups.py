"""Who ran a test, in which harness, and how hard the model was allowed to think: like with like.

Two results on one benchmark can follow its standard setting and still be no fair pair: one from
the model's maker, the other from an independent body, or one with more reasoning effort. Of all
pairs of results of two models `most_alike` finds the one whose setups agree best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from models_catalog.core.specs import (
    DEFAULT_EFFORT,
    INDEPENDENT,
    PROVIDER_REPORTED,
    TIER_BOARD,
    TIER_MAKER,
    ModelSpec,
    ResultRow,
)

SAME, DIFFERENT, NOT_KNOWN = "same", "different", "unknown"
GRADES = (SAME, NOT_KNOWN, DIFFERENT)  # best first

MAKER = "its maker"
BOARD = "the benchmark’s own board"
# Reasoning effort as an order (see `ResultRow.effort`): where a class ends, and what it is called.
EFFORTS = ((11, "no reasoning"), (20, "low effort"), (34, "medium effort"))
MOST = "high effort"
ANY = "any"  # a model that does not reason cannot be given more effort


@dataclass(frozen=True, slots=True)
class Setup:
    """How a result came about; an empty text is not known. `named` tells an evaluator that the source names."""

    evaluator: str
    named: bool
    harness: str
    effort: str

    @property
    def words(self) -> str:
        """Evaluator, harness and effort as they are printed."""
        effort = "effort not said" if self.effort in ("", ANY) else self.effort
        return ", ".join(part for part in (self.evaluator or "run by nobody named", self.harness, effort) if part)


def setup_of(row: ResultRow, model: ModelSpec) -> Setup:
    """The setup of a result of `model`: what the source says, else what its kind tells."""
    evaluator, named = row.evaluator, bool(row.evaluator)
    if row.source_kind == PROVIDER_REPORTED or row.source_tier == TIER_MAKER or (named and row.evaluator == model.lab):
        evaluator, named = MAKER, True
    elif not named and row.source_tier == TIER_BOARD:
        evaluator = BOARD
    elif not named and row.source_kind == INDEPENDENT:
        evaluator = site_of(row.source_url)
    return Setup(evaluator, named, row.harness, effort_of(row, model))


def site_of(url: str) -> str:
    """The site an address belongs to, without the names of its hosts: logs.epoch.ai is epoch.ai."""
    host = urlsplit(url).hostname if url else None
    return ".".join((host or "").split(".")[-2:])


def effort_of(row: ResultRow, model: ModelSpec) -> str:
    """The class of reasoning effort, empty where it is not said."""
    if row.effort == DEFAULT_EFFORT:
        return ANY if model.reasoning == "no" else ""
    return next((name for most, name in EFFORTS if row.effort <= most), MOST)


def differences(a: Setup, b: Setup) -> tuple[str, ...]:
    """What is known to differ between two setups: evaluator, harness, effort."""
    found = []
    if a.evaluator and b.evaluator and a.evaluator != b.evaluator and (a.named == b.named or MAKER in _who(a, b)):
        found.append("evaluator")
    if a.harness and b.harness and a.harness != b.harness:
        found.append("harness")
    if a.effort and b.effort and ANY not in (a.effort, b.effort) and a.effort != b.effort:
        found.append("effort")
    return tuple(found)


def _who(a: Setup, b: Setup) -> tuple[str, str]:
    return a.evaluator, b.evaluator


def agreement(a: Setup, b: Setup) -> str:
    """Whether two setups are the same, different in something known, or not known well enough."""
    if differences(a, b):
        return DIFFERENT
    efforts = {a.effort, b.effort} - {ANY}
    known = a.evaluator == b.evaluator != "" and a.harness == b.harness and len(efforts) <= 1
    return SAME if known else NOT_KNOWN


def most_alike(
    rows: tuple[Sequence[ResultRow], Sequence[ResultRow]], models: tuple[ModelSpec, ModelSpec]
) -> tuple[ResultRow, ResultRow] | None:
    """The two results whose setups agree best; of equally alike ones those that count first.

    `rows` hold the results that may be compared at all, each side in its order of counting. None
    where no two follow comparable settings.
    """
    pairs = [
        (a, b, (first, second))
        for first, a in enumerate(rows[0])
        for second, b in enumerate(rows[1])
        if comparable_settings(a, b)
    ]

    def order(pair: tuple[ResultRow, ResultRow, tuple[int, int]]) -> tuple:
        a, b, places = pair
        setups = setup_of(a, models[0]), setup_of(b, models[1])
        return (
            not a.standard,
            GRADES.index(agreement(*setups)),
            len(differences(*setups)),
            sum(places),
            max(places),
            places,
        )

    best = min(pairs, key=order, default=None)
    return None if best is None else (best[0], best[1])


def comparable_settings(a: ResultRow, b: ResultRow) -> bool:
    """Whether two results follow comparable settings: both the standard one, or one and the same other."""
    if a.standard != b.standard:
        return False
    return a.standard or (a.variant, a.method, a.items_run) == (b.variant, b.method, b.items_run)
