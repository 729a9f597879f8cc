"""What an answer of a mail server means (RFC 5321, RFC 3463), and what of it may be kept.

Pure: no Django.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsletter.core.refusals import Meaning, meaning_of, status_in

LONGEST_REPLY = 300
MAIL_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+")
IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:[.-]\d{1,3}){3}(?![\w.]*\w)")
IPV6 = re.compile(
    r"(?<![\w:])(?:(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?::[0-9a-f:.]*)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reply:
    """One answer: three-digit `code` and its `text`."""

    code: int
    text: str = ""

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300

    @property
    def temporary(self) -> bool:
        return 400 <= self.code < 500

    @property
    def closes_service(self) -> bool:
        """421: the relay as a whole wants a pause."""
        return self.code == 421

    @property
    def concerns_the_size(self) -> bool:
        """Whether the answer to MAIL is about this one message: larger than the relay takes (RFC 1870)."""
        return self.code == 552 or status_in(self.text)[1:] in (".3.4", ".2.3")

    @property
    def meaning(self) -> Meaning:
        """What the refusal says about the mailbox; a temporary one never says that it is gone."""
        return meaning_of(status_in(self.text), self.text) if self.code >= 500 else Meaning.SOFT


def scrub(text: str) -> str:
    """Return `text` on one line, without mail addresses and IP addresses, at most 300 characters.

    Relays repeat the recipient and a client's IP; neither may outlive erasure or be stored at all.
    """
    line = " ".join(text.split())
    line = MAIL_ADDRESS.sub("[mailbox]", line)
    return IPV6.sub("[ip]", IPV4.sub("[ip]", line))[:LONGEST_REPLY]


def reply_text(raw: bytes | str) -> str:
    """Return a relay's bytes as text; undecodable ones are replaced."""
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
