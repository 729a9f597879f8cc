"""The form for a reader's own category weights, as boards and pair pages show it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from comparisons.core.standing import CategoryFit
from comparisons.pages.parts import Link
from models_catalog.core import display
from models_catalog.core.specs import CategorySpec

SITE_WEIGHTS = "Back to the site’s weights"


@dataclass(frozen=True, slots=True)
class WeightField:
    """The field of one category's weight."""

    id: str
    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class WeightsForm:
    """The whole form; it stands open where own weights are in use, or were wrong."""

    action: str
    submit: str
    reset: Link | None
    keep: tuple[tuple[str, str], ...]
    open: bool
    presets: tuple[Link, ...]
    entries: tuple[WeightField, ...]
    key: Hashable = None  # names the fields among all of the process; None under own weights

    cue: ClassVar[str] = "use your own category weights"
    label: ClassVar[str] = "Your own category weights"
    note: ClassVar[str] = "Any positive numbers; 0 leaves a category out. The address keeps them, we do not."


def weight_fields(categories: Iterable[CategorySpec], in_force: Mapping[str, CategoryFit]) -> tuple[WeightField, ...]:
    """One field a category of the lane, filled with the weight in use."""
    return tuple(
        WeightField(
            f"weight-{category.slug}",
            f"w-{category.slug}",
            category.name,
            display.plain(in_force[category.slug].weight),
        )
        for category in categories
        if category.slug in in_force
    )
