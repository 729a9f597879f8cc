"""ZIP archives as sources: what is unpacked, and what is refused before anything is written."""

import io
import os
import stat
import struct
import tempfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import archives
from importers.records import UnreadableSource

LINK = (stat.S_IFLNK | 0o777) << 16
FILES = {"models/a/x.toml": b"x = 1\n", "picture.png": b"hello"}


def pack(path, files, *, compress=zipfile.ZIP_DEFLATED, attributes=None):
    """A ZIP of (name, content) pairs or a dict; `attributes` sets the kind of single entries."""
    with zipfile.ZipFile(path, "w", compress) as packed:
        for name, content in files.items() if isinstance(files, dict) else files:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = compress
            entry.external_attr = (attributes or {}).get(name, (stat.S_IFREG | 0o644) << 16)
            packed.writestr(entry, content)
    return path


def refusal(tmp_path, files, **options):
    """The sentence with which an archive is refused; nothing may be left of it."""
    archive = pack(tmp_path / "a.zip", files, **options)
    with pytest.raises(UnreadableSource) as problem:
        archives.unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.zip"]
    return str(problem.value)


def test_readable_files_are_unpacked_and_others_left(tmp_path):
    tree = archives.unpack(pack(tmp_path / "a.zip", FILES), tmp_path / "out")
    assert [each.relative_to(tree).as_posix() for each in tree.rglob("*") if each.is_file()] == ["models/a/x.toml"]


def test_single_outer_folder_is_stepped_into_but_not_one_of_the_layout(tmp_path):
    outer = archives.unpack(pack(tmp_path / "a.zip", {"repo-main/data/a.json": b"{}"}), tmp_path / "one")
    assert (outer / "data/a.json").is_file()
    inner = archives.unpack(pack(tmp_path / "b.zip", {"models/a/b/model.json": b"{}"}), tmp_path / "two")
    assert (inner / "models/a/b/model.json").is_file()


def test_temporary_folder_is_removed_also_after_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    archive = pack(tmp_path / "a.zip", FILES)
    with archives.opened(archive) as tree:
        assert (tree / "models").is_dir()
    with pytest.raises(ZeroDivisionError), archives.opened(archive):
        raise ZeroDivisionError
    with pytest.raises(UnreadableSource), archives.opened(pack(tmp_path / "b.zip", {"../x.json": b""})):
        pass
    assert list((tmp_path / "temporary").iterdir()) == []


def test_folder_and_file_are_handed_on_as_they_are(tmp_path):
    file = tmp_path / "board.yml"
    file.write_text("- 1\n")
    with archives.opened(file) as same, archives.opened(tmp_path) as folder:
        assert (same, folder) == (file, tmp_path)
    with pytest.raises(UnreadableSource, match="does not exist"), archives.opened(tmp_path / "nothing"):
        pass


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/etc/x.json", "absolute path"),
        ("C:/x.json", "absolute path"),
        ("../x.json", "leaves the folder"),
        ("a/../../x.json", "leaves the folder"),
        ("a\\..\\x.json", "leaves the folder"),
        ("a/b\n.json", "control characters"),
        ("a/" * 20 + "x.json", "folders"),
        ("x" * 300 + ".json", "characters"),
        ("inner.zip", "archive itself"),
        ("data/inner.TAR", "archive itself"),
        ("data/x.json.gz", "archive itself"),
    ],
)
def test_untrusted_name_is_refused_by_name(tmp_path, name, reason):
    sentence = refusal(tmp_path, {"good.json": b"{}", name: b"{}"})
    assert reason in sentence
    assert f"“{' '.join(name.split())[:20]}" in sentence


def test_name_with_a_nul_is_refused(tmp_path):
    archive = pack(tmp_path / "a.zip", {"goodX.json": b"{}"})
    archive.write_bytes(archive.read_bytes().replace(b"goodX", b"good\x00"))
    with pytest.raises(UnreadableSource, match="control characters"):
        archives.unpack(archive, tmp_path / "out")


def test_zip_bomb_is_refused_by_its_ratio(tmp_path):
    assert "times its packed size" in refusal(tmp_path, {"bomb.json": b"0" * 5_000_000})


