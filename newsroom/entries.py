"""Half-filled grids, kept as an editor types: nothing is lost with a session, a browser or a power cut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models_catalog.models import Benchmark, LanguageModel, ScoreSheet
from newsroom.forms import SheetForm

KEPT_FIELDS = (*SheetForm.Meta.fields, "reason", "pasted", "decimal")
LONGEST = 250_000  # characters of one entry
State = ScoreSheet.State


def entry_of(author, subject: LanguageModel | Benchmark | None) -> ScoreSheet | None:
    """The half-filled sheet of `author` about `subject` (None: a whole table), if there is one."""
    return ScoreSheet.objects.filter(author=author, state=State.ENTRY, **_about(subject)).order_by("-pk").first()


def keep_entry(author, subject, fields: Mapping[str, str], typed: Mapping[int, str]) -> ScoreSheet | None:
    """Keep what stands in the form now; forget it when nothing is left to keep."""
    kept = {name: fields[name] for name in KEPT_FIELDS if fields.get(name)}
    entry = entry_of(author, subject)
    if not typed and not kept.get("pasted") and not kept.get("source_url"):
        if entry is not None:
            entry.delete()
        return None
    if sum(map(len, kept.values())) > LONGEST:
        return entry
    entry = entry or ScoreSheet(author=author, state=State.ENTRY, **_about(subject))
    entry.title = subject.name if subject else "Table"
    entry.answers = {"form": kept, "typed": {str(key): text for key, text in typed.items()}}
    entry.save()
    return entry


def forget_entry(author, subject) -> None:
    """Remove the half-filled sheet: it is previewed now, or thrown away."""
    ScoreSheet.objects.filter(author=author, state=State.ENTRY, **_about(subject)).delete()


def initial_of(entry: ScoreSheet) -> tuple[dict[str, Any], dict[int, str]]:
    """Form values and typed cells of a half-filled sheet."""
    typed = {int(key): text for key, text in entry.answers.get("typed", {}).items()}
    return dict(entry.answers.get("form", {})), typed


def _about(subject) -> dict[str, Any]:
    return {
        "model": subject if isinstance(subject, LanguageModel) else None,
        "benchmark": subject if isinstance(subject, Benchmark) else None,
    }
