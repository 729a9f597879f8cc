"""Little tasks for Inspect: sums whose answers a solver writes, right or wrong by a rule."""

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import (
    Score,
    accuracy,
    bootstrap_stderr,
    grouped,
    match,
    mean,
    scorer,
    std,
    stderr,
    var,
)
from inspect_ai.solver import solver


def questions():
    return MemoryDataset(
        [
            Sample(
                id=number,
                input=f"What is {number} + {number + 1}?",
                target=str(2 * number + 1),
                metadata={"kind": "odd" if number % 2 else "even", "block": (number - 1) // 3},
            )
            for number in range(1, 13)
        ],
        name="little-sums",
        location="local/little-sums",
    )


@solver
def answers(wrong_every: int = 4, shaky: bool = False):
    async def solve(state, generate):
        number = int(state.sample_id)
        wrong = number % wrong_every == 0 or (shaky and (number + state.epoch) % 3 == 0)
        state.output.completion = str(2 * number + (2 if wrong else 1))
        state.output.model = "maker-a/sum-model-2026-08-01"
        return state

    return solve


def made(name, by, **options):
    return Task(dataset=questions(), solver=answers(**options), scorer=by, name=name, version="1.2")


@task
def sums(wrong_every: int = 4, shaky: bool = False):
    return made("sums", match(numeric=True), wrong_every=wrong_every, shaky=shaky)


@scorer(metrics=[accuracy(), stderr(cluster="block")])
def by_block():
    return match(numeric=True)


@scorer(metrics=[accuracy(), mean(), std(), var(), bootstrap_stderr(), stderr(), stderr(cluster="block")])
def much():
    return match(numeric=True)


@scorer(metrics=[grouped(accuracy(), "kind", all_label="together"), grouped(stderr(), "kind", all_label="together")])
def by_kind():
    return match(numeric=True)


@scorer(metrics=[accuracy(), stderr()])
def undecided():
    async def score(state, target):
        return Score(value=float("nan") if int(state.sample_id) > 9 else state.output.completion == target.text)

    return score


@task
def clustered():
    return made("clustered", by_block())


@task
def many_metrics():
    return made("many_metrics", much())


@task
def other_label():
    return made("other_label", by_kind())


@task
def unscored():
    return made("unscored", undecided())
