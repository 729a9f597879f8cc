"""An uploaded file becomes a `Batch`: its kind and size are checked, then a registered reader reads it.

Tables of a spreadsheet (XLSX) and of JSON are written as CSV files of the import layout first,
so that every table is read by one reader with one set of rules.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from importers import archives
from importers import formats as file_formats
from importers.csv_layout import FILES, TABLES
from importers.records import Batch, UnreadableSource
from newsroom.import_sheets import tables_of_json, tables_of_xlsx

LARGEST_UPLOAD = 20_000_000  # bytes
TABLE = "table"  # the format of a single file, named by its ending
TABLE_NAMES = tuple(file.removesuffix(".csv") for file in FILES)
TEXT_ENDINGS = (".csv", ".tsv", ".txt")
TABLE_ENDINGS = (*TEXT_ENDINGS, ".xlsx", ".json")
ZIP_START = b"PK\x03\x04"


@dataclass(frozen=True)
class UploadedFile:
    """What somebody uploaded: a format of `formats()`, the file's own name, its bytes.

    `table` names the table of a single file whose name does not say it.
    """

    format: str
    name: str
    content: bytes
    table: str = ""


def formats() -> list[tuple[str, str]]:
    """(format, description) of everything the import page takes."""
    others = sorted(name for name in file_formats.READERS if name != "csv")
    return [
        (TABLE, "one table: CSV, XLSX or JSON"),
        ("csv", "a folder of CSV files, as ZIP"),
        *((name, f"{name}: its files, as ZIP or single") for name in others),
    ]


def read_upload(upload: UploadedFile) -> Batch:
    """Read the upload. Raises `UnreadableSource` with a sentence that names the file."""
    if len(upload.content) > LARGEST_UPLOAD:
        raise UnreadableSource(
            f"{upload.name} is larger than {LARGEST_UPLOAD // 1_000_000} MB. Split it, or let an administrator "
            "run import_data."
        )
    if not upload.content.strip():
        raise UnreadableSource(f"{upload.name} is empty.")
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        place = Path(folder)
        try:
            if upload.format == TABLE:
                return _read_table(upload, place)
            return file_formats.read(upload.format, _unpacked(upload, place))
        except UnreadableSource as problem:
            raise UnreadableSource(_without_folder(str(problem), place, upload.name)) from None


def _unpacked(upload: UploadedFile, folder: Path) -> Path:
    """The path a reader gets: the unpacked archive, or the single file under its own name."""
    file = folder / safe_name(upload.name)
    file.write_bytes(upload.content)
    if not upload.content.startswith(ZIP_START) or file.suffix.lower() in archives.OWN_ZIPS:
        if upload.format == "csv":
            raise UnreadableSource(f"{upload.name} is no ZIP. Pack the folder, or choose “one table” for one file.")
        return file
    place = archives.unpack(file, folder / "files")
    if upload.format == "csv":  # whatever the folder is called
        while len(inside := list(place.iterdir())) == 1 and inside[0].is_dir():
            place = inside[0]
    return place


def _read_table(upload: UploadedFile, folder: Path) -> Batch:
    """Read one table, or the several of a workbook or a JSON document."""
    stem, ending = _split(upload.name)
    if ending not in TABLE_ENDINGS:
        raise UnreadableSource(f"{upload.name} is no table. Choose a file that ends in {', '.join(TABLE_ENDINGS)}.")
    _check_kind(upload, ending)
    own_table = stem if stem in TABLE_NAMES else upload.table
    notes: list[str] = []
    if ending in TEXT_ENDINGS:
        labels = {f"{own_table}.csv": upload.name}
        (folder / f"{own_table}.csv").write_bytes(comma_separated(upload.content))
    else:
        if ending == ".xlsx":
            found, notes = tables_of_xlsx(upload.content, own_table)
        else:
            found = tables_of_json(upload.content, own_table)
        tables, labels = {}, {}
        for name, rows in found.items():
            if name not in TABLE_NAMES:
                raise UnreadableSource(f"{upload.name} has a table “{name}”. Call it one of: {', '.join(TABLE_NAMES)}.")
            tables[name], labels[f"{name}.csv"] = rows, f"{upload.name}, {name}"
        _write_folder(tables, folder)
    batch = _relabelled(file_formats.read("csv", folder), labels)
    batch.notes[:0] = notes
    return batch


def comma_separated(content: bytes) -> bytes:
    """A text file with commas between its cells, whatever stood there: tabs, semicolons, or what a `sep=` line names.

    Rows keep their lines. Content that is no UTF-8 or UTF-16 comes back as it is: the reader says so.
    """
    try:
        utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = content.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        return content
    first, _, rest = text.lstrip("\ufeff").partition("\n")
    named = re.fullmatch(r'"?sep=(.)"?\s*', first, re.IGNORECASE)
    head = rest.partition("\n")[0] if named else first
    sign = named.group(1) if named else max(",;\t", key=head.count)
    if sign == "," and not named and not utf_16:
        return content
    out = io.StringIO()
    rows = csv.reader(io.StringIO(rest if named else text, newline=""), delimiter=sign)
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _check_kind(upload: UploadedFile, ending: str) -> None:
    """Refuse a file whose content is not what its name says."""
    is_zip = upload.content.startswith(ZIP_START)
    if ending == ".xlsx" and not is_zip:
        raise UnreadableSource(f"{upload.name} is no XLSX workbook, whatever its name says. Save it as XLSX or CSV.")
    if ending != ".xlsx" and is_zip:
        raise UnreadableSource(f"{upload.name} is a ZIP or workbook, whatever its name says. Name it so.")
    if (
        ending in TEXT_ENDINGS
        and b"\x00" in upload.content
        and not upload.content.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        raise UnreadableSource(f"{upload.name} is no text: it contains NUL characters.")


def _split(name: str) -> tuple[str, str]:
    path = Path(name.lower())
    return path.stem, path.suffix


def safe_name(name: str) -> str:
    """A file name of plain characters that keeps the ending."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", Path(name).name).lstrip(".") or "upload"


def _write_folder(tables: Mapping[str, Iterable[list[str]]], folder: Path) -> None:
    for name, rows in tables.items():
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        (folder / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8")


def _relabelled(batch: Batch, labels: Mapping[str, str]) -> Batch:
    """The batch with the names of the uploaded file instead of those of the layout."""
    batch.problems = [replace(each, file=labels.get(each.file, each.file)) for each in batch.problems]
    for file, label in labels.items():
        batch.notes = [note.replace(file, label) for note in batch.notes]
    for table in TABLES:
        records = getattr(batch, table.target)
        records[:] = [
            replace(record, place=replace(record.place, file=labels.get(record.place.file, record.place.file)))
            for record in records
        ]
    return batch


def _without_folder(sentence: str, folder: Path, name: str) -> str:
    """A reader's sentence with the upload's name instead of the folder it was unpacked to."""
    return re.sub(re.escape(str(folder)) + r"(?:/files)?[^\s“”,;:]*", lambda _: name, sentence)
