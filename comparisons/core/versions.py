"""The versions of the method: when each came into force, what it was, and why it was replaced.

The methodology page lists them, each earlier one has a page of its own, and the change log says
with these words why scores moved on the day of a new one.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Version(NamedTuple):
    """One version; `why` is what it changed and the reason, empty for the first.

    `rules` are the sentences that no longer hold, with the figures of then; empty for the version
    in force.
    """

    number: str
    since: dt.date
    text: str
    why: str = ""
    rules: tuple[str, ...] = ()

    @property
    def href(self) -> str:
        """The page of an earlier version."""
        return f"/methodology/{self.number}/"


VERSIONS = (
    Version(
        "1",
        dt.date(2026, 11, 25),
        "First published method: points above par, category scores with two votes of shrinkage, intervals from "
        "measured scatter, verdicts from the probability of the order.",
        rules=(
            "A difference on one benchmark was named from 3.4 points on our scale and called clear from 6.6, whatever "
            "the number of its questions: two reports of one model on one test were taken to scatter by 4 points.",
            "How much self-reporting flatters was taken to differ between makers by 2.5 points (SD), which made margins "
            "narrower than they had to be.",
            "Every lead counted in full, however far it lay from the model’s other leads.",
            "There was no scale link: printed scores sank as harder tests entered, so a score was comparable within "
            "one date only.",
        ),
    ),
    Version(
        "2",
        dt.date(2026, 11, 29),
        "The difference on a single benchmark is judged by the number of its questions instead of a constant. Makers’ "
        "own rows widen margins more, because they predict others’ rows worse than version 1 said. A lead far from a "
        "model’s other leads is held back. A scale link keeps printed scores comparable from year to year.",
        "Margins count how many questions a test has and how far makers’ rows stray (4 points instead of 2.5), far-off "
        "leads are held back, and a scale link stops scores from sinking as harder tests enter.",
    ),
)


def version(number: str) -> Version | None:
    """The version of that number, None for one this code does not know."""
    return next((entry for entry in VERSIONS if entry.number == number), None)