def test_entry_and_whole_are_limited(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_ENTRY", 3_000_000)
    noise = os.urandom(3_500_000)
    assert "“big.json” unpacks to 3 MB" in refusal(tmp_path, {"big.json": noise})
    monkeypatch.setattr(archives, "LARGEST_ENTRY", 9_000_000)
    monkeypatch.setattr(archives, "LARGEST_TOTAL", 5_000_000)
    assert "at most 5 MB" in refusal(tmp_path, {"a.json": noise, "b.json": noise})


def test_too_many_entries_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_ENTRIES", 10)
    assert "11 entries" in refusal(tmp_path, {f"{number}.json": b"" for number in range(11)})


def test_too_large_archive_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_ARCHIVE", 10)
    assert "larger than" in refusal(tmp_path, FILES)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["a/x.json", "A/X.json", "a//x.json"])
def test_two_entries_of_one_name_are_refused(tmp_path, second):
    assert "appears twice" in refusal(tmp_path, [("a/x.json", b"1"), (second, b"2")])


def test_encrypted_entry_is_refused(tmp_path):
    archive = pack(tmp_path / "a.zip", {"x.json": b"{}"})
    raw = bytearray(archive.read_bytes())
    at = raw.index(b"PK\x01\x02") + 8
    raw[at : at + 2] = struct.pack("<H", 1)
    archive.write_bytes(raw)
    with pytest.raises(UnreadableSource, match=r"“x\.json” is encrypted"):
        archives.unpack(archive, tmp_path / "out")


def test_device_is_refused(tmp_path):
    sentence = refusal(tmp_path, {"x.json": b""}, attributes={"x.json": (stat.S_IFCHR | 0o666) << 16})
    assert "neither a file, a folder nor a link" in sentence


def test_link_inside_the_tree_is_kept(tmp_path):
    files = {"a/x.toml": b"x = 1\n", "b/y.toml": b"../a/x.toml"}
    tree = archives.unpack(pack(tmp_path / "a.zip", files, attributes={"b/y.toml": LINK}), tmp_path / "out")
    assert (tree / "b/y.toml").read_text() == "x = 1\n"


@pytest.mark.parametrize("target", ["/etc/passwd", "../../etc/passwd", "../..", "a\\b"])
def test_link_out_of_the_tree_is_refused(tmp_path, target):
    sentence = refusal(tmp_path, {"a/x.toml": target.encode()}, attributes={"a/x.toml": LINK})
    assert "outside the archive" in sentence
    assert "“a/x.toml”" in sentence


def test_chain_of_links_that_climbs_out_is_refused(tmp_path):
    files = {"a/b/c/x.json": b"{}", "up.toml": b"a/b/c", "a/out.toml": b"../up.toml/../../../../../etc"}
    links = {"up.toml": LINK, "a/out.toml": LINK}
    assert "outside the archive" in refusal(tmp_path, files, attributes=links)


def test_nothing_is_written_through_a_link(tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    files = [("a", str(outside).encode()), ("a/x.json", b"{}")]
    refusal(tmp_path, files, attributes={"a": LINK})
    assert list(outside.iterdir()) == []


def test_damaged_archive_is_refused_by_entry(tmp_path):
    archive = pack(tmp_path / "a.zip", {"x.json": b'{"a": 12345}'}, compress=zipfile.ZIP_STORED)
    archive.write_bytes(archive.read_bytes().replace(b"12345", b"54321"))
    with pytest.raises(UnreadableSource, match=r"“x\.json” cannot be unpacked"):
        archives.unpack(archive, tmp_path / "out")


def test_file_that_is_no_zip_is_refused(tmp_path):
    archive = tmp_path / "a.zip"
    archive.write_bytes(b"PK\x03\x04 and nothing else")
    with pytest.raises(UnreadableSource, match="damaged or no ZIP"):
        archives.unpack(archive, tmp_path / "out")


@given(st.binary(min_size=1, max_size=40), st.integers(min_value=0, max_value=200))
def test_spoiled_archive_is_unpacked_inside_or_refused(tmp_path_factory, noise, at):
    folder = tmp_path_factory.mktemp("spoiled")
    content = io.BytesIO()
    pack(content, {"a/x.json": b"{}" * 20, "b/y.toml": b"x = 1\n"})
    raw = bytearray(content.getvalue())
    raw[at : at + len(noise)] = noise
    (folder / "a.zip").write_bytes(raw)
    try:
        tree = archives.unpack(folder / "a.zip", folder / "out")
    except UnreadableSource as problem:
        assert str(problem).endswith(".")
        assert not (folder / "out").exists()
    else:
        assert all(each.resolve().is_relative_to(folder / "out") for each in tree.rglob("*"))
    assert {each.name for each in folder.iterdir()} <= {"a.zip", "out"}
