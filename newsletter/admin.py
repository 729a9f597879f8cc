"""The newsletter in the newsroom: issues, and subscribers as numbers only."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from newsletter.audit import log_action
from newsletter.consent import persons
from newsletter.digest.issue_admin import IssueAdmin
from newsletter.models import Subscriber
from newsletter.signup.forms import clean_address

__all__ = ["IssueAdmin", "SubscriberAdmin"]
ANSWER = "newsletter.answer_subscriber"


class PersonForm(forms.Form):
    """The address of somebody who wrote, and what they asked for."""

    address = forms.CharField(max_length=254, help_text="As in the letter. It is not kept.")
    action = forms.ChoiceField(
        choices=[(name, action.label) for name, action in persons.ACTIONS.items()], label="What they asked for"
    )

    def clean_address(self) -> str:
        return clean_address(self.cleaned_data["address"])


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
        context = {
            **self.admin_site.each_context(request),
            "title": "Subscribers",
            "opts": self.opts,
            "tables": tables,
            "may_answer": request.user.has_perm(ANSWER),
        }
        return TemplateResponse(request, "newsroom_mail/subscribers.html", context)

    def get_urls(self):
        person = path("person/", self.admin_site.admin_view(self.person_view), name="newsletter_person")
        return [person, *super().get_urls()]

    def person_view(self, request):
        """Act for somebody who wrote to the contact, and prove it without an address."""
        if not request.user.has_perm(ANSWER):
            raise PermissionDenied
        form = PersonForm(request.POST or None)
        proof = None
        if request.method == "POST" and form.is_valid():
            action = form.cleaned_data["action"]
            proof = persons.act(action, form.cleaned_data["address"], timezone.now())
            log_action(request, None, f"{persons.ACTIONS[action].done}, for the hash {proof.key}…", model=Subscriber)
            form = PersonForm()
        context = {
            **self.admin_site.each_context(request),
            "title": "A person who wrote to us",
            "opts": self.opts,
            "form": form,
            "proof": proof,
        }
        return TemplateResponse(request, "newsroom_mail/person.html", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """There is no page of one reader."""
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)


def _counts(rows, column: str, labels: dict[str, str]) -> list[tuple[str, int]]:
    found = rows.values_list(column).annotate(number=Count("pk")).order_by("-number", column)
    return [(labels.get(value, value), number) for value, number in found]
