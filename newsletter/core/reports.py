"""What machines mail back: delivery reports (RFC 3464), complaints (RFC 5965), mails that unsubscribe.

Pure: no Django. Only the key of the message and the verdict are read; addresses stay out.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from newsletter.core.replies import ADDRESS_IS_WRONG

KEY = re.compile(r"\b([0-9a-f]{32})@")
ADDRESS_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")


class Kind(enum.Enum):
    """What a mail to one of our own mailboxes is."""

    BOUNCED = "the mailbox does not exist"
    REFUSED = "the message was refused for good, the mailbox may exist"
    DELAYED = "still being tried"
    COMPLAINED = "marked as spam"
    UNSUBSCRIBE = "asks to leave"
    OTHER = "none of our business"


@dataclass(frozen=True)
class Report:
    """`key` names the message it is about (bounces, complaints), `token` who asks to leave."""

    kind: Kind
    key: str = ""
    token: str = ""
    status: str = ""


def read_report(raw: bytes, bounce_mailbox: str, unsubscribe_mailbox: str) -> Report:
    """Return what the mail `raw` reports. Never raises: what cannot be read is OTHER.

    The mailboxes are local parts; ours carry “+” and a key or token after them.
    """
    message = message_from_bytes(raw, policy=policy.default)
    token = _suffix(message, unsubscribe_mailbox)
    if token:
        return Report(Kind.UNSUBSCRIBE, token=token)
    if _report_type(message) == "feedback-report":
        return Report(Kind.COMPLAINED, key=_key_in_parts(message))
    key = _suffix(message, bounce_mailbox) or _key_in_parts(message)
    if _report_type(message) != "delivery-status" or not key:
        return Report(Kind.OTHER)
    action, status = _verdict(message)
    return Report(_kind(action, status), key=key, status=status)


def _kind(action: str, status: str) -> Kind:
    if action != "failed" or not status.startswith("5."):
        return Kind.DELAYED if action in ("delayed", "failed") else Kind.OTHER
    return Kind.BOUNCED if status in ADDRESS_IS_WRONG else Kind.REFUSED


def _suffix(message: EmailMessage, mailbox: str) -> str:
    """Return what stands between “mailbox+” and “@” in the address this mail came to."""
    pattern = re.compile(rf"(?<![\w.+-]){re.escape(mailbox)}\+([^@\s<>]+)@", re.IGNORECASE)
    for name in ADDRESS_HEADERS:
        for value in message.get_all(name, []):
            found = pattern.search(str(value))
            if found:
                return found[1].lower()
    return ""


def _report_type(message: EmailMessage) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    return str(message.get_param("report-type", "")).lower()


def _key_in_parts(message: EmailMessage) -> str:
    """Return the key in the Message-ID of the mail that is sent back."""
    for part in message.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            found = KEY.search(_original_message_id(part))
            if found:
                return found[1]
    return ""


def _original_message_id(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list):
        return str(payload[0].get("Message-ID", "")) if payload else ""
    found = re.search(r"^Message-ID:\s*(\S+)", str(payload), re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""


def _verdict(message: EmailMessage) -> tuple[str, str]:
    """Return action and status of the first recipient the report speaks about."""
    for block in _status_blocks(message):
        action, status = block.get("Action"), block.get("Status")
        if action and status:
            return str(action).strip().lower(), str(status).split()[0]
    return "", ""


def _status_blocks(message: EmailMessage) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            yield from part.get_payload()
