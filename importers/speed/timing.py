"""From moments of single runs to the figures of a measurement."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

PLACES = Decimal("0.0001")


class NotTimed(Exception):
    """A run from which no speed follows; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One streamed answer: seconds from the request to its first and last token, tokens, and who counted them.

    `pieces` are the parts of the stream that carried text. `completion_tokens` and `prompt_tokens` are the endpoint's
    own counts, None where it gave none; `hidden_tokens` are those of them it never showed.
    """

    first: float
    last: float
    pieces: int
    completion_tokens: int | None = None
    prompt_tokens: int | None = None
    hidden_tokens: int = 0

    @property
    def tokens(self) -> int:
        """Output tokens that were streamed: the endpoint's count, else the pieces."""
        counted = None if self.completion_tokens is None else self.completion_tokens - self.hidden_tokens
        return self.pieces if counted is None or counted <= 0 else counted

    @property
    def counted_by_endpoint(self) -> bool:
        return self.completion_tokens is not None and self.completion_tokens > self.hidden_tokens

    def rate(self) -> float:
        """Tokens per second after the first token. Raises NotTimed where the answer has no length in time."""
        if self.pieces < 2 or self.tokens < 2 or self.last <= self.first:
            raise NotTimed(
                "The answer came in one piece, so its speed cannot be timed. Ask for more tokens, and check that "
                "nothing on the way collects the stream."
            )
        return (self.tokens - 1) / (self.last - self.first)


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several runs, the least and the most."""

    median: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Summary:
    """What the runs that count say together. Tokens are medians; `prompt_tokens` is None where nobody counted them."""

    rate: Spread
    first_token: Spread
    prompt_tokens: int | None
    output_tokens: int
    counted_by_endpoint: bool
    hidden: bool


def spread(figures: Sequence[float]) -> Spread:
    """Median, least and most, to four decimal places; an even number of runs has its middle two averaged."""
    exact = (statistics.median(figures), min(figures), max(figures))
    return Spread(*(Decimal(repr(float(each))).quantize(PLACES) for each in exact))


def summed_up(runs: Sequence[Heard]) -> Summary:
    """The measurement that the runs make. Raises NotTimed when one of them has no speed, or counts differ in kind."""
    if len({run.counted_by_endpoint for run in runs}) > 1:
        raise NotTimed("The endpoint counted the tokens of some runs and not of others. Measure again.")
    prompts = [run.prompt_tokens for run in runs if run.prompt_tokens is not None]
    return Summary(
        rate=spread([run.rate() for run in runs]),
        first_token=spread([run.first for run in runs]),
        prompt_tokens=round(statistics.median(prompts)) if len(prompts) == len(runs) else None,
        output_tokens=round(statistics.median(run.tokens for run in runs)),
        counted_by_endpoint=runs[0].counted_by_endpoint,
        hidden=any(run.hidden_tokens for run in runs),
    )
