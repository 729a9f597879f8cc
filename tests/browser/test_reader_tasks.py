"""What readers come to do, done in a real browser: without script, by keyboard, on paper, before styles arrive."""

from __future__ import annotations

import contextlib
import itertools
import re
import sqlite3
import time
from urllib.parse import parse_qs, urlsplit

import pytest

PAIR = "/compare/claude-sonnet-4-5-vs-gpt-5/"
DESK = {"width": 1280, "height": 900}
TO_THE_BOARD = 60  # key presses that are more than enough to reach anything above a table


def asked(page) -> dict[str, list[str]]:
    """Parameters of the present address."""
    return parse_qs(urlsplit(page.url).query)


NAMES = "[...document.querySelector('table.board').querySelectorAll('tbody th a')].map(link => link.innerText)"


def names(page) -> list[str]:
    """Models of the first board, from top to bottom."""
    return page.evaluate(NAMES)


def follow(page, locator) -> None:
    """Click what leads to another page, and wait until that page stands."""
    with page.expect_navigation():
        locator.click()


def until(page, condition: str, wanted=True) -> None:
    """Wait until a JavaScript expression has a value (wait_for_function would need eval, which the pages forbid)."""
    for _ in range(100):
        if page.evaluate(condition) == wanted:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"Five seconds were not enough for {wanted!r} from: {condition}")


@pytest.fixture
def plain(visit):
    """A desk without JavaScript."""
    return visit(java_script_enabled=False, viewport=DESK)


@pytest.fixture
def desk(visit):
    """A desk with JavaScript and a storage of its own."""
    return visit(viewport=DESK, color_scheme="light")


