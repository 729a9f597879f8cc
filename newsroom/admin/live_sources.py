"""The live sources in the newsroom: their switches, and how the last runs went."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.html import format_html

from importers.sync.sources import BY_KEY
from models_catalog.models import Import, LiveSource
from newsroom import arrivals
from newsroom.publishing import may_publish


@admin.register(LiveSource)
class LiveSourceAdmin(admin.ModelAdmin):
    """A row for each source that the software knows; nobody adds or removes one."""

    list_display = ["name", "enabled", "trusted_prices", "answer", "last_good_at", "next_due_at", "waits"]
    list_display_links = ["name"]
    told = ["last_answer", "last_tried_at", "last_good_at", "next_due_at", "failures", "renewed_on"]
    readonly_fields = ["name", "gives", "address", "licence", *told]
    fieldsets = [
        (None, {"fields": ["name", "gives", "address", "licence", "enabled", "trusted_prices"]}),
        ("How the last runs went", {"fields": told}),
    ]
    actions = None
    list_per_page = 50

    def get_queryset(self, request):
        if self.has_view_or_change_permission(request):
            arrivals.make_rows()
        ready = Import.objects.filter(source=OuterRef("key"), state=Import.State.READY).values("pk")[:1]
        rows = super().get_queryset(request).filter(key__in=BY_KEY).defer("rows")
        return rows.annotate(waiting=Subquery(ready))

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and may_publish(request.user)

    def save_model(self, request, obj, form, change):
        """Save the switches; what came last is read anew, so that they take effect at the next run."""
        if form.changed_data:
            obj.etag = obj.last_modified = obj.sha256 = ""
            obj.next_due_at = None
        super().save_model(request, obj, form, change)

    @admin.display(description="source", ordering="key")
    def name(self, state):
        return BY_KEY[state.key].name

    @admin.display(description="gives")
    def gives(self, state):
        source = BY_KEY[state.key]
        return f"{source.gives}; asked every {f'{source.days} days' if source.days > 1 else 'day'}"

    @admin.display(description="address")
    def address(self, state):
        return BY_KEY[state.key].where

    @admin.display(description="licence")
    def licence(self, state):
        source = BY_KEY[state.key]
        return f"{source.licence}. {source.attribution}"

    @admin.display(description="last answer")
    def answer(self, state):
        return state.last_answer or "Not asked yet."

    @admin.display(description="waits")
    def waits(self, state):
        if state.waiting is None:
            return ""
        address = reverse("admin:models_catalog_import_change", args=[state.waiting])
        return format_html('<a href="{}">look at it</a>', address)
