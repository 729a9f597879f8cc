"""What is recorded of one model itself, as values to be set beside another's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from comparisons.core.records import Value
from models_catalog.core import display
from models_catalog.core.specs import ModelSpec

REASONING_WORDS = {"no": "no", "optional": "optional", "always": "always on"}

Values = Mapping[str, Value | None]  # what is known of one model, by attribute


def model_values(model: ModelSpec) -> Values:
    """What is recorded of the model itself."""
    known: dict[str, Value | None] = {}
    for attribute in ("context_window", "max_output_tokens"):
        known[attribute] = _known(model, getattr(model, attribute), display.tokens)
    for attribute in ("input_modalities", "output_modalities"):
        kinds = tuple(sorted(getattr(model, attribute), key=_modality_order))
        known[attribute] = _known(model, kinds, lambda kinds: ", ".join(map(modality, kinds)))
    for attribute in ("total_parameters", "active_parameters"):
        known[attribute] = _known(model, getattr(model, attribute), display.parameters)
    for attribute in ("licence", "status"):
        known[attribute] = _known(model, getattr(model, attribute), str)
    thinks = model.reasoning in REASONING_WORDS
    known["reasoning"] = _fact(model, model.reasoning, REASONING_WORDS[model.reasoning]) if thinks else None
    known["open_weights"] = (
        None
        if model.open_weights is None
        else Value(model.open_weights, display.yes_no(model.open_weights), model.weights_url or model.source_url)
    )
    for attribute, precision in (
        ("knowledge_cutoff", model.knowledge_cutoff_precision),
        ("release_date", model.release_precision),
    ):
        known[attribute] = _known(model, getattr(model, attribute), partial(display.date, precision=precision))
    return known


def _known(model: ModelSpec, value: object, printed: Callable[[object], str]) -> Value | None:
    return _fact(model, value, printed(value)) if value else None


def _fact(model: ModelSpec, value: object, text: str) -> Value:
    return Value(value, text, model.source_url)


def _modality_order(kind: str) -> tuple:
    usual = ("text", "image", "pdf", "audio", "video")
    return (usual.index(kind) if kind in usual else len(usual), kind)


def modality(kind: str) -> str:
    """A modality as printed."""
    return "PDF" if kind == "pdf" else kind
