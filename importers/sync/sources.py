"""The live sources: where each is, what it gives, how often it is worth asking, and how it is fetched.

An address stands here or in the setting SYNC_ADDRESSES (for mirrors and tests), never in data: what a
list names is only ever appended to its source's own address, and only if it is a plain name.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from django.conf import settings

from importers.sync.download import Downloaded, DownloadError, Validators
from models_catalog.core import sources as credited

PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}")
REPOSITORY = re.compile(rf"{PLAIN_NAME.pattern}/{PLAIN_NAME.pattern}")
PACKED_ON = (1980, 1, 1, 0, 0, 0)  # the same files make the same archive
MB = 1_000_000


class Get(Protocol):
    """What a source downloads with: an address, and what an earlier answer said about its version."""

    def __call__(self, address: str, validators: Validators = ...) -> Downloaded: ...


@dataclass(frozen=True)
class LiveSource:
    """One file at one address. `reader` is a format of `importers.formats`, `days` how often it is asked.

    `gives` says in words what it brings, `has_prices` whether trusting it with prices means anything.
    """

    key: str
    name: str
    address: str
    reader: str
    file_name: str
    licence: str
    attribution: str
    gives: str
    days: int
    has_prices: bool = False
    starts_enabled: bool = True

    @property
    def where(self) -> str:
        """The address in force."""
        return settings.SYNC_ADDRESSES.get(self.key, self.address)

    def fetch(self, get: Get, validators: Validators) -> Downloaded:
        """The file, or `content` None where the source says that nothing is new. Raises DownloadError."""
        return get(self.where, validators)


@dataclass(frozen=True)
class PagedSource(LiveSource):
    """A table that the Hugging Face data set viewer hands out in pages, joined to one document."""

    tables: tuple[str, ...] = ()  # SUBSET/CATEGORY
    dataset: str = ""
    page: int = 100  # the most that the viewer hands out at once
    most_pages: int = 60

    def fetch(self, get: Get, validators: Validators) -> Downloaded:
        """Every page of every table as {"subset/category": [row, …]}."""
        found = {table: list(self._rows(get, table)) for table in self.tables}
        return Downloaded(json.dumps(found, indent=1, ensure_ascii=False).encode(), Validators())

    def _rows(self, get: Get, table: str) -> Iterator[Mapping]:
        subset, _, category = table.partition("/")
        asked = {"dataset": self.dataset, "config": subset, "split": "latest", "where": f"\"category\"='{category}'"}
        total, offset = 1, 0
        while offset < total:
            page = urlencode({**asked, "offset": offset, "length": self.page})
            document = _json_object(get(f"{self.where}?{page}").content, self.name)
            rows, total = document.get("rows"), document.get("num_rows_total")
            if not isinstance(rows, list) or not isinstance(total, int) or document.get("partial"):
                raise DownloadError(f"{self.name} sent no whole page of “{table}”; the layout may have changed.")
            if (not rows and offset < total) or total > self.page * self.most_pages:
                raise DownloadError(f"{self.name} says “{table}” has {total} rows and does not hand them out.")
            yield from (row["row"] for row in rows if isinstance(row, dict) and isinstance(row.get("row"), dict))
            offset += self.page


@dataclass(frozen=True)
class ListedSource(LiveSource):
    """Many small files below one address, named by a list there; packed as one archive."""

    list_name: str = ""
    list_keys: tuple[str, ...] = ()
    member: str = ""  # of each file, with {} for a name of the list
    most_files: int = 500

    def fetch(self, get: Get, validators: Validators) -> Downloaded:
        """The list and its files; unchanged where the list is not enough to tell, so all are asked."""
        document = _json_object(get(f"{self.where}{self.list_name}").content, self.name)
        names = [name for key in self.list_keys for name in document.get(key) or [] if isinstance(name, str)]
        if not names:
            raise DownloadError(f"{self.name} lists no files any more; the layout may have changed.")
        if len(names) > self.most_files or not all(PLAIN_NAME.fullmatch(name) for name in names):
            raise DownloadError(f"{self.name} lists {len(names)} files, or names that are none; nothing was fetched.")
        files = {self.member.format(name): get(f"{self.where}{self.member.format(name)}").content for name in names}
        return Downloaded(packed(files), Validators())


@dataclass(frozen=True)
class HubSource(LiveSource):
    """Model cards and `.eval_results` of the Hugging Face repositories that SYNC_HUGGING_FACE names."""

    def fetch(self, get: Get, validators: Validators) -> Downloaded:
        """The card of each repository and the files of its folder of results."""
        names = list(settings.SYNC_HUGGING_FACE)
        wrong = [name for name in names if not REPOSITORY.fullmatch(name)]
        if wrong or not names:
            what = f"“{wrong[0]}” is no repository" if wrong else "No repository is named"
            raise DownloadError(f"{what}. Set SYNC_HUGGING_FACE to OWNER/NAME, separated by commas.")
        files: dict[str, bytes | None] = {}
        for name in names:
            files[f"models/{name}/README.md"] = get(f"{self.where}/{name}/raw/main/README.md").content
            for path in self._results(get, name):
                files[f"models/{name}/{path}"] = get(f"{self.where}/{name}/raw/main/{path}").content
        return Downloaded(packed(files), Validators())

    def _results(self, get: Get, name: str) -> list[str]:
        """The paths of the result files; most repositories have no such folder, and answer 404."""
        try:
            content = get(f"{self.where}/api/models/{name}/tree/main/.eval_results").content
        except DownloadError as error:
            if "answered 404" in str(error):
                return []
            raise
        listed = _parsed(content, self.name)
        paths = [each.get("path") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        folder = re.compile(rf"\.eval_results/{PLAIN_NAME.pattern}\.ya?ml")
        return sorted(path for path in paths if isinstance(path, str) and folder.fullmatch(path))


def _parsed(content: bytes | None, name: str):
    try:
        return json.loads(content or b"")
    except (ValueError, RecursionError):
        raise DownloadError(f"{name} sent something else than JSON; the layout may have changed.") from None


def _json_object(content: bytes | None, name: str) -> dict:
    document = _parsed(content, name)
    if not isinstance(document, dict):
        raise DownloadError(f"{name} sent no JSON object; the layout may have changed.")
    return document


def packed(files: Mapping[str, bytes | None]) -> bytes:
    """A ZIP of files by name; the same files give the same bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(files):
            target.writestr(zipfile.ZipInfo(name, PACKED_ON), files[name] or b"", zipfile.ZIP_DEFLATED)
    return archive.getvalue()


