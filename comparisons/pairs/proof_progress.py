"""How far a run of check_verdicts has come: kept in a file, so that a run that was stopped can go on.

A file belongs to one question: a lane of one snapshot on one day, the same version of the code and
the same pairs. To any other it gives nothing, so no result of older data or rules is ever believed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from comparisons.core.laws_case import Contradiction
from comparisons.pairs.verdict_check import Found, Tally


@dataclass
class Progress:
    """The parts that are done, by number; `save` writes them, `path` None keeps nothing."""

    path: Path | None
    question: Mapping[str, Any]
    done: dict[int, Tally] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None, question: Mapping[str, Any]) -> Progress:
        """What an earlier run left about the same question; nothing where it asked another or left no file.

        Raises ValueError for a file that is none of ours, so that it is not overwritten.
        """
        progress = cls(path, dict(question))
        if path is None or not path.exists():
            return progress
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            known, parts = stored["question"], stored["done"]
            done = {int(number): _tally(part) for number, part in parts.items()}
        except (ValueError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
            raise ValueError(f"{path} holds no progress of check_verdicts. Name another file.") from error
        if known == progress.question:
            progress.done = done
        return progress

    def add(self, tally: Tally) -> None:
        """Note a part that is done, and write everything so far."""
        self.done[tally.part] = tally
        if self.path is None:
            return
        stored = {"question": self.question, "done": {number: asdict(part) for number, part in self.done.items()}}
        beside = self.path.with_name(f"{self.path.name}.new")
        beside.write_text(json.dumps(stored), encoding="utf-8")
        os.replace(beside, self.path)

    def finish(self) -> None:
        """Forget the parts: the run has ended."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def _tally(stored: dict) -> Tally:
    found = tuple(Found(f["pair"], f["where"], Contradiction(*f["contradiction"])) for f in stored["found"])
    return Tally(**{**stored, "found": found})


def remaining(done: int, of: int, seconds: float) -> str:
    """The time the rest will take at the pace so far, in words; empty before there is a pace."""
    if not done or seconds <= 0:
        return ""
    left = seconds * (of - done) / done
    return f", about {left / 60:.0f} min left" if left >= 90 else f", about {left:.0f} s left"
