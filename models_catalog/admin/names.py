"""Names that sources use: aliases, old slugs, and the queue of unknown names."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError

from models_catalog.admin.base import CatalogAdmin
from models_catalog.core import display
from models_catalog.models import (
    Benchmark,
    BenchmarkAlias,
    LanguageModel,
    ModelAlias,
    ModelSlugRedirect,
    UnknownName,
)


@admin.register(ModelAlias)
class ModelAliasAdmin(CatalogAdmin):
    list_display = ["source_id", "dataset", "model"]
    list_filter = ["dataset"]
    list_select_related = ["model"]
    search_fields = ["source_id", "model__name", "model__slug"]
    autocomplete_fields = ["model"]
    fieldsets = [
        (
            None,
            {
                "fields": ["source_id", "dataset", "model"],
                "description": "Imports and pasted tables find models only through these names, the slug and the "
                "model's own name. Without a source the name holds everywhere.",
            },
        )
    ]


@admin.register(BenchmarkAlias)
class BenchmarkAliasAdmin(CatalogAdmin):
    list_display = ["source_id", "dataset", "benchmark"]
    list_filter = ["dataset"]
    list_select_related = ["benchmark"]
    search_fields = ["source_id", "benchmark__name", "benchmark__slug"]
    autocomplete_fields = ["benchmark"]
    fieldsets = [
        (
            None,
            {
                "fields": ["source_id", "dataset", "benchmark"],
                "description": "Pasted tables find benchmarks through these names, the slug and the benchmark's own "
                "name. Without a source the name holds everywhere.",
            },
        )
    ]


@admin.register(ModelSlugRedirect)
class ModelSlugRedirectAdmin(admin.ModelAdmin):
    list_display = ["old_slug", "model", "created_at"]
    list_select_related = ["model"]
    search_fields = ["old_slug", "model__name", "model__slug"]
    autocomplete_fields = ["model"]

    def has_change_permission(self, request, obj=None):
        return False  # made by renaming a model; remove it only to free the address


class UnknownNameForm(forms.ModelForm):
    model = forms.ModelChoiceField(
        queryset=LanguageModel.objects.all(),
        required=False,
        label="Is this model",
        widget=AutocompleteSelect(ModelAlias._meta.get_field("model"), admin.site),
        help_text="Choosing one keeps the name as an alias, so that it is found next time.",
    )
    benchmark = forms.ModelChoiceField(
        queryset=Benchmark.objects.all(),
        required=False,
        label="Is this benchmark",
        widget=AutocompleteSelect(BenchmarkAlias._meta.get_field("benchmark"), admin.site),
        help_text="Choosing one keeps the name as an alias, so that it is found next time.",
    )

    def clean(self):
        cleaned = super().clean()
        meant = {kind: cleaned.get(kind) for kind in ("model", "benchmark")}
        for kind, target in meant.items():
            if target and kind != self.instance.kind:
                raise ValidationError(
                    "“%(name)s” is the name of a %(kind)s and cannot stand for a %(target)s.",
                    params={"name": self.instance.name, "kind": self.instance.kind, "target": kind},
                )
        if cleaned.get("state") == UnknownName.State.MAPPED and not any(meant.values()):
            raise ValidationError("Choose what the name stands for, or mark it as ignored.")
        return cleaned


@admin.register(UnknownName)
class UnknownNameAdmin(admin.ModelAdmin):
    form = UnknownNameForm
    list_display = ["name", "kind", "dataset", "sightings", "seen_in", "state"]
    list_filter = ["state", "kind", "dataset"]
    search_fields = ["name", "dataset", "seen_in"]
    readonly_fields = ["name", "kind", "dataset", "sightings", "seen_in"]
    actions = ["ignore", "reopen"]
    show_full_result_count = False
    fieldsets = [
        ("The name", {"fields": ["name", "kind", "dataset", "sightings", "seen_in"]}),
        (
            "What it stands for",
            {
                "fields": ["model", "benchmark", "state"],
                "description": "Map it to what it means (add the missing model or benchmark first), or ignore it.",
            },
        ),
    ]

    def has_add_permission(self, request):
        return False

    def get_fieldsets(self, request, obj=None):
        """Only the field that fits the kind of the name."""
        (first, (title, options)) = super().get_fieldsets(request, obj)
        fields = [name for name in options["fields"] if name == "state" or (obj and name == obj.kind)]
        return [first, (title, {**options, "fields": fields})]

    def save_model(self, request, obj, form, change):
        if model := form.cleaned_data.get("model"):
            ModelAlias.objects.update_or_create(dataset=obj.dataset, source_id=obj.name, defaults={"model": model})
            obj.state = UnknownName.State.MAPPED
        if benchmark := form.cleaned_data.get("benchmark"):
            BenchmarkAlias.objects.update_or_create(
                dataset=obj.dataset, source_id=obj.name, defaults={"benchmark": benchmark}
            )
            obj.state = UnknownName.State.MAPPED
        super().save_model(request, obj, form, change)

    @admin.action(description="Ignore selected names", permissions=["change"])
    def ignore(self, request, queryset):
        done = queryset.update(state=UnknownName.State.IGNORED)
        messages.success(request, f"Ignored {display.counted(done, 'name')}.")

    @admin.action(description="Put selected names back into the queue", permissions=["change"])
    def reopen(self, request, queryset):
        done = queryset.update(state=UnknownName.State.OPEN)
        messages.success(request, f"Put back {display.counted(done, 'name')}.")
