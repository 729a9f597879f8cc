"""The change log in the newsroom: entries to read, and the pairs whose verdicts it watches."""

from __future__ import annotations

from django.contrib import admin

from comparisons.models import Change, CuratedPair
from newsroom.admin.base import HTTPS_ADDRESSES


@admin.register(CuratedPair)
class CuratedPairAdmin(admin.ModelAdmin):
    """Pairs an editor wants watched beside the neighbours on the leaderboard."""

    list_display = ("pair",)
    search_fields = ("pair",)


@admin.register(Change)
class ChangeAdmin(admin.ModelAdmin):
    """What readers were told. Nobody edits it: a wrong entry is answered by a new change."""

    list_display = ("at", "kind", "sentence", "reason", "bulk")
    list_filter = ("kind", "bulk")
    search_fields = ("model_name", "benchmark_name", "reason")
    date_hierarchy = "day"
    formfield_overrides = HTTPS_ADDRESSES

    @admin.display(description="what changed")
    def sentence(self, change: Change) -> str:
        """The entry as the public page prints it."""
        return str(change)

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
