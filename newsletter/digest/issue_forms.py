"""Forms of the newsroom about one issue."""

from __future__ import annotations

from django import forms
from django.utils import timezone


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
