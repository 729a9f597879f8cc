"""Sending allowances in the database, shared by all workers on all machines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import F

from newsletter.core.backoff import provider_pause
from newsletter.core.token_bucket import Rate
from newsletter.models import Bucket

PROVIDER = "provider"
GLOBAL = "global"


def domain_key(domain: str) -> str:
    """Return the bucket of a mail domain."""
    return f"domain:{domain}"


class Allowance:
    """Buckets locked for one transaction: ask `take` for each message, then `save`.

    Must be made inside a transaction. Buckets without a rate let everything through.
    """

    def __init__(self, rates: dict[str, Rate], keys: Iterable[str], now: dt.datetime):
        self._rates = {key: rates[key] for key in sorted(set(keys)) if key in rates}
        self._now = now
        self._tokens: dict[str, float] = {}
        if not self._rates:
            return
        Bucket.objects.bulk_create(
            [Bucket(key=key, tokens=rate.capacity, updated_at=now) for key, rate in self._rates.items()],
            ignore_conflicts=True,
        )
        # Locked in one order by everybody, so that two workers never wait for each other.
        rows = Bucket.objects.select_for_update().filter(key__in=list(self._rates)).order_by("key")
        for row in rows:
            elapsed = (now - row.updated_at).total_seconds()
            self._tokens[row.key] = self._rates[row.key].refilled(row.tokens, elapsed)

    def take(self, keys: Iterable[str]) -> float:
        """Take one token of each of `keys` and return 0, or take none and return the seconds to wait."""
        limited = [key for key in keys if key in self._rates]
        wait = max((self._rates[key].wait_for_one(self._tokens[key]) for key in limited), default=0.0)
        if wait > 0:
            return wait
        for key in limited:
            self._tokens[key] -= 1
        return 0.0

    def save(self) -> None:
        """Write the levels back."""
        for key, tokens in self._tokens.items():
            Bucket.objects.filter(key=key).update(tokens=tokens, updated_at=self._now)


def paused_until(now: dt.datetime) -> dt.datetime | None:
    """Return until when the relay is to be left alone, or None."""
    until = Bucket.objects.filter(key=PROVIDER).values_list("paused_until", flat=True).first()
    return until if until is not None and until > now else None


def pause_provider(now: dt.datetime) -> dt.datetime:
    """Leave the relay alone, longer after each refusal in a row. Return until when."""
    Bucket.objects.get_or_create(key=PROVIDER, defaults={"tokens": 0, "updated_at": now})
    Bucket.objects.filter(key=PROVIDER).update(failures=F("failures") + 1)
    failures = Bucket.objects.values_list("failures", flat=True).get(key=PROVIDER)
    until = now + provider_pause(failures)
    Bucket.objects.filter(key=PROVIDER).update(paused_until=until)
    return until


def provider_works() -> None:
    """Forget earlier refusals of the relay: it took a message."""
    Bucket.objects.filter(key=PROVIDER, failures__gt=0).update(failures=0, paused_until=None)
