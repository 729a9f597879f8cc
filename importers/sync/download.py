"""One careful download: HTTPS, timeouts, a size limit, validators, a few patient tries, sentences for failures.

Proxies follow the usual environment variables (HTTPS_PROXY, NO_PROXY), as `requests` reads them.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import requests

CONNECT_SECONDS, SILENT_SECONDS, WHOLE_SECONDS = 10, 30, 300
TRIES = 3
FIRST_WAIT_SECONDS = 2  # doubled for each further try
LONGEST_WAIT_SECONDS = 60  # a server that asks for more is left alone until the next run
MOST_REDIRECTS = 5
PIECE_BYTES = 64 * 1024
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# A page where data are expected: a log-in, a consent page, a proxy's complaint.
PAGE_STARTS = (b"<!doctype html", b"<html")
AGAIN = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}


class DownloadError(Exception):
    """A download that failed; the message is a sentence. `retry_after` is what the server asked for, in seconds."""

    def __init__(self, message: str, retry_after: int = 0):
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Validators:
    """What an earlier answer said about its version; sent along so that an unchanged file costs nothing."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Downloaded:
    """A body and its validators; `content` is None where the source answered “not modified”."""

    content: bytes | None
    validators: Validators


def download(
    address: str,
    *,
    most_bytes: int,
    user_agent: str,
    validators: Validators = Validators(),
    wait: Callable[[float], object] = time.sleep,
) -> Downloaded:
    """Fetch `address`, trying a few times where trying again can help. Raises DownloadError.

    Plain HTTP is taken from this machine only. A body of more than `most_bytes` bytes, as sent or
    unpacked, is given up.
    """
    _require_safe(address)
    with requests.Session() as session:
        session.headers.update({"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"})
        if validators.etag:
            session.headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            session.headers["If-Modified-Since"] = validators.last_modified
        for attempt in range(1, TRIES + 1):
            try:
                return _once(session, address, most_bytes, validators)
            except _TryAgain as problem:
                pause = max(problem.retry_after, FIRST_WAIT_SECONDS * 2 ** (attempt - 1))
                if attempt == TRIES or pause > LONGEST_WAIT_SECONDS:
                    raise DownloadError(str(problem), problem.retry_after) from problem
                wait(pause)
    raise AssertionError("the last try returns or raises")


class _TryAgain(DownloadError):
    """A failure that another try may mend."""


def _require_safe(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return
    raise DownloadError(f"{address} is not fetched: only https addresses are.")


def _followed(session: requests.Session, address: str) -> requests.Response:
    """The answer at the end of the redirects; each step is held to the rule for addresses before it is taken."""
    from_here = urlsplit(address).hostname in LOOPBACK
    for _ in range(MOST_REDIRECTS + 1):
        response = session.get(address, stream=True, allow_redirects=False, timeout=(CONNECT_SECONDS, SILENT_SECONDS))
        if not response.is_redirect:
            return response
        response.close()
        address = urljoin(address, response.headers["Location"])
        _require_safe(address)
        if not from_here and urlsplit(address).hostname in LOOPBACK:
            raise DownloadError("A redirect of the source leads to this very machine and is not followed.")
    raise DownloadError(f"{urlsplit(address).hostname} redirects in a circle.")


def _once(session: requests.Session, address: str, most_bytes: int, validators: Validators) -> Downloaded:
    host = urlsplit(address).hostname
    try:
        with _followed(session, address) as response:
            if response.status_code == HTTPStatus.NOT_MODIFIED:
                return Downloaded(None, validators)
            _require_success(response, host)
            content = _body(response, most_bytes, host)
    except requests.exceptions.Timeout:
        raise _TryAgain(f"{host} did not answer in time.") from None
    except requests.exceptions.SSLError:
        raise DownloadError(
            f"{host} shows a certificate that cannot be trusted. Check the clock and the proxy."
        ) from None
    except requests.exceptions.ContentDecodingError:
        raise _TryAgain(f"{host} sent a body that cannot be unpacked.") from None
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError):
        raise _TryAgain(f"The connection to {host} could not be made, or broke off before the end.") from None
    except requests.exceptions.RequestException as error:
        raise DownloadError(f"{host} could not be asked: {type(error).__name__}.") from None
    if content.lstrip()[:20].lower().startswith(PAGE_STARTS):
        raise DownloadError(f"{host} answered with a web page where data were expected. Open {address} and look.")
    return Downloaded(content, Validators(response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")))


def _require_success(response: requests.Response, host: str | None) -> None:
    status = response.status_code
    if status == HTTPStatus.OK:
        return
    sentence = f"{host} answered {status} ({response.reason or 'no reason given'})."
    if status in AGAIN:
        raise _TryAgain(sentence, _asked_wait(response.headers.get("Retry-After", "")))
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        sentence += " The source has moved; look for its new address, or switch it off."
    elif status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        sentence += " It does not let this site in; it may block the network, or ask for an account."
    raise DownloadError(sentence)


def _asked_wait(text: str) -> int:
    """Seconds that a Retry-After header asks for, as a number or as a date; 0 when it says nothing readable."""
    if text.isdigit():
        return int(text[:6])
    try:
        asked = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return 0
    if asked.tzinfo is None:
        asked = asked.replace(tzinfo=dt.UTC)
    return max(0, int((asked - dt.datetime.now(dt.UTC)).total_seconds()))


def _body(response: requests.Response, most_bytes: int, host: str | None) -> bytes:
    """The unpacked body, piece by piece, within the size and the time allowed."""
    too_large = DownloadError(f"{host} sends more than {most_bytes:,} bytes; nothing was read.")
    if response.headers.get("Content-Length", "").isdigit() and int(response.headers["Content-Length"]) > most_bytes:
        raise too_large
    began, pieces, size = time.monotonic(), [], 0
    for piece in response.iter_content(PIECE_BYTES):
        size += len(piece)
        if size > most_bytes:
            raise too_large
        if time.monotonic() - began > WHOLE_SECONDS:
            raise DownloadError(f"{host} sends so slowly that {WHOLE_SECONDS} seconds were not enough.")
        pieces.append(piece)
    return b"".join(pieces)
