"""One streamed chat completion of an OpenAI-compatible endpoint, heard line by line.

The key goes into one header and nowhere else: no sentence, log or stored row holds it, and no redirect is followed,
so that it reaches only the host that was named. Proxies follow the usual environment variables.
"""

from __future__ import annotations

import http.client
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from importers.speed.timing import Heard

SILENT_SECONDS = 120  # before the first token and between any two
LONGEST_LINE = 1_000_000  # bytes
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LIMIT_FIELDS = ("max_tokens", "max_completion_tokens")
EVENT_STREAM = "text/event-stream"
SHOWN = 200  # characters of an endpoint's own words


class EndpointError(Exception):
    """The endpoint could not be measured; the message is a sentence and never holds the key."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask and for what. `address` ends before “/chat/completions”, as in `https://api.example.org/v1`."""

    address: str
    model: str
    key: str = field(default="", repr=False)
    most_tokens: int = 256
    limit_field: str = "max_tokens"

    @property
    def host(self) -> str:
        """The host with its port, for people."""
        parts = urlsplit(self.address)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

    @property
    def completions(self) -> str:
        address = self.address.rstrip("/")
        return address if address.endswith("/chat/completions") else f"{address}/chat/completions"


def require_safe(endpoint: Endpoint) -> None:
    """Refuse an address that is none, carries a secret itself, or would show the key on the way."""
    try:
        parts = urlsplit(endpoint.address)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        raise EndpointError("The address of the endpoint is no web address.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_sound:
        raise EndpointError("The endpoint must be an https address, such as https://api.example.org/v1.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise EndpointError("The address of the endpoint may hold no name, password or query. Give the key by itself.")
    if endpoint.key and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise EndpointError("The key would travel unprotected over plain http. Use https, or leave the key out.")
    if not endpoint.key.isascii() or not endpoint.key.isprintable() or " " in endpoint.key:
        raise EndpointError("The key holds a space, a line break or a letter that no header can carry. Copy it again.")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other: the key goes to no second host."""

    def redirect_request(self, *arguments, **words):
        return None


def listen(endpoint: Endpoint, prompt: str, clock: Callable[[], float]) -> Heard:
    """Ask once, and note when the first and the last token came. Raises EndpointError."""
    require_safe(endpoint)
    here = urlsplit(endpoint.address).hostname in LOOPBACK  # no proxy leads back to this machine
    opener = urllib.request.build_opener(_NoRedirects, *([urllib.request.ProxyHandler({})] if here else []))
    request = _request(endpoint, prompt)
    began = clock()
    try:
        with opener.open(request, timeout=SILENT_SECONDS) as response:
            _require_stream(response, endpoint)
            return _heard(_events(response, endpoint), began, clock, endpoint)
    except urllib.error.HTTPError as error:
        with error:
            raise EndpointError(_refusal(error, endpoint)) from None
    except TimeoutError:
        raise EndpointError(f"{endpoint.host} was silent for {SILENT_SECONDS} seconds. Try again later.") from None
    except urllib.error.URLError as error:
        raise EndpointError(_unreachable(error.reason, endpoint)) from None
    except (http.client.HTTPException, OSError):
        raise EndpointError(_cut(endpoint)) from None


def _request(endpoint: Endpoint, prompt: str) -> urllib.request.Request:
    body = {
        "model": endpoint.model,
        "messages": [{"role": "user", "content": prompt}],
        endpoint.limit_field: endpoint.most_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    headers = {
        "Content-Type": "application/json",
        "Accept": EVENT_STREAM,
        "Cache-Control": "no-cache",
        "User-Agent": "evenbench-measure-speed",
    }
    sent = json.dumps(body).encode()
    request = urllib.request.Request(endpoint.completions, sent, headers, method="POST")  # noqa: S310 - see require_safe
    if endpoint.key:
        request.add_unredirected_header("Authorization", f"Bearer {endpoint.key}")
    return request


def _require_stream(response: http.client.HTTPResponse, endpoint: Endpoint) -> None:
    kind = response.headers.get_content_type()
    if kind == EVENT_STREAM:
        return
    if kind == "text/html":
        raise EndpointError(
            f"{endpoint.host} answered with a web page, not a stream. The address should end before /chat/completions."
        )
    raise EndpointError(f"{endpoint.host} answered {kind} in one piece, not a stream. It cannot be timed this way.")


def _events(response: http.client.HTTPResponse, endpoint: Endpoint) -> Iterator[dict[str, Any]]:
    """The JSON objects of the stream. Raises EndpointError when it ends before “[DONE]” or a reason to finish."""
    finished = False
    while line := response.readline(LONGEST_LINE):
        if not line.endswith(b"\n"):
            break  # cut in the middle of a line, or far too long
        if not line.startswith(b"data:"):
            continue
        data = line[len(b"data:") :].strip()
        if data == b"[DONE]":
            return
        try:
            event = json.loads(data)
        except (ValueError, RecursionError):
            event = None
        if not isinstance(event, dict):
            raise EndpointError(f"{endpoint.host} streamed something that is no JSON object. Is it OpenAI-compatible?")
        if event.get("error"):
            raise EndpointError(f"{endpoint.host} broke off with an error{_said(event, endpoint)}.")
        finished = finished or bool(_choice(event).get("finish_reason"))
        yield event
    if not finished:
        raise EndpointError(_cut(endpoint))


def _heard(events: Iterator[dict[str, Any]], began: float, clock: Callable[[], float], endpoint: Endpoint) -> Heard:
    first = last = None
    pieces, thought, usage = 0, False, {}
    for event in events:
        text, thinking = _text_of(event)
        if text or thinking:
            last = clock() - began
            first = last if first is None else first
            pieces += 1
            thought = thought or thinking
        if isinstance(event.get("usage"), dict):
            usage = event["usage"]
    if first is None or last is None:
        raise EndpointError(
            f"{endpoint.host} streamed an answer without a single token. Give a model that reasons unseen more "
            "tokens (--max-tokens)."
        )
    details = usage.get("completion_tokens_details")
    unseen = 0 if thought or not isinstance(details, dict) else _whole(details.get("reasoning_tokens")) or 0
    return Heard(
        first, last, pieces, _whole(usage.get("completion_tokens")), _whole(usage.get("prompt_tokens")), unseen
    )


def _text_of(event: dict[str, Any]) -> tuple[bool, bool]:
    """Whether an event carries words of the answer, and whether it carries words of thought."""
    delta = _choice(event).get("delta")
    if not isinstance(delta, dict):
        return False, False
    return bool(delta.get("content")), bool(delta.get("reasoning_content") or delta.get("reasoning"))


def _choice(event: dict[str, Any]) -> dict[str, Any]:
    """The one choice of an event; empty where it has none, as the last one with the usage."""
    choices = event.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def _whole(value: Any) -> int | None:
    """A count; None for anything else, a zero among it."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _cut(endpoint: Endpoint) -> str:
    return f"The stream of {endpoint.host} broke off before its end. Nothing was stored; measure again."


def _unreachable(reason: Any, endpoint: Endpoint) -> str:
    if isinstance(reason, ssl.SSLError):
        return f"{endpoint.host} shows a certificate that cannot be trusted. Check the clock and the proxy."
    if isinstance(reason, TimeoutError):
        return f"{endpoint.host} did not answer within {SILENT_SECONDS} seconds. Try again later."
    if isinstance(reason, ConnectionRefusedError):
        return f"{endpoint.host} refuses connections. Is the endpoint running, and the port right?"
    return f"{endpoint.host} could not be reached. Check the address and the network."


def _refusal(error: urllib.error.HTTPError, endpoint: Endpoint) -> str:
    """What an answer that is no success means, and what to do."""
    status, host = error.code, endpoint.host
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return (
            f"{host} answered {status}: it does not accept the key. Check that the key is right and may use the model."
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = error.headers.get("Retry-After", "").strip()
        when = (
            f"in {wait} seconds" if wait.isdigit() else f"after {wait[:40]}" if wait.isprintable() and wait else "later"
        )
        return f"{host} answered 429: too many requests, or the credit is used up. Try again {when}."
    if 300 <= status < 400:
        return f"{host} leads elsewhere ({status}). The key is sent to no second host; name the final address."
    if status == HTTPStatus.NOT_FOUND:
        return (
            f"{host} answered 404: it knows no such address or model “{endpoint.model}”{_read_said(error, endpoint)}."
        )
    if status >= 500:
        return f"{host} answered {status}: it is in trouble itself. Try again later."
    return f"{host} answered {status}{_read_said(error, endpoint)}."


def _read_said(error: urllib.error.HTTPError, endpoint: Endpoint) -> str:
    try:
        found = json.loads(error.read(20_000))
    except (ValueError, RecursionError, OSError, http.client.HTTPException):
        return ""
    return _said(found, endpoint)


def _said(found: Any, endpoint: Endpoint) -> str:
    """The endpoint's own sentence, shortened, on one line and without the key; "" when it gave none."""
    problem = found.get("error") if isinstance(found, dict) else None
    message = problem.get("message") if isinstance(problem, dict) else problem
    if not isinstance(message, str) or not message.strip():
        return ""
    if endpoint.key:
        message = message.replace(endpoint.key, "…")
    line = " ".join("".join(each if each.isprintable() else " " for each in message).split())
    return f" (“{line[:SHOWN].rstrip('.')}”)"
