"""What can be taken away as data, whose data it is, and what the site is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings

from comparisons import standing_store
from comparisons.pages.base import PageMeta, absolute
from models_catalog import directory
from models_catalog.core import display
from models_catalog.core.sources import MAKERS, DataSource, sources_of, sources_read

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
    (
        "evenbench.comparison/1",
        "2026-11-29",
        "Each benchmark’s results and difference are those of the two most alike rows: setups (same, different, unknown), "
        "setup_words and counting_favours are new. A result’s measured_on is a day of measuring or null; date and "
        "date_kind hold the source’s date, note what an editor says of it. A ranked model keeps its score beside a thin one.",
    ),
    ("evenbench.board/1", "2026-11-29", "noted_results: how many results of a model carry a note."),
)


@dataclass(frozen=True)
class SourceLine:
    """A data set with the line it asks for and how many public rows name it as the place where they were read.

    A row that names two counts with both. `rows` leaves out those of a collection made from several
    sources: which one a row was found through is not recorded, so none of them is credited with it.
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
    lines, collected, own = _credits(directory.rows_read())
    description = (
        f"All models, benchmarks, results with their sources, prices and standings of {settings.SITE_NAME} as CSV, JSON "
        "and Markdown, with the licence of every source."
    )
    return DataPage(
        downloads=tuple(downloads),
        sources=lines,
        own_rows=own,
        collected=collected,
        revision=standing_store.current_revision(),
        meta=PageMeta(
            title="Data: downloads, sources and licences",
            description=description[:160],
            canonical=absolute(PATH),
            json_ld=json_ld(description),
        ),
    )


def _credits(counted: dict[tuple[str, str], int]) -> tuple[tuple[SourceLine, ...], tuple[Collection, ...], int]:
    """Who is credited with which rows: sources, collections of several, and how many rows are the editors' own."""
    by_source: Counter[DataSource] = Counter()
    collected: Counter[str] = Counter()
    own = 0
    for (dataset, read_at), rows in counted.items():
        named, behind = sources_read(read_at), sources_of(dataset)
        if named:
            by_source.update(dict.fromkeys(named, rows))
        elif read_at.startswith(("github:", "https:")):
            by_source[MAKERS] += rows  # a maker's own repository or page
        elif len(behind) == 1:
            by_source[behind[0]] += rows
        elif behind:
            collected[dataset] += rows
            by_source.update(dict.fromkeys(behind, 0))
        elif dataset != directory.MODEL_FACTS:
            own += rows
    lines = (SourceLine(source, rows) for source, rows in by_source.items())
    sets = (Collection(name, rows, tuple(each.name for each in sources_of(name))) for name, rows in collected.items())
    return (
        tuple(sorted(lines, key=lambda line: (-line.rows, line.source.name))),
        tuple(sorted(sets, key=lambda collection: collection.name)),
        own,
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
