"""Every kind of reader page, as a reader meets it: phone and desk, light and dark."""

from __future__ import annotations

import urllib.request

import pytest

PAIR = "/compare/claude-sonnet-4-5-vs-gpt-5/"
PAGES = {
    "home": "/",
    "picker": "/compare/",
    "pair": PAIR,
    "pair too close": "/compare/gemini-2-5-pro-vs-o3/",
    "pair with weights": f"{PAIR}?w=coding:40,agentic:30",
    "pair as cited": f"{PAIR}?rev=1",
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
    "side by side": "/compare/?m=claude-sonnet-4-5&m=gpt-5&m=gemini-2-5-pro",
    "provider": "/providers/openai/",
    "changes": "/changes/",
    "report": "/report/1/",
    "embed": f"/embed{PAIR}",
    "API": "/api/",
    "privacy": "/privacy/",
    "newsletter": "/newsletter/",
    "sign-up": "/newsletter/subscribe/",
    "follow a pair": "/newsletter/follow/claude-sonnet-4-5-vs-gpt-5/",
    "preferences": "/newsletter/preferences/",
    "what we hold": "/newsletter/what-we-hold/",
    "not found": "/no-such-page/",
}
SIZES = {"phone": (360, 780), "tablet": (768, 1024), "desk": (1440, 900)}
SCHEMES = ("light", "dark")
# Own weights change figures and words of a pair page, not its structure, and axe is slow on so long a page.
CHECKED_BY_AXE = [name for name in PAGES if name != "pair with weights"]
SEVERE = {"serious", "critical"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_screen_and_stays_on_this_host(reader, name):
    reader.open(PAGES[name])
    for scheme in SCHEMES:
        reader.page.emulate_media(color_scheme=scheme)
        for width, height in SIZES.values():
            reader.page.set_viewport_size({"width": width, "height": height})
            wider = reader.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0, f"{name} scrolls sideways by {wider} px at {width} px"
    expected = [] if name != "not found" else [error for error in reader.errors if "404" in error]
    assert reader.errors == expected
    assert reader.foreign == []
    assert reader.context.cookies() == []


@pytest.mark.parametrize("name", CHECKED_BY_AXE)
def test_axe_finds_nothing_serious(reader, axe_source, name):
    reader.page.set_viewport_size({"width": 1280, "height": 900})
    reader.open(PAGES[name])
    reader.page.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true })")
    reader.page.evaluate(axe_source)
    found = _severe(reader.page, "axe.run(document, {resultTypes: ['violations']})")
    reader.page.emulate_media(color_scheme="dark")
    found += _severe(reader.page, "axe.run(document, {resultTypes: ['violations'], runOnly: ['color-contrast']})")
    assert found == []


def _severe(page, run: str) -> list[str]:
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"
        for violation in page.evaluate(run)["violations"]
        if violation["impact"] in SEVERE
    ]


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
