"""Forms of the newsroom about one issue."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from newsletter.core.errata import SentLine

MOST_LINES = 60


class CopyForm(forms.Form):
    """Where a test copy goes."""

    address = forms.EmailField(label="Send a test to", help_text="One address; nobody else gets it.")


class ScheduleForm(forms.Form):
    """When an issue goes out."""

    send_at = forms.DateTimeField(
        label="Send at (UTC)",
        initial=lambda: timezone.now().replace(second=0, microsecond=0),
        widget=forms.DateTimeInput(format="%Y-%m-%d %H:%M"),
        help_text="For example 2026-07-06 08:00. A time in the past means at once.",
    )


class ErratumForm(forms.Form):
    """What was wrong in a sent issue."""

    note = forms.CharField(
        label="What was wrong, and what is right (Markdown)",
        widget=forms.Textarea(attrs={"rows": 8, "cols": 80}),
        help_text="Readers see it first. Say both: what we wrote, and what holds.",
    )
    lines = forms.MultipleChoiceField(
        label="Lines it concerns",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=f"Quoted as they were sent, at most {MOST_LINES}. Leave them out where the note says it all.",
    )

    def __init__(self, data, lines: tuple[SentLine, ...], note: str = "", chosen: frozenset[int] = frozenset()):
        picked = [line.key for line in lines if chosen.intersection(line.changes)]
        super().__init__(data, initial={"note": note, "lines": picked})
        self.fields["lines"].choices = [
            (line.key, " · ".join(filter(None, (line.section, line.text, line.detail, line.day)))) for line in lines
        ]

    def clean_lines(self) -> list[int]:
        """The numbers of the changes behind the chosen lines."""
        chosen = self.cleaned_data["lines"]
        if len(chosen) > MOST_LINES:
            raise forms.ValidationError(
                f"Choose at most {MOST_LINES} lines, so that the mail stays short; the note may speak of the rest."
            )
        return [int(number) for key in chosen for number in key.split(",")]
