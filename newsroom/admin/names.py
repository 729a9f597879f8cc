"""Names that sources use: aliases, old slugs, and the queue of unknown names."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse

from models_catalog.core import display
from models_catalog.models import (
    BenchmarkAlias,
    GoneModel,
    ModelAlias,
    ModelSlugRedirect,
    Organization,
    UnknownName,
)
from newsroom import bulk_names
from newsroom.admin.base import CatalogAdmin, DatasetFilter, ReasonForm, tell_refusals
from newsroom.forms import NamesInput, named_row
from newsroom.name_answers import refuse_stolen_name
from newsroom.names import BENCHMARK, MODEL, name_lists

MOST_ASKED = 500  # keys in an address
ALIASES = {UnknownName.Kind.MODEL: ModelAlias, UnknownName.Kind.BENCHMARK: BenchmarkAlias}


class AliasForm(ReasonForm):
    """An alias never takes the exact name or slug of another row."""

    def clean(self):
        cleaned = super().clean()
        kind = MODEL if hasattr(self.instance, "model_id") else BENCHMARK
        row = cleaned.get(kind.value)
        if row is not None and cleaned.get("source_id"):
            refuse_stolen_name(kind.value, cleaned["source_id"], row.pk)
        return cleaned


@admin.register(ModelAlias)
class ModelAliasAdmin(CatalogAdmin):
    form = AliasForm
    list_display = ["source_id", "dataset", "model"]
    list_filter = [("dataset", DatasetFilter)]
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
    form = AliasForm
    list_display = ["source_id", "dataset", "benchmark"]
    list_filter = [("dataset", DatasetFilter)]
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


@admin.register(GoneModel)
class GoneModelAdmin(admin.ModelAdmin):
    list_display = ["old_slug", "successor", "note"]
    list_select_related = ["successor"]
    search_fields = ["old_slug", "successor__name", "successor__slug"]
    autocomplete_fields = ["successor"]
    fields = ["old_slug", "successor", "note"]

    def get_readonly_fields(self, request, obj=None):
        return ["old_slug"] if obj else []


class UnknownNameForm(forms.ModelForm):
    meaning = forms.CharField(
        required=False,
        label="It stands for",
        help_text="Naming one of ours keeps this name as an alias, so that it is found next time.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "meaning" in self.fields:
            self.fields["meaning"].widget = NamesInput(self.instance.kind, {"class": "vTextField"})

    def clean_meaning(self):
        """The model or benchmark that was named, or None."""
        name = self.cleaned_data["meaning"].strip()
        if not name:
            return None
        row = named_row(self.instance.kind, name)
        refuse_stolen_name(self.instance.kind, self.instance.name, row.pk)
        return row

    def clean(self):
        cleaned = super().clean()
        mapped = cleaned.get("state") == UnknownName.State.MAPPED
        if mapped and not cleaned.get("meaning") and "meaning" not in self.errors:
            raise ValidationError("Name what it stands for, or mark it as ignored.")
        return cleaned


@admin.register(UnknownName)
class UnknownNameAdmin(admin.ModelAdmin):
    form = UnknownNameForm
    list_display = ["name", "kind", "dataset", "sightings", "seen_in", "state"]
    list_filter = ["state", "kind", ("dataset", DatasetFilter)]
    search_fields = ["name", "dataset", "seen_in"]
    readonly_fields = ["name", "kind", "dataset", "sightings", "seen_in"]
    actions = ["answer", "ignore", "reopen"]
    show_full_result_count = False
    fieldsets = [
        ("The name", {"fields": ["name", "kind", "dataset", "sightings", "seen_in"]}),
        (
            "What it stands for",
            {
                "fields": ["meaning", "state"],
                "description": "Map it to what it means (add the missing model or benchmark first), or ignore it.",
            },
        ),
    ]

    def has_add_permission(self, request):
        return False

    def get_fieldsets(self, request, obj=None):
        """Organisations have no aliases: their names can only be ignored."""
        first, (title, options) = super().get_fieldsets(request, obj)
        if obj and obj.kind in ALIASES:
            return [first, (title, options)]
        return [first, (title, {**options, "fields": ["state"]})]

    def save_model(self, request, obj, form, change):
        if meaning := form.cleaned_data.get("meaning"):
            ALIASES[obj.kind].objects.update_or_create(
                dataset=obj.dataset, source_id=obj.name, defaults={obj.kind: meaning}
            )
            obj.state = UnknownName.State.MAPPED
        super().save_model(request, obj, form, change)

    # --- many at once -------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view(self.answer_view)
        return [path("answer/", view, name="models_catalog_unknownname_answer"), *super().get_urls()]

    @admin.action(description="Map, make or ignore selected names on one page", permissions=["change"])
    def answer(self, request, queryset):
        keys = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True)[:MOST_ASKED])
        return HttpResponseRedirect(f"{reverse('admin:models_catalog_unknownname_answer')}?ids={keys}")

    def answer_view(self, request):
        """The page that answers many names; what is saved is saved together."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        ids = (request.POST if request.method == "POST" else request.GET).get("ids", "")
        keys = [int(key) for key in ids.split(",") if key.isascii() and key.isdigit()][:MOST_ASKED]
        waiting = UnknownName.objects.filter(pk__in=keys, state=UnknownName.State.OPEN)
        if request.method == "POST" and self._saved(request, waiting):
            return HttpResponseRedirect(f"{reverse('admin:models_catalog_unknownname_changelist')}?state__exact=open")
        asked = bulk_names.questions(waiting)
        kinds = {each.entry.kind for each in asked} & set(ALIASES)
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Answer unknown names",
            "questions": asked,
            "left": max(0, len(keys) - len(asked)),
            "ids": ",".join(map(str, keys)),
            "name_lists": name_lists(kinds),
            "labs": Organization.objects.order_by("slug").values_list("slug", flat=True),
            "is_nav_sidebar_enabled": False,
        }
        return render(request, "newsroom/bulk_names.html", context)

    def _saved(self, request, waiting) -> bool:
        """Carry out what was answered, and say so; False where something is refused."""
        answers = bulk_names.read_answers(request.POST, waiting[: bulk_names.MOST])
        made = {entry.kind for entry, answer in answers.items() if answer.choice == bulk_names.NEW}
        tables = {UnknownName.Kind.MODEL: "languagemodel", UnknownName.Kind.BENCHMARK: "benchmark"}
        if not request.user.has_perms([f"models_catalog.add_{tables[kind]}" for kind in made if kind in tables]):
            raise PermissionDenied
        try:
            counts = bulk_names.settle(answers, request.user)
        except bulk_names.NamesRefused as refusal:
            tell_refusals(request, [*refusal.problems, "Nothing was saved."])
            return False
        done = display.listed([f"{number} {what}" for what, number in counts.items() if number])
        messages.success(request, f"Names: {done}." if done else "No name was answered.")
        return True

    @admin.action(description="Ignore selected names", permissions=["change"])
    def ignore(self, request, queryset):
        done = queryset.update(state=UnknownName.State.IGNORED)
        messages.success(request, f"Ignored {display.counted(done, 'name')}.")

    @admin.action(description="Put selected names back into the queue", permissions=["change"])
    def reopen(self, request, queryset):
        done = queryset.update(state=UnknownName.State.OPEN)
        messages.success(request, f"Put back {display.counted(done, 'name')}.")
