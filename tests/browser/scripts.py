"""What several tests run in a page."""

from sitegen import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# What axe needs no list of is what is well, which takes it as long as to find the faults.
FAULTS = "() => axe.run({ resultTypes: ['violations'] })"
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Material lets the keyboard reach a block of code when it notices that the block scrolls.
REACHABLE = """() => [...document.querySelectorAll("pre > code")].every(
    (code) => !code.checkVisibility() || code.scrollWidth <= code.clientWidth || code.tabIndex === 0)"""
# How much moves with time. What moves with scrolling doesn't count.
MOVING = "document.getAnimations().filter((each) => each.timeline === document.timeline).length"
