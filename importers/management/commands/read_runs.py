"""`read_runs FORMAT PATH [--json]`: what files of evaluation tools state, and what would become of it.

Writes nothing and asks no database. The form of the JSON is described in docs/own_runs.md.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from importers import runs
from importers.runs.figures import Figure, Reading

MOST_PROBLEMS = 20  # printed without --json


class Command(BaseCommand):
    help = "Print the figures that files of evaluation tools state. Nothing is written."
    requires_system_checks = []

    def add_arguments(self, parser):
        names = ", ".join([runs.AUTO, *runs.FORMATS])
        parser.add_argument("format", metavar="FORMAT", help=f"one of: {names}")
        parser.add_argument("path", metavar="PATH", type=Path, help="a file, a folder or a ZIP of them")
        parser.add_argument("--json", action="store_true", help="print JSON, one object for all that was read")

    def handle(self, *, path: Path, **options):
        try:
            reading = runs.read(options["format"], path)
        except runs.BadRun as error:
            if options["json"]:
                nothing = Reading(options["format"], str(path), problems=((str(path), str(error)),))
                self.stdout.write(json.dumps(nothing.as_json(), indent=1))
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(reading.as_json(), indent=1))
        else:
            self._tell(reading)
        if reading.problems:
            self.stdout.flush()
            sys.exit(1)

    def _tell(self, reading: Reading) -> None:
        for figure in reading.figures:
            self.stdout.write(line_of(figure))
        for file, reason in reading.problems[:MOST_PROBLEMS]:
            self.stderr.write(f"Refused: {file}: {reason}")
        taken = sum(figure.is_taken for figure in reading.figures)
        self.stdout.write(f"figures={len(reading.figures)} taken={taken} refused_files={len(reading.problems)}")


def line_of(figure: Figure) -> str:
    """One figure in one line, for people."""
    score = "no figure" if figure.score is None else f"{figure.score:.6g} {figure.unit}"
    error = "" if figure.stderr is None else f" ± {figure.stderr:.3g} (standard error)"
    of = f" of {figure.items_in_set}" if figure.items_in_set is not None else ""
    items = "" if figure.items is None else f", {figure.items}{of} questions"
    name = " / ".join(part for part in (figure.benchmark, figure.metric, figure.filter, figure.reducer) if part)
    partial = f", partial: {'; '.join(figure.partial_because)}" if figure.partial else ""
    why = f" ({figure.why})" if figure.why else ""
    return f"{figure.take}: {figure.model or 'model not named'}, {name}: {score}{error}{items}{partial}{why}"
