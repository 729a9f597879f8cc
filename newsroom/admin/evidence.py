"""Benchmarks and the results on them."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode

from models_catalog.core import display
from models_catalog.models import Benchmark, Result
from newsroom import findings, publishing
from newsroom.admin.base import (
    CatalogAdmin,
    DatasetFilter,
    PresenceFilter,
    ReasonForm,
    tell_refusals,
    warn_of_namesakes,
)
from newsroom.ranges import score_range


class CountsFilter(admin.SimpleListFilter):
    title, parameter_name = "counts", "counts"

    def lookups(self, request, model_admin):
        return [("yes", "counts towards scores"), ("no", "display only")]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.filter(weight__gt=0)
        return queryset.filter(weight=0) if self.value() == "no" else queryset


@admin.register(Benchmark)
class BenchmarkAdmin(CatalogAdmin):
    list_display = ["name", "slug", "category", "scale", "direction", "counts", "display_reason", "result_count"]
    list_filter = [CountsFilter, "category", "display_reason", "unit", "direction", "kind"]
    list_select_related = ["category"]
    search_fields = ["name", "slug", "family"]
    autocomplete_fields = ["category", "superseded_by"]
    fixed_once_made = ("slug",)
    publisher_fields = ("kind", "floor", "best", "anchor", "weight", "display_reason", "category", "family")
    publisher_changes = ("unit", "maximum", "direction")
    prepopulated_fields = {"slug": ["name"]}
    rests_on = {"results": "result"}
    instead_of_deleting = "Set its weight to 0 with a reason: it is then shown but never counts."
    readonly_fields = ["results_link"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "version", "description", "results_link"]}),
        (
            "What a score looks like",
            {
                "fields": ["unit", "maximum", "direction"],
                "description": "Editors type scores in this unit; a score outside 0 and the maximum is refused.",
            },
        ),
        (
            "How it counts",
            {
                "fields": ["category", "family", "kind", ("floor", "best", "anchor"), "weight", "display_reason"],
                "description": "A share turns scores into points between floor (a guesser: 25 for four options) and "
                "best; Elo and doubling scales need an anchor, the value worth 50 points. For lower-is-better tests "
                "best is below floor. Any change here may change ranks and verdicts.",
            },
        ),
        (
            "How large it is",
            {
                "fields": [("items", "attempts"), "items_source"],
                "description": "The number of scored items decides how far apart two scores must be to mean "
                "something. Leave it empty if no source says it; the site then reckons with 200.",
            },
        ),
        ("Versions", {"fields": ["retired_on", "superseded_by"]}),
        ("Source", {"fields": ["source_url", "licence"]}),
    ]

    def get_queryset(self, request):
        counted = Count("results", filter=Q(results__state="published"))
        return super().get_queryset(request).annotate(published_results=counted)

    def save_model(self, request, obj, form, change):
        if not change and not publishing.may_publish(request.user):
            obj.kind, obj.weight = Benchmark.Kind.OTHER, 0  # a publisher decides how it counts
        super().save_model(request, obj, form, change)
        warn_of_namesakes(request, obj)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def reason_is_required(self, obj):
        return True

    @admin.display(description="scale", ordering="unit")
    def scale(self, benchmark):
        return score_range(benchmark)

    @admin.display(description="counts", boolean=True, ordering="weight")
    def counts(self, benchmark):
        return benchmark.weight > 0

    @admin.display(description="results", ordering="published_results")
    def result_count(self, benchmark):
        return benchmark.published_results

    @admin.display(description="results")
    def results_link(self, benchmark):
        if not benchmark.pk:
            return "Save the benchmark first; then enter scores on it."
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">Enter scores</a>',
            f"{reverse('admin:models_catalog_result_changelist')}?{urlencode({'benchmark__id__exact': benchmark.pk})}",
            display.counted(benchmark.published_results, "published result"),
            f"{reverse('admin:models_catalog_scoresheet_new_grid')}?{urlencode({'benchmark': benchmark.slug})}",
        )


class SourceFilter(PresenceFilter):
    title, parameter_name, field = "source address", "source", "source_url"


class ConflictFilter(admin.SimpleListFilter):
    title, parameter_name = "conflict", "conflict"

    def lookups(self, request, model_admin):
        return [("yes", "contradicted by another report")]

    def queryset(self, request, queryset):
        return findings.conflicting(queryset) if self.value() == "yes" else queryset


class ResultForm(ReasonForm):
    class Meta:
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}


def new_result_fields(fieldsets):
    """`fieldsets` without what a result has only once it is saved."""
    later = {"state", "withdrawn_reason", "other_results"}
    for title, options in fieldsets:
        fields = [name for name in options["fields"] if name not in later]
        if fields:
            yield title, {**options, "fields": fields}


def hidden_from_one(user, result: Result) -> bool:
    """Whether `user` could correct a public result if the site did not ask for a second pair of eyes."""
    public = result.state != Result.State.DRAFT
    return public and publishing.may_publish(user) and not publishing.may_correct(user)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Public reason",
        max_length=100,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Readers see it beside the number, for example “the maker corrected its model card”.",
    )


@admin.register(Result)
class ResultAdmin(CatalogAdmin):
    form = ResultForm
    change_form_template = "newsroom/result_form.html"
    list_display = ["model", "benchmark", "score_text", "settings", "state", "source_kind", "measured_on", "source"]
    list_filter = [
        "state",
        "source_kind",
        "source_tier",
        SourceFilter,
        ConflictFilter,
        "standard",
        "benchmark__category",
        ("dataset", DatasetFilter),
    ]
    list_select_related = ["model", "benchmark"]
    search_fields = ["model__name", "model__slug", "benchmark__name", "benchmark__slug", "source_url", "row_id"]
    autocomplete_fields = ["model", "benchmark"]
    date_hierarchy = "measured_on"
    readonly_fields = ["state", "withdrawn_reason", "scale", "other_results"]
    actions = ["publish_selected", "withdraw_selected", "measured_independently", "reported_by_maker"]
    fieldsets = [
        (None, {"fields": ["model", "benchmark", "scale", "score", "state", "withdrawn_reason"]}),
        (
            "Source",
            {
                "fields": [
                    "source_url",
                    ("source_kind", "source_tier"),
                    ("measured_on", "measured_on_kind"),
                    "evaluator",
                    ("read_at", "read_on"),
                ],
                "description": "Whoever measured it first: the maker's card or announcement, the paper, the "
                "benchmark's own board. A result without an address never counts in the verified lane.",
            },
        ),
        (
            "Settings",
            {
                "fields": [
                    "variant",
                    "method",
                    ("harness", "effort"),
                    ("attempts", "items_run", "stderr"),
                    "standard",
                ],
                "description": "Results with different settings stand side by side. One that is not the benchmark's "
                "own protocol is shown but compared with care.",
            },
        ),
        ("Where the row came from", {"classes": ["collapse"], "fields": ["dataset", "row_id", "note"]}),
        ("Other results of this model on this benchmark", {"fields": ["other_results"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("model", "benchmark")

    def get_urls(self):
        withdraw = self.admin_site.admin_view(self.withdraw_view)
        return [path("withdraw/", withdraw, name="models_catalog_result_withdraw"), *super().get_urls()]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else [*new_result_fields(fieldsets)]

    # --- who may do what ---------------------------------------------------------------

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.state == Result.State.DRAFT or publishing.may_correct(request.user))

    def has_publish_permission(self, request):
        return publishing.may_publish(request.user)

    def why_not_deleted(self, obj):
        if obj.state == Result.State.DRAFT:
            return None
        return f"“{obj}” has been public and cannot be deleted. Withdraw it instead: it stays visible with the reason."

    def reason_is_required(self, obj):
        return obj.state != Result.State.DRAFT

    # --- saving ---------------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        if not change:
            obj.state = Result.State.DRAFT
        super().save_model(request, obj, form, change)
        if "_publish" in request.POST:
            reason = self.reason_of(request, form) or "published"
            _, refused = publishing.publish([obj], request.user, reason)
            tell_refusals(request, refused)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        hidden = obj is None or obj.state != Result.State.PUBLISHED
        context["correct_by_sheet"] = obj is not None and hidden_from_one(request.user, obj)
        context["show_publish"] = hidden and publishing.may_publish(request.user)
        if obj is not None and obj.state == Result.State.PUBLISHED and publishing.may_publish(request.user):
            context["withdraw_url"] = f"{reverse('admin:models_catalog_result_withdraw')}?ids={obj.pk}"
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @admin.action(description="Publish selected results", permissions=["publish"])
    def publish_selected(self, request, queryset):
        with transaction.atomic():
            done, refused = publishing.publish(queryset, request.user, "published from the list")
        if done:
            messages.success(request, f"Published {display.counted(len(done), 'result')}.")
        tell_refusals(request, refused)

    @admin.action(description="Say that somebody independent measured them", permissions=["change"])
    def measured_independently(self, request, queryset):
        self._set_source_kind(request, queryset, Result.SourceKind.INDEPENDENT)

    @admin.action(description="Say that the model's maker reported them", permissions=["change"])
    def reported_by_maker(self, request, queryset):
        self._set_source_kind(request, queryset, Result.SourceKind.PROVIDER)

    def _set_source_kind(self, request, queryset, kind):
        """Give the selected results one source kind: drafts, and public ones to whoever may correct them alone."""
        done, refused = 0, []
        with transaction.atomic():
            for result in queryset.select_for_update(of=("self",)):
                if result.source_kind == kind:
                    continue
                if not self.has_change_permission(request, result):
                    refused.append(f"“{result}” is public: a publisher changes who measured it.")
                    continue
                result.source_kind = kind
                result._history_user, result._change_reason = request.user, f"who measured: {kind.label}"
                result.save()
                done += 1
        messages.success(request, f"Changed {display.counted(done, 'result')}.")
        tell_refusals(request, refused)

    @admin.action(description="Withdraw selected results…", permissions=["publish"])
    def withdraw_selected(self, request, queryset):
        ids = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True))
        return HttpResponseRedirect(f"{reverse('admin:models_catalog_result_withdraw')}?ids={ids}")

    def withdraw_view(self, request):
        """Ask for the public reason, then withdraw the results named by `ids`."""
        if not publishing.may_publish(request.user):
            tell_refusals(request, ["Only a publisher can withdraw a result."])
            return HttpResponseRedirect(reverse("admin:models_catalog_result_changelist"))
        ids = [int(word) for word in request.GET.get("ids", "").split(",") if word.isascii() and word.isdigit()]
        results = list(self.get_queryset(request).filter(pk__in=ids, state=Result.State.PUBLISHED))
        form = WithdrawForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                done = publishing.withdraw(results, request.user, form.cleaned_data["reason"])
            messages.success(request, f"Withdrew {display.counted(len(done), 'result')}; readers see the reason.")
            return HttpResponseRedirect(reverse("admin:models_catalog_result_changelist"))
        context = {**self.admin_site.each_context(request), "opts": self.model._meta, "title": "Withdraw results"}
        return render(request, "newsroom/withdraw.html", {**context, "results": results, "form": form})

    # --- derived columns --------------------------------------------------------------------

    @admin.display(description="score", ordering="score")
    def score_text(self, result):
        return display.benchmark_score(result.score, result.benchmark.unit)

    @admin.display(description="settings", ordering="variant")
    def settings(self, result):
        return " · ".join(word for word in (result.variant, result.method) if word)[:48]

    @admin.display(description="source")
    def source(self, result):
        if not result.source_url:
            return "none"
        return format_html('<a href="{}" rel="noreferrer">open</a>', result.source_url)

    @admin.display(description="unit and range")
    def scale(self, result):
        if result.benchmark_id:
            return score_range(result.benchmark)
        return "The benchmark's own unit; a score outside its range is refused."

    @admin.display(description="recorded")
    def other_results(self, result):
        if not result.pk:
            return "Shown once the result is saved."
        others = Result.objects.filter(model=result.model_id, benchmark=result.benchmark_id).exclude(pk=result.pk)
        rows = [
            (
                reverse("admin:models_catalog_result_change", args=[other.pk]),
                display.benchmark_score(other.score, result.benchmark.unit),
                " · ".join(
                    word for word in (other.get_state_display(), other.variant, display.date(other.measured_on)) if word
                ),
            )
            for other in others.order_by("-measured_on", "pk")[:20]
        ]
        if not rows:
            return "none"
        return format_html(
            '<ul class="plain-list">{}</ul>', format_html_join("", '<li><a href="{}">{}</a> {}</li>', rows)
        )
