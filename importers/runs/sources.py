"""The files below a path, opened with limits: whole JSON texts, JSON lines, YAML, text.

A reader sees a `RunFile`, which knows its name below the root and its neighbours. A link is
followed inside the root only, and a name that a file mentions is looked up among its
neighbours, never as a path.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from importers.runs.figures import BadRun
from importers.runs.jsonfile import BadJson, JsonFile, line_value
from importers.source_files import BadFile, parse_yaml

LARGEST_JSON = 48_000_000  # bytes of a file read at once
LARGEST_LINES = 2_000_000_000  # bytes of a JSON-lines file, which is read line by line
LONGEST_LINE = 8_000_000  # bytes
LARGEST_TEXT = 1_000_000  # bytes of YAML, Markdown or CSV settings
MOST_FILES = 30_000
DEEPEST = 12  # folders


@dataclass(frozen=True)
class RunFile:
    """One file; `name` is its path below the root, with forward slashes."""

    path: Path
    name: str
    root: Path

    @property
    def base(self) -> str:
        return self.path.name

    def size(self) -> int:
        try:
            return self.path.stat().st_size
        except OSError as error:
            raise BadRun(f"The file cannot be read: {error.strerror}.") from error

    def raw(self, most: int = LARGEST_JSON) -> bytes:
        """All bytes. Raises `BadRun` for a file of more than `most` bytes."""
        if not self.path.is_file():
            raise BadRun("It is no plain file, so it is not read.")
        if self.size() > most:
            raise BadRun(
                f"The file has {self.size() // 1_000_000} MB; at most {most // 1_000_000} MB are read at once."
            )
        try:
            with self.path.open("rb") as source:
                return source.read(most + 1)
        except OSError as error:
            raise BadRun(f"The file cannot be read: {error.strerror}.") from error

    def text(self) -> str:
        """A small text, its byte-order mark taken off."""
        raw = self.raw(LARGEST_TEXT)
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadRun(
                f"Byte {error.start + 1} is 0x{raw[error.start]:02X}, which is not UTF-8. Save it as UTF-8."
            ) from error

    def yaml(self) -> Any:
        """The YAML data of a small file, every scalar as the text it was written with. Raises `BadRun`."""
        return yaml_of(self.text())

    @cached_property
    def json(self) -> JsonFile:
        """The JSON text of the file, its parts not yet built. Raises `BadRun`."""
        try:
            return JsonFile(self.raw())
        except BadJson as error:
            raise BadRun(f"The file {error}.") from error

    def lines(self) -> Iterator[tuple[int, Any]]:
        """(line number, value) of a JSON-lines file; empty lines are passed over. Raises `BadRun`."""
        if self.size() > LARGEST_LINES:
            raise BadRun(f"The file has more than {LARGEST_LINES // 1_000_000_000} GB. Split it.")
        with self.path.open("rb") as source:
            number = 0
            while line := source.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise BadRun(f"Line {number} has more than {LONGEST_LINE // 1_000_000} MB.")
                if line.strip():
                    try:
                        yield number, line_value(line)
                    except BadJson as error:
                        raise BadRun(f"Line {number} {error}.") from error

    def sibling(self, base: str) -> RunFile | None:
        """The file of that plain name in the same folder, or None."""
        if "/" in base or "\\" in base or base in ("", ".", ".."):
            return None
        return _file(self.path.with_name(base), self.root)

    def siblings(self, pattern: str) -> list[RunFile]:
        """Files of the same folder by a pattern of plain names, sorted."""
        found = (_file(path, self.root) for path in sorted(self.path.parent.glob(pattern)))
        return [file for file in found if file is not None]

    def above(self, base: str, levels: int = 3) -> RunFile | None:
        """The file of that name in this folder or one of a few above it, not above the root."""
        folder = self.path.parent
        for _ in range(levels):
            found = _file(folder / base, self.root)
            if found is not None:
                return found
            if folder == self.root or folder == folder.parent:
                return None
            folder = folder.parent
        return None

    def digest(self) -> str:
        """SHA-256 of the file, in hexadecimal digits."""
        with self.path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()


def yaml_of(text: str) -> Any:
    """The data of a YAML text, scalars as written. Raises `BadRun` with the line."""
    try:
        return parse_yaml(text).data
    except BadFile as error:
        where = f"Line {error.line}: " if error.line else ""
        raise BadRun(f"{where}{error}") from error


def _file(path: Path, root: Path) -> RunFile | None:
    """The plain file at `path` when it lies inside the root, links followed."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return None
    if not target.is_file() or not target.is_relative_to(root.resolve()):
        return None
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    return RunFile(path, name, root)


def files_below(path: Path) -> list[RunFile]:
    """The files of a folder and its folders, sorted by name, or the one file that `path` is.

    Raises `BadRun` when there is nothing, or far too much.
    """
    if path.is_file():
        # Neighbours of a single file are read too (settings, item scores), two folders up at most.
        root = path.resolve().parent
        for _ in range(2):
            root = root.parent
        return [RunFile(path.resolve(), path.name, root)]
    if not path.is_dir():
        raise BadRun(f"{path} does not exist or is no file or folder. Name a file, a folder or a ZIP.")
    found: list[RunFile] = []
    for each in sorted(path.rglob("*")):
        if len(each.relative_to(path).parts) > DEEPEST:
            continue
        file = _file(each, path)
        if file is not None:
            found.append(file)
        if len(found) > MOST_FILES:
            raise BadRun(f"{path} holds more than {MOST_FILES} files. Name a smaller folder.")
    return found
