"""Anonymous pages answered before the framework does its work.

A view that only depends on the dataset revision and the day says so with
`@revision_cached`. The middleware then keeps its answer, headers and all, in a cache shared
by all processes and in a small one of this process; the key holds revision, day, release
and address, so that nothing has to be thrown away when data change. The ETag is made of
the same parts: a browser that still has the page gets 304 before any view or query runs.

Nobody who is logged in is served from here, nothing with a cookie is kept, and a page that
was asked for over plain http where https is required goes the usual way.
"""

from __future__ import annotations

import functools
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import DisallowedHost
from django.db.models import Max
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone

from comparisons import standing_store
from comparisons.models import Change
from comparisons.signals import standings_recomputed

REVISION_FRESH_SECONDS = 1.0  # how long a process may believe a revision without asking
KEPT_SECONDS = 24 * 60 * 60
LOCAL_PAGES = 200
LOCAL_BYTES = 16 * 1024 * 1024
LONGEST_ADDRESS = 600
FORGOTTEN_HEADERS = {"date", "connection"}


def revision_cached(view: Callable) -> Callable:
    """Mark the successful answers of a view as depending on revision, day and address only."""

    @functools.wraps(view)
    def marked(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.revision_cached = True
        return response

    return marked


class RevisionMemory:
    """The state of the public data as this process knows it, asked for at most once a second."""

    def __init__(self):
        self._state, self._until = "", 0.0

    def state(self) -> str:
        """The current revision, and the newest entry of the change log, which is written just after it."""
        now = time.monotonic()
        if now >= self._until:
            newest = Change.objects.aggregate(newest=Max("pk"))["newest"] or 0
            self._state = f"{standing_store.current_revision()}.{newest}"
            self._until = now + REVISION_FRESH_SECONDS
        return self._state

    def forget(self) -> None:
        """Ask again at the next request."""
        self._until = 0.0


class LocalPages:
    """The pages this process served last, bounded in number and bytes."""

    def __init__(self, pages: int = LOCAL_PAGES, size: int = LOCAL_BYTES):
        self._pages, self._size, self._used = pages, size, 0
        self._kept: OrderedDict[str, tuple[bytes, list[tuple[str, str]]]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str):
        """A kept page, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def set(self, key: str, page: tuple[bytes, list[tuple[str, str]]]) -> None:
        """Keep a page; the ones not asked for longest go first."""
        with self._lock:
            if key in self._kept or len(page[0]) > self._size // 4:
                return
            self._kept[key] = page
            self._used += len(page[0])
            while len(self._kept) > self._pages or self._used > self._size:
                _, (body, _) = self._kept.popitem(last=False)
                self._used -= len(body)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._used = 0


revision = RevisionMemory()
local_pages = LocalPages()


def current_validator() -> str:
    """The ETag of everything that depends on revision, day and release only."""
    return f'"{revision.state()}-{timezone.now():%Y%m%d}-{settings.RELEASE}"'


@receiver(standings_recomputed, dispatch_uid="comparisons.web.page_cache")
def forget_revision(**kwargs) -> None:
    """The process that recomputed sees the new revision at once."""
    revision.forget()


class PageCacheMiddleware:
    """Outermost middleware: answers from the cache, or lets the request through and keeps the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.PAGE_CACHE or not self._may_be_cached(request):
            return self.get_response(request)
        validator = current_validator()
        if validator in request.META.get("HTTP_IF_NONE_MATCH", ""):
            return self._headed(HttpResponseNotModified(), validator)
        key = self._key(request, validator)
        page = local_pages.get(key)
        if page is None:
            page = cache.get(key)
            if page is not None:
                local_pages.set(key, page)
        if page is not None:
            return self._rebuilt(page)
        response = self.get_response(request)
        if self._keepable(response):
            self._headed(response, validator)
            headers = [(name, value) for name, value in response.items() if name.lower() not in FORGOTTEN_HEADERS]
            page = (response.content, headers)
            local_pages.set(key, page)
            cache.set(key, page, KEPT_SECONDS)
        return response

    @staticmethod
    def _may_be_cached(request: HttpRequest) -> bool:
        if request.method != "GET" or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return False
        if request.path_info.startswith((settings.STATIC_URL, f"/{settings.ADMIN_URL}")):
            return False
        if len(request.path_info) + len(request.META.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
            return False
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return False
        try:
            request.get_host()
        except DisallowedHost:
            return False
        return True

    @staticmethod
    def _key(request: HttpRequest, validator: str) -> str:
        parts = (
            validator,
            request.scheme,
            request.get_host(),
            request.path_info,
            request.META.get("QUERY_STRING", ""),
        )
        return "page-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @staticmethod
    def _keepable(response: HttpResponse) -> bool:
        return (
            getattr(response, "revision_cached", False)
            and response.status_code == 200
            and not response.streaming
            and not response.cookies
            and not response.has_header("ETag")
        )

    @staticmethod
    def _headed(response: HttpResponse, validator: str) -> HttpResponse:
        response["ETag"] = validator
        response["Cache-Control"] = "public, no-cache"
        return response

    @staticmethod
    def _rebuilt(page: tuple[bytes, list[tuple[str, str]]]) -> HttpResponse:
        body, headers = page
        response = HttpResponse(body)
        for name, value in headers:
            response[name] = value
        return response
