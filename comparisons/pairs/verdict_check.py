"""Runs every law over every pair of the database (`manage.py check_verdicts`).

Pairs are made from records read once; workers are forked, so that they share them. The
HTML of a sample of pairs is rendered and parsed back: every sentence printed must be one
of the page's JSON, and every reported score in the long table one of its rows.
"""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import random
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from comparisons import benches, standing_store
from comparisons.core import pairs as addresses
from comparisons.core.laws import Contradiction, check, check_mirrored
from comparisons.core.laws_several import check_several
from comparisons.core.several_words import several_verdict
from comparisons.core.verdict import verdict
from comparisons.core.weights import available_presets
from comparisons.pages.base import PageMeta
from comparisons.pairs import site_check
from comparisons.pairs.comparison import load_comparison_page
from comparisons.pairs.json_twin import comparison_document
from comparisons.pairs.layout import PairLayout

MIRRORED_EVERY = 7  # every so many pairs are also made with the sides swapped
REWEIGHED_EVERY = 29  # and under every preset of reader weights
SEVERAL_EVERY = 41  # and beside one to four more models
CHUNK = 200
SENTENCE, RESULT = "claim__text", "result"  # what a page is read for
RESULT_ANCHOR = re.compile(r"n[0-9]+")


@dataclass(frozen=True)
class Found:
    """A contradiction and the pair it was found on."""

    pair: str
    where: str
    contradiction: Contradiction


@dataclass
class Tally:
    """What a run, or one `part` of it, has seen."""

    pairs: int = 0
    claims: int = 0
    found: tuple[Found, ...] = ()
    part: int = 0

    def add(self, other: Tally) -> None:
        """Take in the count of a part."""
        self.pairs += other.pairs
        self.claims += other.claims
        self.found += other.found


class Proof:
    """Every model of a lane, read once, and the checks on any two of them."""

    def __init__(self, lane: str):
        self.bench = benches.load_bench(lane, today=timezone.now().date())
        self.presets = {
            name: self.bench.reweighed(weights)
            for name, weights in available_presets(self.bench.context.categories).items()
        }
        self.dated: set[int] = set()  # results whose dates were looked at

    def check(self, number: int, one: str, other: str) -> Tally:
        """All laws on one pair; `number` decides which pairs are also swapped and reweighed."""
        comparison = self.bench.pair(one, other)
        words = verdict(comparison)
        problems = [("", item) for item in check(comparison, words)]
        problems += [("", item) for item in site_check.dates_of(comparison, self.dated)]
        if number % MIRRORED_EVERY == 0:
            problems += [("swapped", item) for item in check_mirrored(words, verdict(self.bench.pair(other, one)))]
        if number % REWEIGHED_EVERY == 0:
            for name, bench in self.presets.items():
                weighed = bench.pair(one, other)
                problems += [(f"weights {name}", item) for item in check(weighed, verdict(weighed))]
        if number % SEVERAL_EVERY == 0:
            problems += [("side by side", item) for item in self.check_several(number, one, other)]
        pair = addresses.join(one, other)
        return Tally(1, len(words.claims), tuple(Found(pair, where, item) for where, item in problems))

    def check_several(self, number: int, one: str, other: str) -> list[Contradiction]:
        """What is said of the two beside others, chosen by `number`; in either order of the models."""
        chance = random.Random(number)  # noqa: S311 (a repeatable choice, not a secret)
        rest = sorted(self.bench.sides.keys() - {one, other})
        slugs = [one, other, *chance.sample(rest, min(len(rest), chance.randint(1, 4)))]
        pairs = [self.bench.pair(*pair) for pair in itertools.combinations(slugs, 2)]
        told = several_verdict(pairs)
        problems = check_several([(comparison, verdict(comparison)) for comparison in pairs], told)
        if told != several_verdict(self.bench.pair(b, a) for a, b in itertools.combinations(slugs[::-1], 2)):
            problems.append(Contradiction(30, "side by side", "differs by the order of the models"))
        return problems


_proof: Proof | None = None


Chunk = tuple[int, list[tuple[int, tuple[str, str]]]]  # number of the part, and its numbered pairs


def _check_chunk(chunk: Chunk) -> Tally:
    part, pairs = chunk
    tally = Tally(part=part)
    for number, (one, other) in pairs:
        tally.add(_proof.check(number, one, other))
    return tally


@dataclass(frozen=True)
class Run:
    """The pairs of a lane to be checked, in parts that workers take in any order."""

    lane: str
    snapshot: str
    today: str
    chunks: tuple[Chunk, ...]

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return sum(len(pairs) for _, pairs in self.chunks)

    def tallies(self, *, processes: int = 1, done: Collection[int] = ()) -> Iterator[Tally]:
        """Check every part that is not `done` yet; yields a tally for each as it is ready."""
        chunks = [chunk for chunk in self.chunks if chunk[0] not in done]
        if processes <= 1 or len(chunks) <= 1:
            yield from map(_check_chunk, chunks)
            return
        gc.freeze()  # what all workers share is not looked through again in each of them
        try:
            with multiprocessing.get_context("fork").Pool(processes) as pool:
                yield from pool.imap_unordered(_check_chunk, chunks)
        finally:
            gc.unfreeze()


