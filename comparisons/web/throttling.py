"""How often one client may ask, without keeping who it is.

A client is known by a keyed hash of its network address whose key lives in this process's
memory and is thrown away every day; neither the address nor the hash is ever written down.
With several processes each counts for itself.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from threading import Lock

from django.conf import settings
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

MOST_CLIENTS = 20_000
DAY = 24 * 60 * 60
MINUTE = 60.0


class ClientKeys:
    """Turns requests into keys of clients; the same client has another key tomorrow."""

    def __init__(self):
        self._salt, self._until = b"", 0.0

    def key(self, request: HttpRequest) -> bytes:
        """The key of the client behind a request."""
        now = time.monotonic()
        if now >= self._until:
            self._salt, self._until = secrets.token_bytes(32), now + DAY
        return hmac.new(self._salt, _address(request).encode(), hashlib.sha256).digest()[:16]


def _address(request: HttpRequest) -> str:
    """The client's address; behind `TRUSTED_PROXY_COUNT` proxies the one the outermost of them saw."""
    proxies = int(getattr(settings, "TRUSTED_PROXY_COUNT", 0) or 0)
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if proxies and len(hops) >= proxies:
        return hops[-proxies]
    return request.META.get("REMOTE_ADDR", "")


class ClientThrottle(BaseThrottle):
    """A bucket a client: `limit` requests at once, refilled evenly within a minute."""

    def __init__(self, limit: int):
        self.limit = limit
        self._keys = ClientKeys()
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def allow_request(self, request: HttpRequest) -> bool:
        """Take one request out of the client's bucket; False when it is empty."""
        now, key = time.monotonic(), self._keys.key(request)
        with self._lock:
            left, since = self._buckets.pop(key, (float(self.limit), now))
            left = min(self.limit, left + (now - since) * self.limit / MINUTE)
            allowed = left >= 1
            self._buckets[key] = (left - 1 if allowed else left, now)
            while len(self._buckets) > MOST_CLIENTS:
                self._buckets.popitem(last=False)
        return allowed

    def wait(self) -> float:
        """Seconds until one more request is allowed, at most."""
        return MINUTE / self.limit

    def forget(self) -> None:
        """Empty every bucket's record, as after a restart."""
        with self._lock:
            self._buckets.clear()
