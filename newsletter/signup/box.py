"""The sign-up box of every page: plain data for one macro, no query, no cookie."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from newsletter.consent.words import box_wording, clean_path
from newsletter.signup.form_tokens import day_token, trap_name


@dataclass(frozen=True)
class Link:
    """Address and text of a link."""

    href: str
    text: str


@dataclass(frozen=True)
class SignupBox:
    """What `newsletter/signup_box.html` shows. `wording_id` names the promise in consent events."""

    id: str
    action: str
    title: str
    lead: str
    label: str
    submit: str
    promise: str
    wording_id: str
    privacy: Link
    token: str
    page: str
    trap_name: str
    value: str = ""
    errors: Sequence[str] = ()

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """Fields no reader fills: token and page."""
        return (("token", self.token), ("page", self.page))


def signup_form(
    page_path: str = "",
    *,
    now: dt.datetime | None = None,
    value: str = "",
    errors: Sequence[str] = (),
    token: str = "",
    submit: str = "Send me the confirmation",
) -> SignupBox:
    """Return the box for the page at `page_path`. Equal all day long, so that cached pages may hold it."""
    now = now or timezone.now()
    wording = box_wording()
    return SignupBox(
        id="signup",
        action=reverse("newsletter:subscribe"),
        title="One e-mail a week, when something changed",
        lead="New models, corrected scores, price changes, and verdicts that turned. A quiet week sends nothing.",
        label="E-mail address",
        submit=submit,
        promise=wording.text,
        wording_id=wording.id,
        privacy=Link(reverse("newsletter:what_we_hold"), "What we hold on you"),
        token=token or day_token(now),
        page=clean_path(page_path),
        trap_name=trap_name(now),
        value=value,
        errors=tuple(errors),
    )
