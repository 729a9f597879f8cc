"""Finds what a pasted name means: exactly, by an alias, or with words of the run taken off; never by likeness.

Names are compared letter by letter in any script. Only dress, case, spaces and punctuation
between words do not count; a separator between two digits does (“Qwen2-57B” is no “Qwen25 7B”).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from models_catalog.core.display import listed
from newsroom.core import markup
from newsroom.core.run_words import NO_WORDS, RunWords, splits

SUGGESTIONS = 5
LIKE_ENOUGH = 0.6
LONGEST_NAME = 200
LEAVE_OUT = 0
DASHES = re.compile(r"[\u2010-\u2015\u2212\u00ad_]")
KEPT_SIGNS = "+#&@%=<>$°^*"


def name_key(name: str) -> str:
    """What two spellings of one name share. Letters, figures (raised ones too) and some signs of any script.

    A point counts between letters or figures; any other separator only between two figures.
    """
    text = markup.without_footnotes(markup.without_dress(name))
    text = "".join(_folded(letter) for letter in text)
    key: list[str] = []
    gap = ""
    for letter in text:
        if letter.isalnum() or letter in KEPT_SIGNS or unicodedata.category(letter) in ("Mn", "Mc"):
            if key and gap == ".":
                key.append(".")
            elif key and gap and key[-1].isdecimal() and letter.isdecimal():
                key.append("-")
            key.append(letter)
            gap = ""
        else:
            gap = "." if letter == "." and gap == "" else "-"
    return "".join(key)


def _folded(letter: str) -> str:
    """A letter in one form; raised and lowered figures keep theirs."""
    if unicodedata.category(letter) in ("No", "Lm"):
        return letter
    return unicodedata.normalize("NFKC", letter).casefold()


def words_of(name: str) -> tuple[str, ...]:
    """The words and numbers of a name, for finding likenesses."""
    text = "".join(_folded(letter) for letter in markup.without_dress(name))
    return tuple(re.findall(r"[^\W\d_]+|[0-9]+|[^\s\w]?[²³¹⁰⁴-⁹]", text.replace("'", "")))


@dataclass(frozen=True)
class Named:
    """A row of ours that can be named: a model, or a benchmark with the unit of its scores."""

    pk: int
    slug: str
    name: str
    unit: str = ""

    @property
    def shown(self) -> str:
        """The name with its slug, where either alone could mean another row."""
        return f"{self.name} ({self.slug})"


@dataclass(frozen=True)
class Match:
    """What a pasted name means: a row and words of the run, or why it means none, with likely rows."""

    row: Named | None = None
    run: RunWords = NO_WORDS
    problem: str = ""
    suggestions: tuple[Named, ...] = ()
    left_out: bool = False  # an editor said so


@dataclass
class NameIndex:
    """All names of one kind (`word`: “model” or “benchmark”). Making it costs; asking is quick."""

    word: str
    rows: Mapping[int, Named] = field(default_factory=dict)
    not_names: frozenset[str] = frozenset()  # keys of categories: “Math” is one, “MATH” a benchmark
    answers: Mapping[str, int] = field(default_factory=dict)  # name key → row or LEAVE_OUT, as an editor said

    def __post_init__(self):
        self._names: dict[str, set[int]] = defaultdict(set)
        self._slugs: dict[str, int] = {}
        self._aliases: dict[str, set[int]] = defaultdict(set)
        self._source_names: dict[str, set[int]] = defaultdict(set)
        self._words: dict[int, tuple[str, ...]] = {}
        self._found: dict[str, Match] = {}
        self._asked: dict[str, Named | None] = {}
        for row in self.rows.values():
            self._names[name_key(row.name)].add(row.pk)
            self._slugs[row.slug] = row.pk
            self._words[row.pk] = words_of(row.name)

    def learn(self, aliases: Iterable[tuple[str, str, int]] = (), old_slugs: Iterable[tuple[str, int]] = ()) -> None:
        """Add other names: (source or "", name, row), and slugs that rows once had."""
        for source, name, pk in aliases:
            if pk in self.rows:
                (self._source_names if source else self._aliases)[name_key(name)].add(pk)
        for slug, pk in old_slugs:
            if pk in self.rows:
                self._slugs.setdefault(slug, pk)

    def answered(self, answers: Mapping[str, int]) -> NameIndex:
        """The same names with an editor's answers, by pasted name."""
        self.answers = {name_key(name): pk for name, pk in answers.items()}
        self._found, self._asked = {}, {}
        return self

    # --- asking ---------------------------------------------------------------------------

    def find(self, name: str) -> Match:
        """What `name` means. The answer is remembered."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def row_of(self, name: str) -> Named | None:
        """The row that `name` means, without looking for likenesses of an unknown one."""
        if name in self._found:
            return self._found[name].row
        if name not in self._asked:
            match = self._known(name)
            self._asked[name] = match.row if match else None
        return self._asked[name]

    def _find(self, name: str) -> Match:
        plain = markup.without_footnotes(markup.without_dress(name))
        return self._known(name) or Match(problem=self._unknown(plain), suggestions=self.like(plain))

    def _known(self, name: str) -> Match | None:
        """What `name` means or why it cannot be told; None where nobody is called so."""
        plain = markup.without_footnotes(markup.without_dress(name))
        if not plain or len(plain) > LONGEST_NAME:
            return Match(problem=f"“{plain[:60]}” is no name.")
        if markup.is_struck(name):
            return Match(problem=f"“{plain}” is struck out.")
        whole = self._whole(plain)
        if whole is not None:
            return whole
        for base, run in splits(plain):
            match = self._whole(base)
            if match is not None and match.row is not None:
                return Match(match.row, run)
            if match is not None:
                return match
        return None

    def _whole(self, plain: str) -> Match | None:
        """What the name as it stands means, or None where nobody is called so."""
        key = name_key(plain)
        if key in self.answers:
            pk = self.answers[key]
            if pk == LEAVE_OUT:
                return Match(left_out=True, problem=f"“{plain}” is left out, as you said.")
            if pk in self.rows:
                return self._by_alias(plain, self.rows[pk])
        exact = self._names.get(key, set())
        if len(exact) > 1:
            return self._rivals(plain, exact)
        if exact:
            return self._own_name(plain, self.rows[next(iter(exact))])
        if (pk := self._slugs.get(plain)) is not None:
            return self._by_slug(plain, self.rows[pk])
        for names in (self._aliases, self._source_names):
            found = names.get(key, set())
            if len(found) > 1:
                return self._rivals(plain, found)
            if found:
                return self._by_alias(plain, self.rows[next(iter(found))])
        return None

    def _own_name(self, plain: str, row: Named) -> Match:
        if name_key(plain) in self.not_names and plain != row.name:
            problem = f"“{plain}” is also a category. Write “{row.name}” if the {self.word} is meant."
            return Match(problem=problem, suggestions=(row,))
        return Match(row)

    def _by_slug(self, plain: str, row: Named) -> Match:
        """A slug stands for its row, unless the full name says more: “gpqa” does not say “Diamond”."""
        slug_words, name_words = words_of(row.slug), self._words[row.pk]
        says_less = len(slug_words) < len(name_words) and (
            name_words[: len(slug_words)] == slug_words
            or (self.word == "benchmark" and set(slug_words) < set(name_words))
        )
        return self._asks(plain, self._family(plain) or (row,)) if says_less else Match(row)

    def _by_alias(self, plain: str, row: Named) -> Match:
        """The row of another name, with the words of the run that the name carries and the row's own does not."""
        own = set(self._words[row.pk])
        for _, run in splits(plain, bold=True):
            if not set(words_of(run.text)) & own:
                return Match(row, run)
        return Match(row)

    def _rivals(self, plain: str, found: Iterable[int]) -> Match:
        rows = sorted((self.rows[pk] for pk in found), key=lambda row: row.slug)
        could = listed([row.shown for row in rows], "or")
        return Match(problem=f"“{plain}” could mean {could}. Say which.", suggestions=tuple(rows))

    def _unknown(self, plain: str) -> str:
        family = self._family(plain)
        if family:
            return self._asks(plain, family).problem
        like = self.like(plain)
        hint = f" Is {listed([row.shown for row in like[:3]], 'or')} meant?" if like else ""
        return f"No {self.word} is called “{plain}”.{hint} Say which it is, or leave it out."

    def _asks(self, plain: str, rows: Iterable[Named]) -> Match:
        rows = tuple(rows)
        which = "release or subset" if self.word == "benchmark" else "version"
        could = listed([row.shown for row in rows[:SUGGESTIONS]], "or")
        return Match(problem=f"“{plain}” does not say which {which} is meant: {could}? Say which.", suggestions=rows)

    def _family(self, plain: str) -> tuple[Named, ...]:
        """Rows whose name begins with these words and says more."""
        words = words_of(plain)
        if not words or len("".join(words)) < 3:
            return ()
        rows = [
            row
            for row in self.rows.values()
            if len(self._words[row.pk]) > len(words) and self._words[row.pk][: len(words)] == words
        ]
        return tuple(sorted(rows, key=lambda row: (len(row.name), row.slug)))

    # --- likeness ---------------------------------------------------------------------------

    def like(self, name: str, most: int = SUGGESTIONS) -> tuple[Named, ...]:
        """Rows whose names look like `name`, likeliest first. Offered, never taken."""
        family = self._family(name)
        text = "".join(words_of(name))
        if not text:
            return family[:most]
        scored = []
        matcher = SequenceMatcher(None, "", text, autojunk=False)  # it keeps what it learns of the second text
        for row in self.rows.values():
            matcher.set_seq1("".join(self._words[row.pk]))
            if matcher.real_quick_ratio() >= LIKE_ENOUGH and matcher.quick_ratio() >= LIKE_ENOUGH:
                ratio = matcher.ratio()
                if ratio >= LIKE_ENOUGH:
                    scored.append((-ratio, row.name, row))
        near = [row for *_, row in sorted(scored, key=lambda item: item[:2])]
        return tuple(dict.fromkeys([*family, *near]))[:most]

    def keys_of(self, pk: int) -> set[str]:
        """Keys under which `pk` is found."""
        tables = (self._names, self._aliases, self._source_names)
        return {key for table in tables for key, found in table.items() if found == {pk}}
