"""Photographs the ten main pages on phone and desk, light and dark: `make screenshots`.

Starts the site with the starter data, as the browser tests do, and writes JPEG files of one
screenful each to docs/screenshots/ (or the folder named as the first argument).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.browser.chromium import CHROMIUM, NO_CHROMIUM, chromium_running
from tests.browser.server import ROOT, prepare_site, running_site

PAGES = {
    "home": "/",
    "compare": "/compare/claude-sonnet-4-5-vs-gpt-5/",
    "too-close": "/compare/gemini-2-5-pro-vs-o3/",
    "side-by-side": "/compare/?m=claude-sonnet-4-5&m=gpt-5&m=gemini-2-5-pro",
    "leaderboard": "/leaderboard/",
    "model": "/models/gpt-5/",
    "benchmark": "/benchmarks/gpqa/",
    "prices": "/prices/",
    "changes": "/changes/",
    "methodology": "/methodology/",
}
SCREENS = {"phone": (360, 720), "desk": (1440, 810)}
SCHEMES = ("light", "dark")
QUALITY = 62  # JPEG; text stays sharp, all forty together stay below the budget
MOST_BYTES = 2_500_000


def photograph(browser, site: str, folder: Path) -> int:
    """Write one picture for each page, screen and scheme into `folder`; bytes of all."""
    size = 0
    for screen, (width, height) in SCREENS.items():
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        page = context.new_page()
        for name, path in PAGES.items():
            answer = page.goto(site + path, wait_until="load")
            if answer.status != 200:
                raise RuntimeError(f"{path} answered {answer.status}; no picture of it was made.")
            page.evaluate("document.fonts.ready")
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                file = folder / f"{name}-{screen}-{scheme}.jpg"
                size += len(page.screenshot(path=file, type="jpeg", quality=QUALITY))
        context.close()
    return size


def main() -> int:
    """Make all pictures; 0, or 1 with a sentence when something is in the way."""
    if CHROMIUM is None:
        print(f"No browser was found. {NO_CHROMIUM}", file=sys.stderr)
        return 1
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, chromium_running() as browser:
        environment = prepare_site(Path(scratch))
        with running_site(environment, Path(scratch) / "server.log") as site:
            size = photograph(browser, site, folder)
    print(f"{len(PAGES) * len(SCREENS) * len(SCHEMES)} pictures, {size / 1e6:.1f} MB, in {folder}")
    if size > MOST_BYTES:
        print(f"More than {MOST_BYTES / 1e6:.1f} MB: lower QUALITY or SCREENS.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
