"""The picker: from what a reader typed to a pair, a table of several models, or a question back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.conf import settings

from comparisons.boards import store as board_store
from comparisons.boards.store import BoardEntry
from comparisons.core import pairs, search
from comparisons.pages import lookup
from comparisons.pages.base import PageMeta, absolute

PATH = "/compare/"
SUGGEST_PATH = "/compare/suggest/"
MOST = 6  # models side by side
SHELF = 300  # models listed below the fields; larger catalogues have /models/ for the rest
LEAST_PART = 3  # letters of a name from which on a part of it will do
LABELS = ("First model", "Second model", "Third model", "Fourth model", "Fifth model", "Sixth model")


@dataclass(frozen=True)
class Slot:
    """One field of the picker: what was typed, and what is wrong with it."""

    number: int
    value: str
    errors: tuple[str, ...] = ()
    near: tuple[lookup.Suggestion, ...] = ()


@dataclass(frozen=True)
class PickerPage:
    """The picker with its fields as typed, suggestions beside those that name no model.

    `others` are the slugs that were understood; `examples` pairs to start from.
    """

    slots: tuple[Slot, ...]
    others: tuple[str, ...]
    message: str
    examples: tuple[dict, ...]
    meta: PageMeta
    shelf: tuple[dict, ...] = ()  # every model by lab, as links that choose it; cut at SHELF models

    @property
    def shelf_title(self) -> str:
        """What choosing from the shelf does next."""
        return "Or choose the second model" if len(self.others) == 1 else "Or choose from the list"

    @property
    def form(self) -> dict:
        """The form for its component."""
        return picker_form(self.slots)

    @property
    def near(self) -> list[dict]:
        """For each field that names no model: the closest names, as links that keep the other fields."""
        found = []
        for slot in self.slots:
            if slot.near:
                found.append(
                    {
                        "title": f"Did you mean, for “{slot.value}”",
                        "links": [
                            {"href": self._with(slot, near.slug), "text": near.name, "note": near.lab}
                            for near in slot.near
                        ],
                    }
                )
        return found

    @property
    def wider(self) -> dict:
        """The link to fewer or more fields; what was typed stays."""
        texts = [slot.value for slot in self.slots if slot.value]
        wide = len(self.slots) > 2
        parameters = [("m", text) for text in texts] + ([] if wide else [("fields", str(MOST))])
        return {
            "href": f"{PATH}?{urlencode(parameters)}" if parameters else PATH,
            "text": "Compare two models" if wide else f"Compare up to {MOST} models side by side",
        }

    def _with(self, slot: Slot, slug: str) -> str:
        """The address of this picker with one field corrected."""
        texts = [slug if other is slot else other.value for other in self.slots if other is slot or other.value]
        return picker_address(texts)


@dataclass(frozen=True)
class Chosen:
    """The models a reader named, all of them known: slugs without repetition, in the order named."""

    slugs: tuple[str, ...]

    @property
    def pair_path(self) -> str | None:
        """Where two models are compared; None for more."""
        return f"/compare/{pairs.join(*self.slugs)}/" if len(self.slugs) == 2 else None


def picker_form(slots: Sequence[Slot], *, hint: str = "Any part of a name will do.", names: Sequence[str] = ()) -> dict:
    """The picker for its component; the first two fields carry the marks of the two models.

    `names` are models of this catalogue to show in empty fields.
    """
    placeholders = [f"for example {name}" for name in names[:2]] + ["a model", "another one"][len(names) :]
    return {
        "action": PATH,
        "suggest_href": SUGGEST_PATH,
        "submit": "Compare",
        "hint": hint,
        "slots": [
            {
                "id": f"model-{slot.number + 1}",
                "label": LABELS[slot.number],
                "side": "ab"[slot.number] if slot.number < 2 and len(slots) == 2 else None,
                "value": slot.value,
                "placeholder": placeholders[slot.number] if slot.number < 2 else "",
                "errors": slot.errors,
            }
            for slot in slots
        ],
    }


def empty_slots(number: int = 2) -> tuple[Slot, ...]:
    """Fields nobody has typed into."""
    return tuple(Slot(place, "") for place in range(number))


def picker_address(texts: Sequence[str]) -> str:
    """`/compare/?m=A&m=B`."""
    return f"{PATH}?{urlencode([('m', text) for text in texts])}" if texts else PATH


def resolve(texts: Sequence[str], *, fields: int = 2) -> Chosen | PickerPage:
    """Find the models of some texts (slugs, names, aliases); give the picker back where that fails.

    `fields` is how many fields an empty picker shows. Queries grow with the number of texts
    that are no slugs; only the picker comes here.
    """
    typed = [text.strip()[: search.LONGEST] for text in texts]
    given = [text for text in typed if text]
    slots, slugs = [], []
    for number, text in enumerate(typed[:MOST]):
        near = ()
        slug = lookup.find(text) if text else None
        if text and slug is None:
            near = tuple(lookup.suggestions(text))
            slug = _only_one(text, near)
        if slug is not None and slug not in slugs:
            slugs.append(slug)
            slots.append(Slot(number, text))
        elif slug is not None:
            slots.append(Slot(number, text, ("This model is named already; choose another one.",)))
        elif text:
            slots.append(Slot(number, text, (_unknown(text, near),), near))
        else:
            slots.append(Slot(number, ""))
    if len(slugs) >= 2 and len(slugs) == len(given):
        return Chosen(tuple(slugs))
    while len(slots) < max(2, min(fields, MOST)):
        slots.append(Slot(len(slots), ""))
    if len(slugs) == 1 and len(given) == 1:
        number = next(slot.number for slot in slots if not slot.value)
        slots[number] = Slot(number, "", ("Choose a second model to compare with.",))
    message = f"At most {MOST} models fit side by side; the first {MOST} are kept." if len(given) > MOST else ""
    return PickerPage(tuple(slots), tuple(slugs), message, (), _meta(bool(given)))


def _only_one(text: str, near: Iterable[lookup.Suggestion]) -> str | None:
    """The one model whose name or slug contains what was typed, if there is just one."""
    wanted = search.folded(text)
    if len(wanted) < LEAST_PART:
        return None
    holding = [s for s in near if wanted in search.folded(s.name) or wanted in search.folded(s.slug)]
    return holding[0].slug if len(holding) == 1 else None


def _unknown(text: str, near: tuple[lookup.Suggestion, ...]) -> str:
    if near:
        return f"No model is called “{text[:60]}”. The closest is {near[0].name}."
    return f"No model is called “{text[:60]}”."


def _meta(answered: bool) -> PageMeta:
    return PageMeta(
        title="Compare language models",
        description="Choose two models and see who leads, by how much and how sure, with every result behind it.",
        canonical=absolute(PATH),
        robots="noindex" if answered else None,
    )


def suggested(text: str) -> list[dict]:
    """Suggestions for what is being typed: slug, name and lab of models, best first. One query."""
    return [{"slug": found.slug, "name": found.name, "note": found.lab} for found in lookup.suggestions(text, limit=8)]


def load_picker(texts: Sequence[str], *, fields: int = 2) -> Chosen | PickerPage:
    """The models named in an address, or the picker that asks for them, with examples to start from."""
    found = resolve(texts, fields=fields)
    if isinstance(found, Chosen):
        return found
    entries = board_store.board_entries(settings.DEFAULT_LANE)
    return replace(found, examples=example_pairs(entries), shelf=_shelf(entries, found.others))


def _shelf(entries: Sequence[BoardEntry], chosen: tuple[str, ...]) -> tuple[dict, ...]:
    """Models by lab, both by name; a link adds its model to those already chosen."""
    by_lab: dict[str, list[dict]] = {}
    models = [entry.model for entry in entries if entry.model.slug not in chosen][:SHELF]
    for model in sorted(models, key=lambda model: (model.lab_name.casefold(), model.name.casefold())):
        link = {"href": picker_address([*chosen, model.slug]), "text": model.name}
        by_lab.setdefault(model.lab_name, []).append(link)
    return tuple({"name": name, "links": links} for name, links in by_lab.items())


def example_pairs(entries: Iterable[BoardEntry]) -> tuple[dict, ...]:
    """Pairs worth starting from, as links with their reason: the top, and open against closed weights."""
    ranked = sorted((e for e in entries if e.ranked), key=lambda e: (e.rank, e.model.slug))
    first_open = next((entry for entry in ranked if entry.model.open_weights), None)
    first_closed = next((entry for entry in ranked if entry.model.open_weights is False), None)
    other_lab = next((entry for entry in ranked if ranked and entry.model.lab != ranked[0].model.lab), None)
    wanted = (
        (ranked[0] if ranked else None, ranked[1] if len(ranked) > 1 else None, "the top two"),
        (first_closed, first_open, "best ranked closed and open weights"),
        (ranked[0] if ranked else None, other_lab, "the top two labs"),
    )
    found: dict[str, dict] = {}
    for one, other, note in wanted:
        if one is not None and other is not None:
            link = pair_link(one, other, note)
            found.setdefault(link["href"], link)
    return tuple(found.values())


def pair_link(one: BoardEntry, other: BoardEntry, note: str) -> dict:
    """A link to the pair page of two models, named in the order of its address."""
    first, second = sorted((one.model, other.model), key=lambda model: model.slug)
    path = f"/compare/{pairs.join(first.slug, second.slug)}/"
    return {"href": path, "text": f"{first.name} vs {second.name}", "note": note}
