"""What a source's words about a run mean: reasoning effort, one attempt or several, error bars.

Efforts are an order, not a measure (`Result.effort`): 5 without thinking, 10 minimal, 12 not
said, 20 low, 25 medium, 30 thinking without a level, 40 high, 50 the maximum; a budget of N
thousand thinking tokens stands at 10 + N.
"""

from __future__ import annotations

import re
from decimal import Decimal

NOT_SAID = 12
THINKING = 30
LEVELS = {
    "none": 5,
    "minimal": 10,
    "low": 20,
    "medium": 25,
    "high": 40,
    "xhigh": 50,
    "max": 50,
    "thinking": THINKING,
    "reasoning": THINKING,
    "default think": THINKING,
    "no thinking": 5,
    "no think": 5,
    "nonthinking": 5,
    "non-thinking": 5,
}
BUDGET = re.compile(r"([0-9]{1,3})k(?:\s+think(?:ing)?(?:\s+tokens)?)?")
NOT_THINKING = re.compile(r"\bnon[- ]?(?:thinking|reasoning)|\bno (?:extended )?(?:thinking|reasoning)|\bunthink")
NAMED_LEVEL = re.compile(
    r"\b(minimal|low|medium|high|xhigh|max)(?:imum)?[- ](?:reasoning[- ])?effort\b"
    r"|\beffort[:= ]+(minimal|low|medium|high|xhigh|max)\b"
    r"|\bo[0-9](?:-mini)?[- ](low|medium|high)\b"
)
BUDGET_IN_TEXT = re.compile(r"\b([0-9]{1,3})k think")
SOME_THINKING = re.compile(r"\b(?:extended )?thinking\b|\breasoning mode\b|\breasoning\)?$")
# maj@1 is a single answer; pass@1 likewise.
SEVERAL_ATTEMPTS = re.compile(
    r"\b(?:cons|maj|majority|pass|best)@(?!1\b)[0-9]+|\bbest[- ]of[- ]|\bmajority vot"
    r"|\bmultiple (?:parallel )?attempts|\bparallel test-time compute|\bself-consistency"
)
RUN_OF = re.compile(
    r"\b(?P<run>[0-9]{1,6}) (?:out )?of (?:the )?(?P<of>[0-9]{1,6}) (?:tasks|problems|questions|items|instances|samples)\b"
)
PART_OF_IT = re.compile(r"\bsubset\b|\btext-only\b")


def level(word: str) -> int | None:
    """The effort a whole label means, such as “high”, “16K” or “32k thinking tokens”; None if it means none."""
    label = " ".join(word.lower().split())
    budget = BUDGET.fullmatch(label)
    return 10 + int(budget.group(1)) if budget else LEVELS.get(label)


def effort_in(text: str) -> int:
    """The effort that free text about a run names; `NOT_SAID` when it names none."""
    words = " ".join(text.lower().split())
    if NOT_THINKING.search(words):
        return 5
    named = NAMED_LEVEL.search(words)
    if named:
        return LEVELS[next(group for group in named.groups() if group)]
    budget = BUDGET_IN_TEXT.search(words)
    if budget:
        return 10 + int(budget.group(1))
    return THINKING if SOME_THINKING.search(words) else NOT_SAID


def is_standard(text: str) -> bool:
    """Whether the words speak of one attempt at the full benchmark: no vote, no best of several, no subset."""
    words = " ".join(text.lower().split())
    return not SEVERAL_ATTEMPTS.search(words) and not PART_OF_IT.search(words) and not _is_a_part(words)


def _is_a_part(words: str) -> bool:
    """Whether fewer items were run than there are: “477 of 500 tasks”."""
    return any(int(found["run"]) < int(found["of"]) for found in RUN_OF.finditer(words))


# An Arena interval in the words of a method: “95% interval 1313.2 to 1331.9”.
INTERVAL = re.compile(
    r"95 ?% (?:confidence )?interval:? (?P<low>[0-9]+(?:\.[0-9]+)?) (?:to|-|–) (?P<high>[0-9]+(?:\.[0-9]+)?)(?:[;,] ?|$)"
)
WIDTH_OF_INTERVAL = Decimal("3.92")  # standard errors that a 95 % interval of a normal error is wide


def without_interval(method: str) -> tuple[str, Decimal | None]:
    """A method's words without the 95 % interval they state, and the standard error it means; None if none."""
    found = INTERVAL.search(method)
    if found is None:
        return method, None
    width = Decimal(found["high"]) - Decimal(found["low"])
    if width < 0:
        return method, None
    rest = (method[: found.start()] + method[found.end() :]).strip(" ;,")
    return rest, round(width / WIDTH_OF_INTERVAL, 2)


# “477 of 500 tasks”: how many items a run took, and how many there are.
SHARE_OF_ITEMS = re.compile(
    r"\b(?P<run>[0-9]{1,7}) of (?:the )?(?P<all>[0-9]{1,7}) (?:tasks|questions|items|problems)\b"
)


def items_in(method: str) -> int | None:
    """How many items a run on a part took, by the words of its method; None for a full or unknown run."""
    found = SHARE_OF_ITEMS.search(method)
    if found is None or int(found["run"]) >= int(found["all"]) or not int(found["run"]):
        return None
    return int(found["run"])
