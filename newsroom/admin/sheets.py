"""Score sheets in the newsroom: start, grid, preview, publish, undo."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from models_catalog.core import display
from models_catalog.models import Result, ScoreSheet
from newsroom import sheets
from newsroom.admin.base import HTTPS_ADDRESSES, tell_refusals
from newsroom.admin.sheet_entry import SheetEntry, entry_address
from newsroom.impact import impact_of
from newsroom.name_answers import ask_again, keep_aliases, left_names, questions_of, read_answers
from newsroom.names import name_lists
from newsroom.plans import build_plan
from newsroom.publishing import may_publish, needs_second_pair
from newsroom.sheet_cells import subject_of_sheet
from newsroom.sheet_page import saved_page
from newsroom.table_page import model_exceptions, table_grid

State = ScoreSheet.State


@admin.register(ScoreSheet)
class ScoreSheetAdmin(SheetEntry, admin.ModelAdmin):
    list_display = ["title", "state", "author", "scores", "reason", "created_at", "publisher"]
    list_filter = ["state", "author"]
    list_select_related = ["author", "publisher"]
    search_fields = ["title", "reason", "author__username"]
    date_hierarchy = "created_at"
    list_per_page = 50
    show_full_result_count = False
    formfield_overrides = HTTPS_ADDRESSES

    def has_delete_permission(self, request, obj=None):
        return False  # a saved sheet is undone, an unsaved one discarded on its page

    def get_urls(self):
        return [*self.entry_urls(), *super().get_urls()]

    @admin.display(description="scores")
    def scores(self, sheet):
        return len(sheet.entries) if sheet.entries else len(sheet.cells)

    # --- preview and saved sheet ----------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The preview of an unsaved sheet, or what a saved one did; both with their next steps."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isascii() or not object_id.isdigit():
            raise Http404("There is no such sheet.")
        sheet = get_object_or_404(ScoreSheet.objects.select_related("author", "publisher"), pk=object_id)
        if request.method == "POST":
            return self._act(request, sheet)
        if sheet.state == State.ENTRY:
            return HttpResponseRedirect(entry_address(sheet))
        if sheet.state == State.PREVIEW:
            return self._preview(request, sheet)
        context = {
            "page": saved_page(sheet),
            "sheet": sheet,
            "publish_problem": sheets.why_not_publish_sheet(sheet, request.user),
            "can_undo": self._may_undo(request, sheet),
            "subject": sheet.model or sheet.benchmark,
        }
        return self._page(request, "newsroom/sheet_saved.html", str(sheet), context)

    def _preview(self, request, sheet):
        plan = build_plan(sheet)
        publish_problem = sheets.why_not_publish_sheet(sheet, request.user)
        context = {
            "sheet": sheet,
            "plan": plan,
            "impact": impact_of(plan.proposal()) if plan.can_save else None,
            "publish_problem": publish_problem,
            "is_author": sheet.author_id == request.user.pk,
            "needs_second_pair": needs_second_pair(),
            "questions": (questions := questions_of(plan)),
            "name_lists": name_lists({question.kind for question in questions}),
            "grid": table_grid(plan) if subject_of_sheet(sheet) is None else None,
            "exceptions": model_exceptions(sheet, plan) if subject_of_sheet(sheet) is None else (),
            "left_names": left_names(sheet),
            "source_kinds": Result.SourceKind.choices,
            "source_tiers": Result.Tier.choices,
        }
        return self._page(request, "newsroom/sheet_preview.html", f"Preview: {sheet.title}", context)

    def _may_undo(self, request, sheet) -> bool:
        if sheet.state == State.PUBLISHED:
            return may_publish(request.user)
        return sheet.state == State.WAITING and (sheet.author_id == request.user.pk or may_publish(request.user))

    def _act(self, request, sheet):
        """Carry out the button that was pressed; refusals come back as messages."""
        step = next((name for name in self.STEPS if f"_{name}" in request.POST), None)
        try:
            if step is None:
                raise sheets.SheetRefused("The form names no step. Use one of the buttons.")
            return self.STEPS[step](self, request, sheet)
        except sheets.SheetRefused as refusal:
            tell_refusals(request, refusal.sentences)
            return HttpResponseRedirect(request.path)

    def _save(self, request, sheet, publish=False):
        self._only_author(request, sheet)
        post = request.POST
        sheet = sheets.save_sheet(
            sheet,
            request.user,
            post.get("reason", ""),
            post.get("digest", ""),
            publish=publish,
            leave_errors="leave_errors" in post,
        )
        number = display.counted(len(sheet.entries), "score")
        messages.success(request, f"Published {number}." if publish else f"Saved {number}; a publisher sees them now.")
        return HttpResponseRedirect(request.path)

    def _save_and_publish(self, request, sheet):
        return self._save(request, sheet, publish=True)

    def _publish(self, request, sheet):
        leave = "leave_changed" in request.POST
        sheets.publish_sheet(sheet, request.user, request.POST.get("reason", ""), leave_changed=leave)
        messages.success(request, "Published the sheet.")
        return HttpResponseRedirect(request.path)

    def _undo(self, request, sheet):
        if not self._may_undo(request, sheet):
            raise sheets.SheetRefused("Only its author or a publisher can undo this sheet.")
        leave = "leave_changed" in request.POST
        sheets.undo_sheet(sheet, request.user, request.POST.get("reason", ""), leave_changed=leave)
        messages.success(request, "Took the sheet back; the history keeps both steps.")
        return HttpResponseRedirect(request.path)

    def _look_again(self, request, sheet):
        self._only_author(request, sheet)
        sheets.look_again(sheet)
        messages.info(request, "The preview now compares with what is recorded at present.")
        return HttpResponseRedirect(request.path)

    def _answer(self, request, sheet):
        self._only_author(request, sheet)
        answers, aliases = read_answers(sheet, request.POST)
        if request.POST.get("decimal") in (".", ","):
            answers["decimal"] = request.POST["decimal"]
        try:
            with transaction.atomic():
                keep_aliases(aliases, request.user)
                sheets.answer(sheet, answers)
        except ValidationError as error:
            raise sheets.SheetRefused(*error.messages) from error
        return HttpResponseRedirect(request.path)

    def _ask_again(self, request, sheet):
        self._only_author(request, sheet)
        sheets.answer(sheet, ask_again(sheet))
        return HttpResponseRedirect(request.path)

    def _discard(self, request, sheet):
        self._only_author(request, sheet)
        sheets.discard(sheet)
        messages.success(request, "Discarded the sheet; nothing was saved.")
        return HttpResponseRedirect(reverse("admin:models_catalog_scoresheet_changelist"))

    def _only_author(self, request, sheet):
        if not self.has_add_permission(request) or sheet.author_id != request.user.pk:
            raise sheets.SheetRefused("Only its author can go on with an unsaved sheet.")

    STEPS = {
        "save": _save,
        "save_and_publish": _save_and_publish,
        "publish": _publish,
        "undo": _undo,
        "look_again": _look_again,
        "answer": _answer,
        "ask_again": _ask_again,
        "discard": _discard,
    }

    def _page(self, request, template, title, context):
        request.current_app = self.admin_site.name
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        shared["is_nav_sidebar_enabled"] = False  # the grid needs the width
        return render(request, template, {**shared, **context})
