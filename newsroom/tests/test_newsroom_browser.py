"""A Tuesday in the newsroom, in a real browser and by keyboard: paste, map, look, publish, take back.

With `SCREENSHOTS=docs/editors` in the environment the pages on the way are kept as pictures.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.urls import reverse

from models_catalog.models import Benchmark, BenchmarkAlias, Category, LanguageModel, Organization, Result, ScoreSheet
from models_catalog.roles import EDITOR, PUBLISHER
from newsroom.tests.newsroom_world import make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

AXE = Path(settings.BASE_DIR) / "tests/browser/node_modules/axe-core/axe.min.js"
KNOWN, PASSWORD = 37, "a long enough word 42"
SECRET = "JBSWY3DPEHPK3PXP"  # of the test users\' authenticator apps


@pytest.fixture
def catalogue():
    lab = Organization.objects.create(slug="acme", name="Acme", is_lab=True)
    rival = LanguageModel.objects.create(slug="rival", name="Rival", lab=lab)
    category = Category.objects.get(slug="coding")
    for number in range(1, KNOWN + 1):
        benchmark = Benchmark.objects.create(
            slug=f"test-{number}", name=f"Test {number}", category=category, floor=0, best=100, maximum=100
        )
        Result.objects.create(model=rival, benchmark=benchmark, score=50, source_url="https://board.example")
    for name, role in (("edith", EDITOR), ("paul", PUBLISHER)):
        user = make_staff(name, role)
        user.set_password(PASSWORD)
        user.save()
        TOTP.activate(user, SECRET)
    return LanguageModel.objects.create(slug="acme-1", name="Acme 1", lab=lab)


@pytest.fixture(autouse=True)
def _second_factor_required(settings):
    settings.REQUIRE_STAFF_MFA = True


def code_now() -> str:
    """What an authenticator app would show this half minute."""
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))


class Desk:
    """A member of staff at a keyboard; every page is checked for console errors and by axe."""

    def __init__(self, browser, live_server, name):
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=live_server.url)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.open("admin:login")
        self.type("Username:", name)
        self.type("Password:", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.get_by_role("heading", name="Second factor").wait_for()
        self.type("Code:", code_now())
        self.page.keyboard.press("Enter")
        self.page.get_by_role("heading", name="What needs doing").wait_for()

    def _hear(self, message):
        if message.type == "error" and "favicon" not in message.location.get("url", ""):
            self.complaints.append(message.text)

    def open(self, name, *args, query=""):
        self.page.goto(reverse(name, args=args) + query)

    def type(self, label, text):
        self.page.get_by_label(label, exact=True).focus()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def paste(self, text):
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.page.keyboard.press("Control+V")

    def press(self, button):
        """Press a button by keyboard and wait for the page it leads to."""
        self.page.get_by_role("button", name=button, exact=True).focus()
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def said(self) -> str:
        """What the grid's script says."""
        return self.page.inner_text("#sheet-status")

    def read(self) -> str:
        return self.page.inner_text("#content")

    def check(self, picture: str = ""):
        """Nothing complained, axe finds nothing; keeps a picture where asked."""
        assert self.complaints == []
        if AXE.exists():
            self.page.evaluate(AXE.read_text())
            found = self.page.evaluate(
                "() => axe.run({preload: false}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
            )
            assert found == []
        elif os.environ.get("REQUIRE_ALL"):
            pytest.fail("axe-core is not here. Run npm ci in tests/browser.")
        if picture and (folder := os.environ.get("SCREENSHOTS")):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{picture}.png")


def table() -> str:
    """A model card's table: 40 rows, of which three have unknown names and two bad scores."""
    scores = {f"Test {number}": f"{40 + number}.5" for number in range(1, KNOWN + 1)}
    scores |= {"Test 36": "184", "Test 37": "=cmd()", "Mystery A": "61", "Mystery B": "62", "Mystery C": "63"}
    lines = [f"| {name} | **{score}** | 50 |" for name, score in scores.items()]
    return "\n".join(["| Benchmark | Acme 1 | Rival |", "|:--|--:|--:|", *lines])