class TestWithoutScript:
    def test_evidence_opens(self, plain):
        plain.open(PAIR)
        first = plain.page.locator("#verdict details.claim").first
        row = first.locator("a[href^='#r-'], a[href^='#g-']").first
        assert not row.is_visible()
        first.locator("summary").click()
        assert row.is_visible()
        assert first.locator("a[href^='/methodology/#']").is_visible()
        target = row.get_attribute("href")
        row.click()
        assert plain.page.locator(target).is_visible()
        figure = plain.page.locator("#benchmarks .deep details").first
        figure.locator("summary").click()
        assert figure.locator("a[href^='/report/']").first.is_visible()

    def test_two_models_are_picked(self, plain):
        plain.open("/compare/")
        fields = plain.page.locator("main input[name=m]")
        fields.nth(0).fill("GPT-4.1 mini")
        fields.nth(1).fill("o3")
        with plain.page.expect_navigation():
            fields.nth(1).press("Enter")
        assert plain.page.url.endswith("/compare/gpt-4-1-mini-vs-o3/")

    def test_a_name_nobody_has_is_answered_with_near_ones(self, plain):
        plain.open("/compare/")
        fields = plain.page.locator("main input[name=m]")
        fields.nth(0).fill("GPT-4.1 mimi")
        fields.nth(1).fill("o3")
        with plain.page.expect_navigation():
            fields.nth(1).press("Enter")
        assert plain.page.locator("main a[href*='gpt-4-1-mini']").count() > 0

    def test_the_leaderboard_is_filtered_and_then_sorted(self, plain):
        plain.open("/leaderboard/")
        everybody = names(plain.page)
        plain.page.get_by_label("Lab", exact=True).select_option(label="OpenAI")
        plain.page.get_by_label("Price up to, USD").fill("5")
        follow(plain.page, plain.page.get_by_role("button", name="Show", exact=True))
        assert asked(plain.page)["lab"] == ["openai"]
        some = names(plain.page)
        assert 0 < len(some) < len(everybody)
        assert all(name.startswith(("GPT", "gpt", "o")) for name in some)
        follow(plain.page, plain.page.locator("table.board").first.get_by_role("link", name="Model", exact=True))
        assert asked(plain.page)["lab"] == ["openai"], "sorting lost the filter"
        assert names(plain.page) == sorted(some, key=str.casefold)

    def test_the_second_page_goes_on_where_the_first_ended(self, plain):
        plain.open("/models/")
        first = names(plain.page)
        follow(plain.page, plain.page.get_by_role("navigation", name="Pages").get_by_role("link").nth(1))
        assert asked(plain.page)["page"] == ["2"]
        assert names(plain.page)
        assert not set(first) & set(names(plain.page))

    @pytest.mark.parametrize("path", ["/leaderboard/", PAIR])
    def test_own_weights_are_a_form_and_stand_in_the_address(self, plain, path):
        plain.open(path)
        plain.page.locator("details.weights summary").first.click()
        form = plain.page.get_by_role("form", name="Your own category weights")
        for field in form.locator("input[type=number]").all():
            field.fill("0")
        form.get_by_label("Math").fill("100")
        follow(plain.page, form.get_by_role("button"))
        assert urlsplit(plain.page.url).path == path
        assert asked(plain.page)["w"][0].startswith("math:100")
        assert plain.page.get_by_text("your own category weights").first.is_visible()
        assert plain.page.locator("meta[name=robots][content*=noindex]").count() == 1
        assert plain.page.locator("link[rel=canonical]").get_attribute("href").endswith(path)

    def test_a_report_reaches_the_newsroom(self, plain, database):
        said = f"The card says another figure, {time.time_ns()}."
        plain.open(PAIR)
        link = plain.page.locator("main a[href^='/report/']").first
        path = link.get_attribute("href")
        plain.open(path)
        plain.page.get_by_label("What is wrong").fill(said)
        time.sleep(3.1)  # whoever is faster is taken for a machine
        follow(plain.page, plain.page.get_by_role("button", name="Send the report"))
        assert plain.page.get_by_text("Your report is with the editors").is_visible()
        with contextlib.closing(sqlite3.connect(database)) as tables:
            kept = tables.execute("SELECT result_id FROM models_catalog_report WHERE text = ?", [said]).fetchall()
        assert kept == [(int(path.split("/")[2]),)]

    def test_a_report_that_was_sent_too_fast_keeps_its_words(self, plain):
        plain.open("/report/1/")
        plain.page.get_by_label("What is wrong").fill("Too fast.")
        follow(plain.page, plain.page.get_by_role("button", name="Send the report"))
        assert plain.page.get_by_label("What is wrong").input_value() == "Too fast."
        assert plain.page.get_by_text("very fast").is_visible()

    def test_signing_up_ends_at_the_mailbox(self, plain, database):
        plain.open("/prices/")
        plain.page.get_by_label("E-mail address").fill("reader@example.org")
        follow(plain.page, plain.page.get_by_role("button", name="Send me the confirmation"))
        assert urlsplit(plain.page.url).path == "/newsletter/check/"
        assert plain.page.get_by_role("heading", level=1).inner_text() == "Look into your mailbox"
        with contextlib.closing(sqlite3.connect(database)) as tables:
            query = "SELECT count(*) FROM newsletter_pendingsignup WHERE address = 'reader@example.org'"
            assert tables.execute(query).fetchone() == (1,)

    def test_a_workload_is_priced(self, plain):
        plain.open("/prices/")
        plain.page.get_by_label("Your input tokens").fill("12M")
        plain.page.get_by_label("Your output tokens").fill("800k")
        follow(plain.page, plain.page.get_by_role("button", name="Work it out"))
        assert asked(plain.page)["in"] == ["12M"]
        assert asked(plain.page)["out"] == ["800k"]
        assert plain.page.get_by_role("columnheader", name=re.compile("Workload")).is_visible()

    def test_a_workload_nobody_can_read_is_said_beside_its_field(self, plain):
        plain.open("/prices/?in=lots")
        field = plain.page.get_by_label("Your input tokens")
        assert field.get_attribute("aria-invalid") == "true"
        assert field.input_value() == "lots"