def plan(lane: str, *, sample: int | None = None) -> Run:
    """Read a lane and list all its pairs, or a seeded sample.

    Raises `standing_store.NoStandings` before the first computation.
    """
    global _proof
    _proof = Proof(lane)
    chosen = list(_proof.bench.pairs())
    if sample is not None and sample < len(chosen):
        chosen = random.Random(0).sample(chosen, sample)  # noqa: S311 (a repeatable sample, not a secret)
    numbered = list(enumerate(chosen))
    chunks = tuple((part, numbered[start : start + CHUNK]) for part, start in enumerate(range(0, len(numbered), CHUNK)))
    return Run(lane, str(_proof.bench.context.snapshot), _proof.bench.today.isoformat(), chunks)


# ------------------------------------------------------------------ the page, parsed back


class _Texts(HTMLParser):
    """Collects the text of elements by class; sentences without their cue, and results by their anchors."""

    VOID = {"meta", "link", "input", "br", "img", "path", "rect", "circle", "line", "polygon", "polyline", "use"}

    def __init__(self):
        super().__init__()
        self.texts: dict[str, list[str]] = {}
        self._stack: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag, attrs):
        if tag in self.VOID:
            return
        given = dict(attrs)
        classes = tuple((given.get("class") or "").split())
        if tag == "summary" and self._stack and "claim" in self._stack[-1][1]:
            classes = (SENTENCE,)
        if RESULT_ANCHOR.fullmatch(given.get("id") or ""):
            classes = (*classes, RESULT)
        self._stack.append((tag, classes))
        for name in classes:
            self.texts.setdefault(name, []).append("")

    def handle_startendtag(self, tag, attrs):
        """Elements without content, such as SVG shapes."""

    def handle_endtag(self, tag):
        for place in range(len(self._stack) - 1, -1, -1):
            if self._stack[place][0] == tag:
                del self._stack[place:]
                return

    def handle_data(self, data):
        if any("disclosure__cue" in classes for _, classes in self._stack):
            return
        for _, classes in self._stack:
            for name in classes:
                self.texts[name][-1] += data


def page_texts(html: str) -> dict[str, list[str]]:
    """Text of every element by its classes, white space folded."""
    parser = _Texts()
    parser.feed(html)
    return {name: [" ".join(text.split()) for text in texts] for name, texts in parser.texts.items()}


def html_words(markup: str) -> str:
    """Text of markup without its tags, white space folded."""
    return " ".join(unescape(markup).split())


def check_page(pair: str, lane: str) -> list[Contradiction]:
    """Render a pair's page and hold its words against its JSON."""
    page = load_comparison_page(pair, today=timezone.now().date(), lane=lane)
    meta = PageMeta(title="", description="", canonical=settings.SITE_URL)
    html = render_to_string(
        "comparisons/comparison_detail.html", {"page": page, "layout": PairLayout(page), "meta": meta}
    )
    document = comparison_document(page)
    texts = page_texts(html)
    said = document["verdict"]
    sentences = {
        " ".join(text.split())
        for text in (
            said["headline"],
            said["why"],
            *said["sentences"],
            *(claim["text"] for claim in document["claims"]),
            *(entry["answer"] for entry in document["faq"]),
        )
    }
    problems = []
    for name in ("scorecard__call", SENTENCE, "faq__answer"):
        problems += [
            Contradiction(3, name, f"the page says “{text}”, its JSON does not")
            for text in texts.get(name, [])
            if text and text not in sentences
        ]
    words = html_words(re.sub(r"<[^>]*>", " ", html))
    problems += site_check.days_of_measuring(words, page.comparison.sides)
    printed = len(texts.get(RESULT, []))
    rows = sum(
        (cell is not None) + len(others)
        for line in document["benchmarks"]
        for cell, others in zip(line["results"].values(), line["other_results"].values(), strict=True)
    )
    if printed != rows:
        problems.append(Contradiction(14, RESULT, f"the page shows {printed} reported scores, its JSON {rows}"))
    scores = [side["text"] for side in (document["overall"][model["slug"]] for model in document["models"])]
    shown = [text for text in texts.get("duel__score", []) if text != "no score"]
    if shown != [text for text in scores if text]:
        problems.append(Contradiction(14, "duel__score", f"the page shows {shown}, its JSON {scores}"))
    return problems


def check_pages(lane: str, pairs: Iterable[str]) -> tuple[Found, ...]:
    """`check_page` over several pairs."""
    return tuple(Found(pair, "page", item) for pair in pairs for item in check_page(pair, lane))


def check_site(lane: str) -> tuple[Found, ...]:
    """The laws outside pairs, over the models that `plan` has read."""
    return tuple(Found(place, lane, problem) for place, problem in site_check.check_site(_proof.bench, lane))


def some_pairs(lane: str, number: int) -> list[str]:
    """A repeatable sample of pair addresses."""
    slugs = sorted(standing_store.placed_models(lane))
    every = list(itertools.combinations(slugs, 2))
    chosen = random.Random(1).sample(every, min(number, len(every)))  # noqa: S311 (repeatable, not secret)
    return [addresses.join(*pair) for pair in chosen]
