"""`python -m studies.page_speed PAGE [SLOWDOWN] [TIMES]`: how long a page takes from the start of its loading
until one can use it, in Chromium on a processor that is slowed down (default 4 times: a slow laptop).

Printed: the page's size, and the medians over TIMES (5) openings of: the first paint; the page ready (its
script has run); the longest task, for which a click would wait; a search for a model until its list stands.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
WATCH = """
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
  }).observe({ type: "longtask", buffered: true });
  new MutationObserver(() => {
    if (document.documentElement?.dataset.ready) window.readyAt ??= performance.now();
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-ready"] });
"""
SEARCH = """() => {
  const box = document.querySelector("#find-model"), began = performance.now();
  box.value = "deepseek v4";
  box.dispatchEvent(new Event("input"));
  return performance.now() - began; }"""


def opened(page: Page, address: str) -> dict[str, float]:
    """The times of one opening, in milliseconds."""
    page.goto(address, wait_until="load")
    page.wait_for_function("window.readyAt")
    paint = "performance.getEntriesByType('paint').map((e) => e.startTime)[0] ?? 0"
    return {
        "first paint": page.evaluate(paint),
        "ready": page.evaluate("window.readyAt"),
        "longest task": page.evaluate("window.longest"),
        "search": page.evaluate(SEARCH),
    }


def main(file: str, slowdown: float = 4.0, times: int = 5) -> None:
    """Prints the medians."""
    path = Path(file).absolute()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], headless=True)
        found = []
        for _ in range(times):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(WATCH)
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
            found.append(opened(page, path.as_uri()))
            page.close()
        browser.close()
    medians = {name: statistics.median(each[name] for each in found) for name in found[0]}
    said = "; ".join(f"{name} {value:.0f} ms" for name, value in medians.items())
    sys.stdout.write(f"{path.stat().st_size / 1e6:.2f} MB, processor {slowdown:g} times slower: {said}\n")


if __name__ == "__main__":
    main(sys.argv[1], *(float(text) for text in sys.argv[2:3]), *(int(text) for text in sys.argv[3:4]))
