"""Keeps network addresses, and the tokens of mailed links, out of logs, whoever wrote them there.

A filter of every handler, so that it sees the records of Django, of packages and of the web server too.
"""

from __future__ import annotations

import ipaddress
import logging
import logging.config
import re

INSTEAD = "[address removed]"
# What follows in these paths opens a subscriber's page; Django logs whole paths of refused requests.
SECRET = re.compile(r"(/newsletter/(?:confirm|manage|u)/)[^/\s?\"']+")
# Generous patterns; `ipaddress` decides. Times and versions of three parts stay.
IPV4 = re.compile(r"(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)")
IPV6 = re.compile(
    r"(?:(?<![\w:])|(?<=[A-Za-z_]:))(?=[0-9A-Fa-f]*:[0-9A-Fa-f]*:)[0-9A-Fa-f:]+(?:\d{1,3}(?:\.\d{1,3}){3})?"
)


def without_addresses(text: str) -> str:
    """Return `text` with every IPv4 and IPv6 address replaced, and every token in a path."""
    return SECRET.sub(r"\1…", IPV4.sub(_replaced, IPV6.sub(_replaced, text)))


def _replaced(match: re.Match) -> str:
    """Return the match with the address in it replaced; colons around it belong to the sentence."""
    word = match[0]
    begin = len(word) - len(word.lstrip(":"))
    end = len(word.rstrip(":"))
    for first in range(begin + 1):
        for last in range(len(word), end - 1, -1):
            try:
                ipaddress.ip_address(word[first:last])
            except ValueError:
                continue
            return word[:first] + INSTEAD + word[last:]
    return word


class ScrubAddresses(logging.Filter):
    """Rewrite a record so that no formatter, mail or tracker can show a network address.

    The request and the traceback's live frames are dropped (their variables hold addresses); the
    traceback stays as scrubbed text.
    """

    _formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_addresses(record.getMessage()), None
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = without_addresses(self._formatter.formatException(record.exc_info))
        elif record.exc_text:
            record.exc_text = without_addresses(record.exc_text)
        record.exc_info = None
        if record.stack_info:
            record.stack_info = without_addresses(record.stack_info)
        if hasattr(record, "request"):
            record.request = None
        return True


def configure(settings: dict) -> None:
    """Set up logging as Django does, then put the filter on every handler. For LOGGING_CONFIG."""
    logging.config.dictConfig(settings)
    scrub_every_handler()


def scrub_every_handler() -> None:
    """Put the filter on every handler there is, once; also on those Django and gunicorn configure themselves."""
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
    for handler in {handler for logger in loggers for handler in logger.handlers}:
        if not any(isinstance(known, ScrubAddresses) for known in handler.filters):
            handler.addFilter(ScrubAddresses())
