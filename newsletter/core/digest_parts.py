"""The parts of a digest as templates print them: marks, lines, blocks, sections. Pure: no Django."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How much of a section is printed: new models with a line of their own, models with results, results of
    one model, lines of any other section."""

    named: int
    models: int
    results: int
    lines: int


WHOLE = Limits(named=24, models=12, results=8, lines=16)
# Each is shorter than the one before; a mail takes the first that fits.
SHORTER = (
    WHOLE,
    Limits(24, 10, 5, 12),
    Limits(20, 8, 4, 10),
    Limits(16, 6, 3, 8),
    Limits(12, 4, 2, 6),
    Limits(8, 2, 2, 4),
    Limits(4, 1, 1, 2),
)


@dataclass(frozen=True)
class Mark:
    """The change a line tells: its number in the log, and the path of its entry, which has the source."""

    change: int
    permalink: str


@dataclass(frozen=True)
class Line:
    """What is printed on one line, with the changes behind it (several when they read the same).

    `path` leads to the thing itself; empty where it is gone or stands in the heading. `day` is
    empty where the heading has it.
    """

    text: str
    detail: str
    day: str
    path: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Block:
    """Lines under one heading, or lines without one (`title` empty). `more` says what is left out.

    `day` is the day of all of them, or empty. `marks` are the changes the heading itself tells:
    that the model was added.
    """

    title: str
    path: str
    day: str
    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    more: str = ""
    more_path: str = ""


@dataclass(frozen=True)
class Section:
    """One topic of the digest."""

    id: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    more: str = ""
    more_path: str = ""


@dataclass(frozen=True)
class Digest:
    """Everything the mail says. `changes` counts all entries of the period that concern the reader.

    `settled` of them came to nothing within the period.
    """

    title: str
    subject: str
    summary: str
    period: str
    as_of: str
    log_path: str
    sections: tuple[Section, ...]
    changes: int
    settled: int = 0

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block, in order."""
        return tuple(block for section in self.sections for block in section.blocks)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The changes that are printed one by one, in order."""
        return tuple(
            mark
            for block in self.blocks
            for marks in (block.marks, *(line.marks for line in block.lines))
            for mark in marks
        )
