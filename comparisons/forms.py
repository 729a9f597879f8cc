"""Plain GET forms of boards and the report form: from what was typed to what is meant."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.http import QueryDict

from comparisons.boards.filters import CLOSED, OPEN, SORTS, TRACKED, BoardFilters, statuses
from comparisons.core.weights import LONGEST
from comparisons.core.workload import WorkloadError, parse_tokens
from models_catalog.core.numbers import TwoReadings, UnreadableNumber, read_number
from models_catalog.core.specs import LANES

LONGEST_TEXT = 200


def _choices(values) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class BoardForm(forms.Form):
    """Filters of a board. Every field may be empty; a wrong one is left out and said."""

    lane = forms.ChoiceField(choices=_choices(LANES), required=False)
    category = forms.CharField(max_length=LONGEST_TEXT, required=False)
    lab = forms.CharField(max_length=LONGEST_TEXT, required=False)
    q = forms.CharField(max_length=LONGEST_TEXT, required=False)
    weights = forms.ChoiceField(choices=_choices((OPEN, CLOSED)), required=False)
    reasoning = forms.ChoiceField(choices=_choices(("yes", "no")), required=False)
    price = forms.CharField(max_length=20, required=False)
    context = forms.CharField(max_length=20, required=False)
    status = forms.ChoiceField(choices=_choices(statuses()), required=False)
    sort = forms.ChoiceField(choices=_choices([*SORTS, *(f"-{name}" for name in SORTS)]), required=False)
    show = forms.ChoiceField(choices=_choices((TRACKED,)), required=False)

    def clean_price(self) -> Decimal | None:
        """A ceiling in USD: “2”, “0.50”, “0,50”, “$2”."""
        text = self.cleaned_data["price"].strip().removeprefix("$").strip()
        if not text:
            return None
        try:
            price = read_number(text)
        except TwoReadings as error:
            raise forms.ValidationError(str(error)) from error
        except UnreadableNumber as error:
            raise forms.ValidationError(f"“{text}” is no price. Type a number of USD, such as 2.50.") from error
        if price < 0:
            raise forms.ValidationError(f"“{text}” is no price. Type a number of USD, such as 2.50.")
        return price

    def clean_context(self) -> int | None:
        """Tokens: “128000”, “128k”, “1M”."""
        text = self.cleaned_data["context"].strip()
        if not text:
            return None
        try:
            return parse_tokens(text)
        except WorkloadError as error:
            raise forms.ValidationError(str(error)) from error


def page_number(text: str) -> int:
    """The page of a list an address asks for; the first one for anything that is no page."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def board_filters(query: QueryDict) -> BoardFilters:
    """Read the filters of a board out of an address; unusable ones are left out, with their errors."""
    form = BoardForm(query)
    form.is_valid()
    clean = form.cleaned_data
    return BoardFilters(
        **{name: clean.get(name) or "" for name in ("lane", "category", "lab", "q", "weights", "reasoning", "status")},
        price=clean.get("price"),
        context=clean.get("context"),
        sort=clean.get("sort") or "",
        show=clean.get("show") or "",
        page=page_number(query.get("page", "")),
        own_weights=query.get("w", "").strip()[: LONGEST + 1],
        typed={name: query.get(name, "")[:40] for name in ("price", "context", "q")},
        errors={name: tuple(_sentence(name, text) for text in texts) for name, texts in form.errors.items()},
    )


def _sentence(name: str, text: str) -> str:
    """Django's own message about a choice names the value only; say what it is about."""
    return text if name in ("price", "context") else f"The filter “{name}” has no such value; it is left out."


class ReportForm(forms.Form):
    """A reader's words about a result."""

    text = forms.CharField(
        max_length=2000,
        error_messages={
            "required": "Say what is wrong with the number, and where the right one stands if you know it.",
            "max_length": "The report has %(show_value)d characters; %(limit_value)d is the most we take.",
        },
    )
    email = forms.EmailField(
        required=False,
        max_length=254,
        error_messages={"invalid": "This is no e-mail address. Leave it empty if you want no answer."},
    )