GITHUB = "https://raw.githubusercontent.com"
MODELS_DEV_LINE = "models.dev, © 2025 models.dev, MIT."

SOURCES: tuple[LiveSource, ...] = (
    LiveSource(
        key="models-dev",
        name="models.dev (api.json)",
        address="https://models.dev/api.json",
        reader="models-dev-api",
        file_name="api.json",
        licence="MIT",
        attribution=MODELS_DEV_LINE,
        gives="who serves which model at which prices",
        days=1,
        has_prices=True,
    ),
    LiveSource(
        key="models-dev-archive",
        name="models.dev (repository)",
        address="https://codeload.github.com/anomalyco/models.dev/zip/refs/heads/dev",
        reader="models-dev",
        file_name="models.dev.zip",
        licence="MIT",
        attribution=MODELS_DEV_LINE,
        gives="models with their facts, and results",
        days=7,
        starts_enabled=False,
    ),
    LiveSource(
        key="litellm",
        name="LiteLLM",
        address=f"{GITHUB}/BerriAI/litellm/main/model_prices_and_context_window.json",
        reader="litellm",
        file_name="model_prices_and_context_window.json",
        licence="MIT",
        attribution="LiteLLM, © 2023 Berri AI, MIT.",
        gives="prices, with batch, tier, cache and audio prices",
        days=1,
        has_prices=True,
    ),
    LiveSource(
        key="openrouter",
        name="OpenRouter",
        address="https://openrouter.ai/api/v1/models",
        reader="openrouter",
        file_name="models.json",
        licence="terms of OpenRouter",
        attribution="Prices of OpenRouter, openrouter.ai.",
        gives="OpenRouter's own prices",
        days=1,
        has_prices=True,
    ),
    LiveSource(
        key="epoch",
        name="Epoch AI",
        address="https://epoch.ai/data/benchmark_data.zip",
        reader="epoch",
        file_name="benchmark_data.zip",
        licence=credited.EPOCH.licence,
        attribution=credited.EPOCH.line,
        gives="results of Epoch's own runs and of boards it copies",
        days=7,
    ),
    PagedSource(
        key="arena",
        name="Arena",
        address="https://datasets-server.huggingface.co/filter",
        reader="arena",
        file_name="arena.json",
        licence=credited.ARENA.licence,
        attribution=credited.ARENA.line,
        gives="ratings from blind votes",
        days=7,
        dataset="lmarena-ai/leaderboard-dataset",
        tables=(
            *("text/overall", "text/coding", "text/hard_prompts", "text/instruction_following"),
            *("text/chinese", "text/spanish", "vision/overall", "document/overall", "webdev/overall"),
        ),
    ),
    LiveSource(
        key="aider",
        name="Aider",
        address=f"{GITHUB}/Aider-AI/aider/main/aider/website/_data/polyglot_leaderboard.yml",
        reader="aider",
        file_name="polyglot_leaderboard.yml",
        licence="Apache-2.0",
        attribution="Aider LLM leaderboards, Apache-2.0.",
        gives="results of Aider's polyglot exercises",
        days=7,
    ),
    ListedSource(
        key="tau2-bench",
        name="τ²-bench",
        address=f"{GITHUB}/sierra-research/tau2-bench/main/web/leaderboard/public/submissions/",
        reader="tau2-bench",
        file_name="submissions.zip",
        licence="MIT",
        attribution="τ-bench leaderboard, Sierra, MIT.",
        gives="submissions to the board of agents that serve customers",
        days=7,
        list_name="manifest.json",
        list_keys=("submissions", "legacy_submissions"),
        member="{}/submission.json",
    ),
    LiveSource(
        key="benchpress",
        name="BenchPress",
        address=f"{GITHUB}/microsoft/benchpress/main/website/data.json",
        reader="benchpress",
        file_name="data.json",
        licence=credited.BENCHPRESS.licence,
        attribution=credited.BENCHPRESS.line,
        gives="figures that makers published, each with its page",
        days=7,
    ),
    HubSource(
        key="hugging-face",
        name="Hugging Face",
        address="https://huggingface.co",
        reader="hugging-face",
        file_name="hugging-face.zip",
        licence="of each repository",
        attribution="Results on huggingface.co, each with its repository.",
        gives="results in model cards and .eval_results of the repositories you name",
        days=7,
        starts_enabled=False,
    ),
)
BY_KEY = {source.key: source for source in SOURCES}
