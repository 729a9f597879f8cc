"""How pasted tables are read: the faults an editor met, each with its right value, and their siblings."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.core.reading import REFUSED, SCORE
from newsroom.core.table_text import LONGEST_TEXT
from newsroom.tests.paste_world import read, scores, why_not

GPT = ("gpt-5", "mmlu-pro")


# --- which side is which ---------------------------------------------------------------------


def test_turned_table_gives_the_named_cell_and_nothing_else():
    text = "Model | MMLU-Pro | GPQA Diamond\nGPT-5 | 87.1 | —"
    assert scores(text, "gpt-5") == scores(text) == {GPT: "87.1"}


@pytest.mark.parametrize(
    "text",
    [
        "MMLU-Pro\t87",
        "\tMMLU-Pro\t87",
        "\t\tMMLU-Pro\t87",
        "Benchmark\tGPT-5\nMMLU-Pro\t87",
        "\tGPT-5\nMMLU-Pro\t87",
        "GPT-5\tBenchmark\n87\tMMLU-Pro",
        "Benchmark\tScore\nMMLU-Pro\t87",
        "Model\tMMLU-Pro\nGPT-5\t87",
        "Rank\tModel\tMMLU-Pro\n1\tGPT-5\t87",
        "#\tModel\tLab\tMMLU-Pro\n1\tGPT-5\tOpenAI\t87",
        "Category\tBenchmark\tGPT-5\nKnowledge\tMMLU-Pro\t87",
        "Benchmark\tGPT-5\tGPT-5 mini\nMMLU-Pro\t87\tn/a",
        "Benchmark\tGPT-5 mini\tGPT-5\nMMLU-Pro\t80\t87",
        "Table 3: Results\n\nBenchmark\tGPT-5\nMMLU-Pro\t87",
        "GPT-5\nMMLU-Pro\t87",
        "| Benchmark | GPT-5 |\n|:--|--:|\n| **MMLU-Pro** | **87** |",
        "Benchmark | GPT-5\n--- | ---\nMMLU-Pro | 87",
        "│ Benchmark │ GPT-5 │\n├───┼───┤\n│ MMLU-Pro │ 87 │",
        "+---+---+\n| Benchmark | GPT-5 |\n+===+===+\n| MMLU-Pro | 87 |\n+---+---+",
        "sep=;\nBenchmark;GPT-5\nMMLU-Pro;87",
        "Benchmark;GPT-5\nMMLU-Pro;87",
        "Benchmark,GPT-5\nMMLU-Pro,87",
        "MMLU-Pro: 87",
        "MMLU-Pro = 87 %",
        "MMLU-Pro 87",
        "- MMLU-Pro: 87",
        "Benchmark      GPT-5    o3\nMMLU-Pro       87       70",
        '"Benchmark"\t"GPT-5"\n"MMLU-Pro"\t"87"',
        '"MMLU-\nPro"\t"87\n"',
        "\ufeffMMLU-Pro\t87\r\n",
        "MMLU-\u200bPro\t8\u200b7",
        "<table><tr><th>Benchmark<th>GPT-5<tr><td><b>MMLU-Pro</b><td><em>87</em></table>",
        "<table><tr><td rowspan=2>Knowledge</td><td>MMLU-Pro</td><td>87</td></tr></table>",
    ],
)
def test_one_score_is_found_however_the_table_stands(text):
    assert scores(text, "gpt-5") == {GPT: "87"}


@pytest.mark.parametrize(
    "text",
    [
        "1\tGPT-5\t87\n2\to3\t80",
        "Rank\tModel\tScore\n1\tGPT-5\t87\n2\to3\t80",
        "Model\tScore\nGPT-5\t87\no3\t80",
        "Model\tMMLU\tMMLU-Pro\nGPT-5\t99\t87\no3\t98\t80",
        "Benchmark\tGPT-5\to3\nMMLU-Pro\t87\t80\nMMLU\t99\t98",
    ],
)
def test_sheet_about_a_benchmark_takes_its_own_scores_and_no_rank(text):
    assert scores(text, "mmlu-pro") == {GPT: "87", ("o3", "mmlu-pro"): "80"}


def test_category_column_is_never_the_benchmark():
    text = "Category\tBenchmark\tGPT-5\nMath\tAIME 2025\t94\n\tMATH\t90\nCoding\tLiveCodeBench\t80"
    expected = {("gpt-5", "aime-2025"): "94", ("gpt-5", "math"): "90", ("gpt-5", "livecodebench"): "80"}
    assert scores(text, "gpt-5") == scores(text) == expected
    assert scores("Math\tAIME 2025\t94", "gpt-5") == {("gpt-5", "aime-2025"): "94"}
    assert scores("MATH\tAIME 2025\t94", "gpt-5") == {("gpt-5", "aime-2025"): "94"}


def test_average_row_named_like_a_category_is_asked():
    assert scores("Math\t90", "gpt-5") == {}
    assert "also a category" in why_not("Math\t90", "gpt-5")


@pytest.mark.parametrize(
    "text",
    [
        "Benchmark\tGPT-5 mini\nMMLU-Pro\t87",
        "Benchmark\tGemini 9\nMMLU-Pro\t87",
        "Benchmark\tGPT-5 vs o3\nMMLU-Pro\t87",
        "GPT-5 mini\tScore\nMMLU-Pro\t87",
        "GPT-5 mini\nMMLU-Pro\t87",
        "GPT-5 mini\n\nMMLU-Pro: 87",
        "Benchmark\tScore\nMMLU-Pro\t87\nGPT-5 mini\t\nMATH\t70",
        "Benchmark\to3\tGrok 4\nMMLU-Pro\t87\t85",
        "Model\tMMLU-Pro\no3\t87",
        "GPT-5\to3\nMMLU-Pro\t87\t80",
        "Benchmark\tGPT-5\tGPT-5\nMMLU-Pro\t87\t85",
        "MMLU-Pro\t87\t85",
        "87\n85",
        "MMLU-Pro",
        "hello world",
    ],
)
def test_column_that_cannot_be_this_models_is_never_taken(text):
    reading = read(text, "gpt-5")
    assert reading.scores == []
    assert all(cell.message for cell in reading.cells)
    assert reading.cells


def test_rows_wider_than_the_head_are_refused():
    assert scores("Benchmark,GPT-5\nMMLU-Pro,74,1\nMATH,60", "gpt-5") == {}
    assert "decimal ones" in why_not("Benchmark,GPT-5\nMMLU-Pro,74,1\nMATH,60", "gpt-5")
    assert scores("MMLU-Pro,74,1\nMATH,60", "gpt-5") == {}
    assert scores('Benchmark,GPT-5\nMMLU-Pro,"74,1"', "gpt-5") == {GPT: "74.1"}
    text = "Benchmark\tGPT-5\nMMLU-Pro\t74\t1\nMATH\t60"
    assert scores(text, "gpt-5") == {("gpt-5", "math"): "60"}
    assert "which belongs where" in why_not(text, "gpt-5")


def test_gap_that_hides_an_empty_cell_is_refused():
    text = "Benchmark   GPT-5   o3\nMMLU-Pro   87   80\nMATH   90"
    assert scores(text) == {GPT: "87", ("o3", "mmlu-pro"): "80"}


def test_first_row_of_data_is_no_head():
    text = "MMLU-Pro\t85–87\nGPQA Diamond\t60"
    assert scores(text, "gpt-5") == {("gpt-5", "gpqa"): "60"}
    assert "“85–87” is a range" in why_not(text, "gpt-5")


def test_second_head_inside_a_table_holds_from_there_on():
    text = "Benchmark\tGPT-5\to3\nMMLU-Pro\t87\t85\nBenchmark\to3\tGPT-5\nMATH\t83\t90"
    assert scores(text) == {GPT: "87", ("o3", "mmlu-pro"): "85", ("o3", "math"): "83", ("gpt-5", "math"): "90"}
    assert scores(text, "gpt-5") == {GPT: "87", ("gpt-5", "math"): "90"}


def test_head_of_two_lines_tells_the_runs_apart():
    expected = {(*GPT, "low"): "84", (*GPT, "high"): "87"}
    assert scores("Benchmark\tGPT-5\t\n\tlow\thigh\nMMLU-Pro\t84\t87") == expected
    page = (
        "<table><tr><th rowspan=2>Benchmark</th><th colspan=2>GPT-5</th></tr><tr><th>low</th><th>high</th></tr>"
        "<tr><td>MMLU-Pro</td><td>84</td><td>87</td></tr></table>"
    )
    assert scores(page) == expected


def test_name_merged_over_several_runs_carries_on_and_a_row_without_a_name_does_not():
    text = "Benchmark\tSetting\tGPT-5\nAIME 2025\tno tools\t94\n\twith tools\t99"
    assert scores(text) == {("gpt-5", "aime-2025", "no tools"): "94", ("gpt-5", "aime-2025", "with tools"): "99"}
    assert scores("Benchmark\tGPT-5\nMMLU-Pro\t87\n\t90") == {GPT: "87"}


def test_score_given_twice_is_refused_unless_both_agree():
    assert scores("MMLU-Pro\t80\nMMLU-Pro\t81", "gpt-5") == {}
    assert scores("MMLU-Pro\t80\nMMLU-Pro\t80.0", "gpt-5") == {GPT: "80"}


def test_nothing_pasted_disappears():
    text = "Note\t\nCategory\tBenchmark\tGPT-5\to3\tΔ\nMath\tMATH²\t90\t~80\t+10\n\tMMLU-Pro\t87\t80\t\nAverage\t\t88"
    told = [(cell.row, cell.column, cell.text) for cell in read(text).cells]
    words = [word for line in text.split("\n")[2:] for word in line.split("\t") if word]
    seen = " ".join(f"{row} {text}" for row, _, text in told)
    assert all(word in seen for word in words), seen


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("τ²-bench airline", "tau2-airline"),
        ("τ²-Bench Airline", "tau2-airline"),
        ("τ<sup>2</sup>-bench airline", "tau2-airline"),
        ("$\\tau^2$-bench airline", "tau2-airline"),
        ("τ-bench airline", "tau-airline"),
        ("MATH", "math"),
        ("mmlu pro", "mmlu-pro"),
        ("MMLU–Pro", "mmlu-pro"),
        ("MMLU-Pro†", "mmlu-pro"),
        ("[MMLU-Pro](https://board.example)", "mmlu-pro"),
        ("MMLU-Pro [3]", "mmlu-pro"),
        ("mmlu-pro", "mmlu-pro"),
        ("LiveBench (release 2024-11-25)", "livebench"),
    ],
)
def test_exact_name_wins(name, means):
    assert scores(f"{name}\t50\nMMLU\t60", "gpt-5") == {("gpt-5", means): "50", ("gpt-5", "mmlu"): "60"}


@pytest.mark.parametrize(
    "name",
    ["MATH²", "MATH<sup>2</sup>", "MATH-500", "MMLU+", "MMLU¹", "bench airline", "~~MMLU-Pro~~", "AIME25", "MMLU 2025"],
)
def test_near_names_are_offered_never_taken(name):
    assert scores(f"{name}\t50\nMMLU\t60", "gpt-5") == {("gpt-5", "mmlu"): "60"}


@pytest.mark.parametrize("name", ["LiveBench", "livebench", "Terminal-Bench", "terminal-bench", "GPQA", "gpqa"])
def test_name_without_release_or_subset_is_asked(name):
    text = f"{name}\t50\nMMLU\t60"
    assert scores(text, "gpt-5") == {("gpt-5", "mmlu"): "60"}
    assert "does not say which release or subset" in why_not(text, "gpt-5")


@pytest.mark.parametrize(
    ("name", "means"),
    [("通义千问", "tongyi"), ("文心一言", "ernie"), ("gpt5", "gpt-5"), ("Qwen2.5-7B", "qwen-2-5-7b")],
)
def test_models_of_any_script_keep_their_names(name, means):
    assert scores(f"Model\tMMLU\n{name}\t50\nGrok 4\t40") == {(means, "mmlu"): "50", ("grok-4", "mmlu"): "40"}


@pytest.mark.parametrize(
    "name", ["Qwen2-57B", "Qwen25 7B", "通义", "GPT 5.1", "Kimi K2 Thinking", "GPT-5 pro", "1", "GPT"]
)
def test_likely_models_are_not_taken(name):
    assert scores(f"Model\tMMLU\n{name}\t50\nGrok 4\t40") == {("grok-4", "mmlu"): "40"}


@pytest.mark.parametrize(
    ("name", "variant", "method", "effort", "standard"),
    [
        ("MMLU-Pro (high)", "high", "", 40, True),
        ("MMLU-Pro (no tools)", "", "no tools", 12, True),
        ("MMLU-Pro (with tools)", "", "with tools", 12, False),
        ("MMLU-Pro (5-shot)", "5-shot", "", 12, True),
        ("MMLU-Pro 5-shot", "5-shot", "", 12, True),
        ("MMLU-Pro, 5-shot CoT", "5-shot", "CoT", 12, True),
        ("MMLU-Pro pass@1", "pass@1", "", 12, True),
        ("MMLU-Pro (maj@64)", "maj@64", "", 12, False),
        ("MMLU-Pro (high, no tools)", "high", "no tools", 40, True),
        ("MMLU-Pro [32k thinking]", "32k thinking", "", 42, True),
        ("MMLU-Pro (w/o thinking)", "w/o thinking", "", 5, True),
        ("MMLU-Pro (EM)", "", "EM", 12, True),
    ],
)
def test_words_of_the_run_belong_to_the_row(name, variant, method, effort, standard):
    [cell] = read(f"{name}\t50", "gpt-5").scores
    assert (cell.benchmark.slug, cell.run.variant, cell.run.method) == ("mmlu-pro", variant, method)
    assert (cell.run.effort, cell.run.standard) == (effort, standard)


def test_words_of_the_run_may_stand_in_the_head_or_the_cell():
    assert scores("Benchmark\tGPT-5 (high)\tGPT-5 (low)\nMMLU-Pro\t87\t84", "gpt-5") == {
        (*GPT, "high"): "87",
        (*GPT, "low"): "84",
    }
    assert scores("MMLU-Pro\t86.0 (5-shot)", "gpt-5") == {(*GPT, "5-shot"): "86.0"}
    assert scores("Benchmark\tpass@1\nMMLU-Pro\t87", "gpt-5") == {(*GPT, "pass@1"): "87"}
    assert scores("Benchmark\tn-shot\tGPT-5\nMMLU-Pro\t5\t87") == {(*GPT, "5-shot"): "87"}


# --- numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (["87,5"], "87.5"),
        (["28,983", "74,1"], "28.983"),
        (["0,125", "74,1"], "0.125"),
        (["87.5 %"], "87.5"),
        (["87.5 ± 0.4"], "87.5"),
        (["87.5†"], "87.5"),
        (["50.2<sup>†</sup>"], "50.2"),
        (["８７.５"], "87.5"),
        (["`87.5`"], "87.5"),
        (["$87.5$"], "87.5"),
    ],
)
def test_percentages_are_read_as_people_write_them(column, value):
    rows = "\n".join(f"{name}\t{text}" for name, text in zip(["MMLU-Pro", "MATH"], column, strict=False))
    assert scores(rows, "gpt-5")[GPT] == value


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (["1,322", "74.1"], "1322"),
        (["1.322", "74,1"], "1322"),
        (["1,322.5"], "1322.5"),
        (["1.322,5"], "1322.5"),
        (["1 322"], "1322"),
        (["1\u202f322,5"], "1322.5"),
        (["1'322"], "1322"),
        (["1’322.5"], "1322.5"),
        (["1322 Elo"], "1322"),
        (["1322 +5/-4"], "1322"),
    ],
)
def test_thousands_are_read_by_the_column(column, value):
    rows = "\n".join(f"{name}\t{text}" for name, text in zip(["Arena", "MATH"], column, strict=False))
    assert scores(rows, "gpt-5")[("gpt-5", "arena")] == value


@pytest.mark.parametrize("text", ["0,125", "28,983", "1.322", "1,000", "100,000", "12.345 %", "**1.322**"])
def test_number_with_two_readings_is_asked(text):
    assert scores(f"Arena\t{text}\nMATH\t90", "gpt-5") == {("gpt-5", "math"): "90"}
    assert "can mean" in why_not(f"MMLU-Pro\t{text}\nMATH\t90", "gpt-5")
    assert scores("Arena\t1.322", "gpt-5", sign=",") == {("gpt-5", "arena"): "1322"}
    assert scores("MMLU-Pro\t28,983", "gpt-5", sign=",") == {GPT: "28.983"}


def test_column_that_mixes_points_and_commas_is_refused_where_it_matters():
    text = "MMLU-Pro\t87.5\nMATH\t90,5\nMMLU\t1,322"
    assert scores(text, "gpt-5") == {GPT: "87.5"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("50.2<sup>1</sup>", "50.2<sup>1</sup>"),
        ("50.2¹", "raised figure"),
        ("10^2", "raised figure"),
        ("78.4%1", "78.4%1"),
        ("~87", "about a score"),
        ("≈87", "about a score"),
        ("ca. 87", "about a score"),
        ("~~92.0~~", "struck out"),
        ("<del>90</del> 92", "struck out"),
        ("88–89.5", "range"),
        ("88-89", "range"),
        ("88 to 89", "range"),
        ("<90", "limit"),
        ("&lt;90", "limit"),
        ("≥90", "limit"),
        ("under 90", "limit"),
        ("+3.5", "difference"),
        ("87/100", "more than one number"),
        ("86.0 (88.1)", "more than a score"),
        ("87.5 (estimated)", "more than a score"),
        ("$6.06", "in usd"),
        ("€6", "in euro"),
        ("45 seconds", "in seconds"),
        ("1322 Elo", "in elo"),
        ("=1+1", "formula"),
        ("#N/A", "error of the spreadsheet"),
        ("1e3", "no number"),
        ("٨٧", "no number"),
        ("1.3k", "no number"),
        ("12 34", "no number"),
        ("123456789", "too large"),
        ("0.1234567", "too many decimals"),
    ],
)
def test_other_cells_are_refused_in_words_that_show_them(text, says):
    reading = read(f"MMLU-Pro\t{text}\nMATH\t90", "gpt-5")
    [cell] = [cell for cell in reading.cells if cell.row == "MMLU-Pro"]
    assert cell.outcome == REFUSED
    assert says in cell.message
    assert text.split()[0][:4] in cell.message
    assert [cell.benchmark.slug for cell in reading.scores] == ["math"]


@pytest.mark.parametrize(
    ("benchmark", "text", "fits"),
    [
        ("Run cost", "$6.06", True),
        ("Run cost", "6.06 USD", True),
        ("Run cost", "6.06 %", False),
        ("Run cost", "€6.06", False),
        ("Time horizon", "45 min", True),
        ("Time horizon", "45 seconds", False),
        ("Time horizon", "2 h", False),
        ("Arena", "1322 points", True),
        ("Arena", "85 %", False),
        ("MMLU", "85 points", True),
    ],
)
def test_unit_must_fit_the_benchmark(benchmark, text, fits):
    assert bool(scores(f"{benchmark}\t{text}", "gpt-5")) is fits


@pytest.mark.parametrize("text", ["-", "—", "n/a", "N/A", "None", "**-**", "not reported", "?", "…"])
def test_words_for_no_value_are_no_value(text):
    reading = read(f"MMLU-Pro\t{text}\nMATH\t90", "gpt-5")
    assert {cell.row: cell.outcome for cell in reading.cells} == {"MMLU-Pro": "empty", "MATH": SCORE}


def test_far_more_decimals_than_the_column_are_pointed_out():
    reading = read("MMLU-Pro\t87.1\nMATH\t80.5\nMMLU\t94.123456", "gpt-5")
    assert [bool(cell.remarks) for cell in reading.scores] == [False, False, True]


# --- laws ------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(st.text(max_size=200) | st.text(alphabet='MLU-Pro GPT5|\t,;\n.0123456789"<>%—', max_size=200))
def test_any_text_gives_cells_with_a_score_or_a_sentence(text):
    for cell in read(text, "gpt-5").cells:
        assert (cell.outcome == SCORE) == (cell.score is not None)
        assert cell.score is not None or cell.message
        assert cell.score is None or cell.score.is_finite()


@given(st.decimals(min_value=0, max_value=100, places=2))
def test_any_plain_number_is_read_exactly(value):
    [cell] = read(f"MMLU-Pro\t{value:f}", "gpt-5").scores
    assert cell.score == Decimal(f"{value:f}")


def test_too_long_a_text_is_refused_at_once():
    [cell] = read("x" * (LONGEST_TEXT + 1)).cells
    assert "longer than" in cell.message
    assert "at most 3,000" in read("a\t1\n" * 3001).refusal
