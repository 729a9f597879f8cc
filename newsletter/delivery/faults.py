"""Why the relay is not to be had, in a sentence an operator can act on. Never with a password in it."""

from __future__ import annotations

import smtplib
import socket
import ssl

from newsletter.core.replies import reply_text, scrub


def cause_of(error: Exception) -> str:
    """Return what kept us from the relay and what to check."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"Its certificate cannot be trusted ({_detail(error, 'verify_message')}). Check the host name in EMAIL_URL."
        )
    if isinstance(error, ssl.SSLError):
        return f"TLS failed ({_detail(error, 'reason')}). Check port and scheme in EMAIL_URL: smtp+tls or smtp+ssl."
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"It refuses our name or password ({_said(error)}). Check USER and PASSWORD in EMAIL_URL."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"It does not offer what EMAIL_URL asks for: {error}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"It answered {_said(error)}."
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "It closed the connection without a word."
    if isinstance(error, socket.gaierror):
        return f"DNS does not know its host ({error.strerror or error}). Check the host in EMAIL_URL, and the network."
    if isinstance(error, ConnectionRefusedError):
        return "It refuses connections at that port. Check host and port in EMAIL_URL, and whether it runs."
    if isinstance(error, TimeoutError):
        return "It does not answer in time. Check host, port and firewall."
    return f"The connection failed: {scrub(str(error)) or type(error).__name__}"


def _detail(error: ssl.SSLError, name: str) -> str:
    """Return the words of OpenSSL, which only errors of its own carry."""
    return str(getattr(error, name, "") or error)


def _said(error: smtplib.SMTPResponseException) -> str:
    return scrub(f"{error.smtp_code} {reply_text(error.smtp_error)}")
