"""The newsletter in the newsroom: issues, and subscribers as numbers only."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.template.response import TemplateResponse

from newsletter.digest.issue_admin import IssueAdmin
from newsletter.models import Subscriber

__all__ = ["IssueAdmin", "SubscriberAdmin"]


@admin.register(Subscriber)
class SubscriberAdmin(admin.ModelAdmin):
    """How many read it. Addresses are nobody's business, not even the newsroom's."""

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def has_view_permission(self, request, obj=None) -> bool:
        return obj is None and super().has_view_permission(request)

    def changelist_view(self, request, extra_context=None):
        """Counts by state, frequency and rules of consent. Three queries."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Subscriber.objects.order_by()
        confirmed = rows.confirmed()
        tables = [
            ("By state", _counts(rows, "state", dict(Subscriber.State.choices))),
            ("Confirmed, by frequency", _counts(confirmed, "frequency", {})),
            ("Confirmed, by rules of consent", _counts(confirmed, "regime", {})),
        ]
        context = {**self.admin_site.each_context(request), "title": "Subscribers", "opts": self.opts, "tables": tables}
        return TemplateResponse(request, "newsroom_mail/subscribers.html", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """There is no page of one reader."""
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)


def _counts(rows, column: str, labels: dict[str, str]) -> list[tuple[str, int]]:
    found = rows.values_list(column).annotate(number=Count("pk")).order_by("-number", column)
    return [(labels.get(value, value), number) for value, number in found]
