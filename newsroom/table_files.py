"""A file with one table, as the rows that a paste gives: CSV, TSV, text, HTML, XLSX."""

from __future__ import annotations

import codecs

from importers.records import UnreadableSource
from newsroom.core.table_text import text_of_cells, without_own_marks
from newsroom.workbooks import shown_sheets

ZIP_START = b"PK\x03\x04"


def table_of_file(name: str, content: bytes) -> tuple[str, list[str]]:
    """The file's table as a text to paste, and sentences about what was not read. Raises UnreadableSource.

    Of a workbook the one filled sheet that is not hidden; its own numbers are marked as such.
    """
    if content.startswith(ZIP_START):
        return _table_of_workbook(name, content)
    return without_own_marks(text_of(name, content)), []


def text_of(name: str, content: bytes) -> str:
    """The text of a file in UTF-8 or UTF-16. Raises UnreadableSource."""
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16")
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableSource(f"{name} is not UTF-8. Save it as “CSV UTF-8” and try again.") from error
    if "\x00" in text:
        raise UnreadableSource(f"{name} is no text: it contains NUL characters.")
    return text


def _table_of_workbook(name: str, content: bytes) -> tuple[str, list[str]]:
    sheets = shown_sheets(content)
    filled = [sheet for sheet in sheets if sheet.rows and not sheet.hidden]
    if len(filled) > 1:
        titles = ", ".join(f"“{sheet.title}”" for sheet in filled)
        raise UnreadableSource(f"{name} has several filled sheets ({titles}). Keep the one that is meant.")
    if not filled:
        raise UnreadableSource(f"{name} has no filled sheet.")
    return text_of_cells(filled[0].rows), [note for sheet in sheets for note in sheet.notes]
