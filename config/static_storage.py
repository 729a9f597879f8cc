"""Static files as readers get them: hashed, compressed, and the style sheets folded into one request."""

from __future__ import annotations

import re

from whitenoise.storage import CompressedManifestStaticFilesStorage

ENTRY = "css/site.css"
IMPORT = re.compile(r'@import "([\w-]+\.css)";\n?')
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


class FoldedStylesheetStorage(CompressedManifestStaticFilesStorage):
    """Replace each import of css/site.css by the sheet it names, without comments, before hashing."""

    def post_process(self, paths, dry_run=False, **options):
        """Fold the entry sheet among the collected paths, then hash and compress as usual."""
        if ENTRY in paths and not dry_run:
            self._write(ENTRY, self._folded(paths))
            paths = {**paths, ENTRY: (self, ENTRY)}
        yield from super().post_process(paths, dry_run, **options)

    def _folded(self, paths) -> str:
        folder = ENTRY.rpartition("/")[0]

        def sheet(match):
            return self._source(paths, f"{folder}/{match[1]}")

        return COMMENT.sub("", IMPORT.sub(sheet, self._source(paths, ENTRY)))

    @staticmethod
    def _source(paths, name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            return file.read().decode()

    def _write(self, name: str, text: str) -> None:
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
