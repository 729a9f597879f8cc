"""Opens single entries of an Inspect `.eval` file: a ZIP whose entries are packed with zstandard.

The standard library's `zipfile` reads the list of entries but not this packing, and a log of
gigabytes must not be unpacked as a whole: an entry is found by its name, checked, and
unpacked to at most the size it declares.
"""

from __future__ import annotations

import struct
import zipfile
import zlib

import zstandard

from importers.runs.figures import BadRun
from importers.runs.sources import RunFile

LARGEST_ENTRY = 40_000_000  # bytes, unpacked; only entries that are asked for
MOST_ENTRIES = 200_000  # a sample an entry
LARGEST_LIST = 64_000_000  # bytes of the list of entries
LARGEST_WINDOW = 2**25  # bytes of memory zstandard may ask for; Inspect's own files need 2**23
MOST_RATIO = 2_000  # zstandard packs text of equal samples far better than deflate
STORED, DEFLATED, ZSTANDARD = 0, 8, 93
HEADER = struct.Struct("<4s5H3I2H")
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, zstandard.ZstdError, struct.error, OSError, ValueError,
          EOFError, NotImplementedError)  # fmt: skip


class EvalZip:
    """The entries of one `.eval` file by name. Raises `BadRun`."""

    def __init__(self, file: RunFile):
        self._path = file.path
        try:
            self._check_size(file)
            with zipfile.ZipFile(file.path) as packed:
                entries = packed.infolist()
        except BROKEN as error:
            raise BadRun(
                "The file is damaged or no .eval log: its list of entries cannot be read. Copy it again."
            ) from error
        self._entries = {entry.filename: entry for entry in entries}
        if len(self._entries) != len(entries):
            raise BadRun("Two entries of the file have one name, as in no log that Inspect writes.")

    @staticmethod
    def _check_size(file: RunFile) -> None:
        """Refuse a list of entries that alone would fill the memory, before it is read."""
        with file.path.open("rb") as source:
            source.seek(max(0, file.size() - 66_000))
            tail = source.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) < at + 22:
            raise BadRun("The file ends in the middle: it has no list of entries. Copy it again.")
        count, size = struct.unpack("<HI", tail[at + 10 : at + 16])
        if (size > LARGEST_LIST and size != 0xFFFFFFFF) or file.size() > 2**32 or count > MOST_ENTRIES:
            raise BadRun("The list of entries of the file is too large to be read.")

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def first(self, folder: str) -> str | None:
        """The smallest entry of a folder, or None."""
        found = [entry for name, entry in self._entries.items() if name.startswith(f"{folder}/")]
        return min(found, key=lambda entry: (entry.file_size, entry.filename)).filename if found else None

    def read(self, name: str) -> bytes:
        """The unpacked bytes of one entry. Raises `BadRun` for a bomb, a lie or damage."""
        entry = self._entries[name]
        if entry.flag_bits & 0x1:
            raise BadRun(f"Its entry {name} is encrypted.")
        if entry.file_size > LARGEST_ENTRY:
            raise BadRun(
                f"Its entry {name} unpacks to {entry.file_size // 1_000_000} MB; "
                f"at most {LARGEST_ENTRY // 1_000_000} MB are read."
            )
        if entry.file_size > 100_000 and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise BadRun(
                f"Its entry {name} unpacks to more than {MOST_RATIO} times its size, as made to fill a memory."
            )
        try:
            raw = self._unpacked(entry)
        except BROKEN as error:
            raise BadRun(f"Its entry {name} is damaged and cannot be unpacked. Copy the file again.") from error
        if len(raw) != entry.file_size or zlib.crc32(raw) != entry.CRC:
            raise BadRun(f"Its entry {name} is not what the list of entries says. Copy the file again.")
        return raw

    def _unpacked(self, entry: zipfile.ZipInfo) -> bytes:
        with self._path.open("rb") as source:
            source.seek(entry.header_offset)
            mark, *_, name_length, extra_length = HEADER.unpack(source.read(HEADER.size))
            if mark != b"PK\x03\x04":
                raise zipfile.BadZipFile("no entry where the list says")
            source.seek(name_length + extra_length, 1)
            if entry.compress_size > LARGEST_ENTRY:
                raise zipfile.BadZipFile("too large")
            packed = source.read(entry.compress_size)
        most = entry.file_size + 1
        if entry.compress_type == STORED:
            return packed
        if entry.compress_type == DEFLATED:
            return zlib.decompressobj(-15).decompress(packed, most)
        if entry.compress_type == ZSTANDARD:
            unpacker = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW)
            with unpacker.stream_reader(packed, read_across_frames=True) as reader:
                return reader.read(most)
        raise zipfile.BadZipFile(f"packing method {entry.compress_type}")
