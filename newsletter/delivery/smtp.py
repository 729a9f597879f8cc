"""SMTP with the intent committed between the body and the final dot.

Without the dot there is no message (RFC 5321, 4.1.1.4), so a process killed before the commit has
sent nothing, and one killed after it leaves a row that says so.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
from collections.abc import Callable

from django.core.mail.backends.smtp import EmailBackend

from newsletter.core.replies import Reply, reply_text, scrub
from newsletter.delivery.faults import cause_of
from newsletter.delivery.mail import Envelope, seven_bit
from newsletter.delivery.transport import End, Submission

RECONNECT_EACH = 100
CLOSING = 421
END_OF_DATA = b".\r\n"


class Unanswered(Exception):
    """The dot went out and no answer came back."""


class Withdrawn(Exception):
    """The intent was not granted; the connection is closed without the dot."""


class IntentMixin:
    """Adds `data_with_intent` to an smtplib connection."""

    def data_with_intent(self, body: bytes, intent: Callable[[], bool]) -> Reply:
        """Send `body`, ask `intent`, then end the message and return the answer.

        Raises SMTPDataError when DATA is refused, Withdrawn when `intent` returns False, Unanswered
        when the connection fails from the dot on, and what smtplib raises before that.
        """
        code, text = self.docmd("DATA")
        if code != 354:
            raise smtplib.SMTPDataError(code, text)
        return self.end_with_intent(body, intent)

    def at_once(self, commands: list[str]) -> list[tuple[int, bytes]]:
        """Send `commands` in one packet (RFC 2920) and return their answers."""
        self.send("".join(f"{command}\r\n" for command in commands))
        answers = [self.getreply()]
        while len(answers) < len(commands):
            # Nothing follows a 421: it is the answer to the rest as well.
            answers.append(answers[-1] if answers[-1][0] == CLOSING else self.getreply())
        return answers

    def end_with_intent(self, body: bytes, intent: Callable[[], bool]) -> Reply:
        """The part of `data_with_intent` after the server has asked for the message."""
        quoted = smtplib._quote_periods(body) if body[:1] == b"." or b"\n." in body else body
        self.send(quoted if quoted.endswith(b"\r\n") else quoted + b"\r\n")
        if not intent():
            self.close()
            raise Withdrawn
        try:
            self.send(END_OF_DATA)
            code, text = self.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unanswered from error
        return Reply(code, reply_text(text))


class IntentSMTP(IntentMixin, smtplib.SMTP):
    """Plain or STARTTLS."""


class IntentSMTPOverTLS(IntentMixin, smtplib.SMTP_SSL):
    """TLS from the first byte."""


class IntentBackend(EmailBackend):
    """Django's SMTP backend (its settings, TLS and log-in) over our connection."""

    @property
    def connection_class(self):
        return IntentSMTPOverTLS if self.use_ssl else IntentSMTP


