"""Fixtures that several test files of this app share."""

import pytest

from importers import formats
from importers.apply import apply_batch


@pytest.fixture
def take(tmp_path):
    """Import files given by name as text or bytes; returns the report."""
    turns = iter(range(1000))

    def run(*, options=None, **files):
        folder = tmp_path / f"source-{next(turns)}"
        folder.mkdir()
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (folder / f"{name}.csv").write_bytes(data)
        return apply_batch(formats.read("csv", folder), reason="Test", **(options or {}))

    return run
