"""Several runs of one endpoint, and the row that they become."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from importers.records import Batch, Place, SpeedRecord
from importers.speed.prompts import prompt
from importers.speed.stream import Endpoint, listen
from importers.speed.timing import Heard, Summary, summed_up
from models_catalog.models import Result, SpeedMeasurement

DATASET = "measure_speed"
PLACE = Place("measure_speed")


@dataclass(frozen=True, slots=True)
class Plan:
    """How often to ask, with how long a prompt, from where and on which day; `seed` makes its prompts its own."""

    runs: int
    warm_ups: int
    prompt_tokens: int
    region: str
    day: dt.date
    seed: str


def measure(
    endpoint: Endpoint, plan: Plan, clock: Callable[[], float], heard: Callable[[int, Heard], object]
) -> Summary:
    """Run the plan; the warm-ups come first and do not count. `heard` is told of each run, warm-ups numbered below 1.

    Raises EndpointError and NotTimed: one run that fails ends the measurement, as a median over those that
    happened to work would flatter.
    """
    counted = []
    for number in range(1 - plan.warm_ups, plan.runs + 1):
        run = listen(endpoint, prompt(plan.prompt_tokens, f"{plan.seed} {number}"), clock)
        heard(number, run)
        if number > 0:
            counted.append(run)
    return summed_up(counted)


def as_batch(provider: str, model: str, endpoint: Endpoint, plan: Plan, found: Summary, source_url: str) -> Batch:
    """The measurement as a row to import, under our slugs."""
    basis = SpeedMeasurement.TokenBasis
    row = SpeedRecord(
        place=PLACE,
        model=model,
        provider=provider,
        dataset=DATASET,
        output_tokens_per_second=found.rate.median,
        speed_low=found.rate.low,
        speed_high=found.rate.high,
        time_to_first_token=found.first_token.median,
        first_token_low=found.first_token.low,
        first_token_high=found.first_token.high,
        runs=plan.runs,
        warm_ups=plan.warm_ups,
        prompt_tokens=found.prompt_tokens,
        output_tokens=found.output_tokens,
        token_basis=str(basis.USAGE if found.counted_by_endpoint else basis.CHUNKS),
        region=plan.region,
        method=method_words(endpoint, plan, found),
        source_kind=str(Result.SourceKind.INDEPENDENT),
        measured_on=plan.day,
        source_url=source_url,
        suspect="",
    )
    return Batch(names_are_slugs=True, speeds=[row])


def method_words(endpoint: Endpoint, plan: Plan, found: Summary) -> str:
    """The settings that have no column of their own, in words of at most 300 characters."""
    parts = [
        f"Streamed by {endpoint.host} as “{endpoint.model}”",
        f"at most {endpoint.most_tokens} tokens asked for",
        "one request at a time",
        "rate counted after the first token",
    ]
    if found.prompt_tokens is None:
        parts.append(f"prompt of about {plan.prompt_tokens} words, not counted by the endpoint")
    if found.hidden:
        parts.append("thinking that was not streamed is left out of the rate and is part of the wait")
    words = "; ".join(parts)
    return words if len(words) <= 300 else words[:299] + "…"
