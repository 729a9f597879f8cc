"""Forms of the score sheet."""

from __future__ import annotations

import json
import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from models_catalog.models import Benchmark, LanguageModel, Result
from newsroom.core.table_text import LONGEST_TEXT
from newsroom.names import BENCHMARK, MODEL, find_named
from newsroom.sheets import REASON_LENGTH

LARGEST_TABLE_FILE = 5_000_000  # bytes
SCORE_FIELD = re.compile(r"score-(\d{1,12})$")


class NamesInput(forms.TextInput):
    """A text field that suggests the names of one kind; works without scripts. Queries when rendered."""

    def __init__(self, kind: str, attrs=None):
        super().__init__({"list": f"{kind}-names", "autocomplete": "off", **(attrs or {})})
        self.kind = kind

    def render(self, name, value, attrs=None, renderer=None):
        table = LanguageModel if self.kind == MODEL else Benchmark
        names = table.objects.order_by("name").values_list("name")
        options = format_html_join("", '<option value="{}"></option>', names)
        field = super().render(name, value, attrs, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', field, f"{self.kind}-names", options)


def named_row(kind: str, name: str) -> LanguageModel | Benchmark:
    """The model or benchmark called `name`, or “Name (slug)”. Raises ValidationError with a sentence."""
    match = find_named(kind, name)
    if match.row is None:
        raise ValidationError(match.problem)
    return (LanguageModel if kind == MODEL else Benchmark).objects.get(pk=match.row.pk)


class SubjectForm(forms.Form):
    """Which model or benchmark a new sheet is about, by name."""

    model = forms.CharField(required=False, label="One model, its benchmarks", widget=NamesInput(MODEL.value))
    benchmark = forms.CharField(required=False, label="One benchmark, its models", widget=NamesInput(BENCHMARK.value))

    def clean(self):
        cleaned = super().clean()
        named = {kind: cleaned.get(kind, "").strip() for kind in (MODEL.value, BENCHMARK.value)}
        if bool(named["model"]) == bool(named["benchmark"]):
            raise ValidationError("Name one model or one benchmark.")
        kind, name = next((kind, name) for kind, name in named.items() if name)
        try:
            cleaned["subject"] = named_row(kind, name)
        except ValidationError as error:
            self.add_error(kind, error)
        return cleaned


class SheetForm(forms.ModelForm):
    """What holds for every score of the sheet, and the pasted table."""

    source_url = forms.URLField(
        label="Source address",
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"size": 60}),
        help_text="Whoever published the figures first: the maker's card, the paper, the benchmark's own board.",
    )
    reason = forms.CharField(
        label="Why",
        max_length=REASON_LENGTH,
        help_text="One reason for the whole sheet, for example “scores of the model card of 3 May”.",
    )
    pasted = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        label="Paste a table",
        help_text="Rows of a spreadsheet, a Markdown or HTML table, CSV, or names with scores, in any order of rows and "
        "columns. With several columns of scores the one headed with the name of this sheet is taken.",
    )
    decimal = forms.ChoiceField(
        label="Numbers are written",
        required=False,
        choices=[
            ("", "as their column shows"),
            (".", "with a decimal point: 28.983"),
            (",", "with a decimal comma: 28,983"),
        ],
        help_text="Only “28,983” and “1.322” need this: they can mean two things.",
    )

    class Meta:
        model = Result
        fields = [
            "source_url",
            "source_kind",
            "source_tier",
            "measured_on",
            "variant",
            "method",
            "standard",
            "effort",
            "evaluator",
            "harness",
            "attempts",
            "items_run",
            "read_at",
            "note",
        ]
        widgets = {
            "measured_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        labels = {"measured_on": "Date of the measurement"}

    def clean_measured_on(self):
        day = self.cleaned_data["measured_on"]
        if day is not None and day > timezone.now().date():
            raise ValidationError("This day has not come yet. Type the day of the measurement.")
        return day

    def source(self) -> dict:
        """The source as a sheet stores it."""
        cleaned = self.cleaned_data
        day = cleaned["measured_on"]
        return {**{name: cleaned[name] for name in self.Meta.fields}, "measured_on": day.isoformat() if day else None}

    def _post_clean(self):
        """Fields only: no result exists yet that the table's rules could be asked about."""


class TableForm(SheetForm):
    """A whole table of several models and benchmarks, pasted or as a file."""

    file = forms.FileField(
        required=False,
        label="Or a file",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.md,.html,.xlsx"}),
        help_text="CSV, TSV, text, HTML or XLSX with one table, at most 5 MB.",
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_TABLE_FILE:
            raise ValidationError(f"{file.name} is larger than {LARGEST_TABLE_FILE // 1_000_000} MB. Split it.")
        return file


def typed_scores(data) -> dict[int, str]:
    """Row key to typed text, from a posted grid."""
    found = {}
    for name, text in data.items():
        if (match := SCORE_FIELD.match(name)) and text.strip():
            found[int(match.group(1))] = text.strip()[:60]
    return found


def seen_versions(data) -> dict[int, str]:
    """Row key to the fingerprint that the grid was opened with; a damaged field counts as nothing seen."""
    try:
        stored = json.loads(data.get("seen") or "{}")
        return {int(key): str(stamp) for key, stamp in stored.items()}
    except (ValueError, AttributeError):
        return {}
