"""`import_data FORMAT PATH`: takes a source into the catalogue (docs/adr/0003-import.md)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from django.core.management.base import CommandError
from django.db import DatabaseError

from importers import formats
from importers.apply import apply_batch
from importers.exporters import write_atomically
from importers.management.data_command import DataCommand
from importers.records import UnreadableSource
from importers.report import CREATED, UNCHANGED, UPDATED, ImportReport

BAR_WIDTH = 30  # characters
MOST_SHOWN = 50  # refused rows printed; all of them are in --report


class Command(DataCommand):
    help = (
        "Import a source into the catalogue. Nothing is written when a row is refused, unless --keep-going. "
        "Running it again changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("format", metavar="FORMAT", help=f"one of: {', '.join(sorted(formats.READERS))}")
        parser.add_argument("path", metavar="PATH", type=Path, help="the folder or file to read")
        parser.add_argument("--dry-run", action="store_true", help="do everything, then roll back")
        parser.add_argument(
            "--report", metavar="FILE.json", type=Path, help="write every refused row and note to this file"
        )
        parser.add_argument("--reason", default="", help="why, for the history of the changed rows")
        parser.add_argument("--keep-going", action="store_true", help="write the good rows even if others are refused")

        parser.add_argument("--trust", action="store_true", help="publish new models at once, not as drafts")
        parser.add_argument(
            "--new-benchmarks",
            action="store_true",
            help="make benchmarks that nobody knows, shown but not scored until an editor classifies them",
        )

    def handle(self, *, path: Path, report: Path | None, **options):
        if report is not None and not report.absolute().parent.is_dir():
            raise CommandError(f"The folder of {report} does not exist. Create it, or choose another --report.")
        try:
            batch = formats.read(options["format"], path)
            batch.trusted = batch.trusted or options["trust"]
            batch.new_benchmarks = options["new_benchmarks"]
            reason = options["reason"] or f"Import of {options['format']} {path.resolve().name}"[:100]
            outcome = apply_batch(
                batch,
                reason=reason,
                dry_run=options["dry_run"],
                keep_going=options["keep_going"],
                progress=Progress(self.stdout),
            )
        except (UnreadableSource, ValueError) as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database refused the import, and nothing was written: {error}") from error
        if report is not None:
            document = {"format": options["format"], "path": str(path), **outcome.as_json()}
            write_atomically(report, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        self._tell(outcome)
        self.stdout.write(outcome.last_line)
        if outcome.rejected and not options["keep_going"]:
            self.stdout.flush()
            sys.exit(1)

    def _tell(self, outcome: ImportReport) -> None:
        """Everything a person needs to know, before the one line for machines."""
        for note in outcome.notes:
            self.stdout.write(f"Note: {note}")
        for table, counts in outcome.tables.items():
            if any(counts.values()):
                words = ", ".join(f"{counts[each]} {each}" for each in (CREATED, UPDATED, UNCHANGED))
                self.stdout.write(f"{table}: {words}")
        for problem in outcome.problems[:MOST_SHOWN]:
            self.stderr.write(f"Refused: {problem}")
        left = len(outcome.problems) - MOST_SHOWN
        if left > 0:
            self.stderr.write(f"… and {left} more; --report FILE.json lists them all.")
        if outcome.skipped:
            self.stdout.write(f"Passed over: {len(outcome.skipped)}; --report FILE.json says of each why.")
        if outcome.unknown_names and not outcome.dry_run:
            self.stdout.write(f"Unknown names that wait in the newsroom: {len(outcome.unknown_names)}.")
        if outcome.dry_run:
            self.stdout.write("Dry run: nothing was written.")
        elif not outcome.written:
            self.stdout.write("Nothing was written, because rows were refused. Repair them, or add --keep-going.")
        self.stderr.flush()


class Progress:
    """A bar on a terminal, one plain line per table elsewhere."""

    def __init__(self, stream):
        self.stream = stream
        self.on_terminal = stream.isatty()

    def __call__(self, target: str, done: int, total: int) -> None:
        if self.on_terminal:
            filled = BAR_WIDTH * done // total
            bar = "█" * filled + "·" * (BAR_WIDTH - filled)
            self.stream.write(f"\r{target:14} {bar} {done}/{total}", ending="\n" if done == total else "")
            self.stream.flush()
        elif done == total:
            self.stream.write(f"{target}: checked {total} rows")
