"""A small valid source in the CSV layout, file by file, for tests that spoil one cell of it."""

LABS = "slug,name\nnorth,North Lab\nsouth,South Lab\n"
MODELS = "slug,name,provider\natlas,Atlas,north\ncirro,Cirro,south\n"
BENCHMARKS = "slug,name,category\nfacts,Facts,knowledge\nerrors,Errors,coding\n"
GOOD = {"providers": LABS, "models": MODELS, "benchmarks": BENCHMARKS}
RESULT = "model,benchmark,score\natlas,facts,"


def only_problem(report):
    """The one refusal of the report; nothing may have been written."""
    assert [str(problem) for problem in report.problems[1:]] == []
    assert not report.written
    return report.problems[0]
