"""Readers' reports that a number is wrong: correct, answer, close."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html

from models_catalog.models import Report, score_problem
from newsroom import publishing
from newsroom.admin.base import CatalogAdmin, ReasonForm, tell_refusals
from newsroom.answers import accept_correction, answer_reader, was_corrected


class ReportForm(ReasonForm):
    corrected_score = forms.DecimalField(
        required=False,
        max_digits=14,
        decimal_places=6,
        help_text="In the benchmark's own unit. Saving corrects the result and accepts the report.",
    )

    no_answer = forms.BooleanField(
        label="No answer is sent",
        required=False,
        help_text="Tick to close the report without an answer.",
    )

    def clean(self):
        cleaned = super().clean()
        state = cleaned.get("state")
        if cleaned.get("corrected_score") is not None:
            state = Report.State.ACCEPTED
        if state == self.instance.state or state == Report.State.OPEN:
            return cleaned
        corrected = cleaned.get("corrected_score") is not None or was_corrected(self.instance)
        if state == Report.State.ACCEPTED and not corrected and "corrected_score" not in self.errors:
            self.add_error(
                "state",
                "“Accepted, corrected” needs a correction. Type the right score, correct or withdraw the result first, or "
                "close the report.",
            )
        if not cleaned.get("answer", "").strip() and not cleaned.get("no_answer"):
            self.add_error("answer", "Answer the reader, or tick “No answer is sent”.")
        return cleaned

    def clean_corrected_score(self):
        score = self.cleaned_data["corrected_score"]
        if score is None:
            return None
        result = self.instance.result
        if problem := score_problem(score, result.benchmark):
            raise ValidationError(problem)
        if score == result.score:
            raise ValidationError("This is the score that is recorded already.")
        return score


def may_correct(request, report: Report | None) -> bool:
    """Whether the page may take a corrected score: from who may correct alone, while the report is open."""
    return publishing.may_correct(request.user) and report is not None and report.state == Report.State.OPEN


@admin.register(Report)
class ReportAdmin(CatalogAdmin):
    form = ReportForm
    list_display = ["excerpt", "result_text", "state", "created_at"]
    list_filter = ["state"]
    list_select_related = ["result__model", "result__benchmark"]
    search_fields = ["text", "result__model__name", "result__benchmark__name"]
    date_hierarchy = "created_at"
    readonly_fields = ["result_link", "text", "reply_to", "created_at"]
    fieldsets = [
        ("What the reader says", {"fields": ["text", "result_link", "created_at"]}),
        (
            "Answer",
            {
                "fields": ["corrected_score", "state", "answer", "no_answer", "reply_to"],
                "description": "If the reader is right, type the right score here (publishers), or withdraw the result "
                "on its own page. The answer is sent when the report is accepted or closed, and the address erased.",
            },
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("result__model", "result__benchmark")

    def has_add_permission(self, request):
        return False

    def get_fieldsets(self, request, obj=None):
        """The right score may be typed by publishers, while the report is open."""
        first, (title, options), *rest = super().get_fieldsets(request, obj)
        fields = [name for name in options["fields"] if name != "corrected_score" or may_correct(request, obj)]
        return [first, (title, {**options, "fields": fields}), *rest]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if not may_correct(request, obj):
            form.base_fields.pop("corrected_score", None)  # left out of the page is not enough
        return form

    def save_model(self, request, obj, form, change):
        if (score := form.cleaned_data.get("corrected_score")) is not None:
            accept_correction(obj, score, request.user)
        super().save_model(request, obj, form, change)
        transaction.on_commit(lambda: tell_refusals(request, filter(None, [answer_reader(obj)])))

    @admin.display(description="report", ordering="text")
    def excerpt(self, report):
        return report.text if len(report.text) <= 90 else f"{report.text[:89]}…"

    @admin.display(description="result", ordering="result__model__name")
    def result_text(self, report):
        return str(report.result)

    @admin.display(description="result")
    def result_link(self, report):
        address = reverse("admin:models_catalog_result_change", args=[report.result_id])
        return format_html('<a href="{}">{}</a>', address, report.result)

    @admin.display(description="reply to")
    def reply_to(self, report):
        if not report.email:
            return "The reader left no address, or it has been erased."
        return format_html('<a href="mailto:{}">{}</a>', report.email, report.email)
