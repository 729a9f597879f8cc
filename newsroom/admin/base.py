"""What every page of the newsroom shares: the reason of a change, its history, and refusals in sentences."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from models_catalog.core import display
from newsroom.admin.history import VersionedAdmin
from newsroom.publishing import may_publish

REASON_LENGTH = 100  # what the history table holds
HTTPS_ADDRESSES = {models.URLField: {"assume_scheme": "https"}}  # of an address typed without its scheme


class ReasonForm(forms.ModelForm):
    """A form that asks why; the answer is kept with the old and the new value."""

    change_reason = forms.CharField(
        label="Why",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Kept in the history beside the old and the new value, for example “model card revised on 3 May”.",
    )

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "seen" in self.fields and self.instance.pk:
            self.fields["seen"].initial = self.instance.updated_at.isoformat()

    def clean(self):
        cleaned = super().clean()
        for name in PAST_DATES & cleaned.keys():
            if cleaned[name] is not None and cleaned[name] > today():
                self.add_error(name, future_date(cleaned[name]))
        if "seen" in self.fields and self.instance.pk:
            now = self.instance.updated_at.isoformat()
            if self.cleaned_data.get("seen") != now:
                known = bool(self.cleaned_data.get("seen"))
                self.data = {**self.data.dict(), "seen": now}  # saving again is a decision, not an accident
                raise ValidationError(conflict_message(self.instance) if known else INCOMPLETE)
        return cleaned


# days on which something has been measured, seen or published; an announced end may lie ahead
PAST_DATES = {"measured_on", "retrieved_on", "observed_on", "knowledge_cutoff"}


def future_date(day: dt.date) -> str:
    """Why a day that has not come cannot be when something was measured or seen."""
    return f"{display.date(day)} has not come yet. Type the day it was measured or seen."


INCOMPLETE = "The page does not say which version it is based on. Reload it and enter your change again."


def conflict_message(row) -> str:
    """Who changed which fields of `row` last, for somebody whose form is older than that."""
    newest, *earlier = row.history.order_by("-history_date", "-history_id").select_related("history_user")[:2]
    fields = newest.diff_against(earlier[0]).changed_fields if earlier else []
    who = newest.history_user or "An import"
    what = display.listed(field for field in fields if field != "updated_at") or "this object"
    return (
        f"{who} changed {what} after you opened this page. Nothing was saved. Your values are still in the form: "
        "compare them with the history, then save again."
    )


class CatalogAdmin(VersionedAdmin):
    """A table of the catalogue in the newsroom.

    Subclasses name in `rests_on` the relations that forbid deleting (related name to
    noun), in `fixed_once_made` the fields that may not change later, in `publisher_fields`
    those that only a publisher may set, and in `publisher_changes` those that others set once,
    with a new row, and only a publisher changes.
    """

    form = ReasonForm
    delete_confirmation_template = "newsroom/delete_confirmation.html"
    delete_selected_confirmation_template = "newsroom/delete_selected.html"
    formfield_overrides = HTTPS_ADDRESSES
    list_per_page = 50
    show_full_result_count = False
    rests_on: dict[str, str] = {}
    instead_of_deleting = "Move or remove these first."
    fixed_once_made: tuple[str, ...] = ()
    publisher_fields: tuple[str, ...] = ()
    publisher_changes: tuple[str, ...] = ()

    class Media:
        css = {"all": ["newsroom/newsroom.css"]}

    def get_fieldsets(self, request, obj=None):
        fieldsets = list(super().get_fieldsets(request, obj))
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if may_save and "change_reason" not in flatten_fieldsets(fieldsets):
            fieldsets.append(("Reason", {"fields": ["change_reason", "seen"]}))
        return fieldsets

    def get_fields(self, request, obj=None):
        return [name for name in super().get_fields(request, obj) if name not in ("change_reason", "seen")]

    def get_readonly_fields(self, request, obj=None):
        fixed = list(super().get_readonly_fields(request, obj))
        if obj is not None:
            fixed += self.fixed_once_made
        if not may_publish(request.user):
            fixed += self.publisher_fields
            fixed += self.publisher_changes if obj is not None else ()
        return fixed

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is not None and "change_reason" in form.base_fields:
            question = copy.copy(form.base_fields["change_reason"])  # the class keeps its own
            question.required = self.reason_is_required(obj)
            form.base_fields["change_reason"] = question
        return form

    def get_object(self, request, object_id, from_field=None):
        """The row a page is about; while a change is being saved nobody else can change it."""
        if request.method == "POST" and transaction.get_connection().in_atomic_block:
            pk = unquote(object_id)
            if pk.isascii() and pk.isdigit():
                self.model._base_manager.select_for_update().filter(pk=pk).values_list("pk").first()
        return super().get_object(request, object_id, from_field)

    def reason_is_required(self, obj) -> bool:
        """Whether changing `obj` needs a reason; other changes may give one."""
        return False

    def save_model(self, request, obj, form, change):
        obj._change_reason = self.reason_of(request, form)
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        reason = self.reason_of(request, form)
        for row in formset.forms:
            row.instance._change_reason = reason
        super().save_formset(request, form, formset, change)

    def reason_of(self, request, form) -> str | None:
        """What the editor answered to “Why”."""
        return form.cleaned_data.get("change_reason", "") or None

    def view_on_site(self, obj):
        """Address of the reader's page of `obj`, where it has one."""
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    # --- deleting -------------------------------------------------------------------

    def get_deleted_objects(self, objs, request):
        refusals = [sentence for obj in objs if (sentence := self.why_not_deleted(obj))]
        if refusals:
            return [], {}, set(), refusals
        return super().get_deleted_objects(objs, request)

    def why_not_deleted(self, obj) -> str | None:
        """A sentence that says what rests on `obj` and what to do instead, or None. Queries."""
        counts = ((getattr(obj, name).count(), noun) for name, noun in self.rests_on.items())
        held = [display.counted(number, noun) for number, noun in counts if number]
        if not held:
            return None
        return f"“{obj}” cannot be deleted while it has {display.listed(held)}. {self.instead_of_deleting}"


