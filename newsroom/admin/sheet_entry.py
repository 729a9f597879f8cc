"""Where scores are entered: the start page, the grid of one model or benchmark, the page of a whole table."""

from __future__ import annotations

import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from importers.records import UnreadableSource
from models_catalog.core import display
from models_catalog.models import Benchmark, LanguageModel, ScoreSheet
from newsroom import entries, placing, sheets
from newsroom.admin.base import today
from newsroom.core.table_text import UnreadableTable, without_own_marks
from newsroom.forms import SheetForm, SubjectForm, TableForm, seen_versions, typed_scores
from newsroom.grid import build_grid
from newsroom.sheet_cells import subject_of_sheet
from newsroom.table_files import table_of_file

State = ScoreSheet.State


class SheetEntry:
    """The entering half of the sheets' admin."""

    def entry_urls(self):
        """Addresses of the pages and of what their script asks."""
        view = self.admin_site.admin_view
        return [
            path("grid/", view(self.grid_view), name="models_catalog_scoresheet_new_grid"),
            path("table/", view(self.table_view), name="models_catalog_scoresheet_new_table"),
            path("place/", view(require_POST(self.place_view)), name="models_catalog_scoresheet_place"),
            path("keep/", view(require_POST(self.keep_view)), name="models_catalog_scoresheet_keep"),
            path("<int:pk>/grid/", view(self.grid_view), name="models_catalog_scoresheet_grid"),
        ]

    # --- start ------------------------------------------------------------------------

    def add_view(self, request, form_url="", extra_context=None):
        """Ask which model or benchmark the sheet is about, or open a whole table."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        copied = self._copied(request)
        query = {name: text for name, text in request.GET.items() if name != "copy"}
        form = SubjectForm(query or None)
        if query and form.is_valid():
            subject = form.cleaned_data["subject"]
            return HttpResponseRedirect(grid_address(subject, copied))
        context = {"form": form, "copied": copied, "entries": self._entries(request)}
        return self._page(request, "newsroom/sheet_start.html", "Enter scores", context)

    def _entries(self, request) -> list[tuple[ScoreSheet, str]]:
        """Half-filled sheets of this person with the address where each goes on."""
        own = ScoreSheet.objects.filter(author=request.user, state=State.ENTRY)
        return [(entry, entry_address(entry)) for entry in own.select_related("model", "benchmark")]

    def _copied(self, request) -> ScoreSheet | None:
        """The sheet whose source is taken over (`?copy=`)."""
        pk = request.GET.get("copy", "")
        return ScoreSheet.objects.filter(pk=pk).first() if pk.isascii() and pk.isdigit() and len(pk) < 10 else None

    # --- grid and table -------------------------------------------------------------------

    def grid_view(self, request, pk=None):
        """The grid of a new sheet (`?model=` or `?benchmark=`) or of one that is not saved yet."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        sheet = get_object_or_404(ScoreSheet, pk=pk, state=State.PREVIEW) if pk else None
        if sheet and sheet.author_id != request.user.pk:
            raise PermissionDenied("This sheet belongs to somebody else.")
        subject = subject_of_sheet(sheet) if sheet else subject_of(request.GET)
        if subject is None:
            return self._table(request, sheet)
        if request.method == "POST":
            form, typed = SheetForm(request.POST), typed_scores(request.POST)
            if form.is_valid() and (kept := self._keep(request, sheet, subject, form, typed)):
                return HttpResponseRedirect(reverse("admin:models_catalog_scoresheet_change", args=[kept.pk]))
        else:
            initial, typed = self._initial(request, sheet, subject)
            form = SheetForm(initial=initial)
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

    def table_view(self, request):
        """The page of a whole table: several models and benchmarks in one paste or file."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._table(request, None)

    def _table(self, request, sheet: ScoreSheet | None):
        if request.method == "POST":
            form = TableForm(request.POST, request.FILES)
            if form.is_valid() and (kept := self._keep(request, sheet, None, form, {})):
                return HttpResponseRedirect(reverse("admin:models_catalog_scoresheet_change", args=[kept.pk]))
        else:
            initial, _ = self._initial(request, sheet, None)
            form = TableForm(initial=initial)
        context = {"form": form, "sheet": sheet, "query": "", "seen": "{}"}
        return self._page(request, "newsroom/sheet_grid.html", "Scores: a whole table", context)

    def _initial(self, request, sheet: ScoreSheet | None, subject) -> tuple[dict, dict[int, str]]:
        """What the form holds when it opens: the sheet, what was being entered, or the source of another sheet."""
        if sheet is not None:
            return sheet_initial(sheet), cells_typed(sheet)
        entry = entries.entry_of(request.user, subject)
        if entry is not None:
            when = display.date(timezone.localdate(entry.updated_at))
            messages.info(request, f"Taken up where you left off on {when}. Empty the fields to begin anew.")
            return entries.initial_of(entry)
        copied = self._copied(request)
        return ({**copied.source, "reason": copied.reason} if copied else {}), {}

    def _keep(self, request, sheet, subject, form, typed):
        """The stored preview, or None after adding the problem to the form."""
        answers = {**(sheet.answers if sheet else {}), "decimal": form.cleaned_data["decimal"]}
        try:
            pasted = self._pasted(form, sheet, answers)
            cells = sheets.read_cells(subject, typed, pasted, seen_versions(request.POST), answers)
        except (UnreadableTable, UnreadableSource) as error:
            form.add_error("pasted", str(error))
            return None
        if not cells:
            form.add_error(None, "Type or paste at least one score.")
            return None
        reason = form.cleaned_data["reason"]
        kept = sheets.keep_preview(
            sheet, request.user, subject, form.source(), cells, reason, pasted=pasted, answers=answers
        )
        entries.forget_entry(request.user, subject)
        return kept

    def _pasted(self, form, sheet, answers: dict) -> str:
        """The table as text: the uploaded file's, or the pasted one; a workbook's own numbers keep their marks."""
        if file := form.cleaned_data.get("file"):
            pasted, answers["notes"] = table_of_file(file.name, file.read())
            return pasted
        pasted = form.cleaned_data["pasted"]
        unchanged = sheet is not None and without_own_marks(sheet.pasted).split() == without_own_marks(pasted).split()
        if not unchanged:
            answers.pop("notes", None)
        return sheet.pasted if unchanged else without_own_marks(pasted)

    # --- what the script asks --------------------------------------------------------------------

    def place_view(self, request):
        """Where a pasted text belongs in an open grid, as JSON."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        subject, asked = subject_of(request.GET), request.POST
        order = [int(key) for key in asked.get("order", "").split(",") if key.isascii() and key.isdigit()]
        start = int(asked["start"]) if asked.get("start", "").isascii() and asked.get("start", "").isdigit() else None
        found = placing.place(subject, asked.get("text", ""), order, start, asked.get("decimal", ""))
        return JsonResponse({"fills": found.fills, "rest": found.rest, "left": found.left, "said": found.said})

    def keep_view(self, request):
        """Keep the form as it stands and say what each typed score means, as JSON."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        subject = subject_of(request.GET) if request.GET else None
        typed = typed_scores(request.POST)
        if "sheet" not in request.POST:  # a preview that went back to its grid is kept as a sheet already
            entries.keep_entry(request.user, subject, request.POST, typed)
        notes = placing.notes_on(subject, typed, request.POST.get("decimal", "")) if subject else {}
        return JsonResponse({"notes": notes, "kept": timezone.localtime().strftime("%H:%M")})


def subject_of(query) -> LanguageModel | Benchmark:
    """The model or benchmark named by slug in an address. Raises Http404."""
    if slug := query.get("model"):
        return get_object_or_404(LanguageModel, slug=slug)
    if slug := query.get("benchmark"):
        return get_object_or_404(Benchmark, slug=slug)
    raise Http404("Name a model or a benchmark.")


def subject_query(subject) -> dict[str, str]:
    """The query that names `subject`, as `subject_of` reads it."""
    return {"model" if isinstance(subject, LanguageModel) else "benchmark": subject.slug}


def grid_address(subject, copied: ScoreSheet | None = None) -> str:
    """Address of a new grid about `subject`, with the source of another sheet if asked."""
    query = subject_query(subject) | ({"copy": copied.pk} if copied else {})
    return f"{reverse('admin:models_catalog_scoresheet_new_grid')}?{urlencode(query)}"


def entry_address(entry: ScoreSheet) -> str:
    """Address where a half-filled sheet goes on."""
    subject = subject_of_sheet(entry)
    return grid_address(subject) if subject else reverse("admin:models_catalog_scoresheet_new_table")


def cells_typed(sheet: ScoreSheet) -> dict[int, str]:
    """The other side's key to the text, for the cells of an unsaved sheet that were typed into its grid."""
    side = "benchmark" if sheet.model_id else "model"
    return {cell[side]: cell["text"] for cell in sheet.cells if not cell["line"]}


def sheet_initial(sheet: ScoreSheet) -> dict:
    """Form values of an unsaved sheet."""
    pasted, decimal = without_own_marks(sheet.pasted), sheet.answers.get("decimal", "")
    return {**sheet.source, "reason": sheet.reason, "pasted": pasted, "decimal": decimal}
