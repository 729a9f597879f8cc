"""The question a speed measurement asks: ordinary words of a wanted length, and never the same text twice."""

from __future__ import annotations

import random

# Common words that the usual tokenizers write as one token each, with the space before it.
WORDS = (
    *("the", "river", "house", "light", "morning", "people", "water", "market", "road", "story", "garden", "window"),
    *("small", "old", "green", "quiet", "early", "open", "long", "warm", "new", "little", "good", "high"),
    *("and", "with", "near", "under", "after", "before", "over", "from", "into", "between", "without", "along"),
    *("walk", "read", "carry", "watch", "build", "follow", "wait", "speak", "turn", "write", "sing", "look"),
)
TASK = "Write a long story in plain prose in which these words appear. Begin at once, and do not stop early."
TASK_TOKENS = 24  # about; the endpoint's own count is what is stored


def prompt(tokens: int, seed: str) -> str:
    """A prompt of about `tokens` tokens, the same for the same seed.

    The seed's words come first, so that no endpoint answers from what it kept of an earlier run.
    """
    chance = random.Random(seed)  # noqa: S311 - a text, not a secret
    words = [chance.choice(WORDS) for _ in range(max(1, tokens - TASK_TOKENS))]
    return f"{' '.join(words)}.\n\n{TASK}"
