"""From the change log to an issue: frozen once, every number traced, refused when something is missing."""

import datetime as dt
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from comparisons.changes.replay import replay
from comparisons.models import Change
from models_catalog.models import LanguageModel
from newsletter.core.digest import build, sha256_of
from newsletter.core.periods import MONTHLY, WEEKLY, last_period, period_named
from newsletter.delivery import outbox
from newsletter.delivery.mail import UNSUBSCRIBE_PLACEHOLDER
from newsletter.delivery.outbox import Group
from newsletter.digest import build as digest
from newsletter.digest import preflight
from newsletter.digest.preflight import LARGEST_HTML, make_ready, problems_of
from newsletter.digest.rendering import note_html, refresh, render_group
from newsletter.models import Issue
from newsletter.tests.people import make_subscriber
from newsletter.tests.tracing import hidden_are_counted, misplaced, untraced, words_of
from newsletter.tests.weeks import FILE, MONDAY, QUIET_WEEK, WEEK, site, week  # noqa: F401  (fixtures)
from newsletter.tests.weeks import build as built

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


# --- Frozen once ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("week")
def test_an_issue_holds_exactly_the_changes_of_its_week():
    issue = built()
    numbers = {row["id"] for row in issue.snapshot["changes"]}
    assert numbers == set(Change.objects.filter(at__gte=WEEK.start, at__lt=WEEK.end).values_list("pk", flat=True))
    assert len(numbers) == 11
    assert issue.snapshot_sha256 == sha256_of(issue.snapshot)
    assert (issue.slug, issue.state, issue.empty) == ("2026-W27", "draft", False)
    assert "11.25" not in issue.html
    assert "88.75" not in issue.html


@pytest.mark.usefixtures("week")
def test_a_second_build_finds_the_first_and_changes_nothing():
    first = built()
    Change.objects.all().delete()
    again, created = digest.build_issue(WEEK, MONDAY + dt.timedelta(hours=1))
    assert not created
    assert (again.pk, again.html, again.snapshot) == (first.pk, first.html, first.snapshot)


@pytest.mark.usefixtures("week")
def test_two_builds_at_once_make_one_issue(monkeypatch):
    freeze = digest.freeze

    def slow(period, as_of):
        """While this process reads the log, another one finishes."""
        monkeypatch.setattr(digest, "freeze", freeze)
        assert digest.build_issue(period, MONDAY)[1]
        return freeze(period, as_of)

    monkeypatch.setattr(digest, "freeze", slow)
    issue, created = digest.build_issue(WEEK, MONDAY)
    assert not created
    assert Issue.objects.count() == 1
    assert issue.html


@pytest.mark.usefixtures("week")
def test_a_quiet_week_is_finished_at_once_and_sends_nothing():
    make_subscriber()
    issue = built(QUIET_WEEK)
    assert (issue.empty, issue.state, issue.html, issue.text) == (True, "finished", "", "")
    assert not outbox.schedule(issue, MONDAY)
    assert problems_of(issue) == ["Nothing changed in this period, so there is nothing to send."]


@pytest.mark.usefixtures("week")
def test_a_week_that_is_not_over_is_refused_but_can_be_looked_at():
    wednesday = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
    with pytest.raises(digest.DigestError, match=r"ends on 2026-07-06 00:00 UTC"):
        digest.build_issue(WEEK, wednesday)
    period, told = digest.coming("weekly", wednesday)
    assert (period, told.changes, told.as_of) == (WEEK, 11, "1 July 2026, 12:00 UTC")
    assert not Issue.objects.exists()


@pytest.mark.usefixtures("week")
def test_an_open_issue_can_be_frozen_anew_and_keeps_its_note():
    issue = built()
    Issue.objects.filter(pk=issue.pk).update(editor_note="Hello", state="ready")
    Change.objects.filter(kind="context_window").delete()
    Change.objects.filter(kind="model_deprecated").delete()
    again = digest.rebuild(issue, MONDAY)
    assert (len(again.snapshot["changes"]), again.editor_note, again.state) == (10, "Hello", "draft")
    assert "Hello" in again.text
    Issue.objects.filter(pk=issue.pk).update(state="scheduled", send_at=MONDAY)
    with pytest.raises(digest.DigestError, match="stays as it is"):
        digest.rebuild(issue, MONDAY)


# --- Every number -----------------------------------------------------------------------------------


def check_numbers(issue: Issue) -> None:
    assert untraced(words_of(issue.html), issue.snapshot) == []
    assert untraced(issue.text.rpartition("\n-- \n")[0], issue.snapshot) == []
    assert misplaced(issue.snapshot) == []
    assert hidden_are_counted(issue.snapshot)
    told = build(issue.snapshot)
    for block in told.blocks:
        for line in block.lines:
            assert line.text in issue.text
            assert line.text in re.sub(r"\s+", " ", words_of(issue.html))
    for mark in told.marks:
        assert f"#{mark.change}" in issue.text
        assert f"/changes/?id={mark.change}" in issue.html


