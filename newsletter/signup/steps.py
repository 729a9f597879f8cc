"""The way of a sign-up from the form to the outbox, with every obstacle for robots.

Obstacles never depend on the state of an address, so neither does the answer.
"""

from __future__ import annotations

import datetime as dt
import enum
import logging
import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from newsletter import actions, conf
from newsletter.consent.location import place_of
from newsletter.consent.words import wording_shown
from newsletter.core.proof_of_work import is_solved
from newsletter.core.wording import ShownWording
from newsletter.signup import form_tokens, limits
from newsletter.signup.box import SignupBox, signup_form
from newsletter.signup.forms import SignupForm

logger = logging.getLogger(__name__)
LATER_HOURS = (2, 6)


class Step(enum.Enum):
    """Where a sign-up goes next."""

    WRONG = "the address cannot be right"
    ONCE_MORE = "a fresh page and one more button"
    WORK = "proof of work, or later"
    CLOSED = "a pause for everybody"
    LATER = "the mail comes later"
    BUSY = "this connection asked too often"
    ACCEPTED = "the mail is on its way, if one is due"


@dataclass(frozen=True)
class Taken:
    """A step and what was typed."""

    kind: Step
    typed: str = ""
    page: str = ""
    errors: tuple[str, ...] = ()
    token: str = ""


@dataclass(frozen=True)
class Work:
    """What the page with the proof of work needs."""

    action: str
    email: str
    page: str
    challenge: str
    bits: int

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        return (("email", self.email), ("page", self.page), ("challenge", self.challenge))


def take_step(request: HttpRequest, now: dt.datetime) -> Taken:
    """Take a posted sign-up as far as it may go now."""
    form = SignupForm(request.POST)
    typed, page = request.POST.get("email", "")[:254], request.POST.get("page", "")
    if not form.is_valid():
        errors = form.errors.get("email") or ["This form is not complete. Write your address and send it again."]
        return Taken(Step.WRONG, typed, page, tuple(errors))
    address = form.cleaned_data["email"]
    challenge = form.data.get("challenge", "")
    work = form_tokens.read_work(challenge, address, now) if challenge else None
    if work is not None:
        return _after_flood(request, address, page, challenge, now, words_of(work))
    if not is_trusted(request, now):
        return Taken(Step.ONCE_MORE, address, page)
    shown = words_of(form_tokens.read_form(request.POST["token"]))
    if shown is None:  # nobody can say any more what that page showed
        return Taken(Step.ONCE_MORE, address, page)
    if not has_room(request, address, now):
        return Taken(Step.WORK, address, page, token=request.POST["token"])
    actions.ask(address, place_of(request), page, now, shown=shown)
    return Taken(Step.ACCEPTED)


def words_of(form: form_tokens.Form) -> ShownWording | None:
    """Return the words a form showed; None when they are not known any more."""
    return wording_shown(form.wording_id, form.sha256)


def _after_flood(
    request: HttpRequest, address: str, page: str, challenge: str, now: dt.datetime, shown: ShownWording | None
) -> Taken:
    if "later" in request.POST:
        if not limits.later_connections.allows(request, now):
            return Taken(Step.BUSY)
        if not limits.take(limits.for_later(), now):
            return _closed(now)
        first, last = LATER_HOURS
        wait = dt.timedelta(seconds=first * 3600 + secrets.randbelow((last - first) * 3600))
        actions.ask(address, place_of(request), page, now, not_before=now + wait, shown=shown)
        return Taken(Step.LATER)
    if not is_solved(challenge, request.POST.get("answer", ""), conf.proof_of_work_bits()):
        return Taken(Step.WORK, address, page)
    if not limits.use_once(challenge, now):
        return Taken(Step.WORK, address, page)
    if not limits.take(limits.for_solved(), now):
        return _closed(now)
    actions.ask(address, place_of(request), page, now, shown=shown)
    return Taken(Step.ACCEPTED)


def _closed(now: dt.datetime) -> Taken:
    if actions.tell_of_flood(now):
        logger.error("Sign-ups come in a flood and pause until it is over. See docs/newsletter.md, “A flood”.")
    return Taken(Step.CLOSED)


def is_trusted(request: HttpRequest, now: dt.datetime) -> bool:
    """Tell whether a form came from a page of ours, in time, and with the trap empty."""
    return (
        form_tokens.is_from_this_site(request)
        and form_tokens.is_fresh(request.POST.get("token", ""), now)
        and not any(request.POST.get(name) for name in form_tokens.trap_names(now))
    )


def has_room(request: HttpRequest, address: str, now: dt.datetime) -> bool:
    """Count a request; False when this connection, its mail domain or everybody together had too many."""
    return limits.connections.allows(request, now) and limits.take(limits.for_everybody(address), now)


def has_room_for_preferences(request: HttpRequest, now: dt.datetime) -> bool:
    """Count a request for a link to the preferences; nobody's sign-ups count here."""
    return limits.preferences_connections.allows(request, now) and limits.take(limits.for_preferences(), now)


def fresh_box(step: Taken | None, now: dt.datetime) -> SignupBox:
    """Return a box with a token of this second, for a page made for one reader."""
    typed, page = (step.typed, step.page) if step else ("", "")
    return signup_form(page, now=now, value=typed, token=form_tokens.second_token(now))


def work_for(step: Taken, now: dt.datetime) -> Work:
    """Return the proof of work for the address that was typed."""
    return Work(
        reverse("newsletter:subscribe"),
        step.typed,
        step.page,
        form_tokens.work_challenge(step.typed, now, step.token),
        conf.proof_of_work_bits(),
    )


def steady_time(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let every POST to `view` take a multiple of `conf.answer_seconds()`."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        begun = time.monotonic()
        response = view(request, *args, **kwargs)
        step = conf.answer_seconds()
        if request.method == "POST" and step > 0:
            passed = time.monotonic() - begun
            time.sleep(max(1, math.ceil(passed / step)) * step - passed)
        return response

    return wrapped