class SMTPTransport:
    """Hands messages to the relay of the EMAIL_… settings over one connection, renewed now and then."""

    def __init__(self, timeout: float, reconnect_each: int = RECONNECT_EACH):
        self._backend = IntentBackend(timeout=timeout)
        self._reconnect_each = reconnect_each
        self._sent_on_connection = 0

    def submit(self, envelope: Envelope, intent: Callable[[], bool]) -> Submission:
        """Hand over one message; see `newsletter.delivery.transport.Transport`. Raises nothing of smtplib's."""
        body = envelope.as_bytes()
        try:
            connection = self._connected()
        except smtplib.SMTPResponseException as error:
            self._drop()
            return Submission(
                End.UNREACHABLE, Reply(error.smtp_code, reply_text(error.smtp_error)), cause=cause_of(error)
            )
        except OSError as error:  # includes SMTPException: refused, unknown host, TLS, timeout
            self._drop()
            cause = cause_of(error)
            return Submission(End.UNREACHABLE, Reply(421, f"No connection to the relay: {cause}"), cause=cause)
        try:
            return self._converse(connection, envelope, body, intent)
        except Withdrawn:
            self._drop()
            return Submission(End.WITHDRAWN)
        except Unanswered:
            self._drop()
            return Submission(End.LOST)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self._drop()
            return Submission(End.BROKEN_BEFORE, Reply(451, f"The connection broke: {error}"))
        except BaseException:
            # The intent itself failed. Nothing may follow the body on this connection.
            self._drop()
            raise

    def close(self) -> None:
        """Take leave of the relay."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self._backend.close()
        self._drop()

    def _connected(self) -> IntentMixin:
        if self._sent_on_connection >= self._reconnect_each:
            self.close()
        if self._backend.open():
            self._sent_on_connection = 0
            # The dot follows the body in a packet of its own; Nagle's algorithm would keep it back
            # until the relay acknowledges the body, which costs 40 ms a message.
            self._backend.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._backend.connection.ehlo_or_helo_if_needed()
        return self._backend.connection

    def _converse(self, connection, envelope: Envelope, body: bytes, intent: Callable[[], bool]) -> Submission:
        self._sent_on_connection += 1
        takes_8bit = connection.has_extn("8bitmime")
        if not takes_8bit and not body.isascii():
            body = seven_bit(envelope)
        options = [f"SIZE={len(body)}"] if connection.has_extn("size") else []
        if takes_8bit:
            options.append("BODY=8BITMIME")
        if connection.has_extn("pipelining") and envelope.is_plain:
            return self._converse_at_once(connection, envelope, options, body, intent)
        refused = self._refusal(connection.mail(envelope.sender, options))
        if refused:
            return self._before(_end_of_a_refused_sender(refused), refused)
        refused = self._refusal(connection.rcpt(envelope.recipient))
        if refused:
            return self._before(End.REFUSED_BEFORE, refused)
        try:
            reply = connection.data_with_intent(body, intent)
        except smtplib.SMTPDataError as error:
            return self._before(End.REFUSED_BEFORE, Reply(error.smtp_code, reply_text(error.smtp_error)))
        return self._answered(reply)

    def _converse_at_once(
        self, connection, envelope: Envelope, options: list[str], body: bytes, intent: Callable[[], bool]
    ) -> Submission:
        """The same conversation in two packets. Where the server refused before, it never gets a dot."""
        size = "".join(f" {option}" for option in options)
        asked = [f"MAIL FROM:<{envelope.sender}>{size}", f"RCPT TO:<{envelope.recipient}>", "DATA"]
        sender, recipient, (code, text) = connection.at_once(asked)
        refused_sender, refused = self._refusal(sender), self._refusal(recipient)
        if (refused_sender or refused) and code == 354:
            # It waits for a message that nobody gets; only leaving the connection says that there is none.
            self._drop()
        if refused_sender:
            return self._before(_end_of_a_refused_sender(refused_sender), refused_sender)
        if refused:
            return self._before(End.REFUSED_BEFORE, refused)
        if code != 354:
            return self._before(End.REFUSED_BEFORE, self._refusal((code, text)) or Reply(code, reply_text(text)))
        return self._answered(connection.end_with_intent(body, intent))

    def _answered(self, reply: Reply) -> Submission:
        if reply.closes_service:
            self._drop()
        return Submission(End.ANSWERED, reply)

    def _before(self, end: End, reply: Reply) -> Submission:
        """The end of a message before its dot. A 421 closes the connection, but the next message may try another."""
        if reply.closes_service:
            self._drop()
        elif self._backend.connection is not None:
            self._backend.connection.rset()
        cause = f"It answered {scrub(f'{reply.code} {reply.text}')}" if end is End.UNREACHABLE else ""
        return Submission(end, reply, cause=cause)

    @staticmethod
    def _refusal(answer: tuple[int, bytes]) -> Reply | None:
        code, text = answer
        if 200 <= code < 300:
            return None
        if code == -1:
            raise smtplib.SMTPServerDisconnected("no answer")
        return Reply(code, reply_text(text))

    def _drop(self) -> None:
        connection, self._backend.connection = self._backend.connection, None
        if connection is not None:
            connection.close()


def _end_of_a_refused_sender(reply: Reply) -> End:
    """A message that is too large concerns itself; any other refusal of the sender is about us."""
    return End.REFUSED_BEFORE if reply.concerns_the_size else End.UNREACHABLE
