"""Reads the files of a source tree: text with limits, JSON, TOML and YAML that know their lines.

A `Document` is plain data plus the line each object of it begins on, so that a refusal names
file, line and key path. Nothing here knows a layout or a database.
"""

from __future__ import annotations

import codecs
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from importers.cells import LONGEST_NUMBER, BadCell, parse_number, shortened
from importers.records import Batch, Problem

LARGEST_TEXT = 20_000_000  # bytes of a file
LARGEST_YAML = 1_000_000  # characters; the parser is slow, and the known file has 33 kB
DIGITS_IN_A_ROW = re.compile(rf"(?<![0-9A-Za-z_.])[-+]?[0-9][0-9_.]{{{LONGEST_NUMBER * 4},}}")
LINE_KEY = re.compile(r"""\s*(?:-\s+)?["']?([A-Za-z_][\w.\- ]*?)["']?\s*[:=]""")


class BadFile(Exception):
    """A file that cannot be read to its end; `line` (1 is the first) and `column` where known."""

    def __init__(self, reason: str, line: int | None = None, column: str = ""):
        super().__init__(reason)
        self.line, self.column = line, column


@dataclass(frozen=True, slots=True)
class Document:
    """Data of one file; `lines` tells for the key path of an object which line it begins on."""

    data: Any
    lines: dict[str, int] = field(default_factory=dict)

    def line(self, path: str = "") -> int:
        """The line of the object at the key path, such as “benchmarks[2]”; else of the nearest around it."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0] if not path.endswith("]") else path.rpartition("[")[0]
        return self.lines.get(path, 1)


def tree_files(root: Path, pattern: str, batch: Batch) -> Iterator[tuple[Path, str]]:
    """(path, name relative to `root`) of files, sorted by name; links are followed inside `root` only.

    A link that leads out or nowhere becomes a problem of the batch.
    """
    inside = root.resolve()
    for path in sorted(root.glob(pattern)):
        name = path.relative_to(root).as_posix()
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):
            batch.problems.append(
                Problem(name, None, "", "The file is a link that leads nowhere. Repair or remove it.")
            )
            continue
        if not target.is_relative_to(inside):
            reason = "The file is a link that leads out of the folder. Copy its target into the tree."
            batch.problems.append(Problem(name, None, "", reason))
        elif target.is_file():
            yield path, name


def read_text(path: Path) -> str:
    """The file's text; a byte-order mark is taken off. Raises `BadFile`."""
    try:
        size = path.stat().st_size
        if size > LARGEST_TEXT:
            raise BadFile(f"The file is larger than {LARGEST_TEXT // 1_000_000} MB. Split it.")
        raw = path.read_bytes()
    except OSError as error:
        raise BadFile(f"The file cannot be read: {error.strerror}.") from error
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadFile("The file is UTF-16. Save it as UTF-8 and import again.", 1)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        begins = raw.rfind(b"\n", 0, error.start) + 1
        reason = f"Byte {error.start - begins + 1} of the line is 0x{raw[error.start]:02X}, which is not UTF-8."
        raise BadFile(f"{reason} Save the file as UTF-8 and import again.", line) from error
    _refuse_endless_number(text)
    return text


def _refuse_endless_number(text: str) -> None:
    """No parser is asked to make a number of millions of digits."""
    found = DIGITS_IN_A_ROW.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        key = LINE_KEY.match(text, text.rfind("\n", 0, found.start()) + 1, found.start())
        reason = f"“{shortened(found.group()[:80])}” has {len(found.group())} characters, and is no figure. Correct it."
        raise BadFile(reason, line, key.group(1) if key else "")


def refuse_file(batch: Batch, name: str, error: BadFile) -> None:
    """Report an unreadable file in the batch."""
    batch.problems.append(Problem(name, error.line, error.column, str(error)))


# --- numbers -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoNumber:
    """Stands where a file has NaN, Infinity or a number that is none of ours; reading it is refused."""

    text: str


def _number(text: str) -> Decimal | NoNumber:
    try:
        return parse_number(text.replace("_", ""))
    except BadCell:
        return NoNumber(text)


def refuse_no_numbers(document: Document) -> None:
    """Raise `BadFile` for the first NaN or Infinity of the document, wherever it stands."""
    for path, value in walk(document.data):
        if isinstance(value, NoNumber):
            reason = f"“{shortened(value.text)}” is not a number. Write digits with a point, or leave the key out."
            raise BadFile(reason, document.line(path), path)


