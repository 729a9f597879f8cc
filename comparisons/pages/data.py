"""What can be taken away as data, whose data it is, and what the site is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings

from comparisons import standing_store
from comparisons.pages.base import PageMeta, absolute
from models_catalog import directory
from models_catalog.core import display
from models_catalog.core.sources import DataSource, sources_of

PATH = "/data/"

# (schema, date of its first edition or change, what changed)
SCHEMA_CHANGES = (
    (
        "evenbench.comparison/1",
        "2026-11-25",
        "First edition: a pair with its claims, benchmarks and operational facts.",
    ),
    ("evenbench.board/1", "2026-11-25", "First edition: leaderboard, category and lab boards."),
    ("evenbench.model/1", "2026-11-25", "First edition: a model with its standing and every result."),
    ("evenbench.benchmark/1", "2026-11-25", "First edition: a benchmark with every result."),
)


@dataclass(frozen=True)
class SourceLine:
    """A data set with the line it asks for and how many public rows are known to come from it.

    `rows` leaves out those of a collection made from several sources: which one a row was found
    through is not recorded, so none of them is credited with it.
    """

    source: DataSource
    rows: int

    @property
    def rows_text(self) -> str:
        """How many rows."""
        return display.count(self.rows) if self.rows else "see below"


@dataclass(frozen=True)
class Collection:
    """Rows of a data set that was put together from several sources."""

    name: str
    rows: int
    sources: tuple[str, ...]

    @property
    def words(self) -> str:
        """How many rows, and that they are credited to the collection as a whole."""
        return (
            f"{display.counted(self.rows, 'row')} of the data set “{self.name}” {'was' if self.rows == 1 else 'were'} "
            f"put together from {display.listed(self.sources)}. Which of them a single row was found through is not "
            "recorded; each row names who published its figure."
        )


@dataclass(frozen=True)
class DataPage:
    """Downloads, sources and schemas."""

    downloads: tuple[dict, ...]
    sources: tuple[SourceLine, ...]
    own_rows: int
    collected: tuple[Collection, ...]
    revision: int
    meta: PageMeta

    @property
    def basis(self) -> str:
        """Which state of the data this is."""
        if not self.revision:
            return "Everything on this site can be taken away as data. Nothing has been entered yet."
        return (
            f"Everything on this site can be taken away as data, without a key. This is revision "
            f"{display.count(self.revision)} of the data."
        )

    @property
    def own_words(self) -> str:
        """Rows that came from no data set."""
        return f"{display.counted(self.own_rows, 'further row')} entered by the editors, each with its own source."

    @property
    def schemas(self) -> list[dict]:
        """Changes of the schemas, newest first."""
        return [
            {"name": name, "iso": day, "text": text} for name, day, text in sorted(SCHEMA_CHANGES, key=lambda c: c[1:2])
        ]


def load_data(downloads: Iterable[dict], json_ld: Callable[[str], tuple] = lambda _: ()) -> DataPage:
    """The data page. Two queries. `downloads` are {href, text, note}; `json_ld` gets the description."""
    counted = directory.dataset_counts()
    by_source: dict[str, SourceLine] = {}
    collected = []
    for dataset, rows in sorted(counted.items()):
        sources = sources_of(dataset)
        if len(sources) > 1:
            collected.append(Collection(dataset, rows, tuple(source.name for source in sources)))
        for source in sources:
            known = by_source.get(source.name)
            alone = rows if len(sources) == 1 else 0
            by_source[source.name] = SourceLine(source, alone + (known.rows if known else 0))
    own = sum(rows for dataset, rows in counted.items() if not sources_of(dataset))
    description = (
        f"All models, benchmarks, results with their sources, prices and standings of {settings.SITE_NAME} as CSV, JSON "
        "and Markdown, with the licence of every source."
    )
    return DataPage(
        downloads=tuple(downloads),
        sources=tuple(sorted(by_source.values(), key=lambda line: (-line.rows, line.source.name))),
        own_rows=own,
        collected=tuple(collected),
        revision=standing_store.current_revision(),
        meta=PageMeta(
            title="Data: downloads, sources and licences",
            description=description[:160],
            canonical=absolute(PATH),
            json_ld=json_ld(description),
        ),
    )


@dataclass(frozen=True)
class AboutPage:
    """What the site is, who measures what, and how to tell it that it is wrong."""

    meta: PageMeta


def about_page() -> AboutPage:
    """The page about the site. No query."""
    return AboutPage(
        PageMeta(
            title="About",
            description=f"What {settings.SITE_NAME} is: a catalogue of language models, a ledger of benchmark results with "
            "their sources, and comparisons derived from them.",
            canonical=absolute("/about/"),
        )
    )
