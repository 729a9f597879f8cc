"""What became of one attempt to hand a message over, whichever way it travels."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from newsletter.core.replies import Reply
from newsletter.delivery.mail import Envelope


class End(enum.Enum):
    """How an attempt ended, by what may have left this machine."""

    ANSWERED = "handed over, and the server answered"
    LOST = "handed over, and no answer came"
    REFUSED_BEFORE = "this message was refused before it was handed over"
    BROKEN_BEFORE = "the connection broke before the message was handed over"
    UNREACHABLE = "the server as a whole takes no mail now; nothing was handed over"
    WITHDRAWN = "the outbox did not allow it; nothing was handed over"


@dataclass(frozen=True)
class Submission:
    """The end of one attempt. `reply` is there whenever the server spoke, `cause` says why it was not reached."""

    end: End
    reply: Reply | None = None
    provider_id: str = ""
    cause: str = ""

    @property
    def breaks_off(self) -> bool:
        """Whether the conversation ended with this message, so that three of them in a row are no accident."""
        closed = self.reply is not None and self.reply.closes_service
        return closed or self.end in (End.LOST, End.BROKEN_BEFORE)


class Transport(Protocol):
    """A way to hand messages over, one at a time.

    `intent` commits that the message is about to leave and returns whether it may. It is called
    once, as late as the way allows, and not at all when the message fails before.
    """

    def submit(self, envelope: Envelope, intent: Callable[[], bool]) -> Submission: ...

    def close(self) -> None: ...
