"""Versions of a row: read by whoever may see it, brought back only through its own form.

The library's revert form asks the permissions and the state of the version, not of the row as it
stands, and saves past every rule of the row's page. It is closed: a version can be taken into the
row's change form, where the permissions, the reason and the check for other people's changes hold.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from simple_history.admin import SimpleHistoryAdmin

from models_catalog.core import display
from newsroom.audit import version_on

VERSION = "version"  # in the address of a change form: take over that version's values
CLOSED = "A version is not saved from its own page. Take its values into the form of the row, and save there."


class VersionedAdmin(SimpleHistoryAdmin):
    """A table whose versions are pages to read."""

    object_history_template = "newsroom/history.html"
    object_history_list_template = "newsroom/history_list.html"

    def history_view(self, request, object_id, extra_context=None):
        """The list of versions; `?on=2026-05-01` leads to the one that held at the end of that day."""
        self._refuse_stranger(request, self._present(object_id))
        if not (on := request.GET.get("on", "")):
            return super().history_view(request, object_id, extra_context)
        day, pk = display.parse_day(on), unquote(object_id)
        if day is None or not pk.isascii() or not pk.isdigit():
            messages.error(request, f"“{on}” is no date. Write one such as 2026-05-01.")
            return HttpResponseRedirect(request.path)
        record = version_on(self.model, int(pk), day)
        if record is None:
            messages.info(request, f"There was no such object on {display.date(day)}.")
            return HttpResponseRedirect(request.path)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_simple_history"
        return HttpResponseRedirect(reverse(name, args=[pk, record.pk]))

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """One version beside the row as it stands now, to read; with a link into the change form where that is open."""
        present = self._present(object_id)
        self._refuse_stranger(request, present)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied(CLOSED)
        record = get_object_or_404(self.model.history, id=unquote(object_id), history_id=version_id)
        take_over = ""
        if present is not None and self.has_change_permission(request, present):
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            take_over = f"{reverse(name, args=[present.pk])}?{VERSION}={version_id}"
        context = {
            **self.admin_site.each_context(request),
            "title": f"{record.instance} on {display.date(record.history_date.date())}",
            "opts": self.opts,
            "record": record,
            "present": present,
            "lines": version_lines(record, present),
            "take_over": take_over,
            **(extra_context or {}),
        }
        return render(request, "newsroom/version.html", context)

    def _present(self, object_id: str):
        pk = unquote(object_id)
        if not pk.isascii() or not pk.isdigit():
            raise Http404("There is no such object.")
        return self.model._base_manager.filter(pk=pk).first()

    def _refuse_stranger(self, request, present) -> None:
        """Refuse whoever may not see the row as it stands now; of a removed row, whoever may not see the table."""
        if not self.has_view_permission(request, present):
            raise PermissionDenied

    def revert_disabled(self, request, obj=None):
        return True

    def get_object(self, request, object_id, from_field=None):
        """The row of a page; `?version=` shows an older version's values in the form, unsaved."""
        row = super().get_object(request, object_id, from_field)
        version = request.GET.get(VERSION, "")
        if row is None or request.method != "GET" or not version.isascii() or not version.isdigit():
            return row
        record = row.history.filter(history_id=int(version)).first() if len(version) < 19 else None
        if record is not None and self.has_change_permission(request, row):
            fixed = {*self.get_readonly_fields(request, row), "id", "created_at", "updated_at"}
            for field in record.tracked_fields:
                if field.name not in fixed:
                    setattr(row, field.attname, getattr(record, field.attname))
            messages.info(
                request, f"The form shows the values of {display.date(record.history_date.date())}. Save to keep them."
            )
        return row


def version_lines(record, present) -> list[tuple[str, str, str, bool]]:
    """(field, value then, value now, whether they differ) of every tracked field that an editor knows."""
    lines = []
    for field in record.tracked_fields:
        if field.name in ("id", "created_at", "updated_at"):
            continue
        then = _shown(record, field)
        now = _shown(present, field) if present is not None else ""
        lines.append((str(field.verbose_name), then, now, present is not None and then != now))
    return lines


def _shown(row, field) -> str:
    """A field's value in words; a row that is gone by its key."""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if not field.is_relation:
        return str("" if (value := getattr(row, field.attname)) is None else value)
    try:
        return str(getattr(row, field.name) or "")
    except ObjectDoesNotExist:
        return f"removed ({getattr(row, field.attname)})"
