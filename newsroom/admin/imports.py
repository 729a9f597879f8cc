"""The import page: upload a file, read what it would do, confirm with a reason."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models.fields.json import KT
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse

from importers.sync.sources import BY_KEY
from models_catalog.models import Import
from newsroom import import_undo, imports
from newsroom.admin.base import tell_refusals
from newsroom.import_forms import UploadForm
from newsroom.publishing import may_publish, needs_second_pair

State = Import.State
FOR_NOBODYS = ("take", "discard")  # what may be done with an arrival that nobody has taken yet
AT_WORK = (State.CHECKING, State.WRITING)


@admin.register(Import)
class ImportAdmin(admin.ModelAdmin):
    list_display = ["file_name", "state", "author", "summary", "reason", "created_at"]
    list_filter = ["state", "author"]
    search_fields = ["file_name", "reason", "author__username"]
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request):
        return imports.listed().defer("preview").annotate(what=KT("preview__summary"))

    def has_delete_permission(self, request, obj=None):
        return False  # what was imported stays on record

    def get_urls(self):
        view = self.admin_site.admin_view(self.progress_view)
        return [path("<int:pk>/progress/", view, name="models_catalog_import_progress"), *super().get_urls()]

    @admin.display(description="what it does")
    def summary(self, entry):
        return entry.what

    # --- upload -----------------------------------------------------------------------

    def add_view(self, request, form_url="", extra_context=None):
        """The form to upload a file; a good one leads to its preview."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        may_decide = may_publish(request.user) and not needs_second_pair()
        form = UploadForm(request.POST or None, request.FILES or None, may_publish=may_decide)
        if request.method == "POST" and form.is_valid():
            entry = imports.start(request.user, form.upload(), publish=form.cleaned_data.get("publish") == "yes")
            return HttpResponseRedirect(page_of(entry))
        context = {"form": form, "hours": imports.KEPT.seconds // 3600, "may_decide": may_decide}
        return self._page(request, "newsroom/import_start.html", "Import a file", context)

    # --- one import ----------------------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Progress, preview or outcome of one import, with the next steps."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isascii() or not object_id.isdigit():
            raise Http404("There is no such import.")
        entry = get_object_or_404(imports.listed(), pk=object_id)
        if request.method == "POST":
            return self._act(request, entry)
        context = {"entry": entry, "is_author": entry.author_id == request.user.pk}
        if entry.state in AT_WORK:
            context |= {"progress": imports.progress(entry), "is_stalled": imports.is_stalled(entry)}
            return self._page(request, "newsroom/import_progress.html", f"At work: {entry.file_name}", context)
        if entry.state == State.READY:
            preview = entry.preview
            context |= {"is_free": bool(entry.source) and entry.author_id is None, "source": BY_KEY.get(entry.source)}
            context |= {"may_decide": may_publish(request.user) and not needs_second_pair()}
            context |= {"preview": preview, "impact": preview["impact"], "waits_for": self._who_publishes(entry)}
            return self._page(request, "newsroom/import_preview.html", f"Preview: {title_of(entry)}", context)
        if entry.state == State.WRITTEN and not import_undo.why_not_undo(entry, request.user):
            context |= {"can_undo": True, "touched": import_undo.touched_rows(import_undo.traces_of(entry))}
        return self._page(request, "newsroom/import_done.html", str(entry), {**context, "preview": entry.preview})

    def _who_publishes(self, entry) -> str:
        """Why new results become drafts, in a sentence; empty where they are published."""
        if entry.publish:
            return ""
        if entry.source and entry.author is None:
            return "Whoever takes it on decides whether its results are published."
        if not may_publish(entry.author):
            return "New results are saved as drafts; a publisher sees them in the queue of drafts."
        if needs_second_pair():
            return "New results are saved as drafts: this site asks for a second pair of eyes."
        return "New results are saved as drafts, as you chose."

    def progress_view(self, request, pk):
        """How far an import is, for the page that waits: {"finished", "text", "done", "total"}. One query."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        entry = get_object_or_404(Import.objects.only("state", "step_began_at"), pk=pk)
        told = imports.progress(entry)
        finished = entry.state not in AT_WORK or imports.is_stalled(entry)
        return JsonResponse({"finished": finished, "text": told.text, "done": told.done, "total": told.total})

    def _act(self, request, entry):
        """Carry out the button that was pressed; refusals come back as messages."""
        step = next((name for name in self.STEPS if f"_{name}" in request.POST), None)
        try:
            others_too = step == "undo" and may_publish(request.user)
            others_too |= step in FOR_NOBODYS and entry.author_id is None and bool(entry.source)
            if not self.has_add_permission(request) or not (others_too or entry.author_id == request.user.pk):
                raise imports.ImportRefused("Only whoever uploaded the file can go on with it.")
            if step is None:
                raise imports.ImportRefused("The form names no step. Use one of the buttons.")
            self.STEPS[step](self, request, entry)
        except imports.ImportRefused as refusal:
            tell_refusals(request, [str(refusal)])
        return HttpResponseRedirect(page_of(entry))

    def _confirm(self, request, entry):
        post = request.POST
        imports.confirm(entry, post.get("reason", ""), post.get("digest", ""), keep_going="keep_going" in post)

    def _check(self, request, entry):
        imports.check_again(entry)

    def _take(self, request, entry):
        imports.take(entry, request.user, publish=request.POST.get("publish") == "yes")

    def _leave_out(self, request, entry):
        shown, ticked = request.POST.getlist("shown"), set(request.POST.getlist("row"))
        imports.leave_out(entry, [key for key in shown if key not in ticked], shown=shown)

    def _put_back(self, request, entry):
        imports.leave_out(entry, [], shown=entry.left_out)

    def _resume(self, request, entry):
        imports.resume(entry)

    def _discard(self, request, entry):
        imports.discard(entry)
        messages.success(request, "Discarded; nothing was written.")

    def _undo(self, request, entry):
        leave = "leave_changed" in request.POST
        stayed = import_undo.undo(entry, request.user, request.POST.get("reason", ""), leave_changed=leave)
        messages.success(request, "Took the import back; the history keeps both steps.")
        for sentence in stayed[:5]:
            messages.warning(request, sentence)

    STEPS = {"take": _take, "leave_out": _leave_out, "put_back": _put_back}
    STEPS |= {"confirm": _confirm, "check": _check, "resume": _resume, "discard": _discard, "undo": _undo}

    def _page(self, request, template, title, context):
        request.current_app = self.admin_site.name
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        shared["is_nav_sidebar_enabled"] = False  # tables need the width
        return render(request, template, {**shared, **context})


def title_of(entry: Import) -> str:
    """What an import is called on its page: its live source, else its file."""
    source = BY_KEY.get(entry.source)
    return source.name if source else entry.file_name


def page_of(entry: Import) -> str:
    """Address of an import's page."""
    return reverse("admin:models_catalog_import_change", args=[entry.pk])
