"""`compare_runs`: two files, one sentence, no database; and the rule behind its words."""

import json
import math

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from comparisons.core import item_call as rule
from comparisons.core.item_call import item_call
from comparisons.core.paired import compared
from importers.tests.run_files import SAMPLES

CSV = "model,benchmark,item,score,group\n"


def run(capsys, *arguments, **options):
    call_command("compare_runs", *(str(each) for each in arguments), **options)
    return capsys.readouterr().out


def items(folder, name, model, scores, benchmark="quiz", groups=None):
    path = folder / name
    rows = [f"{model},{benchmark},q{n},{score},{(groups or {}).get(n, '')}" for n, score in enumerate(scores)]
    path.write_text(CSV + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_two_harness_runs_print_their_verdict_without_a_database(capsys):
    first, second = (next(SAMPLES.glob(f"lm-eval/{folder}/*/results_*.json")) for folder in ("whole", "second-model"))
    out = run(capsys, first, second)
    assert "letters / acc / none" in out
    assert "On the 12 questions both answered, maker-a/base-7b beat maker-b/other-7b on" in out
    assert "McNemar" in out


def test_counts_margin_and_call_as_json(capsys, tmp_path):
    first = items(tmp_path, "a.csv", "m/a", [1] * 80 + [0] * 20)
    second = items(tmp_path, "b.csv", "m/b", [1] * 50 + [0] * 50)
    (found,) = json.loads(run(capsys, first, second, json=True))
    assert (found["items"], found["wins"], found["losses"], found["ties"]) == (100, 30, 0, 70)
    assert found["difference"] == pytest.approx(30)
    assert found["stderr"] == pytest.approx(100 * math.sqrt(0.3 * 0.7 / 99))
    assert found["call"]["word"] == "clear"
    assert found["call"]["favours"] == "m/a"
    assert found["sentence"] == (
        "On the 100 questions both answered, m/a beat m/b on 30 and lost on 0 (70 ties): "
        "30.0 points ± 7.6 for m/a, clear for m/a."
    )


def test_a_cut_run_is_compared_on_what_both_answered_and_says_so(capsys):
    whole, cut = (next(SAMPLES.glob(f"inspect/{folder}/*.eval")) for folder in ("whole", "cut"))
    out = run(capsys, whole, cut)
    assert "On the 6 questions both answered" in out
    assert "partial, limit 6" in out


def test_declared_clusters_are_used(capsys, tmp_path):
    groups = {n: f"g{n // 10}" for n in range(40)}
    first = items(tmp_path, "a.csv", "a", [1] * 20 + [0] * 20, groups=groups)
    second = items(tmp_path, "b.csv", "b", [0] * 10 + [1] * 10 + [0] * 20, groups=groups)
    (found,) = json.loads(run(capsys, first, second, json=True))
    assert (found["clusters"], found["p_by"]) == (4, "sign flips")


def test_one_of_several_models_of_a_file_is_named(capsys, tmp_path):
    both = tmp_path / "both.csv"
    both.write_text("model,benchmark,item,score\na,quiz,1,1\nb,quiz,1,0\n", encoding="utf-8")
    with pytest.raises(CommandError, match="--models"):
        run(capsys, both, both)
    assert "beat b on 1" in run(capsys, both, both, models=["a", "b"])


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("lm-eval/whole", "inspect/whole"), "no figure in common"),
        (("every-eval-ever", "lm-eval/whole"), "no scores of single"),
    ],
)
def test_what_cannot_be_compared_is_a_sentence(capsys, names, words):
    with pytest.raises(CommandError, match=words):
        run(capsys, *(SAMPLES / name for name in names))


def test_files_that_cannot_be_read_are_a_sentence(capsys, tmp_path):
    with pytest.raises(CommandError, match="does not exist"):
        run(capsys, tmp_path / "a", tmp_path / "b")


# --- the rule ----------------------------------------------------------------------------------


SHARES = st.sampled_from([0.0, 0.5, 1.0])


def reference(difference, error, tau=3.0):
    """The rule written a second time, from its text."""
    z1, z2 = abs(difference) / (1.41 * tau), abs(difference) / error
    return (1 / z1**2 + 1 / z2**2) ** -0.5


def test_the_rule_combines_reports_and_items():
    paired = compared([1.0] * 260 + [0.0] * 136, [1.0] * 200 + [0.0] * 196)
    call = item_call(paired)
    assert call.z == pytest.approx(reference(paired.difference, paired.stderr), abs=1e-9)
    assert call.word == ("clear" if call.z >= 1.645 else "likely" if call.z >= 0.842 else "none")


@settings(max_examples=150)
@given(st.lists(st.tuples(SHARES, SHARES, st.sampled_from("abcdefgh")), min_size=2, max_size=60), st.booleans())
def test_a_clear_difference_is_larger_than_its_margin(rows, clustered):
    paired = compared([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows] if clustered else None)
    call = item_call(paired)
    if call.word == "clear" and paired.margin is not None:
        assert abs(paired.difference) > paired.margin - 1e-9


@pytest.mark.parametrize(("z", "p"), [(0, 0.5), (0.842, 0.80), (1.19, 0.88), (9, 0.99), (1e9, 0.99)])
def test_probabilities_are_bounded(z, p):
    assert rule.probability(z) == pytest.approx(p, abs=0.02)
    assert rule.probability(z) <= 0.99


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_handful_of_questions_all_won_is_never_clear(number):
    assert item_call(compared([1.0] * number, [0.0] * number)).word != "clear"


SCORES = st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 1.0])), min_size=1, max_size=80)


@settings(max_examples=80)
@given(SCORES)
def test_calls_mirror_and_name_only_who_won_more(rows):
    a, b = [row[0] for row in rows], [row[1] for row in rows]
    there, back = item_call(compared(a, b)), item_call(compared(b, a))
    assert (there.word, there.p) == (back.word, back.p)
    if there.favours is not None:
        assert back.favours == 1 - there.favours
        assert (sum(a) > sum(b)) == (there.favours == 0)
