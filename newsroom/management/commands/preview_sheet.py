"""`preview_sheet`: reads a pasted table as the newsroom does and says what each cell became; writes nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from importers.records import UnreadableSource
from models_catalog.models import Benchmark, LanguageModel
from newsroom.preview_text import as_data, preview_text
from newsroom.table_files import table_of_file


class Command(BaseCommand):
    help = (
        "Read a pasted table (FILE, or “-” for standard input) and print what each cell became, or why it is refused. "
        "Nothing is written."
    )

    def add_arguments(self, parser):
        about = parser.add_mutually_exclusive_group(required=True)
        about.add_argument("--model", metavar="SLUG", help="a sheet about one model")
        about.add_argument("--benchmark", metavar="SLUG", help="a sheet about one benchmark")
        about.add_argument("--table", action="store_true", help="a whole table of models and benchmarks")
        parser.add_argument(
            "file", nargs="?", default="-", metavar="FILE", help="text, CSV, TSV, HTML or XLSX; - reads"
        )
        parser.add_argument("--decimal", choices=[".", ","], default="", help="the decimal sign, where you know it")
        parser.add_argument("--json", action="store_true", help="print a JSON list, one entry for each pasted cell")

    def handle(self, *, file: str, json: bool, decimal: str, **options):
        subject = self._subject(options)
        try:
            text, notes = table_of_file(*self._content(file))
        except UnreadableSource as error:
            raise CommandError(str(error)) from error
        entries = as_data(preview_text(text, subject, sign=decimal))
        for note in notes:
            self.stderr.write(note)
        self._print_json(entries) if json else self._print_lines(entries)

    def _subject(self, options: dict[str, Any]) -> LanguageModel | Benchmark | None:
        for kind, table in (("model", LanguageModel), ("benchmark", Benchmark)):
            if slug := options[kind]:
                row = table.objects.filter(slug=slug).first()
                if row is None:
                    raise CommandError(f"There is no {kind} “{slug}”.")
                return row
        return None

    def _content(self, file: str) -> tuple[str, bytes]:
        if file == "-":
            return "pasted.txt", sys.stdin.buffer.read()
        try:
            return Path(file).name, Path(file).read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error

    def _print_json(self, entries: list[dict[str, Any]]) -> None:
        self.stdout.write(json.dumps(entries, ensure_ascii=False, indent=1))

    def _print_lines(self, entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            words = [str(entry["line"]), entry["row"], entry["column"], entry["text"]]
            if entry["refused"] is None:
                became = f"{entry['model']} on {entry['benchmark']}: {entry['score']} {entry['unit']}"
                run = ", ".join(word for word in (entry["variant"], entry["method"]) if word)
                words.append(f"{became} ({run})" if run else became)
                words.extend(entry["warnings"])
            else:
                words.append(entry["refused"])
            self.stdout.write("\t".join(" ".join(word.split()) for word in words))
        scores = sum(entry["refused"] is None for entry in entries)
        self.stdout.write(f"{scores} of {len(entries)} cells are scores. Nothing was written.")
