"""A reader of mail that takes any bytes: headers, parts, decoded bodies. Pure: no Django.

Mail from strangers breaks every rule of MIME, and the standard library raises on some of it and
leaves parts undecoded in others (a delivery status sent as base64). What cannot be read here is
empty text. Depth, number of parts and size are bounded, so no mail costs more than any other.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header

MOST_BYTES = 1 << 20  # reports say what they say in their first kilobytes
MOST_PARTS = 60
MOST_LEVELS = 8
MOST_HEADERS = 400
LONGEST_WORDS = 2000  # of a header that is read as text
PARAMETER = re.compile(r";\s*([A-Za-z0-9_-]+)(?:\*\d*\*?)?\s*=\s*(?:\"([^\"]*)\"|([^\s;\"]+))")
CONTENT_TYPE = re.compile(r"\s*([A-Za-z0-9.+-]+)\s*/\s*([A-Za-z0-9.+-]+)")
HEADER_LINE = re.compile(r"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
LINE_END = re.compile(rb"\r\n|\n|\r")
MESSAGES = frozenset({"message/rfc822", "message/global"})
HEADERS_ONLY = frozenset({"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"})

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """A mail or a part of one. Names of headers are in lower case, values unfolded."""

    headers: Headers
    content_type: str
    body: bytes
    parts: tuple[Part, ...] = ()

    def all(self, name: str) -> list[str]:
        """Return the values of every header called `name` (lower case), in order."""
        return [value for known, value in self.headers if known == name]

    def get(self, name: str) -> str:
        """Return the first header called `name` (lower case); empty when there is none."""
        return next((value for known, value in self.headers if known == name), "")

    @property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 are read as Latin-1."""
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError:
            return self.body.decode("latin-1")

    def walk(self) -> Iterator[Part]:
        """Yield this part and all below it, in order."""
        yield self
        for part in self.parts:
            yield from part.walk()


def read_mail(raw: bytes) -> Part:
    """Return the mail in `raw`, of which at most MOST_BYTES are looked at. Never raises."""
    return _read(raw[:MOST_BYTES], level=0, budget=[MOST_PARTS])


def read_headers(text: str) -> Headers:
    """Return the headers at the start of `text`; lines that are none end them or are left out."""
    return _headers(text.encode("utf-8", "replace"))[0]


def parameter(value: str, name: str) -> str:
    """Return a parameter of a header such as Content-Type; parts of RFC 2231 are put together."""
    found = (quoted or bare for key, quoted, bare in PARAMETER.findall(value) if key.lower() == name)
    return "".join(found)


def decoded_words(value: str) -> str:
    """Return a header with the encoded words of RFC 2047 as text; what is none stays."""
    try:
        pieces = decode_header(value[:LONGEST_WORDS])
    except (HeaderParseError, ValueError, binascii.Error):
        return value
    return "".join(_decoded(piece, charset) for piece, charset in pieces)


def _decoded(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    try:
        return piece.decode(charset or "ascii", "replace")
    except (LookupError, ValueError):
        return piece.decode("latin-1")


def _read(raw: bytes, level: int, budget: list[int]) -> Part:
    headers, body = _headers(raw)
    budget[0] -= 1
    wanted = next((value for name, value in headers if name == "content-type"), "")
    found = CONTENT_TYPE.match(wanted)
    content_type = f"{found[1]}/{found[2]}".lower() if found else "text/plain"
    encoding = next((value for name, value in headers if name == "content-transfer-encoding"), "")
    body = _decode_body(body, encoding.strip().lower())
    inner: tuple[Part, ...] = ()
    if level < MOST_LEVELS:
        if content_type.startswith("multipart/"):
            inner = _multipart(body, parameter(wanted, "boundary"), level, budget)
        elif content_type in MESSAGES:
            inner = (_read(body.lstrip(b"\r\n"), level + 1, budget),)
        elif content_type in HEADERS_ONLY:
            inner = (Part(_headers(body.lstrip(b"\r\n"))[0], "text/plain", b""),)
    return Part(headers, content_type, body, inner)


def _headers(raw: bytes) -> tuple[Headers, bytes]:
    """Return the headers of `raw` and what follows the empty line (everything when there are none)."""
    found: list[tuple[str, list[str]]] = []
    position = 0
    if raw.startswith(b"From "):  # the separator of an mbox
        first = LINE_END.search(raw)
        position = first.end() if first else len(raw)
    while position < len(raw) and len(found) < MOST_HEADERS:
        end = LINE_END.search(raw, position)
        line, following = (raw[position : end.start()], end.end()) if end else (raw[position:], len(raw))
        if not line.strip():
            position = following
            break
        text = _header_text(line)
        header = HEADER_LINE.fullmatch(text)
        if line[:1] in b" \t" and found:
            found[-1][1].append(text.strip())
        elif header:
            found.append((header[1].lower(), [header[2].strip()]))
        else:
            break  # a body without the empty line before it
        position = following
    return tuple((name, " ".join(lines)) for name, lines in found), raw[position:]


def _header_text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _decode_body(body: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        try:
            return binascii.a2b_base64(body)
        except binascii.Error:
            return _base64_as_far_as_it_goes(body)
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    return body


def _base64_as_far_as_it_goes(body: bytes) -> bytes:
    """Return what the whole groups of four of a broken base64 body say."""
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    return binascii.a2b_base64(letters[: len(letters) // 4 * 4])


GUESSED = re.compile(rb"^--([^\s]{1,200})[ \t]*\r?\n(?=content-)", re.IGNORECASE | re.MULTILINE)


def _multipart(body: bytes, boundary: str, level: int, budget: list[int]) -> tuple[Part, ...]:
    mark = boundary.encode("utf-8", "replace").rstrip()
    places = _delimiters(body, mark) if mark else []
    if not places:  # none was named, or another: the first line that looks like one
        guess = GUESSED.search(body)
        places = _delimiters(body, guess[1]) if guess else []
    inner = []
    for number, place in enumerate(places):
        if place[1] or budget[0] <= 0:
            break
        end = places[number + 1].start() if number + 1 < len(places) else len(body)
        piece = body[place.end() : end]
        first = LINE_END.match(piece)
        inner.append(_read(piece[first.end() :] if first else piece, level + 1, budget))
    return tuple(inner)


def _delimiters(body: bytes, mark: bytes) -> list[re.Match]:
    """Return every line that is this boundary; the last one of a part has two hyphens more."""
    return list(re.finditer(rb"(?:\A|(?<=[\r\n]))--" + re.escape(mark) + rb"(--)?[ \t]*(?=\r|\n|\Z)", body))
