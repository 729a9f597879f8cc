"""Organisations, categories and language models."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, Subquery, Sum, Value
from django.forms import ModelForm
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from models_catalog.actions import rename_model
from models_catalog.core import display
from models_catalog.models import Category, LanguageModel, ModelAlias, ModelSlugRedirect, Offering, Organization
from newsroom.admin.base import CatalogAdmin, PresenceFilter, ReasonForm, warn_of_namesakes
from newsroom.name_answers import refuse_stolen_name


@admin.register(Organization)
class OrganizationAdmin(CatalogAdmin):
    list_display = ["name", "slug", "is_lab", "is_provider", "country", "model_count"]
    list_filter = ["is_lab", "is_provider", "country"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fixed_once_made = ("slug",)
    rests_on = {"models": "model", "offerings": "offering"}
    fieldsets = [
        (None, {"fields": ["name", "slug"]}),
        ("What it does", {"fields": ["is_lab", "is_provider"]}),
        ("Facts", {"fields": ["country", "website", "founded_on"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(models_made=Count("models"))

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)

    @admin.display(description="models", ordering="models_made")
    def model_count(self, organization):
        return organization.models_made


@admin.register(Category)
class CategoryAdmin(CatalogAdmin):
    list_display = ["name", "slug", "weight", "share", "position", "benchmark_count"]
    search_fields = ["name", "slug"]
    fixed_once_made = ("slug",)
    publisher_fields = ("weight",)
    rests_on = {"benchmarks": "benchmark"}
    readonly_fields = ["share"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "short_name", "colour", "description", "position"]}),
        (
            "Weight",
            {
                "fields": ["weight", "share"],
                "description": "Changing a weight changes every overall score and may change verdicts. "
                "The methodology page shows the new weights at once.",
            },
        ),
    ]

    def get_queryset(self, request):
        everything = Category.objects.order_by().values(all=Value(1)).annotate(sum=Sum("weight")).values("sum")
        rows = super().get_queryset(request)
        return rows.annotate(tests=Count("benchmarks"), total_weight=Subquery(everything))

    def reason_is_required(self, obj):
        return True

    @admin.display(description="share of the overall score")
    def share(self, category):
        total = getattr(category, "total_weight", None)
        return display.weight_share(float(category.weight) / float(total)) if total else "none"

    @admin.display(description="benchmarks", ordering="tests")
    def benchmark_count(self, category):
        return category.tests


class LanguageModelForm(ReasonForm):
    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        taken = ModelSlugRedirect.objects.filter(old_slug=slug).exclude(model=self.instance.pk)
        if (owner := taken.select_related("model").first()) is not None:
            raise ValidationError(
                "“%(slug)s” is an old address of %(model)s and leads there. Choose another slug.",
                params={"slug": slug, "model": owner.model.name},
            )
        return slug


class AliasInlineForm(ModelForm):
    """As on the alias's own page: never the exact name of another model."""

    def clean_source_id(self):
        name = self.cleaned_data["source_id"]
        refuse_stolen_name("model", name, self.instance.model_id or 0)
        return name


class AliasInline(admin.TabularInline):
    model = ModelAlias
    form = AliasInlineForm
    extra = 0
    fields = ["dataset", "source_id"]
    verbose_name_plural = "names in other sources"


class OfferingInline(admin.TabularInline):
    model = Offering
    extra = 0
    fields = ["provider", "first_party"]
    autocomplete_fields = ["provider"]
    show_change_link = True

    def has_delete_permission(self, request, obj=None):
        return False  # prices hang on it: an offering is deleted on its own page, which says so


class SourceFilter(PresenceFilter):
    title, parameter_name, field = "source address", "source", "source_url"


class ReleaseFilter(PresenceFilter):
    title, parameter_name, field = "release date", "released", "release_date"


@admin.register(LanguageModel)
class LanguageModelAdmin(CatalogAdmin):
    form = LanguageModelForm
    list_display = ["name", "slug", "lab", "released", "status", "context", "result_count", "published"]
    list_filter = ["published", "status", "reasoning", "open_weights", SourceFilter, ReleaseFilter, "lab"]
    list_select_related = ["lab"]
    search_fields = ["name", "slug", "family", "aliases__source_id"]
    autocomplete_fields = ["lab"]
    date_hierarchy = "release_date"
    publisher_fields = ("published",)
    publisher_changes = ("slug",)
    prepopulated_fields = {"slug": ["name"]}
    rests_on = {"results": "result", "offerings": "offering"}
    instead_of_deleting = (
        "Set its status to retired, untick “published”, or merge it into the model that it is; old pages and sources keep "
        "working."
    )
    readonly_fields = ["results_link"]
    inlines = [AliasInline, OfferingInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "lab", "family", "published", "results_link"]}),
        (
            "Dates and status",
            {
                "fields": [
                    ("release_date", "release_date_precision"),
                    ("knowledge_cutoff", "knowledge_cutoff_precision"),
                    "status",
                    ("announced_on", "deprecated_on", "retired_on"),
                ],
                "description": "If only a month or year is published, enter its first day and set the precision.",
            },
        ),
        ("Abilities", {"fields": ["reasoning", "input_modalities", "output_modalities"]}),
        ("Size", {"fields": ["context_window", "max_output_tokens", "total_parameters", "active_parameters"]}),
        ("Weights and licence", {"fields": ["open_weights", "licence", "weights_url"]}),
        ("Source", {"fields": ["source_url", ("read_at", "read_on")]}),
    ]

    def get_queryset(self, request):
        counted = Count("results", filter=Q(results__state="published"))
        return super().get_queryset(request).select_related("lab").annotate(published_results=counted)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_changeform_initial_data(self, request):
        return {"published": False, **super().get_changeform_initial_data(request)}

    def save_model(self, request, obj, form, change):
        if not change and "published" not in form.cleaned_data:
            obj.published = False  # an editor's new model waits for a publisher
        if change and "slug" in form.changed_data:
            stored = LanguageModel.objects.get(pk=obj.pk)
            reason = self.reason_of(request, form) or f"address changed from {stored.slug}"
            rename_model(stored, obj.slug, reason=reason, user=request.user)
            if form.changed_data == ["slug"] or form.changed_data == ["slug", "change_reason"]:
                return  # the renaming has saved it already
        super().save_model(request, obj, form, change)
        warn_of_namesakes(request, obj)

    @admin.display(description="released", ordering="release_date")
    def released(self, model):
        return display.date(model.release_date, model.release_date_precision)

    @admin.display(description="context", ordering="context_window")
    def context(self, model):
        return display.tokens(model.context_window)

    @admin.display(description="results", ordering="published_results")
    def result_count(self, model):
        return model.published_results

    @admin.display(description="results")
    def results_link(self, model):
        if not model.pk:
            return "Save the model first; then enter its scores."
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">Enter scores</a> · <a href="{}">Merge another model into it</a>',
            f"{reverse('admin:models_catalog_result_changelist')}?{urlencode({'model__id__exact': model.pk})}",
            display.counted(model.published_results, "published result"),
            f"{reverse('admin:models_catalog_scoresheet_new_grid')}?{urlencode({'model': model.slug})}",
            f"{reverse('admin:models_catalog_modelmerge_add')}?{urlencode({'kept': model.slug})}",
        )
