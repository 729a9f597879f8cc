"""What names of metrics, filters and model arguments say: scale, attempts, adapters, quantising."""

from __future__ import annotations

import math
import re
from typing import Any

from importers.runs.figures import NOT_STATED, PERCENT, RAW

# Open scales or scales of their own, by the words tools name them with. They are left as written.
OPEN_METRIC = re.compile(
    r"perplexity|(?:^|_)ppl|bits_per_byte|bleu|chrf|(?:^|_)ter(?:$|_)|(?:^|_)mcc|matthews|brier|loss|latency|seconds"
    r"|likelihood|logprob|length|tokens|(?:^|_)(?:mse|mae|rmse)|pearson|spearman|elo|cost",
    re.IGNORECASE,
)
SEVERAL = re.compile(r"(?:maj|majority|pass|cons|best|avg)[@_^](?:at_|k_)?([0-9]+)", re.IGNORECASE)
MEAN_OF_SEVERAL = re.compile(r"avg[@_]", re.IGNORECASE)
QUANTISING = (
    "load_in_8bit",
    "load_in_4bit",
    "bnb_4bit_quant_type",
    "autogptq",
    "gptqmodel",
    "quantization",
    "gguf_file",
)
ADAPTERS = ("peft", "delta", "lora_local_path", "adapter", "adapter_path")
# A word in a model's own name that says its weights are not those of the base model.
QUANTISED_NAME = re.compile(
    r"(?:^|[-_./ ])(?:gguf|gptq|awq|int[48]|[48]bit|q[2-8](?:_[a-z0-9]+)*|nf4|fp4|bnb|exl2|w4a16|w8a8)(?:$|[-_./ ])",
    re.IGNORECASE,
)


def number(value: Any) -> float | None:
    """A finite number, or None for text, NaN, Infinity, true and false."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def whole(value: Any) -> int | None:
    """A whole number of a sensible size that is not negative, or None."""
    found = number(value)
    if found is None or found != int(found) or not 0 <= found < 10**12:
        return None
    return int(found)


def text(value: Any, longest: int = 300) -> str:
    """Text of one line, "" for anything else."""
    if not isinstance(value, str):
        return ""
    line = " ".join(value.encode("utf-8", "replace").decode().replace("\x00", "").split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def mapping(value: Any) -> dict[str, Any]:
    """The value when it is an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def attempts_named(name: str) -> int | None:
    """k of a name such as maj@8, pass@4 or pass_at_2; None when it names none."""
    found = SEVERAL.search(name)
    return int(found.group(1)) if found else None


def is_best_of_several(name: str) -> bool:
    """Whether the name speaks of the best or the vote of several answers, not of one or their mean."""
    named = attempts_named(name)
    return named is not None and named > 1 and not MEAN_OF_SEVERAL.search(name)


def scaled(metric: str, value: float, *, lower: bool | None) -> tuple[float, str]:
    """(score, unit) of a number that a tool writes as a share of 1 unless the metric has a scale of its own.

    A share becomes percent. A number outside 0..1 of a metric we know no scale for stays as
    it is, its unit not stated.
    """
    if lower or OPEN_METRIC.search(metric):
        return value, RAW
    if 0 <= value <= 1:
        return value * 100, PERCENT
    return value, NOT_STATED


def model_arguments(value: Any) -> dict[str, Any]:
    """A tool's model arguments as a dict: a dict as it is, “a=b,c=d” taken apart."""
    if isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    if isinstance(value, str):
        for part in value.split(","):
            name, sign, content = part.partition("=")
            if sign and name.strip():
                found[name.strip()] = content.strip()
    return found


def is_on(value: Any) -> bool:
    """Whether an argument is set: not empty, not false, not none."""
    return value not in (None, False, 0, "") and str(value).strip().lower() not in ("false", "none", "null", "0")


def quantised(arguments: dict[str, Any], *names: str) -> str:
    """What says that the weights were quantised, or ""."""
    for name in QUANTISING:
        if is_on(arguments.get(name)):
            return f"{name}={text(str(arguments[name]), 60)}"
    for name in names:
        found = QUANTISED_NAME.search(name)
        if found:
            return f"“{found.group().strip('-_./ ')}” in its name"
    return ""


def adapter(arguments: dict[str, Any]) -> str:
    """The adapter that was laid over the base model, or ""."""
    for name in ADAPTERS:
        if is_on(arguments.get(name)):
            return text(str(arguments[name]), 200)
    return ""
