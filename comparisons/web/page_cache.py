"""Anonymous pages answered before the framework does its work.

A view that depends on data, day and address only says so with `@revision_cached`. Its answer is then kept,
headers and all, compressed as it is asked for, in a small cache of this process and in one that all processes
share. The key holds the identity of the moment (`identity`), scheme, host, path and those parameters that the
view looked at: nothing has to be thrown away when data change, and a parameter nobody reads names no page.
Addresses with free parameters (own weights, amounts, days) stay in a bounded room of the process and never
reach the shared cache.

`PageFront` answers from the WSGI environment, before a request object or any middleware exists; the middleware
does the same behind servers that do not use it, and keeps what the views made. Nobody who is logged in is served
from here, nothing with a cookie is kept, and http never answers for https.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import brotli
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from comparisons.web.identity import current_identity, revision
from comparisons.web.parameters import WatchedQuery, canonical_query, has_few_values

__all__ = ["PageCacheMiddleware", "PageFront", "current_validator", "local_pages", "revision", "revision_cached"]

logger = logging.getLogger(__name__)

KEPT_SECONDS = 24 * 60 * 60
LOCAL_PAGES, LOCAL_BYTES = 300, 12 * 1024 * 1024
FREE_PAGES, FREE_BYTES = 60, 3 * 1024 * 1024
KNOWN_PATHS = 5_000
LONGEST_PATH = 600
LEAST_COMPRESSED = 500  # bytes; below, compressing saves no packet
FORGOTTEN_HEADERS = {"date", "connection", "content-length", "content-encoding", "etag"}
COMPRESSIBLE = ("text/", "application/json", "application/xml", "image/svg", "application/atom")
BROTLI, GZIP, PLAIN = "br", "gzip", ""

Answer = tuple[str, list[tuple[str, str]], bytes]


def revision_cached(view: Callable) -> Callable:
    """Mark the successful answers of a view as depending on data, day and the parameters it looks at only."""

    @functools.wraps(view)
    def marked(request, *args, **kwargs):
        watched = WatchedQuery(request.GET)
        request.GET = watched
        response = view(request, *args, **kwargs)
        response.revision_cached = True
        response.parameters = None if watched.names is None else frozenset(watched.names)
        return response

    return marked


@dataclass(slots=True)
class Page:
    """A kept answer; `bodies` holds it plain and in the encodings it was asked for."""

    etag: str
    headers: list[tuple[str, str]]
    bodies: dict[str, bytes]

    def body(self, encoding: str) -> bytes:
        """The body in an encoding, made the first time."""
        if encoding not in self.bodies:
            plain = self.bodies[PLAIN]
            self.bodies[encoding] = (
                brotli.compress(plain, quality=5) if encoding == BROTLI else gzip.compress(plain, 6, mtime=0)
            )
        return self.bodies[encoding]

    @property
    def size(self) -> int:
        """Bytes it takes, the encodings it may still get included."""
        return int(len(self.bodies[PLAIN]) * 1.5)


class LocalPages:
    """The pages this process served last, bounded in number and bytes."""

    def __init__(self, pages: int = LOCAL_PAGES, size: int = LOCAL_BYTES):
        self._pages, self._size, self._used = pages, size, 0
        self._kept: OrderedDict[str, Page] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Page | None:
        """A kept page, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def set(self, key: str, page: Page) -> None:
        """Keep a page; the ones not asked for longest go first."""
        with self._lock:
            if key in self._kept or page.size > self._size // 4:
                return
            self._kept[key] = page
            self._used += page.size
            while len(self._kept) > self._pages or self._used > self._size:
                _, gone = self._kept.popitem(last=False)
                self._used -= gone.size

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._used = 0


class Store:
    """Finds and keeps pages by what the WSGI environment says of a request."""

    def __init__(self):
        self.hot = LocalPages()
        self.free = LocalPages(FREE_PAGES, FREE_BYTES)
        self._names: OrderedDict[str, frozenset[str] | None] = OrderedDict()

    def clear(self) -> None:
        """Forget every page of this process, and what its views look at."""
        self.hot.clear()
        self.free.clear()
        self._names.clear()

    def answer(self, environ: dict[str, Any]) -> Answer | None:
        """What to answer from the cache; None where Django has to."""
        place = self._place(environ)
        if place is None:
            return None
        key, free = place
        page = (self.free if free else self.hot).get(key)
        if page is None and not free:
            page = self._shared(key)
        return None if page is None else answer_of(page, environ)

    def keep(self, environ: dict[str, Any], response: HttpResponse) -> Page | None:
        """Keep a view's answer where it may be kept; the page, or None."""
        names = getattr(response, "parameters", None)
        path = environ.get("PATH_INFO", "")
        known = self._names.get(path, frozenset())
        if names is None or known is None:
            self._know(path, None)
        elif not names <= known or path not in self._names:
            self._know(path, names | known)
        place = self._place(environ)
        if place is None:
            return None
        key, free = place
        headers = [(name, value) for name, value in response.items() if name.lower() not in FORGOTTEN_HEADERS]
        page = Page(f"{key[5:37]}", headers, {PLAIN: response.content})
        (self.free if free else self.hot).set(key, page)
        if not free:
            self._share(key, path, page)
        return page

    def _know(self, path: str, names: frozenset[str] | None) -> None:
        self._names[path] = names
        self._names.move_to_end(path)
        while len(self._names) > KNOWN_PATHS:
            self._names.popitem(last=False)

    def _place(self, environ: dict[str, Any]) -> tuple[str, bool] | None:
        """The key of a request's page and whether it belongs to the free room; None where it has none (yet)."""
        if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return None
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if len(path) > LONGEST_PATH or settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", ""):
            return None
        if path.startswith((settings.STATIC_URL, f"/{settings.ADMIN_URL}")):
            return None
        scheme = scheme_of(environ)
        if settings.SECURE_SSL_REDIRECT and scheme != "https":
            return None
        if path not in self._names and query and not self._learned(path):
            return None
        canonical = canonical_query(query, self._names.get(path, frozenset()))
        if canonical is None:
            return None
        host = environ.get("HTTP_HOST") or f"{environ.get('SERVER_NAME')}:{environ.get('SERVER_PORT')}"
        parts = (current_identity(), scheme, host, path, canonical)
        key = "page-" + hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
        return key, not has_few_values(canonical)

    def _learned(self, path: str) -> bool:
        """Ask the shared cache what the view of a path looks at."""
        try:
            found = cache.get(names_key(path))
        except Exception:
            logger.warning("The shared page cache did not answer.", exc_info=True)
            return False
        if found is None:
            return False
        self._know(path, found)
        return True

    def _shared(self, key: str) -> Page | None:
        try:
            found = cache.get(key)
        except Exception:
            logger.warning("The shared page cache did not answer; the page is made anew.", exc_info=True)
            return None
        if found is None:
            return None
        page = Page(*found)
        self.hot.set(key, page)
        return page

    def _share(self, key: str, path: str, page: Page) -> None:
        try:
            page.body(BROTLI)
            page.body(GZIP)
            cache.set(key, (page.etag, page.headers, page.bodies), KEPT_SECONDS)
            cache.set(names_key(path), self._names.get(path), KEPT_SECONDS)
        except Exception:
            logger.warning("The shared page cache takes nothing; the page stays in this process.", exc_info=True)


