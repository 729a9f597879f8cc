"""A reader's own category weights: from the address to numbers and back.

`w=coding:40,agentic:30` gives those categories their weights and all others none;
`w=coding` alone is the name of a preset. Weights are relative: 4 to 3 is 40 to 30.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models_catalog.core.specs import CategorySpec

LONGEST = 500  # characters
LARGEST = 1_000_000
EXAMPLE = "coding:40,agentic:30"
FIELD = "w-"  # name of a form field, before the category

BALANCED, CODING, AGENTS, MULTILINGUAL, EVEN = "balanced", "coding", "agents", "multilingual", "even"
PRESETS = (BALANCED, CODING, AGENTS, MULTILINGUAL, EVEN)

# Presets that favour a category: its weight, next to which the others share the rest as usual.
_FAVOURED = {CODING: {"coding": 0.5}, AGENTS: {"agentic": 0.5}, MULTILINGUAL: {"multilingual": 0.5}}


@dataclass(frozen=True, slots=True)
class UseCase:
    """What people use models for: the shares of the categories that matter there, and what a model must take.

    `context` is the least context window in tokens, `modality` an input a model has to read; 0 and "" ask
    for nothing. The shares are a starting point that a reader edits, not a measurement.
    """

    slug: str
    title: str
    shares: Mapping[str, float]
    context: int = 0
    modality: str = ""


USE_CASES = (
    UseCase("agentic-coding", "Agentic coding", {"agentic": 0.5, "coding": 0.4, "reasoning": 0.1}),
    UseCase(
        "rag",
        "Answers from your documents",
        {"knowledge": 0.35, "instruction-following": 0.3, "reasoning": 0.35},
        context=32_000,
    ),
    UseCase("chat", "Chat", {"instruction-following": 0.35, "knowledge": 0.3, "reasoning": 0.2, "multilingual": 0.15}),
    UseCase("maths", "Maths", {"math": 0.6, "reasoning": 0.4}),
    UseCase("vision", "Images and charts", {"multimodal": 0.7, "reasoning": 0.3}, modality="image"),
    UseCase("long-documents", "Long documents", {"reasoning": 0.6, "knowledge": 0.4}, context=200_000),
)
_CASES = {case.slug: case for case in USE_CASES}

_NUMBER = re.compile(r"\d{1,7}(?:\.\d{1,6})?")


class WeightError(ValueError):
    """Weights that cannot be used; the message is a sentence for the reader who typed them."""


def parse_weights(text: str, categories: Iterable[CategorySpec]) -> dict[str, float]:
    """Read weights or the name of a preset; give a weight for every category, 0 for those not named.

    Raises WeightError with a sentence that says what is wrong and what would be right.
    """
    known = {category.slug: category for category in categories}
    if len(text) > LONGEST:
        raise WeightError(f"The weights are {len(text)} characters long; {LONGEST} is the most we read.")
    text = text.strip()
    if not text:
        raise WeightError(f"No weights are given. Write them like {EXAMPLE}.")
    if ":" not in text and (text in PRESETS or text in _CASES):
        return preset(text, known.values())
    weights = dict.fromkeys(known, 0.0)
    seen = set()
    for part in text.split(","):
        slug, value = _pair(part, known)
        if slug in seen:
            raise WeightError(f"The category {slug} is weighed twice; name it once.")
        seen.add(slug)
        weights[slug] = value
    if not any(weights.values()):
        raise WeightError("All weights are zero; give at least one category a weight above 0.")
    return weights


def _pair(part: str, known: Mapping[str, CategorySpec]) -> tuple[str, float]:
    slug, colon, number = (piece.strip() for piece in part.partition(":"))
    if not colon:
        named = f"“{slug[:40]}” has no weight" if slug else "A weight is missing between two commas"
        raise WeightError(
            f"{named}. Write category:number, like {EXAMPLE}, or a preset: {', '.join((*PRESETS, *_CASES))}."
        )
    if slug not in known:
        raise WeightError(f"There is no category “{slug[:40]}”. The categories are {', '.join(known)}.")
    if number.startswith("-"):
        raise WeightError(f"The weight of {slug} is negative; a weight is a number from 0 up.")
    if not _NUMBER.fullmatch(number) or not number.isascii() or float(number) > LARGEST:
        raise WeightError(
            f"The weight of {slug} is “{number[:40]}”, which is not a plain number from 0 to {LARGEST:,d}."
        )
    return slug, float(number)


def preset(name: str, categories: Iterable[CategorySpec]) -> dict[str, float]:
    """Give the weights of a preset, which sum to 1.

    `balanced` are the site's own weights, `even` the same for every category; a use case has shares of its
    own, and the others give one category half of the weight. Raises WeightError for a name that is no preset, and where
    the site has no such category.
    """
    categories = tuple(categories)
    usual = {category.slug: max(0.0, float(category.weight)) for category in categories}
    if name in _CASES:
        missing = [slug for slug in _CASES[name].shares if slug not in usual]
        if missing:
            raise WeightError(f"The preset {name} needs the category {missing[0]}, which this site does not have.")
        usual = {slug: _CASES[name].shares.get(slug, 0.0) for slug in usual}
    elif name == EVEN:
        usual = dict.fromkeys(usual, 1.0)
    elif name in _FAVOURED:
        missing = [slug for slug in _FAVOURED[name] if slug not in usual]
        if missing:
            raise WeightError(f"The preset {name} needs the category {missing[0]}, which this site does not have.")
        return _favour(usual, _FAVOURED[name])
    elif name != BALANCED:
        raise WeightError(f"There is no preset “{name[:40]}”. The presets are {', '.join(PRESETS)}.")
    return _normalised(usual)


def _favour(usual: dict[str, float], favoured: Mapping[str, float]) -> dict[str, float]:
    others = {slug: weight for slug, weight in usual.items() if slug not in favoured}
    if not any(others.values()):
        return _normalised({slug: favoured.get(slug, 0.0) for slug in usual})
    rest = _normalised(others)
    left = 1 - sum(favoured.values())
    return {slug: favoured[slug] if slug in favoured else left * rest[slug] for slug in usual}


def _normalised(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    if total <= 0:
        raise WeightError("No category of this site has a weight above 0.")
    return {slug: weight / total for slug, weight in weights.items()}


def available_presets(categories: Iterable[CategorySpec]) -> dict[str, dict[str, float]]:
    """List the presets that make sense with these categories, by name."""
    categories = tuple(categories)
    slugs = {category.slug for category in categories}
    return {name: preset(name, categories) for name in PRESETS if set(_FAVOURED.get(name, ())) <= slugs}


def ready_made(categories: Iterable[CategorySpec]) -> tuple[str, ...]:
    """Names of all presets and use cases that make sense with these categories, in reading order."""
    slugs = {category.slug for category in categories}
    cases = [case.slug for case in USE_CASES if set(case.shares) <= slugs]
    return (*(name for name in PRESETS if set(_FAVOURED.get(name, ())) <= slugs), *cases)


def written(weights: Mapping[str, float]) -> str:
    """Write weights as the address does: categories with weight, in the order given."""
    return ",".join(f"{slug}:{weight:.6f}".rstrip("0").rstrip(".") for slug, weight in weights.items() if weight > 0)


def from_fields(fields: Mapping[str, str]) -> str:
    """The text for an address from a form with one field a category (`w-coding`): empty fields count as 0.

    Values are passed on as typed, so that `parse_weights` is the only judge of them.
    """
    typed = {name.removeprefix(FIELD): value.strip() for name, value in fields.items() if name.startswith(FIELD)}
    return ",".join(f"{slug}:{value}" for slug, value in typed.items() if value and value != "0")