@pytest.mark.usefixtures("week")
def test_every_number_of_the_mail_traces_to_its_change(settings):
    settings.NEWSLETTER_POSTAL_ADDRESS = "Data Street"
    issue = built()
    check_numbers(issue)
    for text in (
        "Code Repair: 72.34 %",
        "Chat Arena: 1,310.4 Elo",
        "Delta Free on Exam Facts: 69.5 % → 68 %",
        "Borea Pro at North Lab: $3.00 in, $15.00 out → $2.00 in, $10.00 out",
        "input 33.3 % less, output 33.3 % less",
        "Atlas 1 at Sky Hosting: $0.50 in → free in",
        "Cirro at South Lab: context window 1M → 2M tokens",
        "Ember 3B at South Lab is deprecated",
    ):
        assert text in issue.text
    assert issue.subject == "New: Atlas 1; Borea Pro up to 33 % cheaper, 1 other price changed; Ember 3B deprecated"


@pytest.mark.usefixtures("week")
def test_a_number_from_nowhere_would_be_found():
    issue = built()
    assert untraced("Code Repair: 99.9 %", issue.snapshot) == ["99.9"]


SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "catalogue"


@pytest.mark.skipif(not SHARED.exists(), reason="SKIPPED: no ../shared beside the repository with a real history.")
@pytest.mark.slow
def test_real_weeks_trace_too_and_the_quiet_one_sends_nothing(settings):
    settings.NEWSLETTER_POSTAL_ADDRESS = "Data Street"
    call_command("import_data", "csv", str(SHARED), stdout=StringIO(), stderr=StringIO())
    replay(SHARED / "history.csv", dt.date(2025, 4, 1), dt.date(2026, 8, 31))
    now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    sizes = {}
    for slug in ("2025-W18", "2025-W21", "2025-W32", "2026-W27", "2026-06"):
        issue = built(period_named(slug), now)
        check_numbers(issue)
        assert problems_of(issue) == []
        assert len(issue.html.encode()) < LARGEST_HTML
        sizes[slug] = len(issue.snapshot["changes"])
    assert sizes == {"2025-W18": 777, "2025-W21": 75, "2025-W32": 66, "2026-W27": 28, "2026-06": 284}
    assert built(period_named("2026-W32"), now).empty


# --- One object, two parts, many groups --------------------------------------------------------------


@pytest.mark.usefixtures("week")
def test_a_group_reads_its_topics_only_and_nothing_when_there_is_nothing():
    issue = built()
    prices = render_group(issue, Group("k", "en", ("prices",)))
    assert "Borea Pro at North Lab: $3.00" in prices.text
    assert "Code Repair" not in prices.text
    assert "Only the topics you chose." in prices.html
    assert prices.subject == "Borea Pro up to 33 % cheaper, 1 other price changed"
    assert render_group(issue, Group("k", "en", ("lab:nobody",))) is None
    everything = render_group(issue, Group("all", "en", ()))
    assert (everything.subject, everything.html, everything.text) == (issue.subject, issue.html, issue.text)


@pytest.mark.usefixtures("week")
def test_both_parts_hold_the_way_out_once_and_no_picture_script_or_foreign_address():
    issue = built()
    assert issue.html.count(UNSUBSCRIBE_PLACEHOLDER) == issue.text.count(UNSUBSCRIBE_PLACEHOLDER) == 1
    assert not re.search(r"<(img|script|link|iframe|form)\b", issue.html)
    hosts = set(re.findall(r'(?:href|src)="https?://([^/"]+)', issue.html))
    assert hosts == {"evenbench.example", "unsubscribe.invalid"}


@pytest.mark.usefixtures("week")
def test_dark_rules_stay_in_the_head_and_light_ones_are_inline():
    issue = built()
    head, body = issue.html.split("<body", 1)
    assert "prefers-color-scheme: dark" in head
    assert "max-width: 600px" not in head
    assert 'style="' in body
    assert 'name="color-scheme" content="light dark"' in head


@pytest.mark.usefixtures("week")
def test_a_note_in_markdown_is_in_both_parts_and_cannot_carry_markup():
    issue = built()
    issue.editor_note = (
        "We moved **Exam Facts**. See [why](https://evenbench.example/methodology/).\n\n<script>x</script>"
    )
    refresh(issue)
    assert "<strong>Exam Facts</strong>" in issue.html
    assert "We moved **Exam Facts**." in issue.text
    assert "<script" not in issue.html
    assert note_html("[x](javascript:alert(1)) ![p](https://e.example/p.png)").count("<a") == 0
    assert "<img" not in note_html("![p](https://e.example/p.png)")
    assert note_html("  ") == ""


