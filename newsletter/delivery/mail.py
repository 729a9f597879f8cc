"""A delivery becomes a message: both parts, the headers of RFC 2369, 2919 and 8058.

Texts arrive rendered per preference group; only the link to unsubscribe is put in here. No query.
"""

from __future__ import annotations

import datetime as dt
import html as html_module
import quopri
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.generator import BytesGenerator
from email.utils import format_datetime, parseaddr
from io import BytesIO

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from markupsafe import escape

from newsletter import conf
from newsletter.core.addresses import ascii_address
from newsletter.core.folding import folded
from newsletter.core.regimes import FALLBACK_REGIME, load_regimes
from newsletter.models import Delivery, Issue, IssueRendering, Subscriber, TransactionalMail
from newsletter.tokens import mail_token, unsubscribe_token

# Stands in rendered texts where the reader's own link goes. A real, absolute address of a domain
# that cannot exist (RFC 2606), so that inliners and link checks treat it like any other.
UNSUBSCRIBE_PLACEHOLDER = "https://unsubscribe.invalid/here"
# RFC 8058 forbids a redirect, so this is the final form: no locale, no closing slash.
UNSUBSCRIBE_PATH = "/newsletter/u/{token}"
ARCHIVE_PATH = "/newsletter/"
LONGEST_HEADER_LINE = 900


class Unwritable(Exception):
    """This delivery cannot become a message, whoever would carry it."""


@dataclass(frozen=True)
class Envelope:
    """A message and how it travels. `sender` is the return path, `recipient` one mailbox.

    `write` makes the message; `raw` holds its bytes where they are known without making it.
    """

    write: Callable[[], EmailMultiAlternatives]
    sender: str
    recipient: str
    raw: bytes | None = None

    @property
    def is_plain(self) -> bool:
        """Whether both addresses are written in commands as they are."""
        return bool(PLAIN_ADDRESS.match(self.sender) and PLAIN_ADDRESS.match(self.recipient))

    def as_bytes(self) -> bytes:
        """The message with CRLF line ends. Raises Unwritable."""
        if self.raw is not None:
            return self.raw
        try:
            return flat(self.write())
        except ValueError as error:
            raise Unwritable("its headers cannot be written") from error


def seven_bit(envelope: Envelope) -> bytes:
    """Return the message of `envelope` for a relay without 8BITMIME (RFC 6152): bodies as quoted-printable."""
    message = envelope.write().message()
    for part in message.walk():
        if part.get("Content-Transfer-Encoding", "").lower() == "8bit":
            body = part.get_payload(decode=True)
            del part["Content-Transfer-Encoding"]
            part["Content-Transfer-Encoding"] = "quoted-printable"
            part.set_payload(quopri.encodestring(body).decode("ascii"))
    buffer = BytesIO()
    BytesGenerator(buffer, mangle_from_=False, maxheaderlen=LONGEST_HEADER_LINE).flatten(message, linesep="\r\n")
    return buffer.getvalue()


def flat(message: EmailMultiAlternatives) -> bytes:
    """Return the bytes of `message` with CRLF line ends, each header on one line where it fits."""
    buffer = BytesIO()
    generator = BytesGenerator(buffer, mangle_from_=False, maxheaderlen=LONGEST_HEADER_LINE)
    generator.flatten(message.message(), linesep="\r\n")
    return buffer.getvalue()


def unsubscribe_url(public_id: str, issue_id: int) -> str:
    """Return the absolute link by which a reader leaves; `issue_id` 0 belongs to no issue."""
    return settings.SITE_URL + UNSUBSCRIBE_PATH.format(token=unsubscribe_token(public_id, issue_id))