def names_key(path: str) -> str:
    """Where the shared cache says which parameters the view of a path looks at, in this release."""
    return "names-" + hashlib.sha256(f"{settings.RELEASE}\n{path}".encode("utf-8", "surrogateescape")).hexdigest()


def scheme_of(environ: dict[str, Any]) -> str:
    """http or https as Django would say it, behind a proxy that ends TLS too."""
    if settings.SECURE_PROXY_SSL_HEADER:
        header, secure = settings.SECURE_PROXY_SSL_HEADER
        if header in environ:
            return "https" if environ[header].split(",")[0].strip() == secure else "http"
    return environ.get("wsgi.url_scheme", "http")


def encoding_for(accepted: str, page: Page) -> str:
    """The smallest encoding a client takes, as far as the page is worth one."""
    kind = next((value for name, value in page.headers if name.lower() == "content-type"), "")
    if len(page.bodies[PLAIN]) < LEAST_COMPRESSED or not kind.startswith(COMPRESSIBLE):
        return PLAIN
    offered = {}
    for part in accepted.lower().split(","):
        name, _, rest = part.strip().partition(";")
        offered[name.strip()] = rest.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    for encoding in (BROTLI, GZIP):
        if offered.get(encoding, False):
            return encoding
    return PLAIN


def answer_of(page: Page, environ: dict[str, Any]) -> Answer:
    """Status, headers and body of a page for one request: 304 where the client has just this representation."""
    encoding = encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""), page)
    etag = f'"{page.etag}{"-" + encoding if encoding else ""}"'
    shared = [("ETag", etag), ("Cache-Control", "public, no-cache"), ("Vary", "Accept-Encoding")]
    if has_etag(environ.get("HTTP_IF_NONE_MATCH", ""), etag):
        kept = [(name, value) for name, value in page.headers if name.lower().startswith("access-control")]
        return "304 Not Modified", [*shared, *kept], b""
    body = page.body(encoding)
    headers = [(n, v) for n, v in page.headers if n.lower() not in ("vary", "cache-control")]
    headers += [*shared, ("Content-Length", str(len(body)))]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    return "200 OK", headers, b"" if environ.get("REQUEST_METHOD") == "HEAD" else body


def has_etag(given: str, etag: str) -> bool:
    """Whether If-None-Match names a validator, or any (`*`)."""
    return bool(given) and any(tag.strip().removeprefix("W/") in (etag, "*") for tag in given.split(","))


store = Store()
local_pages = store  # its `clear` is what tests and commands ask for


def current_validator() -> str:
    """The ETag of what depends on data, day, code and settings, but on no address, such as a whole API."""
    return f'"{current_identity()}"'


class PageFront:
    """A WSGI application in front of another: kept pages are answered here, everything else goes on."""

    def __init__(self, application: Callable):
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        if settings.PAGE_CACHE:
            try:
                found = store.answer(environ)
            except DatabaseError:  # Django answers for a database that is away
                found = None
            if found is not None:
                status, headers, body = found
                start_response(status, headers)
                return [body]
        return self.application(environ, start_response)


class PageCacheMiddleware:
    """Outermost middleware: answers from the cache, or lets the request through and keeps the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.PAGE_CACHE or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self.get_response(request)
        found = store.answer(request.META)
        if found is None:
            response = self.get_response(request)
            page = store.keep(request.META, response) if self._keepable(response) else None
            if page is None:
                return response
            found = answer_of(page, request.META)
        return self._response(found)

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
    def _response(answer: Answer) -> HttpResponse:
        status, headers, body = answer
        response = HttpResponse(body, status=int(status.split()[0]))
        if response.status_code == 304:
            del response["Content-Type"]
        for name, value in headers:
            response[name] = value
        patch_vary_headers(response, ["Accept-Encoding"])
        return response
