"""“This number is wrong”: the form a reader fills in about one result."""

from __future__ import annotations

from dataclasses import dataclass

from comparisons.pages.base import PageMeta, UnknownPage, absolute
from comparisons.pages.ledger import LedgerRow, ledger
from models_catalog import snapshots
from models_catalog.core import display
from models_catalog.core.specs import PROVISIONAL
from models_catalog.directory import result_place


@dataclass(frozen=True)
class ReportPage:
    """The result in question with everything needed to check it. `sent` after a report was taken."""

    result: int
    model_slug: str
    model_name: str
    line: LedgerRow
    sent: bool

    @property
    def path(self) -> str:
        """Where the form lives and is sent to."""
        return f"/report/{self.result}/"

    @property
    def title(self) -> str:
        """Head of the page."""
        return "Report a number"

    @property
    def crumbs(self) -> list[dict]:
        """Where the page hangs."""
        return [
            {"text": "Models", "href": "/models/"},
            {"text": self.model_name, "href": f"/models/{self.model_slug}/"},
        ]

    @property
    def facts(self) -> list[dict]:
        """What we show of the result."""
        line = self.line
        value = display.benchmark_score(line.row.score, line.benchmark.unit)
        listed = (
            ("Model", self.model_name, None),
            ("Benchmark", line.benchmark.name, None),
            ("Result", f"{value}, withdrawn" if line.withdrawn else value, None),
            ("Settings", line.settings_text, None),
            ("Source", line.source_text, line.row.source_url or None),
            *([("Read", line.read_text.removeprefix("read "), None)] if line.read_text else []),
            ("Date", line.date_text, None),
        )
        return [{"label": label, "text": text, "href": href, "sub": None} for label, text, href in listed]

    @property
    def back(self) -> str:
        """The result on its model's page."""
        return f"/models/{self.model_slug}/#r-{self.result}"

    @property
    def meta(self) -> PageMeta:
        """Head of the page; forms are not for search engines."""
        text = f"Tell the editors that the result of {self.model_name} on {self.line.benchmark.name} is wrong."
        return PageMeta("Report a number", text, absolute(self.path), robots="noindex")


def load_report(result: int, *, sent: bool = False) -> ReportPage:
    """The report form of a public result. Two queries. Raises UnknownPage where there is none."""
    place = result_place(result)
    if place is None:
        raise UnknownPage("result", str(result))
    rows = snapshots.public_results((place.model_slug,))[place.model_slug]
    row = next((row for row in rows if row.id == result), None)
    if row is None:
        raise UnknownPage("result", str(result))
    line = ledger((row,), {place.benchmark.slug: place.benchmark}, PROVISIONAL)[0]
    return ReportPage(result, place.model_slug, place.model_name, line, sent)
