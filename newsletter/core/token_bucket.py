"""Sending allowances: so many in any stretch of time, never more. Pure: no Django.

A bucket that holds C and refills at r a second lets through at most C + r·T in any stretch of T
seconds. With C = n/10 (at least 1) and r = (n − C)/T a rate of “n per T” is kept in every window,
not only on average.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PERIODS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
RATE_PATTERN = re.compile(r"^(?P<key>global|provider|domain:[a-z0-9.-]+)=(?P<n>[1-9][0-9]*)/(?P<per>[a-z]+)$")


@dataclass(frozen=True)
class Rate:
    """At most `count` in any `seconds` seconds."""

    count: int
    seconds: int

    @property
    def capacity(self) -> float:
        """What a full bucket holds."""
        return max(1.0, self.count / 10)

    @property
    def per_second(self) -> float:
        """How fast an empty bucket refills. One a period still refills within the period."""
        return max(self.count - self.capacity, 1.0) / self.seconds

    def refilled(self, tokens: float, elapsed: float) -> float:
        """Return the level after `elapsed` seconds; a clock that went back adds nothing."""
        return min(self.capacity, tokens + max(elapsed, 0.0) * self.per_second)

    def wait_for_one(self, tokens: float) -> float:
        """Return the seconds until one token is there."""
        return max(0.0, (1.0 - tokens) / self.per_second)


def parse_rates(text: str) -> dict[str, Rate]:
    """Read “global=5000/day, domain:gmail.com=20/minute”. Raises ValueError with a sentence."""
    rates: dict[str, Rate] = {}
    for item in filter(None, (part.strip().lower() for part in text.split(","))):
        found = RATE_PATTERN.match(item)
        if not found or found["per"] not in PERIODS:
            raise ValueError(
                f"“{item}” is no rate. Write global=5000/day, provider=10/second or domain:gmail.com=20/minute; "
                "the unit is second, minute, hour or day."
            )
        rates[found["key"]] = Rate(int(found["n"]), PERIODS[found["per"]])
    return rates
