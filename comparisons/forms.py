"""Plain GET forms of boards and the report form: from what was typed to what is meant."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.http import QueryDict

from comparisons.boards.choose import MODALITIES, ChooseQuestion
from comparisons.boards.filters import CLOSED, OPEN, SORTS, TRACKED, BoardFilters, statuses
from comparisons.core.weights import LONGEST, USE_CASES
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
        try:
            return _usd(self.cleaned_data["price"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

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


def _usd(text: str) -> Decimal | None:
    """A sum of USD: “2”, “0.50”, “0,50”, “$2”; None for nothing. Raises ValueError with a sentence."""
    shown = text.strip().removeprefix("$").strip()
    if not shown:
        return None
    try:
        amount = read_number(shown)
    except TwoReadings:
        raise
    except UnreadableNumber:
        raise ValueError(f"“{shown[:40]}” is no sum of money. Type a number of USD, such as 2.50.") from None
    if amount < 0:
        raise ValueError(f"“{shown[:40]}” is no sum of money. Type a number of USD, such as 2.50.")
    return amount


def choose_question(query: QueryDict, lane: str | None) -> ChooseQuestion:
    """Read a question to `/choose/` out of an address; unusable parts are left out, with their errors."""
    typed = {name: query.get(name, "").strip()[:40] for name in ("price", "context", "in", "out", "request", "budget")}
    errors: dict[str, tuple[str, ...]] = {}

    def read(name: str, reader):
        try:
            return reader(typed[name]) if typed[name] else None
        except ValueError as problem:
            errors[name] = (str(problem),)
            return None

    price, budget = read("price", _usd), read("budget", _usd)
    context, tokens_in, tokens_out, request = (read(name, parse_tokens) for name in ("context", "in", "out", "request"))
    tokens = None if tokens_in is None and tokens_out is None else (tokens_in or 0, tokens_out or 0)
    if budget is not None and tokens is None:
        errors["budget"] = ("A budget needs a workload: say how many tokens a month go in and come out.",)
    case, modality = query.get("for", "").strip(), query.get("modality", "").strip()
    if case and case not in {each.slug for each in USE_CASES}:
        errors["for"] = (f"There is no use case “{case[:40]}”; the site’s own weights are used.",)
        case = ""
    if modality and modality not in MODALITIES:
        errors["modality"] = (f"No model is asked whether it reads “{modality[:40]}”; it is left out.",)
        modality = ""
    return ChooseQuestion(
        case=case,
        weights=query.get("w", "").strip()[: LONGEST + 1],
        floor=query.get("floor", "").strip()[:LONGEST_TEXT],
        price=price,
        context=context,
        open_weights=query.get("weights", "") == OPEN,
        modality=modality,
        tokens=tokens,
        request=request if tokens else None,
        budget=budget if tokens else None,
        lane=lane or "",
        typed=typed,
        errors=errors,
    )


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