def test_a_tuesday_in_the_newsroom(catalogue, browser, live_server):
    edith = Desk(browser, live_server, "edith")
    edith.check("front-page")

    # One sheet, one source; the table is pasted, finds its rows, and nothing is saved.
    edith.open("admin:models_catalog_scoresheet_new_grid", query="?model=acme-1&scope=all")
    edith.type("Source address:", "https://acme.example/card")
    edith.type("Why:", "model card of June")
    edith.page.locator(".sheet-grid input").first.focus()
    edith.paste(table())
    edith.page.get_by_text("could not be placed").wait_for()
    assert "Filled 37 cells by name; 3 rows not in this grid went into the field above" in edith.said()
    assert edith.page.locator("#sheet-left tbody tr").count() == 40  # the rival's scores, with the reason
    edith.page.get_by_text("is a formula").wait_for()
    edith.check("grid")
    edith.press("Preview")
    text = edith.read()
    assert "35 new, 0 changed, 0 left as they are, 3 unknown names, 2 problems" in text
    assert "184 is outside the range of Test 36" in text
    assert "is a formula" in text
    edith.check("preview-with-problems")

    # The two bad cells are corrected in the grid, Enter moves on to the next one.
    edith.page.get_by_role("link", name="Back to the grid").focus()
    edith.page.keyboard.press("Enter")
    cell = edith.page.get_by_role("textbox", name="Test 36", exact=True)
    cell.focus()
    edith.page.keyboard.press("Control+A")
    edith.page.keyboard.type("84")
    edith.page.keyboard.press("Enter")
    edith.page.keyboard.press("Control+A")
    edith.page.keyboard.type("85")
    assert edith.page.get_by_role("textbox", name="Test 37", exact=True).input_value() == "85"
    edith.press("Preview")

    # Unknown names are settled inside the preview: one mapped, one left out, one left for later.
    Benchmark.objects.create(slug="mystery", name="Mystery", kind="other", weight=0)
    edith.page.reload()
    preview = edith.page.url
    edith.page.get_by_label("Another benchmark for Mystery A").fill("Mystery")
    edith.page.get_by_label("Mystery B", exact=True).select_option("leave")
    edith.check("unknown-names")
    edith.press("Read the table again")
    assert BenchmarkAlias.objects.get().source_id == "Mystery A"
    assert "38 new, 0 changed, 0 left as they are, 1 unknown name." in edith.read()
    assert "Only a publisher can publish" in edith.read()
    edith.check()
    edith.press("Save as drafts")
    assert "waits for a publisher" in edith.read()
    assert Result.objects.filter(model=catalogue, state="draft").count() == 38

    # A publisher finds it in the queue, publishes, and a reader sees it.
    paul = Desk(browser, live_server, "paul")
    assert "Score sheets to publish" in paul.page.inner_text("#queue-sheets")
    paul.page.goto(preview)
    paul.check("waiting-sheet")
    paul.press("Publish the sheet")
    assert Result.objects.filter(model=catalogue, state="published").count() == 38
    paul.page.goto("/compare/acme-1-vs-rival/")
    assert "https://acme.example/card" in paul.page.content()

    # And takes it back: readers see the reason.
    paul.page.goto(preview)
    paul.type("Why:", "the card was withdrawn")
    paul.press("Undo the whole sheet")
    paul.check()
    paul.page.goto("/compare/acme-1-vs-rival/")
    assert "the card was withdrawn" in paul.page.content()
    gone = Result.objects.filter(model=catalogue)
    assert set(gone.values_list("state", "withdrawn_reason")) == {("withdrawn", "the card was withdrawn")}
    paul.open("admin:audit")
    assert "the card was withdrawn" in paul.read()
    paul.check("audit-log")


def test_whole_sheet_works_without_scripts(catalogue, browser, live_server):
    edith = Desk(browser, live_server, "edith")
    cookies = edith.context.cookies()
    plain = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    plain.add_cookies(cookies)
    page = plain.new_page()
    page.goto(reverse("admin:models_catalog_scoresheet_new_grid") + "?model=acme-1&scope=all")
    page.get_by_label("Why:", exact=True).fill("model card of June")
    page.locator("summary").click()
    page.get_by_label("Paste a table").fill("Test 1\t61\nTest 2\t62")
    page.get_by_role("textbox", name="Test 3", exact=True).fill("63")
    page.get_by_role("button", name="Preview").click()
    assert "3 new" in page.inner_text("#content")
    page.get_by_role("button", name="Save as drafts").click()
    assert Result.objects.filter(model=catalogue, state="draft").count() == 3


class Counter:
    """Counts what an editor does: clicks, keys and pages loaded."""

    def __init__(self, desk: Desk):
        self.desk, self.clicks, self.keys, self.loads = desk, 0, 0, 0
        desk.page.on("framenavigated", self._loaded)

    def _loaded(self, frame):
        self.loads += frame == self.desk.page.main_frame

    def click(self, locator):
        self.clicks += 1
        locator.click()

    def choose(self, locator, value):
        self.clicks += 2
        locator.select_option(value)

    def type(self, locator, text):
        self.clicks += 1
        self.keys += len(text)
        locator.fill(text)

    def paste(self, locator, text):
        self.clicks += 1
        self.keys += 2
        locator.focus()
        self.desk.paste(text)


