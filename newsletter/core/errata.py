"""What a correction of a sent issue says: the lines it concerns, as they were sent. Pure: no Django.

The words of what was wrong are the manager's note; everything else comes from the frozen snapshot
of the issue, so a correction quotes exactly what readers got.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newsletter.core import digest
from newsletter.core.digest_parts import Block, Digest, Line, Mark
from newsletter.core.periods import Period


@dataclass(frozen=True)
class SentLine:
    """A line of a sent issue, whole without the heading above it. `section` is where it stood."""

    section: str
    text: str
    detail: str
    day: str
    path: str
    marks: tuple[Mark, ...]

    @property
    def changes(self) -> tuple[int, ...]:
        """Numbers of the changes behind it."""
        return tuple(mark.change for mark in self.marks)

    @property
    def key(self) -> str:
        """Its name in a form."""
        return ",".join(str(number) for number in self.changes)


@dataclass(frozen=True)
class Erratum:
    """A correction. `lines` may be empty: then the note says all of it."""

    title: str
    period: str
    lines: tuple[SentLine, ...]

    @property
    def subject(self) -> str:
        """The subject says that it corrects, and repeats nothing that was wrong."""
        return self.title


def sent_lines(told: Digest) -> tuple[SentLine, ...]:
    """Every line of an issue that has a number, in its order."""
    found = []
    for section in told.sections:
        for block in section.blocks:
            found += [_whole(section.title, block, line) for line in block.lines if line.marks]
    return tuple(found)


def _whole(section: str, block: Block, line: Line) -> SentLine:
    text = f"{block.title}: {line.text}" if block.title else line.text
    return SentLine(section, text, line.detail, line.day or block.day, line.path or block.path, line.marks)


def concerned(told: Digest, changes: Iterable[int]) -> tuple[SentLine, ...]:
    """The lines that tell one of `changes`."""
    wanted = set(changes)
    return tuple(line for line in sent_lines(told) if wanted.intersection(line.changes))


def snapshot_of(corrected: str, changes: Sequence[int]) -> dict:
    """Plain data of a correction: the slug of the issue, the numbers of the changes it concerns."""
    return {"version": digest.SNAPSHOT_VERSION, "erratum": {"of": corrected, "changes": sorted(set(changes))}}


def erratum_of(sent: Mapping[str, Any], period: Period, number: int, chosen: Mapping[str, Any]) -> Erratum:
    """The `number`th correction of the issue whose snapshot is `sent`."""
    told = digest.build(sent)
    ordinal = "" if number == 1 else f" {number}"
    return Erratum(
        title=f"Correction{ordinal} to the issue of {period.text}",
        period=period.text,
        lines=concerned(told, chosen["changes"]) if told is not None else (),
    )
