"""What several tests run in a page."""

from sitegen import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Material lets the keyboard reach a block of code when it notices that the block scrolls.
REACHABLE = """() => [...document.querySelectorAll("pre > code")].every(
    (code) => !code.checkVisibility() || code.scrollWidth <= code.clientWidth || code.tabIndex === 0)"""