def list_headers(issue: Issue, public_id: str) -> dict[str, str]:
    """Return the headers of a mail to a list."""
    mailto = f"{conf.unsubscribe_mailbox()}+{mail_token(public_id, issue.pk)}@{conf.mail_domain()}"
    name = f"{settings.SITE_NAME} {issue.get_newsletter_display()}".replace('"', "")
    return {
        "List-ID": f'"{name}" <{issue.newsletter}.{conf.mail_domain()}>',
        "List-Unsubscribe": f"<{unsubscribe_url(public_id, issue.pk)}>, <mailto:{mailto}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Archive": f"<{settings.SITE_URL}{ARCHIVE_PATH}>",
        "List-Help": f"<{settings.SITE_URL}{ARCHIVE_PATH}>",
        "List-Owner": f"<mailto:{parseaddr(conf.sender())[1]}>",
        "Feedback-ID": f"{issue.slug}:{issue.newsletter}:issue:{feedback_sender()}",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
    }


def feedback_sender() -> str:
    """Return our name in Feedback-ID, its last field: 5 to 15 letters that never change (Google's rules)."""
    name = re.sub(r"[^a-z0-9]", "", conf.mail_domain().lower())[:15]
    return name if len(name) >= 5 else f"{name}-news"


def issue_envelope(delivery: Delivery, rendering: IssueRendering, pattern: Pattern | None = None) -> Envelope:
    """Return the message of `delivery`; needs its issue and subscriber loaded.

    `pattern` (of `pattern_of` the same rendering) spares making it anew for each reader.
    """
    address = delivery.subscriber.address
    raw = None
    if pattern is not None and PLAIN_ADDRESS.match(address):
        raw = pattern.filled(delivery, dt.datetime.now(dt.UTC))
    return Envelope(lambda: _issue_message(delivery, rendering), return_path(delivery), mailbox_of(address), raw)


def _issue_message(delivery: Delivery, rendering: IssueRendering) -> EmailMultiAlternatives:
    subscriber, issue = delivery.subscriber, delivery.issue
    link = unsubscribe_url(subscriber.public_id, issue.pk)
    return _message(
        delivery,
        subscriber.address,
        subject=labelled(rendering.subject, subscriber.regime),
        text=addressed(rendering.text.replace(UNSUBSCRIBE_PLACEHOLDER, link), subscriber.regime),
        html=addressed(rendering.html.replace(UNSUBSCRIBE_PLACEHOLDER, html_module.escape(link)), subscriber.regime),
        headers={**list_headers(issue, subscriber.public_id), "Content-Language": rendering.locale},
    )


def labelled(subject: str, regime: str) -> str:
    """Return `subject` with the label the reader's regime asks for, if any."""
    label = load_regimes().by_code(regime).subject_label
    return f"{label} {subject}" if label else subject


def addressed(part: str, regime: str) -> str:
    """Return a part of a mail with our postal address in its foot where the reader's regime asks for it, else without."""
    postal = conf.postal_address()
    if not postal or load_regimes().by_code(regime).postal_address:
        return part
    # As it stands in a text part, in HTML, and in HTML whose styles were put inline.
    for written in (postal, str(escape(postal)), html_module.escape(postal, quote=False)):
        before, found, after = part.rpartition(f"{settings.SITE_NAME}, {written}")
        if found:
            return f"{before}{settings.SITE_NAME}{after}"
    return part  # written otherwise: then it stays, which no law forbids


def variant(regime: str) -> tuple[str, bool]:
    """Return what makes two readers' mails of one text differ: the label and the postal address of their regimes."""
    row = load_regimes().by_code(regime)
    return row.subject_label, row.postal_address


def transactional_envelope(delivery: Delivery, mail: TransactionalMail) -> Envelope:
    """Return the one answer to one request; it belongs to no list and says so to machines."""

    def write() -> EmailMultiAlternatives:
        headers = {"Content-Language": mail.locale, "Auto-Submitted": "auto-generated", **mail.headers}
        message = _message(
            delivery, mail.address, subject=mail.subject, text=mail.text, html=mail.html, headers=headers
        )
        if mail.attachment:
            message.attach(mail.attachment_name or "data.json", mail.attachment, "application/json")
        return message

    return Envelope(write, return_path(delivery), mailbox_of(mail.address))


