"""Every kind of reader page, as a reader meets it: phone and desk, light and dark."""

from __future__ import annotations

import urllib.request

import pytest

PAIR = "/compare/claude-sonnet-4-5-vs-gpt-5/"
PAGES = {
    "home": "/",
    "picker": "/compare/",
    "pair": PAIR,
    "pair too close": "/compare/gpt-4-1-vs-gpt-4o-2024-11-20/",
    "pair with weights": f"{PAIR}?w=coding:40,agentic:30",
    "leaderboard": "/leaderboard/",
    "models": "/models/",
    "model": "/models/gpt-4-1-mini/",
    "benchmarks": "/benchmarks/",
    "benchmark": "/benchmarks/gpqa/",
    "category": "/categories/coding/",
    "lab": "/labs/openai/",
    "prices": "/prices/",
    "methodology": "/methodology/",
    "data": "/data/",
    "about": "/about/",
    "not found": "/no-such-page/",
}
SIZES = {"phone": (360, 780), "tablet": (768, 1024), "desk": (1440, 900)}
SEVERE = {"serious", "critical"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_screen_and_stays_on_this_host(visit, name):
    for scheme in ("light", "dark"):
        one = visit(viewport={"width": 360, "height": 780}, color_scheme=scheme)
        one.open(PAGES[name])
        for width, height in SIZES.values():
            one.page.set_viewport_size({"width": width, "height": height})
            wider = one.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0, f"{name} scrolls sideways by {wider} px at {width} px"
        expected = [] if name != "not found" else [error for error in one.errors if "404" in error]
        assert one.errors == expected
        assert one.foreign == []
        assert one.context.cookies() == []


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(visit, axe_source, name):
    one = visit(viewport={"width": 1280, "height": 900})
    one.open(PAGES[name])
    one.page.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true })")
    one.page.evaluate(axe_source)
    result = one.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    found = [
        f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"
        for violation in result["violations"]
        if violation["impact"] in SEVERE
    ]
    assert found == []


def test_html_is_valid(site, html_validator, tmp_path):
    files = []
    for name, path in PAGES.items():
        file = tmp_path / f"{name.replace(' ', '-')}.html"
        try:
            body = urllib.request.urlopen(site + path, timeout=20).read()
        except urllib.error.HTTPError as answer:
            body = answer.read()
        file.write_bytes(body)
        files.append(file)
    complaints = html_validator(files)
    assert complaints == []


def test_a_pair_page_does_not_shift_and_needs_three_requests_before_first_paint(visit):
    one = visit(viewport={"width": 360, "height": 780})
    blocking = []
    one.page.on(
        "request",
        lambda request: (
            blocking.append(request.url) if request.resource_type in ("document", "stylesheet", "script") else None
        ),
    )
    one.page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())"
        " if (!entry.hadRecentInput) window.shift += entry.value; }).observe({type: 'layout-shift', buffered: true})"
    )
    one.open(PAIR)
    one.page.wait_for_timeout(300)
    assert one.page.evaluate("window.shift") < 0.01
    deferred = [url for url in blocking if "/js/" in url and "theme" not in url]
    assert len(blocking) - len(deferred) <= 3


def test_evidence_opens_without_javascript(visit):
    one = visit(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    one.open(PAIR)
    first = one.page.locator("#verdict details.claim").first
    assert not first.locator("table").is_visible()
    first.locator("summary").click()
    assert first.locator("table").is_visible()
    assert first.locator("a[href^='/methodology/#']").is_visible()


def test_two_models_are_picked_without_javascript(visit):
    one = visit(java_script_enabled=False)
    one.open("/compare/")
    fields = one.page.locator("main input[name=m]")
    fields.nth(0).fill("GPT-4.1 mini")
    fields.nth(1).fill("o3")
    fields.nth(1).press("Enter")
    assert one.page.url.endswith("/compare/gpt-4-1-mini-vs-o3/")


def test_the_keyboard_reaches_the_evidence(visit):
    one = visit(viewport={"width": 1280, "height": 900})
    one.open(PAIR)
    one.page.keyboard.press("Tab")
    assert one.page.evaluate("document.activeElement.className").startswith("skip-link")
    one.page.keyboard.press("Enter")
    for _ in range(60):
        one.page.keyboard.press("Tab")
        if one.page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    one.page.keyboard.press("Enter")
    assert one.page.evaluate("document.activeElement.parentElement.open")


def test_the_theme_stays_in_the_browser(visit):
    one = visit(color_scheme="light")
    one.open(PAIR)
    one.page.get_by_role("button", name="Dark").click()
    assert one.page.evaluate("document.documentElement.dataset.theme") == "dark"
    one.open(PAIR)
    assert one.page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert one.context.cookies() == []
