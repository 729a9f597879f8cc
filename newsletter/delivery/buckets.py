"""Sending allowances in the database, shared by all workers on all machines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from newsletter.core.backoff import provider_pause
from newsletter.core.token_bucket import Rate
from newsletter.models import Bucket

PROVIDER = "provider"
GLOBAL = "global"
DOMAIN = "domain:"


def domain_key(domain: str) -> str:
    """Return the bucket of a mail domain."""
    return f"{DOMAIN}{domain}"


class Allowance:
    """All buckets that have a rate, locked for one transaction: ask `take` for each message, then `save`.

    Must be made inside a transaction. What has no rate is let through.
    """

    def __init__(self, rates: dict[str, Rate], now: dt.datetime):
        self._rates = rates
        self._now = now
        self._tokens: dict[str, float] = {}
        if not rates:
            return
        Bucket.objects.bulk_create(
            [Bucket(key=key, tokens=rate.capacity, updated_at=now) for key, rate in rates.items()],
            ignore_conflicts=True,
        )
        # Locked in one order by everybody, so that two workers never wait for each other.
        self._tokens = levels(rates, now, Bucket.objects.select_for_update())

    @property
    def is_unlimited(self) -> bool:
        """Whether there is no rate at all."""
        return not self._rates

    def room(self, wanted: int) -> int:
        """Return how many of `wanted` messages may leave at most, whoever they are for."""
        return min([wanted, *(int(self._tokens[key]) for key in (GLOBAL, PROVIDER) if key in self._tokens)])

    def spent_domains(self) -> set[str]:
        """Return the mail domains whose allowance is used up for now."""
        return {key.removeprefix(DOMAIN) for key, left in self._tokens.items() if key.startswith(DOMAIN) and left < 1}

    def take(self, domain: str) -> float:
        """Take one token for a message to `domain` and return 0, or take none and return the seconds to wait."""
        limited = [key for key in (GLOBAL, PROVIDER, domain_key(domain)) if key in self._rates]
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


def levels(rates: dict[str, Rate], now: dt.datetime, rows: QuerySet[Bucket]) -> dict[str, float]:
    """Return how many tokens each of `rates` has at `now`, of the buckets in `rows`."""
    found = {}
    for row in rows.filter(key__in=list(rates)).order_by("key"):
        found[row.key] = rates[row.key].refilled(row.tokens, (now - row.updated_at).total_seconds())
    return found


@dataclass(frozen=True)
class Pauses:
    """What is to be left alone now: everything until `relay`, or mail for some `domains`."""

    relay: dt.datetime | None
    domains: frozenset[str]


def pauses(now: dt.datetime) -> Pauses:
    """Return what is paused at `now`. One query."""
    rows = Bucket.objects.filter(Q(key=PROVIDER) | Q(key__startswith=DOMAIN), paused_until__gt=now)
    until = dict(rows.values_list("key", "paused_until"))
    domains = frozenset(key.removeprefix(DOMAIN) for key in until if key != PROVIDER)
    return Pauses(until.get(PROVIDER), domains)


def pause(key: str, now: dt.datetime) -> dt.datetime:
    """Leave the relay (PROVIDER) or a mail domain alone, longer after each refusal in a row. Return until when."""
    Bucket.objects.get_or_create(key=key, defaults={"tokens": 0, "updated_at": now})
    Bucket.objects.filter(key=key).update(failures=F("failures") + 1)
    failures = Bucket.objects.values_list("failures", flat=True).get(key=key)
    until = now + provider_pause(failures)
    Bucket.objects.filter(key=key).update(paused_until=until)
    return until


def works(domains: Iterable[str]) -> None:
    """Forget earlier refusals of the relay and of `domains`: it took a message for them."""
    keys = [PROVIDER, *(domain_key(domain) for domain in domains)]
    Bucket.objects.filter(key__in=keys, failures__gt=0).update(failures=0, paused_until=None)
