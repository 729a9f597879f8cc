"""A delivery becomes a message: both parts, the headers of RFC 2369, 2919 and 8058.

Texts arrive rendered per preference group; only the link to unsubscribe is put in here. No query.
"""

from __future__ import annotations

import datetime as dt
import html as html_module
from dataclasses import dataclass
from email.generator import BytesGenerator
from email.utils import format_datetime, parseaddr
from io import BytesIO

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from newsletter import conf
from newsletter.models import Delivery, Issue, IssueRendering, TransactionalMail
from newsletter.tokens import mail_token, unsubscribe_token

# Stands in rendered texts where the reader's own link goes. A real, absolute address of a domain
# that cannot exist (RFC 2606), so that inliners and link checks treat it like any other.
UNSUBSCRIBE_PLACEHOLDER = "https://unsubscribe.invalid/here"
# RFC 8058 forbids a redirect, so this is the final form: no locale, no closing slash.
UNSUBSCRIBE_PATH = "/newsletter/u/{token}"
ARCHIVE_PATH = "/newsletter/"
LONGEST_HEADER_LINE = 900


@dataclass(frozen=True)
class Envelope:
    """A message and how it travels. `sender` is the return path, `recipient` one mailbox."""

    message: EmailMultiAlternatives
    sender: str
    recipient: str

    def as_bytes(self) -> bytes:
        """The message with CRLF line ends. Headers stay on one line where RFC 5322 allows it."""
        buffer = BytesIO()
        generator = BytesGenerator(buffer, mangle_from_=False, maxheaderlen=LONGEST_HEADER_LINE)
        generator.flatten(self.message.message(), linesep="\r\n")
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
        "Feedback-ID": f"{issue.slug}:{issue.newsletter}:{conf.site_host()}",
        "Precedence": "bulk",
    }


def issue_envelope(delivery: Delivery, rendering: IssueRendering) -> Envelope:
    """Return the message of `delivery`; needs its issue and subscriber loaded."""
    subscriber, issue = delivery.subscriber, delivery.issue
    link = unsubscribe_url(subscriber.public_id, issue.pk)
    return _envelope(
        delivery,
        subscriber.address,
        subject=rendering.subject,
        text=rendering.text.replace(UNSUBSCRIBE_PLACEHOLDER, link),
        html=rendering.html.replace(UNSUBSCRIBE_PLACEHOLDER, html_module.escape(link)),
        headers={**list_headers(issue, subscriber.public_id), "Content-Language": rendering.locale},
    )


def transactional_envelope(delivery: Delivery, mail: TransactionalMail) -> Envelope:
    """Return the one answer to one request; it belongs to no list and says so to machines."""
    headers = {"Content-Language": mail.locale, "Auto-Submitted": "auto-replied", **mail.headers}
    envelope = _envelope(delivery, mail.address, subject=mail.subject, text=mail.text, html=mail.html, headers=headers)
    if mail.attachment:
        envelope.message.attach(mail.attachment_name or "data.json", mail.attachment, "application/json")
    return envelope


def _envelope(
    delivery: Delivery, address: str, *, subject: str, text: str, html: str, headers: dict[str, str]
) -> Envelope:
    return_path = f"{conf.bounce_mailbox()}+{delivery.message_id.partition('@')[0]}@{conf.mail_domain()}"
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=conf.sender(),
        to=[address],
        reply_to=[conf.reply_to()] if conf.reply_to() else None,
        headers={
            "Message-ID": f"<{delivery.message_id}>",
            "Date": format_datetime(dt.datetime.now(dt.UTC)),
            **headers,
        },
    )
    if html:
        message.attach_alternative(html, "text/html")
    # Providers' APIs (django-anymail) hand this back in their reports; SMTP ignores it.
    message.metadata = {"delivery": delivery.message_id.partition("@")[0]}
    return Envelope(message, return_path, sanitize_address(address, "utf-8"))