class TestWithScript:
    def test_suggestions_are_picked_by_keyboard_and_the_last_one_opens_the_comparison(self, desk):
        desk.open("/compare/")
        page = desk.page
        fields = page.locator("main input[name=m]")
        for number, typed in enumerate(("gpt-4.1 mi", "claude son")):
            fields.nth(number).focus()
            page.keyboard.type(typed)
            option = page.locator("[role=listbox]").nth(number).locator("[role=option]").first
            option.wait_for(state="visible")
            name = option.locator("bdi").inner_text()
            page.keyboard.press("ArrowDown")
            assert fields.nth(number).get_attribute("aria-activedescendant") == option.get_attribute("id")
            if number == 0:
                page.keyboard.press("Enter")
                assert fields.first.input_value() == name
                assert fields.first.get_attribute("aria-expanded") == "false"
                assert fields.nth(1).evaluate("field => field === document.activeElement")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert re.search(r"/compare/[^/]+-vs-[^/]+/$", page.url)
        assert desk.errors == []

    def test_the_back_button_undoes_one_choice_after_the_other(self, desk):
        desk.open("/leaderboard/")
        page = desk.page
        page.evaluate("window.sameDocument = true")
        everybody = names(page)
        page.get_by_label("Lab", exact=True).select_option(label="Google")
        page.get_by_role("button", name="Show", exact=True).click()
        page.wait_for_url("**lab=google*")
        some = names(page)
        page.locator("table.board").first.get_by_role("link", name="Model", exact=True).click()
        page.wait_for_url("**sort=name*")
        assert names(page) != some
        page.go_back()
        until(page, NAMES, some)
        assert "sort" not in asked(page)
        assert page.get_by_label("Lab", exact=True).input_value() == "google"
        page.go_back()
        until(page, NAMES, everybody)
        page.go_forward()
        until(page, NAMES, some)
        assert page.evaluate("window.sameDocument"), "the page was loaded anew"
        assert desk.errors == []

    def test_the_address_of_a_swapped_board_shows_the_same_board_to_others(self, desk, visit):
        desk.open("/leaderboard/")
        desk.page.get_by_label("Weights", exact=True).select_option(label="Open")
        desk.page.get_by_role("button", name="Show", exact=True).click()
        desk.page.wait_for_url("**weights=open*")
        other = visit(java_script_enabled=False, viewport=DESK)
        other.page.goto(desk.page.url)
        assert names(other.page) == names(desk.page)

    def test_the_theme_stays_in_the_browser(self, desk):
        desk.open(PAIR)
        desk.page.get_by_role("button", name="Dark").click()
        assert desk.page.evaluate("document.documentElement.dataset.theme") == "dark"
        desk.open(PAIR)
        assert desk.page.evaluate("document.documentElement.dataset.theme") == "dark"
        desk.page.get_by_role("button", name="System").click()
        assert desk.page.evaluate("document.documentElement.dataset.theme") is None
        assert desk.context.cookies() == []


class TestByKeyboard:
    @staticmethod
    def tab_to(page, selector: str) -> None:
        """Press Tab until the focus is on `selector`; every stop on the way has to be seen."""
        for _ in range(TO_THE_BOARD):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "(() => { const style = getComputedStyle(document.activeElement);"
                " return style.outlineStyle !== 'none' || style.boxShadow !== 'none' })()"
            ), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        pytest.fail(f"{selector} was not reached by {TO_THE_BOARD} tabs.")

    def test_the_first_stop_leads_past_the_masthead_to_the_evidence(self, desk):
        desk.open(PAIR)
        desk.page.keyboard.press("Tab")
        assert desk.page.evaluate("document.activeElement.className").startswith("skip-link")
        desk.page.keyboard.press("Enter")
        self.tab_to(desk.page, "main *")
        self.tab_to(desk.page, "summary")
        desk.page.keyboard.press("Enter")
        assert desk.page.evaluate("document.activeElement.parentElement.open")

    def test_the_leaderboard_is_filtered_sorted_and_left_for_a_model(self, desk):
        desk.open("/leaderboard/")
        page = desk.page
        self.tab_to(page, ".skip-link")
        page.keyboard.press("Enter")
        self.tab_to(page, "select[name=lab]")
        for _ in range(40):  # the arrow keys, since typing a name is a race against the browser's patience
            if page.evaluate("document.activeElement.value") == "google":
                break
            page.keyboard.press("ArrowDown")
        self.tab_to(page, ".filters__go")
        page.keyboard.press("Enter")
        page.wait_for_url("**lab=google*")
        until(page, "document.activeElement.matches('.filters__go')")
        self.tab_to(page, "th a.sort")
        page.keyboard.press("Enter")
        page.wait_for_url("**sort=name*")
        until(page, "document.activeElement.matches('th a.sort')")
        assert page.locator("th[aria-sort]").first.inner_text().startswith("Model")
        self.tab_to(page, "tbody th a")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "/models/" in page.url


PAPER = [PAIR, "/leaderboard/", "/models/gpt-4-1-mini/", "/methodology/"]


