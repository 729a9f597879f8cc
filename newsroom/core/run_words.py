"""Words beside a name that say how a run was made: “(high)”, “no tools”, “5-shot”, “maj@64”.

They belong to the result, not to the name of the model or benchmark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from models_catalog.core.setting_words import NOT_SAID, is_standard, level

ATTEMPTS = re.compile(r"(?:pass|maj|major|majority|cons|consensus|avg|mean|best|acc|accuracy|mv|sc)\s*@\s*[0-9]{1,5}")
SHOTS = re.compile(r"(?:[0-9]{1,3}|zero|one|few|many)[- ]?shots?")
VOTE = re.compile(r"best[- ]of[- ][0-9]{1,5}|majority vot(?:e|ing)|single attempt|one attempt|parallel")
TOOLS = re.compile(
    r"(?:no|without|w/o|with|w/|using|\+)\s*(?:any\s+)?(?:tools?|tool use|python|code|code execution|search|web search"
    r"|browsing|internet|calculator|terminal)(?: (?:use|tool|only))?|tools?|python|text[- ]only"
)
METHODS = re.compile(
    r"(?:[0-9]{1,3}[- ])?(?:cot|chain[- ]of[- ]thought)(?: prompting)?|no cot|direct|em|exact match|acc\.?|accuracy|anls"
    r"|strict|loose|prompt[- ]strict|strict prompt|inst(?:ruction)?[- ]strict|greedy|mean|average|avg\.?"
)
EFFORT_WORD = re.compile(r"\b(?:reasoning|thinking)?\s*effort\b[:= ]*|^(?:reasoning|thinking)[:= ]+")
WITHOUT = re.compile(
    r"^(?:w/o|without|no|non)[- ]?\s*(?:extended )?(?:thinking|reasoning)$|^(?:thinking|reasoning) off$"
)
WITH = re.compile(r"^(?:w/|with)?\s*(?:extended )?(?:thinking|reasoning)(?: on| mode)?$")
LEVEL_WITH_NOUN = re.compile(r"^(none|minimal|low|medium|high|xhigh|max)(?:imum)?[- ](?:reasoning|thinking|effort)$")
PARTS = re.compile(r"\s*[,;·•]\s*|\s+(?:and|&)\s+|\s+/\s+")
BRACKET_AT_END = re.compile(r"^(.*\S)\s*[(\[]([^()\[\]]+)[)\]]$")
UNMISTAKABLE = re.compile(
    r"@\s*[0-9]|[- ]shots?\b|\b(?:no|w/o|with|w/|without) ?(?:tools?|python)\b|\bcot\b", re.IGNORECASE
)
WITH_HELP = re.compile(r"^(?:w/|with|using|\+)|^tools?$|^python$")


@dataclass(frozen=True)
class RunWords:
    """What a source says of a run: `variant` and `method` as it writes them, the effort as an order."""

    variant: str = ""
    method: str = ""
    effort: int = NOT_SAID
    standard: bool = True

    def __bool__(self) -> bool:
        return bool(self.variant or self.method)

    def and_then(self, other: RunWords) -> RunWords:
        """Both together, each word once; the other's effort holds where it names one."""
        return RunWords(
            variant=joined_words(self.variant, other.variant),
            method=joined_words(self.method, other.method),
            effort=other.effort if other.effort != NOT_SAID else self.effort,
            standard=self.standard and other.standard,
        )

    @property
    def text(self) -> str:
        """Everything in one line."""
        return joined_words(self.variant, self.method)


NO_WORDS = RunWords()


def joined_words(one: str, other: str) -> str:
    """The words of both, each once, separated by commas."""
    words = [word for word in one.split(", ") if word]
    return ", ".join(dict.fromkeys([*words, *(word for word in other.split(", ") if word)]))


def read_run_words(text: str) -> RunWords | None:
    """What `text` says of a run, or None if any part of it is something else."""
    words = RunWords()
    parts = [part for part in PARTS.split(" ".join(text.split())) if part]
    if not parts or len(text) > 120:
        return None
    for part in parts:
        found = _one(part)
        if found is None:
            found = _several(part)
        if found is None:
            return None
        words = words.and_then(found)
    return words


def _one(part: str) -> RunWords | None:
    """One part that means one thing: an effort, a number of attempts or shots, tools, a method."""
    label = part.casefold().strip()
    if (effort := _effort(label)) is not None:
        return RunWords(variant=part, effort=effort)
    if ATTEMPTS.fullmatch(label) or VOTE.fullmatch(label):
        return RunWords(variant=part, standard=is_standard(label) and not re.search(r"@(?!\s*1$)", label))
    if SHOTS.fullmatch(label):
        return RunWords(variant=part)
    if TOOLS.fullmatch(label):
        return RunWords(method=part, standard=not WITH_HELP.search(label) and label != "text-only")
    return RunWords(method=part) if METHODS.fullmatch(label) else None


def _several(part: str) -> RunWords | None:
    """A part of several words without a comma between them: “5-shot CoT”, “high, no tools”, “pass@1-COT”."""
    pieces = re.split(r"\s+|(?<=[0-9])-(?=[A-Za-z]{2,}$)", part)
    for cut in range(len(pieces) - 1, 0, -1):
        first, rest = _one(" ".join(pieces[:cut])), " ".join(pieces[cut:])
        if first is not None and (other := _one(rest) or (_several(rest) if len(pieces) - cut > 1 else None)):
            return first.and_then(other)
    return None


def _effort(label: str) -> int | None:
    if WITHOUT.match(label):
        return level("none")
    if match := LEVEL_WITH_NOUN.match(label):
        return level(match.group(1))
    if (known := level(label)) is not None:
        return known
    if WITH.match(label):
        return level("thinking")
    bare = EFFORT_WORD.sub("", label).strip()
    return level(bare) if bare and bare != label else None


def splits(name: str, *, bold: bool = False) -> list[tuple[str, RunWords]]:
    """Ways to take words of the run off the end of a name, fewest words first; without the name alone.

    Words in brackets or after a comma are taken; bare ones only where no name ends so (“pass@1”,
    “5-shot”, “no tools”): “Kimi K2 Thinking” may be another model. `bold` takes any.
    """
    found: list[tuple[str, RunWords]] = []
    rest, words = name, RunWords()
    while match := BRACKET_AT_END.match(rest):
        run = read_run_words(match.group(2))
        if run is None:
            break
        rest, words = match.group(1), run.and_then(words)
        found.append((rest, words))
    pieces = re.split(r"(\s+|(?<=\w)-(?=\w)|,\s*)", rest)
    for cut in range(len(pieces) - 2, max(0, len(pieces) - 12), -2):
        tail = "".join(pieces[cut + 1 :]).strip(" ,-–—:")
        base = "".join(pieces[:cut]).rstrip(" ,-–—:")
        run = read_run_words(tail) if base and tail else None
        if run is not None and (bold or "," in pieces[cut] or _unmistakable(tail, run)):
            found.append((base, run.and_then(words)))
    return found


def _unmistakable(tail: str, run: RunWords) -> bool:
    return run.effort == NOT_SAID and bool(UNMISTAKABLE.search(tail))