def walk(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(key path, value) of everything inside `data`, parents first, in the file's order."""
    yield path, data
    if isinstance(data, dict):
        for key, value in data.items():
            yield from walk(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from walk(value, f"{path}[{index}]")


# --- JSON ----------------------------------------------------------------------------

JSON_MARKS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|\{|\n', re.DOTALL)


def read_json(path: Path) -> Document:
    """The document; numbers are `Decimal`. Raises `BadFile` for doubled keys, NaN and endless numbers."""
    text = read_text(path)
    try:
        data = json.loads(
            text,
            parse_int=_number,
            parse_float=_number,
            parse_constant=NoNumber,
            object_pairs_hook=_unique_keys,
        )
    except json.JSONDecodeError as error:
        raise BadFile(f"The line is not valid JSON: {error.msg} at character {error.colno}.", error.lineno) from error
    except RecursionError as error:
        raise BadFile("The file nests its values too deeply.") from error
    document = Document(data, _json_lines(text, data))
    _refuse_doubled_keys(document)
    refuse_no_numbers(document)
    return document


class _Doubled(dict):
    """An object in which a key appeared twice; `key` is that key."""

    key = ""


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    names = [key for key, _ in pairs]
    doubled = _Doubled(plain)
    doubled.key = next(key for key in names if names.count(key) > 1)
    return doubled


def _refuse_doubled_keys(document: Document) -> None:
    for path, value in walk(document.data):
        if isinstance(value, _Doubled):
            where = f"{path}.{value.key}" if path else value.key
            raise BadFile("The key appears twice. Keep one of the two.", document.line(path), where)


def _json_lines(text: str, data: Any) -> dict[str, int]:
    """Line of each object. The n-th opening brace of the text is the n-th object of the data, parents first.

    With doubled keys that does not hold; the first one is then named roughly.
    """
    lines, line = [], 1
    for mark in JSON_MARKS.finditer(text):
        if mark.group() == "{":
            lines.append(line)
        else:
            line += mark.group().count("\n")
    paths = (path for path, value in walk(data) if isinstance(value, dict))
    return dict(zip(paths, lines, strict=False))


# --- TOML ----------------------------------------------------------------------------

TOML_HEADER = re.compile(r"\s*\[(\[?)\s*([\w.\-\"' ]+?)\s*\]\]?\s*(?:#.*)?$")
TOML_KEY = re.compile(r"\s*([\w\-]+)\s*=")


def read_toml(path: Path) -> Document:
    """The document; numbers with a point are `Decimal`. Raises `BadFile`."""
    text = read_text(path)
    try:
        data = tomllib.loads(text, parse_float=_number)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        number = int(line.group(1)) if line else text.count("\n") + 1
        raise BadFile(f"The line is not valid TOML: {shortened(str(error))}.", number) from error
    except (RecursionError, ValueError) as error:
        raise BadFile(f"The file is not valid TOML: {shortened(str(error))}.") from error
    document = Document(data, _toml_lines(text))
    refuse_no_numbers(document)
    return document


def _toml_lines(text: str) -> dict[str, int]:
    """Line of each table, of each entry of an array of tables, and of the keys in them."""
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        header = TOML_HEADER.match(line)
        if header:
            table = header.group(2).replace('"', "").replace("'", "")
            if header.group(1):
                counts[table] = counts.get(table, -1) + 1
                table = f"{table}[{counts[table]}]"
            lines.setdefault(table, number)
        elif key := TOML_KEY.match(line):
            lines.setdefault(f"{table}.{key.group(1)}" if table else key.group(1), number)
    return lines


# --- YAML ----------------------------------------------------------------------------


def read_yaml(path: Path) -> Document:
    """The document of a file, as `parse_yaml`. Raises `BadFile`."""
    return parse_yaml(read_text(path))


def parse_yaml(text: str) -> Document:
    """The document, every scalar as the text it was written with ("" for null).

    Nothing is constructed from tags, so no tag can run anything. Anchors and aliases are
    refused, because a few of them expand to gigabytes. Raises `BadFile`.
    """
    if len(text) > LARGEST_YAML:
        raise BadFile(f"The file has more than {LARGEST_YAML:,} characters. Split it.")
    try:
        _refuse_anchors(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        document = Document(None, {})
        return Document(_plain(node, "", document.lines), document.lines)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = shortened(getattr(error, "problem", None) or str(error))
        raise BadFile(f"The line is not valid YAML: {reason}.", mark.line + 1 if mark else None) from error
    except RecursionError as error:
        raise BadFile("The file nests its values too deeply.") from error


def _refuse_anchors(text: str) -> None:
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if getattr(event, "anchor", None) is not None:
            line = event.start_mark.line + 1
            raise BadFile(f"“{shortened(event.anchor)}” is an anchor or alias. Write the values out.", line)


def _plain(node: yaml.Node | None, path: str, lines: dict[str, int]) -> Any:
    """The node as dicts, lists and texts, noting lines on the way."""
    if node is None:
        return None
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, f"{path}[{index}]", lines) for index, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, child in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            where = f"{path}.{name}" if path else name
            if name in found:
                raise BadFile("The key appears twice. Keep one of the two.", key.start_mark.line + 1, where)
            found[name] = _plain(child, where, lines)
        return found
    return "" if node.tag == "tag:yaml.org,2002:null" else node.value


def read_each(
    files: Iterable[tuple[Path, str]],
    reader: Callable[[Path], Document],
    batch: Batch,
    unread: Callable[[str], None] = lambda name: None,
) -> Iterator[tuple[str, Document]]:
    """(name, document) of every file that can be read.

    The others become problems of the batch; `unread` is told their names.
    """
    for path, name in files:
        try:
            document = reader(path)
        except BadFile as error:
            refuse_file(batch, name, error)
            unread(name)
        else:
            yield name, document
