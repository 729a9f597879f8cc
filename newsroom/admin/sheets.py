"""Score sheets in the newsroom: start, grid, preview, publish, undo."""

from __future__ import annotations

import json

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.http import urlencode

from models_catalog.core import display
from models_catalog.models import Benchmark, LanguageModel, ScoreSheet
from newsroom import sheets
from newsroom.admin.base import HTTPS_ADDRESSES, tell_refusals, today
from newsroom.core.table_text import UnreadableTable
from newsroom.forms import SheetForm, SubjectForm, seen_versions, typed_scores
from newsroom.grid import build_grid
from newsroom.impact import impact_of
from newsroom.name_answers import keep_aliases, questions_of, read_answers
from newsroom.names import name_lists
from newsroom.plans import build_plan
from newsroom.publishing import may_publish, needs_second_pair
from newsroom.sheet_page import saved_page

State = ScoreSheet.State


@admin.register(ScoreSheet)
class ScoreSheetAdmin(admin.ModelAdmin):
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
        view = self.admin_site.admin_view
        own = [
            path("grid/", view(self.grid_view), name="models_catalog_scoresheet_new_grid"),
            path("<int:pk>/grid/", view(self.grid_view), name="models_catalog_scoresheet_grid"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="scores")
    def scores(self, sheet):
        return len(sheet.entries) if sheet.entries else len(sheet.cells)

    # --- start ------------------------------------------------------------------------

    def add_view(self, request, form_url="", extra_context=None):
        """Ask which model or benchmark the sheet is about."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = SubjectForm(request.GET or None)
        if request.GET and form.is_valid():
            subject = form.cleaned_data["subject"]
            return HttpResponseRedirect(grid_address(subject))
        return self._page(request, "newsroom/sheet_start.html", "Enter scores", {"form": form})

    # --- grid --------------------------------------------------------------------------

    def grid_view(self, request, pk=None):
        """The grid of a new sheet (`?model=` or `?benchmark=`) or of one that is not saved yet."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        sheet = get_object_or_404(ScoreSheet, pk=pk, state=State.PREVIEW) if pk else None
        if sheet and sheet.author_id != request.user.pk:
            raise PermissionDenied("This sheet belongs to somebody else.")
        subject = (sheet.model or sheet.benchmark) if sheet else subject_of(request.GET)
        if request.method == "POST":
            form = SheetForm(request.POST)
            typed = typed_scores(request.POST)
            if form.is_valid() and (kept := self._keep(request, sheet, subject, form, typed)):
                return HttpResponseRedirect(reverse("admin:models_catalog_scoresheet_change", args=[kept.pk]))
        else:
            typed = cells_typed(sheet)
            form = SheetForm(initial=sheet_initial(sheet))
        grid = build_grid(subject, request.GET.get("scope", ""), typed, today())
        context = {
            "form": form,
            "grid": grid,
            "seen": json.dumps(grid.seen),
            "subject": subject,
            "about_model": isinstance(subject, LanguageModel),
            "sheet": sheet,
            "query": urlencode(subject_query(subject)),
        }
        return self._page(request, "newsroom/sheet_grid.html", f"Scores: {subject.name}", context)

    def _keep(self, request, sheet, subject, form, typed):
        """The stored preview, or None after adding the problem to the form."""
        pasted = form.cleaned_data["pasted"].replace("\ue000", "")  # the mark of a workbook's own numbers
        answers = {**(sheet.answers if sheet else {}), "decimal": form.cleaned_data["decimal"]}
        try:
            cells = sheets.read_cells(subject, typed, pasted, seen_versions(request.POST), answers)
        except UnreadableTable as error:
            form.add_error("pasted", str(error))
            return None
        if not cells:
            form.add_error(None, "Type or paste at least one score.")
            return None
        return sheets.keep_preview(
            sheet,
            request.user,
            subject,
            form.source(),
            cells,
            form.cleaned_data["reason"],
            pasted=pasted,
            answers=answers,
        )

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
        "discard": _discard,
    }

    def _page(self, request, template, title, context):
        request.current_app = self.admin_site.name
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        shared["is_nav_sidebar_enabled"] = False  # the grid needs the width
        return render(request, template, {**shared, **context})


def subject_of(query) -> LanguageModel | Benchmark:
    """The model or benchmark named by slug in an address. Raises Http404."""
    if slug := query.get("model"):
        return get_object_or_404(LanguageModel, slug=slug)
    return get_object_or_404(Benchmark, slug=query.get("benchmark", ""))


def subject_query(subject) -> dict[str, str]:
    """The query that names `subject`, as `subject_of` reads it."""
    return {"model" if isinstance(subject, LanguageModel) else "benchmark": subject.slug}


def grid_address(subject) -> str:
    """Address of a new grid about `subject`."""
    return f"{reverse('admin:models_catalog_scoresheet_new_grid')}?{urlencode(subject_query(subject))}"


def cells_typed(sheet: ScoreSheet | None) -> dict[int, str]:
    """The other side's key to the text, for the cells of an unsaved sheet that were typed into its grid."""
    if sheet is None:
        return {}
    side = "benchmark" if sheet.model_id else "model"
    return {cell[side]: cell["text"] for cell in sheet.cells if not cell["line"]}


def sheet_initial(sheet: ScoreSheet | None) -> dict:
    """Form values of an unsaved sheet."""
    if sheet is None:
        return {}
    pasted, decimal = sheet.pasted, sheet.answers.get("decimal", "")
    return {**sheet.source, "reason": sheet.reason, "pasted": pasted, "decimal": decimal}