def return_path(delivery: Delivery) -> str:
    """Return the address bounces of `delivery` go to; it names the message, not the reader."""
    return f"{conf.bounce_mailbox()}+{_key(delivery)}@{conf.mail_domain()}"


def mailbox_of(address: str) -> str:
    """Return `address` as SMTP takes it, its domain in ASCII. Raises Unwritable for what is none."""
    try:
        written = ascii_address(address)
        return written if PLAIN_ADDRESS.match(written) else sanitize_address(written, "utf-8")
    except ValueError as error:
        raise Unwritable("the address cannot be written") from error


def _key(delivery: Delivery) -> str:
    return delivery.message_id.partition("@")[0]


def _message(
    delivery: Delivery, address: str, *, subject: str, text: str, html: str, headers: dict[str, str]
) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=conf.sender(),
        to=[ascii_address(address)],
        reply_to=[conf.reply_to()] if conf.reply_to() else None,
        headers={
            "Message-ID": f"<{delivery.message_id}>",
            "Date": format_datetime(dt.datetime.now(dt.UTC)),
            **headers,
        },
    )
    if html:
        message.attach_alternative(folded(html), "text/html")
    # Providers' APIs (django-anymail) hand this back in their reports; SMTP ignores it.
    message.metadata = {"delivery": _key(delivery)}
    return message


# --- One message for many readers ---------------------------------------------------

PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\Z")
STAND_IN = "stand-in"
STAND_IN_ADDRESS = "stand-in@reader.invalid"
STAND_IN_DATE = "Thu, 01 Jan 1970 00:00:00 +0000"


@dataclass(frozen=True)
class Pattern:
    """The bytes of an issue for one group, with stand-ins where two readers' messages differ."""

    raw: bytes
    message_id: bytes
    link_token: bytes
    mail_token: bytes

    def filled(self, delivery: Delivery, now: dt.datetime) -> bytes:
        """Return the message of `delivery`, equal to the one made from scratch."""
        public_id, issue_id = delivery.subscriber.public_id, delivery.issue_id
        return (
            self.raw.replace(self.link_token, unsubscribe_token(public_id, issue_id).encode())
            .replace(self.mail_token, mail_token(public_id, issue_id).encode())
            .replace(self.message_id, delivery.message_id.encode())
            .replace(STAND_IN_ADDRESS.encode(), delivery.subscriber.address.encode())
            .replace(STAND_IN_DATE.encode(), format_datetime(now).encode())
        )


def pattern_of(issue: Issue, rendering: IssueRendering, regime: str = FALLBACK_REGIME) -> Pattern | None:
    """Return the pattern of `rendering` for readers of one regime, or None when its encoding may cut a stand-in in two.

    That happens when a line is too long for mail, so that the whole part is written as
    quoted-printable. Each stand-in is counted: none may be missing and none may be the text's own.
    """
    reader = Subscriber(public_id=STAND_IN, address=STAND_IN_ADDRESS, regime=regime)
    delivery = Delivery(issue=issue, subscriber=reader, message_id=f"{STAND_IN}.message@{conf.mail_domain()}")
    message = _issue_message(delivery, rendering)
    message.extra_headers["Date"] = STAND_IN_DATE
    pattern = Pattern(
        raw=flat(message),
        message_id=delivery.message_id.encode(),
        link_token=unsubscribe_token(STAND_IN, issue.pk).encode(),
        mail_token=mail_token(STAND_IN, issue.pk).encode(),
    )
    links = rendering.text.count(UNSUBSCRIBE_PLACEHOLDER) + rendering.html.count(UNSUBSCRIBE_PLACEHOLDER)
    expected = {
        pattern.link_token: links + 1,
        pattern.mail_token: 1,
        pattern.message_id: 1,
        STAND_IN_ADDRESS.encode(): 1,
        STAND_IN_DATE.encode(): 1,
    }
    whole = all(pattern.raw.count(stand_in) == number for stand_in, number in expected.items())
    return pattern if whole else None
