"""The page of the audit log and its download."""

from __future__ import annotations

from itertools import islice

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from newsroom import audit
from newsroom.publishing import may_publish

SHOWN = 100


class AuditForm(forms.Form):
    """Which part of the log to show or download."""

    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}))
    user = forms.ModelChoiceField(required=False, queryset=get_user_model().objects.order_by("username"))
    table = forms.ChoiceField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = sorted((name, model._meta.verbose_name_plural) for name, model in audit.tracked().items())
        self.fields["table"].choices = [("", "all tables"), *names]

    def filters(self) -> audit.Filters:
        """The chosen part; what is invalid or empty chooses everything."""
        chosen = self.cleaned_data if self.is_valid() else {}
        user = chosen.get("user")
        return audit.Filters(
            chosen.get("since"), chosen.get("until"), user.pk if user else None, chosen.get("table") or ""
        )


def audit_log(request, site):
    """Show the newest changes under the filters, or stream all of them as CSV. Publishers only."""
    if not may_publish(request.user):
        raise PermissionDenied("Only publishers may read the audit log.")
    form = AuditForm(request.GET)
    filters = form.filters()
    if "csv" in request.GET and form.is_valid():
        response = StreamingHttpResponse(audit.csv_lines(filters), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="audit-log.csv"'
        return response
    query = {name: value for name, value in request.GET.items() if value and name != "csv"}
    context = {
        **site.each_context(request),
        "title": "Audit log",
        "form": form,
        "changes": list(islice(audit.changes(filters), SHOWN)) if form.is_valid() else [],
        "shown": SHOWN,
        "download": f"?{urlencode({**query, 'csv': '1'})}",
    }
    return render(request, "newsroom/audit.html", context)