# --- Preflight --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("week")
def test_a_complete_issue_passes_and_becomes_ready():
    issue = built()
    assert problems_of(issue) == []
    make_ready(issue)
    assert issue.state == "ready"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"text": ""}, "The text part is empty"),
        ({"html": ""}, "The HTML part is empty"),
        ({"html": "<a href='/changes/'>x</a>"}, "“/changes/” is not absolute"),
        ({"html": "<a href='https://evenbench.example/models/nobody/'>x</a>"}, "leads to no page"),
        ({"html": "<a href='https://evenbench.example/no-such-page/'>x</a>"}, "leads to no page"),
        ({"text": "see https://evenbench.example/compare/atlas-vs-nobody/."}, "leads to no page"),
        ({"subject": "Hello {{ name }}"}, "The subject still holds the placeholder “{{”"),
        ({"text": "TODO: write"}, "The text part still holds the placeholder “TODO”"),
        ({"html": "x" * (LARGEST_HTML + 1)}, "has 90,001 bytes"),
        ({"html": "<p>No way out</p>"}, "The HTML part has no link to unsubscribe"),
        ({"text": "No way out"}, "The text part has no link to unsubscribe"),
        ({"snapshot_sha256": "0" * 64}, "are not those the issue was built from"),
    ],
)
@pytest.mark.usefixtures("week")
def test_preflight_refuses_what_may_not_be_sent(change, sentence):
    issue = built()
    for name, value in change.items():
        setattr(issue, name, value)
    assert [problem for problem in problems_of(issue) if sentence in problem]


@pytest.mark.usefixtures("week")
def test_preflight_refuses_without_a_postal_address(settings):
    settings.NEWSLETTER_POSTAL_ADDRESS = ""
    issue = built()
    with pytest.raises(preflight.PreflightError, match="No postal address is set"):
        make_ready(issue)
    issue.refresh_from_db()
    assert issue.state == "draft"


@pytest.mark.usefixtures("week")
def test_a_model_that_vanished_after_the_build_is_noticed():
    issue = built()
    LanguageModel.objects.filter(slug="atlas").update(published=False)
    assert any("/models/atlas/ leads to no page" in problem for problem in problems_of(issue))


# --- The command --------------------------------------------------------------------------------------


def run(*options: str) -> str:
    out = StringIO()
    call_command("build_digest", *options, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("week")
def test_the_command_builds_checks_and_says_what_it_did(time_machine):
    time_machine.move_to(MONDAY)
    text = run()
    assert "2026-W27 built: 11 changes. Subject: New: Atlas 1;" in text
    assert "2026-W27 is ready." in text
    assert "was there already" in run()
    assert "nothing changed, nothing will be sent" in run("--period", "2026-W20")
    assert "2026-06 built: 8 changes" in run("--newsletter", "monthly")


@pytest.mark.usefixtures("week")
def test_the_command_schedules_what_passes_and_fails_loudly_otherwise(time_machine, settings):
    time_machine.move_to(MONDAY, tick=False)
    settings.NEWSLETTER_POSTAL_ADDRESS = ""
    with pytest.raises(CommandError, match="stays a draft and is not scheduled"):
        run("--send-in", "30")
    settings.NEWSLETTER_POSTAL_ADDRESS = "1 Data Street"
    assert "2026-W27 is scheduled." in run("--send-in", "30")
    issue = Issue.objects.get()
    assert issue.send_at == MONDAY + dt.timedelta(minutes=30)
    assert "was there already" in run("--send-in", "90")
    issue.refresh_from_db()
    assert issue.send_at == MONDAY + dt.timedelta(minutes=30)


@pytest.mark.usefixtures("week")
def test_the_command_refuses_what_is_no_period(time_machine):
    time_machine.move_to(MONDAY)
    with pytest.raises(CommandError, match="is no period"):
        run("--period", "next week")
    with pytest.raises(CommandError, match="ends on"):
        run("--period", "2026-W28")


def test_the_stored_week_is_in_the_tests_folder():
    assert FILE.exists()


# --- The clock of the machine --------------------------------------------------------------------------


def cron_lines() -> list[tuple[dt.time, str]]:
    """When and which issue the crontab of the guide builds, in the machine's own time."""
    guide = (Path(__file__).parents[2] / "docs" / "newsletter.md").read_text(encoding="utf-8")
    found = []
    for line in re.findall(r"^.*build_digest.*$", guide, re.MULTILINE):
        parts = re.match(r"(\d+) (\d+) \* \* \* +cd \S+ && .* build_digest(.*)$", line)
        if parts:
            newsletter = MONTHLY if "monthly" in parts[3] else WEEKLY
            found.append((dt.time(int(parts[2]), int(parts[1])), newsletter))
    return found


@pytest.mark.parametrize("hours", range(-11, 15))
def test_the_cron_lines_build_every_period_within_a_day_of_its_end_from_utc_minus_11_to_plus_14(hours):
    zone = dt.timezone(dt.timedelta(hours=hours))
    lines = cron_lines()
    assert {newsletter for _, newsletter in lines} == {WEEKLY, MONTHLY}
    for time, newsletter in lines:
        built = {}
        for number in range(400):
            local = dt.datetime.combine(dt.date(2026, 1, 5) + dt.timedelta(days=number), time, zone)
            period = last_period(newsletter, local)
            built.setdefault(period.slug, local - period.end)
            assert local >= period.end
        waits = list(built.values())[1:]
        assert max(waits) < dt.timedelta(days=1)
        assert len(built) >= (57 if newsletter == WEEKLY else 13)
