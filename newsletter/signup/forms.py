"""The few things a reader can type, and the messages when they cannot be right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pycountry
from django import forms
from django.core.exceptions import ValidationError
from email_validator import EmailNotValidError, validate_email

from newsletter.core.preferences import EVERYTHING, pairs_among
from newsletter.core.regimes import UNKNOWN_COUNTRY, normal_country
from newsletter.digest.topics import topic_choices
from newsletter.models import Frequency, Subscriber

NOT_AN_ADDRESS = "This does not look like an e-mail address. Write it like name@example.org."
ONLY_ASCII = "Our mail server cannot write to letters like these before the @ yet. Do you have another address?"
FOR_EVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


def clean_address(text: str) -> str:
    """Return a valid address as its owner would write it. Raises ValidationError with a sentence.

    Looks at the spelling only; the mail itself finds out whether the mailbox exists.
    """
    try:
        checked = validate_email(text.strip(), check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise ValidationError(NOT_AN_ADDRESS, code="address") from None
    if checked.smtputf8:
        raise ValidationError(ONLY_ASCII, code="address")
    return checked.normalized


class AddressForm(forms.Form):
    """One field: the address."""

    email = forms.CharField(max_length=254, error_messages={"required": "Write your e-mail address."})

    def clean_email(self) -> str:
        return clean_address(self.cleaned_data["email"])


class SignupForm(AddressForm):
    """The box of every page: the address and what the page adds unseen."""

    token = forms.CharField(required=False, max_length=200)
    page = forms.CharField(required=False, max_length=2000)


def country_choices() -> list[tuple[str, str]]:
    """Return all countries by name, the unknown one first."""
    named = sorted((getattr(country, "common_name", country.name), country.alpha_2) for country in pycountry.countries)
    return [(UNKNOWN_COUNTRY, "I would rather not say"), *((code, name) for name, code in named)]


def country_name(code: str) -> str:
    """Return the usual name of a country; “not known” for the unknown one."""
    country = pycountry.countries.get(alpha_2=code)
    return getattr(country, "common_name", country.name) if country else "not known"


class PreferencesForm(forms.Form):
    """How often, about what, from where, and breaks."""

    PAUSES = (
        ("", "No break"),
        ("28", "Four weeks"),
        ("84", "Twelve weeks"),
        ("stop", "Until I come back here"),
        ("keep", "As it is now"),
    )

    frequency = forms.ChoiceField(
        choices=Frequency.choices, error_messages={"invalid_choice": "Choose weekly or monthly."}
    )
    pause = forms.ChoiceField(
        choices=PAUSES, required=False, error_messages={"invalid_choice": "Choose one of the breaks in the list."}
    )
    topics = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": "“%(value)s” is no topic of the list. Tick only those shown."}
    )
    country = forms.CharField(required=False, max_length=2)

    def __init__(self, data, *, held: Sequence[str] = ()):
        """`held` are the reader's present topics: those stay choices whatever became of them."""
        super().__init__(data)
        choices = topic_choices([*held, *data.getlist("topics")])
        self.fields["topics"].choices = [*choices, (EVERYTHING, ""), *((topic, topic) for topic in held)]

    def clean_topics(self) -> list[str]:
        """The ticked topics; “everything else” says nothing without a comparison beside it."""
        chosen = self.cleaned_data["topics"]
        return chosen if pairs_among(chosen) else [topic for topic in chosen if topic != EVERYTHING]

    def clean_country(self) -> str:
        code = normal_country(self.cleaned_data["country"])
        if code != UNKNOWN_COUNTRY and pycountry.countries.get(alpha_2=code) is None:
            raise ValidationError("Choose a country of the list, or leave it open.", code="country")
        return code

    def paused_until(self, subscriber: Subscriber, now: dt.datetime) -> dt.datetime | None:
        """Return the end of the break that was chosen; None for none."""
        word = self.cleaned_data["pause"]
        if word == "keep":
            return subscriber.paused_until
        if word == "stop":
            return FOR_EVER
        return now + dt.timedelta(days=int(word)) if word else None
