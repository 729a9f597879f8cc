"""When to try again. Pure: no Django, no clock of its own."""

from __future__ import annotations

import datetime as dt
import hashlib

RETRY_STEPS = (
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=6),
    dt.timedelta(hours=24),
)
MOST_ATTEMPTS = 6  # about 48 hours of trying; hours in which nobody tried do not count
JITTER = 0.2
SHORTEST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=1)


def jitter(seed: str) -> float:
    """Return a factor between 1 and 1 + JITTER that depends on `seed` only."""
    drawn = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    return 1 + JITTER * drawn / 2**64


def retry_at(
    delivery_id: int, attempts: int, now: dt.datetime, give_up_at: dt.datetime | None = None
) -> dt.datetime | None:
    """Return when attempt number `attempts` + 1 may start, or None when it was the last or that is after `give_up_at`.

    `attempts` counts those already made (at least 1). Jitter keeps messages that failed together from
    coming back together. An issue that was paused, or whose relay was away, loses no attempt by that.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    step = RETRY_STEPS[min(max(attempts, 1), len(RETRY_STEPS)) - 1]
    moment = now + step * jitter(f"{delivery_id}:{attempts}")
    return moment if give_up_at is None or moment <= give_up_at else None


def provider_pause(failures: int) -> dt.timedelta:
    """Return how long to leave a relay alone after `failures` refusals in a row (1, 2, 4 … 60 min)."""
    return min(SHORTEST_PAUSE * 2 ** min(max(failures, 1) - 1, 10), LONGEST_PAUSE)