def tell_refusals(request, sentences: Iterable[str], shown: int = 5) -> None:
    """Show each sentence as an error message, the first few in full and the rest counted."""
    sentences = list(sentences)
    for sentence in sentences[:shown]:
        messages.error(request, sentence)
    if len(sentences) > shown:
        messages.error(request, f"… and {len(sentences) - shown} more of the same kind.")


def warn_of_namesakes(request, row) -> None:
    """Say that another row has the same name: pastes and imports then ask which one is meant."""
    others = type(row)._base_manager.filter(name__iexact=row.name).exclude(pk=row.pk).values_list("slug", flat=True)
    if slugs := list(others[:5]):
        named = display.listed(slugs)
        messages.warning(
            request,
            f"“{row.name}” is also the name of {named}. Pasted tables will ask which is meant: this is {row.slug}.",
        )


def today():
    """The current day, for stamps and comparisons."""
    return timezone.now().date()


class DatasetFilter(admin.AllValuesFieldListFilter):
    """Values of a text field; the empty one has a name too."""

    def choices(self, changelist):
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or "none"}


class PresenceFilter(admin.SimpleListFilter):
    """Filters rows by whether a text or nullable field is filled; subclasses name `field`."""

    field = ""
    filled, empty = "given", "missing"

    def lookups(self, request, model_admin):
        return [("yes", self.filled), ("no", self.empty)]

    def queryset(self, request, queryset):
        if self.value() not in ("yes", "no"):
            return queryset
        field = queryset.model._meta.get_field(self.field)
        lookup = {f"{self.field}__isnull": True} if field.null else {self.field: ""}
        return queryset.filter(**lookup) if self.value() == "no" else queryset.exclude(**lookup)
