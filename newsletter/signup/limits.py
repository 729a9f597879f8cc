"""How many confirmation mails may leave: per address, mail domain, connection and altogether.

Allowances of mail domains are rows under keyed hashes, shared by all processes; those of a mailbox
are counted from the mails already queued for it. The one of a connection lives in this process's
memory only, under a hash whose salt is forgotten daily: with several processes each counts for
itself and the global allowance bounds them all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.http import HttpRequest

from newsletter import conf
from newsletter.consent.location import client_address
from newsletter.core.addresses import domain_of
from newsletter.models import Bucket, ConsentEvent, Delivery, TransactionalMail

PREFIX = "signup:"
HOUR = 3600.0
Windows = tuple[tuple[dt.timedelta, int], ...]
PREFERENCES_WINDOWS: Windows = ((dt.timedelta(minutes=10), 1), (dt.timedelta(days=1), 3))
SIGNUP_WINDOWS: Windows = (*PREFERENCES_WINDOWS, (dt.timedelta(days=30), 5))
BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
Purpose = TransactionalMail.Purpose
OWNERS_ACTS = (ConsentEvent.Kind.CONFIRMED, ConsentEvent.Kind.RECONFIRMED, ConsentEvent.Kind.ERASED)
MOST_CONNECTIONS = 20_000
PREFERENCES_PER_HOUR = 1200

# Mailbox providers with so many readers that one domain says nothing; the global allowance counts for them.
SHARED_DOMAINS = frozenset(
    [
        "aol.com",
        "fastmail.com",
        "free.fr",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hey.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "mail.com",
        "mail.ru",
        "me.com",
        "msn.com",
        "naver.com",
        "orange.fr",
        "outlook.com",
        "pm.me",
        "posteo.de",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "t-online.de",
        "web.de",
        "yahoo.co.jp",
        "yahoo.com",
        "yandex.ru",
        "ymail.com",
        "126.com",
        "163.com",
    ]
)


@dataclass(frozen=True)
class Allowance:
    """At most `count` in any `seconds` seconds, half of them at once.

    The bucket holds `count` / 2 and refills by as much in `seconds`, so no stretch sees more than `count`.
    """

    key: str
    count: int
    seconds: float

    @property
    def capacity(self) -> float:
        return max(1.0, self.count / 2)

    def refilled(self, tokens: float, passed: float) -> float:
        """Return the level `passed` seconds later; a clock set back takes nothing away."""
        return min(self.capacity, tokens + max(passed, 0.0) * self.capacity / self.seconds)


def for_everybody(address: str) -> tuple[Allowance, ...]:
    """Return the allowances whose end means a flood: all sign-ups of an hour, and those of one mail domain."""
    allowances = [Allowance(f"{PREFIX}all", conf.signups_per_hour(), HOUR)]
    domain = domain_of(address)
    if domain not in SHARED_DOMAINS:
        digest = hmac.new(conf.pepper(), domain.encode(), hashlib.sha256).hexdigest()
        allowances.append(Allowance(f"{PREFIX}domain:{digest}", conf.signups_per_domain(), HOUR))
    return tuple(allowances)


def for_solved() -> tuple[Allowance, ...]:
    """Return the allowance of those who solved the proof of work during a flood."""
    return (Allowance(f"{PREFIX}solved", 2 * conf.signups_per_hour(), HOUR),)


def for_later() -> tuple[Allowance, ...]:
    """Return the allowance of those who let the mail come later during a flood."""
    return (Allowance(f"{PREFIX}later", conf.signups_per_hour(), HOUR),)


def for_preferences() -> tuple[Allowance, ...]:
    """Return the allowance of all requests for a link to the preferences; no flood of sign-ups touches it."""
    return (Allowance(f"{PREFIX}preferences", PREFERENCES_PER_HOUR, HOUR),)


def for_alert() -> tuple[Allowance, ...]:
    """Return the allowance of the alert to the operators: one an hour."""
    return (Allowance(f"{PREFIX}alert", 1, HOUR),)


def take(allowances: Sequence[Allowance], now: dt.datetime) -> bool:
    """Use one of every allowance, or of none when one is used up. Queries: 3 and a savepoint."""
    with transaction.atomic():
        Bucket.objects.bulk_create(
            [Bucket(key=item.key, tokens=item.capacity, updated_at=now) for item in allowances], ignore_conflicts=True
        )
        keys = sorted(item.key for item in allowances)
        rows = {row.key: row for row in Bucket.objects.select_for_update().filter(key__in=keys).order_by("key")}
        for item in allowances:
            row = rows[item.key]
            row.tokens = item.refilled(row.tokens, (now - row.updated_at).total_seconds())
            row.updated_at = now
        if any(row.tokens < 1 for row in rows.values()):
            return False
        for row in rows.values():
            row.tokens -= 1
        Bucket.objects.bulk_update(rows.values(), ["tokens", "updated_at"])
        return True


def may_ask(subject_key: str, now: dt.datetime) -> bool:
    """Tell whether one more answer to a sign-up may go to this mailbox: 1 in 10 minutes, 3 a day, 5 in 30 days.

    Strangers can use this up; so it starts anew whenever the owner of the mailbox acted: confirmed or erased.
    """
    own = ConsentEvent.objects.filter(subject_key=subject_key, kind__in=OWNERS_ACTS).order_by("-id")
    since = own.values_list("at", flat=True).first()
    return _is_due(subject_key, (Purpose.CONFIRM, Purpose.NOTICE), SIGNUP_WINDOWS, now, since)


def may_ask_for_preferences(subject_key: str, now: dt.datetime) -> bool:
    """The same for links to the preferences that somebody asked for by a form: 1 in 10 minutes, 3 a day."""
    return _is_due(subject_key, (Purpose.MANAGE,), PREFERENCES_WINDOWS, now)


def sent_lately(subject_key: str, purposes: Sequence[str], now: dt.datetime) -> bool:
    """Tell whether a mail of one of `purposes` was queued for this mailbox within ten minutes."""
    return not _is_due(subject_key, purposes, SIGNUP_WINDOWS[:1], now)


def _is_due(
    subject_key: str, purposes: Sequence[str], windows: Windows, now: dt.datetime, since: dt.datetime | None = None
) -> bool:
    """Count the mails of `purposes` in every window, none before `since`.

    Call it in the transaction that queues the mail: it locks the mailbox's row until then.
    """
    key = f"{PREFIX}mailbox:{subject_key}"
    Bucket.objects.bulk_create([Bucket(key=key, tokens=0, updated_at=now)], ignore_conflicts=True)
    Bucket.objects.select_for_update().get(key=key)
    Bucket.objects.filter(key=key).update(updated_at=now)
    begin = max(now - max(window for window, _ in windows), since or BEGINNING)
    times = list(
        Delivery.objects.filter(
            address_key=subject_key, mail__purpose__in=purposes, mail__created_at__gt=begin
        ).values_list("mail__created_at", flat=True)
    )
    return all(sum(time > now - window for time in times) < most for window, most in windows)


def use_once(challenge: str, now: dt.datetime) -> bool:
    """Mark a solved challenge as used. False when it was used before: one solution, one sign-up."""
    digest = hashlib.sha256(challenge.encode()).hexdigest()
    with transaction.atomic():
        _, is_new = Bucket.objects.get_or_create(
            key=f"{PREFIX}work:{digest}", defaults={"tokens": 0, "updated_at": now}
        )
    return is_new


@dataclass
class ConnectionLimiter:
    """Counts requests by connection in memory. Holds salted hashes for an hour, never an address."""

    most: int = 10
    seconds: float = 3600
    _salt: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _salt_day: dt.date | None = None
    _seen: OrderedDict[bytes, deque[float]] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def allows(self, request: HttpRequest, now: dt.datetime) -> bool:
        """Count one request of this connection; False when there were `most` within `seconds`."""
        address = client_address(request)
        if address is None:
            return True
        # Of IPv6 a household gets 64 bits for itself.
        network = address.packed[:8] if address.version == 6 else address.packed
        with self._lock:
            if self._salt_day != now.date():
                self._salt, self._salt_day = secrets.token_bytes(32), now.date()
                self._seen.clear()
            times = self._seen.setdefault(hmac.digest(self._salt, network, "sha256"), deque())
            return self._count(times, now.timestamp())

    def forget(self) -> None:
        """Drop everything, salt included."""
        with self._lock:
            self._salt_day = None
            self._seen.clear()

    def _count(self, times: deque[float], now: float) -> bool:
        while times and times[0] <= now - self.seconds:
            times.popleft()
        while len(self._seen) > MOST_CONNECTIONS:
            self._seen.popitem(last=False)
        if len(times) >= self.most:
            return False
        times.append(now)
        return True


connections = ConnectionLimiter()
# Letting the mail come later, and asking for a link to the preferences, count for themselves.
later_connections = ConnectionLimiter(most=5)
preferences_connections = ConnectionLimiter(most=20)
