"""Opens a source that is a folder, a single file or a ZIP of either, without trusting the ZIP.

A ZIP is unpacked into a folder of its own. It is refused as a whole, with a sentence that
names the entry, when it could write outside that folder, unpack to far more than it weighs,
or hide something: absolute or climbing paths, links out of the tree, encrypted or nested
archives, devices, two entries of one name, too many or too large entries.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from importers.cells import shortened
from importers.records import UnreadableSource

LARGEST_ARCHIVE = 100_000_000  # bytes, packed
LARGEST_ENTRY = 20_000_000  # bytes, unpacked
LARGEST_TOTAL = 300_000_000  # bytes, unpacked, of everything
MOST_ENTRIES = 30_000  # the largest tree we know has about 10,000 files
MOST_RATIO = 100  # times its packed size; text of these layouts packs 5 to 20 times
FREE_SIZE = 100_000  # bytes below which a high ratio harms nobody
LONGEST_NAME = 240  # characters of a path
DEEPEST = 12  # folders
LONGEST_LINK = 500  # bytes of a link's target

READ_ENDINGS = (".json", ".jsonl", ".toml", ".yml", ".yaml", ".csv", ".eval", ".md")
OWN_ZIPS = (".eval",)  # files that are ZIPs themselves and are read as one, never unpacked
ARCHIVE_ENDINGS = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst", ".7z", ".rar", ".jar", ".whl")
LAYOUT_FOLDERS = frozenset({"data", "models", "providers"})  # first folders of the layouts themselves
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """The folder or single file that `path` means; a ZIP is unpacked and removed afterwards.

    Raises `UnreadableSource` when there is nothing at `path` or the ZIP cannot be trusted.
    """
    if not path.exists():
        raise UnreadableSource(f"{path} does not exist. Name a folder, a file or a ZIP of them.")
    if path.is_dir() or not _looks_like_zip(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        yield unpack(path, Path(folder) / "files")


def _looks_like_zip(path: Path) -> bool:
    if path.suffix.lower() in OWN_ZIPS:
        return False
    return path.suffix.lower() == ".zip" or zipfile.is_zipfile(path)


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack the readable files of a ZIP into the new `folder`; returns where the tree begins.

    A single outer folder, as repository downloads have, is stepped into. Everything is checked
    before the first file is written. Raises `UnreadableSource`; `folder` is then removed.
    """
    if archive.stat().st_size > LARGEST_ARCHIVE:
        raise _refused(archive, f"it is larger than {_megabytes(LARGEST_ARCHIVE)}. Unpack it and name the folder")
    folder.mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as packed:
            entries = _checked_entries(archive, packed)
            _write_files(archive, packed, [each for each in entries if not _is_link(each)], folder)
            _write_links(archive, packed, [each for each in entries if _is_link(each)], folder)
    except UnreadableSource:
        shutil.rmtree(folder)
        raise
    except (*BROKEN, OSError, ValueError) as error:
        shutil.rmtree(folder)
        raise _refused(archive, f"it is damaged or no ZIP ({shortened(str(error))}). Pack it again") from error
    return _inner(folder)


def _refused(archive: Path, reason: str) -> UnreadableSource:
    return UnreadableSource(f"{archive.name} was not unpacked: {reason}.")


def _refused_entry(archive: Path, name: str, reason: str) -> UnreadableSource:
    return _refused(archive, f"its entry “{shortened(name)}” {reason}")


def _megabytes(size: int) -> str:
    return f"{size // 1_000_000} MB"


