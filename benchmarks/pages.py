"""Measure what a page costs a reader's browser: `nox -s benchmark -- pages`, after `nox -s docs`.

Lighthouse scores the front page, the longest lesson and the largest page of the reference (mobile,
median of three runs). We time how long it takes to render the site and to read a drawing. And we
compare one lesson with the same notebook as mkdocs-jupyter renders it by default: bytes, requests,
and what axe objects to. Prints a table and writes `benchmarks/pages.json`, which the site shows.
Chromium must be installed. Takes five minutes.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from sitegen import ROOT
from sitegen.__main__ import SITE
from sitegen.chromium import FLAGS, find_chromium

sys.path.insert(0, str(ROOT / "tests" / "browser"))  # it has the server that tests use
from server import serve

CHROMIUM = find_chromium()
MODULES = ROOT / "node_modules"
RUNS = 3
ASKED = {"performance": 97, "accessibility": 100, "best-practices": 100, "seo": 100}
LESSON = "04_softmax"


def row(claim: str, asked: str, found: str, how: str, *, met: bool = True) -> dict[str, object]:
    """Make and print a row of the table."""
    made = {"claim": claim, "asked": asked, "found": found, "met": met, "how": how}
    print(f"{claim:60} {asked:25} {found:30} {how}", flush=True)
    return made


def measure_lighthouse(address: str, path: str) -> dict[str, object]:
    """Return the medians of Lighthouse's four scores for a page."""
    scores: dict[str, list[float]] = {name: [] for name in ASKED}
    for _ in range(RUNS):
        done = subprocess.run(
            [
                *("node", MODULES / "lighthouse" / "cli" / "index.js", f"{address}/{path}"),
                *("--output=json", "--quiet", f"--chrome-flags=--headless {' '.join(FLAGS)}"),
                f"--only-categories={','.join(ASKED)}",
            ],
            env=os.environ | {"CHROME_PATH": CHROMIUM},
            capture_output=True,
            check=True,
        )
        for name, category in json.loads(done.stdout)["categories"].items():
            scores[name].append(100 * (category["score"] or 0))
    found = {name: statistics.median(runs) for name, runs in scores.items()}
    return row(
        f"Lighthouse: {path}",
        ", ".join(f"{wanted}" for wanted in ASKED.values()),
        ", ".join(f"{score:.0f}" for score in found.values()),
        f"{', '.join(ASKED)}; mobile, median of {RUNS}",
        met=all(found[name] >= wanted for name, wanted in ASKED.items()),
    )


def measure_rendering() -> dict[str, object]:
    """Time how long the site takes to render, without executing anything."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        command = [sys.executable, "-m", "sitegen", "build", "--render-only"]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    found = statistics.median(times)
    how = f"median of {RUNS}, with the start of Python"
    return row("rendering the whole site", "under 12 s", f"{found:.1f} s", how, met=found < 12)


def visit(browser: Browser, url: str, sent: list[tuple[str, int]]) -> tuple[int, int, int]:
    """Count the bytes and requests of a first visit, and the nodes that axe objects to."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    before = len(sent)
    page.goto(url, wait_until="networkidle")
    sizes = [size for _, size in sent[before:]]
    page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text())
    found = page.evaluate("axe.run()")["violations"]
    context.close()
    return sum(sizes), len(sizes), sum(len(each["nodes"]) for each in found)


def compare_pages(browser: Browser, folder: Path) -> list[dict[str, object]]:
    """Visit a lesson here, and the same notebook as mkdocs-jupyter renders it by default."""
    (folder / "docs").mkdir()
    shutil.copy(ROOT / "build" / "tutorials" / f"{LESSON}.ipynb", folder / "docs" / "index.ipynb")
    config = "site_name: Lessons\ntheme: material\nplugins: [mkdocs-jupyter, search]\n"
    (folder / "mkdocs.yml").write_text(config)
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    with serve(SITE) as (ours, sent):
        here = visit(browser, f"{ours}/tutorials/{LESSON}.html", sent)
    with serve(folder / "site") as (theirs, sent):
        there = visit(browser, f"{theirs}/index.html", sent)
    names = ("bytes transferred at first", "requests", "elements that axe finds fault with")
    return [
        row(
            f"{LESSON}: {name}",
            "fewer than mkdocs-jupyter",
            f"{mine:,}",
            f"mkdocs-jupyter by default: {other:,}, without what other hosts would send",
            met=mine < other,
        )
        for name, mine, other in zip(names, here, there, strict=True)
    ]


def measure_drawing(browser: Browser) -> dict[str, object]:
    """Time how long the front page takes to read a drawing, from the canvas to the bars."""
    page = browser.new_page()
    with serve(SITE) as (address, _):
        page.goto(f"{address}/index.html")
        page.locator("mlp-digit").dispatch_event("pointerenter")
        page.wait_for_function("document.querySelector('mlp-digit').network")
        took = page.evaluate("""() => {
            const digit = document.querySelector("mlp-digit");
            digit.set(digit.samples[8], false);
            const times = Array.from({ length: 100 }, () => {
                const start = performance.now();
                digit.look();
                digit.light();
                return performance.now() - start;
            });
            return times.sort((a, b) => a - b)[50];
        }""")
    page.close()
    return row(
        "reading a drawing, pen to bars",
        "under 4 ms",
        f"{took:.1f} ms",
        "median of 100",
        met=took < 4,
    )


if __name__ == "__main__":
    rows = {"rendering": [measure_rendering()]}
    folders = [SITE / "tutorials", SITE / "api"]
    largest = [
        max(folder.glob("*.html"), key=lambda path: path.stat().st_size) for folder in folders
    ]
    paths = ["index.html", *(path.relative_to(SITE).as_posix() for path in largest)]
    with serve(SITE) as (address, _):
        rows["Lighthouse"] = [measure_lighthouse(address, path) for path in paths]
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        rows["touch"] = [measure_drawing(browser)]
        rows["side by side"] = compare_pages(browser, Path(folder))
        machine = {"cores": str(os.cpu_count()), "Chromium": browser.version}
        browser.close()
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    machine |= {
        name: packages[f"node_modules/{name}"]["version"] for name in ("lighthouse", "axe-core")
    }
    machine |= {"mkdocs-jupyter": version("mkdocs-jupyter"), "Python": platform.python_version()}
    path = Path(__file__).with_suffix(".json")
    result = {"machine": machine, "rows": rows}
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.exit(any(not row["met"] for found in rows.values() for row in found))