@pytest.mark.parametrize("path", PAPER)
def test_paper_has_every_fact_and_no_controls(reader, path):
    reader.page.set_viewport_size(DESK)
    reader.open(path)
    reader.page.emulate_media(media="print", color_scheme="dark")
    controls = "nav, theme-switch, button, input, select, .skip-link"
    left = reader.page.evaluate(
        "selector => [...document.querySelectorAll(selector)].filter(e => e.checkVisibility())"
        ".map(e => e.outerHTML.slice(0, 100))",
        controls,
    )
    assert left == []
    hidden = reader.page.evaluate(
        "[...document.querySelectorAll('main h1, main h2, main th, main td')]"
        ".filter(e => !e.checkVisibility() && !e.closest('details:not([open]), .calculator, [hidden]'))"
        ".map(e => e.outerHTML.slice(0, 100))"
    )
    assert hidden == []
    clipped = reader.page.evaluate(
        "[...document.querySelectorAll('main .scroll')].filter(e => getComputedStyle(e).overflowX !== 'visible').length"
    )
    assert clipped == 0
    ink, sheet = reader.page.evaluate(
        "[getComputedStyle(document.querySelector('main p')).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert lightness(ink) < 100 < 230 < lightness(sheet), "dark ink on white paper, whatever the screen"


def lightness(colour: str) -> float:
    """Mean of red, green and blue of a computed colour, 0 to 255; no colour is paper."""
    red, green, blue, *alpha = (float(part) for part in re.findall(r"[\d.]+", colour))
    return 255 if alpha == [0] else (red + green + blue) / 3


def test_nothing_moves_for_readers_who_want_it_still(reader):
    reader.page.emulate_media(reduced_motion="reduce")
    reader.open(PAIR)
    moving = reader.page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);"
        " return [s.transitionDuration, s.animationDuration].some(d => d.split(',').some(t => parseFloat(t) > 0.01))"
        " || s.scrollBehavior === 'smooth' }).map(e => e.outerHTML.slice(0, 100))"
    )
    assert moving == []


@pytest.mark.parametrize("path", ["/", PAIR, "/leaderboard/", "/models/gpt-4-1-mini/"])
def test_a_page_is_read_before_its_styles_arrive(visit, path):
    one = visit(viewport=DESK)
    one.page.route("**/*.css", lambda route: route.abort())
    one.open(path)
    page = one.page
    levels = [
        int(tag[1]) for tag in page.eval_on_selector_all("main :is(h1,h2,h3,h4)", "all => all.map(e => e.tagName)")
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), levels
    assert page.locator("main h1").bounding_box()["y"] < DESK["height"], "the title is not on the first screen"
    words = len(page.locator("main").inner_text().split())
    assert words > 100
    large = page.evaluate(
        "[...document.querySelectorAll('svg')].map(e => e.getBoundingClientRect())"
        ".filter(box => box.width > innerWidth || box.height > innerHeight).length"
    )
    assert large == 0


def test_the_access_log_does_not_tell_who_asked_for_what(reader, server_log):
    for path in ("/models/?q=private-question", "/newsletter/u/private-token", "/newsletter/manage/private-token/"):
        reader.page.request.get(reader.site + path)
    written = server_log.read_text(encoding="utf-8")
    asked_for = [line for line in written.splitlines() if " GET /" in line]
    assert any("GET /models/ 200" in line for line in asked_for)
    assert any("GET /newsletter/u/… 404" in line for line in asked_for)
    assert "private" not in written
    assert "127.0.0.1" not in written


class TestAJournalist:
    """Copies a sentence with a citation that holds, on a phone: open the pair, keep it, copy."""

    PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}

    def test_copies_a_sentence_with_its_citation(self, visit, site):
        one = visit(**self.PHONE)
        one.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
        one.open(PAIR)
        follow(one.page, one.page.get_by_role("button", name="Keep for citing"))
        kept = one.page.url.partition("#")[0]
        assert asked(one.page)["rev"][0].isdigit()
        said = one.page.evaluate("document.querySelector('#s-1 summary, #s-1 p').firstChild.textContent.trim()")
        one.page.get_by_role("button", name="Copy with citation").first.tap()
        until(one.page, "document.querySelector('button[data-copy]').innerText", "Copied")
        copied = one.page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f"“{said}” (")
        assert copied.endswith(f"{kept})")
        assert one.page.evaluate("document.documentElement.scrollWidth") <= 360
        one.open(kept.removeprefix(site))
        assert said in one.page.locator("#s-1").inner_text()
        assert not one.errors
        assert not one.foreign

    def test_without_script_the_citation_stands_to_be_selected(self, visit):
        one = visit(java_script_enabled=False, **self.PHONE)
        one.open(PAIR)
        follow(one.page, one.page.get_by_role("button", name="Keep for citing"))
        plain = one.page.locator("#cite-plain")
        assert plain.is_visible()
        assert one.page.url.partition("#")[0] in plain.input_value()
        assert one.page.locator("#cite-bibtex").input_value().startswith("@misc{")
        assert not one.page.get_by_role("button", name="Copy with citation").first.is_visible()
