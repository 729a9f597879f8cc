"""The leaderboard: who stands where, how sure that is, and who has no rank and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from comparisons import standing_store
from comparisons.boards import board, filter_form
from comparisons.boards.board import Board
from comparisons.boards.filters import BoardFilters
from comparisons.boards.lacking import conditions, young_catalogue
from comparisons.boards.weights_form import WeightsForm
from comparisons.pages.as_of import FIRST_DAY
from comparisons.pages.base import PageMeta, absolute, lane_links, shortened
from comparisons.pages.parts import Link
from models_catalog.core import display

PATH = "/leaderboard/"
RANKED_NOTE = (
    "A dash: no result of its own there. Two models whose bands overlap much are too close to call; "
    "open the pair to see how sure we are. The price filter and the order by price blend 3 parts input with 1 part output."
)
TRACKED_LEAD = (
    "Newest first. These models have a page and can be compared. What each lacks for a rank stands beside it; "
    "an open band is an estimate."
)


@dataclass(frozen=True)
class LeaderboardPage:
    """A board with everything its page and its twins say around it.

    `title` heads the page, `basis` is its finding in one or two sentences; `board` is None in a
    database whose standings were never computed.
    """

    path: str
    title: str
    basis: str
    board: Board | None
    meta: PageMeta

    nav = "leaderboard"  # the masthead entry the page belongs to

    @property
    def problems(self) -> tuple[str, ...]:
        """Sentences about what the address asks for and the board cannot use; it shows itself without."""
        if self.board is None:
            return ()
        unused = [sentence for sentences in self.filters.errors.values() for sentence in sentences]
        found = self.board
        return tuple(text for text in (*unused, found.weights_error, found.category_error, found.on_error) if text)

    @property
    def more_tracked(self) -> bool:
        """Whether models without a place are left out below the board."""
        return self.board.tracked_matching > len(self.board.tracked)

    @property
    def filters(self) -> BoardFilters:
        """The filters in force."""
        return self.board.filters

    @property
    def lanes(self) -> tuple[Link, ...]:
        """The lane switch; it keeps the other filters."""
        kept = {name: value for name, value in self.filters.parameters().items() if name not in ("lane", "page")}
        return lane_links(self.path, self.board.context.lane, **kept)

    @property
    def notes(self) -> list[dict]:
        """Date of the standings and where the method is explained."""
        computed = self.board.context.computed_at.date()
        waiting = [{"text": self.awaiting, "href": "#tracked", "iso": None}] if self.awaiting else []
        return [
            {"text": f"Computed {display.date(computed)}", "iso": computed.isoformat(), "href": None},
            *waiting,
            {"text": "How scores are made", "href": "/methodology/", "iso": None},
        ]

    @property
    def awaiting(self) -> str:
        """How many models stand below the ranked ones; empty where the page lists none of them."""
        if not self.board.tracked:
            return ""
        verb = "awaits" if self.board.tracked_matching == 1 else "await"
        return f"{display.counted(self.board.tracked_matching, 'model')} {verb} evidence"

    @property
    def fields(self) -> list[dict]:
        """The filter form."""
        fixed = self.filters.fixed
        return filter_form.fields(
            self.filters,
            self.board.field.values(),
            () if "category" in fixed else self.board.context.categories,
            lab="lab" not in fixed,
        )

    @property
    def weights_form(self) -> WeightsForm:
        """The form for the reader's own category weights."""
        found = self.board
        return filter_form.weights_form(
            found.filters, self.path, found.fit, found.context.categories, found.weights_error
        )

    @property
    def young(self) -> dict | None:
        """What to say instead of an empty table while nobody can be ranked; None once somebody is."""
        if self.board.places or self.board.category or self.board.shows_tracked:
            return None
        return {
            "title": "Not enough results for ranks yet",
            "text": young_catalogue(self.board.fit, len(self.board.field)),
            "conditions": conditions(),
        }

    @property
    def score_head(self) -> str:
        """Head of the score column."""
        return self.board.category.name if self.board.category else "Overall"

    @property
    def tracked_title(self) -> str:
        """Head of the list of models without a place."""
        return (
            f"Without a place in {display.in_sentence(self.board.category.name)}"
            if self.board.category
            else "Awaiting evidence"
        )

    @property
    def tracked_lead(self) -> str:
        """What being on that list means."""
        return TRACKED_LEAD

    @property
    def all_tracked(self) -> str:
        """The link to all models without a place."""
        return f"All {display.counted(self.board.tracked_matching, 'model')} without a rank"

    @property
    def no_match(self) -> str:
        """What an empty table means."""
        if self.board.tracked:
            return "Models that fit, but have no rank, are listed below."
        return "No model of the catalogue fits all of them. An unknown price or context never fits a limit."

    @property
    def ways_out(self) -> list[dict]:
        """Links that widen an empty board."""
        return [{"href": self.path, "text": "Show all models"}]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter form has to keep in the address."""
        return filter_form.kept(self.filters, "lane", "w", "show", "sort", "on")

    @property
    def has_days(self) -> bool:
        """Whether the page can be asked for an earlier day: the leaderboard can, boards of a category or lab not."""
        return self.path == PATH

    @property
    def kept_for_days(self) -> list[tuple[str, str]]:
        """What the form for another day keeps of the address."""
        return [
            (name, value) for name, value in self.filters.parameters().items() if value and name not in ("on", "page")
        ]

    @property
    def first_day(self) -> str:
        """The earliest day there is to show."""
        return FIRST_DAY.isoformat()

    @property
    def table_note(self) -> str:
        """How to read the table."""
        return RANKED_NOTE

    @property
    def twins(self) -> tuple[dict, ...]:
        """The twins of the page."""
        return self.meta.alternates


def load_leaderboard(filters: BoardFilters, *, today: dt.date, whole: bool = False) -> LeaderboardPage:
    """The leaderboard of some filters, uncut with `whole`. At most five queries (see `board.load_board`)."""
    try:
        found = board.load_board(filters, path=PATH, today=today, whole=whole)
    except standing_store.NoStandings:
        return empty_page("Leaderboard", PATH)
    return LeaderboardPage(PATH, "Leaderboard", basis(found), found, _meta(found))


def empty_page(title: str, path: str) -> LeaderboardPage:
    """A board of a database whose standings were never computed."""
    text = "No standings have been computed yet, so there is nothing to rank."
    return LeaderboardPage(path, title, text, None, PageMeta(title, text, absolute(path), robots="noindex"))


def basis(found: Board) -> str:
    """How many models are ranked, of how many, and what a rank means."""
    if not found.places:
        return f"{display.counted(len(found.field), 'model')} tracked, none with enough evidence for a rank yet."
    where = f" in {display.in_sentence(found.category.name)}" if found.category else ""
    enough = "has" if found.places == 1 else "have"
    return (
        f"{display.count(found.places)} of the {display.counted(found.scored, 'model')} with a counting result {enough} "
        f"enough evidence for a rank{where}. Ranks are ranges: inside a range the order is open."
    )


def finding(found: Board) -> str:
    """Who stands on top, by how much and how sure, as one sentence."""
    top = [line for line in found.lines if line.place is not None and line.place.best == 1]
    if not top or found.filters.page > 1 or found.filters.sort or found.filters.narrowing:
        return basis(found)
    first, what = top[0], display.in_sentence(found.category.name) if found.category else "overall"
    lead = f"{first.name} has the highest {what} score, {first.score_text} {first.margin_text}"
    if len(top) == 1:
        return f"{lead}, and no other model can be called level with it. {display.count(found.places)} models ranked."
    return (
        f"{lead}; the first place is open between {display.count(len(top))} models. "
        f"{display.count(found.places)} models ranked, with intervals."
    )


def _meta(found: Board) -> PageMeta:
    filters = found.filters
    own_view = any(value for name, value in filters.parameters().items() if name != "page")
    page = {"page": str(filters.page)} if filters.page > 1 and not own_view else {}
    counted = display.counted(found.places, "language model")
    title = f"Leaderboard: {counted} ranked, with intervals" if found.places else "Leaderboard"
    return PageMeta(
        title=title,
        description=shortened(finding(found)),
        canonical=absolute(BoardFilters().href(PATH, **page)),
        robots="noindex" if own_view else None,
        alternates=twins(found, "/leaderboard", csv=True),
    )


def twins(found: Board, stem: str, *, csv: bool = False) -> tuple[dict, ...]:
    """Addresses of a board's twins, with the same filters."""
    kinds = [("json", "application/json", "JSON"), ("md", "text/markdown", "Markdown")]
    if csv:
        kinds.append(("csv", "text/csv", "CSV"))
    return tuple(
        {"type": mime, "href": found.filters.href(f"{stem}.{suffix}", show=""), "title": f"This board as {name}"}
        for suffix, mime, name in kinds
    )