def _checked_entries(archive: Path, packed: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The entries worth unpacking, after every entry was checked."""
    everything = packed.infolist()
    if len(everything) > MOST_ENTRIES:
        raise _refused(archive, f"it has {len(everything)} entries; at most {MOST_ENTRIES} are taken")
    seen: set[str] = set()
    total = 0
    for entry in everything:
        problem = _entry_problem(entry)
        if problem:
            raise _refused_entry(archive, entry.orig_filename, problem)
        key = posixpath.normpath(entry.filename).casefold()
        if key in seen and not entry.is_dir():
            raise _refused_entry(archive, entry.filename, "appears twice. Keep one of the two")
        seen.add(key)
        total += entry.file_size
    if total > LARGEST_TOTAL:
        raise _refused(archive, f"it unpacks to {_megabytes(total)}; at most {_megabytes(LARGEST_TOTAL)} are taken")
    return [entry for entry in everything if _is_link(entry) or _is_read(entry)]


def _is_read(entry: zipfile.ZipInfo) -> bool:
    """Whether an importer reads such a file; pictures and programs stay packed."""
    if entry.is_dir() or entry.filename.startswith("__MACOSX/"):
        return False
    return entry.filename.lower().endswith(READ_ENDINGS)


def _entry_problem(entry: zipfile.ZipInfo) -> str | None:
    """Why an entry cannot be trusted, as the rest of a sentence, or None."""
    return _name_problem(entry) or _kind_problem(entry) or _size_problem(entry)


def _name_problem(entry: zipfile.ZipInfo) -> str | None:
    name = entry.orig_filename  # the library cuts `filename` at a NUL
    parts = name.rstrip("/").split("/")
    if not name or name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "has an absolute path. Pack it with relative paths"
    if ".." in parts or "\\" in name:
        return "has a path that leaves the folder. Pack it with plain relative paths"
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in name):
        return "has control characters in its name. Rename it"
    if len(name) > LONGEST_NAME or len(parts) > DEEPEST:
        return f"has a path of more than {LONGEST_NAME} characters or {DEEPEST} folders. Shorten it"
    return None


def _kind_problem(entry: zipfile.ZipInfo) -> str | None:
    if entry.flag_bits & 0x1:
        return "is encrypted. Pack it without a password"
    mode = stat.S_IFMT(entry.external_attr >> 16)
    if mode not in (0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
        return "is neither a file, a folder nor a link. Leave it out"
    if entry.filename.lower().endswith(ARCHIVE_ENDINGS):
        return "is an archive itself. Unpack it first, or leave it out"
    return None


def _size_problem(entry: zipfile.ZipInfo) -> str | None:
    if entry.file_size > LARGEST_ENTRY:
        return f"unpacks to {_megabytes(entry.file_size)}; at most {_megabytes(LARGEST_ENTRY)} are taken"
    if entry.file_size > FREE_SIZE and entry.file_size > MOST_RATIO * entry.compress_size:
        return f"unpacks to more than {MOST_RATIO} times its packed size, as archives do that are made to fill a disk"
    if _is_link(entry) and entry.file_size > LONGEST_LINK:
        return "is a link with an endless target. Leave it out"
    return None


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def _write_files(archive: Path, packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo], folder: Path) -> None:
    """Write regular files. The library never reads past the size an entry declares, and checks its sum."""
    for entry in entries:
        target = folder / entry.filename
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(entry) as source, target.open("xb") as copy:
                shutil.copyfileobj(source, copy)
        except (*BROKEN, OSError) as error:
            reason = f"cannot be unpacked ({shortened(str(error))}). Pack the archive again"
            raise _refused_entry(archive, entry.filename, reason) from error


def _write_links(archive: Path, packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo], folder: Path) -> None:
    """Make the links last, so that nothing is ever written through one; each must end inside the tree."""
    made = []
    for entry in entries:
        target = packed.read(entry).decode("utf-8", errors="replace")
        place = posixpath.normpath(posixpath.join(posixpath.dirname(entry.filename), target))
        if target.startswith("/") or "\\" in target or "\x00" in target or place.split("/")[0] == "..":
            raise _link_refused(archive, entry, target)
        link = folder / entry.filename
        link.parent.mkdir(parents=True, exist_ok=True)
        if link.exists() or link.is_symlink():
            raise _refused_entry(archive, entry.filename, "appears twice. Keep one of the two")
        os.symlink(target, link)
        made.append((entry, target, link))
    root = folder.resolve()
    for entry, target, link in made:  # a chain of links may climb where no single one does
        try:
            inside = link.resolve().is_relative_to(root)
        except (OSError, RuntimeError):
            inside = False
        if not inside:
            raise _link_refused(archive, entry, target)


def _link_refused(archive: Path, entry: zipfile.ZipInfo, target: str) -> UnreadableSource:
    reason = f"is a link to “{shortened(target)}”, which is outside the archive. Leave it out"
    return _refused_entry(archive, entry.filename, reason)


def _inner(folder: Path) -> Path:
    """The only folder inside `folder`, if there is nothing else and it is none of the layouts' own."""
    children = list(folder.iterdir())
    if len(children) == 1 and children[0].is_dir() and children[0].name not in LAYOUT_FOLDERS:
        return children[0]
    return folder
