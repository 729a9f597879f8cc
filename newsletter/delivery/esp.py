"""Mail through any Django e-mail backend: providers' APIs (django-anymail), files, the console.

Such a call cannot be stopped half-way, so the intent is committed before it. What the provider
reports later comes in through `newsletter.bounces.webhooks`.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable

from anymail.exceptions import AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.core.mail import get_connection

from newsletter.core.replies import Reply
from newsletter.delivery.mail import Envelope
from newsletter.delivery.transport import End, Submission

TOO_MANY_REQUESTS = 429


class BackendTransport:
    """Hands messages to the backend EMAIL_BACKEND names."""

    def __init__(self, backend: str):
        self._connection = get_connection(backend)

    def submit(self, envelope: Envelope, intent: Callable[[], bool]) -> Submission:
        """Hand over one message; see `newsletter.delivery.transport.Transport`."""
        envelope.as_bytes()  # what cannot be written fails here, before the intent
        message = envelope.write()
        if not intent():
            return Submission(End.WITHDRAWN)
        try:
            self._connection.send_messages([message])
        except (AnymailRecipientsRefused, AnymailInvalidAddress):
            return Submission(End.ANSWERED, Reply(550, "5.1.3 The provider refuses this recipient."))
        except AnymailError as error:
            return _provider_error(error)
        except (OSError, smtplib.SMTPException):
            return Submission(End.LOST)
        status = getattr(message, "anymail_status", None)
        provider_id = getattr(status, "message_id", None)
        return Submission(
            End.ANSWERED,
            Reply(250, "Taken by the backend."),
            provider_id if isinstance(provider_id, str) else "",
        )

    def close(self) -> None:
        """End the session with the provider."""
        self._connection.close()


def _unreachable(cause: str) -> Submission:
    return Submission(End.UNREACHABLE, Reply(421, cause), cause=cause)


def _provider_error(error: AnymailError) -> Submission:
    """Return what an error of a provider's API says about the message."""
    status = getattr(error, "status_code", None)
    if status == TOO_MANY_REQUESTS:
        return _unreachable("The provider asks to send more slowly (HTTP 429).")
    if status in (401, 403):
        return _unreachable(f"The provider refuses our key (HTTP {status}). Check the settings in ANYMAIL.")
    if status is not None and 400 <= status < 500:
        return Submission(End.ANSWERED, Reply(554, f"The provider refuses the message (HTTP {status})."))
    if status is None and error.__cause__ is None:
        # Raised before any request: this message cannot be expressed for the provider.
        return Submission(End.ANSWERED, Reply(554, "The provider cannot carry this message."))
    return Submission(End.LOST)
