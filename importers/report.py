"""What an import did, row by row and in one line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from importers.records import Place, Problem

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"


def row_outcome(own: str, of_parent: str) -> str:
    """What a row did that also names a parent, as a price names its offering: changing only that is an update."""
    return UPDATED if own == UNCHANGED and of_parent == UPDATED else own


@dataclass(slots=True)
class ImportReport:
    """Counts and messages of one import.

    Every row of a file counts once: under what happened to the record it describes, or as
    rejected. A dry run counts what would happen; when refused rows forbade the writing, nothing
    counts as created or updated. Offerings have no count of their own, they count with the price or speed row
    that names them.
    """

    dry_run: bool = False
    written: bool = False
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: list[Problem] = field(default_factory=list)  # rows passed over on purpose; they count nowhere
    # table → outcome → rows
    tables: dict[str, Counter] = field(default_factory=dict)
    # (offering, data set) → (what it says, against what, where), or None where it agrees with the price in force
    price_conflicts: dict[tuple[int, str], tuple[str, str, str] | None] = field(default_factory=dict)
    # (kind, dataset, name) → [place of the latest sighting, sightings]
    unknown_names: dict[tuple[str, str, str], list] = field(default_factory=dict)

    def count(self, table: str, outcome: str) -> None:
        self.tables.setdefault(table, Counter())[outcome] += 1

    def refuse(self, place: Place, field_name: str, reason: str) -> None:
        """Refuse the row at `place` because of one of its fields ("" for the whole row)."""
        self.problems.append(Problem.at(place, field_name, reason))

    def take_back(self) -> None:
        """Count nothing as created or updated: the transaction was rolled back because of refused rows."""
        for counts in self.tables.values():
            del counts[CREATED], counts[UPDATED]

    def note_unknown(self, kind: str, dataset: str, name: str, place: Place) -> None:
        entry = self.unknown_names.setdefault((kind, dataset, name), [place, 0])
        entry[0] = place
        entry[1] += 1

    def total(self, outcome: str) -> int:
        return sum(counts[outcome] for counts in self.tables.values())

    @property
    def changed(self) -> bool:
        """Whether any row was created or updated."""
        return bool(self.total(CREATED) + self.total(UPDATED))

    @property
    def rejected(self) -> int:
        """Refused rows; a file that could not be read counts as one."""
        return len({(problem.file, problem.line) for problem in self.problems})

    @property
    def last_line(self) -> str:
        counts = [f"{outcome}={self.total(outcome)}" for outcome in (CREATED, UPDATED, UNCHANGED)]
        return " ".join([*counts, f"rejected={self.rejected}"])

    def as_json(self) -> dict:
        """The report as plain data, for `--report`."""
        return {
            "dry_run": self.dry_run,
            "written": self.written,
            "created": self.total(CREATED),
            "updated": self.total(UPDATED),
            "unchanged": self.total(UNCHANGED),
            "rejected": self.rejected,
            "tables": {name: dict(sorted(counts.items())) for name, counts in sorted(self.tables.items())},
            "refused": [
                {"file": each.file, "line": each.line, "column": each.column, "reason": each.reason}
                for each in self.problems
            ],
            "skipped": [{"file": each.file, "line": each.line, "reason": each.reason} for each in self.skipped],
            "notes": self.notes,
            "unknown_names": [
                {"kind": kind, "dataset": dataset, "name": name, "seen_in": str(place), "sightings": times}
                for (kind, dataset, name), (place, times) in sorted(
                    self.unknown_names.items(), key=lambda entry: entry[0]
                )
            ],
        }
