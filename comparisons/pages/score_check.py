"""What `manage.py check_scores` found on the starter data, for `/methodology/`: the report it wrote, read back."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from comparisons.core.method import METHOD
from comparisons.renderers.score_check import band_text

REPORT = Path("docs") / "score_check.md"


@dataclass
class Section:
    """A heading of the report with its sentences and its table; `head` is empty where it has none."""

    title: str
    before: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


def score_check() -> tuple[Section, ...]:
    """The report's sections, the first of which says what was checked.

    Empty where there is none, or one of a method with other words for the same probabilities.
    """
    path = settings.BASE_DIR / REPORT
    try:
        found = _read(path, path.stat().st_mtime_ns)
    except OSError:
        return ()
    heads = {row[0] for section in found for row in section.rows}
    return found if band_text(METHOD.likely, METHOD.clear) in heads else ()


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> tuple[Section, ...]:
    return sections(path.read_text(encoding="utf-8"))


def sections(markdown: str) -> tuple[Section, ...]:
    """Headings, paragraphs and tables of a report."""
    found: list[Section] = []
    for line in markdown.splitlines():
        text = line.strip().replace("`", "")
        if text.startswith("#"):
            found.append(Section(text.lstrip("# ")))
        elif text.startswith("|") and found:
            _add_row(found[-1], [cell.strip() for cell in text.strip("|").split("|")])
        elif text and found:
            (found[-1].after if found[-1].head else found[-1].before).append(text)
    return tuple(found)


def _add_row(section: Section, cells: list[str]) -> None:
    if not section.head:
        section.head = cells
    elif set("".join(cells)) - set("-: "):
        section.rows.append(cells)