def vendor_table() -> str:
    """Eight models by forty scores as a vendor's page gives them: categories, effort, two names of their own."""
    heads = [f"Acme {number}" for number in range(1, 8)] + ["Rival (high)"]
    lines = ["\t".join(["Category", "Benchmark", *heads])]
    for number in range(1, 41):
        name = f"Test {number}" if number <= KNOWN else f"Vendor test {number}"
        scores = [f"{30 + number + place / 10:.1f}" for place in range(8)]
        lines.append("\t".join(["Coding" if number == 1 else "", name, *scores]))
    return "\n".join(lines)


def test_vendor_table_takes_few_clicks(catalogue, browser, live_server, capsys):
    lab = Organization.objects.get(slug="acme")
    for number in range(2, 8):
        LanguageModel.objects.create(slug=f"acme-{number}", name=f"Acme {number}", lab=lab)
    for number in range(38, 41):
        Benchmark.objects.create(slug=f"own-{number}", name=f"Vendor's test {number}", kind="other", weight=0)
    paul = Desk(browser, live_server, "paul")
    page, began = paul.page, time.monotonic()
    editor = Counter(paul)
    editor.click(page.get_by_role("link", name="Enter scores", exact=True))
    editor.click(page.get_by_role("link", name="Paste a whole table"))
    editor.type(page.get_by_label("Source address:"), "https://acme.example/card")
    editor.choose(page.get_by_label("Source kind:"), "provider-reported")
    editor.choose(page.get_by_label("Source tier:"), "3")
    editor.type(page.get_by_label("Date of the measurement:"), "2026-06-01")
    editor.type(page.get_by_label("Why:"), "vendor table of June")
    editor.paste(page.get_by_label("Paste a table"), vendor_table())
    paul.check()
    editor.click(page.get_by_role("button", name="Preview"))
    for number in range(38, 41):
        mapped = Benchmark.objects.get(slug=f"own-{number}").pk
        editor.choose(page.get_by_label(f"Vendor test {number}", exact=True), str(mapped))
    paul.check("table-names")
    editor.click(page.get_by_role("button", name="Read the table again"))
    assert "320 new" in paul.read()
    paul.check("table-preview")
    editor.click(page.get_by_role("button", name="Save and publish"))
    assert "Published" in paul.read()
    seconds = time.monotonic() - began
    assert Result.objects.filter(state="published", source_url="https://acme.example/card").count() == 320
    assert Result.objects.filter(variant="high", effort=40).count() == 40
    with capsys.disabled():
        told = f"{editor.clicks} clicks, {editor.keys} keys, {editor.loads} page loads, {seconds:.0f} s at the machine"
        print(f"\nvendor table, 8 models x 40 scores: {told}")
    assert editor.clicks <= 25
    assert editor.loads <= 6
    assert seconds < 120


def test_what_is_typed_survives_logging_out(catalogue, browser, live_server, settings):
    edith = Desk(browser, live_server, "edith")
    edith.open("admin:models_catalog_scoresheet_new_grid", query="?model=acme-1&scope=all")
    edith.page.get_by_role("textbox", name="Test 3", exact=True).fill("63.5")
    edith.page.get_by_text("What you type is kept").wait_for()
    assert ScoreSheet.objects.get().state == "entry"
    edith.context.clear_cookies()
    settings.REQUIRE_STAFF_MFA = False  # one code opens one session: the second log-in goes without
    Authenticator.objects.all().delete()
    edith.open("admin:login")
    edith.type("Username:", "edith")
    edith.type("Password:", PASSWORD)
    edith.page.keyboard.press("Enter")
    edith.page.get_by_role("heading", name="What needs doing").wait_for()
    edith.open("admin:models_catalog_scoresheet_new_grid", query="?model=acme-1&scope=all")
    assert edith.page.get_by_role("textbox", name="Test 3", exact=True).input_value() == "63.5"
    assert "Taken up where you left off" in edith.page.inner_text("body")
    edith.check()


@pytest.mark.parametrize("width", [390, 1440])
def test_pages_fit_narrow_and_wide_screens(catalogue, browser, live_server, width):
    edith = Desk(browser, live_server, "edith")
    edith.page.set_viewport_size({"width": width, "height": 900})
    edith.open("admin:models_catalog_scoresheet_new_table")
    edith.page.get_by_label("Paste a table").fill("Benchmark\tAcme 1\tRival\nTest 1\t61\t~50\nOdd\t5\t6")
    edith.page.get_by_label("Why:").fill("card")
    edith.press("Preview")
    edith.check(f"table-{width}" if width == 390 else "")
    assert edith.page.evaluate("document.documentElement.scrollWidth") <= width
