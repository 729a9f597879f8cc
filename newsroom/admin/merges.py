"""Two models made one: name them, see what would move, say why; and take it back."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from models_catalog.core import display
from models_catalog.models import ModelMerge
from newsroom import merging
from newsroom.admin.base import tell_refusals
from newsroom.forms import NamesInput, named_row
from newsroom.import_preview import plain_impact
from newsroom.names import MODEL
from newsroom.publishing import may_publish

MOST_LISTED = 200  # rows that stay behind, on a page


class MergeForm(forms.Form):
    """Which model stays and which one it takes in."""

    kept = forms.CharField(label="The one that stays", widget=NamesInput(MODEL.value, {"class": "vTextField"}))
    other = forms.CharField(
        label="The one that goes",
        widget=NamesInput(MODEL.value, {"class": "vTextField"}),
        help_text="Its name, slug, or “Name (slug)”. Its address will lead to the one that stays.",
    )

    def clean_kept(self):
        return named_row(MODEL.value, self.cleaned_data["kept"])

    def clean_other(self):
        return named_row(MODEL.value, self.cleaned_data["other"])

    def plan(self) -> merging.MergePlan | None:
        """What merging the two would do, or None with the reason in the form's errors."""
        try:
            return merging.plan_of(self.cleaned_data["kept"], self.cleaned_data["other"])
        except merging.MergeRefused as refusal:
            self.add_error(None, ValidationError(str(refusal)))
            return None


@admin.register(ModelMerge)
class ModelMergeAdmin(admin.ModelAdmin):
    list_display = ["__str__", "reason", "author", "created_at", "undone_at"]
    search_fields = ["old_name", "old_slug", "kept_name"]
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("kept", "author", "undone_by").defer("left", "moved")

    def has_add_permission(self, request):
        return super().has_add_permission(request) and may_publish(request.user)

    def has_change_permission(self, request, obj=None):
        return self.has_add_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False  # taking it back needs the record

    def add_view(self, request, form_url="", extra_context=None):
        """Name two models; with both named, what merging them would do; confirmed, the merge."""
        may_act = self.has_add_permission(request)
        if not self.has_view_permission(request) or (request.method == "POST" and not may_act):
            raise PermissionDenied
        asked = request.POST if request.method == "POST" else request.GET
        form = MergeForm(asked) if "other" in asked else MergeForm(initial={"kept": asked.get("kept", "")})
        plan = form.plan() if form.is_bound and form.is_valid() else None
        if request.method == "POST" and plan is not None and "_confirm" in request.POST:
            try:
                reason, digest = request.POST.get("reason", ""), request.POST.get("digest", "")
                entry = merging.merge(plan.kept, plan.other, request.user, reason, digest)
            except merging.MergeRefused as refusal:
                tell_refusals(request, [str(refusal)])
            else:
                messages.success(
                    request, f"{entry.old_name} is part of {entry.kept_name} now. This page takes it back."
                )
                return HttpResponseRedirect(reverse("admin:models_catalog_modelmerge_change", args=[entry.pk]))
        context = {"form": form, "plan": plan, "reason": asked.get("reason", ""), "may_act": may_act}
        if plan is not None:
            context["moves"] = display.listed(plan.sentences)
            context["left"], context["more_left"] = plan.left[:MOST_LISTED], len(plan.left[MOST_LISTED:])
            context["impact"] = plain_impact(plan.impact())
        return self._page(request, "newsroom/merge.html", "Merge two models", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """What one merge did, and the way back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isascii() or not object_id.isdigit():
            raise Http404("There is no such merge.")
        entry = get_object_or_404(self.get_queryset(request), pk=object_id)
        may_act = self.has_add_permission(request)
        if request.method == "POST":
            if not may_act:
                raise PermissionDenied
            try:
                stayed = merging.undo(entry, request.user, request.POST.get("reason", ""))
            except merging.MergeRefused as refusal:
                tell_refusals(request, [str(refusal)])
            else:
                messages.success(request, f"{entry.old_name} stands by itself again; the history keeps both steps.")
                for sentence in stayed:
                    messages.warning(request, sentence)
            return HttpResponseRedirect(request.path)
        context = {"entry": entry, "problem": merging.why_not_undo(entry), "may_act": may_act}
        return self._page(request, "newsroom/merge_done.html", str(entry), context)

    def _page(self, request, template, title, context):
        request.current_app = self.admin_site.name
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return render(request, template, {**shared, **context})
